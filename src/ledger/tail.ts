import { AffidavitError } from '../record/index.ts';
import {
  encodeBundle,
  bundlesToWrite,
  edgeTiles,
  entriesPath,
  equalBytes,
  leafHash,
  parseTile,
  readTileHashes,
  TILE_WIDTH,
  TileEdge,
  tilePath,
} from '../proof/index.ts';
import type { Tile, TileSource } from '../proof/index.ts';
import { readBundle } from './read-leaf.ts';

/** The right edge of the log: its partial tiles, and the leaves of its partial bundle. Never changed in place. */
export interface LogTail {
  size: number;
  /** Hashes of each level's partial tile. */
  levels: readonly (readonly Uint8Array[])[];
  /** Leaves of the partial bundle. */
  entries: readonly Uint8Array[];
}

/** The tail of an empty log. */
export const EMPTY_TAIL: LogTail = { size: 0, levels: [], entries: [] };

/** The tiles that a log's growth makes. */
export interface TileGrowth {
  root: Uint8Array;
  tiles: Tile[];
  levels: Uint8Array[][];
}

/** Everything that a log's growth makes. */
export interface Growth extends TileGrowth {
  tail: LogTail;
  bundles: { path: string; width: number; bytes: Uint8Array }[];
  /** Full tiles and bundles, whose partial ones nobody needs any more. */
  completed: string[];
}

/** Reads a log's right edge. @throws evidence.missing, evidence.malformed, evidence.hash */
export async function readTail(source: TileSource, size: number): Promise<LogTail> {
  const levels: Uint8Array[][] = [];
  for (const [level, place] of edgeTiles(size).entries())
    levels[level] = place === undefined ? [] : await readTileHashes(source, level, place.index, place.width);
  const width = size % TILE_WIDTH;
  if (width === 0) return { size, levels, entries: [] };
  const index = Math.floor(size / TILE_WIDTH);
  const path = entriesPath(index, width);
  const entries = await readBundle(source, size, index);
  entries.forEach((entry, i) => {
    if (!equalBytes(leafHash(entry), levels[0]?.[i] ?? entry))
      throw new AffidavitError('evidence.hash', `entry ${i} of ${path} is not the one in the tree`);
  });
  return { size, levels, entries };
}

/** The new tiles when leaf hashes are appended, lowest level first, and the root. Pure. */
export function growTiles(before: LogTail, hashes: readonly Uint8Array[]): TileGrowth {
  const edge = new TileEdge(before.size, before.levels);
  const full = hashes.flatMap((hash) => edge.append(hash));
  const partial = edge.partials();
  const old = edgeTiles(before.size);
  const fresh = partial.filter(({ level, index, width }) => {
    const place = old[level];
    return place?.index !== index || place.width !== width;
  });
  const levels = edgeTiles(edge.size).map((place, level) => {
    const tile = place === undefined ? undefined : partial.find((candidate) => candidate.level === level);
    return tile === undefined ? [] : parseTile(tile.bytes, tile.width);
  });
  return { root: edge.root(), tiles: [...full, ...fresh], levels };
}

/** What the log becomes when leaves are appended. Pure: gives the files, writes nothing. */
export function grow(before: LogTail, leaves: readonly Uint8Array[], hashes: readonly Uint8Array[]): Growth {
  const grown = growTiles(before, hashes);
  const size = before.size + leaves.length;
  const all = [...before.entries, ...leaves];
  const first = before.size - before.entries.length;
  const bundles = bundlesToWrite(before.size, size).map(({ index, width }) => {
    const start = index * TILE_WIDTH - first;
    return { path: entriesPath(index, width), width, bytes: encodeBundle(all.slice(start, start + width)) };
  });
  const rest = size % TILE_WIDTH;
  // Copies: a view would keep the whole commit's bytes in memory.
  const entries = rest === 0 ? [] : all.slice(-rest).map((entry) => entry.slice());
  const full = grown.tiles.filter(({ width }) => width === TILE_WIDTH);
  const completed = full.flatMap(({ level, index }) =>
    level === 0 ? [tilePath(level, index), entriesPath(index)] : [tilePath(level, index)],
  );
  return { ...grown, tail: { size, levels: grown.levels, entries }, bundles, completed };
}
