import { AffidavitError } from '../record/index.ts';
import { entriesPath, parseBundle, TILE_WIDTH, tileWidth } from '../proof/index.ts';
import type { TileSource } from '../proof/index.ts';

/** The entries of a bundle of a log of `size` leaves. @throws evidence.missing, evidence.malformed, source errors */
export async function readBundle(source: TileSource, size: number, index: number): Promise<Uint8Array[]> {
  const width = tileWidth(size, 0, index);
  try {
    return parseBundle(await source.readEntries(index, width), width);
  } catch (thrown) {
    if (!isNotFound(thrown) || width === TILE_WIDTH) throw missing(thrown, index, width);
  }
  // The partial bundle may be gone once the full one is there.
  try {
    return parseBundle(await source.readEntries(index, TILE_WIDTH), TILE_WIDTH).slice(0, width);
  } catch (thrown) {
    throw missing(thrown, index, width);
  }
}

/** A leaf's bytes, unverified. @throws not_found when the log has no such leaf; evidence.missing, evidence.malformed */
export async function readLeaf(source: TileSource, size: number, index: number): Promise<Uint8Array> {
  const entries = index < size ? await readBundle(source, size, Math.floor(index / TILE_WIDTH)) : [];
  const leaf = entries[index % TILE_WIDTH];
  if (leaf === undefined) throw new AffidavitError('not_found', `the log of ${size} leaves has no leaf ${index}`);
  return leaf;
}

function isNotFound(thrown: unknown): boolean {
  return thrown instanceof AffidavitError && thrown.code === 'not_found';
}

function missing(thrown: unknown, index: number, width: number): unknown {
  if (!isNotFound(thrown)) return thrown;
  return new AffidavitError('evidence.missing', `${entriesPath(index, width)} is not there`, { cause: thrown });
}
