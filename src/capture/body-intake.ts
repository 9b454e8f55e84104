import { PROFILE, type Profile } from '../record/index.ts';
import type { Side } from './ext-proc-wire.ts';
import { checkKept, holdsTooMuch, isBehind, isFull } from './overload.ts';
import { reasonOf } from './reason.ts';
import type { Recording } from './recording.ts';
import type { SessionContext } from './session-context.ts';
import type { Work, WorkQueue } from './work-queue.ts';

/** Has work done in its turn, that which came for a body so that it can be dropped with it. */
type Enqueue = (bytes: number, run: Work, bodyOf?: Side) => void;

/**
 * What becomes of the bytes of an exchange's bodies: they are redacted and sealed in their turn, or the body is given up,
 * and its record says why. In strict nothing is given up: what can't be kept fails the call.
 */
export class BodyIntake {
  readonly #context: SessionContext;
  readonly #queue: Pick<WorkQueue, 'pendingBytes' | 'drop'>;
  readonly #enqueue: Enqueue;

  constructor(context: SessionContext, queue: Pick<WorkQueue, 'pendingBytes' | 'drop'>, enqueue: Enqueue) {
    this.#context = context;
    this.#queue = queue;
    this.#enqueue = enqueue;
  }

  /** Takes bytes that have come. */
  take(profile: Profile, recording: Recording, side: Side, bytes: Uint8Array): void {
    if (recording.isGivenUp(side)) return;
    const bodyBytes = recording.bodyBytes(side);
    if (profile !== PROFILE.strict && bodyBytes > this.#context.limits.maxBodyBytes) {
      this.#giveUp(recording, side, 'limit');
      return;
    }
    const overloaded = (): boolean =>
      isBehind(this.#context, bodyBytes) || isFull(this.#context, this.#queue.pendingBytes, bytes.length);
    if (profile === PROFILE.observe && overloaded()) this.#giveUp(recording, side, 'overload');
    else this.#enqueue(bytes.length, () => this.#add(profile, recording, side, bytes), side);
  }

  /** A body that can't be sealed doesn't cost the exchange: its record says so. In strict the call fails with it. */
  #add(profile: Profile, recording: Recording, side: Side, bytes: Uint8Array): Promise<void> | undefined {
    const bodyBytes = recording.bodyBytes(side);
    if (profile === PROFILE.strict) {
      checkKept(this.#context, bodyBytes);
      return recording.addBody(side, bytes);
    }
    if (holdsTooMuch(this.#context) || (profile === PROFILE.observe && isBehind(this.#context, bodyBytes)))
      this.#giveUp(recording, side, 'overload');
    const failed = (error: unknown): void => {
      this.#context.logger.warn({ reason: reasonOf(error) }, 'a body was given up');
      this.#giveUp(recording, side, 'recorder_error');
    };
    try {
      return recording.addBody(side, bytes)?.catch(failed);
    } catch (error) {
      failed(error);
      return undefined;
    }
  }

  #giveUp(recording: Recording, side: Side, reason: string): void {
    this.#context.counters.bodiesGivenUp += 1;
    recording.markGivenUp(side, reason);
    this.#queue.drop(side);
    this.#enqueue(0, () => {
      recording.dropBody(side);
      return undefined;
    });
  }
}
