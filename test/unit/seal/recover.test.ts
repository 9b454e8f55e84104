import assert from 'node:assert/strict';
import {
  Exchange,
  ExchangeHead,
  ExchangeOpened,
  ExchangePart,
  FORMAT,
  Frame,
  KIND,
} from '../../../src/record/index.ts';
import type { RecordDraft, RecordPosition } from '../../../src/record/index.ts';
import { equalBytes, statementHash } from '../../../src/proof/index.ts';
import { recoverLastEpoch } from '../../../src/seal/index.ts';
import type { SpoolFrame, SpoolReader } from '../../../src/spool/index.ts';
import { FakeSpool, startProducer } from './fixtures.ts';

function opened(exchangeId: string): RecordDraft {
  const head = ExchangeHead.create({ exchangeId, traceId: Buffer.alloc(16, 1) });
  return { kind: KIND.exchange_opened, body: ExchangeOpened.encode({ head }) };
}

function finished(position: RecordPosition, otherEpoch: boolean): RecordDraft {
  const openedEpoch = otherEpoch ? position.epoch : new Uint8Array(0);
  return {
    kind: KIND.exchange,
    body: Exchange.encode(Exchange.create({ openedSeqPlusOne: position.seq + 1, openedEpoch })),
  };
}

function part(exchangeId: string, partNo: number, openedSeqPlusOne = 0): RecordDraft {
  const head = ExchangeHead.create({ exchangeId });
  return {
    kind: KIND.exchange_part,
    body: ExchangePart.encode(ExchangePart.create({ head, partNo, openedSeqPlusOne })),
  };
}

/** The reading side of a fake spool; frames before `first` are gone. */
function reader(frames: readonly Uint8Array[], first = 0): Pick<SpoolReader, 'firstFrame' | 'nextFrame' | 'read'> {
  return {
    firstFrame: first,
    nextFrame: frames.length,
    read: (from, { maxFrames }) => {
      const found: SpoolFrame[] = frames.map((bytes, number) => ({ number, bytes }));
      return Promise.resolve(found.slice(from, from + Math.min(3, maxFrames)));
    },
  };
}

const ids = (recovery: Awaited<ReturnType<typeof recoverLastEpoch>>): (string | undefined)[] =>
  recovery.unfinished.map(({ head }) => head.exchangeId);

describe('recovery of what the last epoch left', () => {
  it('finds nothing in an empty spool', async () => {
    const recovery = await recoverLastEpoch(reader([]));
    assert.deepEqual(recovery, { last: undefined, lastOf: new Map(), unfinished: [], untracked: 0, unreadable: 0 });
  });

  it('knows an epoch that stopped, and its end', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    await producer.append(finished(await producer.append(opened('a')), false));
    await producer.stop();
    const { last, unfinished } = await recoverLastEpoch(reader(spool.frames));
    const statement = spool.batches().at(-1)?.batch.statement ?? assert.fail();
    assert.ok(last !== undefined && equalBytes(last.epoch, producer.epoch) && equalBytes(last.keyId, producer.keyId));
    assert.deepEqual([last.stopped, last.batches, last.records], [true, 4, 4]);
    assert.deepEqual(last.lastBatchHash, statementHash(statement));
    assert.deepEqual(unfinished, []);
  });

  it('gives the exchanges that were opened and never finished, with their place', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    await producer.append(opened('a'));
    const b = await producer.append(opened('b'));
    const c = await producer.append(opened('c'));
    await producer.append(finished(b, false));
    const recovery = await recoverLastEpoch(reader(spool.frames));
    assert.equal(recovery.last?.stopped, false);
    assert.deepEqual(ids(recovery), ['a', 'c']);
    const [, last] = recovery.unfinished;
    assert.ok(last !== undefined && last.openedSeq === c.seq && equalBytes(last.epoch, producer.epoch));
  });

  it('counts older epochs too: a restart may have been cut short, or have finished them', async () => {
    const spool = new FakeSpool();
    const first = await startProducer(spool);
    const a = await first.append(opened('a'));
    await first.append(opened('b'));
    const second = await startProducer(spool);
    await second.append(finished(a, true));
    const recovery = await recoverLastEpoch(reader(spool.frames));
    assert.ok(recovery.last !== undefined && equalBytes(recovery.last.epoch, second.epoch));
    assert.deepEqual(ids(recovery), ['b']);
  });

  it('reads from the oldest frame that is kept', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    const a = await producer.append(opened('a'));
    await producer.append(opened('b'));
    await producer.append(finished(a, false));
    assert.deepEqual(ids(await recoverLastEpoch(reader(spool.frames, 2))), ['b']);
  });

  it('knows a long stream by its parts: without an opening, and when that is no longer kept', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    const a = await producer.append(opened('a'));
    const before = spool.frames.length;
    await producer.append(part('a', 0, a.seq + 1));
    await producer.append(part('b', 0));
    await producer.append(part('b', 1));
    for (const first of [0, before]) {
      const { unfinished } = await recoverLastEpoch(reader(spool.frames, first));
      const found = unfinished.map(({ head, openedSeq, parts }) => [head.exchangeId, openedSeq, parts]);
      assert.deepEqual(found, [
        ['a', a.seq, 1],
        ['b', undefined, 2],
      ]);
    }
    await producer.append(finished(a, false));
    const head = ExchangeHead.create({ exchangeId: 'b' });
    await producer.append({ kind: KIND.exchange, body: Exchange.encode(Exchange.create({ head })) });
    assert.deepEqual((await recoverLastEpoch(reader(spool.frames))).unfinished, []);
  });

  it('stays within its bound and says how many it could not follow', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    for (const id of ['a', 'b', 'c', 'd']) await producer.append(opened(id));
    const recovery = await recoverLastEpoch(reader(spool.frames), { maxUnfinished: 2 });
    assert.deepEqual(ids(recovery), ['a', 'b']);
    assert.equal(recovery.untracked, 2);
  });

  it('passes over frames that it cannot read, and counts them', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    await producer.append(opened('a'));
    const noise = [Buffer.from('noise'), Frame.encode({ format: FORMAT, batch: undefined, chunk: undefined })];
    const recovery = await recoverLastEpoch(reader([...noise, ...spool.frames]));
    assert.equal(recovery.unreadable, 1);
    assert.deepEqual(ids(recovery), ['a']);
  });
});
