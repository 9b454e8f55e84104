import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import { CHECKPOINT_PATH, encodeHex } from '../proof/index.ts';
import { AffidavitError, FORMAT, KEY_ACTION, KEY_ROLE } from '../record/index.ts';
import type { SignedKey } from '../record/index.ts';
import { nodeFiles, writeFileDurably } from '../runtime/index.ts';
import { KeyFolder, nodeKeyFiles, signKeyStatement } from '../seal/index.ts';
import type { SigningKey, SigningKeyName } from '../seal/index.ts';
import { placesOf, shardOrigin } from './context.ts';
import { putEnrolment } from './enrolments.ts';
import { isThere, logMarkPath, refuseSecondLog } from './log-mark.ts';
import type { Ports } from './ports.ts';
import { keyFolder } from './trust.ts';

const LEDGER_KEYS = ['root', 'log', 'ledger'] as const;

function initFolder(
  config: Config,
  ports: Ports,
  signingKeys: readonly SigningKeyName[],
  payloadKeys: boolean,
): Promise<KeyFolder> {
  const options = { directory: placesOf(config).keys, files: nodeKeyFiles, random: ports.random };
  return KeyFolder.init(options, { signingKeys, payloadKeys });
}

/** What a ledger's folder holds from the first start on, or from `keys init`: each was made with keys. */
const LEDGER_TRACES = [CHECKPOINT_PATH, 'state', 'tile', 'payload', 'enrolments'];
/** The same of a spool: its own id, and that of the key which signs what it holds. */
const SPOOL_ID = 'spool.id';
const SPOOL_KEY_ID = 'key.id';
const AUDITOR_KEY_ID = 'auditor.id';
const MAX_KEY_ID_BYTES = 1024;

/** Keys are made for a log that hasn't begun: for one that has, their absence is a loss. */
async function refuseAfterLoss(directory: string, keys: readonly string[], traces: readonly string[]): Promise<void> {
  if (await firstThere(keys.map((name) => join(directory, name)))) return;
  const trace = await firstThere(traces);
  if (trace === undefined) return;
  const what = keys.length === 1 ? `there is no ${keys.join()}` : 'there are no keys';
  throw new AffidavitError(
    'key.missing',
    `${what} in ${directory}, although ${trace} was made with ${keys.length === 1 ? 'one' : 'some'}: ` +
      `restore ${keys.length === 1 ? 'it' : 'them'} from a backup`,
  );
}

/** The first of some paths at which there is a file, or a folder that isn't empty. */
async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isThere(path)) return path;
  return undefined;
}

/** The root key may be taken away once it has enrolled the ledger: then its public half must be configured. */
async function neededKeys(config: Config): Promise<readonly SigningKeyName[]> {
  const { keys } = placesOf(config);
  const { rootKey, rootKeyFile } = config.trust;
  const [root, log] = await Promise.all(['root.key', 'log.key'].map((name) => nodeFiles.size(join(keys, name))));
  const isRootAway = (rootKey !== '' || rootKeyFile !== '') && root === undefined && log !== undefined;
  return isRootAway ? LEDGER_KEYS.filter((name) => name !== 'root') : LEDGER_KEYS;
}

/** A statement of the root key that enrols another key in this log. */
export async function signEnrolment(
  config: Config,
  folder: KeyFolder,
  publicKey: Uint8Array,
  role: number,
  name: string,
  nowUs: number,
): Promise<SignedKey> {
  const root = await folder.signingKey('root');
  return signKeyStatement(root, {
    format: FORMAT,
    logOrigin: shardOrigin(config),
    action: KEY_ACTION.enrolled,
    role,
    publicKey,
    name,
    timeUs: nowUs,
  });
}

/**
 * The ledger's keys: made, and the ledger's own enrolled, on the first start; afterwards as they are.
 * @throws key.*, io.*; ledger.damaged when their log is lost; config.invalid when the configuration means another
 */
