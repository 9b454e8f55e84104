import { AffidavitError } from '../record/index.ts';

interface Waiter {
  readonly number: number;
  readonly resolve: () => void;
  readonly reject: (reason: AffidavitError) => void;
}

/** Callers that wait until a frame is durable. */
export class Waiters {
  private readonly waiting = new Set<Waiter>();

  /** Resolves at the first {@link wake} beyond `number`. @throws shutting_down when the signal comes first. */
  async wait(number: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const stop = (): void => {
      reject(new AffidavitError('shutting_down', `stopped waiting for frame ${number}`));
    };
    if (signal.aborted) stop();
    const waiter: Waiter = {
      number,
      resolve: () => {
        resolve(undefined);
      },
      reject,
    };
    this.waiting.add(waiter);
    signal.addEventListener('abort', stop);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', stop);
      this.waiting.delete(waiter);
    }
  }

  /** Frames before `nextFrame` are durable. */
  wake(nextFrame: number): void {
    for (const waiter of this.waiting) if (waiter.number < nextFrame) waiter.resolve();
  }

  /** No frame will become durable any more. */
  fail(reason: AffidavitError): void {
    for (const waiter of this.waiting) waiter.reject(reason);
  }
}
