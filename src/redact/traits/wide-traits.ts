/** Fewer digits are no number. */
const MIN_DIGITS = 4;
/** The same in units of UTF-16, and the at sign as wide as Han characters. */
const WIDE_UNITS =
  /(?:[\uff10-\uff19\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59][^]{0,8}?){4}|\uff20/;

/** True for units of UTF-16 of which some are digits of other scripts, or as wide as Han characters. */
export function hasWideUnits(text: string): boolean {
  return WIDE_UNITS.test(text);
}

/** True for the last byte of such a digit in UTF-8, by the two before it. */
function isWideDigit(first: number, second: number, third: number): boolean {
  if (first === 0xef) return second === 0xbc && third >= 0x90 && third <= 0x99;
  if (first === 0xe0) return second >= 0xa5 && second <= 0xb9 && ((third >= 0xa6 && third <= 0xaf) || third >> 4 === 9);
  if (second === 0xd9) return third >= 0xa0 && third <= 0xa9;
  if (second === 0xdb) return third >= 0xb0 && third <= 0xb9;
  return first === 0x9d && second === 0x9f && third >= 0x8e;
}

/** The same of bytes; those that are none of ASCII have been seen already. */
export function hasWideBytes(bytes: Uint8Array, start: number, end: number): boolean {
  let digits = 0;
  for (let at = start + 1; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte < 0x8e || byte > 0xbf) continue;
    const [first, second] = [bytes[at - 2] as number, bytes[at - 1] as number];
    if (isWideDigit(first, second, byte)) {
      digits += 1;
      if (digits === MIN_DIGITS) return true;
    } else if (byte === 0xa0 && second === 0xbc && first === 0xef) return true;
  }
  return false;
}
