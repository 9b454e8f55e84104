import { encodeBase64 } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';
import type { Random } from '../runtime/index.ts';
import { KEY_BYTES } from './aead.ts';
import { formatChecked, JsonFile } from './json-file.ts';

const FILE_FORMAT = 'affidavit-tokens/1';
/** A version has two bytes in a token. */
const MAX_VERSION = 65_535;

/** A key that tokens of values are made with: the same value gives the same token, as long as the key is the same. */
export interface TokenKeyVersion {
  /** 1 to 65,535, counted up. It stands in every token. */
  readonly version: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** Text of `tokens.json`. */
export function formatTokenKeys(keys: readonly TokenKeyVersion[]): string {
  const entries = keys.map(({ version, key }) => ({ version: `${version}`, key: encodeBase64(key) }));
  return formatChecked({ format: FILE_FORMAT, keys: entries });
}

/** Reads `tokens.json`: at least one key, the oldest first. `name` stands in the errors. @throws key.malformed */
export function parseTokenKeys(text: string, name: string): TokenKeyVersion[] {
  const file = JsonFile.parse(text, name, FILE_FORMAT);
  const keys = file.list('keys', MAX_VERSION).map((entry) => ({
    version: Number(entry.string('version', /^[1-9][0-9]{0,4}$/)),
    key: entry.base64('key', KEY_BYTES),
  }));
  const isRising = keys.every(({ version }, at) => version <= MAX_VERSION && version > (keys[at - 1]?.version ?? 0));
  if (keys.length === 0 || !isRising) throw file.malformed('keys', 'empty, or its versions don’t rise');
  return keys;
}

/** The keys with one more, which is the one in use from then on. @throws limit.exceeded when versions have run out */
export function withNewTokenKey(keys: readonly TokenKeyVersion[], random: Random): TokenKeyVersion[] {
  const version = (keys.at(-1)?.version ?? 0) + 1;
  if (version > MAX_VERSION) throw new AffidavitError('limit.exceeded', `there are ${MAX_VERSION} token keys already`);
  return [...keys, { version, key: random.bytes(KEY_BYTES) }];
}
