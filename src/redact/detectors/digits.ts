import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';
import { isCardNumber } from './cards.ts';

/** True for a number that can have been issued (ranges of the Social Security Administration). */
function isIssuableSsn(area: string, group: string, serial: string): boolean {
  return area !== '000' && area !== '666' && area < '900' && group !== '00' && serial !== '0000';
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLetter(code: number): boolean {
  return (code | 32) >= 97 && (code | 32) <= 122;
}

/** What may stand between two groups besides one space or dash: spaces and dashes of Unicode, in UTF-8 or of JSON's escapes. */
const SEPARATOR =
  / {2,3}|[./_\t]|\xc2[\xa0\xad]|\xe2\x80[\x80-\x95\xaf]|\xe2\x88\x92|\xe3\x80\x80|\xef\xbb\xbf|[\u2000-\u2015\u202f\u2212\u3000\ufeff]/y;

/** Where the separator that starts at `at` ends; `at` when there is none, or no digit after it. */
function separatorEnd(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (Number.isNaN(code) || isDigit(code) || isLetter(code)) return at;
  let end = at + 1;
  if ((code !== 32 && code !== 45) || !isDigit(text.charCodeAt(end))) {
    SEPARATOR.lastIndex = at;
    if (!SEPARATOR.test(text)) return at;
    end = SEPARATOR.lastIndex;
  }
  return isDigit(text.charCodeAt(end)) ? end : at;
}

/** Groups of digits with one separator between each two. */
interface Run {
  readonly starts: number[];
  readonly ends: number[];
}

function readRun(text: string, start: number): Run {
  const run: Run = { starts: [], ends: [] };
  for (let i = start; ;) {
    run.starts.push(i);
    while (isDigit(text.charCodeAt(i))) i += 1;
    run.ends.push(i);
    const next = separatorEnd(text, i);
    if (next === i) return run;
    i = next;
  }
}

/** Of separators that differ. */
const MIXED = 'mixed';

const HEX_OR_DASH = /[0-9A-Fa-f-]/;
const HEX_TEXT = /^[0-9A-Fa-f-]*$/;
/** Hexadecimal digits together, dashes left out, from which on they are a hash or an id: digits in it mean nothing. */
const MIN_HEX_CHARS = 24;
/** The longest hexadecimal text, a SHA-512, and its dashes: so far is looked. */
const MAX_HEX_CHARS = 132;

function isInHexText(text: string, start: number, end: number): boolean {
  let [from, to] = [start, end];
  while (from > 0 && start - from < MAX_HEX_CHARS && HEX_OR_DASH.test(text.charAt(from - 1))) from -= 1;
  while (to < text.length && to - end < MAX_HEX_CHARS && HEX_OR_DASH.test(text.charAt(to))) to += 1;
  if (to - from < MIN_HEX_CHARS || !HEX_TEXT.test(text.slice(start, end))) return false;
  return text.slice(from, to).replaceAll('-', '').length >= MIN_HEX_CHARS;
}

function isInDashedHex(text: string, start: number, end: number): boolean {
  const [before, after] = [text.charCodeAt(start - 1), text.charCodeAt(end)];
  return (before === 45 || after === 45) && isInHexText(text, start, end);
}

/** Not a fraction's digits, nor a part of a longer number, nor of a hexadecimal text. */
function standsAlone(text: string, start: number, end: number, isGrouped: boolean): boolean {
  const [before, after] = [text.charCodeAt(start - 1), text.charCodeAt(end)];
  if (isDigit(before) || isDigit(after)) return false;
  if (!isGrouped && before === 46 && isDigit(text.charCodeAt(start - 2))) return false;
  return !((isLetter(before) || isLetter(after)) && isInHexText(text, start, end));
}

/** Groups as they are printed: 4-4-4-4 and longer, 4-6-5, 4-6-4. Of rare separators nothing else is believed. */
function isPrintedGrouping(run: Run, first: number, last: number): boolean {
  const lengths = run.starts.slice(first, last + 1).map((from, i) => (run.ends[first + i] ?? 0) - from);
  return /^(?:4,4,4,[1-7]|4,4,4,4,[1-3]|4,6,[45])$/.test(lengths.join());
}

/** Cards are printed in groups, the first of four digits at least; separators differ only between those of a print. */
function findCards(text: string, run: Run, found: Finding[]): void {
  for (let first = 0; first < run.starts.length; first += 1) {
    const start = run.starts[first] ?? 0;
    let digits = '';
    let separator = '';
    for (let last = first; last < run.ends.length; last += 1) {
      const from = run.starts[last] ?? 0;
      const end = run.ends[last] ?? 0;
      if (end - from < (last === first ? 4 : 1) || end - from > 19) break;
      const between = last === first ? '' : text.slice(run.ends[last - 1], from);
      if (last === first + 1) separator = between;
      if (between !== separator) separator = MIXED;
      digits += text.slice(from, end);
      if (digits.length > 19) break;
      if (digits.length < 13 || !isCardNumber(digits)) continue;
      const isUsual = separator === ' ' || separator === '-' ? end - from >= 2 : separator === '';
      if (!isUsual && !isPrintedGrouping(run, first, last)) continue;
      if (!standsAlone(text, start, end, last > first)) continue;
      found.push({ start, end, rule: RULES.card });
    }
  }
}

/** A dash, also of Unicode: in UTF-8, or of an escape of JSON. */
const DASH = /^(?:[\u2010-\u2015\u2212-]|\xe2\x80[\x90-\x95]|\xe2\x88\x92)$/;

/** Digits, or a marker that stands for them, next to a dash. */
const GROUP_BEFORE = /(?:\d|\[redacted:[a-z0-9_]{1,32}(?::[A-Za-z0-9._-]{1,40})?\])-$/;
const GROUP_BEHIND = /-(?:\d|\[redacted:)/y;
const MAX_GROUP_CHARS = 90;

/** Another group of digits before or behind: a longer number. */
function isPartOfMore(text: string, start: number, end: number): boolean {
  GROUP_BEHIND.lastIndex = end;
  return GROUP_BEHIND.test(text) || GROUP_BEFORE.test(text.slice(Math.max(0, start - MAX_GROUP_CHARS), start));
}

function findSsns(text: string, run: Run, found: Finding[]): void {
  for (let k = 0; k + 2 < run.starts.length; k += 1) {
    const [area, group, serial] = [0, 1, 2].map((n) => text.slice(run.starts[k + n], run.ends[k + n]));
    const start = run.starts[k] ?? 0;
    const end = run.ends[k + 2] ?? 0;
    if (area?.length !== 3 || group?.length !== 2 || serial?.length !== 4) continue;
    const dash = text.slice(run.ends[k], run.starts[k + 1]);
    if (!DASH.test(dash) || text.slice(run.ends[k + 1], run.starts[k + 2]) !== dash) continue;
    if (isPartOfMore(text, start, end) || isInDashedHex(text, start, end)) continue;
    if (!standsAlone(text, start, end, true) || !isIssuableSsn(area, group, serial)) continue;
    found.push({ start, end, rule: RULES.ssn });
  }
}

/** Nine digits in a row or in groups; of rare separators the first groups. */
const LONG_RUN =
  /\d(?:[ -]?\d){3}(?:(?:[ -]?\d){5}|(?: {2,3}|[./_\t\u2000-\u3000\ufeff]|\xc2[\xa0\xad]|\xe2[\x80-\x88][\x80-\xbf]|\xe3\x80\x80|\xef\xbb\xbf)\d{4})|\d{3}(?:[\u2010-\u2212]|\xe2[\x80-\x88][\x80-\xbf])\d\d/g;

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
