import { AffidavitError, PAYLOAD_CLASS } from '../record/index.ts';
import { writeFileDurably } from '../runtime/index.ts';
import type { Clock, Random } from '../runtime/index.ts';
import { HPKE_SEED_BYTES, hpkeKeyPair } from './hpke.ts';
import { formatIngestKeys, ingestKeyId, parseIngestKeys, signIngestKeys } from './ingest-keys.ts';
import type { IngestKeySet } from './ingest-keys.ts';
import { createKeyFile, readKeyFile, temporaryOf } from './key-files.ts';
import type { KeyFileSystem } from './key-files.ts';
import { LocalKeyService } from './local-key-service.ts';
import { formatKeyStore, parseKeyStore } from './key-store.ts';
import type { IngestPrivateKey } from './key-store.ts';
import { SigningKey } from './signing-key.ts';
import { formatTokenKeys, parseTokenKeys, type TokenKeyVersion, withNewTokenKey } from './token-keys.ts';

/** The signing keys that a folder can hold, each in `<name>.key`. */
export const SIGNING_KEY_NAMES = ['root', 'log', 'ledger', 'recorder', 'auditor'] as const;
/** The name of a signing key. */
export type SigningKeyName = (typeof SIGNING_KEY_NAMES)[number];

/** Public ingest keys, signed by the root key. */
export const INGEST_FILE = 'ingest.json';
/** Private ingest keys and period keys: the key service's. */
export const KEY_SERVICE_FILE = 'keyservice.json';
/** Keys that tokens of values are made with: the recorders'. */
export const TOKENS_FILE = 'tokens.json';
/** There while the first start makes the keys: one that was interrupted goes on. */
const PENDING_FILE = 'init.pending';

/** Where keys lie. */
export interface KeyFolderOptions {
  directory: string;
  files: KeyFileSystem;
  random: Random;
}

/** Which files {@link KeyFolder.init} makes; all when nothing is said. */
export interface KeyFolderContents {
  signingKeys?: readonly SigningKeyName[];
  /** Ingest keys, the private ones for the key service, the public ones signed by `root`; and a token key. */
  payloadKeys?: boolean;
}

/** A folder of keys: private keys with mode 0600, made once and never replaced. */
export class KeyFolder {
  private readonly options: KeyFolderOptions;

  private constructor(options: KeyFolderOptions) {
    this.options = options;
  }

  /** A folder as it is; nothing is made or read yet. */
  static open(options: KeyFolderOptions): KeyFolder {
    return new KeyFolder(options);
  }

  /**
   * The folder with its keys. When none of them is there they are made: the first start. When some are there and
   * others aren't, that is no first start but a loss, and nothing is made.
   * @throws key.missing naming what is missing.
   */
  static async init(options: KeyFolderOptions, contents: KeyFolderContents = {}): Promise<KeyFolder> {
    const { directory, files } = options;
    const folder = new KeyFolder(options);
    const wanted = wantedFiles(contents);
    await files.makeDirectory(directory);
    const missing = await folder.missing(wanted);
    const pending = (await files.size(folder.path(PENDING_FILE))) !== undefined;
    if (!pending && missing.length > 0) {
      if (missing.length < wanted.length)
        throw new AffidavitError(
          'key.missing',
          `${missing.map((name) => folder.path(name)).join(', ')} missing although other keys are there: ` +
            'restore from a backup; keys are made on a first start only',
        );
      await createKeyFile(files, folder.path(PENDING_FILE), 'keys are being made\n');
    }
    await folder.make(missing);
    if (pending || missing.length > 0) {
      for (const name of wanted) await files.remove(temporaryOf(folder.path(name)));
      await files.remove(folder.path(PENDING_FILE));
      await files.syncDirectory(directory);
    }
    return folder;
  }

  /** Path of a file in the folder. */
  path(name: string): string {
    return `${this.options.directory}/${name}`;
  }

  /** A signing key. @throws key.missing, key.malformed, key.permissions naming the path. */
  async signingKey(name: SigningKeyName): Promise<SigningKey> {
    const path = this.path(`${name}.key`);
    return SigningKey.fromPem(await readKeyFile(this.options.files, path, 'secret'), path);
  }

