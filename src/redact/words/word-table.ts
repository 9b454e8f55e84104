import { KIND, kindAt } from '../kinds.ts';

/** Longer words are as long as this to a table. */
const MAX_LENGTH = 7;
const LETTER_BITS = 5;
const LENGTH_SHIFT = 3 * LETTER_BITS;

/** True for a letter, a digit, and a byte of any other letter. */
export function isOfWord(bytes: Uint8Array, at: number): boolean {
  return (bytes[at] as number) >= 128 || (kindAt(bytes, at) & (KIND.letter | KIND.digit)) !== 0;
}

function isLetter(bytes: Uint8Array, at: number): boolean {
  return (bytes[at] as number) >= 128 || (kindAt(bytes, at) & KIND.letter) !== 0;
}

/** Words by their last three letters, of either case, and their length: finds them quickly, and a few others. */
export class EndTable {
  readonly #known = new Uint8Array(1 << (LENGTH_SHIFT + 3));

  readonly #hasCapitals: boolean;

  /** `hasCapitals` says that its words start with one. */
  constructor(words: string, hasCapitals = false) {
    this.#hasCapitals = hasCapitals;
    for (const word of words.split(' ')) {
      const bytes = Buffer.from(word);
      this.#known[this.#order(bytes, 0, bytes.length)] = 1;
    }
  }

  /** True when the word that ends at `end` may be one of the table, or has letters at its end that aren't ASCII. */
  mayEnd(bytes: Uint8Array, start: number, end: number): boolean {
    let from = end;
    while (from > start && end - from < MAX_LENGTH && isLetter(bytes, from - 1)) {
      // What stands there may be a letter of the word, or a space.
      if ((bytes[from - 1] as number) >= 128 && (end - from < 3 || this.#knows(bytes, from, end))) return true;
      from -= 1;
    }
    return from < end && this.#knows(bytes, from, end);
  }

  #knows(bytes: Uint8Array, from: number, end: number): boolean {
    if (this.#hasCapitals && end - from < MAX_LENGTH && (bytes[from] as number) > 90) return false;
    return this.#known[this.#order(bytes, from, end)] === 1;
  }

  #order(bytes: Uint8Array, from: number, to: number): number {
    let order = 0;
    for (let at = Math.max(from, to - 3); at < to; at += 1)
      order = (order << LETTER_BITS) | ((bytes[at] as number) & 31);
    return (Math.min(to - from, MAX_LENGTH) << LENGTH_SHIFT) | order;
  }
}
