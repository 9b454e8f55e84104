import type { BusSink } from '../bus/index.ts';
import type { EpochPosition } from '../ledger/index.ts';
import { encodeHex, parseBatchStatement } from '../proof/index.ts';
import { AffidavitError, Frame } from '../record/index.ts';
import type { Logger } from '../runtime/index.ts';
import type { Spool, SpoolFrame } from '../spool/index.ts';

interface SentBatch {
  readonly epoch: string;
  readonly batchNo: number;
  readonly frame: number;
}

/** Batches remembered at most: what is forgotten is released with a later one. */
const MAX_SENT = 100_000;

/**
 * Knows which frame of the spool holds which batch, so that frames can be released once the ledger's signed positions
 * cover them. Chunks go with the batch that follows: they came to the ledger before it.
 */
export class ReleaseTracker {
  private readonly keyId: string;
  private sent: SentBatch[] = [];

  constructor(keyId: Uint8Array) {
    this.keyId = encodeHex(keyId);
  }

  /** A sink that tells this tracker what it published. */
  watch(sink: BusSink): BusSink {
    return {
      publish: async (frames, signal) => {
        await sink.publish(frames, signal);
        for (const frame of frames) this.note(frame);
      },
      close: () => sink.close(),
    };
  }

  /** All frames before the one that is returned are in the ledger; `undefined` when nothing new is. */
  covered(positions: readonly EpochPosition[]): number | undefined {
    const batches = new Map(
      positions.filter(({ keyId }) => keyId === this.keyId).map(({ epoch, batches: count }) => [epoch, count]),
    );
    const whole = this.wholeEpochs(batches);
    let count = 0;
    for (const { epoch, batchNo } of this.sent) {
      if (!whole.has(epoch) && batchNo >= (batches.get(epoch) ?? 0)) break;
      count++;
    }
    const last = this.sent[count - 1];
    this.sent = this.sent.slice(count);
    return last === undefined ? undefined : last.frame + 1;
  }

  /**
   * Epochs that the ledger lists no more because all of them is there: those whose next one has begun there, or is such
   * an epoch itself (see EpochPosition).
   */
  private wholeEpochs(batches: ReadonlyMap<string, number>): Set<string> {
    const whole = new Set<string>();
    const inOrder = [...new Set(this.sent.map(({ epoch }) => epoch))];
    let nextHasBegun = false;
    for (const epoch of inOrder.toReversed()) {
      if (nextHasBegun && !batches.has(epoch)) whole.add(epoch);
      nextHasBegun = whole.has(epoch) || (batches.get(epoch) ?? 0) >= 1;
    }
    return whole;
  }

  /** A frame that can't be read goes with the batch that follows: the ledger has it, and says what is wrong with it. */
  private note({ number, bytes }: SpoolFrame): void {
    if (this.sent.length >= MAX_SENT) return;
    try {
      const { batch } = Frame.decode(bytes);
      if (batch === undefined) return;
      const { epoch, batchNo } = parseBatchStatement(batch.statement);
      this.sent.push({ epoch: encodeHex(epoch), batchNo, frame: number });
    } catch (thrown) {
      if (!(thrown instanceof AffidavitError && thrown.isEvidence)) throw thrown;
    }
  }
}

/** Oldest frames that the next start would need; `undefined` when there is none. */
export interface FramesNeeded {
  /** To record an end for each exchange that is open now. */
  openExchanges(): number | undefined;
  /** To know how the epoch ended. */
  epoch(): number | undefined;
}

/** Share of the spool's bound that may fill up for the sake of exchanges that are still open. */
const MAX_HELD_SHARE = 0.5;

/**
 * Makes what lets frames of the spool go that are recorded elsewhere, all before the number that it is given, but none
 * that the next start would need. When half of `maxBytes` is full, frames of exchanges that are still open go too, with
 * a warning. What it makes throws what Spool.release throws.
 */
export function guardedRelease(
  spool: Pick<Spool, 'bytes' | 'release'>,
  maxBytes: number,
  needed: FramesNeeded,
  logger: Logger,
): (before: number) => Promise<void> {
  return async (before) => {
    const recorded = Math.min(before, needed.epoch() ?? before);
    const kept = Math.min(recorded, needed.openExchanges() ?? recorded);
    const fillsUp = kept < recorded && spool.bytes > maxBytes * MAX_HELD_SHARE;
    if (fillsUp)
      logger.warn(
        { bytes: spool.bytes, maxBytes, firstFrame: kept },
        'the spool fills up: frames of exchanges that are still open are let go; after a crash now they would have no end',
      );
    await spool.release(fillsUp ? recorded : kept);
  };
}
