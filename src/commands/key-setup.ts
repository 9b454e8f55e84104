import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import { CHECKPOINT_PATH, encodeHex } from '../proof/index.ts';
import { AffidavitError, FORMAT, KEY_ACTION, KEY_ROLE } from '../record/index.ts';
import type { SignedKey } from '../record/index.ts';
import { nodeFiles } from '../runtime/index.ts';
import { KeyFolder, nodeKeyFiles, signKeyStatement } from '../seal/index.ts';
import type { SigningKeyName } from '../seal/index.ts';
import { placesOf, shardOrigin } from './context.ts';
import { putEnrolment } from './enrolments.ts';
import type { Ports } from './ports.ts';

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

/** Keys are made for a log that hasn't begun: for one that has, their absence is a loss. */
async function refuseAfterLoss(directory: string, missing: readonly string[], evidence: string): Promise<void> {
  for (const name of missing) if ((await nodeFiles.size(join(directory, name))) !== undefined) return;
  if ((await nodeFiles.size(evidence)) !== undefined)
    throw new AffidavitError(
      'key.missing',
      `there are no keys in ${directory}, although ${evidence} was made with some: restore them from a backup`,
    );
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
 * @throws key.*, io.*
 */
export async function ensureLedgerKeys(config: Config, ports: Ports): Promise<KeyFolder> {
  const places = placesOf(config);
  await refuseAfterLoss(
    places.keys,
    [...LEDGER_KEYS.map((name) => `${name}.key`)],
    join(places.ledger, CHECKPOINT_PATH),
  );
  const folder = await initFolder(config, ports, await neededKeys(config), true);
  const { publicKey } = await folder.signingKey('ledger');
  await putEnrolment(
    places.ledger,
    () => enrolmentOf(config, folder, publicKey, KEY_ROLE.ledger, 'ledger', ports),
    publicKey,
  );
  return folder;
}

/** The recorder's key, made on the first start. @throws key.*, io.* */
export async function ensureRecorderKey(config: Config, ports: Ports): Promise<KeyFolder> {
  const places = placesOf(config);
  await refuseAfterLoss(places.keys, ['recorder.key'], join(places.spool, 'spool.id'));
  return initFolder(config, ports, ['recorder'], false);
}

/** Enrols the recorder of the same keys folder. */
export async function enrolOwnRecorder(config: Config, folder: KeyFolder, ports: Ports): Promise<void> {
  const { publicKey, keyId } = await folder.signingKey('recorder');
  const name = `recorder-${encodeHex(keyId).slice(0, 8)}`;
  await putEnrolment(
    placesOf(config).ledger,
    () => enrolmentOf(config, folder, publicKey, KEY_ROLE.producer, name, ports),
    publicKey,
  );
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
