import type { KeyObject } from 'node:crypto';
import { AffidavitError, CHUNK_BYTES, FORMAT } from '../record/index.ts';
import type { Manifest } from '../record/index.ts';
import { chunkCount, equalBytes, sha256 } from '../proof/index.ts';
import { aeadOpen, aeadSeal, KEY_BYTES, NONCE_BYTES, secretKey, TAG_BYTES } from './aead.ts';
import { checkBytes } from './checks.ts';
import { partContext } from './contexts.ts';

/**
 * A payload part as encrypted chunks, by the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: "Online
 * Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015): the nonce is the chunk's number and whether
 * it is the last, so that a chunk that was moved, left out or cut off doesn't open.
 */

/** Most chunks in a part: its manifest, with that of a second part, must fit the frame of its record. */
export const MAX_PART_CHUNKS = 8192;
/** Most plain bytes in a part. */
export const MAX_PART_BYTES = MAX_PART_CHUNKS * CHUNK_BYTES;

/** The nonce of most chunks: small parts have one. */
const ONLY_CHUNK = Uint8Array.of(...new Uint8Array(NONCE_BYTES - 1), 1);

/** 11-byte big-endian chunk number, then 1 for the last chunk, else 0. */
function chunkNonce(chunkNo: number, last: boolean): Uint8Array {
  if (chunkNo === 0 && last) return ONLY_CHUNK;
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUIntBE(chunkNo, 5, 6);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Encrypts one chunk. `context` is {@link partContext} of the part. The result has 16 bytes more than `plain`. */
export function sealChunk(
  dataKey: KeyObject,
  context: Uint8Array,
  chunkNo: number,
  last: boolean,
  plain: Uint8Array,
): Uint8Array {
  return aeadSeal(dataKey, chunkNonce(chunkNo, last), context, plain);
}

/**
 * Decrypts a part chunk by chunk, in bounded memory. Nothing of a chunk is given out before its hash and tag have
 * been checked, but only after {@link PartOpener.end} is the part known to be whole.
 */
export class PartOpener {
  private readonly dataKey: KeyObject;
  private readonly manifest: Manifest;
  private readonly context: Uint8Array;
  private next = 0;

  /** @throws evidence.malformed for a manifest that doesn't hold together. */
  constructor(dataKey: Uint8Array, manifest: Manifest) {
    const { chunkBytes, plainBytes, chunkHashes, format } = manifest;
    if (format !== FORMAT) throw new AffidavitError('evidence.malformed', `manifest format ${format} is not known`);
    if (chunkBytes < 1 || chunkBytes > CHUNK_BYTES)
      throw new AffidavitError('evidence.malformed', `a manifest with chunks of ${chunkBytes} bytes`);
    if (chunkCount(plainBytes, chunkBytes) !== chunkHashes.length)
      throw new AffidavitError(
        'evidence.malformed',
        `a manifest of ${plainBytes} bytes with ${chunkHashes.length} chunk hashes`,
      );
    checkBytes(dataKey, KEY_BYTES, 'a data key');
    this.dataKey = secretKey(dataKey);
    this.manifest = manifest;
    this.context = partContext(manifest.class, manifest.name);
  }

  /**
   * The plaintext of the next chunk.
   * @throws evidence.malformed for one too many or of a wrong length, evidence.hash when it isn't the chunk that the
   * manifest names here, or doesn't open.
   */
  open(ciphertext: Uint8Array): Uint8Array {
    const { chunkBytes, chunkHashes, plainBytes } = this.manifest;
    const chunkNo = this.next;
    const expectedHash = chunkHashes[chunkNo];
    if (expectedHash === undefined) throw new AffidavitError('evidence.malformed', 'a part has chunks after its last');
    const last = chunkNo === chunkHashes.length - 1;
    const expectedBytes = (last ? plainBytes - chunkBytes * chunkNo : chunkBytes) + TAG_BYTES;
    if (ciphertext.length !== expectedBytes)
      throw new AffidavitError(
        'evidence.malformed',
        `chunk ${chunkNo} has ${ciphertext.length} bytes, not ${expectedBytes}`,
      );
    if (!equalBytes(sha256(ciphertext), expectedHash))
      throw new AffidavitError('evidence.hash', `chunk ${chunkNo} is not the one that the manifest names`);
    const plain = aeadOpen(this.dataKey, chunkNonce(chunkNo, last), this.context, ciphertext);
    if (plain === undefined) throw new AffidavitError('evidence.hash', `chunk ${chunkNo} does not open with this key`);
    this.next = chunkNo + 1;
    return plain;
  }

  /** Ends the part. @throws evidence.missing when chunks are missing. */
  end(): void {
    const missing = this.manifest.chunkHashes.length - this.next;
    if (missing > 0) throw new AffidavitError('evidence.missing', `the last ${missing} chunks of a part are missing`);
  }
}

/**
 * The plaintext of a part from all its ciphertext chunks, in order. The caller has checked the manifest against the
 * record and the data key against its commitment.
 * @throws evidence.malformed, evidence.hash, evidence.missing as {@link PartOpener}
 */
export function decryptPart(dataKey: Uint8Array, manifest: Manifest, chunks: Iterable<Uint8Array>): Uint8Array {
  const opener = new PartOpener(dataKey, manifest);
  const plain: Uint8Array[] = [];
  for (const chunk of chunks) plain.push(opener.open(chunk));
  opener.end();
  return plain.length === 1 && plain[0] !== undefined ? plain[0] : Buffer.concat(plain);
}
