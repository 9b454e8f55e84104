import { endAtOnce } from './ending.ts';

/**
 * Less than this between two signals, and they are one wish: a terminal signals the whole process group, and npm hands
 * the same signal on to what it runs.
 */
const INSISTS_AFTER_MS = 1_000;

/** Tells somebody who insists from one wish that arrives more than once. */
export class Wishes {
  readonly #nowMs: () => number;
  #firstMs: number | undefined;

  /** @param nowMs a clock that only goes forward */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Takes a signal. `new` is the first one, `echo` the same wish once more, and `insists` is for who won't wait. */
  take(): 'new' | 'echo' | 'insists' {
    const nowMs = this.#nowMs();
    if (this.#firstMs === undefined) {
      this.#firstMs = nowMs;
      return 'new';
    }
    return nowMs - this.#firstMs < INSISTS_AFTER_MS ? 'echo' : 'insists';
  }
}

/** A terminal that is closed hangs up: whoever ran this in it is gone, and what is recorded must still end in order. */
const ASKING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Resolves with the name of the first signal that asks the process to end; who then insists with the same ends it at once.
 * The end of whoever started this process, when they are connected, asks like SIGTERM.
 */
export function untilAsked(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('disconnect', () => {
      resolve('SIGTERM');
    });
    process.channel?.unref();
    if (process.send !== undefined && !process.connected) resolve('SIGTERM');
    for (const signal of ASKING) {
      const wishes = new Wishes();
      process.on(signal, () => {
        if (wishes.take() === 'insists') endAtOnce(130);
        resolve(signal);
      });
    }
  });
}
