import { isDigitCode, isLetterCode } from '../checks/characters.ts';
import { MARKER_TEXT, startsWithMarkerAt } from '../markers.ts';

/** Spaces and dashes of Unicode that stand between digits, in UTF-8 or of JSON's escapes. */
const WIDE_SEPARATOR =
  '\\xc2[\\xa0\\xad]|\\xe2\\x80[\\x80-\\x95\\xaa-\\xaf]|\\xe2\\x81[\\xa0-\\xa4]|\\xe2\\x88\\x92|\\xe3\\x80\\x80|\\xef\\xbb\\xbf|[\\u2000-\\u2015\\u202a-\\u202f\\u2060-\\u2064\\u2212\\u3000\\ufeff]';
/** One of them between two groups of digits of one number. */
const WIDE = new RegExp(`(?:${WIDE_SEPARATOR})(?=\\d)`, 'y');
/** Those of ASCII, of which up to three may stand there. */
const NARROW: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  ' ()./_\t-'.includes(String.fromCharCode(code)),
);
const MAX_NARROW = 3;
/** Fewer digits with nothing but separators between them are nobody's number. */
const MIN_DIGITS = 7;

/** A dash, also of Unicode. */
const DASH = /^(?:[\u2010-\u2015\u2212-]|\xe2\x80[\x90-\x95]|\xe2\x88\x92)$/;
const WIDE_SPACE = /^(?:\xc2\xa0|\xe2\x80[\x80-\x8a\xaf]|[\u2000-\u200a\u202f])$/;

/** A separator, spaces and dashes of Unicode written as plain ones. */
function plainSeparator(between: string): string {
  if (between === ' ' || between === '-' || between === '.') return between;
  if (DASH.test(between)) return '-';
  return WIDE_SPACE.test(between) ? ' ' : between;
}

/** Groups of digits that only separators part. */
export class DigitRun {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];

  constructor(text: string, starts: readonly number[], ends: readonly number[]) {
    this.text = text;
    this.starts = starts;
    this.ends = ends;
  }

  /** How many groups there are. */
  get count(): number {
    return this.starts.length;
  }

  start(group: number): number {
    return this.starts[group] ?? 0;
  }

  end(group: number): number {
    return this.ends[group] ?? 0;
  }

  length(group: number): number {
    return this.end(group) - this.start(group);
  }

  digits(group: number): string {
    return this.text.slice(this.start(group), this.end(group));
  }

  /** The separator before a group as it is written. */
  rawSeparator(group: number): string {
    return group === 0 ? '' : this.text.slice(this.end(group - 1), this.start(group));
  }

  /** The separator before a group, spaces and dashes of Unicode as plain ones. */
  separator(group: number): string {
    return plainSeparator(this.rawSeparator(group));
  }
}

/** Where the next group starts of the number whose group ends at `end`; -1 when that was the last. */
function nextGroup(text: string, end: number): number {
  let at = end;
  while (at - end <= MAX_NARROW && NARROW[text.charCodeAt(at)] === true) at += 1;
  if (at > end) return at - end <= MAX_NARROW && isDigitCode(text.charCodeAt(at)) ? at : -1;
  if (!(text.charCodeAt(at) >= 128)) return -1;
  WIDE.lastIndex = at;
  return WIDE.test(text) ? WIDE.lastIndex : -1;
}

function groupEnd(text: string, start: number): number {
  let end = start + 1;
  while (isDigitCode(text.charCodeAt(end))) end += 1;
  return end;
}

/** Reads the groups from `start` on. */
function readRun(text: string, start: number): DigitRun {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let at = start; at !== -1;) {
    const end = groupEnd(text, at);
    starts.push(at);
    ends.push(end);
    at = nextGroup(text, end);
  }
  return new DigitRun(text, starts, ends);
}

/** How many groups at the start of a run are a date: `2024-01-15`, mostly of a time behind it. */
function dateGroups(run: DigitRun): number {
  if (run.count < 3 || run.length(0) !== 4 || run.length(1) !== 2 || run.length(2) !== 2) return 0;
  const { text } = run;
  const century = text.charCodeAt(run.start(0)) * 10 + text.charCodeAt(run.start(0) + 1);
  const separator = text.charCodeAt(run.end(0));
  const isDate = (century === 537 || century === 548) && separator !== 32 && separator === text.charCodeAt(run.end(1));
  return isDate ? 3 : 0;
}

/** Calls `judge` with a run, without the date that it starts with. */
function judgeRun(run: DigitRun, judge: (run: DigitRun) => void): void {
  const skipped = dateGroups(run);
  if (skipped === 0) judge(run);
  else if (skipped < run.count) judge(new DigitRun(run.text, run.starts.slice(skipped), run.ends.slice(skipped)));
}

