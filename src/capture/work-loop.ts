import type { Clock } from '../runtime/index.ts';

/** Work of one exchange that may run now. It must not throw. */
export type Task = () => void;

/**
 * Runs work in slices between which the event loop reads from the network: reading goes first, because Envoy slows
 * down for nobody in observability mode, and what is not read when its patience ends is gone.
 */
export class WorkLoop {
  readonly #clock: Clock;
  readonly #sliceUs: number;
  #tasks: Task[] = [];
  #next = 0;
  #scheduled = false;

  constructor(clock: Clock, sliceUs = 3_000) {
    this.#clock = clock;
    this.#sliceUs = sliceUs;
  }

  /** Runs a task soon, after those that came before. */
  schedule(task: Task): void {
    this.#tasks.push(task);
    this.#arm();
  }

  /** Tasks that wait. */
  get length(): number {
    return this.#tasks.length - this.#next;
  }

  #arm(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#turn();
    });
  }

  #turn(): void {
    const endUs = this.#clock.monotonicUs() + this.#sliceUs;
    do {
      const task = this.#tasks[this.#next];
      if (task === undefined) break;
      this.#next += 1;
      task();
    } while (this.#clock.monotonicUs() < endUs);
    if (this.length > 0) this.#arm();
    this.#compact();
  }

  #compact(): void {
    if (this.#next < this.#tasks.length && this.#next < 1024) return;
    this.#tasks = this.#tasks.slice(this.#next);
    this.#next = 0;
  }
}
