import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CHUNK_BYTES, MAX_FRAME_BYTES, PART, PAYLOAD_CLASS } from '../../../src/record/index.ts';
import type { SealedPart } from '../../../src/record/index.ts';
import { checkManifest, equalBytes, statementHash, verifyBatch } from '../../../src/proof/index.ts';
import { secretKey, unwrapKey } from '../../../src/seal/aead.ts';
import { sealChunk } from '../../../src/seal/chunks.ts';
import { ChunkBuffer } from '../../../src/seal/chunk-buffer.ts';
import { partContext, wrapContext } from '../../../src/seal/contexts.ts';
import { DataKeys } from '../../../src/seal/data-keys.ts';
import { hpkeKeyPair, hpkeOpen } from '../../../src/seal/hpke.ts';
import { decryptPart, signIngestKeys, SigningKey } from '../../../src/seal/index.ts';
import type { IngestKeySet, Producer } from '../../../src/seal/index.ts';
import { ingestKeyId } from '../../../src/seal/ingest-keys.ts';
import { intervalContext } from '../../../src/seal/contexts.ts';
import { sha256 } from '../../../src/proof/index.ts';
import { systemRandom } from '../../../src/runtime/index.ts';
import {
  CLASSES,
  draft,
  FakeSpool,
  findParts,
  largeDraft,
  producerKeys,
  startProducer,
} from '../../unit/seal/fixtures.ts';
import type { FoundPart } from '../../unit/seal/fixtures.ts';

/** Sizes around what the format counts in. */
const size = fc.oneof(
  { weight: 4, arbitrary: fc.nat(3000) },
  { weight: 1, arbitrary: fc.constantFrom(64 * 1024, 64 * 1024 + 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1) },
  { weight: 1, arbitrary: fc.constantFrom(2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 1, 3 * CHUNK_BYTES - 1) },
);

function pattern(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => (index * 31 + bytes) & 0xff);
}

async function writePart(producer: Producer, plain: Uint8Array, cuts: readonly number[]): Promise<SealedPart> {
  const writer = producer.openPart(PAYLOAD_CLASS.content, PART.request_body);
  const places = [...new Set(cuts.map((cut) => cut % (plain.length + 1)))].toSorted((a, b) => a - b);
  let from = 0;
  for (const to of [...places, plain.length]) {
    await writer.write(plain.subarray(from, to));
    from = to;
  }
  return writer.finish();
}

/** The holder of the private ingest keys, without a key service around it. */
async function opener(): Promise<{ ingestKeys: IngestKeySet; open: (found: FoundPart) => Promise<Uint8Array> }> {
  const pairs = await Promise.all(
    CLASSES.map(async (of) => ({ class: of, ...(await hpkeKeyPair(systemRandom.bytes(32))) })),
  );
  const keys = pairs.map((pair) => ({ class: pair.class, id: ingestKeyId(pair.publicKey), publicKey: pair.publicKey }));
  const ingestKeys = signIngestKeys(SigningKey.generate(systemRandom), keys);
  const open = async ({ part, item, rewrap, chunks }: FoundPart): Promise<Uint8Array> => {
    const pair = pairs.find((one) => one.class === part.class) ?? assert.fail();
    const { sealedKey, producerKeyId, epoch } = rewrap;
    const interval = await hpkeOpen(pair, intervalContext(part.class, sealedKey.id, producerKeyId, epoch), sealedKey);
    const { wrappedKey, keyNo } = item;
    const dataKey =
      wrappedKey.length === 0
        ? new DataKeys(secretKey(interval)).key(keyNo)
        : unwrapKey(secretKey(interval), wrapContext(part.class, part.manifestHash), wrappedKey);
    return decryptPart(dataKey, checkManifest(item.manifest, part), chunks);
  };
  return { ingestKeys, open };
}

