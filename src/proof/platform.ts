import { createHash, createPublicKey, hash, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AffidavitError } from '../record/index.ts';
import { concatBytes } from './bytes.ts';

/**
 * What proof/ needs from the platform; the only file here that knows Node. A build for browsers puts another file
 * with the same exports in its place.
 */

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;
/** Bytes of an Ed25519 public key. */
export const PUBLIC_KEY_BYTES = 32;
/** Bytes of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64;

/** Up to here copying the parts together costs less than a streaming hash does. */
const MAX_COPIED_BYTES = 16_384;
/** V8 keeps arrays up to here in its own heap, where a new one costs next to nothing. */
const SMALL_BYTES = 64;
/** Where larger ones are put together: a new buffer for each hash costs as much as a short hash does. */
const room = new Uint8Array(MAX_COPIED_BYTES);

/** What digests are views of: one with a buffer of its own takes more than twice the memory. What is kept long keeps no more than this. */
const SLAB_BYTES = 32 * HASH_BYTES;
let slab = new Uint8Array(SLAB_BYTES);
let slabUsed = 0;

/** As a binary string, because a buffer of its own for each hash costs twice what the hash does. */
function hashOf(bytes: Uint8Array): Uint8Array {
  const text = hash('sha256', bytes, 'binary');
  if (slabUsed === SLAB_BYTES) {
    slab = new Uint8Array(SLAB_BYTES);
    slabUsed = 0;
  }
  const start = slabUsed;
  slabUsed += HASH_BYTES;
  for (let at = 0; at < HASH_BYTES; at++) slab[start + at] = text.charCodeAt(at);
  return slab.subarray(start, slabUsed);
}

/** What was put together is wiped: it may be secret. */
function hashTogether(parts: readonly Uint8Array[], length: number): Uint8Array {
  let at = 0;
  for (const part of parts) {
    room.set(part, at);
    at += part.length;
  }
  const together = room.subarray(0, length);
  const digest = hashOf(together);
  together.fill(0);
  return digest;
}

/** SHA-256 over the parts, one after the other (FIPS 180-4). 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return hashOf(only);
  let length = 0;
  for (const part of parts) length += part.length;
  if (length <= SMALL_BYTES) return hashOf(concatBytes(...parts));
  if (length <= MAX_COPIED_BYTES) return hashTogether(parts, length);
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return new Uint8Array(digest.digest());
}

/** SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410 §4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const MAX_CACHED_KEYS = 256;
const keyObjects = new Map<string, KeyObject>();

/**
 * y-coordinates of the points of small order, sign bit cleared, canonical or not. Under such a key one signature can
 * hold for any message, so it proves nothing (RFC 8032 §8.9 leaves refusing them to the application).
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

function isSmallOrder(publicKey: Uint8Array): boolean {
  const y = Uint8Array.from(publicKey);
  y[PUBLIC_KEY_BYTES - 1] = (y[PUBLIC_KEY_BYTES - 1] ?? 0) & 0x7f;
  return SMALL_ORDER.has(encodeHex(y));
}

/** Making a key object costs as much as a verification, so the last ones used are kept. */
function keyObject(publicKey: Uint8Array): KeyObject {
  const name = encodeHex(publicKey);
  const known = keyObjects.get(name);
  if (known !== undefined) return known;
  const made = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
  const [oldest] = keyObjects.keys();
  if (keyObjects.size >= MAX_CACHED_KEYS && oldest !== undefined) keyObjects.delete(oldest);
  keyObjects.set(name, made);
  return made;
}

/**
 * True when `signature` (64 bytes) is the Ed25519 signature (RFC 8032 §5.1.7) of `message` under `publicKey` (32 raw
 * bytes). False for everything else, keys and signatures that aren't any included; never throws.
 */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  if (isSmallOrder(publicKey)) return false;
  return verify(null, message, keyObject(publicKey), signature);
}

/** Standard Base64 with padding (RFC 4648 §4). */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Reads standard Base64, of which there is one spelling only. @throws evidence.malformed for any other. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new AffidavitError('evidence.malformed', 'not valid Base64');
  return new Uint8Array(bytes);
}

/** Lower-case hexadecimal. */
export function encodeHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
