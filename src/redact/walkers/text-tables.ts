import type { Scope, Walker } from '../engine.ts';
import type { Output } from '../findings.ts';
import type { WithdrawReason } from '../types.ts';
import { cellsOf, CsvWalker, isColumnName, plainText, rowEnd, saysSomething, separatorOf } from './csv.ts';
import { TextScanner } from './text.ts';

/** Types of text in which somebody may have written, or pasted, a table. */
const TYPES: ReadonlySet<string> = new Set(['', 'text/plain', 'text/markdown', 'text/x-markdown']);
/** Longer lines are no row of names. */
const MAX_HEADER_CHARS = 2048;
/** The first cell of a row of names, and what parts it from the next; blanks and a bar may stand before it, and the mark of a comment. */
const START =
  /(?:\xef\xbb\xbf)?[ \t|]{0,8}(?:# ?)?(?:"[^"\r\n]{1,64}"|[A-Za-z_\x80-\xff][^,;\t|\r\n"]{0,63})[ ]{0,64}[,;\t|]/y;
/** So much of a line is enough to tell. */
const START_CHARS = 160;
/** A column's name: a few words, no more of punctuation than stands among these. */
const NAME = /^[\w\x80-\xff]+(?:[ ./#-]{1,3}[\w\x80-\xff]+){0,4}(?: ?\([\w .-]{1,20}\))?[#*.]?$/;
const COMMENT = /^# ?/;
/** Words of sentences, in the name of no column. */
const SENTENCE =
  /(?:^| )(?:the|an?|my|your|our|you|we|i|he|she|they|it|is|are|was|will|please|dear|hello|hi|that|this|but|or|and)(?: |$)/i;
/** What stands between the names and the rows, and around all (Markdown, and what shells of databases print). */
const RULE = /^[ \t]*[|+:-][|+:= \t-]*[|+:-][ \t]*\r?$/;

/** True for media types of running text in which tables are looked for. */
export function mayHoldTables(type: string): boolean {
  return TYPES.has(type);
}

function isName(text: string): boolean {
  return isColumnName(text) && NAME.test(text.replace(COMMENT, '')) && !SENTENCE.test(text);
}

/** Behind the line end at `end`; -1 when it isn't sure where that is. */
function behindLineEnd(text: string, end: number, isLast: boolean): number {
  if (text.charCodeAt(end) === 10 || (isLast && end + 1 === text.length)) return end + 1;
  if (end + 1 === text.length) return -1;
  return text.charCodeAt(end + 1) === 10 ? end + 2 : end + 1;
}

/** What begins at a place: nothing that matters, a table with this separator, or what only more text can tell. */
type Start = 'nothing' | 'unknown' | { readonly separator: string };

/**
 * Running text with tables in it: from a row of names on, of which one says what is in its column, with a row below that has as
 * many cells, lines are walked as {@link CsvWalker} walks them, up to one that has no separator. Holds one row, and a row of
 * names until it knows what stands below, besides what its walkers hold.
 */
export class TextWithTables implements Walker {
  readonly #scope: Scope;
  readonly #output: Output;
  #walker: Walker;
  /** What parts the cells of the table at hand. */
  #separator: string | undefined;
  #buffer = '';
  /** False within a line of which the start was passed on. */
  #isLineStart = true;
  /** Characters before those in the buffer. */
  #offset = 0;
  /** Where the text that the walker has seen would start in all that was taken, had it come in one. */
  #walkerAt = 0;

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
    this.#walker = new TextScanner(scope, output);
  }

  get failure(): WithdrawReason | undefined {
    return this.#walker.failure;
  }

  get bufferedBytes(): number {
    return this.#buffer.length + this.#walker.bufferedBytes;
  }

  push(text: string): void {
    this.#buffer += text;
    this.#read(false);
  }

  end(early: boolean): void {
    // A row that was cut off isn't known to be one.
    if (!early) this.#read(true);
    this.#pass(this.#buffer.length);
    if (this.failure === undefined) this.#endWalker(early);
  }

  #read(isLast: boolean): void {
    for (let goesOn = true; goesOn && this.#buffer !== '' && this.failure === undefined;)
      goesOn = this.#separator === undefined ? this.#readText(isLast) : this.#readRow(this.#separator, isLast);
  }

  /** Passes text on up to the next table. False when all that is left has to wait for more. */
  #readText(isLast: boolean): boolean {
    const buffer = this.#buffer;
    let at = 0;
    for (;;) {
      const start = this.#isLineStart ? this.#startAt(at, isLast) : 'nothing';
      if (typeof start === 'object') {
        this.#pass(at);
        this.#startTable(new CsvWalker(this.#scope, this.#output, start.separator, true, true), start.separator);
        return true;
      }
      if (start === 'unknown') break;
      const end = buffer.indexOf('\n', at);
      this.#isLineStart = end !== -1;
      at = end === -1 ? buffer.length : end + 1;
      if (at === buffer.length) break;
    }
    this.#pass(at);
    return false;
  }

  #startTable(walker: Walker, separator: string | undefined): void {
    this.#endWalker(false);
    this.#walker = walker;
    this.#walkerAt = this.#offset;
    this.#separator = separator;
    this.#isLineStart = true;
  }

  #startAt(at: number, isLast: boolean): Start {
    const buffer = this.#buffer;
    START.lastIndex = at;
    if (!START.test(buffer)) {
      const isOpen = !isLast && buffer.length - at < START_CHARS && !buffer.includes('\n', at);
      return isOpen ? 'unknown' : 'nothing';
    }
    const end = buffer.indexOf('\n', at);
    if (end === -1) return isLast || buffer.length - at > MAX_HEADER_CHARS ? 'nothing' : 'unknown';
    const separator = end - at > MAX_HEADER_CHARS ? undefined : this.#separatorIn(buffer.slice(at, end));
    return separator === undefined ? 'nothing' : this.#below(separator, at, end + 1, isLast);
  }

  /** What parts the names in a line; undefined when it is no row of names. */
  #separatorIn(line: string): string | undefined {
    const row = line.replace(/\r$/, '');
    const separator = separatorOf(row);
    const names = cellsOf(row, separator)
      .map(({ raw }) => plainText(raw))
      .filter((name) => name !== '');
    if (names.length < 2 || !names.every((name) => isName(name))) return undefined;
    return names.some((name) => saysSomething(this.#scope.engine.classify(name))) ? separator : undefined;
  }

  /** Judges a row of names from `at` on by the row below, which starts at `from`. */
  #below(separator: string, at: number, from: number, isLast: boolean): Start {
    const buffer = this.#buffer;
    const end = rowEnd(buffer, from, separator);
    const isLong = buffer.length - from > this.#scope.engine.limits.maxValueBytes;
    if (end === -1 && !isLast && !isLong) return 'unknown';
    const row = buffer.slice(from, end === -1 ? buffer.length : end);
    if (separator === '|' && RULE.test(row)) return { separator };
    const names = buffer.slice(at, from).replace(/\r?\n$/, '');
    return cellsOf(row, separator).length === cellsOf(names, separator).length ? { separator } : 'nothing';
  }

  /** Passes a row on, or ends the table before it. False when it has to wait for more. */
  #readRow(separator: string, isLast: boolean): boolean {
    const buffer = this.#buffer;
    const end = rowEnd(buffer, 0, separator);
    const behind = end === -1 ? -1 : behindLineEnd(buffer, end, isLast);
    if (behind === -1 && !isLast) {
      // The walker of the table gives such a row up.
      if (buffer.length > this.#scope.engine.limits.maxValueBytes) this.#pass(buffer.length);
      return false;
    }
    const row = buffer.slice(0, end === -1 ? buffer.length : end);
    const size = behind === -1 ? buffer.length : behind;
    if (RULE.test(row)) this.#skip(size);
    else if (cellsOf(row, separator).length > 1) this.#pass(size);
    else this.#startTable(new TextScanner(this.#scope, this.#output), undefined);
    return true;
  }

  /** Puts out what is nothing to the walker. */
  #skip(size: number): void {
    this.#output.copy(this.#buffer.slice(0, size));
    this.#walkerAt += size;
    this.#take(size);
  }

  #pass(size: number): void {
    if (size === 0) return;
    const text = this.#buffer.slice(0, size);
    this.#take(size);
    this.#placed(() => {
      this.#walker.push(text);
    });
  }

  #take(size: number): void {
    this.#buffer = this.#buffer.slice(size);
    this.#offset += size;
  }

  #endWalker(early: boolean): void {
    this.#placed(() => {
      this.#walker.end(early);
    });
  }

  #placed(work: () => void): void {
    const from = this.#scope.tally.spanCount;
    work();
    if (this.#walkerAt > 0) this.#scope.tally.rebase(from, (index) => this.#walkerAt + index);
  }
}
