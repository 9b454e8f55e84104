import assert from 'node:assert/strict';
import { createCipheriv, createHmac } from 'node:crypto';
import { secretKey } from '../../../src/seal/aead.ts';
import { DataKeys } from '../../../src/seal/data-keys.ts';
import { draft, FakeSpool, findParts, sealPart, startProducer } from './fixtures.ts';
import { AffidavitError, CHUNK_BYTES, PART, PAYLOAD_CLASS } from '../../../src/record/index.ts';

const INTERVAL = Buffer.alloc(32, 9);

describe('data keys that are made of an interval key', () => {
  it('are AES-256 in counter mode under a key derived with HMAC, as docs/record-format.md says', () => {
    const derived = createHmac('sha256', INTERVAL).update('affidavit/v1 data keys\0').digest();
    for (const keyNo of [0, 1, 258, Number.MAX_SAFE_INTEGER]) {
      // Counter mode from u64 number || u64 0 on enciphers just the blocks that are meant.
      const counter = Buffer.alloc(16);
      counter.writeBigUInt64BE(BigInt(keyNo), 0);
      const expected = createCipheriv('aes-256-ctr', derived, counter).update(Buffer.alloc(32));
      assert.deepEqual(new DataKeys(secretKey(INTERVAL)).key(keyNo), new Uint8Array(expected));
    }
  });

  it('are each given once, and found again by their number', () => {
    const keys = new DataKeys(secretKey(INTERVAL));
    const taken = Array.from({ length: 100 }, () => keys.take());
    assert.equal(new Set(taken.map(({ dataKey }) => Buffer.from(dataKey).toString('hex'))).size, 100);
    const again = new DataKeys(secretKey(INTERVAL));
    for (const { keyNo, dataKey } of taken) assert.deepEqual(again.key(keyNo), dataKey);
  });

  it('are made ahead, and wiped there as soon as they are given out', () => {
    const keys = new DataKeys(secretKey(INTERVAL));
    const madeAhead = (): Uint8Array => Reflect.get(keys, 'ahead') as Uint8Array;
    for (let taken = 1; taken <= 20; taken++) {
      const { dataKey } = keys.take();
      assert.ok(dataKey.some((byte) => byte !== 0));
      assert.equal(dataKey.buffer.byteLength, 32, 'a copy of its own');
      const given = (((taken - 1) % 16) + 1) * 32;
      assert.ok(
        madeAhead()
          .subarray(0, given)
          .every((byte) => byte === 0),
        `${taken} given out`,
      );
      assert.equal(madeAhead().length, 16 * 32);
      assert.ok(
        given === 16 * 32 ||
          madeAhead()
            .subarray(given)
            .some((byte) => byte !== 0),
      );
    }
  });

  it('seal small parts only: what is sent ahead has a key that its record alone can give', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    await producer.append(draft('r'), [
      sealPart(producer, PAYLOAD_CLASS.index, PART.index, Buffer.from('small')),
      sealPart(producer, PAYLOAD_CLASS.content, PART.request_body, new Uint8Array(64 * 1024 + 1)),
      sealPart(producer, PAYLOAD_CLASS.content, PART.response_body, new Uint8Array(CHUNK_BYTES + 1)),
    ]);
    assert.deepEqual(
      findParts(spool).map(({ item }) => item.wrappedKey.length),
      [0, 60, 60],
    );
  });

  it('give a part its secrets: others for each label and part, the same for who opens it, none once it is sealed', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    const part = producer.openPart(PAYLOAD_CLASS.unmask, PART.originals);
    const [one, other] = [part.secret('request_body'), part.secret('response_body')];
    assert.deepEqual([one.length, part.secret('request_body')], [32, one]);
    assert.notDeepEqual(one, other);
    assert.notDeepEqual(producer.openPart(PAYLOAD_CLASS.unmask, PART.originals).secret('request_body'), one);
    await producer.append(draft('r'), [part.finish()]);
    const [found] = findParts(spool);
    assert.deepEqual([found?.item.chunks.length, found?.item.wrappedKey.length], [0, 0]);
    const sent = producer.openPart(PAYLOAD_CLASS.unmask, PART.originals);
    void sent.write(new Uint8Array(CHUNK_BYTES + 1));
    const isInternal = (error: unknown): boolean => error instanceof AffidavitError && error.code === 'internal';
    assert.throws(() => sent.secret('request_body'), isInternal);
    assert.throws(() => part.secret('request_body'), isInternal);
    sent.withdraw();
  });

  it('are not asked for by a part that is given back', async () => {
    const spool = new FakeSpool();
    const producer = await startProducer(spool);
    const part = producer.openPart(PAYLOAD_CLASS.content, PART.request_body);
    void part.write(Buffer.from('abc'));
    assert.equal(part.reclaim(2), undefined);
    assert.deepEqual(Buffer.from(part.reclaim(3) ?? assert.fail()), Buffer.from('abc'));
    assert.equal(producer.backlogBytes, 0);
    assert.throws(() => part.finish());
    const large = producer.openPart(PAYLOAD_CLASS.content, PART.request_body);
    void large.write(new Uint8Array(CHUNK_BYTES + 1));
    assert.equal(large.reclaim(10 * CHUNK_BYTES), undefined);
    large.withdraw();
  });
});
