import { luhnDigit } from '../check-digits.ts';
import { DIGITS, type Random, UPPER } from '../random.ts';
import { grouped } from './payment.ts';

/** A day as six digits. */
export function yearMonthDay(random: Random): string {
  return `${random.padded(40, 99, 2)}${random.padded(1, 12, 2)}${random.padded(1, 28, 2)}`;
}

/** Of Sweden: birth date, three digits, Luhn over the nine before (SKV 704). */
export function personnummer(random: Random): string {
  const payload = yearMonthDay(random) + random.digits(3);
  const century = random.pick(['', '19']);
  return `${century}${payload.slice(0, 6)}${random.pick(['-', ''])}${payload.slice(6)}${luhnDigit(payload)}`;
}

/** Of Finland: date, sign of the century, serial, a letter by the remainder of 31. */
export function henkilotunnus(random: Random): string {
  const date = `${random.padded(1, 28, 2)}${random.padded(1, 12, 2)}${random.padded(40, 99, 2)}`;
  const serial = random.padded(2, 899, 3);
  return `${date}-${serial}${'0123456789ABCDEFHJKLMNPRSTUVWXY'.charAt(Number(date + serial) % 31)}`;
}

/** Of Chile: seven or eight digits and a check digit modulo 11. */
export function rut(random: Random): string {
  const digits = random.number(random.pick([7, 8]));
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (2 + (index % 6)), 0);
  const check = '0K987654321'.charAt(sum % 11);
  const printed = digits.replace(/(\d)(?=(\d{3})+$)/g, '$1.');
  return `${random.pick([digits, printed])}-${check}`;
}

/** Of Mexico: initials, birth date, sex, state, consonants, two digits. */
export function curp(random: Random): string {
  const name = random.string('ABCDEFGHLMNPRSTV', 1) + random.string('AEIOU', 1) + random.string('BCDFGHLMNPRS', 2);
  const end = random.string('BCDFGLMNPRST', 3) + random.string(DIGITS, 2);
  return `${name}${yearMonthDay(random)}${random.word('H|M')}${random.word('DF|JC|NL|PL|VZ')}${end}`;
}

/** A number of any country's kind. */
export function nationalId(random: Random): string {
  return random.pick([
    random.number(random.pick([8, 9, 11, 12, 13])),
    grouped(random.number(13), [1, 4, 5, 2, 1], '-'),
    random.string(UPPER, 2) + random.digits(7),
    personnummer(random),
    curp(random),
  ]);
}
