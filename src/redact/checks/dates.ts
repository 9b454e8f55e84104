import { isCalendarDate } from './calendar.ts';
import { hasDigits, isDigitCode, isDigits, isLetterCode, numberAt } from './characters.ts';
import { monthOf } from './months.ts';

/** From `1.1.1984` on, or eight digits without separators, to a date with a time and its zone. */
const MIN_CHARS = 8;
const MAX_CHARS = 40;
const EARLIEST_YEAR = 1900;

function isBirthday(year: number, month: number, day: number, currentYear: number): boolean {
  return year >= EARLIEST_YEAR && year <= currentYear && isCalendarDate(year, month, day);
}

/** Where the digits that start at `start` end, looking at `most` of them. */
function digitsEnd(text: string, start: number, most: number): number {
  let i = start;
  while (i - start < most && isDigitCode(text.charCodeAt(i))) i += 1;
  return i;
}

/** What may follow a date: a time of RFC 3339, its seconds and zone left out or not. */
const TIME = /^[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?(?:[Zz]|[+-]\d\d:?\d\d))?$/;

function endsAt(text: string, index: number): boolean {
  return index === text.length || TIME.test(text.slice(index));
}

/** Three numbers of a date as they are written, with the separator's code between them, and where they end. */
interface Numbers {
  readonly first: number;
  readonly second: number;
  readonly third: number;
  readonly isYearFirst: boolean;
  readonly separator: number;
  readonly end: number;
}

function isSeparator(code: number): boolean {
  return code === 45 || code === 46 || code === 47;
}

/** `1984-03-12`, `12.3.1984` and the like: a year of four digits at one end, and the same separator twice. */
function readNumbers(text: string): Numbers | undefined {
  const firstEnd = digitsEnd(text, 0, 4);
  const separator = text.charCodeAt(firstEnd);
  const isYearFirst = firstEnd === 4;
  if (firstEnd === 0 || firstEnd === 3 || !isSeparator(separator)) return undefined;
  const secondEnd = digitsEnd(text, firstEnd + 1, 2);
  if (secondEnd === firstEnd + 1 || text.charCodeAt(secondEnd) !== separator) return undefined;
  const end = digitsEnd(text, secondEnd + 1, isYearFirst ? 2 : 4);
  if (isYearFirst ? end === secondEnd + 1 : end !== secondEnd + 5) return undefined;
  return {
    first: numberAt(text, 0, firstEnd),
    second: numberAt(text, firstEnd + 1, secondEnd),
    third: numberAt(text, secondEnd + 1, end),
    isYearFirst,
    separator,
    end,
  };
}

function isNumericDate(text: string, currentYear: number): boolean {
  const numbers = readNumbers(text);
  if (numbers === undefined || !endsAt(text, numbers.end)) return false;
  const { first, second, third, separator } = numbers;
  if (numbers.isYearFirst) return isBirthday(first, second, third, currentYear);
  if (isBirthday(third, second, first, currentYear)) return true;
  // With dots the day comes first everywhere.
  return separator !== 46 && isBirthday(third, first, second, currentYear);
}

/** What stands behind a day, and between its parts. */
const ORDINALS = /(?:st|nd|rd|th|er|\u00ba|\u00c2\u00ba|\.\u00ba)?/y;
const FILLERS = ' de del of the den le el ';

/** A date in words that is being read; 0 for what has not come yet. */
interface Words {
  day: number;
  month: number;
  year: number;
  /** Digits 1, 2 and 3 for day, month and year, as they come. */
  order: number;
}

/** Takes the digits that start at `start`; gives where they, and an ordinal's letters, end, or -1 when they don't fit. */
function takeNumber(text: string, start: number, words: Words): number {
  const end = digitsEnd(text, start, 5);
  const value = numberAt(text, start, end);
  if (end - start === 4 && words.year === 0) {
    words.year = value;
    words.order = words.order * 10 + 3;
    return end;
  }
  if (end - start > 2 || words.day !== 0) return -1;
  words.day = value;
  words.order = words.order * 10 + 1;
  ORDINALS.lastIndex = end;
  ORDINALS.test(text);
  return ORDINALS.lastIndex;
}

function isWordCode(code: number): boolean {
  return isLetterCode(code) || code >= 0x80;
}

/** Takes the word that starts at `start`, a month's name once, or one that is left out; gives where it ends, or -1. */
function takeWord(text: string, start: number, words: Words): number {
  let end = start;
  while (isWordCode(text.charCodeAt(end))) end += 1;
  const word = text.slice(start, end);
  if (FILLERS.includes(` ${word.toLowerCase()} `)) return end;
  const month = monthOf(word);
  if (month === 0 || words.month !== 0) return -1;
  words.month = month;
  words.order = words.order * 10 + 2;
  return end;
}

/** `12 March 1984`, `March 12, 1984`, `12. März 1984`, `1er mars 1984`, `12 de marzo de 1984`, `12-Mar-1984`. */
function isDateInWords(text: string, currentYear: number): boolean {
  const words: Words = { day: 0, month: 0, year: 0, order: 0 };
  for (let i = 0; i < text.length;) {
    const code = text.charCodeAt(i);
    if (isDigitCode(code)) i = takeNumber(text, i, words);
    else if (isWordCode(code)) i = takeWord(text, i, words);
    else if (code === 32 || code === 44 || isSeparator(code)) i += 1;
    else return false;
    if (i < 0) return false;
  }
  const isOrder = words.order === 123 || words.order === 213 || words.order === 321;
  return isOrder && isBirthday(words.year, words.month, words.day, currentYear);
}

/**
 * True for text that denotes a calendar date on which somebody who lives can have been born, from 1900 to the end of
 * `currentYear`: ISO 8601 (a time may follow), `D.M.Y`, `M/D/Y`, `D/M/Y`, `D-M-Y`, `YYYYMMDD`, and dates with a month's
 * name in English, French, German or Spanish. A two-digit year is none.
 */
export function isBirthDate(text: string, currentYear: number): boolean {
  if (text.length < MIN_CHARS || text.length > MAX_CHARS) return false;
  if (isDigits(text, 8))
    return isBirthday(numberAt(text, 0, 4), numberAt(text, 4, 6), numberAt(text, 6, 8), currentYear);
  if (!hasDigits(text, 0, 1) && !isWordCode(text.charCodeAt(0))) return false;
  return isNumericDate(text, currentYear) || isDateInWords(text, currentYear);
}
