import assert from 'node:assert/strict';
import { AffidavitError, decodeLeaf, encodeLeaf, MAX_LEAF_BYTES } from '../../../src/record/index.ts';
import type { Leaf } from '../../../src/record/index.ts';

const leaf: Leaf = {
  statement: Uint8Array.of(1, 2, 3),
  signature: new Uint8Array(64).fill(4),
  index: 5,
  path: [new Uint8Array(32).fill(6)],
  record: Uint8Array.of(7, 8),
};

function refused(code: string): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof AffidavitError && thrown.code === code;
}

describe('the leaf encoding', () => {
  it('is the one of the record format', () => {
    const expected = ['01', '0003', '010203', '04'.repeat(64), '00000005', '01', '06'.repeat(32), '0002', '0708'];
    assert.equal(Buffer.from(encodeLeaf(leaf)).toString('hex'), expected.join(''));
  });

  it('takes records up to the size of a tlog-tiles entry, and none beyond', () => {
    const overhead = encodeLeaf({ ...leaf, record: new Uint8Array(0) }).length;
    const largest = encodeLeaf({ ...leaf, record: new Uint8Array(MAX_LEAF_BYTES - overhead) });
    assert.equal(largest.length, MAX_LEAF_BYTES);
    assert.equal(decodeLeaf(largest).record.length, MAX_LEAF_BYTES - overhead);
    const record = new Uint8Array(MAX_LEAF_BYTES - overhead + 1);
    assert.throws(() => encodeLeaf({ ...leaf, record }), refused('limit.exceeded'));
  });

  it('refuses to write wrong lengths', () => {
    assert.throws(() => encodeLeaf({ ...leaf, signature: new Uint8Array(63) }), refused('internal'));
    assert.throws(() => encodeLeaf({ ...leaf, path: [new Uint8Array(31)] }), refused('internal'));
    const path = Array.from({ length: 65 }, () => new Uint8Array(32));
    assert.throws(() => encodeLeaf({ ...leaf, path }), refused('internal'));
  });

  it('refuses to read another version, a longer path, bytes behind it, and every beginning of a leaf', () => {
    const bytes = encodeLeaf(leaf);
    assert.throws(() => decodeLeaf(Uint8Array.of(2, ...bytes.subarray(1))), refused('evidence.malformed'));
    assert.throws(() => decodeLeaf(Uint8Array.of(...bytes, 0)), refused('evidence.malformed'));
    const longPath = Uint8Array.from(bytes);
    longPath[1 + 2 + 3 + 64 + 4] = 65;
    assert.throws(() => decodeLeaf(longPath), refused('evidence.malformed'));
    for (let length = 0; length < bytes.length; length++)
      assert.throws(() => decodeLeaf(bytes.subarray(0, length)), refused('evidence.malformed'));
  });
});
