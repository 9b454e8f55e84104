import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  CompactRange,
  consistencyProof,
  inclusionProof,
  leafHash,
  MerkleTree,
  rootFromTiles,
  TileEdge,
  tileHashReader,
  tilePath,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/proof/index.ts';
import { AffidavitError } from '../../../src/record/index.ts';
import { naivePath, naiveProof, naiveRoot } from '../../unit/proof/naive-tree.ts';
import { sourceOf } from '../../unit/proof/sample-log.ts';

const anyEntries = fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 300, size: 'max' });
const anyHash = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('the Merkle tree against its definition', () => {
  it('has the same root in every way that it is computed', () => {
    fc.assert(
      fc.property(anyEntries, fc.nat(), (entries, at) => {
        const hashes = entries.map((entry) => leafHash(entry));
        const root = naiveRoot(entries);
        assert.deepEqual(treeRoot(hashes), root);
        const range = new CompactRange();
        const cut = at % hashes.length;
        for (const hash of hashes.slice(0, cut)) range.append(hash);
        const resumed = new CompactRange(range.size, range.hashes);
        for (const hash of hashes.slice(cut)) resumed.append(hash);
        assert.deepEqual(resumed.root(), root);
      }),
      { numRuns: 60 },
    );
  });

  it('proves inclusion with the paths of the definition, and nothing else', () => {
    fc.assert(
      fc.property(anyEntries, fc.nat(), fc.nat(), fc.nat(255), (entries, pick, where, flip) => {
        const index = pick % entries.length;
        const entry = entries[index] ?? new Uint8Array(0);
        const tree = new MerkleTree(entries.map((each) => leafHash(each)));
        const path = tree.path(index);
        assert.deepEqual(path, naivePath(index, entries));
        verifyInclusion(index, entries.length, leafHash(entry), path, tree.root);
        const changed = path.map((hash) => Uint8Array.from(hash));
        const hash = changed[where % Math.max(1, path.length)];
        if (hash === undefined) return;
        hash[where % 32] = (hash[where % 32] ?? 0) ^ (flip === 0 ? 1 : flip);
        assertRefused(() => {
          verifyInclusion(index, entries.length, leafHash(entry), changed, tree.root);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('proves consistency with the proofs of the definition, and nothing else', () => {
    fc.assert(
      fc.property(anyEntries, fc.nat(), fc.nat(), (entries, pick, where) => {
        const size = pick % (entries.length + 1);
        const [old, root] = [naiveRoot(entries.slice(0, size)), naiveRoot(entries)];
        const proof = naiveProof(size, entries);
        verifyConsistency(size, old, entries.length, root, proof);
        const other = size === 0 ? 1 : size - 1;
        assertRefused(() => {
          verifyConsistency(other, old, entries.length, root, proof);
        });
        const changed = proof.map((hash) => Uint8Array.from(hash));
        const hash = changed[where % Math.max(1, proof.length)];
        if (hash === undefined) return;
        hash[where % 32] = (hash[where % 32] ?? 0) ^ 1;
        assertRefused(() => {
          verifyConsistency(size, old, entries.length, root, changed);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same proofs from tiles', async () => {
    await fc.assert(
      fc.asyncProperty(anyEntries, fc.nat(), fc.nat(), async (entries, leaf, older) => {
        const files = new Map<string, Uint8Array>();
        const edge = new TileEdge();
        const tiles = [...entries.flatMap((entry) => edge.append(leafHash(entry))), ...edge.partials()];
        for (const { level, index, width, bytes } of tiles) files.set(tilePath(level, index, width), bytes);
        const size = entries.length;
        const read = tileHashReader(sourceOf(files), size);
        assert.deepEqual(await rootFromTiles(size, read), naiveRoot(entries));
        assert.deepEqual(await inclusionProof(leaf % size, size, read), naivePath(leaf % size, entries));
        const old = older % (size + 1);
        assert.deepEqual(await consistencyProof(old, size, read), naiveProof(old, entries));
      }),
      { numRuns: 40 },
    );
  });
});

describe('tree proofs made up by an attacker', () => {
  const number = fc.oneof(fc.maxSafeNat(), fc.nat(300), fc.double(), fc.constantFrom(2 ** 53, 2 ** 63, -1));
  const path = fc.array(fc.oneof(anyHash, fc.uint8Array({ maxLength: 40 })), { maxLength: 70 });
  const root = fc.oneof(anyHash, fc.uint8Array({ maxLength: 40 }));

  it('are refused with evidence.*', () => {
    fc.assert(
      fc.property(number, number, root, root, path, (a, b, one, two, hashes) => {
        // A tree with one leaf whose root is its own, and equal trees, are no forgeries.
        fc.pre(a !== b && Buffer.compare(one, two) !== 0);
        assertRefused(() => {
          verifyInclusion(a, b, one, hashes, two);
        });
        fc.pre(a !== 0);
        assertRefused(() => {
          verifyConsistency(a, one, b, two, hashes);
        });
      }),
      { numRuns: 1000 },
    );
  });
});

function assertRefused(check: () => void): void {
  assert.throws(check, (thrown) => thrown instanceof AffidavitError && thrown.isEvidence);
}
