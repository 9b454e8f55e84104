import { AffidavitError } from '../record/index.ts';
import type { Random } from '../runtime/index.ts';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 10_000;

/** Waits longer after each failure, up to 10 s; half of each wait is random, so that many clients don't come at once. */
export class Backoff {
  private readonly random: Random;
  private nextMs = FIRST_DELAY_MS;

  constructor(random: Random) {
    this.random = random;
  }

  /** How long to wait now, in milliseconds. */
  take(): number {
    const wholeMs = this.nextMs;
    this.nextMs = Math.min(wholeMs * 2, MAX_DELAY_MS);
    const [fraction = 0] = this.random.bytes(1);
    return Math.round(wholeMs / 2 + (wholeMs / 2) * (fraction / 255));
  }

  /** Something worked: the next failure starts anew. */
  reset(): void {
    this.nextMs = FIRST_DELAY_MS;
  }
}

/**
 * What the promise gives, unless the signal or the time limit comes first; then the promise is left to itself.
 * @throws shutting_down, bus.unavailable for the time limit, or what the promise threw.
 */
export async function within<T>(work: Promise<T>, doing: string, timeoutMs: number, signal?: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => {
    reject(new AffidavitError('shutting_down', `${doing}: stopped`));
  };
  const timer = setTimeout(() => {
    reject(new AffidavitError('bus.unavailable', `${doing}: no answer within ${timeoutMs} ms`));
  }, timeoutMs);
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
