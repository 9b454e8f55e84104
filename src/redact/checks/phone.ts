import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { digitAt } from './characters.ts';
import { isInPlan } from './numbering-plans.ts';

/** Fewest digits of a number with its country code that is anybody's, and the most (ITU-T E.164, 6). */
const MIN_DIGITS = 8;
const MAX_DIGITS = 15;

/** Country codes of one digit and of two (ITU-T E.164, list of assigned codes); all others that exist have three. */
const ONE_DIGIT = ' 1 7 ';
const TWO_DIGITS =
  ' 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 ' +
  '92 93 94 95 98 ';
/** First two digits of the assigned codes of three. */
const THREE_DIGITS = ' 21 22 23 24 25 26 29 35 37 38 42 50 59 67 68 69 80 85 87 88 96 97 99 ';

function hasCountryCode(digits: string): boolean {
  const two = ` ${digits.slice(0, 2)} `;
  return ONE_DIGIT.includes(` ${digits.charAt(0)} `) || TWO_DIGITS.includes(two) || THREE_DIGITS.includes(two);
}

/** True for the digits of a number with its country code, without `+`, that a numbering plan has. Takes up to 100 µs. */
export function isInternationalPhone(digits: string): boolean {
  if (!mayBeInternationalPhone(digits)) return false;
  return isInPlan(digits) ?? isParsed(digits);
}

function isParsed(digits: string): boolean {
  return parsePhoneNumberFromString(`+${digits}`, { extract: false })?.isValid() === true;
}

/** True for digits that some numbering plan could have: a country code, and as many digits as there may be. */
export function mayBeInternationalPhone(digits: string): boolean {
  return digits.length >= MIN_DIGITS && digits.length <= MAX_DIGITS && hasCountryCode(digits);
}

/** Countries that write `0` before an area code, and those that don't, by how often their numbers are met. */
const WITH_TRUNK_PREFIX: readonly CountryCode[] = ['GB', 'DE', 'FR', 'AU', 'NL', 'IN', 'JP', 'IT', 'CH', 'SE', 'AT'];
const WITHOUT_TRUNK_PREFIX: readonly CountryCode[] = ['US', 'ES', 'PL', 'BR', 'IN', 'SG', 'IT', 'PT', 'NO', 'DK'];

/**
 * True for the digits of a number as it is dialled within one of some large countries. Takes up to 200 µs: ask only where
 * something speaks for a phone number.
 */
export function isNationalPhone(digits: string): boolean {
  if (digits.length < MIN_DIGITS || digits.length > 12) return false;
  const countries = digitAt(digits, 0) === 0 ? WITH_TRUNK_PREFIX : WITHOUT_TRUNK_PREFIX;
  return countries.some((country) => isPhoneIn(digits, country));
}

function isPhoneIn(digits: string, country: CountryCode): boolean {
  return parsePhoneNumberFromString(digits, { defaultCountry: country, extract: false })?.isValid() === true;
}

/**
 * True for ten digits, or eleven with the prefix 1, of about the form of the North American Numbering Plan: also of the
 * numbers that nobody has, like those with 555 in examples and films.
 */
export function mayBeNorthAmericanPhone(digits: string): boolean {
  return /^1?[2-9]\d{9}$/.test(digits);
}

/** True for ten digits, or eleven with the prefix 1, of the North American Numbering Plan: area code and exchange from 2 on. */
export function isNorthAmericanPhone(digits: string): boolean {
  const national = /^1?([2-9]\d\d[2-9]\d{6})$/.exec(digits)?.[1];
  return national !== undefined && isInternationalPhone(`1${national}`);
}

/** True for ten or eleven digits of a Brazilian number with its area code. */
export function isBrazilianPhone(digits: string): boolean {
  return (digits.length === 10 || digits.length === 11) && digitAt(digits, 0) > 0 && isPhoneIn(digits, 'BR');
}
