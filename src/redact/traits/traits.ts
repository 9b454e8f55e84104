import { digitTraits } from './digit-traits.ts';
import { KIND, kindAt } from '../kinds.ts';
import { hasRun, mayHavePartedKey, MIN_RUN_CHARS, runTraits } from './run-traits.ts';
import { Mentions } from '../words/mentions.ts';
import { bytesForNow, bytesOfText, MARGIN_BYTES } from '../text-bytes.ts';
import { TRAIT } from './trait.ts';
import { isOfWord } from '../words/word-table.ts';
import { hasWideBytes, hasWideUnits } from './wide-traits.ts';
import { mayStartName } from './word-traits.ts';

export { TRAIT } from './trait.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Ends a JSON string, or doesn't stand in one as it is. */
const STOP = 1 << 30;
const BITS = new Int32Array(256).fill(TRAIT.high, 128);
for (const [characters, bit] of [
  ['0123456789', TRAIT.digit],
  ['@%', TRAIT.at],
  ['=:<', TRAIT.separator],
  ['%&\\', TRAIT.escape],
  [LETTERS, TRAIT.upper],
  [LETTERS.toLowerCase(), TRAIT.lower],
  ['-', TRAIT.dash],
  ['_', TRAIT.underscore],
  ['/', TRAIT.slash],
  ['.', TRAIT.dot],
  [' \t', TRAIT.space],
  ['+', TRAIT.plus],
  ['{[', TRAIT.bracket],
  // Dashes of Unicode among them, in UTF-8 or a unit of UTF-16.
  ['=:-\t\xe2\x80', TRAIT.label],
  // In a secret of Azure, and between the parts of a password's hash.
  ['~$', TRAIT.key],
  ['"\\', STOP],
  [Buffer.from(Array.from({ length: 32 }, (_, code) => code)).toString('latin1'), STOP],
] as const)
  for (const character of characters) {
    const code = character.charCodeAt(0);
    BITS[code] = (BITS[code] ?? 0) | bit;
  }

/** A token's header in base64url has at least so many characters. */
const MIN_HEADER_CHARS = 8;
/** A text of so many may be a token that goes on. */
const MIN_OPEN_TOKEN_CHARS = 1900;
/** The first two characters of objects in base64url, the second of them behind the first. */
const isOpening = new Uint8Array(256 * 256);
for (const [first, seconds] of [
  ['e', 'yw'],
  ['I', 'HC'],
  ['C', 'Xn'],
  ['D', 'XQ'],
] as const)
  for (const second of seconds) isOpening[first.charCodeAt(0) * 256 + second.charCodeAt(0)] = 1;

/** True when what stands before the dot at `end` may be the header of a web token. */
function mayEndHeader(bytes: Uint8Array, start: number, end: number): boolean {
  let from = end;
  let opening = -1;
  while (from > start && (kindAt(bytes, from - 1) & KIND.base64) !== 0) {
    from -= 1;
    if (isOpening[(bytes[from] as number) * 256 + (bytes[from + 1] as number)] === 1) opening = from;
  }
  return opening !== -1 && end - opening >= MIN_HEADER_CHARS;
}

/** True for `Bearer` and `Basic`, whatever their case, by their first three letters. */
function isScheme(bytes: Uint8Array, at: number): boolean {
  const second = (bytes[at + 1] ?? 0) | 32;
  const third = (bytes[at + 2] ?? 0) | 32;
  return (second === 101 && third === 97) || (second === 97 && third === 115);
}

/** Bytes at which something may start, or end, that is told by what stands around it: a dot, a letter that names start with, a `b`. */
const STARTS = new Uint8Array(256).fill(1, 128);
for (const character of `.b${LETTERS}`) STARTS[character.charCodeAt(0)] = 1;

/** The bits of tokens behind a dot or a scheme's name, and of names of persons; `bits` are those of the characters. */
function tokenTraits(bytes: Uint8Array, start: number, end: number, bits: number): number {
  let found = end - start >= MIN_OPEN_TOKEN_CHARS ? TRAIT.jwt : 0;
  // Names of persons and schemes have a space behind them, or before.
  if ((bits & TRAIT.space) === 0) return (bits & TRAIT.dot) === 0 ? found : found | headerTraits(bytes, start, end);
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (STARTS[byte] === 0) continue;
    if (byte === 46) {
      if (mayEndHeader(bytes, start, at)) found |= TRAIT.jwt;
    } else if (byte === 98) {
      if (isScheme(bytes, at)) found |= TRAIT.scheme;
    } else {
      if (byte === 66 && isScheme(bytes, at)) found |= TRAIT.scheme;
      if (at > start && !isOfWord(bytes, at - 1) && mayStartName(bytes, start, at)) found |= TRAIT.person;
    }
  }
  return found;
}

