import { isCalendarDate } from './calendar.ts';
import { digitAt, hasDigits, hasUppers, isDigits, isUniform, isUpperCode, numberAt } from './characters.ts';
import { passesMod11And10, weightedSum } from './checksums.ts';

/**
 * How often each of the first ten digits of a German tax id may occur: one of them twice or three times, the others once
 * at most; never the same one three times in a row (Bundeszentralamt für Steuern, "Steueridentifikationsnummer").
 */
function hasOneRepeatedDigit(digits: string): boolean {
  // Three bits a digit. Eight of one digit carry into the next one's; three of them stand in a row then, which is refused.
  let counts = 0;
  for (let i = 0; i < 10; i += 1) counts += 1 << (3 * digitAt(digits, i));
  let repeated = 0;
  for (let digit = 0; digit < 10; digit += 1) {
    const count = (counts >> (3 * digit)) & 7;
    if (count > 3) return false;
    if (count > 1) repeated += 1;
  }
  return repeated === 1;
}

function hasTripleInRow(digits: string): boolean {
  for (let i = 2; i < 10; i += 1) {
    const code = digits.charCodeAt(i);
    if (code === digits.charCodeAt(i - 1) && code === digits.charCodeAt(i - 2)) return true;
  }
  return false;
}

/** True for a German tax id (Steuer-IdNr.): eleven digits, the first not 0, with ISO/IEC 7064 MOD 11,10. */
export function isDeTaxId(digits: string): boolean {
  if (!isDigits(digits, 11) || digitAt(digits, 0) === 0) return false;
  return passesMod11And10(digits) && hasOneRepeatedDigit(digits) && !hasTripleInRow(digits);
}

