import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of one connection that wait for their answers: clients send one after the other, as a rule. */
export const MAX_PIPELINED = 4;

/** Counts the requests of each connection that wait, and ends who sends too many, or doesn't read what was asked for. */
export class ConnectionBounds {
  readonly #waiting = new WeakMap<object, number>();
  readonly #answerTimeoutMs: number;

  /** @param answerTimeoutMs from the request to the end of its answer */
  constructor(answerTimeoutMs: number) {
    this.#answerTimeoutMs = answerTimeoutMs;
  }

  /** False when the connection was ended; the request needs no answer then. */
  admit(socket: Socket, response: ServerResponse): boolean {
    const waiting = (this.#waiting.get(socket) ?? 0) + 1;
    this.#waiting.set(socket, waiting);
    if (waiting > MAX_PIPELINED) {
      socket.destroy();
      return false;
    }
    const timer = setTimeout(() => {
      socket.destroy();
    }, this.#answerTimeoutMs).unref();
    response.once('close', () => {
      clearTimeout(timer);
      this.#waiting.set(socket, (this.#waiting.get(socket) ?? 1) - 1);
    });
    return true;
  }
}
