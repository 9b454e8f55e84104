import { digitAt, hasDigits, isDigits, isUniform, isUpperCode, numberAt } from './characters.ts';
import { luhnSum, weightedSum } from './checksums.ts';

/**
 * True for nine digits that the Social Security Administration can have issued: no area 000, 666 or 9xx, no group 00, no
 * serial 0000 (20 CFR 422.103 and SSA's "Social Security Number Randomization"), and none of the three numbers that were
 * printed in advertisements and are nobody's.
 */
export function isUsSsn(digits: string): boolean {
  if (!isDigits(digits, 9)) return false;
  const area = numberAt(digits, 0, 3);
  if (area === 0 || area === 666 || area >= 900) return false;
  if (numberAt(digits, 3, 5) === 0 || numberAt(digits, 5, 9) === 0) return false;
  return digits !== '078051120' && digits !== '219099999' && digits !== '457555462';
}

/** True for nine digits in the ranges of IRS individual taxpayer numbers: 9xx, then 50–65, 70–88, 90–92 or 94–99 (IRM 3.21.263). */
export function isUsItin(digits: string): boolean {
  if (!isDigits(digits, 9) || digitAt(digits, 0) !== 9) return false;
  const group = numberAt(digits, 3, 5);
  return group >= 50 && group !== 89 && group !== 93 && (group <= 65 || group >= 70);
}

/** First two digits that no IRS campus assigns ("How EINs are assigned and valid EIN prefixes"). */
const UNASSIGNED_EIN_PREFIXES = ' 00 07 08 09 17 18 19 28 29 49 69 70 78 79 89 96 97 ';

function buildEinPrefixes(): Uint8Array {
  const assigned = new Uint8Array(100);
  for (let prefix = 0; prefix < 100; prefix += 1)
    assigned[prefix] = UNASSIGNED_EIN_PREFIXES.includes(` ${String(prefix).padStart(2, '0')} `) ? 0 : 1;
  return assigned;
}

const EIN_PREFIXES = buildEinPrefixes();

/** True for nine digits whose first two an IRS campus assigns to employers. There is no check digit: ask for context. */
export function isUsEin(digits: string): boolean {
  return isDigits(digits, 9) && EIN_PREFIXES[numberAt(digits, 0, 2)] === 1;
}

/** What the digits 80840, which stand before a provider's number on a card, add to Luhn's sum. */
const NPI_PREFIX_SUM = 24;

/** True for a national provider identifier: ten digits from 1 or 2, Luhn's check over 80840 and them (45 CFR 162.406). */
export function isUsNpi(digits: string): boolean {
  if (!isDigits(digits, 10)) return false;
  const first = digitAt(digits, 0);
  return (first === 1 || first === 2) && (luhnSum(digits, 0, 10) + NPI_PREFIX_SUM) % 10 === 0;
}

/** First letters of Drug Enforcement Administration numbers: the kinds of registrants. */
const DEA_REGISTRANTS = 'ABCDEFGHJKLMPRSTUX';

/**
 * True for a DEA registration: registrant's letter, letter of the name (or 9), seven digits whose last is the last digit of
 * (first + third + fifth) + 2 × (second + fourth + sixth).
 */
export function isUsDea(text: string): boolean {
  if (text.length !== 9 || !DEA_REGISTRANTS.includes(text.charAt(0)) || !hasDigits(text, 2, 9)) return false;
  if (!isUpperCode(text.charCodeAt(1)) && text.charAt(1) !== '9') return false;
  return numberAt(text, 2, 9) !== 0 && weightedSum(text, 2, [1, 2, 1, 2, 1, 2]) % 10 === digitAt(text, 8);
}

const ABA_WEIGHTS = [3, 7, 1, 3, 7, 1, 3, 7, 1];

/** True for an ABA routing number: nine digits from 00–12, 21–32, 61–72 or 80, weighted 3-7-1 to a multiple of ten. */
export function isUsRoutingNumber(digits: string): boolean {
  if (!isDigits(digits, 9) || isUniform(digits)) return false;
  const district = numberAt(digits, 0, 2);
  const isAssigned =
    district <= 12 || (district >= 21 && district <= 32) || (district >= 61 && district <= 72) || district === 80;
  return isAssigned && weightedSum(digits, 0, ABA_WEIGHTS) % 10 === 0;
}
