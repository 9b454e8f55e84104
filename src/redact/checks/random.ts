import { isDigitCode, isUpperCode } from './characters.ts';

const LOWER = 1;
const UPPER = 2;
const DIGIT = 4;
const OTHER = 8;

function kindOf(code: number): number {
  if (isDigitCode(code)) return DIGIT;
  if (isUpperCode(code)) return UPPER;
  return code >= 97 && code <= 122 ? LOWER : OTHER;
}

/** Of values drawn at random so many in a hundred places, at least, have a letter or digit of another kind beside them. */
const MIN_CHANGES_PERCENT = 20;
/** Bits of entropy a character, of the value's own frequencies: below it characters repeat too often. */
const MIN_ENTROPY_BITS = 2.8;
const HEX = /^(?:[0-9a-f]+|[0-9A-F]+)$/;

/** Shannon's entropy of the characters of a text, in bits a character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/**
 * True for what looks as if it had been drawn at random, and not been put together of words: letters and digits mixed, of
 * many different ones. `text` is at most some hundred characters long, at least 16; a shorter one never looks random.
 */
export function looksRandom(text: string): boolean {
  if (text.length < 16 || entropyOf(text) < MIN_ENTROPY_BITS) return false;
  let kinds = 0;
  let changes = 0;
  for (let i = 0, last = 0; i < text.length; i += 1) {
    const kind = kindOf(text.charCodeAt(i));
    // What parts words says nothing about them.
    if (kind === OTHER) continue;
    kinds |= kind;
    if (last !== 0 && kind !== last) changes += 1;
    last = kind;
  }
  if ((kinds & DIGIT) === 0 || (kinds & (LOWER | UPPER)) === 0) return false;
  if (HEX.test(text)) return true;
  return changes * 100 >= text.length * MIN_CHANGES_PERCENT;
}
