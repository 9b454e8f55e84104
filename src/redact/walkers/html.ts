import { redactValue, type Scope, settleNamed, type Walker } from '../engine.ts';
import type { Output, Replaced } from '../findings.ts';
import { hintsAlone, type KeyRule } from '../key-rule.ts';
import { attributesOf, LABELS, RAW_TEXT, tagEnd } from './html-text.ts';
import { TextScanner } from './text.ts';
import { decodeEntities, encodeEntities, entityPlaces } from './xml-text.ts';

/** A longer text is no label of what stands behind it. */
const MAX_LABEL_CHARS = 64;
/** Columns of a table whose names are remembered. */
const MAX_COLUMNS = 256;
const TAG_NAME = /^<(\/?)([A-Za-z][^\s/>]{0,63})/;
/** Elements that name others, and aren't named. */
const NAMES: ReadonlySet<string> = new Set(['th', 'dt', 'label', 'legend', 'h1', 'h2', 'h3', 'h4']);
/** Names of attributes that say something about the value beside them. */
const NAMING = ['name', 'id', 'property', 'itemprop', 'aria-label', 'data-name'];

/** What a table's first row calls its columns, and which one the row that is read has come to. */
interface Table {
  readonly names: string[];
  column: number;
  /** True while the cells of a row are names. */
  isNaming: boolean;
}

/**
 * Walks HTML as browsers read it, whatever is wrong with it: texts by what stands before them (the cell, term or label) or over
 * them (the column), attributes by their names, and by content; scripts and styles as running text. Holds one text or tag; of
 * a longer one, and of what can't be read as markup, what is left is running text.
 */
