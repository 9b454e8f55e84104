import type { BusSink } from '../bus/index.ts';
import type { EpochPosition } from '../ledger/index.ts';
import { encodeHex, parseBatchStatement } from '../proof/index.ts';
import { Frame } from '../record/index.ts';
import type { SpoolFrame } from '../spool/index.ts';

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

  private note({ number, bytes }: SpoolFrame): void {
    const { batch } = Frame.decode(bytes);
    if (batch === undefined || this.sent.length >= MAX_SENT) return;
    const { epoch, batchNo } = parseBatchStatement(batch.statement);
    this.sent.push({ epoch: encodeHex(epoch), batchNo, frame: number });
  }
}
