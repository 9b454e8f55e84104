import type { Detect, Finding } from '../findings.ts';
import type { ClassifyKey } from '../keys.ts';
import { findDigits } from './digits.ts';
import { findEmails } from './email.ts';
import { findIbans } from './iban.ts';
import { findNamed } from './named.ts';
import { findParameters } from './parameters.ts';
import { decodeReferences } from './references.ts';
import { findJwts, findSchemes, findUserinfo } from './tokens.ts';

/** Anything that a detector could start from; most values have nothing of it. */
const TRIGGER =
  /[@=:<]|%40|ey[AJ]|ew[0ko]|IHs|[CD]Xs|Cns|DQp7|ICB7|\d(?:[ -]?\d){3}(?:(?:[ -]?\d){5}|[^\dA-Za-z]{1,3}\d{4})|\d{3}(?:[\u2010-\u2212]|\xe2[\x80-\x88][\x80-\xbf])\d\d|[A-Za-z]{2}\d\d(?:[ ._/-]{0,2}|[\x80-\uffff]{1,3})[A-Za-z0-9]|[Ee][Aa][Rr][Ee][Rr][ \t]|[Aa][Ss][Ii][Cc][ \t]/;
/** What a web token starts with. */
const JWT_TRIGGER = /ey[AJ]|ew[0ko]|IHs|[CD]Xs|Cns|DQp7|ICB7/;
const NOTHING: readonly Finding[] = [];

/** The farthest that a detector looks back from the start of a finding, in characters. */
export const LOOK_BEHIND_CHARS = 512;
/** The farthest that a detector looks ahead of the start of a finding before it is sure of it. */
export const LOOK_AHEAD_CHARS = 2048;

function detectPlain(text: string, classify: ClassifyKey): Finding[] {
  const found: Finding[] = [];
  // First, so that of two findings in the same place the name's is the one that counts.
  findNamed(text, classify, found);
  if (text.includes('@') || text.includes('%40')) findEmails(text, found);
  findDigits(text, found);
  findIbans(text, found);
  if (JWT_TRIGGER.test(text)) findJwts(text, found);
  findSchemes(text, found);
  if (text.includes('//')) findUserinfo(text, found);
  return found;
}

/** What is found only when the escapes that are left in a text are undone; added to `found`. */
function detectEscaped(text: string, classify: ClassifyKey, found: readonly Finding[]): readonly Finding[] {
  const decoded = decodeReferences(text);
  if (decoded === undefined || !TRIGGER.test(decoded.text)) return found;
  const inside = detectPlain(decoded.text, classify);
  if (inside.length === 0) return found;
  const { place } = decoded;
  return [...found, ...inside.map((f) => ({ ...f, start: place(f.start), end: place(f.end) }))];
}

/**
 * Makes the function that runs every detector over a text. Its time is linear in the text's length. `parameters`
 * classifies the fields of whole values that are URLs.
 */
export function detector(classify: ClassifyKey, parameters: ClassifyKey): Detect {
  return (text, isValue = false) => {
    if (text.length < 4) return NOTHING;
    if (!TRIGGER.test(text)) return detectEscaped(text, classify, NOTHING);
    const found = detectPlain(text, classify);
    if (isValue) findParameters(text, parameters, found);
    return detectEscaped(text, classify, found);
  };
}