export class HtmlWalker implements Walker {
  readonly failure = undefined;
  readonly #scope: Scope;
  readonly #output: Output;
  #buffer = '';
  #offset = 0;
  #scanner: TextScanner | undefined;
  #scannerAt = 0;
  /** Name of the element whose content is no markup. */
  #raw: string | undefined;
  #element = '';
  /** The text before, when it may be the label of the next one. */
  #label = '';
  readonly #tables: Table[] = [];

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
  }

  get bufferedBytes(): number {
    return this.#buffer.length + (this.#scanner?.bufferedBytes ?? 0);
  }

  push(text: string): void {
    this.#buffer += text;
    this.#run(false);
  }

  end(early: boolean): void {
    this.#run(true);
    const left = this.#buffer;
    if (left !== '') this.#long(left.length);
    this.#endLong(early);
  }

  #run(isFinal: boolean): void {
    while (this.#buffer !== '') {
      const end = this.#tokenEnd();
      if (end > 0) {
        if (this.#scanner === undefined) this.#token(this.#take(end));
        else this.#endLongAt(end);
        continue;
      }
      const { maxValueBytes } = this.#scope.engine.limits;
      const keep = this.#raw === undefined ? 0 : this.#raw.length + 2;
      if (!isFinal && (this.#scanner !== undefined || this.#buffer.length > maxValueBytes))
        this.#long(Math.max(0, this.#buffer.length - keep));
      return;
    }
  }

  #take(count: number): string {
    const taken = this.#buffer.slice(0, count);
    this.#buffer = this.#buffer.slice(count);
    this.#offset += count;
    return taken;
  }

  /** Where the text, tag or comment at the start of the buffer ends; 0 when it isn't whole. */
  #tokenEnd(): number {
    const text = this.#buffer;
    if (this.#raw !== undefined) {
      const closing = indexOfClosing(text, this.#raw);
      return closing === -1 ? 0 : closing === 0 ? this.#leaveRaw() : closing;
    }
    if (!isMarkup(text)) {
      const next = text.indexOf('<', 1);
      return next === -1 ? 0 : next;
    }
    if (text.startsWith('<!--')) return text.indexOf('-->') + 3 - (text.includes('-->') ? 0 : 2);
    return Math.max(0, tagEnd(text, 0));
  }

  #leaveRaw(): number {
    this.#raw = undefined;
    return Math.max(0, tagEnd(this.#buffer, 0));
  }

  /** `count` characters of a text that can't be held. */
  #long(count: number): void {
    if (count === 0) return;
    if (this.#scanner === undefined) {
      this.#scanner = new TextScanner(this.#scope, this.#output);
      this.#scannerAt = this.#offset;
    }
    const scanner = this.#scanner;
    const text = this.#take(count);
    this.#placed(this.#scannerAt, () => {
      scanner.push(text);
    });
  }

  #endLongAt(end: number): void {
    this.#long(end);
    this.#endLong(false);
  }

  #endLong(early: boolean): void {
    const scanner = this.#scanner;
    this.#scanner = undefined;
    if (scanner === undefined) return;
    this.#placed(this.#scannerAt, () => {
      scanner.end(early);
    });
  }

  #placed<T>(at: number, work: () => T, place: (index: number) => number = (index) => index): T {
    const from = this.#scope.tally.spanCount;
    const result = work();
    this.#scope.tally.rebase(from, (index) => at + place(index));
    return result;
  }

  #token(token: string): void {
    const at = this.#offset - token.length;
    if (!isMarkup(token)) this.#text(token, at);
    else if (/^<[!?]/.test(token))
      this.#put(
        token,
        this.#placed(at, () => redactValue(token, undefined, this.#scope)),
      );
    else this.#tag(token, at);
  }

  #put(raw: string, replaced: Replaced | undefined): void {
    if (replaced === undefined) this.#output.copy(raw);
    else this.#output.replace(replaced.redacted, replaced.original);
  }

  #text(raw: string, at: number): void {
    if (raw.trim() === '') {
      this.#output.copy(raw);
      return;
    }
    if (this.#element === 'script' || this.#element === 'style') {
      this.#put(
        raw,
        this.#placed(at, () => redactValue(raw, undefined, this.#scope)),
      );
      return;
    }
    const key = this.#keyOfText();
    this.#put(raw, this.#value(raw, key, at));
    this.#remember(decodeEntities(raw).trim());
  }

  #keyOfText(): KeyRule | undefined {
    if (NAMES.has(this.#element)) return undefined;
    if (this.#element === 'address') return this.#scope.engine.classify('streetAddress');
    const table = this.#tables.at(-1);
    const column = table?.isNaming === false ? table.names[table.column] : undefined;
    const { classify } = this.#scope.engine;
    return (
      (column === undefined ? undefined : classify(column)) ?? (this.#label === '' ? undefined : classify(this.#label))
    );
  }

  #remember(text: string): void {
    const table = this.#tables.at(-1);
    if (table?.isNaming === true && this.#element === 'th' && table.names.length < MAX_COLUMNS)
      table.names[table.column] = text.slice(0, MAX_LABEL_CHARS);
    const isLabel = text.length <= MAX_LABEL_CHARS && (LABELS.has(this.#element) || /[:=]$/.test(text));
    this.#label = isLabel ? text.replace(/\s*[:=]$/, '') : '';
  }

  /** Redacts character data or an attribute that starts at `at`. */
  #value(raw: string, key: KeyRule | undefined, at: number): Replaced | undefined {
    const text = decodeEntities(raw);
    const place = this.#scope.tally.explains ? entityPlaces(raw) : (index: number) => index;
    const lead = text.length - text.trimStart().length;
    const named = this.#placed(
      at,
      () => key && settleNamed(text.trim(), key, this.#scope),
      (index) => place(lead + index),
    );
    if (named !== undefined) {
      const trail = text.slice(text.trimEnd().length);
      const original = key?.rule.neverKept === true ? '' : raw;
      return { redacted: `${text.slice(0, lead)}${named}${trail}`, original };
    }
    const replaced = this.#placed(at, () => redactValue(text, hintsAlone(key), this.#scope), place);
    if (replaced === undefined) return undefined;
    const original = replaced.original === text ? raw : encodeEntities(replaced.original);
    return { redacted: encodeEntities(replaced.redacted), original };
  }

  #tag(tag: string, at: number): void {
    const [, slash, name = ''] = TAG_NAME.exec(tag) ?? [];
    const element = name.toLowerCase();
    if (slash === '/') this.#close(element);
    else this.#open(element);
    if (slash === '/')
      this.#put(
        tag,
        this.#placed(at, () => redactValue(tag, undefined, this.#scope)),
      );
    else this.#attributes(tag, at);
  }

  #open(element: string): void {
    this.#element = element;
    if (element === 'input' || element === 'select' || element === 'label') this.#label = '';
    const table = this.#tables.at(-1);
    if (element === 'table' && this.#tables.length < MAX_COLUMNS)
      this.#tables.push({ names: [], column: -1, isNaming: true });
    else if (element === 'tr' && table !== undefined) {
      table.column = -1;
      table.isNaming = table.names.length === 0;
      this.#label = '';
    } else if ((element === 'td' || element === 'th') && table !== undefined) {
      table.column += 1;
      // A name before its value, in the same row: there are no columns with names.
      if (element === 'td' && table.isNaming) {
        table.names.length = 0;
        table.isNaming = false;
      }
    }
    if (RAW_TEXT.has(element)) this.#raw = element;
  }

  #close(element: string): void {
    if (element === 'table') this.#tables.pop();
    if (element === 'p' || element === 'div' || element === 'li') this.#label = '';
    this.#element = '';
  }

  #attributes(tag: string, at: number): void {
    const attributes = attributesOf(tag);
    let done = 0;
    const named = attributes.find(({ name }) => NAMING.includes(name))?.value ?? '';
    for (const { name, value, quote, at: start } of attributes) {
      const isValue = name === 'value' || name === 'content';
      const { classify, classifyParameter } = this.#scope.engine;
      const key = isValue && named !== '' ? classifyParameter(decodeEntities(named)) : classify(name);
      const replaced = NAMING.includes(name)
        ? this.#value(value, undefined, at + start)
        : this.#value(value, key, at + start);
      if (replaced === undefined) continue;
      this.#output.copy(tag.slice(done, start));
      this.#output.replace(quote === '' ? `"${replaced.redacted}"` : replaced.redacted, replaced.original);
      done = start + value.length;
    }
    this.#output.copy(tag.slice(done));
  }
}

function isMarkup(text: string): boolean {
  return /^<[A-Za-z/!?]/.test(text);
}

function indexOfClosing(text: string, element: string): number {
  const pattern = new RegExp(`</${element}(?=[\\s/>])`, 'i');
  return text.search(pattern);
}
