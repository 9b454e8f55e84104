import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { BLOCK_BYTES, hmacBlock, hmacOuter, sha256 } from '../proof/index.ts';

/** Up to here content is gathered and hashed in one call, which costs half of what a streaming hash does. */
const MAX_GATHERED_BYTES = 16 * 1024;

/** HMAC-SHA-256 (RFC 2104), in pieces. */
export class Commitment {
  readonly #salt: Uint8Array;
  #gathered: (Uint8Array | string)[] = [];
  #gatheredBytes = 0;
  #inner: Hash | undefined;

  /** `salt` may not change until {@link digest}. */
  constructor(salt: Uint8Array) {
    this.#salt = salt;
  }

  /** Adds a binary string, or bytes, which may change afterwards. */
  update(content: Uint8Array | string): this {
    if (this.#inner === undefined && this.#gatheredBytes + content.length <= MAX_GATHERED_BYTES) {
      this.#gatheredBytes += content.length;
      this.#gathered.push(typeof content === 'string' ? content : new Uint8Array(content));
      return this;
    }
    this.#inner ??= createHash('sha256').update(this.#together());
    if (typeof content === 'string') this.#inner.update(content, 'latin1');
    else this.#inner.update(content);
    return this;
  }

  /** The 32 bytes of the commitment; nothing may be added after it. */
  digest(): Uint8Array {
    return hmacOuter(this.#salt, this.#inner?.digest() ?? sha256(this.#together()));
  }

  /** What was gathered so far, behind the inner key block. */
  #together(): Uint8Array {
    const together = Buffer.allocUnsafe(BLOCK_BYTES + this.#gatheredBytes);
    together.set(hmacBlock(this.#salt, 'inner'), 0);
    let at = BLOCK_BYTES;
    for (const content of this.#gathered) {
      if (typeof content === 'string') together.write(content, at, 'latin1');
      else together.set(content, at);
      at += content.length;
    }
    this.#gathered = [];
    return together;
  }
}
