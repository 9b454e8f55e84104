import { resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import type { Config } from '../config/index.ts';
import { FolderTileSource, HttpTileSource } from '../ledger/index.ts';
import type { TileSource } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';
import { nodeFiles } from '../runtime/index.ts';
import { placesOf } from './context.ts';

function isUrl(text: string): boolean {
  return /^https?:\/\//.test(text);
}

/** A log by folder or URL; without one the ledger of the data folder. */
export function openSource(what: string | undefined, config: Config): TileSource {
  if (what !== undefined && isUrl(what)) return new HttpTileSource(what);
  return new FolderTileSource(nodeFiles, what === undefined ? placesOf(config).ledger : resolve(what));
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
