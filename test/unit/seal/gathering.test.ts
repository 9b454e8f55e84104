import assert from 'node:assert/strict';
import { draft, FakeSpool, largeDraft, startProducer } from './fixtures.ts';

/** Longer than any test: only something else ends the wait. */
const FOR_EVER_MS = 1_000_000_000;

describe('records that nobody waits for', () => {
  it('share a batch that is made when their time is over', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool, { gatherMs: 1 });
    const before = spool.batches().length;
    await Promise.all(['a', 'b', 'c'].map((name) => producer.append({ ...draft(name), patient: true })));
    assert.equal(spool.batches().length, before + 1);
  });

  it('go at once with the first record that somebody waits for, in their order', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool, { gatherMs: FOR_EVER_MS });
    const before = spool.batches().length;
    const patient = ['a', 'b'].map((name) => producer.append({ ...draft(name), patient: true }));
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(spool.batches().length, before);
    const urgent = await producer.append(draft('c'));
    const positions = await Promise.all(patient);
    assert.equal(spool.batches().length, before + 1);
    assert.deepEqual(
      [...positions, urgent].map(({ seq }) => seq - urgent.seq),
      [-2, -1, 0],
    );
  });

  it('hold up nothing that comes while their batch is written', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool, { gatherMs: FOR_EVER_MS });
    const first = producer.append(draft('a'));
    await new Promise((resolve) => setImmediate(resolve));
    const second = producer.append(draft('b'));
    await Promise.all([first, second]);
  });

  it('hold up nothing that found no room in a batch before it', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool, { gatherMs: FOR_EVER_MS, limits: { maxBatchRecords: 1 } });
    await Promise.all(['a', 'b', 'c'].map((name) => producer.append(draft(name))));
  });

  it('wait no longer once there is enough for a batch, nor when the producer stops', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool, { gatherMs: FOR_EVER_MS });
    const large = Array.from({ length: 10 }, () => producer.append({ ...largeDraft(55_000), patient: true }));
    await Promise.all(large);
    const last = producer.append({ ...draft('last'), patient: true });
    await producer.stop();
    await last;
  });
});
