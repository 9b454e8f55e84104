import { base64Text } from '../base64.ts';
import { decodeReferences } from '../detectors/references.ts';
import { mayBeToken } from '../token-form.ts';
import type { Tally } from '../tally.ts';

/** `pin=123`: a shorter value has no name with a code in it. */
const MIN_CHARS = 7;
/** Values in values that are looked into. */
const MAX_DEPTH = 4;
/** How often what is escaped (references, percent-encoding, JSON in a string) is undone: structures in it are seen only then. */
const MAX_ESCAPED = 4;
/** What stands between a name and its value, or around them. */
const DIVIDER = /[^\w+/.@|~*!#$^?-]/;
const LETTER = /[A-Za-z\x80-\uffff]/;
const DIGIT = /[0-9\x80-\uffff]/;
/** Text in hexadecimal digits. */
const HEX = /^(?:[0-9A-Fa-f]{2}){7,}$/;

/** False for nearly all that is certainly no name with a code beside it, in whatever encoding. */
function mayHold(value: string): boolean {
  if (value.length < MIN_CHARS) return false;
  if (!DIVIDER.test(value)) return base64Text(value) !== undefined || HEX.test(value) || mayBeToken(value);
  return (DIGIT.test(value) && LETTER.test(value)) || base64Text(value) !== undefined;
}

/**
 * Makes the function that tells whether a value which is replaced as a whole has something in it that may never be kept: then it
 * may neither be sealed nor committed to, and no token be made of it, which would tell whether a guess of a few digits is right.
 * What is longer than `maxChars`, or too deep in others, may hold anything. `look` redacts a value, whose findings go to a tally.
 */
export function neverKeptTest(
  look: (value: string, tally: Tally) => void,
  maxChars: number,
): (value: string, tally: Tally) => boolean {
  return (value, tally) => {
    if (value.length > maxChars) return true;
    if (!mayHold(value)) return false;
    const { lookedInto } = tally;
    // All of what is looked into may be something, too.
    if (lookedInto?.value === value) return false;
    if (lookedInto?.depth === MAX_DEPTH) return true;
    const inside = tally.inside(value);
    look(value, inside);
    let text = value;
    for (let undone = 0; undone < MAX_ESCAPED && inside.neverKept === 0; undone++) {
      const decoded = decodeReferences(text);
      if (decoded === undefined) break;
      text = decoded.text;
      look(text, inside);
    }
    return inside.neverKept > 0;
  };
}
