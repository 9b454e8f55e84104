import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AffidavitError } from '../record/index.ts';
import { letGo } from '../runtime/index.ts';

/**
 * AES-256-GCM (NIST SP 800-38D) with 12-byte nonces and 16-byte tags, and the wrapping of data keys with it. Keys are
 * key objects: with raw bytes Node 24 takes 20 µs more for each cipher.
 */

/** Bytes of a key: data keys, interval keys, period keys. */
export const KEY_BYTES = 32;
/** Bytes of a nonce. */
export const NONCE_BYTES = 12;
/** Bytes of a tag. */
export const TAG_BYTES = 16;
/** Bytes of a wrapped data key: nonce, ciphertext, tag. */
export const WRAPPED_KEY_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;

/** A key of {@link KEY_BYTES} as a key object, which holds a copy. */
export function secretKey(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes);
}

const CIPHER = 'aes-256-gcm';
const OPTIONS = { authTagLength: TAG_BYTES } as const;

/** `plain` encrypted and authenticated together with `context`: ciphertext, then tag. A nonce is used once per key. */
export function aeadSeal(key: KeyObject, nonce: Uint8Array, context: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS);
  cipher.setAAD(context);
  const sealed = Buffer.allocUnsafe(plain.length + TAG_BYTES);
  const encrypted = cipher.update(plain);
  sealed.set(encrypted, 0);
  letGo(encrypted);
  // GCM holds nothing back: `final` only computes the tag.
  cipher.final();
  sealed.set(cipher.getAuthTag(), plain.length);
  return sealed;
}

/** Reverses {@link aeadSeal}. `undefined` when it doesn't authenticate: wrong key, nonce, context or bytes. */
export function aeadOpen(
  key: KeyObject,
  nonce: Uint8Array,
  context: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const end = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, nonce, OPTIONS);
  decipher.setAAD(context);
  decipher.setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch {
    // The only failure that `final` has: the tag doesn't match.
    plain.fill(0);
    return undefined;
  }
  return plain;
}

/** A data key under another key: nonce, ciphertext, tag; {@link WRAPPED_KEY_BYTES} in all. */
export function wrapKey(
  wrappingKey: KeyObject,
  nonce: Uint8Array,
  context: Uint8Array,
  dataKey: Uint8Array,
): Uint8Array {
  return Buffer.concat([nonce, aeadSeal(wrappingKey, nonce, context, dataKey)], WRAPPED_KEY_BYTES);
}

/** Reverses {@link wrapKey}. @throws evidence.malformed for a wrong length, evidence.hash when it doesn't open. */
export function unwrapKey(wrappingKey: KeyObject, context: Uint8Array, wrapped: Uint8Array): Uint8Array {
  if (wrapped.length !== WRAPPED_KEY_BYTES)
    throw new AffidavitError(
      'evidence.malformed',
      `a wrapped key has ${wrapped.length} bytes, not ${WRAPPED_KEY_BYTES}`,
    );
  const nonce = wrapped.subarray(0, NONCE_BYTES);
  const dataKey = aeadOpen(wrappingKey, nonce, context, wrapped.subarray(NONCE_BYTES));
  if (dataKey === undefined)
    throw new AffidavitError('evidence.hash', 'a wrapped key does not open: it belongs to another part or key');
  return dataKey;
}
