import assert from 'node:assert/strict';
import { AffidavitError, CHUNK_BYTES, MAX_FRAME_BYTES, PART, PAYLOAD_CLASS } from '../../../src/record/index.ts';
import { checkManifest, verifyBatch } from '../../../src/proof/index.ts';
import { MAX_PART_BYTES } from '../../../src/seal/index.ts';
import {
  draft,
  FakeSpool,
  findParts,
  producerKeys,
  sealPart,
  settle,
  startProducer,
  until,
  largeDraft,
} from './fixtures.ts';

const { content, index } = PAYLOAD_CLASS;

describe('a payload part', () => {
  it('travels in its batch when it is small', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    await producer.append(draft('r'), [
      sealPart(producer, index, PART.index, new Uint8Array(0)),
      sealPart(producer, content, PART.request_body, new Uint8Array(64 * 1024)),
    ]);
    assert.equal(spool.chunks().length, 0);
    const found = findParts(spool);
    assert.deepEqual(
      found.map(({ part, item }) => checkManifest(item.manifest, part).plainBytes),
      [0, 64 * 1024],
    );
  });

  it('is sent ahead of its batch, in order, when it is larger', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    const writer = producer.openPart(content, PART.request_body);
    void writer.write(new Uint8Array(2 * CHUNK_BYTES + 1));
    await until(() => spool.chunks().length === 2);
    await producer.append(draft('r'), [
      writer.finish(),
      sealPart(producer, content, PART.response_body, new Uint8Array(64 * 1024 + 1)),
    ]);
    assert.deepEqual(
      spool.chunks().map(({ chunk }) => [chunk.chunkNo, chunk.ciphertext.length]),
      [
        [0, CHUNK_BYTES + 16],
        [1, CHUNK_BYTES + 16],
        [2, 1 + 16],
        [0, 64 * 1024 + 1 + 16],
      ],
    );
    const batchAt = spool.batches().at(-1)?.number ?? 0;
    assert.ok(spool.chunks().every(({ number }) => number < batchAt));
    assert.ok(findParts(spool).every(({ item }) => item.chunks.length === 0));
    const streams = new Set(spool.chunks().map(({ chunk }) => Buffer.from(chunk.stream).toString('hex')));
    assert.equal(streams.size, 2);
  });

  it('of exactly one chunk is one chunk, the last', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    await producer.append(draft('r'), [sealPart(producer, content, PART.request_body, new Uint8Array(CHUNK_BYTES))]);
    assert.equal(spool.chunks().length, 1);
  });

  it('goes ahead although small when the record has too many for one frame', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    const parts = Array.from({ length: 16 }, (_, i) =>
      sealPart(producer, content, PART.request_body, new Uint8Array(60_000 + i)),
    );
    await producer.append(largeDraft(50_000), parts);
    assert.ok(spool.frames.every((frame) => frame.length <= MAX_FRAME_BYTES));
    const found = findParts(spool);
    assert.equal(found.length, 16);
    assert.ok(found.some(({ item }) => item.chunks.length > 0));
    assert.ok(spool.chunks().length > 3);
    verifyBatch(spool.batches().at(-1)?.batch ?? assert.fail(), (await producerKeys()).key.publicKey);
  });

  it('holds its writer back while too much waits for the spool', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool, { limits: { maxBacklogBytes: 1.5 * CHUNK_BYTES } });
    spool.held = true;
    const writer = producer.openPart(content, PART.request_body);
    assert.equal(writer.write(new Uint8Array(CHUNK_BYTES)), undefined);
    const held = writer.write(new Uint8Array(2 * CHUNK_BYTES));
    assert.ok(held !== undefined);
    let relieved = false;
    void held.then(() => (relieved = true));
    await until(() => spool.waiting.length === 1);
    await settle();
    assert.equal(relieved, false);
    assert.ok(producer.backlogBytes >= 3 * CHUNK_BYTES);
    spool.held = false;
    spool.release();
    await held;
    assert.equal(writer.write(new Uint8Array(1)), undefined);
  });

  it('counts as backlog until durable or withdrawn', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    const writer = producer.openPart(content, PART.request_body);
    void writer.write(new Uint8Array(1000));
    void writer.write(new Uint8Array(500));
    assert.deepEqual([producer.backlogBytes, producer.openBytes], [1500, 1500]);
    writer.withdraw();
    assert.deepEqual([producer.backlogBytes, producer.openBytes], [0, 0]);
    await producer.append(draft('r'), [sealPart(producer, content, PART.request_body, new Uint8Array(1000))]);
    await settle();
    assert.equal(producer.backlogBytes, 0);
  });

  it('that is withdrawn sends nothing more, cannot be recorded, and leaves its chunks without a key', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    spool.held = true;
    const writer = producer.openPart(content, PART.request_body);
    void writer.write(new Uint8Array(CHUNK_BYTES + 1));
    await until(() => spool.waiting.length === 1);
    void writer.write(new Uint8Array(2 * CHUNK_BYTES));
    writer.withdraw();
    writer.withdraw();
    spool.held = false;
    spool.release();
    await producer.append(draft('r'));
    assert.equal(spool.chunks().length, 1);
    assert.equal(findParts(spool).length, 0);
    assert.throws(() => writer.finish(), { code: 'internal' });
    assert.throws(() => writer.write(new Uint8Array(1)), { code: 'internal' });
  });

  it('can be withdrawn once it ended, as long as no record has it', async () => {
    const producer = await startProducer(new FakeSpool());
    const writer = producer.openPart(content, PART.request_body);
    const part = writer.finish();
    writer.withdraw();
    await assert.rejects(producer.append(draft('r'), [part]), { code: 'internal' });
    const other = producer.openPart(content, PART.request_body);
    await producer.append(draft('r'), [other.finish()]);
    assert.throws(() => {
      other.withdraw();
    });
  });

  it('that ended and is never recorded leaves no trace and no backlog', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    sealPart(producer, content, PART.request_body, new Uint8Array(100_000));
    assert.equal(producer.backlogBytes, 0);
    await producer.stop();
    assert.equal(spool.chunks().length, 0);
    assert.equal(findParts(spool).length, 0);
  });

  it('is used once, and by its own producer', async () => {
    const producer = await startProducer(new FakeSpool());
    const part = sealPart(producer, content, PART.request_body, Buffer.from('x'));
    await assert.rejects(producer.append(draft('r'), [part, part]), { code: 'internal' });
    await producer.append(draft('r'), [part]);
    await assert.rejects(producer.append(draft('r'), [part]), { code: 'internal' });
    const foreign = sealPart(await startProducer(new FakeSpool()), content, PART.request_body, Buffer.from('x'));
    await assert.rejects(producer.append(draft('r'), [foreign]), { code: 'internal' });
    await assert.rejects(producer.append(draft('r'), [{ class: content, name: PART.index, plainBytes: 0 }]), {
      code: 'internal',
    });
  });

  it('survives a refused record and can be recorded by a smaller one', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    const part = sealPart(producer, content, PART.request_body, new Uint8Array(100_000));
    await assert.rejects(producer.append(largeDraft(70_000), [part]), {
      code: 'limit.exceeded',
    });
    await producer.append(draft('r'), [part]);
    assert.equal(findParts(spool).length, 1);
  });

  it('is lost, and its record refused, when a chunk found no room', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    const writer = producer.openPart(content, PART.request_body);
    spool.nextFailure = new AffidavitError('io.full', 'full');
    void writer.write(new Uint8Array(CHUNK_BYTES + 1));
    await until(() => spool.nextFailure === undefined);
    await settle();
    await assert.rejects(writer.write(new Uint8Array(1)) ?? Promise.resolve(), { code: 'io.full' });
    await assert.rejects(producer.append(draft('r'), [writer.finish()]), { code: 'io.full' });
    await producer.append(draft('next'));
    assert.equal(spool.chunks().length, 0);
  });

  it('is lost with a record that already waited for it', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    spool.held = true;
    const writer = producer.openPart(content, PART.request_body);
    void writer.write(new Uint8Array(CHUNK_BYTES + 1));
    await until(() => spool.waiting.length === 1);
    const recorded = producer.append(draft('r'), [writer.finish()]);
    const other = producer.append(draft('other'));
    spool.held = false;
    spool.waiting[0]?.fail(new AffidavitError('io.full', 'full'));
    await assert.rejects(recorded, { code: 'io.full' });
    assert.equal((await other).seq, 1);
    assert.equal(spool.chunks().length, 0);
  });

  it('is refused by its writer when the spool has failed, also to one held back', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool, { limits: { maxBacklogBytes: 1000 } });
    spool.held = true;
    const writer = producer.openPart(content, PART.request_body);
    const held = writer.write(new Uint8Array(CHUNK_BYTES + 1));
    await until(() => spool.waiting.length === 1);
    spool.waiting[0]?.fail(new AffidavitError('spool.failed', 'gone'));
    await assert.rejects(held ?? Promise.resolve(), { code: 'spool.failed' });
    await assert.rejects(writer.write(new Uint8Array(1)) ?? Promise.resolve(), { code: 'spool.failed' });
    await assert.rejects(producer.append(draft('r'), [writer.finish()]), { code: 'spool.failed' });
  });

  it('has a largest size, and what would go beyond is not taken', async () => {
    const producer = await startProducer(new FakeSpool());
    const writer = producer.openPart(content, PART.request_body);
    // Only its length is looked at.
    const huge = { length: MAX_PART_BYTES + 1 } as Uint8Array;
    await assert.rejects(writer.write(huge) ?? Promise.resolve(), { code: 'limit.exceeded' });
    assert.equal(writer.finish().plainBytes, 0);
  });

  it('keeps no reference to a larger buffer that a small write is a view of', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    const slab = new Uint8Array(100_000).fill(1);
    const writer = producer.openPart(content, PART.request_body);
    void writer.write(slab.subarray(0, 10));
    slab.fill(2);
    const part = writer.finish();
    await producer.append(draft('r'), [part]);
    assert.equal(part.plainBytes, 10);
  });
});
