import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AffidavitError, decodeLeaf, encodeLeaf, MAX_LEAF_BYTES } from '../../../src/record/index.ts';

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const anyLeaf = fc.record(
  {
    statement: fc.uint8Array({ maxLength: 300 }),
    signature: bytes(64),
    index: fc.nat(0xffff_ffff),
    path: fc.array(bytes(32), { maxLength: 64 }),
    record: fc.uint8Array({ maxLength: 3000 }),
  },
  { noNullPrototype: true },
);

describe('a leaf', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyLeaf, (leaf) => {
        const encoded = encodeLeaf(leaf);
        assert.ok(encoded.length <= MAX_LEAF_BYTES);
        assert.deepEqual(decodeLeaf(encoded), leaf);
      }),
    );
  });

  it('has one spelling: what decodes encodes to the same bytes', () => {
    fc.assert(
      fc.property(anyLeaf, fc.nat(), fc.nat(255), fc.integer({ min: -40, max: 40 }), (leaf, at, byte, resize) => {
        const encoded = encodeLeaf(leaf);
        const damaged = new Uint8Array(Math.max(0, encoded.length + resize));
        damaged.set(encoded.subarray(0, damaged.length));
        if (damaged.length > 0) damaged[at % damaged.length] = byte;
        sameOrRefused(damaged);
      }),
      { numRuns: 1000 },
    );
  });

  it('answers any bytes with a leaf or with evidence.malformed', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), sameOrRefused), { numRuns: 1000 });
  });
});

function sameOrRefused(bytes: Uint8Array): void {
  try {
    assert.deepEqual(encodeLeaf(decodeLeaf(bytes)), bytes);
  } catch (thrown) {
    if (thrown instanceof assert.AssertionError) throw thrown;
    assert.ok(thrown instanceof AffidavitError, String(thrown));
    assert.equal(thrown.code, 'evidence.malformed');
  }
}
