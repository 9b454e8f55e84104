import { createHash } from 'node:crypto';
import type { HpkeSealed } from '../../../src/seal/hpke.ts';

/**
 * What stands in for src/seal/hpke.ts in a simulation: the library works in other threads, whose pace no seed repeats,
 * and nobody opens a payload here. It hides nothing.
 */
export const HPKE_KEY_BYTES = 32;
export const HPKE_SEED_BYTES = 32;

/** As hpkeSeal; the ciphertext has its length, and depends on all that goes in. */
export function hpkeSeal(
  publicKey: Uint8Array,
  info: Uint8Array,
  plain: Uint8Array,
  seed: Uint8Array,
): Promise<HpkeSealed> {
  const digest = (name: string): Uint8Array =>
    createHash('sha256').update(name).update(publicKey).update(info).update(plain).update(seed).digest();
  const ciphertext = new Uint8Array(plain.length + 16);
  ciphertext.set(digest('ciphertext').subarray(0, ciphertext.length));
  return Promise.resolve({ encapsulated: digest('encapsulated'), ciphertext });
}

/** Nothing is opened in a simulation. */
export function hpkeOpen(): Promise<never> {
  return Promise.reject(new Error('a simulation opens nothing'));
}

/** Nobody makes keys in a simulation. */
export function hpkeKeyPair(): Promise<never> {
  return Promise.reject(new Error('a simulation makes no keys'));
}
