import assert from 'node:assert/strict';
import { QUARANTINE_REASON } from '../../../src/record/index.ts';
import {
  contiguousBatches,
  judgeBatch,
  MAX_GAP_BATCHES,
  MAX_GAPS,
  newEpoch,
  NO_HASH,
} from '../../../src/ledger/epochs.ts';
import type { BatchPlace, EpochState } from '../../../src/ledger/epochs.ts';

const hashOf = (batchNo: number): string => (batchNo < 0 ? NO_HASH : String(batchNo + 1).padStart(64, 'a'));

/** Batch `batchNo` of an epoch whose batches have two records each. */
function place(batchNo: number, changes: Partial<BatchPlace> = {}): BatchPlace {
  const previous = hashOf(batchNo - 1);
  return { epoch: 'e', batchNo, firstSeq: batchNo * 2, count: 2, previous, hash: hashOf(batchNo), ...changes };
}

function after(...batchNos: number[]): EpochState {
  return batchNos.reduce((epoch, batchNo) => accepted(epoch, place(batchNo)), newEpoch('e'));
}

function accepted(epoch: EpochState, batch: BatchPlace): EpochState {
  const judgement = judgeBatch(epoch, batch, null);
  assert.ok(judgement.verdict === 'accept', JSON.stringify(judgement));
  return judgement.epoch;
}

function refusal(epoch: EpochState, batch: BatchPlace, known?: string): number | undefined {
  const judgement = judgeBatch(epoch, batch, known);
  return judgement.verdict === 'refuse' ? judgement.reason : undefined;
}

describe('ledger: judging a batch by its place', () => {
  it('takes the next batch of the chain, and nothing else for it', () => {
    const epoch = after(0, 1);
    assert.equal(accepted(epoch, place(2)).nextSeq, 6);
    assert.equal(refusal(epoch, place(2, { previous: hashOf(0) })), QUARANTINE_REASON.bad_chain);
    assert.equal(refusal(epoch, place(2, { firstSeq: 5 })), QUARANTINE_REASON.bad_numbering);
    assert.equal(refusal({ ...epoch, stopped: true }, place(2)), QUARANTINE_REASON.bad_numbering);
  });

  it('tells a duplicate from a fork by the hash that was accepted', () => {
    const epoch = after(0, 1);
    assert.equal(judgeBatch(epoch, place(1)).verdict, 'lookup');
    assert.equal(judgeBatch(epoch, place(1), hashOf(1)).verdict, 'duplicate');
    assert.equal(refusal(epoch, place(1), hashOf(9)), QUARANTINE_REASON.fork);
  });

  it('opens a gap of just the numbers that are missing', () => {
    const judgement = judgeBatch(after(0), place(4));
    assert.ok(judgement.verdict === 'accept');
    assert.deepEqual(judgement.opened, {
      firstBatch: 1,
      lastBatch: 3,
      firstSeq: 2,
      lastSeq: 7,
      before: hashOf(0),
      after: hashOf(3),
    });
  });

  it('refuses gaps that can not be, or are too many or too large', () => {
    const { bad_numbering: reason } = QUARANTINE_REASON;
    assert.equal(refusal(after(0), place(4, { firstSeq: 4 })), reason);
    assert.equal(refusal(after(0), place(4, { firstSeq: 2 + 3 * 4096 + 1 })), reason);
    assert.equal(refusal(after(0), place(2, { previous: hashOf(0) })), reason);
    assert.equal(refusal(after(0), place(MAX_GAP_BATCHES + 2)), reason);
    assert.equal(refusal({ ...after(0), gapsOpened: MAX_GAPS }, place(2)), reason);
  });

  it('closes a gap from both ends and in the middle, in any order', () => {
    for (const order of [
      [1, 2, 3, 4],
      [4, 3, 2, 1],
      [2, 4, 1, 3],
      [3, 1, 4, 2],
    ]) {
      let epoch = after(0, 5);
      assert.equal(contiguousBatches(epoch), 1);
      for (const batchNo of order) epoch = accepted(epoch, place(batchNo));
      assert.deepEqual(epoch.gaps, []);
      assert.equal(contiguousBatches(epoch), 6);
    }
  });

  it('takes a late batch only when it fits its neighbours', () => {
    const epoch = after(0, 3);
    assert.equal(refusal(epoch, place(1, { previous: hashOf(7) })), QUARANTINE_REASON.bad_chain);
    assert.equal(refusal(epoch, place(1, { firstSeq: 3 })), QUARANTINE_REASON.bad_numbering);
    assert.equal(refusal(epoch, place(1, { count: 4 })), QUARANTINE_REASON.bad_numbering);
    assert.equal(refusal(epoch, place(2, { hash: hashOf(7) })), QUARANTINE_REASON.bad_chain);
    assert.equal(refusal(epoch, place(2, { count: 1 })), QUARANTINE_REASON.bad_numbering);
    const filled = accepted(epoch, place(1));
    assert.equal(judgeBatch(filled, place(1), hashOf(1)).verdict, 'duplicate');
  });
});
