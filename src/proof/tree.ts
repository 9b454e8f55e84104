import { AffidavitError } from '../record/index.ts';
import { checkLength, checkUint, equalBytes } from './bytes.ts';
import { HASH_BYTES, sha256 } from './platform.ts';

/** RFC 6962 §2.1: the Merkle tree, its audit paths and consistency proofs. Tree sizes go up to 2^53-1. */

/** RFC 6962 §2.1: MTH({}) = SHA-256(). */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0));

const LEAF_PREFIX = Uint8Array.of(0x00);
const NODE_PREFIX = 0x01;

/** RFC 6962 §2.1: MTH({d(0)}) = SHA-256(0x00 || d(0)). */
export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(LEAF_PREFIX, data);
}

/** RFC 6962 §2.1: SHA-256(0x01 || left || right). @throws evidence.malformed unless both have 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  checkLength(left, HASH_BYTES, 'a tree hash');
  checkLength(right, HASH_BYTES, 'a tree hash');
  const input = new Uint8Array(1 + 2 * HASH_BYTES);
  input[0] = NODE_PREFIX;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return sha256(input);
}

/** A whole tree in memory: for batches and tiles. Making it costs one hash for each leaf, a path none. */
export class MerkleTree {
  /** Level 0 holds the leaf hashes; a last node without a sibling rises as it is, which gives the tree of RFC 6962. */
  private readonly levels: Uint8Array[][];

  /** @param leafHashes RFC 6962 leaf hashes, 32 bytes each. @throws evidence.malformed for another length. */
  constructor(leafHashes: readonly Uint8Array[]) {
    for (const hash of leafHashes) checkLength(hash, HASH_BYTES, 'a leaf hash');
    let level = [...leafHashes];
    this.levels = [level];
    while (level.length > 1) {
      const above: Uint8Array[] = [];
      for (let i = 0; i < level.length; i += 2) above.push(pairHash(level[i], level[i + 1]));
      this.levels.push(above);
      level = above;
    }
  }

  /** Number of leaves. */
  get size(): number {
    return this.levels[0]?.length ?? 0;
  }

  /** RFC 6962 §2.1: the Merkle Tree Hash. */
  get root(): Uint8Array {
    return this.levels.at(-1)?.[0] ?? EMPTY_ROOT;
  }

  /** RFC 6962 §2.1.1: PATH(index, D[size]), from the leaf's sibling to the root's child. @throws evidence.malformed when outside. */
  path(index: number): Uint8Array[] {
    checkInside(index, this.size);
    const path: Uint8Array[] = [];
    let at = index;
    for (const level of this.levels) {
      const sibling = level[at % 2 === 0 ? at + 1 : at - 1];
      if (sibling !== undefined) path.push(sibling);
      at = half(at);
    }
    return path;
  }
}

function pairHash(left: Uint8Array | undefined, right: Uint8Array | undefined): Uint8Array {
  if (left === undefined) throw new AffidavitError('internal', 'a pair without a left node');
  return right === undefined ? left : nodeHash(left, right);
}

/** RFC 6962 §2.1: the root over leaf hashes held in memory. @throws evidence.malformed for hashes without 32 bytes. */
export function treeRoot(leafHashes: readonly Uint8Array[]): Uint8Array {
  return new MerkleTree(leafHashes).root;
}

/** RFC 6962 §2.1.1: one audit path over leaf hashes held in memory; for many use {@link MerkleTree}. @throws evidence.malformed */
export function auditPath(leafHashes: readonly Uint8Array[], index: number): Uint8Array[] {
  return new MerkleTree(leafHashes).path(index);
}

/**
 * The root that an audit path leads to (RFC 9162 §2.1.3.2, the verification of RFC 6962's audit path).
 * @throws evidence.malformed for numbers or hashes that aren't any; evidence.inclusion for a path of another length.
 */
