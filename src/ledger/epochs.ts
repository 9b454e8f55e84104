import { MAX_BATCH_RECORDS, QUARANTINE_REASON } from '../record/index.ts';
import type { QuarantineReason } from '../record/index.ts';

/** What is missing inside an epoch: batches between two that arrived, and what bounds them. Both ends are inclusive. */
export interface OpenGap {
  firstBatch: number;
  lastBatch: number;
  firstSeq: number;
  lastSeq: number;
  /** Statement hash (hex) that the gap's first batch has to name as the one before. */
  before: string;
  /** Statement hash (hex) of the gap's last batch, as the batch after it names it. */
  after: string;
}

/** How far one boot of a producer has been seen. Hashes and ids are lower-case hex. */
export interface EpochState {
  epoch: string;
  /** The batch after the highest that arrived. */
  nextBatch: number;
  nextSeq: number;
  /** Statement hash of batch `nextBatch - 1`; zeros when none came. */
  lastHash: string;
  gaps: readonly OpenGap[];
  /** True once a record said `stopped`. */
  stopped: boolean;
  /** How many gaps were ever opened. */
  gapsOpened: number;
  /**
   * Batches that the producer's next epoch says were written, or had arrived by then when that is more; a `gap` leaf
   * names those which never came. 0 until the next epoch has spoken.
   */
  announced: number;
  /** True once a `gap` leaf said that it ended without `stopped`, as far as was known. */
  cut: boolean;
  /** Of an epoch that knows of none before it: when its first record was written, by its producer's clock. */
  rootlessUs?: number;
}

/** What the first batch that arrives of an epoch tells of its beginning. */
export interface EpochHead {
  /** When the batch's first record was written, by the producer's clock. */
  readonly timeUs: number;
  /** The epoch before, empty for none; `undefined` when the batch isn't the epoch's first one, or doesn't say. */
  readonly previousEpoch: string | undefined;
}

/** What numbers a batch: the verified statement's place in its chain. */
export interface BatchPlace {
  epoch: string;
  batchNo: number;
  firstSeq: number;
  count: number;
  previous: string;
  /** SHA-256 of the statement. */
  hash: string;
}

/** What is to be done with a batch whose signature holds. */
export type Judgement =
  | { readonly verdict: 'accept'; readonly epoch: EpochState; readonly opened?: OpenGap; readonly late: boolean }
  | { readonly verdict: 'duplicate' }
  | { readonly verdict: 'lookup' }
  | { readonly verdict: 'refuse'; readonly reason: QuarantineReason; readonly detail: string };

/** The hash that a chain begins with. */
export const NO_HASH = '0'.repeat(64);
/** A batch that leaves out more batches than this is refused. */
export const MAX_GAP_BATCHES = 1 << 20;
/** Once an epoch had this many gaps, a batch that opens another one is refused: a verifier holds them all. */
export const MAX_GAPS = 1024;
/** Once the state holds this many epochs of a key, a batch that begins another one is refused: unsettled ones stay. */
export const MAX_HELD_EPOCHS = 1024;

/** An epoch of which nothing has arrived. */
export function newEpoch(epoch: string): EpochState {
  const nothing = { nextBatch: 0, nextSeq: 0, lastHash: NO_HASH, gaps: [], gapsOpened: 0, announced: 0 };
  return { epoch, ...nothing, stopped: false, cut: false };
}

/** The batches from 0 that arrived without a gap. */
export function contiguousBatches(epoch: EpochState): number {
  return epoch.gaps[0]?.firstBatch ?? epoch.nextBatch;
}

/** True while the epoch's first batch hasn't come, and with it what says which epoch was before. */
export function isHeadless(epoch: EpochState): boolean {
  return contiguousBatches(epoch) === 0;
}

/** True when the end of an epoch is known from the next one's beginning, is there, and doesn't say `stopped`. */
export function isCut({ nextBatch, announced, stopped }: EpochState): boolean {
  return announced > 0 && nextBatch >= announced && !stopped;
}

/**
 * True when an epoch that begins in the log was begun before the newest one of its key: what a topic has lost is sent again later. So
 * it is when the next epoch has counted its batches; or when it begins with its first batch while that of another is missing, and
 * doesn't name the newest or one of those as the epoch before.
 */
export function beganEarlier({ epoch, announced }: EpochState, held: readonly EpochState[], head: EpochHead): boolean {
  if (announced > 0) return true;
  const headless = held.filter((other) => other.epoch !== epoch && isHeadless(other));
  if (headless.length === 0 || head.previousEpoch === undefined) return false;
  return ![...headless, ...held.slice(-1)].some((other) => other.epoch === head.previousEpoch);
}

/**
 * The epoch that a producer began on another disk, knowing of none before, after it had written what now begins an older epoch here: a
 * message that was on its way when the disk was exchanged. Only the producer's clock tells, so an epoch that names that one or a later
 * one as the epoch before isn't older, whenever it was written.
 */
export function begunAnewAfter(
  { epoch }: EpochState,
  held: readonly EpochState[],
  { timeUs, previousEpoch }: EpochHead,
): EpochState | undefined {
  const index = held.findIndex(
    (other) => other.epoch !== epoch && other.rootlessUs !== undefined && timeUs < other.rootlessUs,
  );
  const later = index < 0 ? [] : held.slice(index);
  return later.some((other) => other.epoch === previousEpoch) ? undefined : later[0];
}

