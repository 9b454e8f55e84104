import type { Clock, Logger } from '../runtime/index.ts';
import { decodeProcessingRequest } from './ext-proc-wire.ts';
import { isHalfFull, isNearlyFull, isOverwhelmed, type Pressure } from './overload.ts';

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
  /** Whether who can't wait any longer is turned away, where Envoy counts that. */
  turnsAway(pressure: Pressure): boolean;
}

/** A stream that has to wait before it begins. */
export interface Waiting {
  admit(): void;
  /** Ends it: its call goes by unrecorded. */
  turnAway(): void;
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
  // Envoy counts no stream that ends so.
  turnsAway: () => false,
};

/**
 * In inline a call ends for its client before its record is durable, and before the work on it has begun: when work or disk
 * doesn't keep up, calls that begin are slowed down. Below the 5 s that our configurations let Envoy wait for an answer: where that isn't
 * enough they go by, whole, and Envoy counts them.
 */
export const INLINE_ADMISSION: AdmissionRule = {
  profile: 'inline',
  observed: false,
  maxWaitUs: 2_000_000,
  isOverwhelmed: isHalfFull,
  turnsAway: isNearlyFull,
};

/** Whether an exchange may begin. */
export class Admission {
  readonly #rule: AdmissionRule;
  readonly #pressure: Pressure;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** Since when each waits. */
  readonly #waiting = new Map<Waiting, number>();
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

  /** What a stream whose first message this is has to do here. */
  judge(first: Uint8Array): 'come in' | 'wait' | 'go by' {
    if (this.#isOver) return 'come in';
    if (this.#waiting.size === 0 && !this.#rule.isOverwhelmed(this.#pressure)) return 'come in';
    if (!this.#concerns(first)) return 'come in';
    if (this.#waiting.size < MAX_WAITING) return 'wait';
    return this.#rule.turnsAway(this.#pressure) ? 'go by' : 'come in';
  }

  /** Lets a stream in, or turns it away, once: when there is room and those who came before are in, or it can't wait longer. */
  wait(stream: Waiting): void {
    this.#waiting.set(stream, this.#clock.monotonicUs());
    if (this.#isOpen)
      this.#logger.warn(
        { profile: this.#rule.profile },
        'work is too far behind: exchanges that begin wait until it has caught up',
      );
    this.#isOpen = false;
  }

  /** Takes back a {@link wait}. */
  cancel(stream: Waiting): void {
    this.#waiting.delete(stream);
  }

  /** Lets in who has waited longest: as many as there may be room for, and who can't wait any longer. */
  readonly release = (): void => {
    let left = MAX_AT_ONCE;
    for (const [stream, sinceUs] of this.#waiting) {
      const isOverwhelmed = this.#rule.isOverwhelmed(this.#pressure);
      const isPatient = this.#clock.monotonicUs() - sinceUs < this.#rule.maxWaitUs;
      if (left === 0 || (isOverwhelmed && isPatient)) return;
      this.#waiting.delete(stream);
      if (isOverwhelmed && this.#rule.turnsAway(this.#pressure)) stream.turnAway();
      else {
        stream.admit();
        left -= 1;
      }
    }
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#logger.info({ profile: this.#rule.profile }, 'exchanges are begun at once again');
  };

  /** From now on nobody waits: the recorder drains, and records as it stands what there is. */
  end(): void {
    this.#isOver = true;
    for (const stream of [...this.#waiting.keys()]) {
      this.#waiting.delete(stream);
      stream.admit();
    }
  }

  #concerns(first: Uint8Array): boolean {
    try {
      return decodeProcessingRequest(first).observability === this.#rule.observed;
    } catch {
      // Whoever takes the message says what is wrong with it.
      return false;
    }
  }
}
