import { digitsOf, mod1110Digit, weighted } from '../check-digits.ts';
import { type Random, UPPER } from '../random.ts';
import { grouped } from './payment.ts';

/** NHS number: ten digits, modulo 11 (NHS Data Dictionary). */
export function nhsNumber(random: Random): string {
  for (;;) {
    const payload = random.number(9);
    const check = (11 - (weighted(payload, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
    if (check < 10) return grouped(payload + String(check), [3, 3, 4], random.pick([' ', ' ', '', '-']));
  }
}

/** National Insurance number: prefix without D, F, I, Q, U, V (and O second), none of those not given out; suffix A–D. */
export function nino(random: Random): string {
  const notGiven = ['BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ'];
  for (;;) {
    const prefix = random.string('ABCEGHJKLMNOPRSTWXYZ', 1) + random.string('ABCEGHJKLMNPRSTWXYZ', 1);
    if (!notGiven.includes(prefix)) return prefix + random.pick([' ', '']) + numberOfNino(random);
  }
}

function numberOfNino(random: Random): string {
  const separator = random.pick([' ', '']);
  return grouped(random.digits(6), [2, 2, 2], separator) + separator + random.string('ABCD', 1);
}

/** German tax identification number: of its first ten digits just one comes twice, or three times; ISO 7064 MOD 11,10. */
export function deTaxId(random: Random): string {
  for (;;) {
    const times = random.chance(0.2) ? 3 : 2;
    const chosen = random.shuffle(digitsOf('0123456789')).slice(0, 11 - times);
    const again = new Array<number>(times - 1).fill(random.pick(chosen));
    const ten = random.shuffle([...chosen, ...again]).join('');
    if (ten.startsWith('0') || /(\d)\1\1/.test(ten)) continue;
    return grouped(ten + mod1110Digit(ten), [2, 3, 3, 3], random.pick(['', ' ']));
  }
}

/** French NIR: sex, year, month, département, commune, order; key = 97 − number modulo 97, Corsica counting as 19 and 18. */
export function frNir(random: Random): string {
  const department = random.chance(0.06) ? random.pick(['2A', '2B']) : random.padded(1, 95, 2).replace('20', '21');
  const parts = [random.word('1|2'), random.padded(0, 99, 2), random.padded(1, 12, 2), department];
  const number = [...parts, random.padded(1, 990, 3), random.padded(1, 999, 3)];
  const counted = number.join('').replace('2A', '19').replace('2B', '18');
  const key = String(97 - Number(BigInt(counted) % 97n)).padStart(2, '0');
  return [...number, key].join(random.pick(['', ' ']));
}

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** Spanish DNI: eight digits and the letter that their remainder by 23 chooses. */
export function esDni(random: Random): string {
  const digits = random.padded(1_000_000, 99_999_999, 8);
  const letter = DNI_LETTERS.charAt(Number(digits) % 23);
  const printed = random.chance(0.15) ? grouped(digits, [2, 3, 3], '.') : digits;
  return printed + random.pick(['', '', '-']) + letter;
}

/** Spanish NIE: X, Y or Z (counting as 0, 1, 2), seven digits, the letter as above. */
export function esNie(random: Random): string {
  const first = random.int(0, 2);
  const digits = random.digits(7);
  const letter = DNI_LETTERS.charAt(Number(String(first) + digits) % 23);
  const separator = random.pick(['', '', '-']);
  return 'XYZ'.charAt(first) + separator + digits + separator + letter;
}

/** What a character counts at the odd places of a codice fiscale (decree of 23 December 1976). */
const ODD_VALUES = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** The check letter over the first 15 characters of a codice fiscale. */
export function codiceFiscaleLetter(first15: string): string {
  const sum = Array.from(first15).reduce((total, character, index) => {
    const value = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65;
    return total + (index % 2 === 0 ? (ODD_VALUES[value] ?? 0) : value);
  }, 0);
  return UPPER.charAt(sum % 26);
}

/** Italian codice fiscale: name, year, month's letter, day (women's + 40), municipality, check letter. */
export function codiceFiscale(random: Random): string {
  const consonants = 'BCDFGLMNPRSTVZ';
  const name = random.string(consonants, 3) + random.string(consonants, 2) + random.string('AEIOBCDR', 1);
  const born = random.padded(30, 99, 2) + random.string('ABCDEHLMPRST', 1);
  const day = String(random.int(1, 28) + random.pick([0, 40])).padStart(2, '0');
  const first15 = `${name}${born}${day}${random.string('ABCDEFGHIL', 1)}${random.padded(1, 999, 3)}`;
  const code = first15 + codiceFiscaleLetter(first15);
  return random.chance(0.1) ? code.toLowerCase() : code;
}

/** Polish PESEL: date of birth with the century in the month, serial, weights 1-3-7-9. */
export function pesel(random: Random): string {
  const isNewCentury = random.chance(0.3);
  const year = isNewCentury ? random.padded(0, 24, 2) : random.padded(25, 99, 2);
  const month = String(random.int(1, 12) + (isNewCentury ? 20 : 0)).padStart(2, '0');
  const payload = year + month + random.padded(1, 28, 2) + random.digits(4);
  const sum = weighted(payload, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
  return payload + String((10 - (sum % 10)) % 10);
}

/** Dutch BSN: nine digits that pass the elfproef. */
export function bsn(random: Random): string {
  for (;;) {
    const payload = random.chance(0.1) ? `0${random.number(7)}` : random.number(8);
    const check = weighted(payload, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    if (check > 9) continue;
    const number = payload + String(check);
    return random.chance(0.12) ? grouped(number, [4, 2, 3], '.') : number;
  }
}
