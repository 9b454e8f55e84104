import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import type { Admission, Waiting } from './admission.ts';
import type { Budget } from './budget.ts';
import { giveAll } from './grpc-calls.ts';
import type { SessionStream } from './session-context.ts';

/** A stream of `ExternalProcessor.Process`, as grpc-js gives it. */
export type ProcessCall = ServerDuplexStream<Uint8Array, Uint8Array>;

/** Hands on, through its `data` event, what a stream still holds. */
export function readRest(call: { read(): unknown }): void {
  let left: unknown;
  do left = call.read();
  while (left !== null);
}

/** One stream as its session sees it: answers, and who keeps it from being read. */
export class ProcessStream implements SessionStream {
  /** Undefined once closed: a call that has ended needn't stay in memory with an exchange that waits for its turn. */
  #call: ProcessCall | undefined;
  readonly #holds = { session: false, unread: false, turn: false };

  constructor(call: ProcessCall) {
    this.#call = call;
  }

  get peer(): string {
    return this.#call?.getPeer().replace(/:\d+$/, '') ?? '';
  }

  reply(bytes: Uint8Array): void {
    const call = this.#call;
    if (call === undefined || call.write(bytes) || this.#holds.unread) return;
    // Who doesn't read answers is read no further: they may be as large as what they answer.
    this.hold('unread', true);
    call.once('drain', () => {
      this.hold('unread', false);
    });
  }

  close(error: string | undefined): void {
    if (error === undefined) this.#call?.end();
    else this.#call?.emit('error', { code: status.INTERNAL, details: error });
    this.#leave();
  }

  /** Ends it before anything of it was taken. */
  turnAway(details: string): void {
    this.#call?.emit('error', { code: status.RESOURCE_EXHAUSTED, details });
    this.#leave();
  }

  pause(): void {
    this.hold('session', true);
  }

  resume(): void {
    this.hold('session', false);
  }

  /** Reads no further as long as one of those who may hold it does. */
  hold(by: 'session' | 'unread' | 'turn', held: boolean): void {
    this.#holds[by] = held;
    const { session, unread, turn } = this.#holds;
    if (session || unread || turn) this.#call?.pause();
    else this.#call?.resume();
  }

  #leave(): void {
    if (this.#call !== undefined) giveAll(this.#call);
    this.#call = undefined;
  }
}

/** What an {@link Entrance} does with its stream. */
export interface Beyond {
  /** Takes a message of a stream that is in. */
  take(bytes: Uint8Array): void;
  /** Ends a stream that can't come in. */
  turnAway(): void;
}

/** What comes in on one stream; its first message may have to wait for its turn, and the others with it. */
export class Entrance implements Waiting {
  readonly #gates: readonly Admission[];
  readonly #budget: Budget;
  readonly #stream: ProcessStream;
  readonly #beyond: Beyond;
  /** Where it waits, and with what. */
  #waiting: { readonly gate: Admission; readonly first: Uint8Array } | undefined;
  #state: 'new' | 'in' | 'away' = 'new';

  /** @param gates at which the stream may have to wait */
  constructor(gates: readonly Admission[], budget: Budget, stream: ProcessStream, beyond: Beyond) {
    this.#gates = gates;
    this.#budget = budget;
    this.#stream = stream;
    this.#beyond = beyond;
  }

  /** A message has come. */
  onMessage(bytes: Uint8Array): void {
    if (this.#state === 'new') this.#begin(bytes);
    else if (this.#state === 'in') this.#beyond.take(bytes);
  }

  #begin(first: Uint8Array): void {
    this.#state = 'in';
    for (const gate of this.#gates) {
      const verdict = gate.judge(first);
      if (verdict === 'come in') continue;
      this.#waiting = { gate, first };
      this.#budget.take(first.length);
      if (verdict === 'go by') {
        this.turnAway();
        return;
      }
      gate.wait(this);
      this.#stream.hold('turn', true);
      return;
    }
    this.#beyond.take(first);
  }

  /** Nothing is waited for any longer. */
  admit(): void {
    const first = this.#leave();
    if (first === undefined) return;
    this.#beyond.take(first);
    this.#stream.hold('turn', false);
  }

  /** It has waited as long as it can, and there is no room. */
  turnAway(): void {
    if (this.#leave() === undefined) return;
    this.#state = 'away';
    this.#beyond.turnAway();
  }

  #leave(): Uint8Array | undefined {
    if (this.#waiting === undefined) return undefined;
    const { gate, first } = this.#waiting;
    this.#waiting = undefined;
    this.#budget.give(first.length);
    gate.cancel(this);
    return first;
  }
}
