/** A text that was written so that it gets through mail (RFC 2045, 6). */
export interface TransferText {
  /** A binary string. */
  readonly text: string;
  /** Where the character stands in which the one at `index` of the text begins. */
  readonly place: (index: number) => number;
  /** Where the characters end in which the bytes before this one stand. */
  readonly placeEnd: (index: number) => number;
  /** Writes a text as this one was written. */
  readonly encode: (text: string) => string;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const WHITE_SPACE = /\s+/g;
const LINE_END = /\r?\n/;
const LAST_LINE_ENDS = /[\r\n]*$/;
const LINE_CHARS = 76;

function base64(raw: string): TransferText | undefined {
  const digits = raw.replace(WHITE_SPACE, '');
  if (!BASE64.test(digits)) return undefined;
  const bytes = Buffer.from(digits, 'base64');
  if (bytes.length !== Math.floor((digits.replace(/=+$/, '').length * 3) / 4)) return undefined;
  const lineEnd = LINE_END.exec(raw.trimStart());
  const width = lineEnd === null ? Infinity : Math.max(4, lineEnd.index);
  const last = LAST_LINE_ENDS.exec(raw)?.[0] ?? '';
  let places: number[] | undefined;
  return {
    text: bytes.toString('latin1'),
    place: (index) => (places ??= placesOfDigits(raw))[Math.floor((index * 4) / 3)] ?? raw.length,
    placeEnd: (index) => ((places ??= placesOfDigits(raw))[Math.ceil((index * 4) / 3) - 1] ?? raw.length - 1) + 1,
    encode: (text) => inLines(Buffer.from(text, 'latin1').toString('base64'), width, lineEnd?.[0] ?? '') + last,
  };
}

function placesOfDigits(raw: string): number[] {
  return Array.from(raw.matchAll(/\S/g), ({ index }) => index);
}

function inLines(digits: string, width: number, end: string): string {
  const lines: string[] = [];
  for (let at = 0; at < digits.length; at += width) lines.push(digits.slice(at, at + width));
  return lines.join(end);
}

const QUOTED = /=(?:([0-9A-Fa-f]{2})|[ \t]*(?:\r?\n|$))|(?<![ \t])[ \t]+(?=\r?\n|$)/g;
/** What stands for itself: printable, but the sign that others are written with, and white space within lines. */
const NOT_PLAIN = /[^\t\r\n\x20-\x3c\x3e-\x7e]|[ \t](?=\r?\n|$)|\r(?!\n)/g;

function quotedPrintable(raw: string): TransferText {
  const unquote = (_: string, hex?: string): string =>
    hex === undefined ? '' : String.fromCharCode(parseInt(hex, 16));
  const end = LINE_END.exec(raw)?.[0] ?? '\r\n';
  let steps: readonly Step[] | undefined;
  const place = (index: number): number => placeBehind((steps ??= stepsOf(raw)), index);
  return {
    text: raw.replace(QUOTED, unquote),
    place,
    placeEnd: place,
    encode: (text) =>
      text
        .replace(NOT_PLAIN, hexOf)
        .split(end)
        .map((line) => softened(line, end))
        .join(end),
  };
}

function hexOf(char: string): string {
  return `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** A line broken where it is too long, not within what stands for one character. */
function softened(line: string, end: string): string {
  let [rest, broken] = [line, ''];
  while (rest.length > LINE_CHARS) {
    const equals = rest.lastIndexOf('=', LINE_CHARS - 2);
    const cut = equals > LINE_CHARS - 4 ? equals : LINE_CHARS - 1;
    broken += `${rest.slice(0, cut)}=${end}`;
    rest = rest.slice(cut);
  }
  return broken + rest;
}

/** From a place in the decoded text on, how far the raw one is behind it. */
interface Step {
  readonly from: number;
  readonly shift: number;
}

function stepsOf(raw: string): readonly Step[] {
  const steps: Step[] = [{ from: 0, shift: 0 }];
  let shift = 0;
  for (const { 0: match, 1: hex, index } of raw.matchAll(QUOTED)) {
    const from = index - shift + (hex === undefined ? 0 : 1);
    shift += match.length - (hex === undefined ? 0 : 1);
    steps.push({ from, shift });
  }
  return steps;
}

function placeBehind(steps: readonly Step[], index: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.from ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return index + (steps[low - 1]?.shift ?? 0);
}

/** Reads a text by the name of its transfer encoding; undefined for one that isn't known, or isn't what the text is written in. */
export function transferText(raw: string, encoding: string): TransferText | undefined {
  if (encoding === 'base64') return base64(raw);
  return encoding === 'quoted-printable' ? quotedPrintable(raw) : undefined;
}
