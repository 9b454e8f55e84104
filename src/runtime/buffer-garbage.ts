import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Each byte of a message is in several buffers, one after the other, until it is sealed and written. */
const BYTES_BETWEEN = 4 * 1024 * 1024;
/** Smaller messages make more garbage of other kinds than of buffers, and V8 collects that often enough. */
const LARGE_BYTES = 16 * 1024;

/** Collects the young generation: a few milliseconds, however much garbage there is. */
function youngCollection(): () => void {
  setFlagsFromString('--expose-gc');
  try {
    const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
    return () => {
      collect({ type: 'minor' });
    };
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}

/**
 * Keeps the memory of a process flat while much goes through it. V8 hardly counts buffers as garbage, because they stand
 * outside of its heap: with large messages it lets some 64 to 128 MB of them wait before it looks.
 */
export class BufferGarbage {
  private collect: (() => void) | undefined;
  private passed = 0;

  /** @param collect frees buffers that nobody has any more; that of V8 by default. */
  constructor(collect?: () => void) {
    this.collect = collect;
  }

  /** A message of so many bytes has come. */
  took(bytes: number): void {
    if (bytes < LARGE_BYTES) return;
    this.passed += bytes;
    if (this.passed < BYTES_BETWEEN) return;
    this.passed = 0;
    this.collect ??= youngCollection();
    this.collect();
  }
}
