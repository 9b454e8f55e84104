import { isUtf8 } from 'node:buffer';

/** A shorter text may be base64 of something by chance. */
const MIN_CHARS = 16;
/** So much of a text is decoded to see whether it is base64 of text at all. */
const HEAD_CHARS = 24;
const ALPHABET = /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/;
const EQUALS = 61;
const COLON = 58;
const URL_ALPHABET = /[_-]/;
/** Control characters that no text has, but the escape of terminals. */
const BINARY = new RegExp(`[^\\t-\\r\\x20-\\x7e\\x80-\\xff${String.fromCharCode(27)}]`);
/** True for what has a character in it that no text has. */
export function isBinaryText(text: string): boolean {
  return BINARY.test(text);
}

/** RFC 2397. */
const DATA_URL = /^data:([a-z]{1,32}\/[\w.+-]{1,96})?(?:;[\w.+-]{1,64}=[^;,\s]{0,128}){0,4};base64,/i;
const TEXT_TYPE =
  /^(?:text\/|application\/(?:json|xml|x-www-form-urlencoded|javascript|yaml|x-ndjson)$|[^\s]{1,128}\+(?:json|xml|yaml)$)/i;

/** Six bits for each character of both alphabets (RFC 4648, 4 and 5); -1 for any other. */
const SEXTETS = new Int8Array(256).fill(-1);
for (const [index, char] of Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').entries())
  SEXTETS[char.charCodeAt(0)] = index;
SEXTETS['-'.charCodeAt(0)] = 62;
SEXTETS['_'.charCodeAt(0)] = 63;

/** Text that stood in base64. */
export interface Base64Text {
  /** A binary string. */
  readonly text: string;
  /** Writes a text as this one was written: behind the same prefix, in the same alphabet, padded or not. */
  readonly encode: (text: string) => string;
  /** Where the character stands in which a byte of the text begins. */
  readonly start: (index: number) => number;
  /** Where the characters end in which the bytes before this one stand. */
  readonly end: (index: number) => number;
}

function sextet(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 256 ? (SEXTETS[code] as number) : -1;
}

/** How many bytes of a character of UTF-8 follow its first one; -1 for what isn't one in a text. */
function continuationsOf(byte: number): number {
  if (byte < 0x80) return byte >= 0x20 ? (byte === 0x7f ? -1 : 0) : byte >= 9 && byte <= 13 ? 0 : -1;
  if (byte < 0xc2 || byte > 0xf4) return -1;
  return byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
}

/** True when the first characters from `from` on are base64 of UTF-8: nearly nothing else gets beyond the first few. */
export function startsLikeText(text: string, from: number, length: number = text.length): boolean {
  const end = Math.min(length, from + HEAD_CHARS) - 3;
  let missing = 0;
  for (let at = from; at < end; at += 4) {
    const bits =
      (sextet(text, at) << 18) | (sextet(text, at + 1) << 12) | (sextet(text, at + 2) << 6) | sextet(text, at + 3);
    // A padding may be in the last four.
    if (bits < 0) return at + 4 === length && text.charCodeAt(length - 1) === EQUALS;
    for (let shift = 16; shift >= 0; shift -= 8) {
      const byte = (bits >> shift) & 0xff;
      if (missing > 0) {
        if ((byte & 0xc0) !== 0x80) return false;
        missing -= 1;
      } else missing = continuationsOf(byte);
      if (missing < 0) return false;
    }
  }
  return true;
}

/** Fours of characters in a row that are text of ASCII: nearly nothing else has so many. */
const SURE_FOURS = 4;
const isAsciiText = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x80 && continuationsOf(byte) === 0 ? 1 : 0));

function isAsciiFour(text: string, at: number): boolean {
  const bits =
    (sextet(text, at) << 18) | (sextet(text, at + 1) << 12) | (sextet(text, at + 2) << 6) | sextet(text, at + 3);
  return (
    bits >= 0 && isAsciiText[bits >> 16] === 1 && isAsciiText[(bits >> 8) & 255] === 1 && isAsciiText[bits & 255] === 1
  );
}

/** Where between two places base64 of ASCII text starts, whatever stands before it; -1 when nowhere. */
export function textStartIn(text: string, from: number, to: number): number {
  let first = -1;
  let end = to;
  for (let shift = 0; shift < 4; shift += 1) {
    let start = from + shift;
    // The last four of those in a row say how far it is to where the next ones may start.
    for (let left = SURE_FOURS; left > 0 && start + 4 * SURE_FOURS <= end;) {
      if (isAsciiFour(text, start + 4 * (left - 1))) left -= 1;
      else [start, left] = [start + 4 * left, SURE_FOURS];
      if (left > 0) continue;
      first = start;
      end = start + 4 * SURE_FOURS - 1;
    }
  }
  return first;
}

function decode(text: string, from: number): Base64Text | undefined {
  if (text.length - from < MIN_CHARS || !startsLikeText(text, from)) return undefined;
  const encoded = from === 0 ? text : text.slice(from);
  if (!ALPHABET.test(encoded)) return undefined;
  const alphabet = URL_ALPHABET.test(encoded) ? 'base64url' : 'base64';
  // What needs no padding doesn't say whether another would have one: it is usual in this alphabet, not in that of URLs.
  const isPadded = encoded.endsWith('=') || (encoded.length % 4 === 0 && alphabet === 'base64');
  const encode = (plain: string): string => {
    const written = Buffer.from(plain, 'latin1').toString(alphabet);
    if (!isPadded) return written.replace(/=+$/, '');
    return written.padEnd(Math.ceil(written.length / 4) * 4, '=');
  };
  const bytes = Buffer.from(encoded, 'base64');
  const plain = bytes.toString('latin1');
  if (!isUtf8(bytes) || BINARY.test(plain) || encode(plain) !== encoded) return undefined;
  return {
    text: plain,
    encode: (redacted) => text.slice(0, from) + encode(redacted),
    start: (index) => from + Math.floor((index * 4) / 3),
    end: (index) => from + Math.ceil((index * 4) / 3),
  };
}

function sextetOf(bytes: Uint8Array, at: number): number {
  return SEXTETS[bytes[at] as number] as number;
}

/** False when the value from `start` to `end` of a text and its bytes is certainly no base64 of text and no data URL. */
export function mayBeBase64(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < MIN_CHARS) return false;
  if (bytes[start + 4] === COLON) return true;
  const [high, low] = [sextetOf(bytes, start) | sextetOf(bytes, start + 1), sextetOf(bytes, start + 2)];
  // Nearly nothing else gets beyond the first four.
  return (high | low | sextetOf(bytes, start + 3)) >= 0 && startsLikeText(text, start, end);
}

/**
 * The text that a whole value is base64 of (RFC 4648, 4 and 5, with or without padding), or that a data URL (RFC 2397) of a type
 * of text has; undefined for anything else, which nearly always costs a look at four characters.
 */
export function base64Text(value: string): Base64Text | undefined {
  if (value.length < MIN_CHARS) return undefined;
  if (value.charCodeAt(4) !== COLON || !/^data:/i.test(value)) return decode(value, 0);
  const match = DATA_URL.exec(value);
  if (match === null) return undefined;
  const [prefix, type = 'text/plain'] = match;
  return TEXT_TYPE.test(type) ? decode(value, prefix.length) : undefined;
}
