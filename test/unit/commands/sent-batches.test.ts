import assert from 'node:assert/strict';
import { SentBatches } from '../../../src/commands/sent-batches.ts';
import { batchFrame, KEY_ID, position } from './support/batches.ts';

/** Batches, the first one in frame 100. */
function sentOf(batches: readonly (readonly [epoch: number, batchNo: number])[], maxSent?: number): SentBatches {
  const sent = new SentBatches(KEY_ID, maxSent);
  for (const [at, [epoch, batchNo]] of batches.entries())
    sent.note({ number: 100 + at, bytes: batchFrame(epoch, batchNo, 1_000 * at) });
  return sent;
}

const inOrder = (epoch: number, count: number): [number, number][] =>
  Array.from({ length: count }, (_, no) => [epoch, no]);

describe('what the ledger has of the batches that were sent', () => {
  it('is covered up to the first batch that has not arrived', () => {
    const sent = sentOf(inOrder(0, 3));
    assert.deepEqual(sent.judge([position(0, 2)]), { covered: 102, reached: 101, waiting: 102 });
    assert.deepEqual(sent.judge([position(0, 2)]), { covered: 102, reached: 101, waiting: 102 });
    assert.deepEqual(sent.judge([position(0, 3)]), { covered: 103, reached: 102, waiting: undefined });
    assert.equal(sent.size, 0);
  });

  it('is reached by a later batch although one before it is missing', () => {
    const sent = sentOf(inOrder(0, 6));
    assert.deepEqual(sent.judge([position(0, 1, 5)]), { covered: 101, reached: 104, waiting: 101 });
  });

  it('goes on behind a frame that can’t be read', () => {
    const sent = new SentBatches(KEY_ID);
    sent.note({ number: 100, bytes: Uint8Array.of(0xff, 0xff) });
    sent.note({ number: 101, bytes: batchFrame(0, 0) });
    assert.equal(sent.judge([position(0, 1)]).covered, 102);
  });

  it('is nothing for another key or an epoch that the ledger has never listed', () => {
    const sent = sentOf([[0, 0]]);
    const nothing = { covered: 0, reached: -1, waiting: 100 };
    assert.deepEqual(sent.judge([{ ...position(0, 9), keyId: 'ff' }]), nothing);
    assert.deepEqual(sent.judge([]), nothing);
  });

  it('is all of closed epochs that the ledger no longer lists, but nothing after the last listed one', () => {
    const sent = sentOf([0, 1, 2, 3].map((epoch) => [epoch, 0] as const));
    assert.deepEqual(sent.judge([position(2, 1)]), { covered: 103, reached: 102, waiting: 103 });
    assert.deepEqual(sent.judge([position(2, 1)]), { covered: 103, reached: 102, waiting: 103 });
  });

  it('is told of what is sent again as of what was sent first', () => {
    const sent = sentOf(inOrder(0, 6));
    for (const batchNo of [2, 3]) sent.note({ number: 100 + batchNo, bytes: batchFrame(0, batchNo) });
    assert.equal(sent.size, 4);
    assert.equal(sent.judge([position(0, 6)]).covered, 104);
  });

  it('is never said of more than has arrived when only every other batch is remembered, nor of less than the last of an epoch', () => {
    const batches: [number, number][] = [...inOrder(0, 10), ...inOrder(1, 10)];
    for (let maxSent = 4; maxSent < 20; maxSent++)
      for (let arrived = 0; arrived <= 10; arrived++) {
        const sent = sentOf(batches, maxSent);
        assert(sent.size <= maxSent + 1);
        // The second epoch is there whole: what is missing is the end of the first.
        const { covered } = sent.judge([position(0, arrived), position(1, 10)]);
        assert(
          covered <= 100 + arrived || (arrived === 10 && covered <= 120),
          `${covered} of ${arrived} at ${maxSent}`,
        );
      }
  });

  it('knows which frames are older than a time', () => {
    const sent = sentOf(inOrder(0, 5));
    assert.deepEqual(
      [-1, 0, 2_500, 9_000].map((timeUs) => sent.before(timeUs)),
      [0, 101, 103, 105],
    );
    sent.forget(103);
    assert.equal(sent.size, 2);
    assert.equal(sent.before(0), 0);
  });
});
