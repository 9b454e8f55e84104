import assert from 'node:assert/strict';
import {
  auditPath,
  CompactRange,
  EMPTY_ROOT,
  leafHash,
  MerkleTree,
  nodeHash,
  rootFromInclusion,
  TileEdge,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/proof/index.ts';
import { hex, refused, unhex } from './expect.ts';
import { naivePath, naiveProof, naiveRoot } from './naive-tree.ts';

/** Inputs and roots of the known-answer tests that implementations of RFC 6962 share. */
const ENTRIES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const entries = ENTRIES.map(unhex);
const many = Array.from({ length: 130 }, (_, i) => Uint8Array.of(i, i >> 1, 7));

const HUGE = [-1, 0.5, NaN, Infinity, 2 ** 53, 2 ** 63];

describe('the Merkle tree of RFC 6962', () => {
  it('has the known roots for 0 to 8 leaves', () => {
    for (const [size, root] of ROOTS.entries()) {
      const hashes = entries.slice(0, size).map((entry) => leafHash(entry));
      assert.equal(hex(treeRoot(hashes)), root, `size ${size}`);
      const [range, edge] = [new CompactRange(), new TileEdge()];
      for (const hash of hashes) {
        range.append(hash);
        edge.append(hash);
      }
      assert.equal(hex(range.root()), root);
      assert.equal(hex(edge.root()), root);
    }
    assert.equal(hex(EMPTY_ROOT), ROOTS[0]);
  });

  it('equals the definition for 0 to 130 leaves, in every way that we compute it', () => {
    const hashes = many.map((entry) => leafHash(entry));
    const [range, edge] = [new CompactRange(), new TileEdge()];
    for (let size = 0; size <= many.length; size++) {
      const expected = naiveRoot(many.slice(0, size));
      assert.deepEqual(treeRoot(hashes.slice(0, size)), expected, `size ${size}`);
      assert.deepEqual(range.root(), expected);
      assert.deepEqual(edge.root(), expected);
      assert.deepEqual(new CompactRange(range.size, range.hashes).root(), expected);
      const next = hashes[size];
      if (next === undefined) continue;
      range.append(next);
      edge.append(next);
    }
  });

  it('gives the audit paths of the definition, and they verify in no other place', () => {
    for (const size of [1, 2, 3, 4, 5, 7, 8, 13, 33]) {
      const part = many.slice(0, size);
      const tree = new MerkleTree(part.map((entry) => leafHash(entry)));
      for (const [index, entry] of part.entries()) {
        const path = tree.path(index);
        assert.deepEqual(path, naivePath(index, part));
        verifyInclusion(index, size, leafHash(entry), path, tree.root);
        for (let other = 0; other < size; other++)
          if (other !== index)
            assert.throws(() => {
              verifyInclusion(other, size, leafHash(entry), path, tree.root);
            }, refused('evidence.inclusion'));
      }
    }
  });

  it('names the subtrees that a leaf completes', () => {
    const range = new CompactRange();
    const hashes = entries.slice(0, 4).map((entry) => leafHash(entry));
    const completed = hashes.map((hash) => range.append(hash).map(({ level, index }) => `${level}/${index}`));
    assert.deepEqual(completed, [['0/0'], ['0/1', '1/0'], ['0/2'], ['0/3', '1/1', '2/0']]);
  });

  it('verifies every consistency proof of the definition, and no other', () => {
    const roots = Array.from({ length: 21 }, (_, size) => naiveRoot(many.slice(0, size)));
    for (const [size2, root2] of roots.entries())
      for (const [size1, root1] of roots.slice(0, size2 + 1).entries()) {
        const proof = naiveProof(size1, many.slice(0, size2));
        verifyConsistency(size1, root1, size2, root2, proof);
        const inconsistent = refused('evidence.consistency');
        assert.throws(() => {
          verifyConsistency(size1, root1, size2, root2, [...proof, root2]);
        }, inconsistent);
        if (proof.length > 0)
          assert.throws(() => {
            verifyConsistency(size1, root1, size2, root2, proof.slice(1));
          }, inconsistent);
        if (size1 > 0)
          assert.throws(() => {
            verifyConsistency(size1, EMPTY_ROOT, size2, root2, proof);
          }, inconsistent);
        if (size1 < size2)
          assert.throws(() => {
            verifyConsistency(size2, root2, size1, root1, proof);
          }, inconsistent);
      }
  });

  it('keeps leaves and nodes apart', () => {
    const [left, right] = [leafHash(Uint8Array.of(1)), leafHash(Uint8Array.of(2))];
    const node = nodeHash(left, right);
    assert.notDeepEqual(leafHash(Uint8Array.of(...left, ...right)), node);
  });
});

describe('tree arithmetic under attack', () => {
  const hash = leafHash(Uint8Array.of(1));

  it('answers numbers that are no tree sizes with evidence.malformed', () => {
    for (const number of HUGE) {
      assert.throws(() => rootFromInclusion(0, number, hash, []), refused('evidence.malformed'));
      assert.throws(() => rootFromInclusion(number, 5, hash, []), refused('evidence.malformed'));
      assert.throws(() => {
        verifyConsistency(number, hash, 5, hash, []);
      }, refused('evidence.malformed'));
      assert.throws(() => {
        verifyConsistency(1, hash, number, hash, []);
      }, refused('evidence.malformed'));
      assert.throws(() => new CompactRange(number, []), refused('evidence.malformed'));
      assert.throws(() => auditPath([hash], number), refused('evidence.malformed'));
    }
    assert.throws(() => rootFromInclusion(5, 5, hash, []), refused('evidence.malformed', 'outside'));
  });

  it('works at the largest size, and refuses paths of any other length', () => {
    const size = Number.MAX_SAFE_INTEGER;
    const path = Array.from({ length: 53 }, () => hash);
    const root = rootFromInclusion(0, size, hash, path);
    verifyInclusion(0, size, hash, path, root);
    for (const length of [0, 52, 54, 1000]) {
      const other = Array.from({ length }, () => hash);
      assert.throws(() => rootFromInclusion(0, size, hash, other), refused('evidence.inclusion'));
    }
  });

  it('answers hashes of other lengths with evidence.malformed', () => {
    const short = hash.subarray(1);
    assert.throws(() => nodeHash(short, hash), refused('evidence.malformed'));
    assert.throws(() => new MerkleTree([short]), refused('evidence.malformed'));
    assert.throws(() => rootFromInclusion(0, 2, hash, [short]), refused('evidence.malformed'));
    assert.throws(() => rootFromInclusion(0, 1, short, []), refused('evidence.malformed'));
    assert.throws(() => {
      verifyConsistency(1, short, 2, hash, []);
    }, refused('evidence.malformed'));
    assert.throws(() => new CompactRange().append(short), refused('evidence.malformed'));
    assert.throws(() => new CompactRange(3, [hash]), refused('evidence.malformed', '2 subtrees'));
    assert.throws(() => new CompactRange(1, [short]), refused('evidence.malformed'));
  });

  it('does not grow over the largest size', () => {
    const hashes = Array.from({ length: 53 }, () => hash);
    const full = new CompactRange(Number.MAX_SAFE_INTEGER, hashes);
    assert.throws(() => full.append(hash), refused('evidence.malformed'));
  });
});
