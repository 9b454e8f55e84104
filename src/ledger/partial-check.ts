import { AffidavitError } from '../record/index.ts';
import {
  entriesPath,
  equalBytes,
  inPlace,
  MAX_BUNDLE_BYTES,
  MAX_TILE_LEVEL,
  parseBundle,
  parseTile,
  parseTilePath,
  readTileHashes,
  FULL_TILE_BYTES,
  tilePath,
  tileWidth,
} from '../proof/index.ts';
import type { FileSystem } from '../runtime/index.ts';
import { FolderTileSource } from './folder-source.ts';
import { below } from './layout.ts';
import { readBundle } from './read-leaf.ts';

/**
 * Checks the partial tiles and bundles that a tree of `size` has outgrown and that still lie in its folder: whoever asks
 * for one over HTTP gets it as immutable. Each must agree with the tile or bundle that stands in its place now, which is
 * taken as verified. What lies beyond the tree isn't claimed by its checkpoint, and is passed over.
 * @returns how many there are
 * @throws evidence.hash, evidence.malformed naming the file; io.*
 */
export async function checkPartials(files: FileSystem, directory: string, size: number): Promise<number> {
  const source = new FolderTileSource(files, directory);
  let checked = 0;
  for (const level of (await files.list(below(directory, 'tile'))).filter(isLevel))
    for await (const path of partialsBelow(files, directory, `tile/${level}`))
      if (await checkPartial(files, directory, source, size, path)) checked += 1;
  return checked;
}

function isLevel(name: string): boolean {
  return name === 'entries' || (/^[0-9]{1,2}$/.test(name) && Number(name) <= MAX_TILE_LEVEL);
}

/** Paths of the partial files in a folder of tiles; folders are known by their names. */
async function* partialsBelow(files: FileSystem, directory: string, folder: string): AsyncGenerator<string> {
  for (const name of await files.list(below(directory, folder)))
    if (/^x[0-9]{3}$/.test(name)) yield* partialsBelow(files, directory, `${folder}/${name}`);
    else if (/^[0-9]{3}\.p$/.test(name))
      for (const width of await files.list(below(directory, `${folder}/${name}`))) yield `${folder}/${name}/${width}`;
}

async function checkPartial(
  files: FileSystem,
  directory: string,
  source: FolderTileSource,
  size: number,
  path: string,
): Promise<boolean> {
  const place = parseTilePath(path);
  if (place === undefined) return false;
  const { level, index, width } = place;
  const now = tileWidth(size, level === 'entries' ? 0 : level, index);
  if (now === 0) return false;
  const bytes = await readUnlessGone(files, below(directory, path), level === 'entries');
  if (bytes === undefined) return false;
  const [current, found] =
    level === 'entries'
      ? [await readBundle(source, size, index), inPlace(path, () => parseBundle(bytes, width))]
      : [await readTileHashes(source, level, index, now), inPlace(path, () => parseTile(bytes, width))];
  const wrong = found.findIndex((item, i) => i < now && !equalBytes(item, current[i] ?? new Uint8Array(0)));
  if (wrong < 0) return true;
  const currentPath = level === 'entries' ? entriesPath(index, now) : tilePath(level, index, now);
  throw new AffidavitError(
    'evidence.hash',
    `${path} ${level === 'entries' ? 'entry' : 'hash'} ${wrong}: it is not that of ${currentPath}`,
  );
}

/** The full one may come at any moment, and the partial ones go. */
async function readUnlessGone(files: FileSystem, path: string, isBundle: boolean): Promise<Uint8Array | undefined> {
  try {
    return await files.readFile(path, isBundle ? MAX_BUNDLE_BYTES : FULL_TILE_BYTES);
  } catch (thrown) {
    if (!(thrown instanceof AffidavitError)) throw thrown;
    if (thrown.code === 'not_found') return undefined;
    if (thrown.code === 'limit.exceeded') throw new AffidavitError('evidence.malformed', thrown.message);
    throw thrown;
  }
}
