import type { Random } from './random.ts';

const POOL_BYTES = 4096;

/**
 * Random bytes taken from a larger draw: one system call for many keys and nonces. What was given out is wiped here,
 * so that the pool never holds a key that is in use.
 */
export class RandomPool implements Random {
  private readonly source: Random;
  private pool: Uint8Array = new Uint8Array(0);
  private used = 0;

  constructor(source: Random) {
    this.source = source;
  }

  /** `count` fresh random bytes. */
  bytes(count: number): Uint8Array {
    if (count > POOL_BYTES) return this.source.bytes(count);
    if (count > this.pool.length - this.used) {
      this.pool = this.source.bytes(POOL_BYTES);
      this.used = 0;
    }
    const start = this.used;
    this.used += count;
    const taken = this.pool.slice(start, this.used);
    this.pool.fill(0, start, this.used);
    return taken;
  }
}
