import { cardCode } from '../words/code-keys.ts';
import { listedCodeIn } from '../detectors/cards.ts';
import { base64Text } from '../base64.ts';
import { redactValue, type Scope, type Walker } from '../engine.ts';
import type { Output } from '../findings.ts';
import { beside, type KeyRule, NEVER } from '../words/key-rule.ts';
import { hasMarker } from '../markers.ts';
import { CARE, careOf } from './json-container.ts';
import { RULES } from '../rules.ts';
import type { WithdrawReason } from '../types.ts';
import { isValueRole, type PairRole, pairRole } from './pairs.ts';
import { TextScanner } from './text.ts';
import { withoutBlanks } from '../words/words.ts';

/** What spreadsheets write in front of the first row. */
const CHOICE = /^(?:\xef\xbb\xbf)?sep=([,;\t|])$/i;
const BYTE_ORDER_MARK = /^\xef\xbb\xbf/;
const SEPARATORS = [',', ';', '\t', '|'];
/** Columns whose names are remembered. */
const MAX_COLUMNS = 4096;
/** Rows in a row with as many cells show what separates them. */
const SURE_ROWS = 2;
/** A column's name: words, no number, no address. */
const COLUMN_NAME = /^[A-Za-z_\x80-\uffff][^@\r\n]{0,63}$/;
/** More digits than a name has. */
const NUMBER = /\d{4}/;

/** A cell of a row. */
interface Cell {
  /** As it was written, with its quotation marks. */
  readonly raw: string;
  /** Where it starts in the row. */
  readonly at: number;
}

/** The one of the usual separators that stands most often outside of quotation marks. */
export function separatorOf(row: string): string {
  const plain = row.replace(/"[^"]*"/g, '');
  let best = ',';
  let most = 0;
  for (const separator of SEPARATORS) {
    const count = plain.split(separator).length - 1;
    if (count > most) [best, most] = [separator, count];
  }
  return best;
}

/** Where in `text` the row that starts at `start` ends, before its line end; -1 when that isn't there yet. */
export function rowEnd(text: string, start: number, separator: string | undefined): number {
  let isQuoted = false;
  let isCellStart = true;
  for (let i = start; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (isQuoted) {
      if (code !== 34) continue;
      if (text.charCodeAt(i + 1) === 34) i += 1;
      else isQuoted = false;
    } else if (code === 34 && isCellStart) isQuoted = true;
    else if (code === 10 || code === 13) return i;
    isCellStart = separator === undefined ? SEPARATORS.includes(text.charAt(i)) : text[i] === separator;
  }
  return -1;
}

export function cellsOf(row: string, separator: string): Cell[] {
  const cells: Cell[] = [];
  for (let at = 0; at <= row.length;) {
    let end = at;
    if (row.charCodeAt(at) === 34) {
      end += 1;
      while (end < row.length && !(row.charCodeAt(end) === 34 && row.charCodeAt(end + 1) !== 34))
        end += row.charCodeAt(end) === 34 ? 2 : 1;
    }
    const next = row.indexOf(separator, Math.min(end, row.length));
    const stop = next === -1 ? row.length : next;
    cells.push({ raw: row.slice(at, stop), at });
    at = stop + 1;
  }
  return cells;
}

/**
 * Walks comma-separated values (RFC 4180), and those with another separator: each cell by the name of its column, which the
 * first row of names has, and by its content; in rows of two cells, or columns called key and value, the one names the other. Holds one row at most; a longer one, whose quotation mark was never closed, and all that
 * follows are running text, or given up where a column's name gives its values away.
 */
export class CsvWalker implements Walker {
  #failure: WithdrawReason | undefined;
  readonly #scope: Scope;
  readonly #output: Output;
  readonly #hasNames: boolean;
  readonly #isPadded: boolean;
  #separator: string | undefined;
  #columns: (KeyRule | undefined)[] | undefined;
  /** Columns that name, row by row, what another one holds. */
  #roles: readonly (PairRole | undefined)[] = [];
  /** True once a row of names has said something. */
  #hasKeys = false;
  #isSectionStart = false;
  #lastSeparator = '';
  #lastCells = 0;
  #sameRows = 0;
  #buffer = '';
  #offset = 0;
  #scanner: TextScanner | undefined;
  #scannerAt = 0;

  /**
   * `hasNames` is false when the content type says that there is no header (RFC 4180, 3), `isPadded` true where blanks around a
   * cell's text are no part of it.
   */
  constructor(scope: Scope, output: Output, separator?: string, hasNames = true, isPadded = false) {
    this.#scope = scope;
    this.#output = output;
    this.#separator = separator;
    this.#hasNames = hasNames;
    this.#isPadded = isPadded;
  }

  get failure(): WithdrawReason | undefined {
    return this.#failure;
  }

  get bufferedBytes(): number {
    return this.#buffer.length + (this.#scanner?.bufferedBytes ?? 0);
  }

