import { isUtf8 } from 'node:buffer';
import { isDigitCode } from '../checks/characters.ts';
import { isBinaryText, startsLikeText, textStartIn } from '../base64.ts';
import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';

/** Fewest characters: a shorter one may be text by chance. */
const MIN_CHARS = 16;
/** Lines of MIME and PEM have 64 or 76 characters. */
const MIN_LINE_CHARS = 60;
const MAX_LINE_CHARS = 78;
/** Characters of both alphabets (RFC 4648, 4 and 5), over as many full lines as there are. */
const RUN = new RegExp(`(?:[\\w+/-]{${MIN_LINE_CHARS},${MAX_LINE_CHARS}}\\r?\\n(?=[\\w+/=-]))*[\\w+/-]{1,}={0,2}`, 'y');
const isOfRun = Uint8Array.from({ length: 128 }, (_, code) => (/[\w+/-]/.test(String.fromCharCode(code)) ? 1 : 0));
const PADDING_CHARS = 2;
const MIN_RUN_CHARS = MIN_CHARS - PADDING_CHARS;
const LINE = new RegExp(`^[\\w+/-]{${MIN_LINE_CHARS},${MAX_LINE_CHARS}}\\r?$`);
const REST = /[\w+/\r\n-]*={0,2}/y;
const LINE_END = /[\r\n]/;
const LINE_ENDS = /\r?\n/g;
/** A run is decoded from its start, and behind so many of its slashes. */
const MAX_STARTS = 8;
/** Texts in a row in one run. */
const MAX_PARTS = 16;
/** Bytes of the shortest text. */
const MIN_BYTES = 12;
/** A character that no text has. */
const NO_TEXT = new RegExp(`[^\\t-\\r\\x20-\\x7e\\x80-\\xff${String.fromCharCode(27)}]`, 'g');
/** Text in hexadecimal digits: its first bytes are of ASCII, and some of them no digits. */
const HEX_START = /(?:[2-7][0-9A-Fa-f]|0[9aAdD]){8}/y;
const HEX = /^(?:[0-9A-Fa-f]{2})+/;
/** What is no letter or digit. */
const SIGN = /[^0-9A-Za-z]/g;
const SIGN_CHARS = '+-/_';
const HEX_LETTER = /[A-Fa-f]/;
const HEX_DIGIT = /[0-9A-Fa-f]/;
const WIDE_START = /^(?:[\x20-\x7e\s]\0){4}|^(?:\0[\x20-\x7e\s]){4}/;
const MAX_FINDINGS = 16;

/** What is found in a text that was decoded; undefined too deep. */
export type DetectInside = (text: string) => readonly Finding[];

/** True for a line of base64 that may go on in the next one: `line` is without its line feed. */
export function isEncodedLine(text: string, start: number, end: number): boolean {
  const length = end - start;
  return length >= MIN_LINE_CHARS && length <= MAX_LINE_CHARS + 1 && LINE.test(text.slice(start, end));
}

/** UTF-16 without what isn't ASCII, as UTF-7 and PowerShell have it in base64. */
function narrowed(bytes: string): string | undefined {
  if (!WIDE_START.test(bytes.slice(0, 8))) return undefined;
  return bytes.replaceAll('\0', '');
}

/** Text at the start of what was encoded, and how many characters of that it takes. */
interface Start {
  readonly text: string;
  readonly chars: number;
}

/** As much of the bytes as is text. */
function startOfText(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  NO_TEXT.lastIndex = 0;
  let end = NO_TEXT.exec(text)?.index ?? text.length;
  if (!isUtf8(bytes.subarray(0, end))) end = endOfUtf8(bytes, end);
  return text.slice(0, end);
}

