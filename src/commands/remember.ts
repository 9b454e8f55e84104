import { directoryOf, nodeFiles, writeFileDurably } from '../runtime/index.ts';
import { MAX_NOTE_BYTES, parseCheckpoint, parseNote, verifyCheckpoint } from '../proof/index.ts';
import type { Checkpoint, Trust } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';

/**
 * The last checkpoint of a log that a verifier saw, as the signed note that it was, in a file of the verifier's own: what
 * a log that was rolled back, or begun anew, is held against.
 */

/**
 * The remembered checkpoint; `undefined` when the file isn't there yet.
 * @throws usage for a file that holds anything else, or one that the pinned log key didn't sign: it is the verifier's,
 * and no evidence; not_found without a folder for it.
 */
export async function readRemembered(path: string, { logKey }: Trust): Promise<Checkpoint | undefined> {
  if ((await nodeFiles.size(directoryOf(path))) === undefined)
    throw new AffidavitError('not_found', `there is no folder ${directoryOf(path)} for --remember`);
  if ((await nodeFiles.size(path)) === undefined) return undefined;
  const note = await nodeFiles.readFile(path, MAX_NOTE_BYTES);
  try {
    return logKey === undefined ? parseCheckpoint(parseNote(note).text) : verifyCheckpoint(note, logKey);
  } catch (thrown) {
    if (!(thrown instanceof AffidavitError)) throw thrown;
    const whose = logKey === undefined ? '' : ' of the pinned log';
    throw new AffidavitError('usage', `${path} holds no checkpoint${whose}: ${thrown.message}`, { cause: thrown });
  }
}

/**
 * Remembers a checkpoint that was verified, durably and whole or not at all. An older one than the file holds by now is
 * left away: another verification may have been faster. @returns true when it was written
 */
export async function remember(path: string, note: Uint8Array, trust: Trust): Promise<boolean> {
  const { size } = parseCheckpoint(parseNote(note).text);
  const there = await readRemembered(path, trust);
  if (there !== undefined && there.size >= size) return false;
  await writeFileDurably(nodeFiles, path, note);
  return true;
}
