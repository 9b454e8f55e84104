import assert from 'node:assert/strict';
import {
  AffidavitError,
  KIND,
  MAX_FRAME_BYTES,
  MAX_RECORD_BYTES,
  PART,
  PAYLOAD_CLASS,
  CLOCK_SOURCE,
  PRODUCER_EVENT,
  ProducerStatus,
} from '../../../src/record/index.ts';
import { equalBytes, sha256, statementHash, verifyBatch } from '../../../src/proof/index.ts';
import { draft, FakeSpool, producerKeys, sealPart, settle, startProducer, until, largeDraft } from './fixtures.ts';

/** Checks every batch of a spool as a verifier does, and that they form one chain without gaps. */
async function checkChain(spool: FakeSpool): Promise<number> {
  const { key } = await producerKeys();
  let previous: Uint8Array = new Uint8Array(32);
  let seq = 0;
  spool.batches().forEach(({ batch }, batchNo) => {
    const { statement } = verifyBatch(batch, key.publicKey);
    assert.deepEqual([statement.batchNo, statement.firstSeq], [batchNo, seq]);
    assert.ok(equalBytes(statement.previousBatchHash, previous));
    previous = statementHash(batch.statement);
    seq += statement.count;
  });
  return seq;
}

function statuses(spool: FakeSpool): ProducerStatus[] {
  return spool
    .records()
    .filter(({ kind }) => kind === KIND.producer)
    .map(({ body }) => ProducerStatus.decode(body));
}

