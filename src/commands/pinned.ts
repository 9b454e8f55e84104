import type { Config } from '../config/index.ts';
import { decodeBase64, parseVerifierKey } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';
import type { FailureCode } from '../record/index.ts';
import { nodeFiles } from '../runtime/index.ts';

const MAX_KEY_BYTES = 4096;

/** Public keys that are held fast to, whatever the evidence says; absent where nothing is. */
export interface PinnedKeys {
  /** Verifier key of the log. */
  logKey?: string;
  /** Root public key, 32 bytes. */
  rootKey?: Uint8Array;
}

/** The keys of `trust` in a configuration, its files read. @throws config.invalid, not_found, io.failed */
export async function pinnedKeys({ trust }: Config): Promise<PinnedKeys> {
  const logKey = trust.logKey === '' ? await readLine(trust.logKeyFile, 'trust.logKeyFile') : trust.logKey;
  const rootKey = trust.rootKey === '' ? await readLine(trust.rootKeyFile, 'trust.rootKeyFile') : trust.rootKey;
  return {
    ...(logKey === '' ? {} : { logKey: checkLogKey(logKey, 'config.invalid') }),
    ...(rootKey === '' ? {} : { rootKey: parseRootKey(rootKey, 'config.invalid') }),
  };
}

async function readLine(path: string, setting: string): Promise<string> {
  if (path === '') return '';
  if ((await nodeFiles.size(path)) === undefined)
    throw new AffidavitError('not_found', `there is no file ${path}, which ${setting} names`);
  return new TextDecoder().decode(await nodeFiles.readFile(path, MAX_KEY_BYTES, true)).trim();
}

/** A root public key in base64. @throws `code` when it is none */
export function parseRootKey(text: string, code: FailureCode): Uint8Array {
  const key = /^[A-Za-z0-9+/]{43}=$/.test(text) ? decodeBase64(text) : undefined;
  if (key === undefined) throw new AffidavitError(code, `not a root key (32 bytes in base64): ${shown(text)}`);
  return key;
}

/** A verifier key, as it is. @throws `code` when it is none: what somebody pins is no evidence that could be bad */
export function checkLogKey(text: string, code: FailureCode): string {
  try {
    parseVerifierKey(text);
    return text;
  } catch (thrown) {
    throw new AffidavitError(code, `not a verifier key (name+id+base64): ${shown(text)}`, { cause: thrown });
  }
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
