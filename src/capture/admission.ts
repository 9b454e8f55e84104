import type { Clock, Logger } from '../runtime/index.ts';
import { decodeProcessingRequest } from './ext-proc-wire.ts';
import { isOverwhelmed, isUnwritten, type Pressure } from './overload.ts';

/** Most exchanges that are let in after one slice of work. */
const MAX_AT_ONCE = 32;
/** Most streams that wait, whatever the breaker of Envoy's configuration lets through. */
const MAX_WAITING = 10_000;

/** Which exchanges have to wait before they begin, and when. */
export interface AdmissionRule {
  /** For the log. */
  readonly profile: string;
  /** Those that Envoy only lets us observe, or those in which it waits for answers. */
  readonly observed: boolean;
  /** How long a stream waits at most. */
  readonly maxWaitUs: number;
  isOverwhelmed(pressure: Pressure): boolean;
}

/**
 * In observe nothing slows Envoy down: when even giving up bodies doesn't let work keep up, streams that begin aren't read
 * until it does. They stay open in Envoy, whose circuit breaker then lets further calls pass unrecorded, and counts them; what
 * has been begun is recorded whole, in bounded memory. Well below the 30 s after which Envoy resets a stream, and what
 * wasn't read would be gone.
 */
export const OBSERVE_ADMISSION: AdmissionRule = {
  profile: 'observe',
  observed: true,
  maxWaitUs: 10_000_000,
  isOverwhelmed,
};

/**
 * In inline a call ends for its client before its record is durable: when the disk doesn't keep up, calls that begin are
 * slowed down. Below the 5 s that our configurations let Envoy wait for an answer.
 */
export const INLINE_ADMISSION: AdmissionRule = {
  profile: 'inline',
  observed: false,
  maxWaitUs: 3_000_000,
  isOverwhelmed: isUnwritten,
};

/** Whether an exchange may begin. */
export class Admission {
  readonly #rule: AdmissionRule;
  readonly #pressure: Pressure;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** Since when each waits. */
  readonly #waiting = new Map<() => void, number>();
  #isOpen = true;
  #isOver = false;

  constructor(rule: AdmissionRule, pressure: Pressure, clock: Clock, logger: Logger) {
    this.#rule = rule;
    this.#pressure = pressure;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Streams that wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Whether a stream whose first message this is has to wait here. */
  mustWait(first: Uint8Array): boolean {
    if (this.#isOver || this.#waiting.size >= MAX_WAITING) return false;
    if (this.#waiting.size === 0 && !this.#rule.isOverwhelmed(this.#pressure)) return false;
    try {
      return decodeProcessingRequest(first).observability === this.#rule.observed;
    } catch {
      // Whoever takes the message says what is wrong with it.
      return false;
    }
  }

  /** Calls `admit` once, when there is room and those who came before are in. */
  wait(admit: () => void): void {
    this.#waiting.set(admit, this.#clock.monotonicUs());
    if (this.#isOpen)
      this.#logger.warn(
        { profile: this.#rule.profile },
        'work is too far behind: exchanges that begin wait until it has caught up',
      );
    this.#isOpen = false;
  }

  /** Takes back a {@link wait}. */
  cancel(admit: () => void): void {
    this.#waiting.delete(admit);
  }

  /** Lets in who has waited longest: as many as there may be room for, and who can't wait any longer. */
  readonly release = (): void => {
    for (let left = MAX_AT_ONCE; left > 0 && this.#waiting.size > 0; left--) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      const [admit, sinceUs] = next;
      if (this.#rule.isOverwhelmed(this.#pressure) && this.#clock.monotonicUs() - sinceUs < this.#rule.maxWaitUs)
        return;
      this.#admit(admit);
    }
    if (this.#waiting.size > 0 || this.#isOpen) return;
    this.#isOpen = true;
    this.#logger.info({ profile: this.#rule.profile }, 'exchanges are begun at once again');
  };

  /** From now on nobody waits: the recorder drains, and records as it stands what there is. */
  end(): void {
    this.#isOver = true;
    for (const admit of [...this.#waiting.keys()]) this.#admit(admit);
  }

  #admit(admit: () => void): void {
    this.#waiting.delete(admit);
    admit();
  }
}
