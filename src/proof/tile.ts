import { AffidavitError, MAX_LEAF_BYTES } from '../record/index.ts';
import { checkLength, checkUint } from './bytes.ts';
import { HASH_BYTES } from './platform.ts';
import { treeRoot } from './tree.ts';

/** C2SP tlog-tiles (https://c2sp.org/tlog-tiles): names, sizes and encodings of tiles and entry bundles. */

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;
/** Bytes of a full tile. */
export const FULL_TILE_BYTES = TILE_WIDTH * HASH_BYTES;
/** Bytes of the largest entry bundle: 256 entries of 65,535 bytes, each after its length. */
export const MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MAX_LEAF_BYTES);
/** "`<L>` … MUST be a decimal ASCII integer between 0 and 63". */
export const MAX_TILE_LEVEL = 63;
/** Name of the checkpoint in a log's folder. */
export const CHECKPOINT_PATH = 'checkpoint';

/** Where a tile stands. A width under 256 is a partial tile. */
export interface TilePlace {
  /** 0 holds leaf hashes; a hash of level n+1 is the root of a full tile of level n. */
  level: number;
  /** From the left within its level. */
  index: number;
  /** Hashes in it, 1 … 256. */
  width: number;
}

/** Where an entry bundle stands. */
export type BundlePlace = Omit<TilePlace, 'level'>;

/**
 * A log's files, wherever they lie. Each method gives the bytes as they are, unverified, and throws `not_found` when
 * they aren't there.
 */
export interface TileSource {
  /** `tile/<level>/<index>[.p/<width>]`; at most {@link FULL_TILE_BYTES}. */
  readTile(level: number, index: number, width: number): Promise<Uint8Array>;
  /** `tile/entries/<index>[.p/<width>]`; at most {@link MAX_BUNDLE_BYTES}. */
  readEntries(index: number, width: number): Promise<Uint8Array>;
  /** `checkpoint`: a signed note. */
  readCheckpoint(): Promise<Uint8Array>;
}

function numberPath(index: number, width: number): string {
  checkUint(index, 'a tile index');
  if (!Number.isInteger(width) || width < 1 || width > TILE_WIDTH)
    throw new AffidavitError('evidence.malformed', `a tile can't be ${width} wide`);
  // "zero-padded 3-digit path elements. All but the last path element MUST begin with an x": 1234067 is x001/x234/067.
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const elements = padded.match(/.{3}/g) ?? [];
  const path = elements.map((element, i) => (i < elements.length - 1 ? `x${element}` : element)).join('/');
  return width === TILE_WIDTH ? path : `${path}.p/${width}`;
}

/** `tile/<L>/<N>[.p/<W>]`; a width of 256 is a full tile. @throws evidence.malformed for numbers out of range. */
export function tilePath(level: number, index: number, width: number = TILE_WIDTH): string {
  if (!Number.isInteger(level) || level < 0 || level > MAX_TILE_LEVEL)
    throw new AffidavitError('evidence.malformed', `there is no tile level ${level}`);
  return `tile/${level}/${numberPath(index, width)}`;
}

/** `tile/entries/<N>[.p/<W>]`; a width of 256 is a full bundle. @throws evidence.malformed for numbers out of range. */
export function entriesPath(index: number, width: number = TILE_WIDTH): string {
  return `tile/entries/${numberPath(index, width)}`;
}

const PATH = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/**
 * Reads a path of a tile or of a bundle (`level` is then `entries`), as a client may ask for it; `undefined` when it
 * isn't exactly one.
 */
