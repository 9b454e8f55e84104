import type { EpochPosition } from '../ledger/index.ts';
import { encodeHex, parseBatchStatement } from '../proof/index.ts';
import { AffidavitError, Batch, Frame, LedgerRecord } from '../record/index.ts';
import type { SpoolFrame } from '../spool/index.ts';

interface SentBatch {
  readonly epoch: string;
  readonly batchNo: number;
  readonly frame: number;
  /** Wall-clock time of its first record. */
  readonly timeUs: number;
}

/** What is read of each frame that was sent: not its payloads, which are most of it. */
const SentFrame = Frame.pick(['batch'], { batch: Batch.pick(['statement', 'records']) });
const SentRecord = LedgerRecord.pick(['timeUs']);

/** Batches remembered at most; when there are more, every other one goes, and its frames are let go with the next. */
const MAX_SENT = 65_536;

/** What the ledger's positions say of the frames that were sent. */
export interface Standing {
  /** All frames before this one are in the ledger; 0 when none is known to be. */
  readonly covered: number;
  /** Newest frame that is known to have arrived; -1 when none is. */
  readonly reached: number;
  /** Oldest batch that isn't covered: its frame. `undefined` when all that were sent are. */
  readonly waiting: number | undefined;
}

/**
 * Knows which frame of the spool holds which batch that Kafka has acknowledged, so that the ledger's signed positions, which
 * are of batches, can be read as positions in the spool. Chunks go with the batch that follows: they came to the ledger
 * before it.
 */
export class SentBatches {
  readonly #keyId: string;
  readonly #maxSent: number;
  #sent: SentBatch[] = [];
  #covered = 0;

  constructor(keyId: Uint8Array, maxSent = MAX_SENT) {
    this.#keyId = encodeHex(keyId);
    this.#maxSent = maxSent;
  }

  /** Batches that are remembered. */
  get size(): number {
    return this.#sent.length;
  }

  /** A frame was acknowledged. One that can't be read goes with the batch that follows: the ledger says what is wrong with it. */
  note({ number, bytes }: SpoolFrame): void {
    // What is sent again stands in its old place.
    while ((this.#sent.at(-1)?.frame ?? -1) >= number) this.#sent.pop();
    try {
      const { batch } = SentFrame.decode(bytes);
      if (batch === undefined) return;
      const { epoch, batchNo } = parseBatchStatement(batch.statement);
      const [first] = batch.records;
      const timeUs = first === undefined ? 0 : SentRecord.decode(first).timeUs;
      this.#sent.push({ epoch: encodeHex(epoch), batchNo, frame: number, timeUs });
    } catch (thrown) {
      if (!(thrown instanceof AffidavitError && thrown.isEvidence)) throw thrown;
    }
    if (this.#sent.length > this.#maxSent) this.#thin();
  }

  /** Judges the ledger's positions, and forgets what they cover. */
  judge(positions: readonly EpochPosition[]): Standing {
    const listed = new Map(
      positions.filter(({ keyId }) => keyId === this.#keyId).map((position) => [position.epoch, position]),
    );
    const whole = this.#wholeEpochs(listed);
    const has = ({ epoch, batchNo }: SentBatch, count: 'batches' | 'next'): boolean =>
      whole.has(epoch) || batchNo < (listed.get(epoch)?.[count] ?? 0);
    const reached = this.#sent.findLast((batch) => has(batch, 'next'))?.frame;
    const at = this.#sent.findIndex((batch) => !has(batch, 'batches'));
    const count = at < 0 ? this.#sent.length : at;
    const last = this.#sent[count - 1];
    if (last !== undefined) this.#covered = last.frame + 1;
    this.#sent = this.#sent.slice(count);
    return { covered: this.#covered, reached: reached ?? this.#covered - 1, waiting: this.#sent[0]?.frame };
  }

  /** Frames before this one are at least as old as a time (wall clock); 0 when none is known to be. */
  before(timeUs: number): number {
    const at = this.#sent.findIndex((batch) => batch.timeUs > timeUs);
    const old = at < 0 ? this.#sent.at(-1) : this.#sent[at - 1];
    return old === undefined ? 0 : old.frame + 1;
  }

  /** Frames before this one are gone. */
  forget(before: number): void {
    const at = this.#sent.findIndex(({ frame }) => frame >= before);
    this.#sent = at < 0 ? [] : this.#sent.slice(at);
  }

  /**
   * Epochs that the ledger lists no more because all of them is there: those whose next one has begun there, or is such
   * an epoch itself (see EpochPosition).
   */
  #wholeEpochs(listed: ReadonlyMap<string, EpochPosition>): Set<string> {
    const whole = new Set<string>();
    const inOrder = [...new Set(this.#sent.map(({ epoch }) => epoch))];
    let nextHasBegun = false;
    for (const epoch of inOrder.toReversed()) {
      if (nextHasBegun && !listed.has(epoch)) whole.add(epoch);
      nextHasBegun = whole.has(epoch) || (listed.get(epoch)?.batches ?? 0) >= 1;
    }
    return whole;
  }

  /** The last batch of an epoch stays: only it says whether all of the epoch has arrived. */
  #thin(): void {
    this.#sent = this.#sent.filter(({ epoch }, index) => index % 2 === 0 || this.#sent[index + 1]?.epoch !== epoch);
  }
}
