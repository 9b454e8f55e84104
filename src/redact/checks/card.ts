import { digitAt, hasDigits, isDigitCode } from './characters.ts';
import { passesLuhn } from './checksums.ts';

/** Fewest and most digits of a payment card's number (ISO/IEC 7812-1). */
export const CARD_MIN_DIGITS = 12;
/** Most digits of a payment card's number. */
export const CARD_MAX_DIGITS = 19;

/** Issuer identification numbers by their first four digits: first, last, and the lengths that the network issues. */
const ISSUERS: readonly (readonly [first: number, last: number, lengths: readonly number[]])[] = [
  // Visa, and what Elo and Dankort issue with it.
  [4000, 4999, [13, 16, 19]],
  // Mastercard.
  [5100, 5599, [16]],
  [2221, 2720, [16]],
  // American Express.
  [3400, 3499, [15]],
  [3700, 3799, [15]],
  // Diners Club.
  [3000, 3059, [14, 15, 16, 17, 18, 19]],
  [3095, 3095, [14, 15, 16, 17, 18, 19]],
  [3600, 3699, [14, 15, 16, 17, 18, 19]],
  [3800, 3999, [14, 15, 16, 17, 18, 19]],
  // JCB, with RuPay's and LankaPay's; the first two are its oldest.
  [3528, 3589, [16, 17, 18, 19]],
  [1800, 1800, [15]],
  [2131, 2131, [15]],
  // Mir.
  [2200, 2205, [16, 17, 18, 19]],
  // Discover, UnionPay, RuPay, Elo, Hipercard, UkrCard, Troy and Verve.
  [6000, 6099, [16, 17, 18, 19]],
  [6200, 6299, [16, 17, 18, 19]],
  [6400, 6599, [16, 17, 18, 19]],
  [8100, 8299, [16, 17, 18, 19]],
  // Maestro, with the national debit cards that became a part of it, Elo and Verve.
  [5000, 5099, [12, 13, 14, 15, 16, 17, 18, 19]],
  [5600, 5899, [12, 13, 14, 15, 16, 17, 18, 19]],
  [6300, 6399, [12, 13, 14, 15, 16, 17, 18, 19]],
  [6700, 6799, [12, 13, 14, 15, 16, 17, 18, 19]],
  [604, 604, [12, 13, 14, 15, 16, 17, 18, 19]],
  // UATP.
  [1000, 1999, [15]],
  // Troy, Uzcard and Humo.
  [9792, 9792, [16]],
  [8600, 8600, [16]],
  [9860, 9860, [16]],
];

function buildLengths(): Uint8Array {
  const lengths = new Uint8Array(10_000);
  for (const [first, last, issued] of ISSUERS)
    for (let prefix = first; prefix <= last; prefix += 1)
      for (const length of issued) lengths[prefix] = (lengths[prefix] ?? 0) | (1 << (length - CARD_MIN_DIGITS));
  return lengths;
}

/** First four digits → lengths in use: bit 0 stands for 12 digits, bit 7 for 19. */
const LENGTHS = buildLengths();

/**
 * How long a card number can be that starts at `start`, by its issuer (ISO/IEC 7812-1): bit 0 stands for 12 digits, bit 7
 * for 19; 0 when no network issues such numbers. At least four digits have to stand at `start`.
 */
export function cardLengthsAt(text: string, start: number): number {
  const prefix =
    digitAt(text, start) * 1000 +
    digitAt(text, start + 1) * 100 +
    digitAt(text, start + 2) * 10 +
    digitAt(text, start + 3);
  return LENGTHS[prefix] ?? 0;
}

function isCardAt(text: string, start: number, length: number, lengths: number): boolean {
  return (lengths & (1 << (length - CARD_MIN_DIGITS))) !== 0 && passesLuhn(text, start, start + length);
}

/**
 * True for 12 to 19 digits that can be the number of a payment card: Luhn's check and the issuer ranges, with their
 * lengths (ISO/IEC 7812-1), of Visa, Mastercard, American Express, Diners Club, JCB, Discover, UnionPay, Maestro, Mir,
 * RuPay, Elo, Troy, Verve, UATP and others.
 */
export function isCardNumber(digits: string): boolean {
  const { length } = digits;
  if (length < CARD_MIN_DIGITS || length > CARD_MAX_DIGITS || !hasDigits(digits, 0, length)) return false;
  return isCardAt(digits, 0, length, cardLengthsAt(digits, 0));
}

/** True when a card number starts at `start` of a run of digits that ends at `end`. */
function startsCard(text: string, start: number, end: number, minDigits: number): boolean {
  const lengths = cardLengthsAt(text, start);
  if (lengths === 0) return false;
  const most = Math.min(CARD_MAX_DIGITS, end - start);
  for (let length = minDigits; length <= most; length += 1) if (isCardAt(text, start, length, lengths)) return true;
  return false;
}

/**
 * True when `minDigits` (12 or more) to 19 digits that stand together anywhere in a text, also within a longer run of
 * digits, can be the number of a payment card. Takes time in proportion to the text's length.
 */
export function holdsCardNumber(text: string, minDigits: number): boolean {
  const least = Math.max(CARD_MIN_DIGITS, minDigits);
  for (let start = 0; start + least <= text.length; start += 1) {
    let end = start;
    while (isDigitCode(text.charCodeAt(end))) end += 1;
    for (; start + least <= end; start += 1) if (startsCard(text, start, end, least)) return true;
    start = end;
  }
  return false;
}
