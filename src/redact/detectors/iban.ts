import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';

/** Lengths by country, from the IBAN registry (ISO 13616). */
const LENGTHS = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const START =
  /[A-Za-z]{2}\d{2}(?=(?:[ ._/\u2000-\u2015\u202f\u2212\u3000-]| {2}|\xc2\xa0|\xe2\x80[\x80-\x95\xaf]|\xe2\x88\x92)?[A-Za-z0-9])/g;
/** Between groups: spaces, dashes and marks, those of Unicode among them (in UTF-8, or of JSON's escapes). */
const SEPARATOR = / {2}|[ ._/\u2000-\u2015\u202f\u2212\u3000-]|\xc2\xa0|\xe2\x80[\x80-\x95\xaf]|\xe2\x88\x92/y;
const ALPHANUMERIC = /[A-Za-z0-9]/;
const LETTER = /[A-Za-z]/;
const DIGIT = /\d/;

/** Where `length` letters and digits from `start` on end, one separator between any two; -1 for too few. */
function endOf(text: string, start: number, length: number): number {
  let i = start;
  for (let count = 0; count < length; count += 1, i += 1) {
    SEPARATOR.lastIndex = i;
    if (count > 0 && !ALPHANUMERIC.test(text.charAt(i)) && SEPARATOR.test(text)) i = SEPARATOR.lastIndex;
    if (!ALPHANUMERIC.test(text.charAt(i))) return -1;
  }
  // A letter behind it is another word; a digit says that the number is longer.
  return DIGIT.test(text.charAt(i)) ? -1 : i;
}

/** Behind a letter nothing is believed, unless it is the word itself (`IBANDE89…`). */
function isGlued(text: string, start: number): boolean {
  if (!LETTER.test(text.charAt(start - 1))) return false;
  return text.slice(Math.max(0, start - 4), start).toLowerCase() !== 'iban';
}

/** The check of ISO 7064 MOD 97-10. */
function passesMod97(iban: string): boolean {
  let rest = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** International bank account numbers, in one piece or in groups. */
export function findIbans(text: string, found: Finding[]): void {
  START.lastIndex = 0;
  for (let match = START.exec(text); match !== null; match = START.exec(text)) {
    const length = LENGTHS.get(match[0].slice(0, 2).toUpperCase());
    if (length === undefined || isGlued(text, match.index)) continue;
    const end = endOf(text, match.index, length);
    if (end < 0 || !passesMod97(text.slice(match.index, end).replace(/[^A-Za-z0-9]/g, ''))) continue;
    found.push({ start: match.index, end, rule: RULES.iban });
  }
}

/** True when hexadecimal digits hold an account number whose digits are all decimal. */
export function holdsDecimalIban(hex: string): boolean {
  for (const { 0: start, index } of hex.matchAll(/[A-Fa-f]{2}(?=\d{12})/g)) {
    const length = LENGTHS.get(start.toUpperCase());
    const iban = hex.slice(index, index + (length ?? 0));
    if (iban.length === length && /^..\d+$/.test(iban) && passesMod97(iban)) return true;
  }
  return false;
}