  /** The names of the signing keys that are there. */
  async signingKeyNames(): Promise<SigningKeyName[]> {
    const missing = new Set(await this.missing(SIGNING_KEY_NAMES.map((name) => `${name}.key`)));
    return SIGNING_KEY_NAMES.filter((name) => !missing.has(`${name}.key`));
  }

  /**
   * The public ingest keys. With a pinned root key (32 raw bytes) they must be signed by it.
   * @throws key.missing, key.malformed, key.permissions; evidence.signature
   */
  async ingestKeys(rootPublicKey?: Uint8Array): Promise<IngestKeySet> {
    const path = this.path(INGEST_FILE);
    return parseIngestKeys(await readKeyFile(this.options.files, path, 'public'), path, rootPublicKey);
  }

  /** The token keys, the oldest first; the last is in use. @throws key.missing, key.malformed, key.permissions */
  async tokenKeys(): Promise<TokenKeyVersion[]> {
    const path = this.path(TOKENS_FILE);
    return parseTokenKeys(await readKeyFile(this.options.files, path, 'secret'), path);
  }

  /** True when the folder has token keys, readable or not. */
  async hasTokenKeys(): Promise<boolean> {
    return (await this.options.files.size(this.path(TOKENS_FILE))) !== undefined;
  }

  /** Makes a new token key, which is the one in use once recorders are started anew. @throws as {@link tokenKeys}, io.* */
  async addTokenKey(): Promise<TokenKeyVersion[]> {
    const { files, random } = this.options;
    const keys = withNewTokenKey((await this.hasTokenKeys()) ? await this.tokenKeys() : [], random);
    await writeFileDurably(files, this.path(TOKENS_FILE), Buffer.from(formatTokenKeys(keys)));
    return keys;
  }

  /** The key service of this folder. @throws key.missing, key.malformed, key.permissions */
  keyService(clock: Clock): Promise<LocalKeyService> {
    const { files, random } = this.options;
    return LocalKeyService.open({ path: this.path(KEY_SERVICE_FILE), files, random, clock });
  }

  private async missing(names: readonly string[]): Promise<string[]> {
    const sizes = await Promise.all(names.map((name) => this.options.files.size(this.path(name))));
    return names.filter((_, index) => sizes[index] === undefined);
  }

  private async make(missing: readonly string[]): Promise<void> {
    const { files, random } = this.options;
    for (const name of missing) {
      const path = this.path(name);
      if (name === KEY_SERVICE_FILE) await createKeyFile(files, path, await newKeyStore(random));
      else if (name === INGEST_FILE) await createKeyFile(files, path, await this.signedIngestKeys());
      else if (name === TOKENS_FILE) await createKeyFile(files, path, formatTokenKeys(withNewTokenKey([], random)));
      else await createKeyFile(files, path, SigningKey.generate(random).toPem());
    }
  }

  private async signedIngestKeys(): Promise<string> {
    const path = this.path(KEY_SERVICE_FILE);
    const store = parseKeyStore(await readKeyFile(this.options.files, path, 'secret'), path);
    const keys = store.ingest.map(({ class: payloadClass, id, publicKey }) => ({ class: payloadClass, id, publicKey }));
    return formatIngestKeys(signIngestKeys(await this.signingKey('root'), keys));
  }
}

/** In the order in which they are made: what is signed, or published, comes after what signs, or is kept secret. */
function wantedFiles({ signingKeys = SIGNING_KEY_NAMES, payloadKeys = true }: KeyFolderContents): string[] {
  const signing = signingKeys.map((name) => `${name}.key`);
  return payloadKeys ? [...signing, KEY_SERVICE_FILE, INGEST_FILE, TOKENS_FILE] : signing;
}

async function newKeyStore(random: Random): Promise<string> {
  const ingest: IngestPrivateKey[] = [];
  for (const payloadClass of Object.values(PAYLOAD_CLASS)) {
    const pair = await hpkeKeyPair(random.bytes(HPKE_SEED_BYTES));
    ingest.push({ class: payloadClass, id: ingestKeyId(pair.publicKey), ...pair });
  }
  return formatKeyStore({ ingest, periods: [] });
}
