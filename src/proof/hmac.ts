import { concatBytes } from './bytes.ts';
import { sha256 } from './platform.ts';

/** Bytes of a block of SHA-256, for which HMAC pads its key. */
export const BLOCK_BYTES = 64;

/** The key, padded to a block (RFC 2104): what is hashed before the message (`inner`), or before that hash (`outer`). */
export function hmacBlock(key: Uint8Array, which: 'inner' | 'outer'): Uint8Array {
  const pad = which === 'inner' ? 0x36 : 0x5c;
  const short = key.length > BLOCK_BYTES ? sha256(key) : key;
  const block = new Uint8Array(BLOCK_BYTES);
  for (let at = 0; at < BLOCK_BYTES; at++) block[at] = (short[at] ?? 0) ^ pad;
  return block;
}

/** HMAC-SHA-256 (RFC 2104) from its inner hash: 32 bytes. */
export function hmacOuter(key: Uint8Array, inner: Uint8Array): Uint8Array {
  return keyed(hmacBlock(key, 'outer'), inner);
}

/** The hash of a key block and what follows it. What holds the key is wiped. */
function keyed(block: Uint8Array, message: Uint8Array): Uint8Array {
  const together = concatBytes(block, message);
  try {
    return sha256(together);
  } finally {
    together.fill(0);
    block.fill(0);
  }
}

/**
 * HMAC-SHA-256 (RFC 2104) of a message that is there as a whole: 32 bytes. Where a key is used once this costs half of
 * what a key object for it does.
 */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmacOuter(key, keyed(hmacBlock(key, 'inner'), message));
}
