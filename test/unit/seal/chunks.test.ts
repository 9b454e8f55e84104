import assert from 'node:assert/strict';
import type { Manifest } from '../../../src/record/index.ts';
import { Chunk, CHUNK_BYTES, FORMAT, Frame } from '../../../src/record/index.ts';
import { sha256 } from '../../../src/proof/index.ts';
import { secretKey } from '../../../src/seal/aead.ts';
import { sealChunk } from '../../../src/seal/chunks.ts';
import { partContext, periodContext, wrapContext } from '../../../src/seal/contexts.ts';
import { decryptPart, PartOpener } from '../../../src/seal/index.ts';
import { encodeChunkFrame } from '../../../src/seal/part.ts';

const KEY = Buffer.alloc(32, 7);
const SMALL = 16;

/** A part of small chunks, sealed by hand. */
function sealed(plain: Uint8Array, chunkBytes = SMALL): { manifest: Manifest; chunks: Uint8Array[] } {
  const count = Math.max(1, Math.ceil(plain.length / chunkBytes));
  const chunks = Array.from({ length: count }, (_, i) =>
    sealChunk(
      secretKey(KEY),
      partContext(2, 3),
      i,
      i === count - 1,
      plain.subarray(i * chunkBytes, (i + 1) * chunkBytes),
    ),
  );
  const chunkHashes = chunks.map((chunk) => sha256(chunk));
  return { chunks, manifest: { format: FORMAT, class: 2, name: 3, plainBytes: plain.length, chunkBytes, chunkHashes } };
}

describe('payload chunks', () => {
  const plain = Buffer.from('forty bytes of plaintext, in three parts');
  const { manifest, chunks } = sealed(plain);
  const [first, second, last] = chunks as [Uint8Array, Uint8Array, Uint8Array];
  /** The manifest as a forger would fit it to other chunks: hashes alone don't decide. */
  const fitted = (given: Uint8Array[], plainBytes = plain.length): Manifest => ({
    ...manifest,
    plainBytes,
    chunkHashes: given.map((chunk) => sha256(chunk)),
  });

  it('have nonce = 11-byte number and last flag, as AES-256-GCM elsewhere computes them', async () => {
    const key = await crypto.subtle.importKey('raw', KEY, 'AES-GCM', false, ['decrypt']);
    const iv = Buffer.from('000000000000000000000201', 'hex');
    const additionalData = Buffer.from('affidavit/v1 part\0\x02\x03', 'latin1');
    const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, Uint8Array.from(last));
    assert.equal(Buffer.from(opened).toString(), plain.subarray(32).toString());
  });

  it('open in order', () => {
    assert.deepEqual(Buffer.from(decryptPart(KEY, manifest, chunks)), plain);
  });

  it('of an empty part are none', () => {
    const empty = { ...manifest, plainBytes: 0, chunkHashes: [] };
    assert.equal(decryptPart(KEY, empty, []).length, 0);
    assert.throws(() => decryptPart(KEY, empty, [first]), { code: 'evidence.malformed' });
  });

  it('in another order are refused, also when the manifest was fitted to them', () => {
    assert.throws(() => decryptPart(KEY, manifest, [second, first, last]), { code: 'evidence.hash' });
    assert.throws(() => decryptPart(KEY, fitted([second, first, last]), [second, first, last]), {
      code: 'evidence.hash',
    });
  });

  it('that were cut off are refused, also when the manifest was fitted to them', () => {
    assert.throws(() => decryptPart(KEY, manifest, [first, second]), { code: 'evidence.missing' });
    assert.throws(() => decryptPart(KEY, fitted([first, second], 32), [first, second]), { code: 'evidence.hash' });
    const cut = last.subarray(0, -1);
    assert.throws(() => decryptPart(KEY, fitted([first, second, cut], 39), [first, second, cut]), {
      code: 'evidence.hash',
    });
  });

  it('that were added are refused, also when the manifest was fitted to them', () => {
    assert.throws(() => decryptPart(KEY, manifest, [...chunks, last]), { code: 'evidence.malformed' });
    const longer = [first, second, second, last];
    assert.throws(() => decryptPart(KEY, fitted(longer, 56), longer), { code: 'evidence.hash' });
  });

  it('of another part or under another key are refused', () => {
    assert.throws(() => decryptPart(KEY, { ...manifest, name: 4 }, chunks), { code: 'evidence.hash' });
    assert.throws(() => decryptPart(KEY, { ...manifest, class: 1 }, chunks), { code: 'evidence.hash' });
    assert.throws(() => decryptPart(Buffer.alloc(32), manifest, chunks), { code: 'evidence.hash' });
  });

  it('are not opened by a manifest that does not hold together', () => {
    const bad: Partial<Manifest>[] = [
      { format: 2 },
      { chunkBytes: 0 },
      { chunkBytes: CHUNK_BYTES + 1 },
      { plainBytes: Number.MAX_SAFE_INTEGER },
      { plainBytes: 49 },
      { chunkHashes: [] },
      { class: 256 },
      { name: 2 ** 40 },
    ];
    for (const fields of bad)
      assert.throws(() => new PartOpener(KEY, { ...manifest, ...fields }), { code: 'evidence.malformed' });
    assert.throws(() => new PartOpener(Buffer.alloc(31), manifest), { code: 'evidence.malformed' });
  });

  it('in frames are encoded as the schema encodes them', () => {
    const chunk = { keyId: Buffer.alloc(32, 1), epoch: Buffer.alloc(16, 2), stream: Buffer.alloc(16, 3), chunkNo: 300 };
    for (const size of [16, 111, 127, 128, 20_000, CHUNK_BYTES + 16]) {
      const ciphertext = Buffer.alloc(size, 4);
      const expected = Frame.encode({
        format: FORMAT,
        batch: undefined,
        chunk: Chunk.create({ ...chunk, ciphertext }),
      });
      assert.deepEqual(new Uint8Array(encodeChunkFrame(chunk, ciphertext)), expected);
    }
  });

  it('and wraps are bound to contexts that differ', () => {
    const hash = Buffer.alloc(32);
    assert.notDeepEqual(wrapContext(1, hash), periodContext(1, hash));
    assert.notDeepEqual(wrapContext(1, hash), wrapContext(2, hash));
    assert.throws(() => wrapContext(1, Buffer.alloc(31)), { code: 'evidence.malformed' });
  });
});
