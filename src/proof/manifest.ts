import { AffidavitError, CHUNK_BYTES, FORMAT, Manifest, PAYLOAD_CLASS } from '../record/index.ts';
import type { Part } from '../record/index.ts';
import { checkLength, encodeUtf8, equalBytes } from './bytes.ts';
import { HASH_BYTES, sha256 } from './platform.ts';

/** Most chunks of a payload part: 4 GiB of the usual ones. */
export const MAX_MANIFEST_CHUNKS = 16_384;
/** Bytes of a data key. */
export const DATA_KEY_BYTES = 32;

const CLASSES: ReadonlySet<number> = new Set(Object.values(PAYLOAD_CLASS));
const COMMITMENT_PREFIX = encodeUtf8('affidavit/v1 key commitment\0');

function malformed(what: string): AffidavitError {
  return new AffidavitError('evidence.malformed', `a payload manifest ${what}`);
}

/** Chunks of a part: what it takes for its bytes, none for an empty part. */
export function chunkCount(plainBytes: number, chunkBytes: number = CHUNK_BYTES): number {
  return Math.ceil(plainBytes / chunkBytes);
}

/** What a record commits to: SHA-256 of the encoded manifest. */
export function manifestHash(manifest: Uint8Array): Uint8Array {
  return sha256(manifest);
}

/**
 * What binds a part to its one data key (32 bytes): AES-GCM alone lets a ciphertext be made that opens under two.
 * SHA-256('affidavit/v1 key commitment' || 0x00 || key).
 */
export function keyCommitment(dataKey: Uint8Array): Uint8Array {
  checkLength(dataKey, DATA_KEY_BYTES, 'a data key');
  return sha256(COMMITMENT_PREFIX, dataKey);
}

/** Reads a manifest and checks its shape. @throws evidence.malformed */
export function parseManifest(bytes: Uint8Array): Manifest {
  const manifest = Manifest.decode(bytes);
  if (manifest.format !== FORMAT) throw malformed(`has format ${manifest.format}`);
  if (!CLASSES.has(manifest.class)) throw malformed(`has class ${manifest.class}`);
  if (manifest.name === 0) throw malformed('has no name');
  if (manifest.chunkBytes < 1 || manifest.chunkBytes > CHUNK_BYTES)
    throw malformed(`has chunks of ${manifest.chunkBytes} bytes; they have 1 to ${CHUNK_BYTES}`);
  const chunks = chunkCount(manifest.plainBytes, manifest.chunkBytes);
  if (chunks > MAX_MANIFEST_CHUNKS) throw malformed(`has ${chunks} chunks, over ${MAX_MANIFEST_CHUNKS}`);
  if (manifest.chunkHashes.length !== chunks)
    throw malformed(`of ${manifest.plainBytes} bytes has ${manifest.chunkHashes.length} chunk hashes, not ${chunks}`);
  for (const hash of manifest.chunkHashes) checkLength(hash, HASH_BYTES, 'a chunk hash');
  return manifest;
}

/** Reads the manifest that a record's part commits to. @throws evidence.hash when it's another, evidence.malformed */
export function checkManifest(bytes: Uint8Array, part: Part): Manifest {
  if (!equalBytes(manifestHash(bytes), part.manifestHash))
    throw new AffidavitError('evidence.hash', 'the payload manifest is not the one that the record commits to');
  const manifest = parseManifest(bytes);
  if (manifest.class !== part.class || manifest.name !== part.name)
    throw malformed(`is of part ${manifest.class}/${manifest.name}, the record's is ${part.class}/${part.name}`);
  return manifest;
}
