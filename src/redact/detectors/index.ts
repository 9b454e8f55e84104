import type { Detect, Finding } from '../findings.ts';
import type { ClassifyKey } from '../keys.ts';
import { findDigits } from './digits.ts';
import { findEmails } from './email.ts';
import { findIbans } from './iban.ts';
import { findNamed } from './named.ts';
import { findJwts, findSchemes, findUserinfo } from './tokens.ts';

/** Anything that a detector could start from; most values have nothing of it. */
const TRIGGER =
  /[@=:<]|%40|eyJ|\d(?:[ -]?\d){8}|[A-Za-z]{2}\d\d[ -]?[A-Za-z0-9]|[Ee][Aa][Rr][Ee][Rr][ \t]|[Aa][Ss][Ii][Cc][ \t]/;
const NOTHING: readonly Finding[] = [];

/** The farthest that a detector looks back from the start of a finding, in characters. */
export const LOOK_BEHIND_CHARS = 512;
/** The farthest that a detector looks ahead of the start of a finding before it is sure of it. */
export const LOOK_AHEAD_CHARS = 2048;

/** Makes the function that runs every detector over a text. Its time is linear in the text's length. */
export function detector(classify: ClassifyKey): Detect {
  return (text) => {
    if (text.length < 4 || !TRIGGER.test(text)) return NOTHING;
    const found: Finding[] = [];
    // First, so that of two findings in the same place the name's is the one that counts.
    findNamed(text, classify, found);
    if (text.includes('@') || text.includes('%40')) findEmails(text, found);
    findDigits(text, found);
    findIbans(text, found);
    if (text.includes('eyJ')) findJwts(text, found);
    findSchemes(text, found);
    if (text.includes('://')) findUserinfo(text, found);
    return found;
  };
}
