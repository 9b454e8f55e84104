import { luhnDigit, verhoeffDigit, weighted } from '../check-digits.ts';
import { DIGITS, type Random, UPPER } from '../random.ts';
import { grouped } from './payment.ts';

/** Indian Aadhaar number: twelve digits, the first 2–9, Verhoeff's check digit (UIDAI). */
export function aadhaar(random: Random): string {
  const payload = random.string('23456789', 1) + random.digits(10);
  return grouped(payload + verhoeffDigit(payload), [4, 4, 4], random.pick(['', ' ', ' ', '-']));
}

/** Indian permanent account number: three letters, holder's kind, name's letter, four digits, letter. */
export function indianPan(random: Random): string {
  const kind = random.chance(0.7) ? 'P' : random.string('CHFATBLJG', 1);
  return `${random.string(UPPER, 3)}${kind}${random.string(UPPER, 1)}${random.padded(1, 9999, 4)}${random.string(UPPER, 1)}`;
}

/** Australian tax file number of nine digits: weighted sum divisible by 11 (ATO). */
export function taxFileNumber(random: Random): string {
  for (;;) {
    const payload = random.number(8);
    const rest = weighted(payload, [1, 4, 3, 7, 5, 8, 6, 9]) % 11;
    // The last weight is 10, which is −1 modulo 11.
    if (rest < 10) return grouped(payload + String(rest), [3, 3, 3], random.pick(['', ' ', '-']));
  }
}

/** Australian Medicare card number: eight digits (the first 2–6), check digit, issue number, sometimes the reference. */
export function medicareNumber(random: Random): string {
  const payload = random.string('23456', 1) + random.digits(7);
  const check = weighted(payload, [1, 3, 7, 9, 1, 3, 7, 9]) % 10;
  const number = payload + String(check) + random.string('123456789', 1);
  const printed = grouped(number, [4, 5, 1], random.pick(['', ' ', ' ', '-']));
  return random.chance(0.15) ? `${printed}/${String(random.int(1, 6))}` : printed;
}

/** Canadian social insurance number: nine digits (the first neither 0 nor 8), Luhn. */
export function socialInsuranceNumber(random: Random): string {
  const payload = random.string('1234567', 1) + random.digits(7);
  return grouped(payload + luhnDigit(payload), [3, 3, 3], random.pick(['', ' ', '-']));
}

/** Brazil's check digit: modulo 11 over characters that count as their code less 48. */
function brazilianDigit(payload: string, weights: readonly number[]): string {
  const sum = Array.from(payload).reduce(
    (total, character, index) => total + (character.charCodeAt(0) - 48) * (weights[index] ?? 0),
    0,
  );
  const rest = sum % 11;
  return rest < 2 ? '0' : String(11 - rest);
}

/** Brazilian CPF: nine digits and two check digits. */
export function cpf(random: Random): string {
  const payload = random.digits(9);
  if (/^(\d)\1+$/.test(payload)) return cpf(random);
  const first = brazilianDigit(payload, [10, 9, 8, 7, 6, 5, 4, 3, 2]);
  const number = payload + first + brazilianDigit(payload + first, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  if (random.chance(0.4)) return number;
  return `${grouped(number.slice(0, 9), [3, 3, 3], '.')}-${number.slice(9)}`;
}

/** Brazilian CNPJ: root, branch, two check digits; newer ones with letters too (IN RFB 2.229/2024). */
export function cnpj(random: Random): string {
  const root = random.chance(0.06) ? random.string(DIGITS + UPPER, 8) : random.digits(8);
  const payload = root + random.padded(1, 3, 4);
  const weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
  const first = brazilianDigit(payload, weights.slice(1));
  const number = payload + first + brazilianDigit(payload + first, weights);
  if (random.chance(0.35)) return number;
  return `${grouped(root, [2, 3, 3], '.')}/${number.slice(8, 12)}-${number.slice(12)}`;
}

const NRIC_WEIGHTS = [2, 7, 6, 5, 4, 3, 2];

/** Singapore's NRIC or FIN: S, T, F, G or M, seven digits, letter. */
export function nric(random: Random): string {
  const prefix = random.word('S|S|T|F|G|M');
  const digits = random.digits(7);
  const sum = weighted(digits, NRIC_WEIGHTS) + (prefix === 'T' || prefix === 'G' ? 4 : prefix === 'M' ? 3 : 0);
  const rest = sum % 11;
  const letters = prefix === 'S' || prefix === 'T' ? 'JZIHGFEDCBA' : prefix === 'M' ? 'XWUTRQPNJLK' : 'XWUTRQPNMLK';
  return prefix + digits + letters.charAt(rest);
}

/** US social security number: area not 000, 666 or 9xx; group not 00; serial not 0000 (SSA). */
export function ssn(random: Random): string {
  const drawn = random.int(1, 898);
  const area = drawn < 666 ? drawn : drawn + 1;
  const number = `${String(area).padStart(3, '0')}${random.padded(1, 99, 2)}${random.padded(1, 9999, 4)}`;
  return grouped(number, [3, 2, 4], random.pick(['-', '-', '-', ' ', '']));
}

/** US individual taxpayer identification number: 9xx, group 50–65, 70–88, 90–92 or 94–99 (IRS). */
export function itin(random: Random): string {
  const group = random.pick([random.int(50, 65), random.int(70, 88), random.int(90, 92), random.int(94, 99)]);
  return grouped(
    `9${random.digits(2)}${String(group)}${random.padded(1, 9999, 4)}`,
    [3, 2, 4],
    random.pick(['-', '-', '']),
  );
}

/** US employer identification number: a prefix that IRS campuses give out, and seven digits. */
export function ein(random: Random): string {
  const prefix = random.word(
    '01|02|03|04|05|06|10|12|13|14|16|20|22|23|24|26|27|30|33|35|36|38|41|43|45|46|47|52|54|58|61|65|68|75|77|81|82|83|84|85|86|87|88|92|94|95|98',
  );
  return prefix + random.pick(['-', '-', '']) + random.digits(7);
}

/** US national provider identifier: ten digits, Luhn over them with 80840 in front (CMS). */
export function npi(random: Random): string {
  const payload = random.word('1|1|1|2') + random.digits(8);
  return payload + luhnDigit(`80840${payload}`);
}

/** US DEA registration: type's letter, name's letter, six digits and check digit. */
export function dea(random: Random): string {
  const digits = random.digits(6);
  const check = (weighted(digits, [1, 0, 1, 0, 1]) + 2 * weighted(digits, [0, 1, 0, 1, 0, 1])) % 10;
  return random.string('ABFGMPR', 1) + random.string(UPPER, 1) + digits + String(check);
}
