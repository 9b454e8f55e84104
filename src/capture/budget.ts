/** Bytes that wait for work, over all exchanges, and who waits for them to become fewer. */
export class Budget {
  readonly maxBytes: number;
  #used = 0;
  #highest = 0;
  readonly #waiting = new Set<() => void>();

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Bytes taken and not given back. */
  get usedBytes(): number {
    return this.#used;
  }

  /** The most that was ever taken at once. */
  get highestBytes(): number {
    return this.#highest;
  }

  /** Whether `bytes` more fit. */
  fits(bytes: number): boolean {
    return this.#used + bytes <= this.maxBytes;
  }

  /** Takes bytes, also beyond the limit: what has been read is there. */
  take(bytes: number): void {
    this.#used += bytes;
    if (this.#used > this.#highest) this.#highest = this.#used;
  }

  /** Gives bytes back, and wakes those who wait once it is no longer full. */
  give(bytes: number): void {
    this.#used -= bytes;
    if (this.#waiting.size === 0 || this.#used >= this.maxBytes) return;
    const woken = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of woken) wake();
  }

  /** Calls `wake` once, when bytes fit again. */
  wait(wake: () => void): void {
    this.#waiting.add(wake);
  }

  /** Takes back a {@link wait}. */
  cancel(wake: () => void): void {
    this.#waiting.delete(wake);
  }
}
