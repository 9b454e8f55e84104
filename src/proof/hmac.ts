import { concatBytes } from './bytes.ts';
import { HASH_BYTES, sha256 } from './platform.ts';

/** Bytes of a block of SHA-256, for which HMAC pads its key. */
export const BLOCK_BYTES = 64;

const PADS = { inner: 0x36, outer: 0x5c } as const;
/** Messages up to here are hashed where they are put together: two new buffers would cost more than to hash them does. */
const ROOM_BYTES = 2048;
const room = new Uint8Array(ROOM_BYTES);
const roomForOuter = room.subarray(0, BLOCK_BYTES + HASH_BYTES);

/** The key, padded to a block (RFC 2104): what is hashed before the message (`inner`), or before that hash (`outer`). */
export function hmacBlock(key: Uint8Array, which: 'inner' | 'outer'): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  pad(key, which, block);
  return block;
}

function pad(key: Uint8Array, which: 'inner' | 'outer', into: Uint8Array): void {
  const short = key.length > BLOCK_BYTES ? sha256(key) : key;
  const byte = PADS[which];
  for (let at = 0; at < BLOCK_BYTES; at++) into[at] = (short[at] ?? 0) ^ byte;
}

/** HMAC-SHA-256 (RFC 2104) from its inner hash: 32 bytes. */
export function hmacOuter(key: Uint8Array, inner: Uint8Array): Uint8Array {
  return keyed(key, 'outer', inner);
}

/** The hash of a key block and what follows it. What holds the key is wiped. */
function keyed(key: Uint8Array, which: 'inner' | 'outer', message: Uint8Array): Uint8Array {
  const length = BLOCK_BYTES + message.length;
  if (length > ROOM_BYTES) return keyedApart(hmacBlock(key, which), message);
  pad(key, which, room);
  room.set(message, BLOCK_BYTES);
  const together = length === roomForOuter.length ? roomForOuter : room.subarray(0, length);
  try {
    return sha256(together);
  } finally {
    together.fill(0);
  }
}

function keyedApart(block: Uint8Array, message: Uint8Array): Uint8Array {
  const together = concatBytes(block, message);
  try {
    return sha256(together);
  } finally {
    together.fill(0);
    block.fill(0);
  }
}

/**
 * HMAC-SHA-256 (RFC 2104) of a message that is there as a whole: 32 bytes. Where a key is used once this costs a quarter
 * of what a key object for it does.
 */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmacOuter(key, keyed(key, 'inner', message));
}
