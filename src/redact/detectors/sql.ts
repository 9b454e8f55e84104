import type { Hints } from '../context.ts';
import type { Finding } from '../findings.ts';
import { type ClassifyKey, isSureOfNothing, type KeyRule, ruleApplies } from '../words/key-rule.ts';
import { startsWithMarker } from '../markers.ts';
import { RULES } from '../rules.ts';
import { VOCABULARY } from '../words/vocabulary.ts';
import { isNoValue } from './named.ts';

/** One of these is in every statement that is looked at. */
export const SQL_WORDS = VOCABULARY.family("insert^ <replace^into <upsert^into <identified^ <password^'");

const GAP = '[ \\t\\r\\n]{1,64}';
/** Up to the columns of a statement that adds rows. */
const INTO = `(?<![\\w.-])(?:insert(?:${GAP}(?:or${GAP}[a-z]{1,10}|ignore|low_priority|delayed|overwrite))?${GAP}into|(?:replace|upsert)${GAP}into)${GAP}`;
const TABLE = '["\'`[]?[\\w.$\\x80-\\uffff"\'`[\\]-]{1,128}';
const HEAD = new RegExp(`${INTO}${TABLE}[ \\t\\r\\n]{0,64}\\(([^()]{1,2048})\\)`, 'gi');
const START = new RegExp(`${INTO}${TABLE}`, 'iy');
const MAX_HEAD_CHARS = 2560;
/** What stands between columns and rows. */
const BEFORE_ROWS = /^(?:values?|row|overriding|system|user)$/i;
const WORD = /[\w.+\x80-\uffff-]+/y;
const SINGLE_QUOTED = /(?:[^'\\\r\n]|''|\\[^\r\n])*/y;
const DOUBLE_QUOTED = /(?:[^"\\\r\n]|""|\\[^\r\n])*/y;
const SINGLE_REST = /[^'\r\n]*/y;
const DOUBLE_REST = /[^"\r\n]*/y;

/** Looks for what a value's content gives away, with what the name that it stands under speaks for. */
export type Look = (value: string, hints: Hints) => readonly Finding[];

/** Longer values aren't looked at: these are in view from their start on, wherever a piece ends. */
const MAX_LOOKED_AT_CHARS = 512;

function saysSomething(rule: KeyRule): boolean {
  return !isSureOfNothing(rule) || (rule.hints !== undefined && rule.hints.size > 0);
}

/** The rules of columns, by their place; undefined when none of them says anything. */
function rulesOf(columns: string, classify: ClassifyKey): readonly (KeyRule | undefined)[] | undefined {
  const rules = columns.split(',').map((column) => {
    const rule = classify(column.replace(/["'`[\]\s]/g, ''));
    return rule !== undefined && saysSomething(rule) ? rule : undefined;
  });
  return rules.some((rule) => rule !== undefined) ? rules : undefined;
}

function shifted(found: Finding, by: number): Finding {
  const { start, end, core } = found;
  return { ...found, start: start + by, end: end + by, core: core && { start: core.start + by, end: core.end + by } };
}

/** The rows of one statement, read on from piece to piece. */
class Rows {
  readonly #rules: readonly (KeyRule | undefined)[];
  readonly #look: Look;
  #depth = 0;
  #cell = 0;
  /** Of the text that goes on. */
  #quote: string | undefined;

  constructor(rules: readonly (KeyRule | undefined)[], look: Look) {
    this.#rules = rules;
    this.#look = look;
  }

  /** Reads what starts before `to`; where it stopped, and whether the statement ends there. */
  read(text: string, from: number, to: number, found: Finding[]): { at: number; isOver: boolean } {
    let at = from;
    while (at < to) {
      const character = text.charAt(at);
      if (this.#quote !== undefined) at = this.#quoted(text, at, this.#quote, found);
      else if (character === "'" || character === '"') at = this.#quoted(text, at + 1, character, found);
      else if (/[\w\x80-\uffff+-]/.test(character)) {
        const end = this.#word(text, at, found);
        if (this.#depth === 0 && !BEFORE_ROWS.test(text.slice(at, end))) return { at: end, isOver: true };
        at = end;
      } else {
        at += 1;
        if (character === ';' && this.#depth === 0) return { at, isOver: true };
        this.#sign(character);
      }
    }
    return { at, isOver: false };
  }

  #sign(character: string): void {
    if (character === ')') this.#depth = Math.max(0, this.#depth - 1);
    else if (character === ',' && this.#depth === 1) this.#cell += 1;
    else if (character === '(') {
      if (this.#depth === 0) this.#cell = 0;
      this.#depth += 1;
    }
  }

  #quoted(text: string, start: number, quote: string, found: Finding[]): number {
    const inside = quote === "'" ? SINGLE_QUOTED : DOUBLE_QUOTED;
    inside.lastIndex = start;
    inside.test(text);
    const end = inside.lastIndex;
    this.#add(text, start, end, quote === "'" ? SINGLE_REST : DOUBLE_REST, found);
    this.#quote = text.charAt(end) === quote ? undefined : quote;
    return Math.min(text.length, end + 1);
  }

  #word(text: string, start: number, found: Finding[]): number {
    WORD.lastIndex = start;
    WORD.test(text);
    const end = Math.max(start + 1, WORD.lastIndex);
    // The name of a function, or of a character set, has its argument behind it.
    if (this.#depth === 1 && !/[('"]/.test(text.charAt(end))) this.#add(text, start, end, WORD, found);
    return end;
  }

  #add(text: string, start: number, end: number, rest: RegExp, found: Finding[]): void {
    const rule = this.#depth === 0 ? undefined : this.#rules[this.#cell];
    if (rule === undefined || end === start) return;
    const value = text.slice(start, end);
    if (isNoValue(value) || /^default$/i.test(value) || startsWithMarker(value)) return;
    if (ruleApplies(rule, value)) found.push({ start, end, rule: rule.rule, rest });
    else if (rule.hints !== undefined && value.length <= MAX_LOOKED_AT_CHARS)
      for (const inside of this.#look(value, rule.hints)) found.push(shifted(inside, start));
  }
}

/** Statements that start a line and go on over others, or over more than is in view. */
export class SqlLines {
  readonly #classify: ClassifyKey;
  readonly #look: Look;
  #rows: Rows | undefined;
  #head = '';
  /** Up to here all has been read, counted from the start of the first piece. */
  #done = 0;

  constructor(classify: ClassifyKey, look: Look) {
    this.#classify = classify;
    this.#look = look;
  }

  get isOpen(): boolean {
    return this.#rows !== undefined || this.#head !== '';
  }

  /** Where to read on in a text that starts behind `offset` characters. */
  from(offset: number): number {
    return this.#done - offset;
  }

  /** Reads a line, or a part of one, from `from` on: what starts before `to` and ends before `end`. */
  read(text: string, from: number, to: number, end: number, offset: number, found: Finding[]): void {
    const at = this.#rows === undefined ? this.#start(text, from, end) : from;
    const done = this.#rows?.read(text, at, Math.min(to, end), found);
    if (done?.isOver === true) this.#rows = undefined;
    this.#done = offset + (done?.at ?? end);
  }

  /** Looks for the columns; where the rows start. */
  #start(text: string, from: number, end: number): number {
    const known = this.#head;
    const piece = text.slice(from, Math.min(end, from + MAX_HEAD_CHARS));
    const head = known + piece;
    const isWhole = piece.includes(')');
    this.#head = isWhole || head.length >= MAX_HEAD_CHARS || piece.includes(';') ? '' : `${head}\n`;
    if (!isWhole) return end;
    HEAD.lastIndex = 0;
    const rules = rulesOf(HEAD.exec(head)?.[1] ?? '', this.#classify);
    if (HEAD.lastIndex === 0) return end;
    this.#rows = rules && new Rows(rules, this.#look);
    return Math.max(from, from + HEAD.lastIndex - known.length);
  }
}

/** True for the start of a statement that adds rows. */
export function startsRows(text: string, at: number): boolean {
  START.lastIndex = at;
  return START.test(text);
}

/** Of statements that make or change somebody who signs in. */
const PASSWORD =
  /(?<![\w-])(?:identified(?: with ["'`]?\w{1,40}["'`]?)? (?:by|as)(?: password)?|password(?: for [^\s=]{1,128})?(?: ?= ?(?:password)?)?)(?:[ \t\r\n]{1,8}\(?|\()(?:'([^'\\\r\n]{1,256})'|"([^"\\\r\n]{1,256})")/dgi;

/** Values of the columns that name them, and passwords of those who are let in, in SQL. */
export function findInSql(text: string, classify: ClassifyKey, look: Look, found: Finding[]): void {
  PASSWORD.lastIndex = 0;
  for (let match = PASSWORD.exec(text); match !== null; match = PASSWORD.exec(text)) {
    const [start, end] = match.indices?.[1] ?? match.indices?.[2] ?? [0, 0];
    const value = match[1] ?? match[2] ?? '';
    if (!isNoValue(value) && !startsWithMarker(value)) found.push({ start, end, rule: RULES.credential });
  }
  HEAD.lastIndex = 0;
  for (let match = HEAD.exec(text); match !== null; match = HEAD.exec(text)) {
    const [rules, behind] = [rulesOf(match[1] ?? '', classify), HEAD.lastIndex];
    if (rules !== undefined) HEAD.lastIndex = new Rows(rules, look).read(text, behind, text.length, found).at;
  }
}
