import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import { CHECKPOINT_PATH, equalBytes, formatVerifierKey, noteKey, parseVerifierKey } from '../proof/index.ts';
import type { NoteKey } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';
import { nodeFiles, writeFileDurably } from '../runtime/index.ts';
import type { KeyFolder } from '../seal/index.ts';
import { placesOf, shardOrigin } from './context.ts';

/**
 * The mark that a log was begun: its verifier key, origin included, in a file beside the log key and outside of the
 * ledger's folder. Without it a lost ledger folder would be taken for a first start, and a second log of the same name
 * and key would begin unseen.
 *
 * It is written once the first checkpoint is on the disk, before that is served and before any message is taken. After a
 * crash in between the next start finds the log and writes it then.
 */

const MAX_MARK_BYTES = 4096;
/** What a ledger that is opened goes on from; with neither it begins a log. */
const BEGUN = [CHECKPOINT_PATH, 'state'];

/** Path of the mark; each shard is a log of its own. */
export function logMarkPath(config: Config): string {
  return join(placesOf(config).keys, config.shard === 0 ? 'log.vkey' : `log-${config.shard}.vkey`);
}

/** The verifier key of the log that was begun with these keys; `undefined` before that. @throws key.malformed, io.* */
export async function readLogMark(config: Config): Promise<NoteKey | undefined> {
  const path = logMarkPath(config);
  if ((await nodeFiles.size(path)) === undefined) return undefined;
  const text = new TextDecoder().decode(await nodeFiles.readFile(path, MAX_MARK_BYTES)).trim();
  try {
    return parseVerifierKey(text);
  } catch (thrown) {
    throw new AffidavitError('key.malformed', `${path} holds no verifier key: restore it from a backup`, {
      cause: thrown,
    });
  }
}

/** The verifier key of the log that these keys keep, or would begin. @throws key.*, io.* */
export async function ownLogKey(config: Config, keys: KeyFolder): Promise<string> {
  const mark = await readLogMark(config);
  return formatVerifierKey(mark ?? noteKey(shardOrigin(config), (await keys.signingKey('log')).publicKey));
}

/** @throws config.invalid when the configuration names another log than the one that these keys keep */
export async function checkMarkedOrigin(config: Config): Promise<NoteKey | undefined> {
  const mark = await readLogMark(config);
  const origin = shardOrigin(config);
  if (mark !== undefined && mark.name !== origin)
    throw new AffidavitError(
      'config.invalid',
      `origin: the configuration means the log ${origin}, but these keys keep ${mark.name} (${logMarkPath(config)}): ` +
        'set origin to what it was; a log of another name takes a data folder and keys of its own',
    );
  return mark;
}

/**
 * Refuses to begin a log where one was begun before, or to go on with another than that.
 * @throws config.invalid, ledger.damaged, key.malformed, io.*
 */
export async function refuseSecondLog(config: Config, keys: KeyFolder): Promise<void> {
  const mark = await checkMarkedOrigin(config);
  if (mark === undefined) return;
  const path = logMarkPath(config);
  const hasLogKey = (await keys.signingKeyNames()).includes('log');
  if (hasLogKey && !equalBytes((await keys.signingKey('log')).publicKey, mark.publicKey))
    throw new AffidavitError(
      'key.malformed',
      `${keys.path('log.key')} is not the key in ${path}: restore the right one`,
    );
  const { ledger } = placesOf(config);
  if (!(await holdsAny(ledger, BEGUN)))
    throw new AffidavitError(
      'ledger.damaged',
      `the log ${mark.name} is lost: ${path} says that it was begun, and ${ledger} holds none; restore that folder (is its disk ` +
        'mounted?), or begin a new log on purpose, in another data folder and with new keys',
    );
}

/** Writes the mark of a log whose first checkpoint is on the disk; changes nothing when it is there. @throws key.*, io.* */
export async function markLog(config: Config, keys: KeyFolder): Promise<void> {
  if ((await readLogMark(config)) !== undefined) return;
  const text = `${await ownLogKey(config, keys)}\n`;
  await writeFileDurably(nodeFiles, logMarkPath(config), new TextEncoder().encode(text));
}

/** True for a folder with anything of a log in it. @throws io.failed */
export function holdsLog(folder: string): Promise<boolean> {
  return holdsAny(folder, [...BEGUN, 'tile']);
}

async function holdsAny(folder: string, names: readonly string[]): Promise<boolean> {
  for (const name of names) if (await isThere(join(folder, name))) return true;
  return false;
}

/** True for a file, and for a folder that isn't empty. @throws io.failed */
export async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory() ? (await nodeFiles.list(path)).length > 0 : true;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR'))
      return false;
    throw AffidavitError.from(thrown, 'io.failed', `look for ${path}`);
  }
}
