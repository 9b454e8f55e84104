import { AffidavitError } from '../record/index.ts';
import type { BatchStatement } from '../record/index.ts';
import { checkUint, equalBytes } from './bytes.ts';
import { NO_PREVIOUS_BATCH } from './statement.ts';

/** Batches of an epoch that aren't there. Both ends are inclusive. */
export interface MissingBatches {
  firstBatch: number;
  lastBatch: number;
  /** Number of the first missing record. */
  firstSeq: number;
  /** Number of the last one; unknown where nothing follows. */
  lastSeq: number | undefined;
}

/** A hole in the chain, and what the statements on both sides of it say. */
interface Hole extends MissingBatches {
  lastSeq: number;
  /** Hash of the statement before the hole. */
  before: Uint8Array;
  /** What the batch after the hole names as the one before it. */
  after: Uint8Array;
}

/** Most holes of one epoch, and most ranges announced for it. */
export const MAX_EPOCH_HOLES = 4096;

function broken(statement: BatchStatement, what: string): AffidavitError {
  return new AffidavitError('evidence.malformed', `batch ${statement.batchNo} ${what}`);
}

/**
 * The chain of one epoch's batches: each number once, records numbered without gaps, each batch naming the hash of the
 * one before. Batches may be missing and may arrive late.
 */
export class EpochChain {
  private batches = 0;
  private records = 0;
  private lastHash: Uint8Array = NO_PREVIOUS_BATCH;
  private holes: Hole[] = [];
  private announced: { first: number; last: number }[] = [];
  /** The producer said `stopped`. */
  stopped = false;
  /** The ledger said that this epoch ended without `stopped`. */
  cutAnnounced = false;
  /** The producer began another epoch after this one. */
  superseded = false;
  /** How many batches the producer's next epoch says this one had. */
  claimedBatches = 0;

  /** The number of the next batch in order. */
  get nextBatch(): number {
    return this.batches;
  }

  /** What is missing: between batches that are there, and at the end as far as the next epoch tells. */
  get missing(): readonly MissingBatches[] {
    if (this.claimedBatches <= this.batches) return this.holes;
    const tail = { firstBatch: this.batches, lastBatch: this.claimedBatches - 1, firstSeq: this.records };
    return [...this.holes, { ...tail, lastSeq: undefined }];
  }

  /**
   * Takes the next batch, or a late one.
   * @param hash SHA-256 of the encoded statement.
   * @returns the hole that it leaves before it, if any.
   * @throws evidence.fork when its number was used before; evidence.malformed when the chain or the numbering doesn't
   * go on; limit.exceeded for too many holes.
   */
  accept(statement: BatchStatement, hash: Uint8Array): MissingBatches | undefined {
    if (statement.batchNo < this.batches) {
      this.fill(statement, hash);
      return undefined;
    }
    const skipped = statement.batchNo - this.batches;
    const hole = skipped === 0 ? undefined : this.holeBefore(statement, skipped);
    if (hole === undefined) this.checkNext(statement);
    else this.holes.push(hole);
    this.batches = statement.batchNo + 1;
    this.records = statement.firstSeq + statement.count;
    this.lastHash = hash;
    return hole;
  }

  /** Notes that the ledger says these batches are missing. @throws evidence.malformed, limit.exceeded */
  announce(first: number, last: number): void {
    checkUint(last - first, 'the length of a gap');
    // What was announced and has arrived since needs no excuse any more.
    if (this.announced.length >= MAX_EPOCH_HOLES)
      this.announced = this.announced.filter((range) => this.isMissing(range));
    if (this.announced.length >= MAX_EPOCH_HOLES)
      throw new AffidavitError('limit.exceeded', `over ${MAX_EPOCH_HOLES} gaps in one epoch`);
    this.announced.push({ first, last });
  }

  /** What is missing and was announced by nobody. */
  unannounced(): MissingBatches[] {
    return this.missing.filter(
      ({ firstBatch, lastBatch }) =>
        !this.announced.some(({ first, last }) => first <= firstBatch && lastBatch <= last),
    );
  }

  private isMissing({ first, last }: { first: number; last: number }): boolean {
    return this.missing.some(({ firstBatch, lastBatch }) => first <= lastBatch && firstBatch <= last);
  }

  private checkNext(statement: BatchStatement): void {
    if (statement.firstSeq !== this.records)
      throw broken(statement, `begins with record ${statement.firstSeq} instead of ${this.records}`);
    if (!equalBytes(statement.previousBatchHash, this.lastHash))
      throw broken(statement, 'names another batch before it than the one that is there');
  }

  private holeBefore(statement: BatchStatement, skipped: number): Hole {
    // Every batch has at least one record.
    if (statement.firstSeq < this.records + skipped)
      throw broken(statement, `begins with record ${statement.firstSeq}, which leaves too few for the batches before`);
    if (this.holes.length >= MAX_EPOCH_HOLES)
      throw new AffidavitError('limit.exceeded', `over ${MAX_EPOCH_HOLES} holes in one epoch`);
    return {
      firstBatch: this.batches,
      lastBatch: statement.batchNo - 1,
      firstSeq: this.records,
      lastSeq: statement.firstSeq - 1,
      before: this.lastHash,
      after: statement.previousBatchHash,
    };
  }

  private fill(statement: BatchStatement, hash: Uint8Array): void {
    const { batchNo, firstSeq, count } = statement;
    const at = this.holes.findIndex(({ firstBatch, lastBatch }) => firstBatch <= batchNo && batchNo <= lastBatch);
    const hole = this.holes[at];
    if (hole === undefined) throw new AffidavitError('evidence.fork', `batch ${batchNo} of its epoch is there twice`);
    const left = { ...hole, lastBatch: batchNo - 1, lastSeq: firstSeq - 1, after: statement.previousBatchHash };
    const right = { ...hole, firstBatch: batchNo + 1, firstSeq: firstSeq + count, before: hash };
    checkRest(left, statement, statement.previousBatchHash, hole.before);
    checkRest(right, statement, hash, hole.after);
    this.holes.splice(at, 1, ...[left, right].filter(({ firstBatch, lastBatch }) => firstBatch <= lastBatch));
  }
}

/** What a late batch leaves of a hole at one side: nothing, and then the chain must close there, or enough numbers. */
function checkRest(rest: Hole, statement: BatchStatement, own: Uint8Array, neighbour: Uint8Array): void {
  const batches = rest.lastBatch - rest.firstBatch + 1;
  const records = rest.lastSeq - rest.firstSeq + 1;
  if (batches === 0 ? records !== 0 : records < batches)
    throw broken(statement, `has records from ${statement.firstSeq} on, which its neighbours leave no place for`);
  if (batches === 0 && !equalBytes(own, neighbour)) throw broken(statement, "doesn't fit the batch beside it");
}
