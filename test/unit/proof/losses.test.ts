import assert from 'node:assert/strict';
import { Gap, GAP_REASON, KEY_ROLE } from '../../../src/record/index.ts';
import { LossBook } from '../../../src/proof/losses.ts';
import type { Loss } from '../../../src/proof/losses.ts';
import { verifyLog } from '../../../src/proof/index.ts';
import { gapBody, ledgerLeaves, pinned, sampleLeaves, sourceOf, writeLog } from './sample-log.ts';

function lossesOf(gaps: readonly Partial<Gap>[], role: number = KEY_ROLE.ledger): Loss[] {
  const book = new LossBook();
  for (const gap of gaps) book.take(Gap.create(gap), role);
  return book.list([]);
}

describe('what a log declares lost', () => {
  it('is added up by reason', () => {
    const found = lossesOf([
      { reason: GAP_REASON.exchanges_lost, count: 3 },
      { reason: GAP_REASON.exchanges_lost, count: 4 },
      { reason: GAP_REASON.position_jumped, firstPosition: 10, lastPosition: 14 },
      { reason: GAP_REASON.epoch_not_stopped, firstBatch: 7 },
      { reason: GAP_REASON.spool_damaged, count: 2 },
    ]);
    assert.deepEqual(found, [
      { reason: 'position_jumped', records: 1, count: 5 },
      { reason: 'epoch_not_stopped', records: 1, count: 1 },
      { reason: 'spool_damaged', records: 1, count: 2 },
      { reason: 'exchanges_lost', records: 2, count: 7 },
    ]);
  });

  it('is less what arrived later, and nothing once all of it did', () => {
    const missing = { reason: GAP_REASON.payload_missing, leafPlusOne: 5, count: 3 };
    const arrived = { reason: GAP_REASON.payload_arrived, leafPlusOne: 5, count: 1 };
    assert.deepEqual(lossesOf([missing, arrived]), [{ reason: 'payload_missing', records: 1, count: 2 }]);
    assert.deepEqual(lossesOf([missing, { ...arrived, count: 3 }]), []);
    assert.deepEqual(lossesOf([{ reason: GAP_REASON.batches_missing }, { reason: GAP_REASON.batches_arrived }]), []);
  });

  it('counts the batches that are not there by now', () => {
    const book = new LossBook();
    book.take(Gap.create({ reason: GAP_REASON.batches_missing, firstBatch: 1, lastBatch: 9 }), KEY_ROLE.ledger);
    const hole = { firstBatch: 4, lastBatch: 6, firstSeq: 8, lastSeq: undefined };
    assert.deepEqual(book.list([hole]), [{ reason: 'batches_missing', records: 1, count: 3 }]);
  });

  it('takes from a producer no word that is the ledger’s: it can’t talk away what is missing', () => {
    const book = new LossBook();
    book.take(Gap.create({ reason: GAP_REASON.payload_missing, count: 2 }), KEY_ROLE.ledger);
    book.take(Gap.create({ reason: GAP_REASON.payload_arrived, count: 2 }), KEY_ROLE.producer);
    assert.deepEqual(book.list([]), [{ reason: 'payload_missing', records: 1, count: 2 }]);
    assert.deepEqual(lossesOf([{ reason: GAP_REASON.exchanges_lost, count: 2 }], KEY_ROLE.producer).length, 1);
  });

  it('has a row for reasons that this version does not know', () => {
    assert.deepEqual(lossesOf([{ reason: 77 }, { reason: 78 }]), [{ reason: 'reason-0', records: 2, count: 2 }]);
  });

  it('stands in the report of a whole log', async () => {
    const gap = gapBody({ reason: GAP_REASON.payload_missing, leafPlusOne: 5, count: 2 });
    const files = writeLog([...sampleLeaves(20), ...ledgerLeaves(9, gap)]);
    const { losses } = await verifyLog(sourceOf(files), pinned);
    assert.deepEqual(losses, [{ reason: 'payload_missing', records: 1, count: 2 }]);
    assert.deepEqual((await verifyLog(sourceOf(writeLog(sampleLeaves(20))), pinned)).losses, []);
  });
});