/** Calls `judge` with every run of seven digits or more. */
export function eachDigitRun(text: string, judge: (run: DigitRun) => void): void {
  for (let at = 0; at < text.length; at += 1) {
    if (!isDigitCode(text.charCodeAt(at))) continue;
    const start = at;
    let digits = 0;
    for (let group = start; group !== -1; group = nextGroup(text, at)) {
      at = groupEnd(text, group);
      digits += at - group;
    }
    if (digits >= MIN_DIGITS) judgeRun(readRun(text, start), judge);
  }
}

const HEX_OR_DASH = /[0-9A-Fa-f-]/;
const HEX_TEXT = /^[0-9A-Fa-f-]*$/;
/** Hexadecimal digits together, dashes left out, from which on they are a hash or an id: digits in it mean nothing. */
const MIN_HEX_CHARS = 24;
/** The longest hexadecimal text, a SHA-512, and its dashes: so far is looked. */
const MAX_HEX_CHARS = 132;

/** True for a part of a hash, or of an id of hexadecimal digits. */
export function isInHexText(text: string, start: number, end: number): boolean {
  let [from, to] = [start, end];
  while (from > 0 && start - from < MAX_HEX_CHARS && HEX_OR_DASH.test(text.charAt(from - 1))) from -= 1;
  while (to < text.length && to - end < MAX_HEX_CHARS && HEX_OR_DASH.test(text.charAt(to))) to += 1;
  if (!HEX_TEXT.test(text.slice(start, end))) return false;
  // What a marker stands for may have been a part of it.
  if (endsMarker(text, from) || startsWithMarkerAt(text, to)) return true;
  return text.slice(from, to).replaceAll('-', '').length >= MIN_HEX_CHARS;
}

/** A digit, or a marker that stands for some, right behind one of these separators. */
const MORE_BEHIND = new RegExp(`[-./](?:\\d|${MARKER_TEXT})|[_%@]|:(?:\\d|${MARKER_TEXT})`, 'y');
const MORE_BEHIND_SPACE = new RegExp(` {1,2}[(]?(?:\\d|${MARKER_TEXT})`, 'y');
const MORE_BEFORE = new RegExp(`(?:\\d|${MARKER_TEXT})[-./]$`);
const MORE_BEFORE_SPACE = new RegExp(`(?:\\d|${MARKER_TEXT})\\)? {1,2}$`);
const MAX_GROUP_CHARS = 90;

function isGluedBefore(text: string, start: number): boolean {
  const code = text.charCodeAt(start - 1);
  // `$`, `_`, a backslash, and the pound sign.
  return code === 36 || code === 95 || code === 92 || code === 163;
}

/** Behind what is left of an escape, too. */
const MARKER_BEHIND = new RegExp(`\\\\{0,32}${MARKER_TEXT}`, 'y');
const MARKER_BEFORE = new RegExp(`${MARKER_TEXT}$`);

/** True when a marker ends right before a place. */
function endsMarker(text: string, end: number): boolean {
  return text.charCodeAt(end - 1) === 93 && MARKER_BEFORE.test(text.slice(Math.max(0, end - MAX_GROUP_CHARS), end));
}

/** True when letters, or a marker that may stand for some, stand right before or behind: it is a part of a word or code. */
export function isInWord(text: string, start: number, end: number): boolean {
  const [before, after] = [text.charCodeAt(start - 1), text.charCodeAt(end)];
  if (isLetterCode(before) || isLetterCode(after)) return true;
  MARKER_BEHIND.lastIndex = end;
  if ((after === 91 || after === 92) && MARKER_BEHIND.test(text)) return true;
  return before === 93 && endsMarker(text, start);
}

/**
 * True for a number that stands for itself: no part of a word, path, amount or fraction, nor of a longer number with
 * hyphens, points or slashes, or, when it has spaces itself, with spaces. What has been replaced counts as digits.
 */
export function standsAlone(text: string, start: number, end: number, hasSpaces: boolean): boolean {
  if (isInWord(text, start, end) || isGluedBefore(text, start)) return false;
  MORE_BEHIND.lastIndex = end;
  if (MORE_BEHIND.test(text)) return false;
  MORE_BEHIND_SPACE.lastIndex = end;
  if (hasSpaces && MORE_BEHIND_SPACE.test(text)) return false;
  const code = text.charCodeAt(start - 1);
  if (code === 45 || code === 46) return !MORE_BEFORE.test(text.slice(Math.max(0, start - MAX_GROUP_CHARS), start));
  return !(hasSpaces && code === 32 && MORE_BEFORE_SPACE.test(text.slice(Math.max(0, start - MAX_GROUP_CHARS), start)));
}
