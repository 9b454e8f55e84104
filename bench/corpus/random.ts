/** Upper case letters of ASCII. */
export const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Lower case letters of ASCII. */
export const LOWER = 'abcdefghijklmnopqrstuvwxyz';
/** Decimal digits. */
export const DIGITS = '0123456789';
/** Lower case hexadecimal digits. */
export const HEX = '0123456789abcdef';
/** Letters and digits, in the order in which base 62 counts. */
export const BASE62 = DIGITS + UPPER + LOWER;
/** The alphabet of base64url (RFC 4648 section 5). */
export const BASE64_URL = `${UPPER + LOWER + DIGITS}-_`;

/** Spreads a seed's bits (the finaliser of MurmurHash3). */
function mixed(value: number): number {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A small generator of pseudo-random numbers (sfc32): the same seed and stream give the same numbers everywhere. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** `stream` tells apart generators of one seed, so that a change in one body changes no other. */
  constructor(seed: number, stream = 0) {
    this.#a = mixed(seed);
    this.#b = mixed(stream + 0x9e3779b9);
    this.#c = mixed(seed ^ Math.imul(stream + 1, 0x27d4eb2f));
    for (let round = 0; round < 12; round++) this.next();
  }

  /** A whole number of 32 bits, not negative. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A whole number of at least `least` and at most `most`. */
  int(least: number, most: number): number {
    return least + Math.floor((this.next() / 0x1_0000_0000) * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.next() / 0x1_0000_0000 < probability;
  }

  pick<T>(list: readonly T[]): T {
    const index = this.int(0, list.length - 1);
    if (index >= list.length) throw new RangeError('nothing to pick from');
    return list[index] as T;
  }

  /** One of the words of `words`, which are parted by `|`. */
  word(words: string): string {
    return this.pick(words.split('|'));
  }

  /** `length` characters of `alphabet`. */
  string(alphabet: string, length: number): string {
    let text = '';
    for (let index = 0; index < length; index++) text += alphabet.charAt(this.int(0, alphabet.length - 1));
    return text;
  }

  digits(length: number): string {
    return this.string(DIGITS, length);
  }

  /** Digits of which the first isn't 0. */
  number(length: number): string {
    return this.string('123456789', 1) + this.digits(length - 1);
  }

  hex(length: number): string {
    return this.string(HEX, length);
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.int(0, 255)));
  }

  /** A whole number as decimal text of `width` characters, zeros in front. */
  padded(least: number, most: number, width: number): string {
    return String(this.int(least, most)).padStart(width, '0');
  }

  shuffle<T>(list: readonly T[]): T[] {
    const shuffled = [...list];
    for (let index = shuffled.length - 1; index > 0; index--) {
      const other = this.int(0, index);
      const held = shuffled[index] as T;
      shuffled[index] = shuffled[other] as T;
      shuffled[other] = held;
    }
    return shuffled;
  }
}
