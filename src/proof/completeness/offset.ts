/** How far a clock is ahead of a node's, at the most: what the newest entry of a message took to arrive is in it. */
export interface Offset {
  /** 0 before a message told. */
  readonly us: number;
  readonly isKnown: boolean;
  /** Takes what a message of the access log tells. */
  add(offsetUs: number): void;
  /** Takes what counters tell. */
  check(offsetUs: number): void;
}

/** Messages that tell how clocks differ: few, because a clock may be set. */
const OFFSET_MESSAGES = 8;
/** Counters are on their way at once: a clock that is so much further ahead of them than the messages tell was set since. */
const CLOCK_SET_US = 60_000_000;

/** By the first method: the least that any message ever told. */
export class LeastOffset implements Offset {
  #leastUs: number | undefined;

  get us(): number {
    return this.#leastUs ?? 0;
  }

  get isKnown(): boolean {
    return this.#leastUs !== undefined;
  }

  add(offsetUs: number): void {
    this.#leastUs = Math.min(this.#leastUs ?? offsetUs, offsetUs);
  }

  /** Counters told nothing of it. */
  check(): void {
    return undefined;
  }
}

/** Since the second method: as the last messages tell. */
export class LatestOffset implements Offset {
  readonly #lastUs: number[] = [];

  get us(): number {
    return this.#lastUs.length === 0 ? 0 : Math.min(...this.#lastUs);
  }

  get isKnown(): boolean {
    return this.#lastUs.length > 0;
  }

  add(offsetUs: number): void {
    this.#lastUs.push(offsetUs);
    if (this.#lastUs.length > OFFSET_MESSAGES) this.#lastUs.shift();
  }

  /** Forgets what was before the clock was set forward. */
  check(offsetUs: number): void {
    if (this.#lastUs.length > 0 && offsetUs > this.us + CLOCK_SET_US) this.#lastUs.splice(0, Infinity, offsetUs);
  }
}
