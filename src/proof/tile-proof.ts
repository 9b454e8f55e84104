import { AffidavitError } from '../record/index.ts';
import { checkUint } from './bytes.ts';
import { at } from './place.ts';
import { FULL_TILE_BYTES, parseTile, TILE_WIDTH, tilePath, tileWidth } from './tile.ts';
import type { TileSource } from './tile.ts';
import { EMPTY_ROOT, nodeHash, treeRoot } from './tree.ts';

/** Proofs computed from tiles. What tiles say is not verified here: check the proof against a checkpoint's root. */

/** Levels of the binary tree in one level of tiles. */
const TILE_HEIGHT = 8;
const MAX_CACHED_TILES = 64;

/** Gives the hash of the complete subtree at `level` (0 are leaves) with `index` from the left. */
export type ReadHash = (level: number, index: number) => Promise<Uint8Array>;

/**
 * Reads a tile, or the full one in its place: "Clients … MAY fetch the full tile in parallel as a fallback in case the
 * partial tile is not available anymore." @throws evidence.missing when neither is there
 */
export async function readTileHashes(
  source: TileSource,
  level: number,
  index: number,
  width: number,
): Promise<Uint8Array[]> {
  const [bytes, found] = await readWithFallback(
    (wanted) => source.readTile(level, index, wanted),
    width,
    tilePath(level, index, width),
  );
  if (bytes.length > FULL_TILE_BYTES)
    throw new AffidavitError('evidence.malformed', `${tilePath(level, index, found)} has ${bytes.length} bytes`);
  return at(tilePath(level, index, found), () => parseTile(bytes, found).slice(0, width));
}

/** Reads what is `width` wide, or else the full one. Gives the bytes and their width. @throws evidence.missing */
export async function readWithFallback(
  read: (width: number) => Promise<Uint8Array>,
  width: number,
  path: string,
): Promise<[bytes: Uint8Array, width: number]> {
  const attempt = async (wanted: number): Promise<Uint8Array | undefined> => {
    try {
      return await read(wanted);
    } catch (thrown) {
      if (thrown instanceof AffidavitError && thrown.code === 'not_found') return undefined;
      throw thrown;
    }
  };
  const exact = await attempt(width);
  if (exact !== undefined) return [exact, width];
  const full = width < TILE_WIDTH ? await attempt(TILE_WIDTH) : undefined;
  if (full === undefined) throw new AffidavitError('evidence.missing', `${path} is not there`);
  return [full, TILE_WIDTH];
}

/** Reads hashes of complete subtrees of a tree of `size` from its tiles, the last ones kept. */
export function tileHashReader(source: TileSource, size: number): ReadHash {
  const tiles = new Map<string, Promise<Uint8Array[]>>();
  const tile = (level: number, index: number): Promise<Uint8Array[]> => {
    const name = tilePath(level, index);
    const known = tiles.get(name);
    if (known !== undefined) return known;
    const [oldest] = tiles.keys();
    if (tiles.size >= MAX_CACHED_TILES && oldest !== undefined) tiles.delete(oldest);
    const hashes = readTileHashes(source, level, index, tileWidth(size, level, index));
    tiles.set(name, hashes);
    return hashes;
  };
  return async (level, index) => {
    const count = 2 ** (level % TILE_HEIGHT);
    const first = index * count;
    const hashes = await tile(Math.floor(level / TILE_HEIGHT), Math.floor(first / TILE_WIDTH));
    const at = first % TILE_WIDTH;
    if (at + count > hashes.length)
      throw new AffidavitError('internal', `subtree ${index} of level ${level} is not complete in a tree of ${size}`);
    return treeRoot(hashes.slice(at, at + count));
  };
}

/** RFC 6962 §2.1: "Let k be the largest power of two smaller than n". */
function splitPoint(count: number): number {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}

function logOfTwo(power: number): number {
  return Math.round(Math.log2(power));
}

/** MTH(D[start:start+count]); start is a multiple of the power of two at or above `count`, as every split gives it. */
async function rangeRoot(start: number, count: number, read: ReadHash): Promise<Uint8Array> {
  const k = splitPoint(count);
  if (count <= 1 || k * 2 === count) return read(logOfTwo(count), start / count);
  return nodeHash(await read(logOfTwo(k), start / k), await rangeRoot(start + k, count - k, read));
}

/** RFC 6962 §2.1: the root of the tree of `size`. */
export async function rootFromTiles(size: number, read: ReadHash): Promise<Uint8Array> {
  checkUint(size, 'a tree size');
  return size === 0 ? EMPTY_ROOT : rangeRoot(0, size, read);
}

/** RFC 6962 §2.1.1: PATH(index, D[size]). @throws evidence.malformed when the leaf is outside, evidence.missing */
export async function inclusionProof(index: number, size: number, read: ReadHash): Promise<Uint8Array[]> {
  checkUint(index, 'a leaf index');
  checkUint(size, 'a tree size');
  if (index >= size)
    throw new AffidavitError('evidence.malformed', `leaf ${index} is outside of a tree of size ${size}`);
  const path = async (start: number, count: number): Promise<Uint8Array[]> => {
    if (count === 1) return [];
    const k = splitPoint(count);
    return index < start + k
      ? [...(await path(start, k)), await rangeRoot(start + k, count - k, read)]
      : [...(await path(start + k, count - k)), await rangeRoot(start, k, read)];
  };
  return path(0, size);
}

/**
 * RFC 6962 §2.1.2: PROOF(size1, D[size2]); empty for equal sizes and for the empty tree.
 * @throws evidence.malformed when `size1` is larger than `size2`, evidence.missing
 */
export async function consistencyProof(size1: number, size2: number, read: ReadHash): Promise<Uint8Array[]> {
  checkUint(size1, 'a tree size');
  checkUint(size2, 'a tree size');
  if (size1 > size2) throw new AffidavitError('evidence.malformed', `a tree can't shrink from ${size1} to ${size2}`);
  if (size1 === 0) return [];
  // SUBPROOF(m, D[start:start+count], b); `whole` is b: the subtree is one whose root the verifier has.
  const subproof = async (m: number, start: number, count: number, whole: boolean): Promise<Uint8Array[]> => {
    if (m === count) return whole ? [] : [await rangeRoot(start, count, read)];
    const k = splitPoint(count);
    return m <= k
      ? [...(await subproof(m, start, k, whole)), await rangeRoot(start + k, count - k, read)]
      : [...(await subproof(m - k, start + k, count - k, false)), await rangeRoot(start, k, read)];
  };
  return subproof(size1, 0, size2, true);
}
