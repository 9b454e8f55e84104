/** Issuer prefixes (ISO/IEC 7812) as [digits, first, last, lengths]. */
const ISSUERS: readonly [number, number, number, readonly number[]][] = [
  [1, 4, 4, [13, 16, 19]],
  [2, 51, 55, [16]],
  [4, 2221, 2720, [16]],
  [2, 34, 34, [15]],
  [2, 37, 37, [15]],
  [3, 300, 305, [14, 15, 16, 17, 18, 19]],
  [4, 3095, 3095, [14, 15, 16, 17, 18, 19]],
  [2, 36, 36, [14, 15, 16, 17, 18, 19]],
  [2, 38, 39, [14, 15, 16, 17, 18, 19]],
  [4, 3528, 3589, [16, 17, 18, 19]],
  [4, 2200, 2205, [16, 17, 18, 19]],
  [2, 60, 60, [16, 17, 18, 19]],
  [2, 62, 62, [16, 17, 18, 19]],
  [2, 64, 65, [16, 17, 18, 19]],
  [2, 81, 82, [16, 17, 18, 19]],
  [2, 50, 50, [13, 14, 15, 16, 17, 18, 19]],
  [2, 56, 58, [13, 14, 15, 16, 17, 18, 19]],
  [2, 63, 63, [13, 14, 15, 16, 17, 18, 19]],
  [2, 67, 67, [13, 14, 15, 16, 17, 18, 19]],
  [4, 9792, 9792, [16]],
];

function hasIssuer(digits: string): boolean {
  return ISSUERS.some(([width, first, last, lengths]) => {
    const prefix = Number(digits.slice(0, width));
    return prefix >= first && prefix <= last && lengths.includes(digits.length);
  });
}

/** Luhn's check (ISO/IEC 7812-1, annex B). */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = digits.length - 1, double = false; i >= 0; i -= 1, double = !double) {
    const digit = digits.charCodeAt(i) - 48;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
}

/** True for 13 to 19 digits that can be the number of a payment card. */
export function isCardNumber(digits: string): boolean {
  return digits.length >= 13 && digits.length <= 19 && hasIssuer(digits) && passesLuhn(digits);
}

/** True when any 13 to 19 digits that stand together in a text of digits and other characters can be a payment card. */
export function holdsCardNumber(text: string): boolean {
  for (const [run] of text.matchAll(/\d{13,}/g))
    for (let start = 0; start + 13 <= run.length; start += 1)
      for (let length = 13; length <= 19 && start + length <= run.length; length += 1)
        if (isCardNumber(run.slice(start, start + length))) return true;
  return false;
}
