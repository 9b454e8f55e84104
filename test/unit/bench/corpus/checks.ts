/** The public checks of numbers, written as the specifications put them for a reader: apart from what generates them. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

function bare(text: string): string {
  return text.replace(/[ .\-/]/g, '');
}

function sumOf(digits: string, weights: readonly number[]): number {
  return Array.from(digits).reduce((sum, digit, index) => sum + Number(digit) * (weights[index] ?? 0), 0);
}

export function luhn(text: string): boolean {
  let sum = 0;
  let isDoubled = false;
  for (const digit of Array.from(bare(text)).reverse()) {
    const value = Number(digit) * (isDoubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
    isDoubled = !isDoubled;
  }
  return sum % 10 === 0;
}

export function iban(text: string): boolean {
  const plain = bare(text);
  const digits = Array.from(plain.slice(4) + plain.slice(0, 4))
    .map((one) => parseInt(one, 36).toString())
    .join('');
  return BigInt(digits) % 97n === 1n;
}

export function routing(text: string): boolean {
  return (
    /^(0[1-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)\d{7}$/.test(text) &&
    sumOf(text, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0
  );
}

export function nhs(text: string): boolean {
  return /^\d{10}$/.test(bare(text)) && sumOf(bare(text), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
}

export function nino(text: string): boolean {
  return /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/.test(bare(text));
}

export function deTaxId(text: string): boolean {
  const digits = bare(text);
  const counts = [...new Set(digits.slice(0, 10))].map((digit) => digits.slice(0, 10).split(digit).length - 1);
  const repeated = counts.filter((count) => count > 1);
  let product = 10;
  for (const digit of digits.slice(0, 10)) {
    const sum = (Number(digit) + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  const isShaped = /^[1-9]\d{10}$/.test(digits) && repeated.length === 1 && (repeated[0] ?? 9) <= 3;
  return isShaped && (product + Number(digits[10])) % 10 === 1;
}

export function nir(text: string): boolean {
  const counted = bare(text).replace('2A', '19').replace('2B', '18');
  return /^[12]\d{14}$/.test(counted) && (BigInt(counted.slice(0, 13)) + BigInt(counted.slice(13))) % 97n === 0n;
}

export function dni(text: string): boolean {
  const plain = bare(text).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
  return /^\d{8}[A-Z]$/.test(plain) && 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(plain.slice(0, 8)) % 23] === plain[8];
}

/** Values of `0`–`9` and `A`–`Z` at odd places, as the decree lists them. */
const ODD = '1,0,5,7,9,13,15,17,19,21,1,0,5,7,9,13,15,17,19,21,2,4,18,20,11,3,6,8,12,14,16,10,22,25,24,23'
  .split(',')
  .map(Number);

export function codiceFiscale(text: string): boolean {
  const code = text.toUpperCase();
  const sum = Array.from(code.slice(0, 15)).reduce((total, one, index) => {
    const place = parseInt(one, 36);
    return total + (index % 2 === 0 ? (ODD[place] ?? 0) : place < 10 ? place : place - 10);
  }, 0);
  return /^[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]$/.test(code) && code.charCodeAt(15) - 65 === sum % 26;
}

