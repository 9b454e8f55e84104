/** Where everything lies below a ledger's folder. Tiles, bundles and the checkpoint are named by C2SP tlog-tiles. */

/** Leaves whose wrapped keys stand on one key page. */
export const KEY_PAGE_LEAVES = 256;

/** Folder of the state's versions: `state/<20 digits>`. */
export const STATE_FOLDER = 'state';
/** Folder of what is staged for a commit and not yet published. */
export const STAGE_FOLDER = 'stage';
/** Folder of files that get their name by a rename or link later; emptied by whoever takes the ledger over. */
export const TEMPORARY_FOLDER = 'tmp';
/** Folder of the bytes of messages that could not be accepted. */
export const DEAD_LETTER_FOLDER = 'deadletter';
/** Folder of the index of batches by epoch. */
export const EPOCHS_FOLDER = 'epochs';

/** Folder of chunks that were sent ahead and that no record has named yet, by the day of their arrival. */
export const INCOMING_FOLDER = 'payload/incoming';

const VERSION_DIGITS = 20;
const PACKS_PER_FOLDER = 1000;

/** A version as a name that sorts. */
export function versionName(version: number): string {
  return String(version).padStart(VERSION_DIGITS, '0');
}

/** The version that a name stands for; `undefined` for any other name. */
export function parseVersion(name: string): number | undefined {
  const version = /^[0-9]{20}$/.test(name) ? Number(name) : NaN;
  return Number.isSafeInteger(version) ? version : undefined;
}

/** Path of a state's version. */
export function statePath(version: number): string {
  return `${STATE_FOLDER}/${versionName(version)}`;
}

/** Path of a pack: the small payloads of one commit attempt. `name` is {@link attemptName}. */
export function packPath(name: string): string {
  const version = Number(name.slice(0, VERSION_DIGITS));
  return `${packFolder(version)}/${name}.pack`;
}

/** Folder of the packs around a version. */
export function packFolder(version: number): string {
  return `payload/packs/${String(Math.floor(version / PACKS_PER_FOLDER)).padStart(VERSION_DIGITS - 3, '0')}`;
}

/** Name of one attempt to commit a version: never the same twice, so that no other bytes come under a used name. */
export function attemptName(version: number, random: Uint8Array): string {
  return `${versionName(version)}-${Buffer.from(random).toString('hex')}`;
}

/** Folder of the chunks that arrived on a day (`YYYY-MM-DD`, UTC), each named by the SHA-256 of its ciphertext. */
export function incomingFolder(day: string): string {
  return `${INCOMING_FOLDER}/${day}`;
}

/** True for the name of a day's folder. */
export function parseDay(name: string): boolean {
  return /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(name);
}

/** Path of a payload chunk that was sent ahead and that a record names, by the SHA-256 of its ciphertext. */
export function chunkPath(hashHex: string): string {
  return `payload/chunks/${hashHex.slice(0, 2)}/${hashHex}`;
}

/** Path of an attachment by its SHA-256. */
export function attachmentPath(hashHex: string): string {
  return `payload/attachments/${hashHex.slice(0, 2)}/${hashHex}`;
}

/** Path of the key page that holds a leaf's wrapped keys. */
export function keyPagePath(page: number): string {
  const digits = String(page).padStart(Math.ceil(String(page).length / 3) * 3, '0');
  const parts = digits.match(/.{3}/g) ?? [];
  return `payload/keys/${parts.map((part, i) => (i < parts.length - 1 ? `x${part}` : part)).join('/')}`;
}

/** Path of an epoch's batch index. */
export function epochIndexPath(keyId: string, epoch: string): string {
  return `${EPOCHS_FOLDER}/${keyId.slice(0, 16)}-${epoch}.idx`;
}

/** Path of a quarantined message by the SHA-256 of its bytes. */
export function deadLetterPath(hashHex: string): string {
  return `${DEAD_LETTER_FOLDER}/${hashHex}`;
}

/** A path below a ledger's folder. */
export function below(directory: string, path: string): string {
  return `${directory}/${path}`;
}
