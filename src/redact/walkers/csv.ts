import { redactValue, type Scope, type Walker } from '../engine.ts';
import type { Output } from '../findings.ts';
import type { KeyRule } from '../key-rule.ts';
import { hasMarker } from '../markers.ts';
import { CARE, careOf } from './json-state.ts';
import { RULES } from '../rules.ts';
import type { WithdrawReason } from '../types.ts';
import { TextScanner } from './text.ts';

/** What spreadsheets write in front of the first row. */
const CHOICE = /^(?:\xef\xbb\xbf)?sep=([,;\t|])$/i;
const BYTE_ORDER_MARK = /^\xef\xbb\xbf/;
const SEPARATORS = [',', ';', '\t', '|'];
/** Columns whose names are remembered. */
const MAX_COLUMNS = 4096;

/** A cell of a row. */
interface Cell {
  /** As it was written, with its quotation marks. */
  readonly raw: string;
  /** Where it starts in the row. */
  readonly at: number;
}

/** The one of the usual separators that stands most often outside of quotation marks. */
function separatorOf(row: string): string {
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
function rowEnd(text: string, start: number, separator: string | undefined): number {
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

function cellsOf(row: string, separator: string): Cell[] {
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
 * first row has, and by its content. Holds one row at most; a longer one, whose quotation mark was never closed, and all that
 * follows are running text, or given up where a column's name gives its values away.
 */
export class CsvWalker implements Walker {
  #failure: WithdrawReason | undefined;
  readonly #scope: Scope;
  readonly #output: Output;
  readonly #hasNames: boolean;
  #separator: string | undefined;
  #columns: (KeyRule | undefined)[] | undefined;
  #buffer = '';
  #offset = 0;
  #scanner: TextScanner | undefined;
  #scannerAt = 0;

  /** `hasNames` is false when the content type says that there is no header (RFC 4180, 3). */
  constructor(scope: Scope, output: Output, separator?: string, hasNames = true) {
    this.#scope = scope;
    this.#output = output;
    this.#separator = separator;
    this.#hasNames = hasNames;
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
    if (row === '') return;
    const chosen = this.#columns === undefined ? CHOICE.exec(row)?.[1] : undefined;
    if (chosen !== undefined && this.#separator === undefined) {
      this.#separator = chosen;
      this.#output.copy(row);
      return;
    }
    const separator = (this.#separator ??= separatorOf(row));
    const cells = cellsOf(row, separator);
    const isNames = this.#columns === undefined && this.#hasNames;
    for (const [index, cell] of cells.entries()) {
      if (index > 0) this.#output.copy(separator);
      this.#cell(cell, isNames ? undefined : this.#columns?.[index], at + cell.at);
    }
    this.#columns ??= isNames ? cells.slice(0, MAX_COLUMNS).map(({ raw }) => this.#keyOf(raw)) : [];
  }

  /** What the name of a column says; one in which something was replaced was none. */
  #keyOf(raw: string): KeyRule | undefined {
    if (hasMarker(raw)) return undefined;
    return this.#scope.engine.classify(unquoted(raw.replace(BYTE_ORDER_MARK, '')).trim());
  }

  #cell({ raw }: Cell, key: KeyRule | undefined, at: number): void {
    const text = unquoted(raw);
    const from = this.#scope.tally.spanCount;
    const replaced = redactValue(text, key, this.#scope);
    const isQuoted = text.length !== raw.length;
    if (this.#scope.tally.explains) this.#scope.tally.rebase(from, quotedPlaces(raw, isQuoted, at));
    if (replaced === undefined) {
      this.#output.copy(raw);
      return;
    }
    const original = replaced.original === text ? raw : quoted(replaced.original);
    this.#output.replace(isQuoted ? quoted(replaced.redacted) : replaced.redacted, original);
  }
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