export function rootFromInclusion(
  index: number,
  size: number,
  hash: Uint8Array,
  path: readonly Uint8Array[],
): Uint8Array {
  checkUint(size, 'a tree size');
  checkInside(index, size);
  checkLength(hash, HASH_BYTES, 'a leaf hash');
  let node = index;
  let last = size - 1;
  let root = hash;
  for (const sibling of path) {
    if (last === 0)
      throw new AffidavitError('evidence.inclusion', `an audit path of ${path.length} hashes is too long`);
    if (node % 2 === 1 || node === last) {
      root = nodeHash(sibling, root);
      while (node % 2 === 0 && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else root = nodeHash(root, sibling);
    node = half(node);
    last = half(last);
  }
  if (last !== 0) throw new AffidavitError('evidence.inclusion', `an audit path of ${path.length} hashes is too short`);
  return root;
}

/** Checks that a leaf stands at `index` of the tree with `root`. @throws evidence.inclusion, evidence.malformed */
export function verifyInclusion(
  index: number,
  size: number,
  hash: Uint8Array,
  path: readonly Uint8Array[],
  root: Uint8Array,
): void {
  if (!equalBytes(rootFromInclusion(index, size, hash, path), root))
    throw new AffidavitError('evidence.inclusion', `leaf ${index} is not in the tree of size ${size}`);
}

/**
 * Checks that the tree of `size2` extends the tree of `size1` (RFC 9162 §2.1.4.2, the verification of RFC 6962's
 * consistency proof). The empty tree is extended by every tree, with an empty proof.
 * @throws evidence.consistency when it doesn't; evidence.malformed for numbers or hashes that aren't any.
 */
export function verifyConsistency(
  size1: number,
  root1: Uint8Array,
  size2: number,
  root2: Uint8Array,
  path: readonly Uint8Array[],
): void {
  checkUint(size1, 'a tree size');
  checkUint(size2, 'a tree size');
  checkLength(root1, HASH_BYTES, 'a root');
  checkLength(root2, HASH_BYTES, 'a root');
  if (!isConsistent(size1, root1, size2, root2, path))
    throw new AffidavitError('evidence.consistency', `the tree of size ${size2} doesn't extend that of size ${size1}`);
}

function isConsistent(
  size1: number,
  root1: Uint8Array,
  size2: number,
  root2: Uint8Array,
  path: readonly Uint8Array[],
): boolean {
  if (size1 > size2) return false;
  if (size1 === size2) return path.length === 0 && equalBytes(root1, root2);
  if (size1 === 0) return path.length === 0 && equalBytes(root1, EMPTY_ROOT);
  let node = size1 - 1;
  let last = size2 - 1;
  while (node % 2 === 1) {
    node = half(node);
    last = half(last);
  }
  // A `size1` that is a power of two: its root is the first hash of the proof, and is left out of it.
  const [first, ...rest] = node === 0 ? [root1, ...path] : path;
  if (first === undefined) return false;
  let old = first;
  let whole = first;
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      old = nodeHash(hash, old);
      whole = nodeHash(hash, whole);
      while (node % 2 === 0 && node !== 0) {
        node = half(node);
        last = half(last);
      }
    } else whole = nodeHash(whole, hash);
    node = half(node);
    last = half(last);
  }
  return last === 0 && equalBytes(old, root1) && equalBytes(whole, root2);
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function checkInside(index: number, size: number): void {
  checkUint(index, 'a leaf index');
  if (index >= size)
    throw new AffidavitError('evidence.malformed', `leaf ${index} is outside of a tree of size ${size}`);
}

/** A complete subtree: the node at `level` (0 are the leaves) with `index` from the left. */
export interface TreeNode {
  level: number;
  index: number;
  hash: Uint8Array;
}

/**
 * The right edge of a tree: the roots of its complete subtrees from left to right, largest first, one for each bit
 * of the size. Enough to append and to know the root.
 */
export class CompactRange {
  private count: number;
  private readonly roots: Uint8Array[];

  /** @throws evidence.malformed when there isn't one hash of 32 bytes for each bit of `size`. */
  constructor(size = 0, hashes: readonly Uint8Array[] = []) {
    checkUint(size, 'a tree size');
    let bits = 0;
    for (let rest = size; rest > 0; rest = half(rest)) bits += rest % 2;
    if (hashes.length !== bits)
      throw new AffidavitError(
        'evidence.malformed',
        `a tree of size ${size} has ${bits} subtrees, not ${hashes.length}`,
      );
    for (const hash of hashes) checkLength(hash, HASH_BYTES, 'a subtree hash');
    this.count = size;
    this.roots = [...hashes];
  }

  /** Number of leaves. */
  get size(): number {
    return this.count;
  }

  /** Roots of the complete subtrees, largest (leftmost) first. */
  get hashes(): readonly Uint8Array[] {
    return this.roots;
  }

  /** Appends a leaf and gives the subtrees that it completes, from the leaf itself upwards. @throws evidence.malformed */
  append(hash: Uint8Array): TreeNode[] {
    checkLength(hash, HASH_BYTES, 'a leaf hash');
    checkUint(this.count + 1, 'a tree size');
    const completed: TreeNode[] = [{ level: 0, index: this.count, hash }];
    let node = hash;
    let level = 0;
    for (let rest = this.count; rest % 2 === 1; rest = half(rest)) {
      const left = this.roots.pop();
      if (left === undefined) throw new AffidavitError('internal', 'a compact range without its subtrees');
      node = nodeHash(left, node);
      level += 1;
      completed.push({ level, index: half(rest), hash: node });
    }
    this.roots.push(node);
    this.count += 1;
    return completed;
  }

  /** RFC 6962 §2.1: the root of the whole. */
  root(): Uint8Array {
    const [last, ...others] = this.roots.toReversed();
    return last === undefined ? EMPTY_ROOT : others.reduce((right, left) => nodeHash(left, right), last);
  }
}
