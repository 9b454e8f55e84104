import type { Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { connectionsWithin } from '../runtime/index.ts';

/** Connections at once; a further one is closed. */
export const MAX_CONNECTIONS = 256;
/** How long an answer may take to be read: 16 MiB at 140 kB/s. */
export const ANSWER_TIMEOUT_MS = 120_000;
/** How long a connection may be silent. */
const IDLE_TIMEOUT_MS = 60_000;

/** What strangers can make a server keep: connections, requests that wait, answers that nobody reads. */
export function boundServer(server: Server | TlsServer): void {
  server.maxConnections = connectionsWithin(MAX_CONNECTIONS, 1 / 4);
  server.timeout = IDLE_TIMEOUT_MS;
}

/** So many answers are made, and kept until they are sent, at once; others wait for their turn. */
export class AnswerSlots {
  readonly #most: number;
  readonly #queue = new Set<() => void>();
  #taken = 0;

  /** @param most answers at once */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Resolves with true when it is this answer's turn: its slot is free again when the answer is sent or its connection
   * closed, of which Node tells each answer, also those behind others. False when the connection closed before.
   */
  take(response: ServerResponse): Promise<boolean> {
    return new Promise((resolve) => {
      const begin = (): void => {
        this.#taken++;
        resolve(true);
      };
      if (this.#taken < this.#most) begin();
      else this.#queue.add(begin);
      response.once('close', () => {
        if (this.#queue.delete(begin)) resolve(false);
        else this.#pass();
      });
    });
  }

  /** Whoever waits longest has the slot now. */
  #pass(): void {
    this.#taken--;
    const [next] = this.#queue;
    if (next === undefined) return;
    this.#queue.delete(next);
    next();
  }
}
