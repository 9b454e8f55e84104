import {
  AffidavitError,
  Gap,
  GAP_REASON,
  KEY_ROLE,
  KIND,
  kindName,
  PRODUCER_EVENT,
  ProducerStatus,
} from '../record/index.ts';
import type { BatchStatement, LedgerRecord } from '../record/index.ts';
import { equalBytes } from './bytes.ts';
import { ContinuityBook } from './continuity.ts';
import { EpochBook } from './epoch-book.ts';
import type { BatchHead } from './epoch-book.ts';
import type { EnrolledKey, KeyRegistry } from './key-registry.ts';
import { gapReasonName, LossBook } from './losses.ts';
import { EPOCH_BYTES, mayWrite, openLeaf, verifyBatchStatement } from './statement.ts';
import type { OpenedLeaf } from './statement.ts';

/** Most kinds that are counted each by itself. */
const MAX_COUNTED_KINDS = 1000;

interface OpenBatch {
  statement: Uint8Array;
  signature: Uint8Array;
  batchNo: number;
  count: number;
  next: number;
  key: EnrolledKey;
}

/**
 * Checks a log's leaves in order: signatures (once a batch), keys, that each batch is there whole, and each epoch's
 * chain.
 */
export class LeafChecker {
  readonly epochs = new EpochBook();
  /** What is odd about producers, beside what is missing. */
  readonly continuity = new ContinuityBook();
  /** Leaves of each kind, by name. */
  readonly kinds: Record<string, number> = {};
  /** `gap` leaves of each reason, by name. */
  readonly gaps: Record<string, number> = {};
  /** What `gap` leaves declare lost. */
  readonly losses = new LossBook();
  /** Epochs that a producer says came before, of which nothing is there. */
  unseenEpochs = 0;
  batches = 0;
  private readonly keys: KeyRegistry;
  private readonly origin: string;
  private batch: OpenBatch | undefined;

  constructor(keys: KeyRegistry, origin: string) {
    this.keys = keys;
    this.origin = origin;
  }

  /** Takes the next leaf; gives its record and the role of the key that signed it. @throws evidence.*, limit.exceeded */
  take(bytes: Uint8Array, leaf: number): { record: LedgerRecord; role: number } {
    const opened = openLeaf(bytes);
    const batch = this.continueBatch(opened) ?? this.beginBatch(opened);
    batch.next += 1;
    this.batch = batch.next === batch.count ? undefined : batch;
    const { record } = opened;
    if (!mayWrite(batch.key.role, record.kind))
      throw new AffidavitError(
        'evidence.untrusted_key',
        `key ${batch.key.keyId} has role ${batch.key.role}, which may not write a ${kindName(record.kind)} record`,
      );
    count(this.kinds, kindName(record.kind));
    this.takeRecord(record, leaf, batch.key.role);
    this.continuity.take(leaf, record, batch.key.role);
    return { record, role: batch.key.role };
  }

  /** @throws evidence.missing when the log ends within a batch. */
  finish(): void {
    if (this.batch !== undefined) throw missingRecord(this.batch);
  }

  private continueBatch({ leaf }: OpenedLeaf): OpenBatch | undefined {
    const { batch } = this;
    if (batch === undefined) return undefined;
    if (leaf.index !== batch.next || !equalBytes(leaf.statement, batch.statement)) throw missingRecord(batch);
    if (!equalBytes(leaf.signature, batch.signature))
      throw new AffidavitError('evidence.signature', `the signature of batch ${batch.batchNo} is wrong`);
    return batch;
  }

  private beginBatch({ leaf, statement, record }: OpenedLeaf): OpenBatch {
    if (leaf.index !== 0)
      throw new AffidavitError('evidence.missing', `record 0 of batch ${statement.batchNo} is not in front of it`);
    const key = this.keys.resolve(statement.keyId);
    verifyBatchStatement(leaf.statement, leaf.signature, key.publicKey);
    this.checkOrigin(statement);
    this.epochs.accept(statement, leaf.statement, key.role, headOf(record));
    this.batches += 1;
    // Copies: a view would keep the whole bundle in memory.
    const [encoded, signature] = [Uint8Array.from(leaf.statement), Uint8Array.from(leaf.signature)];
    return { statement: encoded, signature, batchNo: statement.batchNo, count: statement.count, next: 0, key };
  }

  private checkOrigin({ logOrigin, batchNo }: BatchStatement): void {
    if (logOrigin !== this.origin)
      throw new AffidavitError('evidence.untrusted_key', `batch ${batchNo} was signed for ${logOrigin}, another log`);
  }

  private takeRecord(record: LedgerRecord, leaf: number, role: number): void {
    if ((record.kind === KIND.genesis) !== (leaf === 0))
      throw new AffidavitError('evidence.malformed', 'leaf 0, and no other, is a genesis record');
    if (record.kind === KIND.key) this.keys.take(record.body, leaf);
    else if (record.kind === KIND.producer) this.takeStatus(record);
    else if (record.kind === KIND.gap) this.takeGap(Gap.decode(record.body), role);
  }

  private takeStatus(record: LedgerRecord): void {
    const status = ProducerStatus.decode(record.body);
    if (status.event === PRODUCER_EVENT.stopped) {
      const chain = this.epochs.chainOf(record.keyId, record.epoch);
      if (chain !== undefined) chain.stopped = true;
    }
    if (status.event !== PRODUCER_EVENT.started || status.previousEpoch.length !== EPOCH_BYTES) return;
    if (!this.epochs.knows(record.keyId, status.previousEpoch)) this.unseenEpochs += 1;
    this.epochs.claim(record.keyId, status.previousEpoch, status.previousBatches);
  }

  /** Only what the ledger says of a producer excuses a hole; producers write gaps about themselves. */
  private takeGap(gap: Gap, role: number): void {
    count(this.gaps, gapReasonName(gap.reason));
    this.losses.take(gap, role);
    if (role !== KEY_ROLE.ledger) return;
    if (gap.reason === GAP_REASON.batches_missing)
      this.epochs.chainOf(gap.keyId, gap.epoch)?.announce(gap.firstBatch, gap.lastBatch);
    if (gap.reason === GAP_REASON.epoch_not_stopped) {
      const chain = this.epochs.chainOf(gap.keyId, gap.epoch);
      if (chain !== undefined) chain.cutAnnounced = true;
    }
  }
}

function headOf({ kind, body, timeUs }: LedgerRecord): BatchHead {
  return { timeUs, previousEpoch: kind === KIND.producer ? ProducerStatus.decode(body).previousEpoch : undefined };
}

function missingRecord({ next, batchNo }: OpenBatch): AffidavitError {
  return new AffidavitError('evidence.missing', `record ${next} of batch ${batchNo} does not follow the one before it`);
}

function count(counts: Record<string, number>, name: string): void {
  const key = Object.hasOwn(counts, name) || Object.keys(counts).length < MAX_COUNTED_KINDS ? name : 'other';
  counts[key] = (counts[key] ?? 0) + 1;
}
