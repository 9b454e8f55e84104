import { join, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import type { Config } from '../config/index.ts';
import { FolderTileSource, HttpTileSource } from '../ledger/index.ts';
import type { TileSource } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';
import { nodeFiles } from '../runtime/index.ts';
import { placesOf } from './context.ts';
import { ledgerCredentials } from './ledger-client.ts';
import { holdsLog } from './log-mark.ts';

/** True for what is read over HTTP. */
export function isUrl(text: string): boolean {
  return /^https?:\/\//.test(text);
}

/** A log by folder or URL; without one the ledger of the data folder. */
export function openSource(what: string | undefined, config: Config): TileSource {
  if (what !== undefined && isUrl(what)) return new HttpTileSource(what, { tls: ledgerCredentials(config) });
  return new FolderTileSource(nodeFiles, what === undefined ? placesOf(config).ledger : resolve(what));
}

/**
 * The folder of the log that a folder means: itself, or the ledger of a data folder.
 * @throws not_found when there is no log in either, which is no evidence of anything
 */
export async function logFolder(what: string): Promise<string> {
  const folder = resolve(what);
  const inside = join(folder, 'ledger');
  if (await holdsLog(folder)) return folder;
  if (await holdsLog(inside)) return inside;
  throw new AffidavitError(
    'not_found',
    `there is no log here: neither ${folder} nor its folder ledger/ has a checkpoint, tiles or a state`,
  );
}

/** True for a file, false for a folder or a URL. @throws not_found */
export async function isProofFile(what: string): Promise<boolean> {
  if (isUrl(what)) return false;
  try {
    return (await stat(what)).isFile();
  } catch (thrown) {
    throw new AffidavitError('not_found', `there is neither a proof file nor a ledger folder ${what}`, {
      cause: thrown,
    });
  }
}
