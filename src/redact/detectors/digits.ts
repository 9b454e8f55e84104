import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';

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

/** The marker of a card: its last four digits may be kept (PCI DSS 3.4.1). */
export function cardMarker(digits: string): string {
  return `[redacted:card:${digits.slice(-4)}]`;
}

/** True for a number that can have been issued (ranges of the Social Security Administration). */
function isIssuableSsn(area: string, group: string, serial: string): boolean {
  return area !== '000' && area !== '666' && area < '900' && group !== '00' && serial !== '0000';
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isAlphanumeric(code: number): boolean {
  return isDigit(code) || ((code | 32) >= 97 && (code | 32) <= 122);
}

/** Groups of digits with one space or dash between each two. */
interface Run {
  readonly starts: number[];
  readonly ends: number[];
}

function readRun(text: string, start: number): Run {
  const run: Run = { starts: [], ends: [] };
  for (let i = start; ; i += 1) {
    run.starts.push(i);
    while (isDigit(text.charCodeAt(i))) i += 1;
    run.ends.push(i);
    const separator = text.charCodeAt(i);
    if ((separator !== 32 && separator !== 45) || !isDigit(text.charCodeAt(i + 1))) return run;
  }
}

/** A fraction's digits are no card. */
function standsAlone(text: string, start: number, end: number): boolean {
  if (isAlphanumeric(text.charCodeAt(start - 1)) || isAlphanumeric(text.charCodeAt(end))) return false;
  return !(text.charCodeAt(start - 1) === 46 && isDigit(text.charCodeAt(start - 2)));
}

/** Cards are printed in groups, the first of four digits at least; all separators are the same. */
function findCards(text: string, run: Run, found: Finding[]): void {
  for (let first = 0; first < run.starts.length; first += 1) {
    const start = run.starts[first] ?? 0;
    let digits = '';
    let separator = '';
    for (let last = first; last < run.ends.length; last += 1) {
      const from = run.starts[last] ?? 0;
      const end = run.ends[last] ?? 0;
      if (end - from < (last === first ? 4 : 2) || end - from > 19) break;
      if (last === first + 1) separator = text.charAt(from - 1);
      if (last > first && text.charAt(from - 1) !== separator) break;
      digits += text.slice(from, end);
      if (digits.length > 19) break;
      if (digits.length < 13 || !standsAlone(text, start, end) || !isCardNumber(digits)) continue;
      found.push({ start, end, rule: RULES.card, marker: cardMarker(digits) });
    }
  }
}

function findSsns(text: string, run: Run, found: Finding[]): void {
  for (let k = 0; k + 2 < run.starts.length; k += 1) {
    const [area, group, serial] = [0, 1, 2].map((n) => text.slice(run.starts[k + n], run.ends[k + n]));
    const start = run.starts[k] ?? 0;
    const end = run.ends[k + 2] ?? 0;
    if (area?.length !== 3 || group?.length !== 2 || serial?.length !== 4 || end - start !== 11) continue;
    if (text.charAt(start + 3) !== '-' || text.charAt(start + 6) !== '-') continue;
    const [before, after] = [text.charCodeAt(start - 1), text.charCodeAt(end)];
    if (before === 45 || after === 45 || isAlphanumeric(before) || isAlphanumeric(after)) continue;
    if (!isIssuableSsn(area, group, serial)) continue;
    found.push({ start, end, rule: RULES.ssn, marker: RULES.ssn.marker });
  }
}

const LONG_RUN = /\d(?:[ -]?\d){8}/g;

/** Payment cards and dashed US social security numbers. */
export function findDigits(text: string, found: Finding[]): void {
  LONG_RUN.lastIndex = 0;
  for (let match = LONG_RUN.exec(text); match !== null; match = LONG_RUN.exec(text)) {
    const run = readRun(text, match.index);
    if (run.starts.length > 2) findSsns(text, run, found);
    findCards(text, run, found);
    LONG_RUN.lastIndex = run.ends.at(-1) ?? text.length;
  }
}
