import { createHash, hash } from 'node:crypto';

const BLOCK_BYTES = 64;

function padded(key: Uint8Array, pad: number): Uint8Array {
  const short = key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key;
  const block = new Uint8Array(BLOCK_BYTES).fill(pad);
  for (const [i, byte] of short.entries()) block[i] = byte ^ pad;
  return block;
}

/**
 * HMAC-SHA-256 (RFC 2104), in pieces. Node's own makes a key object for each key, which for a key that is used once
 * costs more than to hash a small body.
 */
export class Commitment {
  readonly #salt: Uint8Array;
  readonly #inner = createHash('sha256');

  /** `salt` may not change until {@link digest}. */
  constructor(salt: Uint8Array) {
    this.#salt = salt;
    this.#inner.update(padded(salt, 0x36));
  }

  /** Adds bytes, or a binary string. */
  update(content: Uint8Array | string): this {
    if (typeof content === 'string') this.#inner.update(content, 'latin1');
    else this.#inner.update(content);
    return this;
  }

  /** The 32 bytes of the commitment; nothing may be added after it. */
  digest(): Uint8Array {
    return hash('sha256', Buffer.concat([padded(this.#salt, 0x5c), this.#inner.digest()]), 'buffer');
  }
}
