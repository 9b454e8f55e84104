/** Digits of a decimal text. */
export function digitsOf(text: string): number[] {
  return Array.from(text, Number);
}

/** The sum of the digits, each times the weight at its place. */
export function weighted(text: string, weights: readonly number[]): number {
  return digitsOf(text).reduce((sum, digit, index) => sum + digit * (weights[index] ?? 0), 0);
}

/** The digit that makes `payload` followed by it valid by ISO/IEC 7812-1 annex B (Luhn). */
export function luhnDigit(payload: string): string {
  const sum = digitsOf(payload)
    .reverse()
    .reduce(
      (total, digit, index) => total + (index % 2 === 0 ? Math.floor((digit * 2) / 10) + ((digit * 2) % 10) : digit),
      0,
    );
  return String((10 - (sum % 10)) % 10);
}

/** The number in letters and digits (A = 10 … Z = 35) modulo 97, as in ISO/IEC 7064. */
export function modulo97(text: string): number {
  let remainder = 0;
  for (const character of text)
    for (const digit of String(parseInt(character, 36))) remainder = (remainder * 10 + Number(digit)) % 97;
  return remainder;
}

/** The check digit of ISO/IEC 7064 MOD 11,10. */
export function mod1110Digit(payload: string): string {
  let product = 10;
  for (const digit of digitsOf(payload)) {
    const sum = (digit + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return String((11 - product) % 10);
}

/** Product of two digits in the dihedral group D5, 0–4 being the rotations and 5–9 the reflections. */
function dihedralProduct(left: number, right: number): number {
  const turn = left < 5 ? left + (right % 5) : left - 5 - (right % 5) + 5;
  return (turn % 5) + (left < 5 === right < 5 ? 0 : 5);
}

const VERHOEFF_STEP = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

function permuted(digit: number, times: number): number {
  let value = digit;
  for (let time = 0; time < times; time++) value = VERHOEFF_STEP[value] ?? 0;
  return value;
}

/** What Verhoeff's scheme (1969) sums a whole number up to; 0 when its check digit is right. */
export function verhoeffSum(text: string): number {
  return digitsOf(text)
    .reverse()
    .reduce((sum, digit, index) => dihedralProduct(sum, permuted(digit, index % 8)), 0);
}

/** The check digit by Verhoeff's scheme. */
export function verhoeffDigit(payload: string): string {
  const digit = Array.from({ length: 10 }, (_, candidate) => candidate).find(
    (candidate) => verhoeffSum(payload + String(candidate)) === 0,
  );
  return String(digit ?? 0);
}

/** `text` with its last digit changed by `by` (1–9), so that a check over it fails. */
export function withWrongDigit(text: string, by: number): string {
  return text.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + by) % 10));
}
