import { AffidavitError, PAYLOAD_CLASS } from '../record/index.ts';
import type { PayloadClass } from '../record/index.ts';
import { encodeBase64, encodeHex, preAuthEncoding, sha256, verifyEd25519 } from '../proof/index.ts';
import { HPKE_KEY_BYTES } from './hpke.ts';
import { className, JsonFile } from './json-file.ts';
import type { SigningKey } from './signing-key.ts';

/** DSSE payload type of a set of ingest keys. */
export const INGEST_PAYLOAD_TYPE = 'application/vnd.affidavit.ingest-keys.v1';
/** Bytes of an ingest key's id. */
export const INGEST_ID_BYTES = 16;

const FILE_FORMAT = 'affidavit-ingest-keys/1';

/** A public key that recorders seal interval keys to. */
export interface IngestKey {
  readonly class: PayloadClass;
  /** {@link ingestKeyId} of the public key. */
  readonly id: Uint8Array;
  /** Raw X25519 key, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** The public ingest keys, one for each payload class, as the root key signed them. */
export interface IngestKeySet {
  readonly keys: readonly IngestKey[];
  readonly rootSignature: Uint8Array;
}

/** The id of an ingest key: the first 16 bytes of SHA-256 over its raw public key. */
export function ingestKeyId(publicKey: Uint8Array): Uint8Array {
  return sha256(publicKey).subarray(0, INGEST_ID_BYTES);
}

/** What is signed: for each key its class (1 byte), id (16) and public key (32), in the order of the file. */
function signedBytes(keys: readonly IngestKey[]): Uint8Array {
  const payload = Buffer.concat(keys.flatMap((key) => [Uint8Array.of(key.class), key.id, key.publicKey]));
  return preAuthEncoding(INGEST_PAYLOAD_TYPE, payload);
}

/** Signs public ingest keys with the root key. */
export function signIngestKeys(root: SigningKey, keys: readonly IngestKey[]): IngestKeySet {
  return { keys, rootSignature: root.sign(signedBytes(keys)) };
}

/** Text of `ingest.json`. */
export function formatIngestKeys(set: IngestKeySet): string {
  const keys = set.keys.map((key) => ({
    class: className(key.class),
    id: encodeHex(key.id),
    publicKey: encodeBase64(key.publicKey),
  }));
  return `${JSON.stringify({ format: FILE_FORMAT, keys, rootSignature: encodeBase64(set.rootSignature) }, null, 2)}\n`;
}

/**
 * Reads `ingest.json`. With a pinned root key (32 raw bytes) the set must be signed by it; without one the file is
 * trusted as it lies there. `name` stands in the errors.
 * @throws key.malformed; evidence.signature when the pinned key didn't sign it.
 */
export function parseIngestKeys(text: string, name: string, rootPublicKey?: Uint8Array): IngestKeySet {
  const file = JsonFile.parse(text, name, FILE_FORMAT);
  const keys = file.list('keys', 16).map((entry) => {
    const publicKey = entry.base64('publicKey', HPKE_KEY_BYTES);
    const id = entry.hex('id', INGEST_ID_BYTES);
    if (encodeHex(id) !== encodeHex(ingestKeyId(publicKey))) throw entry.malformed('id', 'not that of the public key');
    return { class: entry.payloadClass('class'), id, publicKey };
  });
  const classes = new Set(keys.map((key) => key.class));
  if (classes.size !== keys.length || classes.size !== Object.keys(PAYLOAD_CLASS).length)
    throw file.malformed('keys', 'one key for each of index, content and unmask is expected');
  const set = { keys, rootSignature: file.base64('rootSignature', 64) };
  if (rootPublicKey !== undefined && !verifyEd25519(rootPublicKey, signedBytes(keys), set.rootSignature))
    throw new AffidavitError('evidence.signature', `${name} is not signed by the pinned root key`);
  return set;
}
