import type { Config } from '../config/index.ts';
import type { Trust } from '../proof/index.ts';
import { systemRandom } from '../runtime/index.ts';
import { KeyFolder, nodeKeyFiles } from '../seal/index.ts';
import { placesOf } from './context.ts';
import type { Places } from './context.ts';
import { ownLogKey } from './log-mark.ts';
import { checkLogKey, parseRootKey, pinnedKeys } from './pinned.ts';

/** Options of the commands that verify. */
export interface TrustOptions {
  logKey?: string;
  rootKey?: string;
  origin?: string;
}

/** The keys folder of a configuration. */
export function keyFolder(places: Places): KeyFolder {
  return KeyFolder.open({ directory: places.keys, files: nodeKeyFiles, random: systemRandom });
}

/** The public root key of the keys folder of this machine, when its private half is kept there. @throws key.*, io.* */
export async function ownRootKey(config: Config): Promise<Uint8Array | undefined> {
  const folder = keyFolder(placesOf(config));
  const isThere = (await folder.signingKeyNames()).includes('root');
  return isThere ? (await folder.signingKey('root')).publicKey : undefined;
}

/**
 * What a verification holds fast to: the options, else the configuration, else the keys folder of this machine when
 * there is one. Never what is being verified.
 */
export async function trustOf(config: Config, options: TrustOptions): Promise<Trust> {
  const folder = keyFolder(placesOf(config));
  const own = new Set(await folder.signingKeyNames());
  const pinned = await pinnedKeys(config);
  const logKey = options.logKey === undefined ? pinned.logKey : checkLogKey(options.logKey, 'usage');
  const rootKey = options.rootKey === undefined ? pinned.rootKey : parseRootKey(options.rootKey, 'usage');
  const trust: Trust = {};
  if (logKey !== undefined) trust.logKey = logKey;
  else if (own.has('log')) trust.logKey = await ownLogKey(config, folder);
  if (rootKey !== undefined) trust.rootKey = rootKey;
  else if (own.has('root')) trust.rootKey = (await folder.signingKey('root')).publicKey;
  if (options.origin !== undefined) trust.origin = options.origin;
  return trust;
}
