import { digitAt, hasDigits, hasUppers, isDigits, isUniform } from './characters.ts';
import { weightedSum } from './checksums.ts';

const NHS_WEIGHTS = [10, 9, 8, 7, 6, 5, 4, 3, 2];

/** True for a UK NHS number: ten digits, the last one 11 minus the weighted sum modulo 11 (NHS Data Dictionary, NHS NUMBER). */
export function isUkNhsNumber(digits: string): boolean {
  if (!isDigits(digits, 10) || isUniform(digits)) return false;
  // A remainder of one would ask for a check digit of ten: such numbers are not issued.
  return (weightedSum(digits, 0, NHS_WEIGHTS) + digitAt(digits, 9)) % 11 === 0;
}

const UNUSED_FIRST = 'DFIQUV';
const UNUSED_SECOND = 'DFIOQUV';
const UNUSED_PREFIXES = ' BG GB KN NK NT TN ZZ ';

/** True for a UK National Insurance number: a prefix in use, six digits, suffix A to D (HMRC manual NIM39110). */
export function isUkNino(text: string): boolean {
  if (text.length !== 9 || !hasUppers(text, 0, 2) || !hasDigits(text, 2, 8)) return false;
  const suffix = text.charCodeAt(8);
  if (suffix < 65 || suffix > 68) return false;
  if (UNUSED_FIRST.includes(text.charAt(0)) || UNUSED_SECOND.includes(text.charAt(1))) return false;
  return !UNUSED_PREFIXES.includes(text.slice(0, 2));
}