/**
 * True when all that the producer wrote in the epoch is in the log: nothing is missing inside, and its end is known,
 * because it said `stopped` or because the next epoch counted its batches.
 */
export function isSettled({ gaps, nextBatch, stopped, announced }: EpochState): boolean {
  return gaps.length === 0 && nextBatch >= announced && (stopped || announced > 0);
}

/**
 * Judges a batch by its place in its epoch.
 * @param known statement hash that was accepted under this batch number; `null` when that was looked up and there is
 *   none, `undefined` when it wasn't looked up: then `lookup` is the answer where it matters.
 */
export function judgeBatch(epoch: EpochState, place: BatchPlace, known?: string | null): Judgement {
  if (place.batchNo >= epoch.nextBatch) return judgeNew(epoch, place);
  const gap = epoch.gaps.find(({ firstBatch, lastBatch }) => place.batchNo >= firstBatch && place.batchNo <= lastBatch);
  if (gap !== undefined) return judgeLate(epoch, gap, place);
  if (known === undefined) return { verdict: 'lookup' };
  if (known === place.hash) return { verdict: 'duplicate' };
  return refuse(
    QUARANTINE_REASON.fork,
    `batch ${place.batchNo} was accepted with statement hash ${known ?? 'unknown'}`,
  );
}

function refuse(reason: QuarantineReason, detail: string): Judgement {
  return { verdict: 'refuse', reason, detail };
}

function badNumbering(place: BatchPlace, expected: string): Judgement {
  return refuse(
    QUARANTINE_REASON.bad_numbering,
    `batch ${place.batchNo} begins at ${place.firstSeq}, expected ${expected}`,
  );
}

function judgeNew(epoch: EpochState, place: BatchPlace): Judgement {
  if (epoch.stopped)
    return refuse(QUARANTINE_REASON.bad_numbering, `batch ${place.batchNo} follows the end of its epoch`);
  const missing = place.batchNo - epoch.nextBatch;
  if (missing === 0) {
    if (place.previous !== epoch.lastHash)
      return refuse(QUARANTINE_REASON.bad_chain, `batch ${place.batchNo} doesn't name the statement before it`);
    if (place.firstSeq !== epoch.nextSeq) return badNumbering(place, String(epoch.nextSeq));
    return { verdict: 'accept', epoch: advance(epoch, place), late: false };
  }
  if (missing > MAX_GAP_BATCHES || epoch.gapsOpened >= MAX_GAPS)
    return refuse(
      QUARANTINE_REASON.bad_numbering,
      `batch ${place.batchNo} leaves out ${missing}, more than is accepted`,
    );
  const opened: OpenGap = {
    firstBatch: epoch.nextBatch,
    lastBatch: place.batchNo - 1,
    firstSeq: epoch.nextSeq,
    lastSeq: place.firstSeq - 1,
    before: epoch.lastHash,
    after: place.previous,
  };
  if (!fits(opened)) return badNumbering(place, `${missing} batches after ${epoch.nextSeq}`);
  const gaps = [...epoch.gaps, opened];
  const next = { ...advance(epoch, place), gaps, gapsOpened: epoch.gapsOpened + 1 };
  return { verdict: 'accept', epoch: next, opened, late: false };
}

function advance(epoch: EpochState, place: BatchPlace): EpochState {
  return {
    ...epoch,
    nextBatch: place.batchNo + 1,
    nextSeq: place.firstSeq + place.count,
    lastHash: place.hash,
  };
}

/** True when the gap's batches, of 1 to MAX_BATCH_RECORDS records each, can have just its sequence numbers. */
function fits(gap: OpenGap): boolean {
  const batches = gap.lastBatch - gap.firstBatch + 1;
  const records = gap.lastSeq - gap.firstSeq + 1;
  if (gap.before === gap.after) return false;
  return records >= batches && records <= batches * MAX_BATCH_RECORDS;
}

function judgeLate(epoch: EpochState, gap: OpenGap, place: BatchPlace): Judgement {
  const lastSeq = place.firstSeq + place.count - 1;
  const rest: OpenGap[] = [];
  if (place.batchNo === gap.firstBatch) {
    if (place.previous !== gap.before)
      return refuse(QUARANTINE_REASON.bad_chain, `late batch ${place.batchNo} doesn't name the statement before it`);
    if (place.firstSeq !== gap.firstSeq) return badNumbering(place, String(gap.firstSeq));
  } else {
    const left = { ...gap, lastBatch: place.batchNo - 1, lastSeq: place.firstSeq - 1, after: place.previous };
    if (!fits(left)) return badNumbering(place, `room for ${place.batchNo - gap.firstBatch} batches before it`);
    rest.push(left);
  }
  if (place.batchNo === gap.lastBatch) {
    if (place.hash !== gap.after)
      return refuse(QUARANTINE_REASON.bad_chain, `late batch ${place.batchNo} isn't the one that the next batch names`);
    if (lastSeq !== gap.lastSeq) return badNumbering(place, `an end at ${gap.lastSeq}`);
  } else {
    const right = { ...gap, firstBatch: place.batchNo + 1, firstSeq: lastSeq + 1, before: place.hash };
    if (!fits(right)) return badNumbering(place, `room for ${gap.lastBatch - place.batchNo} batches after it`);
    rest.push(right);
  }
  const gaps = epoch.gaps.flatMap((other) => (other === gap ? rest : [other]));
  return { verdict: 'accept', epoch: { ...epoch, gaps }, late: true };
}
