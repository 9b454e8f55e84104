import type { EpochPosition } from '../../../../src/ledger/index.ts';
import { encodeHex, NO_PREVIOUS_BATCH } from '../../../../src/proof/index.ts';
import { Batch, BatchStatement, FORMAT, Frame, LedgerRecord } from '../../../../src/record/index.ts';

/** Of the producer whose batches these are. */
export const KEY_ID = new Uint8Array(32).fill(7);

function epochOf(epoch: number): Uint8Array {
  return new Uint8Array(16).fill(epoch + 1);
}

/** A frame with a batch of one record; nothing in it is signed. */
export function batchFrame(epoch: number, batchNo: number, timeUs = 1): Uint8Array {
  const statement = BatchStatement.encode({
    format: FORMAT,
    logOrigin: 'example/log',
    keyId: KEY_ID,
    epoch: epochOf(epoch),
    batchNo,
    firstSeq: batchNo,
    count: 1,
    previousBatchHash: batchNo === 0 ? NO_PREVIOUS_BATCH : new Uint8Array(32).fill(1),
    merkleRoot: new Uint8Array(32),
  });
  const records = [LedgerRecord.encode(LedgerRecord.create({ keyId: KEY_ID, epoch: epochOf(epoch), timeUs }))];
  return Frame.encode({ format: FORMAT, batch: Batch.create({ statement, records }), chunk: undefined });
}

/** What the ledger says of an epoch of which so many batches have arrived. */
export function position(epoch: number, batches: number, next = batches): EpochPosition {
  return { keyId: encodeHex(KEY_ID), epoch: encodeHex(epochOf(epoch)), batches, next, stopped: false };
}
