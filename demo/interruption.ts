import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Wishes } from '../src/commands/index.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
type Signal = (typeof SIGNALS)[number];

/** Exit code of what a signal ended, as shells say it. */
const SIGNAL_EXIT_BASE = 128;
const GRACE_MS = 10_000;
/** How much later than its children's end a signal may be seen that has ended them. */
const SIGNAL_GRACE_MS = 200;

/** Thrown in the place of what a signal cut short. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** 130 for SIGINT, 143 for SIGTERM. */
  readonly exitCode: number;

  constructor(signal: Signal) {
    super(`interrupted by ${signal}`);
    this.exitCode = SIGNAL_EXIT_BASE + constants.signals[signal];
  }
}

/**
 * Every process that this one starts, by whatever module and however briefly: a signal can come between the start of a
 * process and the moment at which its starter knows it.
 */
export class Children {
  readonly #running = new Set<ChildProcess>();
  #emptied: (() => void) | undefined;

  constructor() {
    subscribe('child_process', (message) => {
      this.#add((message as { process: ChildProcess }).process);
    });
    process.once('exit', () => {
      this.killAll();
    });
  }

  /** Asks all to end, insists after 10 s, and waits until they are gone. What is started from now on is killed at once. */
  async end(): Promise<void> {
    if (this.#running.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#emptied = () => {
      resolve(undefined);
    };
    for (const child of this.#running) child.kill('SIGTERM');
    const timer = setTimeout(() => {
      this.killAll();
    }, GRACE_MS);
    await promise;
    clearTimeout(timer);
  }

  /** Ends all at once, as a crash would. */
  killAll(): void {
    for (const child of this.#running) child.kill('SIGKILL');
  }

  #add(child: ChildProcess): void {
    this.#running.add(child);
    const remove = (): void => {
      this.#running.delete(child);
      if (this.#running.size === 0) this.#emptied?.();
    };
    child.once('exit', remove);
    child.once('spawn', () => {
      if (this.#emptied !== undefined) child.kill('SIGKILL');
    });
    child.once('error', () => {
      if (child.pid === undefined) remove();
    });
  }
}

/** The signals that end the demo: one that is waited for, or one that cuts short what runs. */
export class Interruption {
  readonly #children: Children;
  readonly #cut = Promise.withResolvers<never>();
  #wishes = new Wishes();
  #reason: Interrupted | undefined;
  #asked: (() => void) | undefined;

  /** From now on neither signal ends the process by itself. One a second later, while things are being stopped, does. */
  constructor(children: Children) {
    this.#children = children;
    this.#cut.promise.catch(() => undefined);
    for (const signal of SIGNALS)
      process.on(signal, () => {
        this.#take(signal);
      });
  }

  /** Whether a signal has cut something short. */
  get happened(): boolean {
    return this.#reason !== undefined;
  }

  /** Resolves with the next signal, which then cuts nothing short. */
  asked(): Promise<void> {
    return new Promise((resolve) => {
      this.#asked = resolve;
    });
  }

  /** What `work` comes to, unless a signal comes before that. @throws Interrupted; then `work` goes on unheard */
  async orCut<T>(work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([work, this.#cut.promise]);
    } catch (thrown) {
      work.catch(() => undefined);
      // Ctrl-C reaches the children too: that they end may be seen before the signal is.
      if (this.#reason === undefined) await Promise.race([delay(SIGNAL_GRACE_MS), this.#cut.promise]);
      throw this.#reason ?? thrown;
    }
  }

  #take(signal: Signal): void {
    const wish = this.#wishes.take();
    if (wish === 'echo') return;
    if (this.#asked !== undefined) {
      this.#asked();
      this.#asked = undefined;
      return;
    }
    // What somebody repeats who was waited for cuts short what still runs then; who repeats that as well insists.
    const insists = this.#reason !== undefined;
    this.#reason ??= new Interrupted(signal);
    this.#cut.reject(this.#reason);
    if (insists) {
      this.#children.killAll();
      process.exit(this.#reason.exitCode);
    }
    this.#wishes = new Wishes();
    this.#wishes.take();
  }
}