/** Up to where bytes are UTF-8: halved until they are, for the shorter half is looked at only once. */
function endOfUtf8(bytes: Buffer, end: number): number {
  let [good, bad] = [0, end];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(bytes.subarray(good, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** True for what may be UTF-16 in base64: a byte that is zero is the first, or the second. */
function startsLikeWide(text: string, at: number): boolean {
  return text.charCodeAt(at) === 65 || (text.charCodeAt(at + 2) | 3) === 67;
}

/** True for text in hexadecimal digits. */
function startsLikeHex(text: string, at: number): boolean {
  HEX_START.lastIndex = at;
  return HEX_START.test(text);
}

/** The text that `encoded` starts with in base64. */
function textOf(encoded: string): Start | undefined {
  const isText = startsLikeText(encoded, 0, Math.min(encoded.length, MIN_CHARS));
  if (!isText && !startsLikeWide(encoded, 0)) return undefined;
  const bytes = Buffer.from(encoded.length % 4 === 1 ? encoded.slice(0, -1) : encoded, 'base64');
  if (isText) {
    const text = startOfText(bytes);
    return text.length < MIN_BYTES ? undefined : { text, chars: Math.ceil((text.length * 4) / 3) };
  }
  const text = narrowed(bytes.toString('latin1'));
  return text === undefined || isBinaryText(text) ? undefined : { text, chars: encoded.length };
}

/** The text that a run starts with in hexadecimal digits. */
function textOfHex(run: string): Start | undefined {
  if (!startsLikeHex(run, 0)) return undefined;
  const text = startOfText(Buffer.from(HEX.exec(run)?.[0] ?? '', 'hex'));
  const chars = 2 * text.length;
  if (chars < run.length && text.length < MIN_BYTES) return undefined;
  return HEX_LETTER.test(run.slice(0, chars)) ? { text, chars } : undefined;
}

/** What other findings say about a run. */
interface Borders {
  /** Where they start in it, and where they end. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** A run with its borders. */
interface FreeRun extends Borders {
  /** What isn't of web tokens: those are read by themselves. */
  readonly from: number;
  readonly to: number;
}

const SIGNS = /[+-]*/y;

/** So much behind a start is looked at for base64 that starts in the middle of letters: `v1_eyJ…`. */
const MAX_PREFIX_CHARS = 128;

/** Where in a run what is encoded may start: a slash may be one of a path, a plus the start of UTF-7. */
function* startsOf(run: string, { ends }: Borders): Generator<number> {
  for (const border of [0, ...ends]) {
    yield border;
    SIGNS.lastIndex = border;
    SIGNS.test(run);
    if (SIGNS.lastIndex > border) yield SIGNS.lastIndex;
  }
  let slash = run.indexOf('/');
  for (let count = 1; slash !== -1 && count < MAX_STARTS; count += 1) {
    yield slash + 1;
    slash = run.indexOf('/', slash + 1);
  }
  const inside = textStartIn(run, 0, Math.min(run.length, MAX_PREFIX_CHARS));
  if (inside !== -1) yield inside;
}

/** A part of a run, and the text that it is of. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** True when what is behind it may be something else. */
  readonly isExact?: boolean;
}

/** The first part of a run that is text: from somewhere as far as it is. */
function partOf(run: string, borders: Borders): Part | undefined {
  const end = run.startsWith('+') && run.endsWith('-') ? run.length - 1 : run.length;
  const isLong = LINE_END.test(run);
  for (const from of startsOf(run, borders)) {
    if (end - from < MIN_CHARS) continue;
    const whole = run.slice(from, end);
    const start = textOf(isLong ? whole.replace(LINE_ENDS, '') : whole);
    if (start !== undefined) return { from, to: from + placeIn(whole, start.chars), text: start.text };
    const inside = partOfHex(run, from, end, borders);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/**
 * The digits from somewhere to the next other sign, to where something that was found or a decimal number may start, or as far
 * as they are of text.
 */
function partOfHex(run: string, from: number, end: number, { starts }: Borders): Part | undefined {
  if (!startsLikeHex(run, from)) return undefined;
  SIGN.lastIndex = from;
  const signAt = Math.min(end, SIGN.exec(run)?.index ?? end);
  let longest: Start | undefined;
  for (const to of [signAt, decimalStart(run, from, signAt), ...starts]) {
    if (to > end || to - from < MIN_CHARS) continue;
    const inside = textOfHex(run.slice(from, to));
    if (from + (inside?.chars ?? 0) === to) return { from, to, text: inside?.text ?? '', isExact: true };
    longest ??= inside;
  }
  return longest && { from, to: hexEnd(run, from + longest.chars), text: longest.text, isExact: true };
}

/** Where the digits start that only decimal ones follow. */
function decimalStart(run: string, from: number, end: number): number {
  let start = end;
  while (start > from && isDigitCode(run.charCodeAt(start - 1))) start -= 1;
  return start;
}

/** What follows of hexadecimal digits means nothing without those before. */
function hexEnd(run: string, from: number): number {
  let end = from;
  while (HEX_DIGIT.test(run.charAt(end))) end += 1;
  return end;
}

/** Behind so many characters of a run, its line ends left out; what pads the last of them belongs to it. */
function placeIn(run: string, chars: number): number {
  let place = chars;
  LINE_ENDS.lastIndex = 0;
  for (let match = LINE_ENDS.exec(run); match !== null && match.index < place; match = LINE_ENDS.exec(run))
    place += match[0].length;
  while (run.charCodeAt(place) === 61) place += 1;
  return Math.min(place, run.length);
}

/** Takes from `places`, which rise, those in a run. */
function placesIn(places: readonly number[]): (start: number, end: number) => number[] {
  let next = 0;
  return (start, end) => {
    const inside: number[] = [];
    for (; next < places.length && (places[next] ?? 0) < end; next += 1)
      if ((places[next] ?? 0) > start && inside.length < MAX_STARTS) inside.push((places[next] ?? 0) - start);
    return inside;
  };
}

function rising(places: readonly number[]): number[] {
  return [...places].sort((a, b) => a - b);
}

/** Tells the borders in a run from `start` to `end` of the text; asked in rising order. */
function bordersOf(found: readonly Finding[]): (start: number, end: number) => FreeRun {
  const startsIn = placesIn(rising(found.map(({ start }) => start)));
  const endsIn = placesIn(rising(found.map(({ end }) => end)));
  const tokens = found.filter(({ rule }) => rule === RULES.jwt).sort((a, b) => a.start - b.start);
  let next = 0;
  return (start, end) => {
    while (next < tokens.length && (tokens[next]?.end ?? 0) <= start) next += 1;
    let [from, to] = [0, end - start];
    // A token has dots in it, so that it starts or ends outside of the run; another one may start where it ends.
    for (const token of tokens.slice(next, next + 2)) {
      if (token.start <= start) from = Math.min(token.end, end) - start;
      else if (token.start < end) to = Math.min(to, token.start - start);
    }
    return { starts: startsIn(start, end), ends: endsIn(start, end), from, to };
  };
}

/** Borders in what is behind `done`. */
function behind({ starts, ends }: Borders, done: number): Borders {
  const left = (places: readonly number[]): number[] => places.flatMap((at) => (at > done ? [at - done] : []));
  return { starts: left(starts), ends: left(ends) };
}

/** The parts of a run that are text, from its start on. */
function* partsOf(run: string, free: FreeRun): Generator<Part> {
  let done = free.from;
  for (let count = 0; count < MAX_PARTS; count += 1) {
    while (LINE_END.test(run.charAt(done))) done += 1;
    if (free.to - done < MIN_CHARS) return;
    const part = partOf(run.slice(done, free.to), done === 0 ? free : behind(free, done));
    if (part === undefined) return;
    yield { ...part, from: done + part.from, to: done + part.to };
    done += Math.max(part.to, 1);
  }
}

/** Goes from run to run of enough characters. */
class Runs {
  readonly #text: string;
  start = 0;
  end = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Looks for the next run behind the end of the last. */
  next(): boolean {
    const text = this.#text;
    const { length } = text;
    const least = this.end;
    // One of every so many characters is in such a run.
    for (let probe = least + MIN_RUN_CHARS - 1; probe < length;) {
      let end = probe;
      while (end < length && isOfRun[text.charCodeAt(end)] === 1) end += 1;
      if (end > probe) {
        let start = probe;
        while (start > least && isOfRun[text.charCodeAt(start - 1)] === 1) start -= 1;
        if (end - start >= MIN_RUN_CHARS) {
          this.start = start;
          this.end = end;
          return true;
        }
      }
      probe = end + MIN_RUN_CHARS;
    }
    return false;
  }

  /** The run with the lines that it goes on in, and what pads it. */
  take(): string {
    RUN.lastIndex = this.start;
    const run = RUN.exec(this.#text)?.[0] ?? '';
    this.end = this.start + run.length;
    return run;
  }
}

function startsLikeEncoded(text: string, at: number): boolean {
  return startsLikeText(text, at, at + MIN_CHARS) || startsLikeWide(text, at) || startsLikeHex(text, at);
}

/** False when text starts nowhere in the line of a run in which nothing was found: so it is with nearly all. */
function mayHoldText(text: string, start: number, end: number): boolean {
  const last = end + PADDING_CHARS - MIN_CHARS;
  if (startsLikeEncoded(text, start)) return true;
  SIGNS.lastIndex = start;
  SIGNS.test(text);
  if (SIGNS.lastIndex > start && startsLikeEncoded(text, SIGNS.lastIndex)) return true;
  let slash = text.indexOf('/', start);
  for (let count = 1; slash !== -1 && slash < last && count < MAX_STARTS; count += 1) {
    if (startsLikeEncoded(text, slash + 1)) return true;
    slash = text.indexOf('/', slash + 1);
  }
  return textStartIn(text, start, Math.min(end, start + MAX_PREFIX_CHARS)) !== -1;
}

/**
 * Base64 and hexadecimal digits in running text, of a text in which something is found: all of the encoded text is, by each
 * of the rules, and what it stands for is what was found. `known` is what was found otherwise.
 */
export function findEncoded(text: string, detect: DetectInside, known: readonly Finding[]): Finding[] {
  const found: Finding[] = [];
  const runs = new Runs(text);
  let borders: ReturnType<typeof bordersOf> | undefined;
  while (runs.next()) {
    const { start: index, end } = runs;
    const mayHold = LINE_END.test(text.charAt(end)) || mayHoldText(text, index, end);
    if (!mayHold && known.length === 0) continue;
    const run = runs.take();
    borders ??= bordersOf(known);
    const free = borders(index, runs.end);
    if (run.length < MIN_CHARS || !(mayHold || free.from > 0 || free.ends.length > 0)) continue;
    const parts = [...partsOf(run, free)];
    for (const [place, part] of parts.entries()) {
      const to = part.isExact === true ? part.to : endIn(run, part.to, parts[place + 1]?.from ?? run.length);
      addPart(part, to, index, detect, found);
    }
  }
  return found;
}

/** What is left of a run behind a text, up to a slash, means nothing without it. */
function endIn(run: string, from: number, next: number): number {
  const slash = run.indexOf('/', from);
  let end = slash === -1 ? next : Math.min(slash, next);
  while (end > from && SIGN_CHARS.includes(run.charAt(end - 1))) end -= 1;
  return end;
}

function addPart({ from, to, text }: Part, end: number, index: number, detect: DetectInside, found: Finding[]): void {
  const rules = new Set<string>();
  const place = { start: index + from, end: index + end };
  const core = end > to ? { start: index + from, end: index + to } : undefined;
  for (const inside of detect(text)) {
    const { rule, score = rule.score } = inside;
    if (rules.has(rule.id) || rules.size === MAX_FINDINGS) continue;
    rules.add(rule.id);
    const value = inside.value ?? text.slice(inside.start, inside.end);
    found.push({ ...place, core, rule, score, value, rest: REST });
  }
}
