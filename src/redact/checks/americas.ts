import { digitAt, hasDigits, isDigitCode, isDigits, isUniform, isUpperCode } from './characters.ts';
import { passesLuhn } from './checksums.ts';

/** True for a Canadian social insurance number: nine digits, not from 0 or 8 on, with Luhn's check (Service Canada). */
export function isCaSin(digits: string): boolean {
  if (!isDigits(digits, 9)) return false;
  const first = digitAt(digits, 0);
  return first !== 0 && first !== 8 && passesLuhn(digits, 0, 9);
}

/**
 * The check digit of the Receita Federal over the `count` characters before it: weights from 2 to `maxWeight` from right to
 * left, over and over; 11 minus the sum modulo 11, and 0 for ten or more. A letter is worth its code less 48.
 */
function brCheckDigit(text: string, count: number, maxWeight: number): number {
  let sum = 0;
  for (let i = count - 1, weight = 2; i >= 0; i -= 1) {
    sum += digitAt(text, i) * weight;
    weight = weight === maxWeight ? 2 : weight + 1;
  }
  const rest = sum % 11;
  return rest < 2 ? 0 : 11 - rest;
}

/** True for a Brazilian CPF: eleven digits, not all the same, with two check digits (Receita Federal). */
export function isBrCpf(digits: string): boolean {
  if (!isDigits(digits, 11) || isUniform(digits)) return false;
  return brCheckDigit(digits, 9, 11) === digitAt(digits, 9) && brCheckDigit(digits, 10, 11) === digitAt(digits, 10);
}

function isCnpjBase(text: string): boolean {
  for (let i = 0; i < 12; i += 1) {
    const code = text.charCodeAt(i);
    if (!isDigitCode(code) && !isUpperCode(code)) return false;
  }
  return true;
}

/**
 * True for a Brazilian CNPJ: twelve digits, or letters from 2026 on (Instrução Normativa RFB 2.229/2024), and two check
 * digits; not all the same.
 */
export function isBrCnpj(text: string): boolean {
  if (text.length !== 14 || !isCnpjBase(text) || !hasDigits(text, 12, 14) || isUniform(text)) return false;
  return brCheckDigit(text, 12, 9) === digitAt(text, 12) && brCheckDigit(text, 13, 9) === digitAt(text, 13);
}

/** True for a Chilean RUT or RUN: seven or eight digits and a check digit, or K for ten (Servicio de Impuestos Internos). */
export function isClRut(text: string): boolean {
  const length = text.length - 1;
  if (length < 7 || length > 8 || !hasDigits(text, 0, length)) return false;
  let sum = 0;
  for (let i = length - 1, weight = 2; i >= 0; i -= 1, weight = weight === 7 ? 2 : weight + 1)
    sum += digitAt(text, i) * weight;
  return '0K987654321'.charCodeAt(sum % 11) === text.charCodeAt(length);
}
