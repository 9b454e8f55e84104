/** A process of the simulation: once it is dead, nothing that waits for it happens any more. */
export class Owner {
  readonly name: string;
  alive = true;
  /** It stands still (SIGSTOP) until then. */
  stoppedUntilUs = 0;
  /** Events that it has had. */
  events = 0;
  /** Called before each event; may end the process. */
  onEvent: () => void = () => undefined;

  constructor(name: string) {
    this.name = name;
  }
}

/** Something that will happen. */
export interface Task {
  atUs: number;
  order: number;
  /** Whose it is; the world's own things have no owner. */
  readonly owner: Owner | undefined;
  readonly run: () => void;
  cancelled: boolean;
}

/** The real one, however often the globals are replaced. */
const realImmediate = setImmediate;

/**
 * Virtual time: whatever takes time is a task, and the next task in time is what happens next. Between two tasks
 * everything that follows from the first one by promises alone has happened.
 */
export class Scheduler {
  /** Time since the beginning. */
  nowUs = 0;
  /** Tasks that have run. */
  steps = 0;
  /** Whose task runs, or ran last. */
  current: Owner | undefined;
  private readonly queue: Task[] = [];
  private orders = 0;

  /** Does something after a time; for whoever runs now, unless said otherwise. */
  after(delayUs: number, run: () => void, owner: Owner | undefined = this.current): Task {
    const atUs = this.nowUs + Math.max(0, delayUs);
    const task: Task = { atUs, order: this.orders++, owner, run, cancelled: false };
    this.insert(task);
    return task;
  }

  /** The same in the name of the world, which never dies. */
  worldAfter(delayUs: number, run: () => void): Task {
    const before = this.current;
    this.current = undefined;
    const task = this.after(delayUs, run);
    this.current = before;
    return task;
  }

  /** Resolves after a time, for the world. */
  sleep(delayUs: number): Promise<void> {
    return new Promise((resolve) => this.worldAfter(delayUs, resolve));
  }

  /** Lets things happen until a condition holds; false when time is over or nothing more happens. */
  async until(condition: () => boolean, limitUs: number): Promise<boolean> {
    const endUs = this.nowUs + limitUs;
    await this.settle();
    while (!condition()) {
      const task = this.queue.shift();
      if (task === undefined || task.atUs > endUs) {
        if (task !== undefined) this.queue.unshift(task);
        return false;
      }
      if (!this.begin(task)) continue;
      task.run();
      await this.settle();
      this.current = undefined;
    }
    return true;
  }

  private begin(task: Task): boolean {
    const { owner } = task;
    if (task.cancelled || owner?.alive === false) return false;
    this.nowUs = Math.max(this.nowUs, task.atUs);
    if (owner !== undefined && owner.stoppedUntilUs > this.nowUs) {
      task.atUs = owner.stoppedUntilUs;
      task.order = this.orders++;
      this.insert(task);
      return false;
    }
    this.steps += 1;
    this.current = owner;
    if (owner === undefined) return true;
    owner.events += 1;
    owner.onEvent();
    return owner.alive;
  }

  /** Promises are followed to their end between two turns of the real event loop. */
  private settle(): Promise<void> {
    return new Promise((resolve) => realImmediate(resolve));
  }

  private insert(task: Task): void {
    const { queue } = this;
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = queue[middle] as Task;
      if (other.atUs < task.atUs || (other.atUs === task.atUs && other.order < task.order)) low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, task);
  }
}