describe('a producer', () => {
  it('begins its epoch with a record that names the epoch before', async () => {
    const spool = new FakeSpool();
    const epoch = Buffer.alloc(16, 9);
    const producer = await startProducer(spool, { previous: { epoch, batches: 7 } });
    const [record] = spool.records();
    assert.deepEqual([record?.kind, record?.seq, record?.retentionClass], [KIND.producer, 0, 'standard']);
    assert.ok(record !== undefined && equalBytes(record.epoch, producer.epoch));
    const [status] = statuses(spool);
    assert.deepEqual([status?.event, status?.previousBatches, status?.role], [PRODUCER_EVENT.started, 7, 'recorder']);
    assert.ok(status !== undefined && equalBytes(status.previousEpoch, epoch));
  });

  it('gives a record the time that its body goes by, and others that of its clock', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    await producer.append({ ...draft('judged'), timeUs: 1_234_567 });
    await producer.append(draft('now'));
    const [judged, now] = spool.records().slice(-2);
    assert.equal(judged?.timeUs, 1_234_567);
    assert.notEqual(now?.timeUs, 1_234_567);
  });

  it('takes no record with more parts than a record may have, and goes on', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    const parts = Array.from({ length: 17 }, () =>
      sealPart(producer, PAYLOAD_CLASS.content, PART.request_body, new Uint8Array(1)),
    );
    await assert.rejects(producer.append(draft('r'), parts), { code: 'limit.exceeded' });
    await producer.append(draft('r'), parts.slice(1));
    assert.equal(spool.records().at(-1)?.parts.length, 16);
  });

  it('carries the lists of a record in its frame, and names them in the record', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    const bytes = Buffer.from('a list');
    await producer.append({ ...draft('r'), attachments: [{ name: 3, count: 2, bytes }] });
    const [attachment] = spool.records().at(-1)?.attachments ?? [];
    assert.deepEqual([attachment?.name, attachment?.count, attachment?.size], [3, 2, 6]);
    assert.deepEqual(attachment?.hash, sha256(bytes));
    assert.deepEqual(
      spool
        .batches()
        .at(-1)
        ?.batch.attachments.map((list) => Buffer.from(list)),
      [bytes],
    );
    const many = Array.from({ length: 17 }, () => ({ name: 1, count: 1, bytes }));
    const large = [{ name: 1, count: 1, bytes: new Uint8Array(MAX_FRAME_BYTES) }];
    for (const attachments of [many, large])
      await assert.rejects(producer.append({ ...draft('r'), attachments }), { code: 'limit.exceeded' });
  });

  it('acknowledges only after the spool has made the batch durable', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    spool.held = true;
    let acknowledged = false;
    const appended = producer.append(draft('a')).then((position) => {
      acknowledged = true;
      return position;
    });
    await until(() => spool.waiting.length === 1);
    await settle();
    assert.equal(acknowledged, false);
    assert.ok(producer.backlogBytes > 0);
    spool.release();
    assert.equal((await appended).seq, 1);
    await settle();
    assert.equal(producer.backlogBytes, 0);
  });

  it('puts what comes while a batch is on its way into the next one', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    spool.held = true;
    const first = producer.append(draft('first'));
    await until(() => spool.waiting.length === 1);
    const others = ['a', 'b', 'c'].map((text) => producer.append(draft(text)));
    await settle();
    assert.equal(spool.waiting.length, 1);
    spool.held = false;
    spool.release();
    assert.equal((await first).seq, 1);
    assert.deepEqual(await Promise.all(others.map(async (other) => (await other).seq)), [2, 3, 4]);
    assert.deepEqual(
      spool.batches().map(({ batch }) => batch.records.length),
      [1, 1, 3],
    );
    assert.equal(await checkChain(spool), 5);
  });

  it('splits what is too much for a batch, by count and by bytes', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool, { limits: { maxBatchRecords: 10 } });
    const large = largeDraft(60_000);
    const positions = await Promise.all([
      ...Array.from({ length: 25 }, () => producer.append(draft('x'))),
      ...Array.from({ length: 30 }, () => producer.append(large)),
    ]);
    assert.deepEqual(
      positions.map(({ seq }) => seq),
      Array.from({ length: 55 }, (_, index) => index + 1),
    );
    assert.ok(spool.batches().every(({ batch }) => batch.records.length <= 10));
    assert.ok(spool.frames.every((frame) => frame.length <= MAX_FRAME_BYTES));
    assert.equal(await checkChain(spool), 56);
  });

  it('refuses a record that is too large, and that one only', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    const results = await Promise.allSettled([
      producer.append(draft('before')),
      producer.append(largeDraft(MAX_RECORD_BYTES)),
      producer.append({ ...draft('bad class'), retentionClass: 'no such/class' }),
      producer.append(draft('after')),
    ]);
    assert.deepEqual(
      results.map((result) =>
        result.status === 'fulfilled' ? result.value.seq : (result.reason as AffidavitError).code,
      ),
      [1, 'limit.exceeded', 'limit.exceeded', 2],
    );
    assert.equal(await checkChain(spool), 3);
  });

  it('refuses records when far more waits than may', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool, { limits: { maxBacklogBytes: 10_000 } });
    spool.held = true;
    const large = largeDraft(15_000);
    const accepted = [producer.append(large), producer.append(large)];
    await assert.rejects(producer.append(large), { code: 'limit.exceeded' });
    await until(() => spool.waiting.length === 1);
    spool.held = false;
    spool.release();
    await Promise.all(accepted);
    await producer.append(large);
    assert.equal(await checkChain(spool), 4);
  });

  it('rejects all who wait when the spool fails, and refuses from then on', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    spool.held = true;
    const inFlight = producer.append(draft('in flight'));
    await until(() => spool.waiting.length === 1);
    const queued = [producer.append(draft('queued')), producer.append(draft('queued too'))];
    const outcomes = Promise.allSettled([inFlight, ...queued, producer.heartbeat(), producer.stop()]);
    spool.waiting[0]?.fail(new AffidavitError('io.failed', 'the disk is gone'));
    for (const outcome of await outcomes)
      assert.equal(outcome.status === 'rejected' && (outcome.reason as AffidavitError).code, 'spool.failed');
    await assert.rejects(producer.append(draft('later')), { code: 'spool.failed' });
    await assert.rejects(producer.drain(), { code: 'spool.failed' });
    assert.equal(producer.refusal?.code, 'spool.failed');
    assert.equal(spool.appends, 2);
  });

  for (const code of ['io.full', 'io.read_only', 'io.no_descriptors'] as const)
    it(`gives up only what the spool refused with ${code}, and uses its numbers for what comes next`, async () => {
      const spool = new FakeSpool();
      const producer = await startProducer(spool);
      spool.nextFailure = new AffidavitError(code, 'no');
      const part = sealPart(producer, PAYLOAD_CLASS.content, PART.request_body, Buffer.from('x'));
      await assert.rejects(producer.append(draft('lost'), [part]), { code });
      assert.equal((await producer.append(draft('kept'))).seq, 1);
      assert.equal(await checkChain(spool), 2);
    });

  it('counts its records in heartbeats and at its end', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    await producer.append(draft('one'));
    await producer.heartbeat();
    await producer.drain();
    await producer.append(draft('two'));
    await producer.stop();
    assert.deepEqual(
      statuses(spool).map(({ event, records }) => [event, records]),
      [
        [PRODUCER_EVENT.started, 0],
        [PRODUCER_EVENT.heartbeat, 2],
        [PRODUCER_EVENT.draining, 3],
        [PRODUCER_EVENT.stopped, 5],
      ],
    );
  });

  it('tells in a heartbeat how far its clock is from those of others', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    const reading = { source: CLOCK_SOURCE.ext_proc, name: '10.0.0.1', aheadUs: 0, behindUs: 7, samples: 3 };
    await producer.heartbeat([reading]);
    await producer.stop();
    assert.deepEqual(
      statuses(spool).map(({ clocks }) => clocks.map((clock) => ({ ...clock }))),
      [[], [reading], []],
    );
  });

  it('writes one heartbeat at a time', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    spool.held = true;
    const beats = [producer.heartbeat(), producer.heartbeat(), producer.heartbeat()];
    await until(() => spool.waiting.length === 1);
    spool.held = false;
    spool.release();
    const positions = await Promise.all(beats);
    assert.deepEqual(
      positions.map(({ seq }) => seq),
      [1, 1, 1],
    );
    assert.equal((await producer.heartbeat()).seq, 2);
  });

  it('completes what waits before it stops, and takes nothing more', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    spool.held = true;
    const pending = [producer.append(draft('a')), producer.append(draft('b'))];
    let stopped = false;
    const stopping = producer.stop().then((position) => {
      stopped = true;
      return position;
    });
    await assert.rejects(producer.append(draft('too late')), { code: 'spool.closed' });
    await assert.rejects(producer.heartbeat(), { code: 'spool.closed' });
    await assert.rejects(
      producer.openPart(PAYLOAD_CLASS.index, PART.index).write(Buffer.from('x')) ?? Promise.resolve(),
      {
        code: 'spool.closed',
      },
    );
    await until(() => spool.waiting.length === 1);
    await settle();
    assert.equal(stopped, false);
    spool.held = false;
    spool.release();
    assert.deepEqual(await Promise.all(pending.map(async (one) => (await one).seq)), [1, 2]);
    const last = spool.records().at(-1);
    assert.equal((await stopping).seq, last?.seq);
    assert.equal(last !== undefined && ProducerStatus.decode(last.body).event, PRODUCER_EVENT.stopped);
    assert.equal((await producer.stop()).seq, last?.seq);
  });

  it('can be stopped again when there was no room to say so', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    spool.nextFailure = new AffidavitError('io.full', 'full');
    await assert.rejects(producer.stop(), { code: 'io.full' });
    await assert.rejects(producer.append(draft('too late')), { code: 'spool.closed' });
    assert.equal((await producer.stop()).seq, 1);
  });

  it('refuses options out of bounds before it writes anything', async () => {
    const spool = new FakeSpool();
    const limit = { code: 'limit.exceeded' };
    await assert.rejects(startProducer(spool, { limits: { maxBatchRecords: 5000 } }), limit);
    await assert.rejects(startProducer(spool, { limits: { maxBatchBytes: MAX_FRAME_BYTES } }), limit);
    await assert.rejects(startProducer(spool, { limits: { inlinePartBytes: 0 } }), limit);
    await assert.rejects(startProducer(spool, { limits: { maxBacklogBytes: NaN } }), limit);
    await assert.rejects(startProducer(spool, { intervalMs: 60_001 }), limit);
    await assert.rejects(startProducer(spool, { environment: 'e'.repeat(300) }), limit);
    await assert.rejects(startProducer(spool, { logOrigin: 'not an origin' }), { code: 'usage' });
    const { ingestKeys } = await producerKeys();
    const broken = ingestKeys.keys.map((key) => ({ ...key, publicKey: Buffer.alloc(32) }));
    await assert.rejects(startProducer(spool, { ingestKeys: { ...ingestKeys, keys: broken } }), {
      code: 'key.malformed',
    });
    assert.equal(spool.appends, 0);
  });
});
