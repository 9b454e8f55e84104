import { createHmac } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** HMAC-SHA-256, 32 bytes. The key is a key object: with raw bytes Node 24 takes several times as long. */
export function hmac(key: KeyObject, ...data: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key);
  for (const bytes of data) mac.update(bytes);
  return mac.digest();
}