export function parseTilePath(path: string): (BundlePlace & { level: number | 'entries' }) | undefined {
  const [, kind, number, partial] = PATH.exec(path) ?? [];
  if (kind === undefined || number === undefined) return undefined;
  const level = kind === 'entries' ? kind : Number(kind);
  const index = Number(number.replace(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  if (!Number.isSafeInteger(index) || width > TILE_WIDTH || (level !== 'entries' && level > MAX_TILE_LEVEL))
    return undefined;
  // One name for each place: no leading zeroes that the number doesn't need, no `.p/256`.
  const exact = level === 'entries' ? entriesPath(index, width) : tilePath(level, index, width);
  return exact === path ? { level, index, width } : undefined;
}

/** How many hashes a level of tiles has in all in a tree of `size`: floor(size / 256^level). */
export function levelHashes(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** How wide a tile is in a tree of `size`: 256, fewer at the right edge, 0 when it isn't there. */
export function tileWidth(size: number, level: number, index: number): number {
  return Math.max(0, Math.min(TILE_WIDTH, levelHashes(size, level) - index * TILE_WIDTH));
}

/**
 * The tiles that a tree has to have new when it grows from `oldSize` to `newSize`, lowest level first: the full ones
 * completed on the way and the partial ones of the new right edge. @throws evidence.malformed, limit.exceeded
 */
export function tilesToWrite(oldSize: number, newSize: number): TilePlace[] {
  checkGrowth(oldSize, newSize);
  const tiles: TilePlace[] = [];
  for (let level = 0; levelHashes(newSize, level) > 0; level++)
    for (const place of grown(levelHashes(oldSize, level), levelHashes(newSize, level)))
      tiles.push({ level, ...place });
  return tiles;
}

/** The entry bundles that are new when a tree grows from `oldSize` to `newSize`. @throws evidence.malformed, limit.exceeded */
export function bundlesToWrite(oldSize: number, newSize: number): BundlePlace[] {
  checkGrowth(oldSize, newSize);
  return grown(oldSize, newSize);
}

/** Most leaves of one step: lists of places stay small whatever the sizes are. */
const MAX_GROWTH = 2 ** 24;

function checkGrowth(oldSize: number, newSize: number): void {
  checkUint(oldSize, 'a tree size');
  checkUint(newSize, 'a tree size');
  if (newSize - oldSize > MAX_GROWTH)
    throw new AffidavitError('limit.exceeded', `a tree can't grow by over ${MAX_GROWTH} leaves at once`);
  if (newSize < oldSize)
    throw new AffidavitError('evidence.malformed', `a tree can't shrink from ${oldSize} to ${newSize}`);
}

function grown(oldCount: number, newCount: number): BundlePlace[] {
  const places: BundlePlace[] = [];
  if (newCount === oldCount) return places;
  for (let index = Math.floor(oldCount / TILE_WIDTH); index * TILE_WIDTH < newCount; index++)
    places.push({ index, width: Math.min(TILE_WIDTH, newCount - index * TILE_WIDTH) });
  return places;
}

/** The hashes of a tile, as views. @throws evidence.malformed unless it has exactly `width` hashes. */
export function parseTile(bytes: Uint8Array, width: number): Uint8Array[] {
  if (bytes.length !== width * HASH_BYTES)
    throw new AffidavitError('evidence.malformed', `a tile of width ${width} has ${bytes.length} bytes`);
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

/** "sequences of big-endian uint16 length-prefixed log entries". @throws limit.exceeded for an entry over 65,535 bytes. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const entry of entries) {
    if (entry.length > MAX_LEAF_BYTES)
      throw new AffidavitError('limit.exceeded', `an entry of ${entry.length} bytes is over ${MAX_LEAF_BYTES}`);
    view.setUint16(at, entry.length);
    out.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return out;
}

/** The entries of a bundle, as views. @throws evidence.malformed unless there are exactly `width` and nothing follows. */
export function parseBundle(bytes: Uint8Array, width: number): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length && entries.length < width) {
    const start = at + 2;
    const end = start + (start <= bytes.length ? view.getUint16(at) : MAX_BUNDLE_BYTES);
    if (end > bytes.length) throw new AffidavitError('evidence.malformed', `entry ${entries.length} is cut off`);
    entries.push(bytes.subarray(start, end));
    at = end;
  }
  if (entries.length !== width)
    throw new AffidavitError('evidence.malformed', `there are ${entries.length} entries instead of ${width}`);
  if (at !== bytes.length) throw new AffidavitError('evidence.malformed', `bytes follow entry ${width - 1}`);
  return entries;
}

/** A tile with its bytes. */
export interface Tile extends TilePlace {
  bytes: Uint8Array;
}

/**
 * The right edge of a tree as its partial tiles: takes leaf hashes, gives the tiles. Holds at most 255 hashes a
 * level.
 */
export class TileEdge {
  private count: number;
  private readonly levels: Uint8Array[][];

  /**
   * @param size leaves so far.
   * @param levels the hashes of each level's partial tile, as {@link edgeTiles} lists them (empty where there is none).
   * @throws evidence.malformed when their widths aren't those of a tree of `size`.
   */
  constructor(size = 0, levels: readonly (readonly Uint8Array[])[] = []) {
    checkUint(size, 'a tree size');
    const heights = Math.max(levels.length, edgeTiles(size).length);
    for (let level = 0; level < heights; level++) {
      const width = levelHashes(size, level) % TILE_WIDTH;
      if ((levels[level]?.length ?? 0) !== width)
        throw new AffidavitError('evidence.malformed', `the partial tile of level ${level} isn't ${width} wide`);
    }
    this.count = size;
    this.levels = levels.map((hashes) => [...hashes]);
  }

  /** Number of leaves. */
  get size(): number {
    return this.count;
  }

  /** Appends a leaf hash and gives the full tiles that it completes, lowest level first. @throws evidence.malformed */
  append(hash: Uint8Array): Tile[] {
    checkLength(hash, HASH_BYTES, 'a leaf hash');
    checkUint(this.count + 1, 'a tree size');
    const completed: Tile[] = [];
    this.count += 1;
    let node = hash;
    for (let level = 0; ; level++) {
      const hashes = (this.levels[level] ??= []);
      hashes.push(node);
      if (hashes.length < TILE_WIDTH) return completed;
      completed.push(tileOf(level, levelHashes(this.count, level) / TILE_WIDTH - 1, hashes));
      node = treeRoot(hashes);
      this.levels[level] = [];
    }
  }

  /** The partial tiles, lowest level first. */
  partials(): Tile[] {
    return this.levels.flatMap((hashes, level) =>
      hashes.length === 0 ? [] : [tileOf(level, Math.floor(levelHashes(this.count, level) / TILE_WIDTH), hashes)],
    );
  }

  /** The tree's root: each level's partial tile stands to the right of all that is above it. */
  root(): Uint8Array {
    let below: Uint8Array | undefined;
    for (const hashes of this.levels) {
      const nodes = below === undefined ? hashes : [...hashes, below];
      if (nodes.length > 0) below = treeRoot(nodes);
    }
    return below ?? treeRoot([]);
  }
}

function tileOf(level: number, index: number, hashes: readonly Uint8Array[]): Tile {
  const bytes = new Uint8Array(hashes.length * HASH_BYTES);
  hashes.forEach((hash, i) => {
    bytes.set(hash, i * HASH_BYTES);
  });
  return { level, index, width: hashes.length, bytes };
}

/** For each level of a tree of `size`: its partial tile, `undefined` where the level ends in a full one. */
export function edgeTiles(size: number): (TilePlace | undefined)[] {
  const edge: (TilePlace | undefined)[] = [];
  for (let level = 0; levelHashes(size, level) > 0; level++) {
    const count = levelHashes(size, level);
    const width = count % TILE_WIDTH;
    edge.push(width === 0 ? undefined : { level, index: Math.floor(count / TILE_WIDTH), width });
  }
  return edge;
}
