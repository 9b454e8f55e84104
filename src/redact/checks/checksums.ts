import { digitAt } from './characters.ts';

// All of these take text that is known to hold nothing but digits where they read.

/** Luhn's check (ISO/IEC 7812-1, annex B) over the digits from `start` up to, without, `end`. */
export function passesLuhn(text: string, start: number, end: number): boolean {
  return luhnSum(text, start, end) % 10 === 0;
}

/** Luhn's sum, in which every second digit from the right counts twice, its own digits added up. */
export function luhnSum(text: string, start: number, end: number): number {
  let sum = 0;
  for (let i = end - 1, isDoubled = false; i >= start; i -= 1, isDoubled = !isDoubled) {
    const digit = digitAt(text, i);
    sum += isDoubled ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum;
}

/** Sum of the digits from `start` on, each times its weight. */
export function weightedSum(text: string, start: number, weights: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i += 1) sum += digitAt(text, start + i) * (weights[i] ?? 0);
  return sum;
}

/** The check of ISO/IEC 7064 MOD 11,10 over all digits of `text`, the last one being the check digit. */
export function passesMod11And10(text: string): boolean {
  let product = 10;
  for (let i = 0; i < text.length - 1; i += 1) {
    const sum = (digitAt(text, i) + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (product + digitAt(text, text.length - 1)) % 10 === 1;
}

/** The dihedral group of order ten: `5a + b` stands for a flip (a) and a turn (b). */
function multiplyInD5(left: number, right: number): number {
  const isFlipped = left >= 5;
  const turn = isFlipped ? left - 5 - (right % 5) + 5 : left + (right % 5);
  return (turn % 5) + (isFlipped !== right >= 5 ? 5 : 0);
}

/** Powers 0 to 7 of Verhoeff's permutation (0 1 5 8 9 4 2 7)(3 6): that of power p maps digit d to character 10p + d. */
const VERHOEFF_PERMUTATIONS =
  '0123456789' + '1576283094' + '5803796142' + '8916043527' + '9453126870' + '4286573901' + '2793806415' + '7046913258';

/** Verhoeff's check ("Error Detecting Decimal Codes", 1969) over all digits of `text`, the last one being the check digit. */
export function passesVerhoeff(text: string): boolean {
  let product = 0;
  for (let i = text.length - 1, power = 0; i >= 0; i -= 1, power = (power + 1) % 8)
    product = multiplyInD5(product, digitAt(VERHOEFF_PERMUTATIONS, power * 10 + digitAt(text, i)));
  return product === 0;
}
