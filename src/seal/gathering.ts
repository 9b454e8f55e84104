/** At so many bytes a batch waits for no more company. */
const FULL_BYTES = 512 * 1024;

/**
 * Lets what nobody waits for gather company before it is signed and written: the fewer batches, the less each record
 * costs. Ends with the first record that somebody does wait for.
 */
export class Gathering {
  readonly #gatherMs: number;
  #isOver = false;
  #end: (() => void) | undefined;

  constructor(gatherMs: number) {
    this.#gatherMs = gatherMs;
  }

  /** Something came in; `waitingBytes` are there in all. */
  add(patient: boolean, waitingBytes: number): void {
    if (!patient || waitingBytes >= FULL_BYTES) this.end();
  }

  /** A batch was taken, and `left` says that something is left for the next one. */
  taken(left: boolean): void {
    this.#isOver = left;
  }

  /** Resolves when the next batch may be made. */
  wait(): Promise<void> | undefined {
    if (this.#isOver || this.#gatherMs === 0) return undefined;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.end();
      }, this.#gatherMs);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The next batch is made at once. */
  end(): void {
    this.#isOver = true;
    this.#end?.();
    this.#end = undefined;
  }
}
