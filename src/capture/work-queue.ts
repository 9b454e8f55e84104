import { AffidavitError } from '../record/index.ts';
import type { Budget } from './budget.ts';
import type { Side } from './ext-proc-wire.ts';
import type { WorkLoop } from './work-loop.ts';

/** A piece of work; what comes after it waits for its promise. */
export type Work = () => Promise<void> | undefined;

/** What the owner of a {@link WorkQueue} is told. */
export interface WorkQueueOwner {
  /** A piece of work is done, or was dropped after it failed. */
  onWorked(): void;
  /** A piece of work threw or rejected. */
  onFailed(error: unknown): void;
  /** Nothing is left to do. */
  onIdle(): void;
}

/** What an item costs besides its bytes. */
const ITEM_BYTES = 256;
/** What an exchange takes itself while its work waits, whatever it carries: by the heap with 31,560 of them, of small calls in inline. */
export const EXCHANGE_BYTES = 20 * 1024;
/**
 * How much of one exchange is done in a row before others get their turn: a small one as a whole, so that it is out of
 * memory before the next begins; a large one in pieces.
 */
const BURST_BYTES = 64 * 1024;

interface Item {
  readonly bytes: number;
  /** Set when it is a piece of a body, which overload may give up. */
  readonly bodyOf: Side | undefined;
  readonly run: Work;
}

/**
 * The work on one exchange, done in order, one piece at a time; its bytes are taken out of the budget of all, and so is what
 * the exchange takes itself as long as work is left.
 */
export class WorkQueue {
  readonly #loop: WorkLoop;
  readonly #budget: Budget;
  readonly #owner: WorkQueueOwner;
  #items: Item[] = [];
  #pendingBytes = 0;
  #working = false;

  constructor(loop: WorkLoop, budget: Budget, owner: WorkQueueOwner) {
    this.#loop = loop;
    this.#budget = budget;
    this.#owner = owner;
  }

  /** Bytes whose work isn't done. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** False when nothing is left to do, and the owner knows it. */
  get isWorking(): boolean {
    return this.#working;
  }

  /** Adds work on `bytes` bytes. */
  add(bytes: number, run: Work, bodyOf?: Side): void {
    const item = { bytes: bytes + ITEM_BYTES, bodyOf, run };
    this.#items.push(item);
    this.#pendingBytes += item.bytes;
    this.#budget.take(item.bytes);
    if (this.#working) return;
    this.#working = true;
    this.#budget.take(EXCHANGE_BYTES);
    this.#loop.schedule(this.#next);
  }

  /** Drops the work that waits: all of it, or that on one direction's body. */
  drop(bodyOf?: Side): void {
    const dropped = (item: Item): boolean => bodyOf === undefined || item.bodyOf === bodyOf;
    const items = this.#items;
    this.#items = items.filter((item) => !dropped(item));
    for (const item of items) if (dropped(item)) this.#release(item);
  }

  readonly #next = (): void => {
    let bytes = 0;
    do {
      const item = this.#items.shift();
      if (item === undefined) {
        this.#working = false;
        this.#budget.give(EXCHANGE_BYTES);
        this.#owner.onIdle();
        return;
      }
      const running = this.#run(item);
      if (running !== undefined) {
        this.#resume(item, running);
        return;
      }
      this.#worked(item);
      bytes += item.bytes;
    } while (bytes < BURST_BYTES);
    this.#loop.schedule(this.#next);
  };

  #run(item: Item): Promise<void> | undefined {
    try {
      return item.run();
    } catch (error) {
      return Promise.reject(AffidavitError.from(error, 'internal', 'recording an exchange'));
    }
  }

  #resume(item: Item, running: Promise<void>): void {
    const goOn = (): void => {
      this.#worked(item);
      this.#loop.schedule(this.#next);
    };
    running.then(goOn, (error: unknown) => {
      this.#owner.onFailed(error);
      goOn();
    });
  }

  #worked(item: Item): void {
    this.#release(item);
    this.#owner.onWorked();
  }

  #release(item: Item): void {
    this.#pendingBytes -= item.bytes;
    this.#budget.give(item.bytes);
  }
}