/** The bit of tokens behind a dot. */
function headerTraits(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + MIN_HEADER_CHARS; at < end; at += 1)
    if (bytes[at] === 46 && mayEndHeader(bytes, start, at)) return TRAIT.jwt;
  return 0;
}

/** The bits of the characters, and all that need no digit of ASCII. */
function knownTraits(bytes: Uint8Array, start: number, end: number, bits: number): number {
  const wide = (bits & TRAIT.high) !== 0 && hasWideBytes(bytes, start, end) ? TRAIT.escape : 0;
  return bits | wide | runTraits(bytes, start, end, bits) | tokenTraits(bytes, start, end, bits);
}

/** Digits from which on a text may hold a number that means something. */
export const MIN_DIGITS = 4;

/** What of a text is nothing in itself. */
const HARMLESS =
  TRAIT.upper |
  TRAIT.lower |
  TRAIT.dash |
  TRAIT.underscore |
  TRAIT.slash |
  TRAIT.dot |
  TRAIT.space |
  TRAIT.high |
  TRAIT.plus |
  TRAIT.label;

/** What is known of bytes at first sight. */
export class Sight {
  /** Where the sight ended. */
  end = 0;
  /** {@link TRAIT}s of the characters. */
  bits = 0;

  /** Looks at the inside of a JSON string that starts at `start`, up to its quotation mark, an escape or a control character. */
  ofString(bytes: Uint8Array, start: number): void {
    let at = start;
    let bits = 0;
    for (let bit = BITS[bytes[at] as number] as number; bit < STOP; bit = BITS[bytes[at] as number] as number) {
      bits |= bit;
      at += 1;
    }
    this.end = at;
    this.bits = bits;
  }

  /** True for words and punctuation in which nothing starts that a detector looks for. */
  isProse(bytes: Uint8Array, start: number): boolean {
    const { bits, end } = this;
    if ((bits & ~HARMLESS) !== 0) return false;
    if (end - start >= MIN_RUN_CHARS && hasRun(bytes, start, end)) return false;
    if (mayHavePartedKey(bytes, start, end, bits)) return false;
    if ((bits & TRAIT.high) !== 0 && hasWideBytes(bytes, start, end)) return false;
    return tokenTraits(bytes, start, end, bits) === 0;
  }

  /** The {@link TRAIT}s of what was looked at. */
  traits(bytes: Uint8Array, start: number): number {
    const { bits, end } = this;
    const known = knownTraits(bytes, start, end, bits);
    return (bits & TRAIT.digit) === 0 ? known : known | digitTraits(bytes, start, end, known);
  }
}

function traitsOfBytes(bytes: Uint8Array, start: number, end: number): number {
  let bits = 0;
  for (let at = start; at < end; at += 1) bits |= BITS[bytes[at] as number] as number;
  bits &= ~STOP;
  const known = knownTraits(bytes, start, end, bits);
  return (bits & TRAIT.digit) === 0 ? known : known | digitTraits(bytes, start, end, known);
}

/** The bytes of one text, to know the {@link TRAIT}s of its pieces. */
export class PieceTraits {
  readonly #bytes: Buffer;

  constructor(text: string) {
    this.#bytes = bytesOfText(text);
  }

  /** Those of the piece from `start` to `end`. */
  of(start: number, end: number): number {
    return traitsOfBytes(this.#bytes, MARGIN_BYTES + start, MARGIN_BYTES + end);
  }

  /** The words in the piece from `start` to `end`. */
  mentions(start: number, end: number): Mentions {
    return new Mentions(this.#bytes, MARGIN_BYTES + start, MARGIN_BYTES + end);
  }
}

/** The {@link TRAIT}s of a text. */
export function traitsOf(text: string): number {
  const traits = traitsOfBytes(bytesForNow(text), MARGIN_BYTES, MARGIN_BYTES + text.length);
  return (traits & TRAIT.high) !== 0 && hasWideUnits(text) ? traits | TRAIT.escape : traits;
}