export function pesel(text: string): boolean {
  return /^\d{11}$/.test(text) && sumOf(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
}

export function bsn(text: string): boolean {
  return /^\d{9}$/.test(bare(text)) && sumOf(bare(text), [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;
}

/** The tables of Verhoeff's scheme, as they are usually printed. */
const PRODUCTS = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const PERMUTATIONS = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];

export function verhoeff(text: string): boolean {
  const sum = Array.from(bare(text))
    .reverse()
    .reduce((total, digit, index) => Number(PRODUCTS[total]?.[Number(PERMUTATIONS[index % 8]?.[Number(digit)])]), 0);
  return sum === 0;
}

export function aadhaar(text: string): boolean {
  return /^[2-9]\d{11}$/.test(bare(text)) && verhoeff(text);
}

export function indianPan(text: string): boolean {
  return /^[A-Z]{3}[PCHABGJLFT][A-Z]\d{4}[A-Z]$/.test(text);
}

export function taxFileNumber(text: string): boolean {
  return /^\d{9}$/.test(bare(text)) && sumOf(bare(text), [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;
}

export function medicare(text: string): boolean {
  const digits = text.replace(/\/\d$/, '').replace(/[ -]/g, '');
  return /^[2-6]\d{9}$/.test(digits) && sumOf(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(digits[8]);
}

export function sin(text: string): boolean {
  return /^[1-79]\d{8}$/.test(bare(text)) && luhn(text);
}

function brazilian(text: string, length: number, mostWeight: number): boolean {
  const values = Array.from(bare(text)).map((character) => character.charCodeAt(0) - 48);
  const isRight = (count: number): boolean => {
    const sum = values
      .slice(0, count)
      .reverse()
      .reduce((total, value, index) => total + value * ((index % (mostWeight - 1)) + 2), 0);
    return values[count] === (sum % 11 < 2 ? 0 : 11 - (sum % 11));
  };
  return values.length === length && isRight(length - 2) && isRight(length - 1);
}

export function cpf(text: string): boolean {
  return brazilian(text, 11, 11 + 1);
}

export function cnpj(text: string): boolean {
  return brazilian(text, 14, 9);
}

export function nric(text: string): boolean {
  const extra = { S: 0, F: 0, T: 4, G: 4, M: 3 }[text[0] ?? ''];
  if (extra === undefined || !/^\w\d{7}[A-Z]$/.test(text)) return false;
  const place = 10 - ((sumOf(text.slice(1, 8), [2, 7, 6, 5, 4, 3, 2]) + extra) % 11);
  const letters = { S: 'ABCDEFGHIZJ', T: 'ABCDEFGHIZJ', F: 'KLMNPQRTUWX', G: 'KLMNPQRTUWX', M: 'KLJNPQRTUWX' };
  return letters[text[0] as 'S' | 'T' | 'F' | 'G' | 'M'][place] === text[8];
}

export function rut(text: string): boolean {
  const digits = bare(text).slice(0, -1);
  const weights = [2, 3, 4, 5, 6, 7];
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (weights[index % 6] ?? 0), 0);
  const check = 11 - (sum % 11);
  return text.endsWith(check === 11 ? '0' : check === 10 ? 'K' : String(check));
}

export function ssn(text: string): boolean {
  return /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(bare(text));
}

export function itin(text: string): boolean {
  return /^9\d{2}(5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}$/.test(bare(text));
}

export function npi(text: string): boolean {
  return /^[12]\d{9}$/.test(text) && luhn(`80840${text}`);
}

export function dea(text: string): boolean {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, last = 0] = Array.from(text.slice(2)).map(Number);
  return /^[A-Z]{2}\d{7}$/.test(text) && (a + c + e + 2 * (b + d + f)) % 10 === last;
}

/** The CRC-32 that GitHub and npm put behind a token, six digits of base 62. */
export function tokenChecksum(text: string): boolean {
  const [, random = '', check = ''] = /_(\w{30})(\w{6})$/.exec(text) ?? [];
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  return Array.from(check).reduce((value, digit) => value * 62 + digits.indexOf(digit), 0) === crc32(random);
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

export function base58Check(text: string): boolean {
  const value = Array.from(text).reduce((sum, character) => sum * 58n + BigInt(BASE58.indexOf(character)), 0n);
  const bytes = Buffer.from(value.toString(16).padStart(50, '0'), 'hex');
  const twice = createHash('sha256')
    .update(createHash('sha256').update(bytes.subarray(0, 21)).digest())
    .digest();
  return bytes.length === 25 && twice.subarray(0, 4).equals(bytes.subarray(21));
}
