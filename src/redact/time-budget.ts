import type { RedactLimits } from './limits.ts';

const MIB = 1024 * 1024;

/** Measures the engine's work on one part, and tells when it has taken too long. Time between two pieces of work doesn't count. */
export class TimeBudget {
  readonly #maxUs: number;
  readonly #monotonicUs: () => number;
  #usedUs = 0;
  #startedUs: number | undefined;

  /** `monotonicUs` tells microseconds since some fixed moment. */
  constructor({ maxEngineMs }: Pick<RedactLimits, 'maxEngineMs'>, monotonicUs: () => number) {
    this.#maxUs = maxEngineMs * 1000;
    this.#monotonicUs = monotonicUs;
  }

  /** Work begins. */
  start(): void {
    this.#startedUs = this.#monotonicUs();
  }

  /** Work is done, or pauses. */
  stop(): void {
    if (this.#startedUs === undefined) return;
    this.#usedUs += this.#monotonicUs() - this.#startedUs;
    this.#startedUs = undefined;
  }

  /** True when the work, also that which goes on, has taken longer than a part of so many bytes may take. */
  isSpent(bytes = 0): boolean {
    const running = this.#startedUs === undefined ? 0 : this.#monotonicUs() - this.#startedUs;
    return this.#usedUs + running > this.#maxUs * (1 + Math.floor(bytes / MIB));
  }
}
