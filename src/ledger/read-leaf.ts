import { AffidavitError } from '../record/index.ts';
import { entriesPath, inPlace, parseBundle, TILE_WIDTH, tileWidth } from '../proof/index.ts';
import type { TileSource } from '../proof/index.ts';

/** The entries of a bundle of a log of `size` leaves. @throws evidence.missing, evidence.malformed, source errors */
export async function readBundle(source: TileSource, size: number, index: number): Promise<Uint8Array[]> {
  const width = tileWidth(size, 0, index);
  try {
    return await entriesOf(source, index, width);
  } catch (thrown) {
    if (!isNotFound(thrown) || width === TILE_WIDTH) throw missing(thrown, index, width);
  }
  // The partial bundle may be gone once the full one is there.
  try {
    return (await entriesOf(source, index, TILE_WIDTH)).slice(0, width);
  } catch (thrown) {
    throw missing(thrown, index, width);
  }
}

async function entriesOf(source: TileSource, index: number, width: number): Promise<Uint8Array[]> {
  const bytes = await source.readEntries(index, width);
  return inPlace(entriesPath(index, width), () => parseBundle(bytes, width));
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
