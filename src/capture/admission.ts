import { decodeProcessingRequest } from './ext-proc-wire.ts';
import { isOverwhelmed, type Pressure } from './overload.ts';

/** Most exchanges that are let in after one slice of work. */
const AT_ONCE = 32;

/**
 * Whether an exchange may begin. In observe nothing slows Envoy down: when even giving up bodies doesn't let work keep up,
 * streams that begin aren't read until it does. They stay open in Envoy, whose circuit breaker then lets further calls pass
 * unrecorded, and counts them; what has been begun is recorded whole, in bounded memory.
 */
export class Admission {
  readonly #pressure: Pressure;
  readonly #waiting = new Set<() => void>();

  constructor(pressure: Pressure) {
    this.#pressure = pressure;
  }

  /** Streams that wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Whether a stream whose first message this is has to wait. Where Envoy waits for an answer, none has to. */
  mustWait(first: Uint8Array): boolean {
    if (this.#waiting.size === 0 && !isOverwhelmed(this.#pressure)) return false;
    try {
      return decodeProcessingRequest(first).observability;
    } catch {
      // Whoever takes the message says what is wrong with it.
      return false;
    }
  }

  /** Calls `admit` once, when there is room and those who came before are in. */
  wait(admit: () => void): void {
    this.#waiting.add(admit);
  }

  /** Takes back a {@link wait}. */
  cancel(admit: () => void): void {
    this.#waiting.delete(admit);
  }

  /** Lets in who has waited longest, as many as there may be room for. */
  readonly release = (): void => {
    for (let left = AT_ONCE; left > 0 && this.#waiting.size > 0 && !isOverwhelmed(this.#pressure); left--)
      this.#admitNext();
  };

  /** Lets all in. */
  releaseAll(): void {
    while (this.#waiting.size > 0) this.#admitNext();
  }

  #admitNext(): void {
    const [admit] = this.#waiting;
    if (admit === undefined) return;
    this.#waiting.delete(admit);
    admit();
  }
}
