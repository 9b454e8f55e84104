import { AffidavitError, BatchStatement, FORMAT, Frame, MAX_FRAME_BYTES } from '../record/index.ts';
import type { Batch, LedgerRecord } from '../record/index.ts';
import { LedgerRecord as RecordMessage, WIRE, WireWriter } from '../record/index.ts';
import { BATCH_PAYLOAD_TYPE, batchRoot, preAuthEncoding, statementHash } from '../proof/index.ts';
import type { SigningKey } from './signing-key.ts';

/** Where a batch stands in its epoch's chain. */
export interface ChainPlace {
  readonly batchNo: number;
  readonly firstSeq: number;
  /** SHA-256 of the statement before; 32 zeros in batch 0. */
  readonly previousBatchHash: Uint8Array;
}

/** A batch's signed statement. */
export interface SignedStatement {
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
  /** The place of the batch that follows. */
  readonly next: ChainPlace;
}

/** The place of an epoch's first batch. */
export const CHAIN_START: ChainPlace = { batchNo: 0, firstSeq: 0, previousBatchHash: new Uint8Array(32) };

/** Signs encoded records as the batch at `place` of an epoch (16 bytes). */
export function signBatch(
  key: SigningKey,
  logOrigin: string,
  epoch: Uint8Array,
  place: ChainPlace,
  records: readonly Uint8Array[],
): SignedStatement {
  const statement = BatchStatement.encode({
    format: FORMAT,
    logOrigin,
    keyId: key.keyId,
    epoch,
    batchNo: place.batchNo,
    firstSeq: place.firstSeq,
    count: records.length,
    previousBatchHash: place.previousBatchHash,
    merkleRoot: batchRoot(records),
  });
  const next = {
    batchNo: place.batchNo + 1,
    firstSeq: place.firstSeq + records.length,
    previousBatchHash: statementHash(statement),
  };
  return { statement, signature: key.sign(preAuthEncoding(BATCH_PAYLOAD_TYPE, statement)), next };
}

/** The frame of a batch. @throws internal when over MAX_FRAME_BYTES: whoever fills batches counts. */
export function encodeBatchFrame(batch: Batch): Uint8Array {
  const frame = Frame.encode({ format: FORMAT, batch, chunk: undefined });
  if (frame.length > MAX_FRAME_BYTES)
    throw new AffidavitError('internal', `a batch frame of ${frame.length} bytes is over ${MAX_FRAME_BYTES}`);
  return frame;
}

/**
 * Encodes records before their number is known. A record's fields are written in the order of their numbers, so what
 * stands before and after `seq` can be made by itself.
 */
export class RecordEncoder {
  /** Most bytes that `seq` and its tag take. */
  static readonly SEQ_BYTES = 9;
  private readonly heads = new Map<number, Uint8Array>();
  private readonly keyId: Uint8Array;
  private readonly epoch: Uint8Array;

  constructor(keyId: Uint8Array, epoch: Uint8Array) {
    this.keyId = keyId;
    this.epoch = epoch;
  }

  /** What stands before `seq`: the same for all records of a kind. */
  head(kind: number): Uint8Array {
    let head = this.heads.get(kind);
    if (head === undefined) {
      const { keyId, epoch } = this;
      head = RecordMessage.encode(RecordMessage.create({ format: FORMAT, kind, keyId, epoch }));
      this.heads.set(kind, head);
    }
    return head;
  }

  /** What stands after `seq`. */
  tail(
    fields: Omit<LedgerRecord, 'format' | 'kind' | 'keyId' | 'epoch' | 'seq' | 'attachments'> &
      Partial<Pick<LedgerRecord, 'attachments'>>,
  ): Uint8Array {
    const none = new Uint8Array(0);
    return RecordMessage.encode({ attachments: [], ...fields, format: 0, kind: 0, keyId: none, epoch: none, seq: 0 });
  }

  /** The record. */
  join(kind: number, seq: number, tail: Uint8Array): Uint8Array {
    const head = this.head(kind);
    const writer = new WireWriter(head.length + RecordEncoder.SEQ_BYTES + 10 + tail.length).raw(head);
    if (seq > 0) writer.tag(RecordMessage.numbers['seq'] ?? 0, WIRE.varint).varint(seq);
    return writer.raw(tail).finish();
  }
}
