import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { CHUNK_BYTES, FORMAT, Manifest, PART, PAYLOAD_CLASS } from '../../../src/record/index.ts';
import type { Part } from '../../../src/record/index.ts';
import { checkManifest, chunkCount, keyCommitment, manifestHash, parseManifest } from '../../../src/proof/index.ts';
import { refused } from './expect.ts';
import { flipped } from './sample-log.ts';

const hash = new Uint8Array(32).fill(5);
const manifest: Manifest = {
  format: FORMAT,
  class: PAYLOAD_CLASS.content,
  name: PART.request_body,
  plainBytes: CHUNK_BYTES + 1,
  chunkBytes: CHUNK_BYTES,
  chunkHashes: [hash, hash],
};

function partOf(bytes: Uint8Array): Part {
  return { class: manifest.class, name: manifest.name, manifestHash: manifestHash(bytes), keyCommitment: hash };
}

describe('payload manifests', () => {
  it('are accepted for the part that commits to them, and with no byte changed', () => {
    const bytes = Manifest.encode(manifest);
    assert.deepEqual(checkManifest(bytes, partOf(bytes)), manifest);
    for (let at = 0; at < bytes.length; at++)
      assert.throws(() => checkManifest(flipped(bytes, at), partOf(bytes)), refused('evidence.hash'));
  });

  it('are refused for another part than their own', () => {
    const bytes = Manifest.encode(manifest);
    assert.throws(() => checkManifest(bytes, { ...partOf(bytes), name: 1 }), refused('evidence.malformed'));
    assert.throws(() => checkManifest(bytes, { ...partOf(bytes), class: 1 }), refused('evidence.malformed'));
  });

  it('have as many chunks as their size takes, none when empty', () => {
    assert.deepEqual(
      [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1].map((size) => chunkCount(size)),
      [0, 1, 1, 2],
    );
    assert.equal(parseManifest(Manifest.encode({ ...manifest, plainBytes: 0, chunkHashes: [] })).plainBytes, 0);
  });

  it('are refused out of shape, however large they say they are', () => {
    const wrong: Partial<Manifest>[] = [
      { format: 2 },
      { class: 0 },
      { class: 4 },
      { name: 0 },
      { chunkBytes: 0 },
      { chunkBytes: CHUNK_BYTES + 1 },
      { chunkHashes: [] },
      { chunkHashes: [hash] },
      { chunkHashes: [hash, hash, hash] },
      { chunkHashes: [hash, hash.subarray(1)] },
      { plainBytes: Number.MAX_SAFE_INTEGER },
      { plainBytes: Number.MAX_SAFE_INTEGER, chunkBytes: 1 },
    ];
    for (const change of wrong)
      assert.throws(
        () => parseManifest(Manifest.encode({ ...manifest, ...change })),
        refused('evidence.malformed'),
        JSON.stringify(change),
      );
  });
});

describe('key commitments', () => {
  it('are a hash of the key under a name of their own', () => {
    const key = new Uint8Array(32).fill(9);
    const expected = createHash('sha256').update('affidavit/v1 key commitment\0').update(key).digest();
    assert.deepEqual(keyCommitment(key), Uint8Array.from(expected));
    assert.throws(() => keyCommitment(key.subarray(1)), refused('evidence.malformed'));
  });
});