  push(text: string): void {
    if (this.#scanner !== undefined) {
      this.#scan(text, this.#scanner);
      return;
    }
    this.#buffer += text;
    let start = 0;
    // A line feed may follow a return at the end.
    const limit = this.#buffer.endsWith('\r') ? this.#buffer.length - 1 : this.#buffer.length;
    for (let end = rowEnd(this.#buffer, 0, this.#separator); end !== -1 && end < limit;) {
      if (this.#isTooLong(end - start)) break;
      this.#row(this.#buffer.slice(start, end), this.#offset + start);
      const next = end + (this.#buffer.startsWith('\r\n', end) ? 2 : 1);
      this.#output.copy(this.#buffer.slice(end, next));
      start = next;
      end = rowEnd(this.#buffer, start, this.#separator);
    }
    this.#buffer = this.#buffer.slice(start);
    this.#offset += start;
    // Line ends may follow.
    if (this.#isTooLong(this.#buffer.length - 2)) this.#giveUpRows();
  }

  #isTooLong(rowChars: number): boolean {
    return rowChars > this.#scope.engine.limits.maxValueBytes;
  }

  end(early: boolean): void {
    const [, row = '', lineEnd = ''] = /^([^]*?)(\r?\n|\r)?$/.exec(this.#buffer) ?? [];
    if (this.#scanner === undefined && (early || this.#isTooLong(row.length))) this.#giveUpRows(early);
    if (this.#scanner !== undefined) {
      const scanner = this.#scanner;
      this.#placed(() => {
        scanner.end(early);
      });
    } else if (this.#buffer !== '') {
      this.#row(row, this.#offset);
      this.#output.copy(lineEnd);
    }
    this.#buffer = '';
  }

  /** Of a row without its end no cell is sure to stand in its column: running text would show what names give away. */
  #giveUpRows(early = false): void {
    if (this.#columns?.some((key) => careOf(key) !== CARE.none) === true) {
      if (early) this.#output.replace(this.#scope.tally.drop(RULES.cutOff), '');
      else this.#failure = 'over_limit';
      this.#buffer = '';
      return;
    }
    this.#scanner = new TextScanner(this.#scope, this.#output);
    this.#scannerAt = this.#offset;
    const held = this.#buffer;
    this.#buffer = '';
    this.#scan(held, this.#scanner);
  }

  #scan(text: string, scanner: TextScanner): void {
    this.#placed(() => {
      scanner.push(text);
    });
  }