/** INSEE: 01 to 12; 20 to 42 and 50 to 99 when the month is not known, or the civil record incomplete. */
function isNirMonth(month: number): boolean {
  return (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
}

/** Value of the thirteen digits; -1 when they are none. Corsica's 2A and 2B count as 19 and 18. */
function nirValue(text: string): number {
  const letter = text.charCodeAt(6);
  const isCorsican = (letter === 65 || letter === 66) && text.charCodeAt(5) === 50;
  if (!hasDigits(text, 0, 6) || !hasDigits(text, isCorsican ? 7 : 6, 15)) return -1;
  if (!isCorsican) return numberAt(text, 0, 13);
  return (numberAt(text, 0, 5) * 100 + (letter === 65 ? 19 : 18)) * 1_000_000 + numberAt(text, 7, 13);
}

/**
 * True for the number that INSEE gives people in France (NIR, of the carte Vitale): sex 1–4, 7 or 8, year, month,
 * département, commune, order, and the key 97 minus the number modulo 97.
 */
export function isFrNir(text: string): boolean {
  if (text.length !== 15) return false;
  const value = nirValue(text);
  const sex = digitAt(text, 0);
  if (value < 0 || sex === 0 || sex === 5 || sex === 6 || sex === 9) return false;
  if (!isNirMonth(numberAt(text, 3, 5))) return false;
  if (text.startsWith('00', 5) || text.startsWith('000', 10)) return false;
  return 97 - (value % 97) === numberAt(text, 13, 15);
}

/** Control letters by the number modulo 23. */
const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

/**
 * True for a Spanish DNI (eight digits and a letter), NIE (X, Y or Z, seven digits, letter), or NIF that starts with K, L
 * or M: the letter is that of the number modulo 23 (Real Decreto 1553/2005, Orden EHA/451/2008).
 */
export function isEsDni(text: string): boolean {
  if (text.length !== 9 || !hasDigits(text, 1, 8)) return false;
  const first = text.charCodeAt(0);
  let lead = first - 48;
  if (first >= 88 && first <= 90) lead = first - 88;
  else if (first >= 75 && first <= 77) lead = 0;
  else if (lead < 0 || lead > 9) return false;
  return DNI_LETTERS.charCodeAt((lead * 10_000_000 + numberAt(text, 1, 8)) % 23) === text.charCodeAt(8);
}

const CIF_KINDS = 'ABCDEFGHJNPQRSUVW';
/** Kinds whose control character is a letter, and those whose is a digit; the others have either. */
const CIF_WITH_LETTER = 'NPQRSW';
const CIF_WITH_DIGIT = 'ABEH';
const CIF_LETTERS = 'JABCDEFGHI';

/** Seven digits, those at odd places doubled and their digits added up: what is missing to a multiple of ten. */
function cifControl(text: string): number {
  let sum = 0;
  for (let i = 1; i < 8; i += 1) {
    const digit = digitAt(text, i);
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return (10 - (sum % 10)) % 10;
}

/** True for the tax number of a legal person in Spain (CIF): a letter, seven digits, control (Orden EHA/451/2008). */
export function isEsCif(text: string): boolean {
  const kind = text.charAt(0);
  if (text.length !== 9 || !CIF_KINDS.includes(kind) || !hasDigits(text, 1, 8)) return false;
  const control = cifControl(text);
  const given = text.charCodeAt(8);
  const isRightLetter = given === CIF_LETTERS.charCodeAt(control) && !CIF_WITH_DIGIT.includes(kind);
  return isRightLetter || (given === 48 + control && !CIF_WITH_LETTER.includes(kind));
}

const PESEL_WEIGHTS = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1];

/**
 * True for a Polish PESEL: eleven digits, weighted to a multiple of ten, that start with a date of the years 1900 to 2099
 * (ustawa o ewidencji ludności, art. 15; the month of the later century is 20 higher).
 */
export function isPlPesel(digits: string): boolean {
  if (!isDigits(digits, 11) || weightedSum(digits, 0, PESEL_WEIGHTS) % 10 !== 0) return false;
  const month = numberAt(digits, 2, 4);
  const isLater = month > 20;
  const year = (isLater ? 2000 : 1900) + numberAt(digits, 0, 2);
  return isCalendarDate(year, isLater ? month - 20 : month, numberAt(digits, 4, 6));
}

const BSN_WEIGHTS = [9, 8, 7, 6, 5, 4, 3, 2, -1];

/** True for a Dutch burgerservicenummer: nine digits (leading zeros written) that pass the 11-test (Besluit BSN, art. 2). */
export function isNlBsn(digits: string): boolean {
  return isDigits(digits, 9) && !isUniform(digits) && weightedSum(digits, 0, BSN_WEIGHTS) % 11 === 0;
}

/** Months by their letter: A is January, T December. */
const CODICE_MONTHS = 'ABCDEHLMPRST';
/** What stands for the digits 0 to 9 where two people would have the same code. */
const OMOCODIA = 'LMNPQRSTUV';
/** Values of 0 to 9, and of A to J, at odd places; then those of K to Z. */
const CODICE_ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** A digit, or the letter that stands for it; -1 for another character. */
function codiceDigit(text: string, index: number): number {
  const digit = digitAt(text, index);
  return digit >= 0 && digit <= 9 ? digit : OMOCODIA.indexOf(text.charAt(index));
}

function isCodiceCheck(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 15; i += 1) {
    const code = text.charCodeAt(i);
    const order = isUpperCode(code) ? code - 65 : code - 48;
    sum += i % 2 === 0 ? (CODICE_ODD[order] ?? 0) : order;
  }
  return 65 + (sum % 26) === text.charCodeAt(15);
}

/** Where digits stand: year, day, place. */
const CODICE_DIGITS = [6, 7, 9, 10, 12, 13, 14];

function hasCodiceDigits(text: string): boolean {
  for (const index of CODICE_DIGITS) if (codiceDigit(text, index) < 0) return false;
  return true;
}

/**
 * True for an Italian codice fiscale of a person (D.M. 23 dicembre 1976): six letters, year, letter of the month, day (40
 * more for women), place, check letter; digits may be replaced by letters (omocodia).
 */
export function isItCodiceFiscale(text: string): boolean {
  if (text.length !== 16 || !hasUppers(text, 0, 6) || !isUpperCode(text.charCodeAt(15))) return false;
  const month = CODICE_MONTHS.indexOf(text.charAt(8)) + 1;
  if (month === 0 || !isUpperCode(text.charCodeAt(11)) || !hasCodiceDigits(text)) return false;
  const day = codiceDigit(text, 9) * 10 + codiceDigit(text, 10);
  // The century isn't told: a leap year has every day that can be.
  return isCalendarDate(2000, month, day > 40 ? day - 40 : day) && isCodiceCheck(text);
}
