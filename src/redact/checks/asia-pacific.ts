import { digitAt, hasDigits, hasUppers, isDigits, isUniform, numberAt } from './characters.ts';
import { passesVerhoeff, weightedSum } from './checksums.ts';

/** True for an Indian Aadhaar number: twelve digits from 2 to 9 on, with Verhoeff's check (UIDAI, "UID numbering scheme"). */
export function isInAadhaar(digits: string): boolean {
  return isDigits(digits, 12) && digitAt(digits, 0) >= 2 && passesVerhoeff(digits);
}

/** Kinds of holders: person, company, family, firm, association, trust, body, local authority, juridical person, government. */
const PAN_HOLDERS = 'PCHFATBLJG';

/**
 * True for the structure of an Indian permanent account number: five letters, the fourth of them the kind of holder, four
 * digits from 0001 on, a letter (Income Tax Department). The algorithm of its last letter isn't public.
 */
export function isInPan(text: string): boolean {
  if (text.length !== 10 || !hasUppers(text, 0, 5) || !hasUppers(text, 9, 10)) return false;
  return PAN_HOLDERS.includes(text.charAt(3)) && hasDigits(text, 5, 9) && numberAt(text, 5, 9) !== 0;
}

const TFN_WEIGHTS = [1, 4, 3, 7, 5, 8, 6, 9, 10];
/** Of the numbers of eight digits, which older companies and trusts still have. */
const SHORT_TFN_WEIGHTS = [10, 7, 8, 4, 6, 3, 5, 1];

/** True for an Australian tax file number: nine digits (or eight, older ones), weighted to a multiple of eleven (ATO). */
export function isAuTfn(digits: string): boolean {
  const weights = digits.length === 8 ? SHORT_TFN_WEIGHTS : TFN_WEIGHTS;
  return isDigits(digits, weights.length) && !isUniform(digits) && weightedSum(digits, 0, weights) % 11 === 0;
}

const MEDICARE_WEIGHTS = [1, 3, 7, 9, 1, 3, 7, 9];

/**
 * True for an Australian Medicare card number: ten digits from 2 to 6 on, the ninth the weighted sum of eight modulo ten,
 * the tenth the card's issue, from 1; an eleventh is the person's reference on the card, from 1 (Services Australia).
 */
export function isAuMedicare(digits: string): boolean {
  const { length } = digits;
  if ((length !== 10 && length !== 11) || !hasDigits(digits, 0, length)) return false;
  const first = digitAt(digits, 0);
  if (first < 2 || first > 6 || digitAt(digits, 9) === 0 || digitAt(digits, length - 1) === 0) return false;
  return weightedSum(digits, 0, MEDICARE_WEIGHTS) % 10 === digitAt(digits, 8);
}

const NRIC_WEIGHTS = [2, 7, 6, 5, 4, 3, 2];
/** Check letters by the weighted sum modulo eleven: of citizens (S, T), of foreigners (F, G), and of the series M. */
const NRIC_LETTERS = 'JZIHGFEDCBA';
const FIN_LETTERS = 'XWUTRQPNMLK';
const FIN_M_LETTERS = 'XWUTRQPNJLK';

/** True for a Singapore NRIC or FIN: series S, T, F, G or M, seven digits, check letter (ICA). */
export function isSgNric(text: string): boolean {
  if (text.length !== 9 || !hasDigits(text, 1, 8)) return false;
  const sum = weightedSum(text, 1, NRIC_WEIGHTS);
  const check = text.charCodeAt(8);
  switch (text.charAt(0)) {
    case 'S':
      return NRIC_LETTERS.charCodeAt(sum % 11) === check;
    case 'T':
      return NRIC_LETTERS.charCodeAt((sum + 4) % 11) === check;
    case 'F':
      return FIN_LETTERS.charCodeAt(sum % 11) === check;
    case 'G':
      return FIN_LETTERS.charCodeAt((sum + 4) % 11) === check;
    case 'M':
      return FIN_M_LETTERS.charCodeAt((sum + 3) % 11) === check;
    default:
      return false;
  }
}
