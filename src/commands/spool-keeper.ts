import type { EpochPosition, LedgerPositions } from '../ledger/index.ts';
import { steadyTime } from '../runtime/index.ts';
import type { Clock, Logger } from '../runtime/index.ts';
import type { Spool } from '../spool/index.ts';
import type { SentBatches } from './sent-batches.ts';

/** What a {@link SpoolKeeper} needs. */
export interface SpoolKeeperOptions {
  readonly spool: Pick<Spool, 'bytes' | 'firstFrame' | 'nextFrame' | 'frameFreeing'>;
  /** Lets frames before a number go that aren't needed otherwise. */
  readonly release: (before: number) => Promise<void>;
  readonly publisher: {
    /** All frames before this one are acknowledged by Kafka. */
    readonly published: number;
    rewind(from: number): void;
  };
  readonly sent: SentBatches;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxBytes: number;
  readonly maxAgeDays: number;
}

const DAY_US = 86_400_000_000;
/** Share of `maxBytes` from which on frames that Kafka has make room for new ones: while the ledger takes some, and when it doesn't. */
const FORCED_SHARE = { moving: 0.97, still: 0.9 };
const STILL_US = 30_000_000;
/** The same batch is sent again after so long, doubled each time. */
const FIRST_AGAIN_US = 60_000_000;
const MAX_AGAIN_DOUBLINGS = 6;

/**
 * Decides which frames of a spool go, and which are sent again. A frame stays until the ledger's published positions cover
 * it. When they show that what Kafka acknowledged never came (its topic was cut, or deleted and made anew), it is sent again
 * from the oldest that isn't covered. Only the bounds of size and age force out frames that Kafka alone has; those that it
 * hasn't go for nothing.
 */
export class SpoolKeeper {
  readonly #options: SpoolKeeperOptions;
  readonly #nowUs: () => number;
  #covered = 0;
  #released = 0;
  #movedUs: number;
  /** Of which the ledger has told; a first answer that tells of some may mean what was sent before it. */
  #jumps = 0;
  /** Until the ledger has a batch beyond this frame, what is being sent again may still be on its way. */
  #barrier: number | undefined;
  #again = { waiting: -1, times: 0, notBeforeUs: 0 };
  #resends = 0;
  #forcedOut = 0;

  constructor(options: SpoolKeeperOptions) {
    this.#options = options;
    this.#nowUs = steadyTime(options.clock);
    this.#movedUs = options.clock.monotonicUs();
  }

  /** How often frames were sent again because the ledger never got them. */
  get resends(): number {
    return this.#resends;
  }

  /** Frames that were let go although the ledger is not known to have them. */
  get forcedOut(): number {
    return this.#forcedOut;
  }

  /** Durable frames that the ledger is not known to have. */
  get uncovered(): number {
    const { firstFrame, nextFrame } = this.#options.spool;
    return nextFrame - Math.min(nextFrame, Math.max(firstFrame, this.#covered));
  }

  /** Kafka has put a message where one was before. */
  busWasCut(): void {
    this.#sendAgain(this.#covered, 'the topic was cut or made anew');
  }

  /** Somebody wants frames sent again; gives the first one that will be. */
  sendAgain(from: number): number {
    return this.#sendAgain(from, 'somebody asked for it');
  }

  /** The ledger has said how far it is. @throws what Spool.release throws */
  async take({ epochs, jumps }: LedgerPositions): Promise<void> {
    const isNew = jumps !== this.#jumps;
    this.#jumps = jumps;
    // Chunks may be gone, of which no batch tells: nothing is let go for these positions.
    if (isNew) {
      this.#sendAgain(this.#covered, 'the ledger found messages of the topic missing');
      return;
    }
    this.#judge(epochs);
    if (this.#barrier !== undefined || this.#covered === this.#released) return;
    this.#released = this.#covered;
    await this.#options.release(this.#covered);
  }

  /** Makes room, and lets go what is too old, as far as Kafka has it. @throws what Spool.release throws */
  async enforceBounds(): Promise<void> {
    const { spool, publisher, sent, maxBytes, maxAgeDays, logger, release, clock } = this.#options;
    const isStill = clock.monotonicUs() - this.#movedUs > STILL_US;
    const excess = spool.bytes - maxBytes * FORCED_SHARE[isStill ? 'still' : 'moving'];
    const tooMuch = excess > 0 ? spool.frameFreeing(excess) : 0;
    const tooOld = sent.before(this.#nowUs() - maxAgeDays * DAY_US);
    const before = Math.min(publisher.published, Math.max(tooMuch, tooOld));
    const firstFrame = Math.max(spool.firstFrame, this.#covered);
    if (before <= firstFrame) return;
    await release(before);
    const frames = spool.firstFrame - firstFrame;
    if (frames <= 0) return;
    this.#forcedOut += frames;
    sent.forget(spool.firstFrame);
    logger.error(
      {
        frames,
        firstFrame,
        lastFrame: spool.firstFrame - 1,
        bytes: spool.bytes,
        bound: tooOld >= before ? 'age' : 'size',
      },
      'frames were let go that Kafka has acknowledged and the ledger is not known to have: only the topic has them now',
    );
  }

  #judge(epochs: readonly EpochPosition[]): void {
    const { covered, reached, waiting } = this.#options.sent.judge(epochs);
    if (covered > this.#covered) this.#movedUs = this.#options.clock.monotonicUs();
    this.#covered = Math.max(this.#covered, covered);
    if (this.#barrier !== undefined && reached > this.#barrier) this.#barrier = undefined;
    if (this.#barrier !== undefined || waiting === undefined || reached < waiting) return;
    // A later batch has arrived: on one partition this one would have been there before it.
    if (this.#again.waiting !== waiting) this.#again = { waiting, times: 0, notBeforeUs: 0 };
    const nowUs = this.#options.clock.monotonicUs();
    if (nowUs < this.#again.notBeforeUs) return;
    const times = this.#again.times + 1;
    const pauseUs = FIRST_AGAIN_US * 2 ** Math.min(times - 1, MAX_AGAIN_DOUBLINGS);
    this.#again = { waiting, times, notBeforeUs: nowUs + pauseUs };
    this.#sendAgain(this.#covered, `the ledger lacks the batch in frame ${waiting}, and has a later one`);
  }

  #sendAgain(from: number, reason: string): number {
    const { spool, publisher, logger } = this.#options;
    const first = Math.min(Math.max(from, spool.firstFrame), spool.nextFrame);
    const frames = publisher.published - first;
    this.#barrier = spool.nextFrame - 1;
    if (frames <= 0) return first;
    this.#resends += 1;
    logger.error({ firstFrame: first, frames, reason }, 'frames that Kafka had acknowledged are sent again');
    publisher.rewind(first);
    return first;
  }
}
