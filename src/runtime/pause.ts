import type { Clock } from './clock.ts';

/** Waits; ends early, without an error, when the signal comes. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}

/**
 * Spaces out what runs again and again, so that under load each run finds more to do and its own price is shared by
 * more. The first run after a quiet time begins at once.
 */
export class Pace {
  private readonly clock: Clock;
  private readonly intervalUs: number;
  private begunUs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, intervalMs: number) {
    this.clock = clock;
    this.intervalUs = intervalMs * 1000;
  }

  /** A run begins. */
  begin(): void {
    this.begunUs = this.clock.monotonicUs();
  }

  /** Waits until the interval since the last {@link begin} is over, or the signal comes. */
  async rest(signal: AbortSignal): Promise<void> {
    const restUs = this.begunUs + this.intervalUs - this.clock.monotonicUs();
    if (restUs > 0) await pause(Math.ceil(restUs / 1000), signal);
  }
}
