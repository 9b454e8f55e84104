import { Output, type Finding, regionsOf, type Replaced, settleRegion } from '../findings.ts';
import type { Tally } from '../tally.ts';

const ESCAPE = /%([0-9A-Fa-f]{2})/g;

/** The value of each character that is a hexadecimal digit; -1 for any other. */
const HEX = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value += 1) {
  const digit = value.toString(16);
  HEX[digit.charCodeAt(0)] = HEX[digit.toUpperCase().charCodeAt(0)] = value;
}
const CHARACTERS = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
const PERCENT = 37;
const UPPER_HEX = Buffer.from('0123456789ABCDEF');
const RESERVED = /[^A-Za-z0-9._~-]/;
const EACH_RESERVED = new RegExp(RESERVED, 'g');
const IS_UNRESERVED = Uint8Array.from(CHARACTERS, (character) => (RESERVED.test(character) ? 0 : 1));

function hexOf(code = 0): number {
  return HEX[code] ?? -1;
}

function hexAt(text: string, at: number): number {
  return hexOf(text.charCodeAt(at));
}

/** The character whose escape stands at `at`; undefined when none does. */
function escapedAt(text: string, at: number): string | undefined {
  const [high, low] = [hexAt(text, at + 1), hexAt(text, at + 2)];
  return high < 0 || low < 0 ? undefined : CHARACTERS[high * 16 + low];
}

/** A longer text is written byte by byte: strings put together of its pieces would cost more the more of it is escaped. */
const MAX_PIECED_CHARS = 256;
const NOT_A_BYTE = /[^\0-\xff]/;

/** Percent-decodes (RFC 3986, 2.1); a `%` without two hexadecimal digits stands for itself. */
export function decodePercent(raw: string): string {
  const first = raw.indexOf('%');
  if (first === -1) return raw;
  if (raw.length > MAX_PIECED_CHARS && !NOT_A_BYTE.test(raw)) return decodeBytes(raw, first);
  let decoded = '';
  let from = 0;
  for (let at = first; at !== -1; at = raw.indexOf('%', at + 1)) {
    const character = escapedAt(raw, at);
    if (character === undefined) continue;
    decoded += raw.slice(from, at) + character;
    from = at + 3;
    at += 2;
  }
  return from === 0 ? raw : decoded + raw.slice(from);
}

/** Decodes the value of a form's field, in which a plus is a space (WHATWG URL, 5.1). */
export function decodeField(raw: string): string {
  return decodePercent(withSpaces(raw));
}

/** A text with spaces for its plus signs. */
function withSpaces(text: string): string {
  return text.includes('+') ? text.replaceAll('+', ' ') : text;
}

/** True when an escape stands at `at`. */
export function isEscapeAt(text: string, at: number): boolean {
  return text.charCodeAt(at) === PERCENT && escapedAt(text, at) !== undefined;
}

/** {@link decodePercent} for characters of a byte, whose first `%` stands at `first`. */
function decodeBytes(raw: string, first: number): string {
  const bytes = Buffer.from(raw, 'latin1');
  let length = first;
  for (let at = first; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    const high = byte === PERCENT ? hexOf(bytes[at + 1]) : -1;
    const low = high < 0 ? -1 : hexOf(bytes[at + 2]);
    bytes[length++] = low < 0 ? byte : high * 16 + low;
    if (low >= 0) at += 2;
  }
  return length === bytes.length ? raw : bytes.toString('latin1', 0, length);
}

/** Makes the function that tells where in the raw text a character of the decoded one stood; asked in rising order. */
export function places(raw: string): (index: number) => number {
  if (!raw.includes('%')) return (index) => index;
  let [index, place] = [0, 0];
  ESCAPE.lastIndex = 0;
  let next = ESCAPE.exec(raw)?.index ?? raw.length;
  return (wanted) => {
    while (index < wanted) {
      const isEscape = place === next;
      const step = isEscape ? 1 : Math.min(next - place, wanted - index);
      index += step;
      place += isEscape ? 3 : step;
      ESCAPE.lastIndex = place;
      if (isEscape) next = ESCAPE.exec(raw)?.index ?? raw.length;
    }
    return place;
  };
}

/** Percent-encodes everything but unreserved characters. */
export function encodePercent(text: string): string {
  if (!RESERVED.test(text)) return text;
  if (text.length > MAX_PIECED_CHARS && !NOT_A_BYTE.test(text)) return encodeBytes(text);
  return text.replace(EACH_RESERVED, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** {@link encodePercent} for characters of a byte. */
function encodeBytes(text: string): string {
  const encoded = Buffer.allocUnsafe(text.length * 3);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const byte = text.charCodeAt(at);
    if (IS_UNRESERVED[byte] === 1) encoded[length++] = byte;
    else {
      encoded[length++] = PERCENT;
      encoded[length++] = UPPER_HEX[byte >> 4] ?? 0;
      encoded[length++] = UPPER_HEX[byte & 15] ?? 0;
    }
  }
  return encoded.toString('latin1', 0, length);
}

/** How a text was decoded. */
export interface Encoding {
  /** Where in the raw text a character of the decoded one stood; asked in rising order. */
  readonly place: (index: number) => number;
  readonly encode: (text: string) => string;
}

/** Replaces findings of the percent-decoded text in the raw one; only what is replaced is encoded anew. */
export function replaceEncoded(
  raw: string,
  text: string,
  findings: readonly Finding[],
  tally: Tally,
): Replaced | undefined {
  return replaceInRaw(raw, text, findings, tally, { place: places(raw), encode: encodePercent });
}

/** Replaces findings of a decoded text in the raw one, to which the places of what was found are moved. */
export function replaceInRaw(
  raw: string,
  text: string,
  findings: readonly Finding[],
  tally: Tally,
  { place, encode }: Encoding,
): Replaced | undefined {
  const regions = regionsOf(text, findings, tally);
  if (regions.length === 0) return undefined;
  const output = new Output();
  let position = 0;
  for (const region of regions) {
    const [start, end] = [place(region.start), place(region.end)];
    output.copy(raw.slice(position, start));
    const from = tally.spanCount;
    const { put, neverKept } = settleRegion(text, region, tally);
    tally.rebase(from, (index) => (index === region.start ? start : end));
    output.replace(encode(put), neverKept ? '' : raw.slice(start, end));
    position = end;
  }
  output.copy(raw.slice(position));
  return output.take();
}
