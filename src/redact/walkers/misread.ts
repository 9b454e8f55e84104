import { TextDecoder } from 'node:util';
import { isBinary } from './text-guard.ts';

/** So much ASCII in a row is none of UTF-16, in which half of its bytes are zero and those of other scripts rarely all look like it. */
const ASCII_BYTES = 32;
const ASCII_RUN = new RegExp(`[\\t\\n\\r\\x20-\\x7e]{${ASCII_BYTES}}`);
/** Less may be UTF-8 by chance: two characters of Chinese often look like four letters. */
const LEAST_BYTES = 8;

/**
 * Tells whether what is said to be UTF-16 is something else: ASCII, or UTF-8. Read as what it says it would be letters of other
 * scripts, in which nothing is found, and be written again as it came.
 */
export class Misreading {
  /** Undefined once it is no UTF-8, or has zeros and their like in it, which only UTF-16 has in texts. */
  #utf8: TextDecoder | undefined = new TextDecoder('utf-8', { fatal: true });
  #bytes = 0;
  #last = '';
  #hasAscii = false;

  /** Takes the next bytes. */
  push(bytes: string): void {
    this.#bytes += bytes.length;
    const text = this.#last + bytes;
    this.#hasAscii ||= ASCII_RUN.test(text);
    this.#last = text.slice(1 - ASCII_BYTES);
    this.#decode(bytes, false);
  }

  /** True when that is sure before the end. */
  get isSure(): boolean {
    return this.#hasAscii;
  }

  /** True when all of it was read wrongly; nothing may be pushed after that. */
  end(): boolean {
    this.#decode('', true);
    return this.#hasAscii || (this.#utf8 !== undefined && this.#bytes >= LEAST_BYTES);
  }

  #decode(bytes: string, isLast: boolean): void {
    try {
      this.#utf8?.decode(Buffer.from(bytes, 'latin1'), { stream: !isLast });
      if (isBinary(bytes)) this.#utf8 = undefined;
    } catch {
      // Bytes that are no UTF-8: that is what was asked.
      this.#utf8 = undefined;
    }
  }
}