describe('sealing', () => {
  it('gives back what was written, whatever its size and however it was cut', async () => {
    const { ingestKeys, open } = await opener();
    await fc.assert(
      fc.asyncProperty(size, fc.array(fc.nat(4 * CHUNK_BYTES), { maxLength: 6 }), async (bytes, cuts) => {
        const spool = new FakeSpool();
        const producer = await startProducer(spool, { ingestKeys });
        const plain = pattern(bytes);
        await producer.append(draft('r'), [await writePart(producer, plain, cuts)]);
        await producer.stop();
        const [found] = findParts(spool);
        assert.ok(found !== undefined && equalBytes(await open(found), plain));
      }),
      { numRuns: 30 },
    );
  });

  it('refuses chunks that were reordered, left out, repeated or changed', () => {
    const key = Buffer.alloc(32, 5);
    const chunkBytes = 8;
    const seal = (count: number): Uint8Array[] =>
      Array.from({ length: count }, (_, i) =>
        sealChunk(secretKey(key), partContext(1, 1), i, i === count - 1, pattern(chunkBytes)),
      );
    const deed = fc.record({ count: fc.integer({ min: 2, max: 8 }), a: fc.nat(7), b: fc.nat(7), flip: fc.nat(23) });
    const deeds = {
      swap: (chunks: Uint8Array[], a: number, b: number) =>
        chunks.map((chunk, i) => chunks[i === a ? b : i === b ? a : i] ?? chunk),
      drop: (chunks: Uint8Array[], a: number) => chunks.filter((_, i) => i !== a),
      repeat: (chunks: Uint8Array[], a: number) => chunks.flatMap((chunk, i) => (i === a ? [chunk, chunk] : [chunk])),
    };
    fc.assert(
      fc.property(deed, fc.constantFrom('swap', 'drop', 'repeat', 'flip'), ({ count, a, b, flip }, name) => {
        const chunks = seal(count);
        const at = a % count;
        const other = b % count === at ? (at + 1) % count : b % count;
        const forged =
          name === 'flip'
            ? chunks.map((chunk, i) => (i === at ? chunk.map((byte, j) => (j === flip ? byte ^ 1 : byte)) : chunk))
            : deeds[name](chunks, at, other);
        const manifest = { format: 1, class: 1, name: 1, chunkBytes, plainBytes: chunkBytes * forged.length };
        const fitted = { ...manifest, chunkHashes: forged.map((chunk) => sha256(chunk)) };
        const honest = {
          ...manifest,
          plainBytes: chunkBytes * count,
          chunkHashes: chunks.map((chunk) => sha256(chunk)),
        };
        assert.throws(() => decryptPart(key, fitted, forged), { name: 'AffidavitError' });
        assert.throws(() => decryptPart(key, honest, forged), { name: 'AffidavitError' });
        assert.equal(decryptPart(key, honest, chunks).length, chunkBytes * count);
      }),
    );
  });

  it('collects a chunk as it came, and keeps what was written from later changes to larger buffers', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 }), (writes) => {
        const buffer = new ChunkBuffer(5000);
        for (const bytes of writes) buffer.add(bytes);
        const expected = Buffer.concat(writes);
        assert.equal(buffer.room, 5000 - expected.length);
        assert.deepEqual(Buffer.from(buffer.take()), expected);
        assert.equal(buffer.room, 5000);
      }),
    );
  });
});

describe("a producer's batches", () => {
  it('form one chain without gaps, numbered in the order of the appends, whatever comes when', async () => {
    const { key } = await producerKeys();
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ deed: fc.constant('append' as const), bytes: fc.nat(40_000) }) },
      { weight: 2, arbitrary: fc.record({ deed: fc.constant('part' as const), bytes: size }) },
      { weight: 1, arbitrary: fc.record({ deed: fc.constant('turn' as const), bytes: fc.constant(0) }) },
      { weight: 1, arbitrary: fc.record({ deed: fc.constant('heartbeat' as const), bytes: fc.constant(0) }) },
      { weight: 1, arbitrary: fc.record({ deed: fc.constant('too large' as const), bytes: fc.constant(70_000) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 20 }), async (steps, most) => {
        const spool = new FakeSpool();
        const producer = await startProducer(spool, { limits: { maxBatchRecords: most } });
        const appended: Promise<{ seq: number }>[] = [];
        for (const { deed, bytes } of steps) {
          if (deed === 'append') appended.push(producer.append(largeDraft(bytes)));
          else if (deed === 'part')
            appended.push(producer.append(draft('r'), [await writePart(producer, pattern(bytes), [])]));
          else if (deed === 'heartbeat') await producer.heartbeat();
          else if (deed === 'turn') await new Promise((resolve) => setImmediate(resolve));
          else await assert.rejects(producer.append(largeDraft(bytes)), { code: 'limit.exceeded' });
        }
        await producer.stop();
        const seqs = await Promise.all(appended.map(async (one) => (await one).seq));
        assert.deepEqual(
          seqs,
          seqs.toSorted((a, b) => a - b),
        );
        let [seq, previous]: [number, Uint8Array] = [0, new Uint8Array(32)];
        spool.batches().forEach(({ batch }, batchNo) => {
          const { statement } = verifyBatch(batch, key.publicKey);
          assert.deepEqual([statement.batchNo, statement.firstSeq], [batchNo, seq]);
          assert.ok(equalBytes(statement.previousBatchHash, previous) && statement.count <= most);
          previous = statementHash(batch.statement);
          seq += statement.count;
        });
        assert.ok(spool.frames.every((frame) => frame.length <= MAX_FRAME_BYTES));
        assert.equal(producer.backlogBytes, 0);
        for (const { chunks, part, item } of findParts(spool))
          assert.deepEqual(checkManifest(item.manifest, part).chunkHashes.length, chunks.length);
      }),
      { numRuns: 30 },
    );
  });
});
