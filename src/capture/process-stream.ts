import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import type { Admission } from './admission.ts';
import type { Budget } from './budget.ts';
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
    this.#call = undefined;
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
}

/** What comes in on one stream; its first message may have to wait for its turn, and the others with it. */
export class Entrance {
  readonly #gates: readonly Admission[];
  /** Where it waits. */
  #gate: Admission | undefined;
  readonly #budget: Budget;
  readonly #stream: ProcessStream;
  readonly #take: (bytes: Uint8Array) => void;
  #first: Uint8Array | undefined;
  #begun = false;

  /** @param gates at which the stream may have to wait */
  constructor(gates: readonly Admission[], budget: Budget, stream: ProcessStream, take: (bytes: Uint8Array) => void) {
    this.#gates = gates;
    this.#budget = budget;
    this.#stream = stream;
    this.#take = take;
  }

  /** A message has come. */
  onMessage(bytes: Uint8Array): void {
    if (this.#begun) {
      this.#take(bytes);
      return;
    }
    this.#begun = true;
    this.#gate = this.#gates.find((each) => each.mustWait(bytes));
    if (this.#gate === undefined) {
      this.#take(bytes);
      return;
    }
    this.#first = bytes;
    this.#budget.take(bytes.length);
    this.#gate.wait(this.admit);
    this.#stream.hold('turn', true);
  }

  /** Nothing is waited for any longer. */
  readonly admit = (): void => {
    const first = this.#first;
    if (first === undefined) return;
    this.#first = undefined;
    this.#budget.give(first.length);
    this.#gate?.cancel(this.admit);
    this.#take(first);
    this.#stream.hold('turn', false);
  };
}
