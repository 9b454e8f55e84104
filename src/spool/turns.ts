/** Lets asynchronous work in one piece at a time, in the order it came. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs `work` once everything before it has ended, well or not. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work);
    this.last = mine.catch(() => undefined);
    return mine;
  }
}
