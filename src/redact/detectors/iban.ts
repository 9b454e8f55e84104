import { hasIbanChecksum, ibanLengthAt, isIban } from '../checks/index.ts';
import { isDigitCode, isLetterCode } from '../checks/characters.ts';
import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';
import type { Subject } from './subject.ts';

const START =
  /[A-Za-z]{2}\d{2}(?=(?:[ ._/\u2000-\u2015\u202a-\u202f\u2060-\u2064\u2212\u3000\ufeff-]| {2}|\xc2[\xa0\xad]|\xe2\x80[\x80-\x95\xaa-\xaf]|\xe2\x81[\xa0-\xa4]|\xe2\x88\x92|\xe3\x80\x80|\xef\xbb\xbf)?[A-Za-z0-9])/g;
/** Between groups: spaces, dashes and marks, those of Unicode among them (in UTF-8, or of JSON's escapes). */
const SEPARATOR =
  / {2}|[ ._/\u2000-\u2015\u202a-\u202f\u2060-\u2064\u2212\u3000\ufeff-]|\xc2[\xa0\xad]|\xe2\x80[\x80-\x95\xaa-\xaf]|\xe2\x81[\xa0-\xa4]|\xe2\x88\x92|\xe3\x80\x80|\xef\xbb\xbf/y;
const LETTER = /[A-Za-z]/;

function isAlphanumericAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return isDigitCode(code) || isLetterCode(code);
}

/** Where `length` letters and digits from `start` on end, one separator between any two; -1 for too few. */
function endOf(text: string, start: number, length: number): number {
  let i = start;
  for (let count = 0; count < length; count += 1, i += 1) {
    if (isAlphanumericAt(text, i)) continue;
    SEPARATOR.lastIndex = i;
    if (count > 0 && SEPARATOR.test(text)) i = SEPARATOR.lastIndex;
    if (!isAlphanumericAt(text, i)) return -1;
  }
  // A letter behind it is another word; a digit says that the number is longer.
  return isDigitCode(text.charCodeAt(i)) ? -1 : i;
}

/** Behind a letter nothing is believed, unless it is the word itself (`IBANDE89…`). */
function isGlued(text: string, start: number): boolean {
  if (!LETTER.test(text.charAt(start - 1))) return false;
  return text.slice(Math.max(0, start - 4), start).toLowerCase() !== 'iban';
}

/** Inside of a hash: hexadecimal digits in lower case on both sides. */
function isInHex(text: string, start: number, end: number): boolean {
  const isHex = (at: number): boolean => /[0-9a-f]/.test(text.charAt(at));
  return isHex(start - 1) && isHex(end) && /^[0-9a-f]+$/.test(text.slice(start, end));
}

function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
}

/** Surer than that its digits, or some of them, are a card's. */
const STRUCTURED = 1;
/** Its check digits are right, its letters and digits not where its country has them: one of 97 codes is so by chance. */
const UNSTRUCTURED = 0.35;

/** International bank account numbers, in one piece or in groups. */
export function findIbans({ text, around }: Subject, found: Finding[]): void {
  START.lastIndex = 0;
  for (let match = START.exec(text); match !== null; match = START.exec(text)) {
    const length = ibanLengthAt(text, match.index);
    if (length === 0 || isGlued(text, match.index)) continue;
    const end = endOf(text, match.index, length);
    if (end > 0 && isInHex(text, match.index, end)) continue;
    const iban = end < 0 ? '' : plain(text.slice(match.index, end));
    if (!hasIbanChecksum(iban)) continue;
    const score = isIban(iban) ? STRUCTURED : around.score('iban', UNSTRUCTURED, match.index, end);
    found.push({ start: match.index, end, rule: RULES.iban, score });
  }
}

/** True when hexadecimal digits hold an account number whose digits are all decimal. */
export function holdsDecimalIban(hex: string): boolean {
  for (const { index } of hex.matchAll(/[A-Fa-f]{2}(?=\d{12})/g)) {
    const iban = hex.slice(index, index + ibanLengthAt(hex, index));
    if (/^..\d+$/.test(iban) && hasIbanChecksum(plain(iban))) return true;
  }
  return false;
}
