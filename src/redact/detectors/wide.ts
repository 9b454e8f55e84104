import { type Decoded, placeOf } from './references.ts';

/**
 * Digits of other scripts, and the forms of ASCII that are as wide as Han characters, in UTF-8 or units of UTF-16: Arabic,
 * Persian, ten scripts of India, Thai, and those that mathematics has.
 */
const WIDE =
  /\xef(?:\xbc[\x81-\xbf]|\xbd[\x80-\x9e])|\xd9[\xa0-\xa9]|\xdb[\xb0-\xb9]|\xe0(?:[\xa5\xa7\xa9\xab\xad\xaf\xb1\xb3\xb5][\xa6-\xaf]|\xb9[\x90-\x99])|\xf0\x9d\x9f[\x8e-\xbf]|[\uff01-\uff5e\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59]/g;
/** Of UTF-16: where the digits of a script begin, its zero. */
const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50];
/** From a wide form to the character of ASCII that it is of. */
const WIDE_FORMS = 0xff01 - 0x21;
const MATHEMATICAL_ZERO = 0x8e;

function digit(value: number): string {
  return String.fromCharCode(48 + value);
}

/** The character of ASCII that a unit of UTF-16 stands for. */
function ofUnit(code: number): string {
  if (code >= 0xff01) return String.fromCharCode(code - WIDE_FORMS);
  return digit(code - (ZEROS.findLast((zero) => code >= zero) ?? code));
}

/** The character of ASCII that the bytes of one character stand for. */
function ofBytes(bytes: string): string {
  const last = bytes.charCodeAt(bytes.length - 1);
  switch (bytes.charCodeAt(0)) {
    case 0xef:
      return String.fromCharCode(bytes.charCodeAt(1) === 0xbc ? last - 0x60 : last - 0x20);
    case 0xd9:
      return digit(last - 0xa0);
    case 0xdb:
      return digit(last - 0xb0);
    case 0xf0:
      return digit((last - MATHEMATICAL_ZERO) % 10);
    default:
      return digit(bytes.charCodeAt(1) === 0xb9 ? last - 0x90 : last - 0xa6);
  }
}

/** A text with such digits and forms written in ASCII; undefined when there are none. */
export function decodeWide(text: string): Decoded | undefined {
  WIDE.lastIndex = 0;
  let decoded = '';
  let position = 0;
  /** For each character of more than one the place after it in the decoded text, and in the original. */
  const after: number[] = [];
  const original: number[] = [];
  for (let match = WIDE.exec(text); match !== null; match = WIDE.exec(text)) {
    const [wide] = match;
    decoded += text.slice(position, match.index) + (wide.length === 1 ? ofUnit(wide.charCodeAt(0)) : ofBytes(wide));
    position = WIDE.lastIndex;
    after.push(decoded.length);
    original.push(position);
  }
  if (after.length === 0) return undefined;
  return { text: decoded + text.slice(position), place: (index) => placeOf(index, after, original, text.length) };
}
