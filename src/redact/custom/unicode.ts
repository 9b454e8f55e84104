/** A text of the engine in Unicode, as users write their patterns. */
export interface UnicodeText {
  readonly text: string;
  /** Where in the engine's text a UTF-16 code unit of it stood, or what follows the last one. */
  readonly place: (index: number) => number;
}

const HIGH = /[^\0-\x7f]/;
const itself = (index: number): number => index;

/** How many bytes a character of UTF-8 has by its first one (RFC 3629); 0 for what starts none. */
function lengthOf(first: number): number {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/** The code point of the UTF-8 bytes at `at`; undefined when they are none. */
function codePointAt(binary: string, at: number, length: number): number | undefined {
  let code = binary.charCodeAt(at) & (0xff >> (length + 1));
  for (let i = at + 1; i < at + length; i += 1) {
    const byte = binary.charCodeAt(i);
    if (!(byte >= 0x80 && byte <= 0xbf)) return undefined;
    code = (code << 6) | (byte & 0x3f);
  }
  const isOverlong = code < (length === 3 ? 0x800 : length === 4 ? 0x10000 : 0);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return isOverlong || isSurrogate || code > 0x10ffff ? undefined : code;
}

/**
 * Reads a binary string as Unicode: bytes that are UTF-8 become the characters that they stand for; what isn't (Latin-1, or
 * UTF-16 units that escapes of JSON left) stays.
 */
export function unicodeOf(binary: string): UnicodeText {
  if (!HIGH.test(binary)) return { text: binary, place: itself };
  const places: number[] = [];
  let text = '';
  for (let at = 0; at < binary.length;) {
    const length = lengthOf(binary.charCodeAt(at));
    const code = length === 0 ? undefined : codePointAt(binary, at, length);
    const character = code === undefined ? binary.charAt(at) : String.fromCodePoint(code);
    for (let unit = 0; unit < character.length; unit += 1) places.push(at);
    text += character;
    at += code === undefined ? 1 : length;
  }
  return { text, place: (index) => places[index] ?? binary.length };
}

/** Unicode text as the engine has it: its UTF-8 bytes as characters. */
export function binaryOf(text: string): string {
  return HIGH.test(text) ? Buffer.from(text).toString('latin1') : text;
}
