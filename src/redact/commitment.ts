import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { BLOCK_BYTES, hmacBlock, hmacOuter, sha256 } from '../proof/index.ts';

/** Up to here content is gathered and hashed in one call, which costs half of what a streaming hash does. */
const MAX_GATHERED_BYTES = 16 * 1024;

/** HMAC-SHA-256 (RFC 2104), in pieces. */
export class Commitment {
  readonly #salt: Uint8Array;
  /** Room for the inner key block, and content behind it. */
  #gathered = Buffer.alloc(0);
  #gatheredBytes = 0;
  #inner: Hash | undefined;

  /** `salt` may not change until {@link digest}. */
  constructor(salt: Uint8Array) {
    this.#salt = salt;
  }

  /** Adds a binary string, or bytes, which may change afterwards. */
  update(content: Uint8Array | string): this {
    if (this.#inner === undefined && this.#gatheredBytes + content.length <= MAX_GATHERED_BYTES) {
      this.#gather(content);
      return this;
    }
    this.#inner ??= createHash('sha256').update(this.#together());
    this.#gathered = Buffer.alloc(0);
    if (typeof content === 'string') this.#inner.update(content, 'latin1');
    else this.#inner.update(content);
    return this;
  }

  /** The 32 bytes of the commitment; nothing may be added after it. */
  digest(): Uint8Array {
    return hmacOuter(this.#salt, this.#inner?.digest() ?? sha256(this.#together()));
  }

  #gather(content: Uint8Array | string): void {
    const start = BLOCK_BYTES + this.#gatheredBytes;
    const end = start + content.length;
    if (end > this.#gathered.length) {
      // As large as needed at first, since most content comes at once; then twice as large each time.
      const grown = Buffer.allocUnsafe(this.#gathered.length === 0 ? end : Math.max(end, 2 * this.#gathered.length));
      grown.set(this.#gathered.subarray(0, start), 0);
      this.#gathered = grown;
    }
    if (typeof content === 'string') this.#gathered.write(content, start, 'latin1');
    else this.#gathered.set(content, start);
    this.#gatheredBytes += content.length;
  }

  /** What was gathered so far, behind the inner key block. */
  #together(): Uint8Array {
    const block = hmacBlock(this.#salt, 'inner');
    if (this.#gatheredBytes === 0) return block;
    this.#gathered.set(block, 0);
    return this.#gathered.subarray(0, BLOCK_BYTES + this.#gatheredBytes);
  }
}
