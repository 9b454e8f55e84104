import assert from 'node:assert/strict';
import { BatchStatement } from '../../../src/record/index.ts';
import { EpochChain, MAX_EPOCH_HOLES, NO_PREVIOUS_BATCH, statementHash } from '../../../src/proof/index.ts';
import { refused } from './expect.ts';
import { epochOf, EpochWriter, exchangeBody, recorderKey } from './sample-log.ts';

interface Link {
  statement: BatchStatement;
  hash: Uint8Array;
}

function chainOf(...counts: number[]): Link[] {
  const writer = new EpochWriter(recorderKey, epochOf(1));
  return counts.map((count) => {
    const { statement } = writer.batch(Array.from({ length: count }, () => exchangeBody(200)));
    return { statement: BatchStatement.decode(statement), hash: statementHash(statement) };
  });
}

function accept(chain: EpochChain, link: Link | undefined, change: Partial<BatchStatement> = {}): unknown {
  assert.ok(link !== undefined);
  return chain.accept({ ...link.statement, ...change }, link.hash);
}

describe('the chain of an epoch', () => {
  it('takes batches in order', () => {
    const chain = new EpochChain();
    for (const link of chainOf(1, 3, 2)) assert.equal(accept(chain, link), undefined);
    assert.equal(chain.nextBatch, 3);
    assert.deepEqual(chain.missing, []);
  });

  it('knows what is missing, and closes when it arrives in any order', () => {
    const links = chainOf(1, 2, 3, 4, 5);
    for (const order of [
      [0, 4, 1, 2, 3],
      [0, 4, 3, 2, 1],
      [0, 4, 2, 1, 3],
      [4, 2, 0, 3, 1],
      [1, 0, 3, 2, 4],
    ]) {
      const chain = new EpochChain();
      for (const at of order) accept(chain, links[at]);
      assert.deepEqual(chain.missing, [], order.join());
      assert.equal(chain.nextBatch, 5);
    }
    const chain = new EpochChain();
    accept(chain, links[0]);
    const hole = accept(chain, links[4]) as {
      firstBatch: number;
      lastBatch: number;
      firstSeq: number;
      lastSeq: number;
    };
    assert.deepEqual([hole.firstBatch, hole.lastBatch, hole.firstSeq, hole.lastSeq], [1, 3, 1, 9]);
    accept(chain, links[2]);
    assert.deepEqual(
      chain.missing.map(({ firstBatch, lastBatch, firstSeq, lastSeq }) => [firstBatch, lastBatch, firstSeq, lastSeq]),
      [
        [1, 1, 1, 2],
        [3, 3, 6, 9],
      ],
    );
  });

  it('refuses a number that was used', () => {
    const [a, b] = chainOf(1, 1);
    const chain = new EpochChain();
    accept(chain, a);
    accept(chain, b);
    assert.throws(() => accept(chain, a), refused('evidence.fork'));
    assert.throws(() => accept(chain, b), refused('evidence.fork'));
  });

  it('refuses a batch that names another one before it, or is numbered wrong', () => {
    const [a, b] = chainOf(2, 2);
    const chain = new EpochChain();
    accept(chain, a);
    const previousBatchHash = new Uint8Array(32).fill(1);
    assert.throws(() => accept(chain, b, { previousBatchHash }), refused('evidence.malformed', 'another batch'));
    assert.throws(() => accept(chain, b, { firstSeq: 3 }), refused('evidence.malformed', 'begins with record 3'));
    assert.throws(() => accept(chain, b, { batchNo: 3, firstSeq: 3 }), refused('evidence.malformed', 'too few'));
  });

  it('refuses a late batch that does not fit between its neighbours', () => {
    const [a, b, c, d] = chainOf(2, 2, 2, 2);
    const chain = new EpochChain();
    accept(chain, a);
    accept(chain, d);
    assert.throws(() => accept(chain, b, { firstSeq: 3 }), refused('evidence.malformed', 'no place'));
    assert.throws(() => accept(chain, b, { count: 4 }), refused('evidence.malformed', 'no place'));
    assert.throws(
      () => accept(chain, b, { previousBatchHash: NO_PREVIOUS_BATCH }),
      refused('evidence.malformed', 'beside'),
    );
    accept(chain, b);
    assert.throws(
      () => chain.accept(c?.statement ?? assert.fail(), new Uint8Array(32)),
      refused('evidence.malformed', 'beside'),
    );
    accept(chain, c);
    assert.deepEqual(chain.missing, []);
  });

  it('excuses just what was announced', () => {
    const [a, , , d] = chainOf(1, 1, 1, 1);
    const chain = new EpochChain();
    accept(chain, a);
    accept(chain, d);
    assert.equal(chain.unannounced().length, 1);
    chain.announce(1, 1);
    chain.announce(2, 2);
    assert.equal(chain.unannounced().length, 1);
    chain.announce(1, 2);
    assert.deepEqual(chain.unannounced(), []);
    assert.throws(() => {
      chain.announce(2, 1);
    }, refused('evidence.malformed'));
  });

  it('knows a cut tail from what the next epoch says', () => {
    const chain = new EpochChain();
    accept(chain, chainOf(2)[0]);
    chain.claimedBatches = 3;
    assert.deepEqual(chain.missing, [{ firstBatch: 1, lastBatch: 2, firstSeq: 2, lastSeq: undefined }]);
    chain.claimedBatches = 1;
    assert.deepEqual(chain.missing, []);
  });

  it('has bounds', () => {
    const chain = new EpochChain();
    const statement = (batchNo: number): BatchStatement =>
      BatchStatement.create({ batchNo, firstSeq: batchNo, count: 1, previousBatchHash: new Uint8Array(32) });
    for (let i = 0; i < MAX_EPOCH_HOLES; i++) chain.accept(statement(2 * i + 1), new Uint8Array(32));
    assert.throws(
      () => chain.accept(statement(2 * MAX_EPOCH_HOLES + 1), new Uint8Array(32)),
      refused('limit.exceeded'),
    );
    for (let i = 0; i < MAX_EPOCH_HOLES; i++) chain.announce(2 * i, 2 * i);
    assert.throws(() => {
      chain.announce(0, 1);
    }, refused('limit.exceeded'));
  });

  it('forgets announcements of what has arrived since, so that their number has no end', () => {
    const chain = new EpochChain();
    accept(chain, chainOf(1)[0]);
    for (let i = 0; i < 3 * MAX_EPOCH_HOLES; i++) chain.announce(0, 0);
    chain.claimedBatches = 2;
    chain.announce(1, 1);
    assert.deepEqual(chain.unannounced(), []);
  });
});
