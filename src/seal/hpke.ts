import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { AffidavitError } from '../record/index.ts';
import { checkBytes } from './checks.ts';

/**
 * HPKE (RFC 9180), base mode, with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM. About a millisecond each
 * way, so it is used once for each interval key.
 */

/** The library's keys have the type `CryptoKey`, which is declared for browsers only. */
interface Kem {
  deriveKeyPair(seed: ArrayBuffer): Promise<{ publicKey: object; privateKey: object }>;
  serializePublicKey(key: object): Promise<ArrayBuffer>;
  serializePrivateKey(key: object): Promise<ArrayBuffer>;
  deserializePublicKey(bytes: ArrayBuffer): Promise<object>;
  deserializePrivateKey(bytes: ArrayBuffer): Promise<object>;
}

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const kem: Kem = suite.kem;

/** Bytes of a public or private X25519 key, and of an encapsulated key. */
export const HPKE_KEY_BYTES = 32;
/** Bytes of randomness that a key pair or an encapsulation is made of. */
export const HPKE_SEED_BYTES = 32;

/** An X25519 key pair, raw: 32 bytes each. */
export interface HpkeKeyPair {
  publicKey: Uint8Array;
  privateKey: Uint8Array;
}

/** What HPKE made: the encapsulated key (`enc`, 32 bytes), and the ciphertext, 16 bytes longer than the plaintext. */
export interface HpkeSealed {
  encapsulated: Uint8Array;
  ciphertext: Uint8Array;
}

/** The library must not get hold of a larger buffer that ours is a view of. */
function exact(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

/** The key pair that 32 random bytes give (RFC 9180 §7.1.3, DeriveKeyPair). */
export async function hpkeKeyPair(seed: Uint8Array): Promise<HpkeKeyPair> {
  checkBytes(seed, HPKE_SEED_BYTES, 'a seed');
  const pair = await kem.deriveKeyPair(exact(seed));
  return {
    publicKey: new Uint8Array(await kem.serializePublicKey(pair.publicKey)),
    privateKey: new Uint8Array(await kem.serializePrivateKey(pair.privateKey)),
  };
}

/**
 * Encrypts `plain` to a public key (RFC 9180 §6.1, SealBase, without associated data).
 * @param seed 32 fresh random bytes that the ephemeral key is derived from.
 * @throws key.malformed when the public key is none.
 */
export async function hpkeSeal(
  publicKey: Uint8Array,
  info: Uint8Array,
  plain: Uint8Array,
  seed: Uint8Array,
): Promise<HpkeSealed> {
  checkBytes(seed, HPKE_SEED_BYTES, 'a seed');
  const secrets = { seed: exact(seed), plain: exact(plain) };
  try {
    const recipientPublicKey = await kem.deserializePublicKey(exact(publicKey));
    const sealed = await suite.seal({ recipientPublicKey, info: exact(info), ekm: secrets.seed }, secrets.plain);
    return { encapsulated: new Uint8Array(sealed.enc), ciphertext: new Uint8Array(sealed.ct) };
  } catch (thrown) {
    throw AffidavitError.from(thrown, 'key.malformed', 'seal to a public key');
  } finally {
    for (const secret of Object.values(secrets)) new Uint8Array(secret).fill(0);
  }
}

/**
 * Reverses {@link hpkeSeal} (RFC 9180 §6.1, OpenBase). @throws evidence.malformed for an encapsulated key that is
 * none, evidence.hash when it doesn't open: another key, another `info`, other bytes.
 */
export async function hpkeOpen(keys: HpkeKeyPair, info: Uint8Array, sealed: HpkeSealed): Promise<Uint8Array> {
  checkBytes(sealed.encapsulated, HPKE_KEY_BYTES, 'an encapsulated key');
  const recipientKey = {
    publicKey: await kem.deserializePublicKey(exact(keys.publicKey)),
    privateKey: await kem.deserializePrivateKey(exact(keys.privateKey)),
  };
  try {
    const params = { recipientKey, info: exact(info), enc: exact(sealed.encapsulated) };
    return new Uint8Array(await suite.open(params, exact(sealed.ciphertext)));
  } catch (thrown) {
    throw new AffidavitError('evidence.hash', 'a sealed key does not open with the ingest key that it names', {
      cause: thrown,
    });
  }
}
