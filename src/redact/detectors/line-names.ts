import type { Finding } from '../findings.ts';
import { type ClassifyKey, isSureOfNothing, type KeyRule, NEVER, ruleApplies } from '../words/key-rule.ts';
import { startsWithMarker } from '../markers.ts';
import { RULES } from '../rules.ts';
import { Sightings } from '../sightings.ts';
import { MAYBE_SECRET_DATA, SECRET_DATA } from '../walkers/naming.ts';
import { pairRule } from '../walkers/pairs.ts';
import { PartyLines } from './edi.ts';
import { type Look, SqlLines, startsRows } from './sql.ts';
import { BLOCK_START, isNoValue, isOfName } from './named.ts';

/** A line that is indented by more says nothing. */
const MAX_INDENT = 256;
const LINE_REST = /[^\r\n]*/y;
/** A name and what stands behind it, as YAML, JSON, TOML and HCL write them. */
const FIELD = /(["']?)([\w.$/-]{1,64})\1[ \t]{0,32}(?::(?=[ \t\r\n]|$)|=)[ \t]{0,32}/y;
/** In lists of named values: what a name is called, and what a value is. */
const NAME = /^(?:name|key|header|field|param|parameter|property|variable|setting|var)$/i;
const VALUE = /^(?:value|val)$/i;
/** First two letters of those and of `kind`, `apiVersion`, `data` and `stringData`, in small. */
const STARTS = 'na ke he fi pa pr va se ki ap da st'.split(' ');
const FIRSTS = new Set(STARTS.map((start) => start.charCodeAt(0)));
/** By five bits of each of two characters. */
const startsName = new Uint8Array(1 << 10);
for (const start of STARTS) startsName[packed(start.charCodeAt(0), start.charCodeAt(1))] = 1;
/** What may stand before such a name. */
const isBeforeName: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  '"\' \t-'.includes(String.fromCharCode(code)),
);

function packed(first: number, second: number): number {
  return ((first & 31) << 5) | (second & 31);
}

/** True when a line at `start` may start with such a name, or something before one. */
function mayStartField(text: string, start: number): boolean {
  const first = text.charCodeAt(start);
  return isBeforeName[first] === true || startsName[packed(first, text.charCodeAt(start + 1))] === 1;
}

/** Something that stands in another place, and what has members of its own. */
const NO_VALUE = /^(?:\$[({][\w.:-]{1,128}[)}]$|\{\{|[*&{[])/;
/** How the head of a block scalar ends (YAML 1.2.2, 8.1): by its indicators, which a comment may stand behind. */
const BLOCK_END = new RegExp(`[:=][ \\t]{1,8}(?:[!&][\\w!:./-]{1,64}[ \\t]{1,8}){0,2}${BLOCK_START}$`);
const MAX_BLOCK_HEAD_CHARS = 160;
const endsBlockHead: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  '|>+-0123456789 \t\r'.includes(String.fromCharCode(code)),
);
/** Of what is in a block that its borders tell. */
const nothing: KeyRule = { rule: RULES.credential, applies: NEVER };

/** What holds for what is indented by more than a name, or stands beside it. */
interface Place {
  readonly column: number;
  readonly rule: KeyRule;
}

/** An object that may be a Secret of Kubernetes. */
interface ObjectPlace {
  readonly column: number;
  readonly data: KeyRule | undefined;
}

/** A line, from its text on. */
interface Line {
  readonly text: string;
  /** Behind blanks, and behind the dashes of a list. */
  readonly start: number;
  readonly end: number;
  /** Before the dashes. */
  readonly indent: number;
  /** Behind them. */
  readonly column: number;
}

interface Field {
  readonly name: string;
  /** Where its value starts. */
  readonly at: number;
  readonly isQuoted: boolean;
}

/** The first letter of a statement that adds rows, of either case. */
function isSqlStart(code: number): boolean {
  const letter = code | 32;
  return letter === 105 || letter === 114 || letter === 117;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** Reads the start of a line; undefined for an empty one, or one that is indented too far. */
function lineFrom(text: string, from: number, end: number): Line | undefined {
  const most = Math.min(end, from + MAX_INDENT);
  let at = from;
  while (at < most && isBlank(text.charCodeAt(at))) at += 1;
  if (at === most || text.charCodeAt(at) === 13) return undefined;
  const indent = at - from;
  while (text.charCodeAt(at) === 45 && at + 1 < most && isBlank(text.charCodeAt(at + 1))) {
    at += 1;
    while (at < most && isBlank(text.charCodeAt(at))) at += 1;
  }
  return { text, start: at, end, indent, column: at - from };
}

function fieldOf({ text, start }: Line): Field | undefined {
  FIELD.lastIndex = start;
  const match = FIELD.exec(text);
  return match === null ? undefined : { name: match[2] ?? '', at: FIELD.lastIndex, isQuoted: match[1] !== '' };
}

/** The value from `at` on: up to what closes it, or to a comment, without the comma of JSON. */
function valueFrom(text: string, at: number, end: number, isQuoted: boolean): { start: number; end: number } {
  const quote = text.charAt(at);
  if (quote === '"' || quote === "'") {
    let to = at + 1;
    while (to < end && text.charAt(to) !== quote) to += quote === '"' && text.charAt(to) === '\\' ? 2 : 1;
    return { start: at + 1, end: Math.min(to, end) };
  }
  let to = end;
  const comment = text.slice(at, end).search(/[ \t]#/);
  if (comment !== -1) to = at + comment;
  while (to > at && (isBlank(text.charCodeAt(to - 1)) || text.charCodeAt(to - 1) === 13)) to -= 1;
  return { start: at, end: isQuoted && text.charAt(to - 1) === ',' ? to - 1 : to };
}

/** True for a line that says nothing by itself: it starts no field, and ends as no head of a block scalar without a comment. */
function isPlainLine(text: string, start: number, end: number): boolean {
  return !mayStartField(text, start) && endsBlockHead[text.charCodeAt(end - 1)] !== true;
}

/** True when a line is the head of a block scalar. */
function opensBlock({ text, start, end }: Line): boolean {
  if (end - start > MAX_BLOCK_HEAD_CHARS) return false;
  const head = text.slice(start, end);
  return (endsBlockHead[text.charCodeAt(end - 1)] === true || head.includes('#')) && BLOCK_END.test(head);
}

/**
 * Values that a name on a line before them gives away: the lines of a block scalar of YAML, `value` behind `name` in lists,
 * and the data of a Secret of Kubernetes. Takes the lines of one text in their order, in one piece or several.
 */
export class LineNames {
  readonly #classify: ClassifyKey;
  #block: Place | undefined;
  /** No line of the block has been read. */
  #isNewBlock = false;
  #pair: Place | undefined;
  #data: Place | undefined;
  #object: ObjectPlace | undefined;
  readonly #sql: SqlLines;
  readonly #party = new PartyLines();

  constructor(classify: ClassifyKey, look: Look) {
    this.#classify = classify;
    this.#sql = new SqlLines(classify, look);
  }

  /**
   * The findings in the lines that start from `from` on and before `to`; `isStart` says that one starts right there, `offset` how
   * much was before the text.
   */
  read(text: string, from: number, to: number, isStart: boolean, offset = 0): Finding[] {
    const found: Finding[] = [];
    if (!isStart && this.#sql.isOpen) this.#readSql(text, Math.max(from, this.#sql.from(offset)), to, offset, found);
    let start = isStart ? from : text.indexOf('\n', from) + 1;
    const comments = new Sightings(text, '#', start);
    while (start < to && (isStart || start > 0)) {
      const newline = text.indexOf('\n', start);
      const end = newline === -1 ? text.length : newline;
      const isSql = this.#sql.isOpen || (isSqlStart(text.charCodeAt(start)) && startsRows(text, start));
      const isParty = this.#party.isOpen || (text.charCodeAt(start) === 58 && PartyLines.starts(text, start));
      if (isParty) this.#party.read(text, start, end, found);
      const isPlain = this.#isIdle && isPlainLine(text, start, end) && !comments.isBetween(start, end);
      const line = isSql || isPlain ? undefined : lineFrom(text, start, end);
      if (isSql) this.#readSql(text, start, to, offset, found);
      else if (line !== undefined) this.#read(line, found);
      if (newline === -1) break;
      start = newline + 1;
    }
    return found;
  }

  /** True when no line before says anything of the next. */
  get #isIdle(): boolean {
    return (
      this.#block === undefined && this.#pair === undefined && this.#data === undefined && this.#object === undefined
    );
  }

  /** Reads the rest of a line of SQL. */
  #readSql(text: string, from: number, to: number, offset: number, found: Finding[]): void {
    const newline = text.indexOf('\n', from);
    this.#sql.read(text, from, to, newline === -1 ? text.length : newline, offset, found);
  }

  #read(line: Line, found: Finding[]): void {
    if (this.#isOfBlock(line, found)) return;
    this.#leave(line);
    const first = line.text.charCodeAt(line.start);
    const isHead = opensBlock(line);
    if (this.#data === undefined && !isHead && first !== 34 && first !== 39 && !FIRSTS.has(first | 32)) return;
    const field = fieldOf(line);
    if (field === undefined) return;
    const rule = this.#ruleOf(line, field);
    if (rule === undefined) return;
    if (!isHead) this.#add(rule, valueFrom(line.text, field.at, line.end, field.isQuoted), line, found);
    else if (!isSureOfNothing(rule)) [this.#block, this.#isNewBlock] = [{ column: line.column, rule }, true];
  }

  /** True for a line of a block; what is secret in it is added. */
  #isOfBlock(line: Line, found: Finding[]): boolean {
    if (this.#block === undefined) return false;
    // A list in a block is text of it.
    const start = line.start - line.column + line.indent;
    const { column } = this.#block;
    if (line.indent <= column) this.#block = undefined;
    else if (this.#isNewBlock && line.text.startsWith('-----BEGIN', start)) this.#block = { column, rule: nothing };
    this.#isNewBlock = false;
    if (this.#block === undefined) return false;
    let { end } = line;
    while (end > start && /\s/.test(line.text.charAt(end - 1))) end -= 1;
    this.#add(this.#block.rule, { start, end }, line, found);
    return true;
  }

  /** Forgets what the line isn't part of any more. */
  #leave({ indent, column }: Line): void {
    const isItem = column > indent;
    if (this.#data !== undefined && column <= this.#data.column) this.#data = undefined;
    if (this.#pair !== undefined && (column < this.#pair.column || isItem)) this.#pair = undefined;
    if (this.#object !== undefined && (column < this.#object.column || (isItem && column === this.#object.column)))
      this.#object = undefined;
  }

  /** What is known of the value of a field; notes what the field says of others. */
  #ruleOf(line: Line, { name, at, isQuoted }: Field): KeyRule | undefined {
    const { text, column, end } = line;
    if (this.#data !== undefined) return this.#data.rule;
    if (VALUE.test(name)) return this.#pair?.column === column ? this.#pair.rule : undefined;
    const own = opensBlock(line) ? this.#classify(name) : undefined;
    if (own !== undefined) return own;
    const value = valueFrom(text, at, Math.min(end, at + MAX_BLOCK_HEAD_CHARS), isQuoted);
    this.#note(name, text.slice(value.start, value.end), column);
    return undefined;
  }

  #note(name: string, value: string, column: number): void {
    if (NAME.test(name)) {
      const rule = value.length < 3 ? undefined : this.#classify(value);
      this.#pair = rule === undefined || isSureOfNothing(rule) ? undefined : { column, rule: pairRule(rule) };
    } else if (name === 'kind') this.#object = { column, data: value === 'Secret' ? SECRET_DATA : undefined };
    else if (name === 'apiVersion' && value === 'v1' && this.#object?.column !== column)
      this.#object = { column, data: MAYBE_SECRET_DATA };
    else if (value === '' && (name === 'stringData' || (name === 'data' && this.#object?.column === column))) {
      const rule = (name === 'data' ? this.#object?.data : SECRET_DATA)?.members?.();
      this.#data = rule && { column, rule };
    }
  }

  #add(rule: KeyRule, { start, end }: { start: number; end: number }, { text }: Line, found: Finding[]): void {
    const value = text.slice(start, end);
    if (
      !isOfName(rule, value) ||
      isNoValue(value) ||
      NO_VALUE.test(value) ||
      startsWithMarker(value) ||
      !ruleApplies(rule, value)
    )
      return;
    found.push({ start, end, rule: rule.rule, rest: LINE_REST });
  }
}

/** Such values in a text of several lines. */
export function findInLines(text: string, classify: ClassifyKey, look: Look, found: Finding[]): void {
  const newline = text.indexOf('\n');
  if (newline !== -1 && newline < text.length - 1)
    found.push(...new LineNames(classify, look).read(text, 0, text.length, true));
}
