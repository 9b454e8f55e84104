import type { Clock } from '../runtime/index.ts';

/** Work of one exchange that may run now. It must not throw. */
export type Task = () => void;

/**
 * Runs work in slices between which the event loop reads from the network: reading goes first, because Envoy slows
 * down for nobody in observability mode, and what is not read when its patience ends is gone.
 */
export class WorkLoop {
  /** Called after each slice. */
  onTurn: (() => void) | undefined;
  readonly #clock: Clock;
  readonly #sliceUs: number;
  #tasks: Task[] = [];
  /** When each of them was scheduled. */
  #sinceUs: number[] = [];
  #next = 0;
  #lagUs = 0;
  #scheduled = false;

  constructor(clock: Clock, sliceUs = 3_000) {
    this.#clock = clock;
    this.#sliceUs = sliceUs;
  }

  /** Runs a task soon, after those that came before. */
  schedule(task: Task): void {
    this.#tasks.push(task);
    this.#sinceUs.push(this.#clock.monotonicUs());
    this.#arm();
  }

  /** Tasks that wait. */
  get length(): number {
    return this.#tasks.length - this.#next;
  }

  /** How long the task that ran last had waited; 0 when none waits. */
  get lagUs(): number {
    return this.#lagUs;
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
    let nowUs = this.#clock.monotonicUs();
    const endUs = nowUs + this.#sliceUs;
    do {
      const task = this.#tasks[this.#next];
      if (task === undefined) break;
      this.#lagUs = nowUs - (this.#sinceUs[this.#next] ?? nowUs);
      this.#next += 1;
      task();
      nowUs = this.#clock.monotonicUs();
    } while (nowUs < endUs);
    if (this.length > 0) this.#arm();
    else this.#lagUs = 0;
    this.#compact();
    this.onTurn?.();
  }

  #compact(): void {
    if (this.#next < this.#tasks.length && this.#next < 1024) return;
    this.#tasks = this.#tasks.slice(this.#next);
    this.#sinceUs = this.#sinceUs.slice(this.#next);
    this.#next = 0;
  }
}