  #placed(work: () => void): void {
    const from = this.#scope.tally.spanCount;
    work();
    this.#scope.tally.rebase(from, (index) => this.#scannerAt + index);
  }

  #row(row: string, at: number): void {
    if (row === '') {
      this.#isSectionStart = true;
      return;
    }
    const chosen = this.#columns === undefined ? CHOICE.exec(row)?.[1] : undefined;
    if (chosen !== undefined && this.#separator === undefined) {
      this.#separator = chosen;
      this.#output.copy(row);
      return;
    }
    const separator = this.#separator ?? separatorOf(row);
    const cells = cellsOf(row, separator);
    const names = this.#namesIn(cells);
    this.#settleSeparator(separator, cells.length, names !== undefined);
    const columns = names === undefined ? this.#columns : undefined;
    const mayList = CARD_DIGITS.test(row) && columns?.some(saysSomething) !== true;
    const code = mayList ? listedCodeIn(cells.map(({ raw }) => unquoted(raw))) : -1;
    let named: KeyRule | undefined;
    for (const [index, cell] of cells.entries()) {
      if (index > 0) this.#output.copy(separator);
      const isNamed = names === undefined && (isValueRole(this.#roles[index]) || (index === 1 && cells.length === 2));
      const key = columns?.[index] ?? (isNamed ? named : index === code ? cardCode : undefined);
      const isReplaced = this.#isPadded ? this.#padded(cell, key, at) : this.#cell(cell, key, at + cell.at);
      if (this.#roles[index] === 'name' || (index === 0 && !this.#hasKeys))
        named = isReplaced ? undefined : this.#labelIn(cell.raw);
    }
    if (names === undefined) return;
    this.#columns = names;
    this.#roles = rolesOf(cells);
  }

  /**
   * What a row says about its columns when it is one of names: the first, and a later one as long as none has said anything,
   * or behind an empty row; what is before it is a title. Undefined for a row of values.
   */
  #namesIn(cells: readonly Cell[]): (KeyRule | undefined)[] | undefined {
    const isSought = this.#isSectionStart || !this.#hasKeys;
    this.#isSectionStart = false;
    if (!this.#hasNames || !isSought) return undefined;
    const keys = cells.slice(0, MAX_COLUMNS).map(({ raw }) => this.#keyOf(raw));
    const hasKeys = keys.some(saysSomething) || rolesOf(cells).length > 0;
    const isFirst = this.#columns === undefined;
    if (!isFirst && isPair(keys)) return undefined;
    const mayBeOfNames = cells.length > 1 && hasKeys && cells.every(({ raw }) => isColumnName(plainText(raw)));
    if (!isFirst && !mayBeOfNames) return undefined;
    const hasValues = cells.map(({ raw }) => this.#holdsValue(raw));
    const isOfNames = mayBeOfNames && !hasValues.includes(true);
    if (!isFirst && !isOfNames) return undefined;
    // The only cell of a title is a name of nothing, unless there are no others.
    this.#hasKeys = hasKeys && isOfNames;
    const isPerson = keys.some((key) => key?.tellsOfPerson === true);
    return keys.map((key, index) => (hasValues[index] === true ? undefined : beside(key, isPerson)));
  }

  /** True for a cell that no name is in: it holds what is replaced, or was, or text that is encoded. */
  #holdsValue(raw: string): boolean {
    const text = unquoted(raw);
    if (hasMarker(raw) || base64Text(text) !== undefined) return true;
    const { tally } = this.#scope;
    const before = tally.mark();
    const isReplaced = redactValue(text, undefined, this.#scope) !== undefined;
    tally.rollBack(before);
    return isReplaced;
  }

  #settleSeparator(separator: string, cells: number, isOfNames: boolean): void {
    if (this.#separator !== undefined) return;
    this.#sameRows =
      cells > 1 && separator === this.#lastSeparator && cells === this.#lastCells ? this.#sameRows + 1 : 1;
    this.#lastSeparator = separator;
    this.#lastCells = cells;
    if ((isOfNames && this.#hasKeys) || this.#sameRows >= SURE_ROWS) this.#separator = separator;
  }

  /** What the name of a column says; one in which something was replaced was none. */
  #keyOf(raw: string): KeyRule | undefined {
    if (hasMarker(raw)) return undefined;
    return this.#scope.engine.classify(plainText(raw));
  }

  /** What a cell says about the one beside it. */
  #labelIn(raw: string): KeyRule | undefined {
    const text = plainText(raw);
    return isColumnName(text) && !text.includes('=') ? this.#keyOf(raw) : undefined;
  }

  /** The same of a cell's text without the blanks around it. */
  #padded({ raw, at: from }: Cell, key: KeyRule | undefined, at: number): boolean {
    const [, before = '', text = '', behind = ''] = /^([ \t]*)([^]*?)([ \t]*)$/.exec(raw) ?? [];
    this.#output.copy(before);
    const isReplaced = this.#cell({ raw: text, at: from + before.length }, key, at + from + before.length);
    this.#output.copy(behind);
    return isReplaced;
  }

  /** False when the cell stays as it is. */
  #cell({ raw }: Cell, key: KeyRule | undefined, at: number): boolean {
    const text = unquoted(raw);
    const from = this.#scope.tally.spanCount;
    const replaced = redactValue(text, key, this.#scope);
    const isQuoted = text.length !== raw.length;
    if (this.#scope.tally.explains) this.#scope.tally.rebase(from, quotedPlaces(raw, isQuoted, at));
    if (replaced === undefined) {
      this.#output.copy(raw);
      return false;
    }
    const original = replaced.original === text ? raw : quoted(replaced.original);
    this.#output.replace(isQuoted ? quoted(replaced.redacted) : replaced.redacted, original);
    return true;
  }
}

/** As many as the shortest card number has. */
const CARD_DIGITS = /\d(?:[ -]?\d){11}/;

/** The text of a cell without what spreadsheets write around it. */
export function plainText(raw: string): string {
  return withoutBlanks(unquoted(withoutBlanks(raw.replace(BYTE_ORDER_MARK, ''))));
}

export function saysSomething(key: KeyRule | undefined): boolean {
  return key !== undefined && key.isWeak !== true && (key.applies !== NEVER || key.hints !== undefined);
}

/** True for a name and its value: there are no columns then. */
function isPair(keys: readonly (KeyRule | undefined)[]): boolean {
  return keys.length === 2 && saysSomething(keys[0]) && keys[1] === undefined;
}

/** An empty cell may stand in a row of names, and a mark of a comment before the first of them. */
export function isColumnName(text: string): boolean {
  return text === '' || (COLUMN_NAME.test(text.replace(/^# ?/, '')) && !NUMBER.test(text));
}

/** Of columns that are called key and value, and nothing for all others. */
function rolesOf(cells: readonly Cell[]): readonly (PairRole | undefined)[] {
  const roles = cells.slice(0, MAX_COLUMNS).map(({ raw }) => pairRole(plainText(raw)));
  return roles.includes('name') && roles.some(isValueRole) ? roles : [];
}

function unquoted(raw: string): string {
  return raw.length > 1 && raw.startsWith('"') && raw.endsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Tells where a place in a cell's text is in all that was taken. */
function quotedPlaces(raw: string, isQuoted: boolean, at: number): (index: number) => number {
  if (!isQuoted) return (index) => at + index;
  return (index) => {
    let place = 1;
    for (let i = 0; i < index && place < raw.length; i += 1) place += raw.startsWith('""', place) ? 2 : 1;
    return at + place;
  };
}
