import { stat } from 'node:fs/promises';
import { AffidavitError } from '../record/index.ts';
import { directoryOf, nodeFiles, writeFileDurably } from '../runtime/index.ts';

/** A path given as an option: an empty one, of a variable that isn't set, would mean this folder. @throws usage */
export function parsePath(text: string): string {
  if (text === '') throw new AffidavitError('usage', 'an empty path means nothing: leave the option away, or name one');
  return text;
}

/** Writes a file that somebody asked for; where that fails, nothing of it is left. @throws not_found, io.* */
export async function writeResult(path: string, text: string): Promise<void> {
  const folder = directoryOf(path);
  if ((await nodeFiles.size(folder)) === undefined)
    throw new AffidavitError('not_found', `there is no folder ${folder} to write ${path} to`);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) throw new AffidavitError('io.exists', `${path} is a folder: name a file in it`);
  try {
    await writeFileDurably(nodeFiles, path, new TextEncoder().encode(text));
  } catch (thrown) {
    await nodeFiles.remove(`${path}.tmp`).catch(() => undefined);
    throw thrown;
  }
}