export async function ensureLedgerKeys(config: Config, ports: Ports): Promise<KeyFolder> {
  const places = placesOf(config);
  await refuseAfterLoss(
    places.keys,
    LEDGER_KEYS.map((name) => `${name}.key`),
    [...LEDGER_TRACES.map((name) => join(places.ledger, name)), logMarkPath(config)],
  );
  await refuseSecondLog(config, keyFolder(places));
  const folder = await initFolder(config, ports, await neededKeys(config), true);
  const { publicKey } = await folder.signingKey('ledger');
  await putEnrolment(
    places.ledger,
    () => enrolmentOf(config, folder, publicKey, KEY_ROLE.ledger, 'ledger', ports),
    publicKey,
  );
  return folder;
}

/** The recorder's key, made on the first start. From then on the spool knows which it is. @throws key.*, io.* */
export async function ensureRecorderKey(config: Config, ports: Ports): Promise<KeyFolder> {
  const places = placesOf(config);
  const traces = [SPOOL_KEY_ID, SPOOL_ID].map((name) => join(places.spool, name));
  await refuseAfterLoss(places.keys, ['recorder.key'], traces);
  const folder = await initFolder(config, ports, ['recorder'], false);
  await markSpool(places.spool, SPOOL_KEY_ID, await folder.signingKey('recorder'), folder.path('recorder.key'));
  return folder;
}

/** The auditor's key, made on the first start, as {@link ensureRecorderKey} does. @throws key.*, io.* */
export async function ensureAuditorKey(config: Config, ports: Ports): Promise<SigningKey> {
  const places = placesOf(config);
  await refuseAfterLoss(places.keys, ['auditor.key'], [join(places.spool, AUDITOR_KEY_ID)]);
  const folder = await initFolder(config, ports, ['auditor'], false);
  const key = await folder.signingKey('auditor');
  await markSpool(places.spool, AUDITOR_KEY_ID, key, folder.path('auditor.key'));
  return key;
}

/**
 * Writes down, outside of the keys folder, which key signs what this spool holds. Only once there is one: a mark without
 * its key says that the key was lost. @throws key.missing when the spool was begun with another
 */
async function markSpool(spool: string, name: string, key: { keyId: Uint8Array }, keyPath: string): Promise<void> {
  const path = join(spool, name);
  const keyId = encodeHex(key.keyId);
  if (await isThere(path)) {
    const known = new TextDecoder().decode(await nodeFiles.readFile(path, MAX_KEY_ID_BYTES)).trim();
    if (known === keyId) return;
    throw new AffidavitError(
      'key.missing',
      `${keyPath} has the id ${keyId}, but ${path} says ${known.slice(0, 80)}: restore the key that the spool was begun with`,
    );
  }
  await nodeFiles.makeDirectory(spool);
  await writeFileDurably(nodeFiles, path, new TextEncoder().encode(`${keyId}\n`));
}

/** Enrols a producer of the same keys folder, unless it is. @throws key.missing without the root key */
export async function enrolOwn(
  config: Config,
  folder: KeyFolder,
  name: 'recorder' | 'auditor',
  ports: Ports,
): Promise<void> {
  const { publicKey, keyId } = await folder.signingKey(name);
  const role = name === 'auditor' ? KEY_ROLE.auditor : KEY_ROLE.producer;
  const named = `${name}-${encodeHex(keyId).slice(0, 8)}`;
  const sign = (): Promise<SignedKey> => enrolmentOf(config, folder, publicKey, role, named, ports);
  await putEnrolment(placesOf(config).ledger, sign, publicKey);
}

function enrolmentOf(
  config: Config,
  folder: KeyFolder,
  publicKey: Uint8Array,
  role: number,
  name: string,
  ports: Ports,
): Promise<SignedKey> {
  return signEnrolment(config, folder, publicKey, role, name, ports.clock.nowUs());
}
