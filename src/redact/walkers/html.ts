import { dropLong, redactValue, type Scope, type Walker } from '../engine.ts';
import type { Output, Replaced } from '../findings.ts';
import { type KeyRule, NEVER } from '../words/key-rule.ts';
import { type Attribute, attributesOf, INLINE, LABELS, NAMELESS } from './html-text.ts';
import { HtmlTokens, type Token } from './html-tokens.ts';
import { hasMarker, isMarker } from '../markers.ts';
import { TextRun } from './text-run.ts';
import { TextScanner } from './text.ts';
import { decodeEntities, redactCharacters } from './xml-text.ts';
import { withoutBlanks } from '../words/words.ts';

/** A longer text is no label of what stands behind it. */
const MAX_LABEL_CHARS = 64;
/** Columns of a table whose names are remembered. */
const MAX_COLUMNS = 256;
const TAG_NAME = /^<(\/?)([A-Za-z[][^\s/>]{0,511})/;
/** What names of elements and attributes don't have, but values. */
const UNUSUAL_NAME = /[=@%&[]|\d{4}|\w{20}/;
/** Elements that name others, and aren't named. */
const NAMES: ReadonlySet<string> = new Set(['th', 'dt', 'label', 'legend', 'h1', 'h2', 'h3', 'h4']);
/** Elements whose value is the text in them, or that of their options. */
const FIELDS: ReadonlySet<string> = new Set(['textarea', 'select', 'datalist', 'button', 'output']);
/** Names of attributes that say something about the value beside them. */
const NAMING = ['name', 'id', 'property', 'itemprop', 'aria-label', 'data-name', 'autocomplete'];

/** Inputs that a label before them says nothing about. */
const UNLABELLED = /^(?:hidden|submit|button|reset|image|checkbox|radio)$/i;
/** A name before its value, which may stand in the next block. */
const STRONG_LABEL = /^\S+(?: \S+){0,2}\s*[:=]$/;
const PLAIN_CLOSING = /^<\/[A-Za-z][\w:.-]{0,63}>$/;
const PLAIN_NAME = /^[a-z][\w:.-]{0,63}$/;
const COMMENT = /^<!--([^]*)-->$/;
const CDATA = '<![CDATA[';

/** What a table's first row calls its columns, and which one the row that is read has come to. */
interface Table {
  readonly names: string[];
  /** Cells of a first row of values that are names themselves. */
  readonly candidates: string[];
  column: number;
  row: number;
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
  readonly #run: TextRun;
  readonly #tokens: HtmlTokens;
  /** Takes what can't be held. */
  #scanner: TextScanner | undefined;
  #scannerAt = 0;
  #element = '';
  /** The text before, when it may be the label of the next one. */
  #label = '';
  /** True for a label that holds beyond the end of its block. */
  #isStrong = false;
  /** What was the last label of a field. */
  #fieldLabel = '';
  /** The id of the field that the open label is of. */
  #labelFor = '';
  readonly #labels = new Map<string, string>();
  /** Set while what is left of a text is replaced that is too long to be held. */
  #isDropped = false;
  readonly #tables: Table[] = [];
  /** What the field of a form is called that texts and options belong to. */
  #field: readonly string[] = [];

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
    this.#run = new TextRun(scope, output);
    this.#tokens = new HtmlTokens(scope.engine.limits.maxValueBytes);
  }

  get bufferedBytes(): number {
    return this.#tokens.bufferedBytes + this.#run.bufferedBytes + (this.#scanner?.bufferedBytes ?? 0);
  }

  push(text: string): void {
    this.#tokens.push(text);
    for (let token = this.#tokens.next(false); token !== undefined; token = this.#tokens.next(false))
      this.#token(token, false);
  }

  end(early: boolean): void {
    for (let token = this.#tokens.next(true); token !== undefined; token = this.#tokens.next(true))
      this.#token(token, early && this.#tokens.bufferedBytes === 0);
    this.#run.flush();
    this.#endPieces(early);
  }

  #piece({ kind, text, at, isEnd }: Token, isCut: boolean): void {
    this.#run.flush();
    if (this.#scanner === undefined && kind !== 'markup' && kind !== 'tag' && !isCut && !isMarker(text))
      this.#dropPiece();
    if (this.#isDropped) {
      if (isEnd) this.#isDropped = false;
      return;
    }
    if (this.#scanner === undefined) this.#scannerAt = at;
    const scanner = (this.#scanner ??= new TextScanner(this.#scope, this.#output));
    this.#placed(this.#scannerAt, () => {
      scanner.push(text);
    });
    if (isEnd && !isCut) this.#endPieces(false);
  }

  /** A text that its name gives away is replaced, however long it is. */
  #dropPiece(): void {
    const isCode = this.#element === 'script' || this.#element === 'style';
    const dropped = this.#isDropped || isCode ? undefined : dropLong(this.#keyOfText(), this.#scope);
    if (dropped === undefined) return;
    this.#output.replace(dropped, '');
    this.#isDropped = true;
  }

  #endPieces(early: boolean): void {
    const scanner = this.#scanner;
    this.#scanner = undefined;
    if (scanner === undefined) return;
    this.#placed(this.#scannerAt, () => {
      scanner.end(early);
    });
  }

  #placed<T>(at: number, work: () => T): T {
    const from = this.#scope.tally.spanCount;
    const result = work();
    this.#scope.tally.rebase(from, (index) => at + index);
    return result;
  }

  /** `isCut` says that the content was cut off in this one. */
  #token(token: Token, isCut: boolean): void {
    const { kind, text, at } = token;
    if (token.isPiece || isCut) this.#piece(token, isCut);
    else if (kind === 'tag') this.#tag(text, at);
    else if (kind === 'markup') this.#markup(text, at);
    else this.#text(text, at);
  }

  #markup(text: string, at: number): void {
    const inside = COMMENT.exec(text)?.[1];
    if (inside !== undefined) {
      this.#run.copy('<!--');
      this.#value(inside, at + '<!--'.length);
      this.#run.copy('-->');
    } else if (text.startsWith(CDATA)) {
      this.#run.flush();
      this.#put(text, redactCharacters(text, this.#keyOfText(), at, this.#scope));
    } else this.#value(text, at);
  }

  /** Puts out what is a value by itself. */
  #value(text: string, at: number): void {
    this.#put(
      text,
      this.#placed(at, () => redactValue(text, undefined, this.#scope)),
    );
  }

  /** The same of what stands between the signs of a tag, which are left: what follows would be read as a part of it. */
  #valueInTag(tag: string, at: number): void {
    const end = tag.endsWith('>') ? tag.length - 1 : tag.length;
    this.#run.copy('<');
    this.#value(tag.slice(1, end), at + 1);
    this.#run.copy(tag.slice(end));
  }

  #put(raw: string, replaced: Replaced | undefined): void {
    this.#run.replace(replaced?.redacted ?? raw, replaced?.original ?? raw);
  }

  #text(raw: string, at: number): void {
    if (this.#element === 'script' || this.#element === 'style') {
      this.#value(raw, at);
      return;
    }
    if (raw.trim() !== '') {
      const text = withoutBlanks(decodeEntities(raw));
      const key = this.#keyOfText();
      this.#run.add(raw, this.#isNameOfColumn(text, key) ? undefined : key, at);
      this.#remember(text);
    } else if (this.#run.isOpen) this.#run.add(raw, undefined, at);
    else this.#run.copy(raw);
  }

  /** True for a cell of a first row that names something else than the cell before it does. */
  #isNameOfColumn(text: string, key: KeyRule | undefined): boolean {
    if (key === undefined || this.#tables.at(-1)?.row !== 0 || text.length > MAX_LABEL_CHARS) return false;
    const own = this.#scope.engine.classify(text);
    return own !== undefined && own.applies !== NEVER && own.rule !== key.rule;
  }

  #keyOfText(): KeyRule | undefined {
    if (NAMES.has(this.#element)) return undefined;
    if (this.#field.length > 0) return this.#keyOf(this.#field);
    if (this.#element === 'address') return this.#scope.engine.classify('streetAddress');
    const table = this.#tables.at(-1);
    const column = table?.isNaming === false ? table.names[table.column] : undefined;
    const { classify } = this.#scope.engine;
    const isNamed = PLAIN_NAME.test(this.#element) && !NAMELESS.has(this.#element);
    const own = isNamed ? classify(localName(this.#element)) : undefined;
    if (own !== undefined && own.applies !== NEVER) return own;
    return (
      (column === undefined ? undefined : classify(column)) ??
      (this.#label === '' ? undefined : classify(this.#label)) ??
      own
    );
  }

  #remember(text: string): void {
    const table = this.#tables.at(-1);
    if (table?.isNaming === true && this.#element === 'th' && table.names.length < MAX_COLUMNS)
      table.names[table.column] = text.slice(0, MAX_LABEL_CHARS);
    const isShort = text.length <= MAX_LABEL_CHARS && !this.#holdsValue(text);
    if (table?.row === 0 && isShort && table.column < MAX_COLUMNS && this.#scope.engine.classify(text) !== undefined)
      table.candidates[table.column] = text;
    const isLabel = isShort && (LABELS.has(this.#element) || /[:=]$/.test(text));
    this.#label = isLabel ? text.replace(/\s*[:=]$/, '') : '';
    this.#isStrong = isShort && STRONG_LABEL.test(text);
    this.#fieldLabel = this.#label;
    if (this.#labelFor !== '' && isShort && this.#labels.size < MAX_COLUMNS) this.#labels.set(this.#labelFor, text);
  }

  /** True for a text in which something is replaced, or was: it names nothing. */
  #holdsValue(text: string): boolean {
    return UNUSUAL_NAME.test(text) && (hasMarker(text) || this.#scope.engine.detect(text).length > 0);
  }

  #tag(tag: string, at: number): void {
    const [, slash, name = ''] = TAG_NAME.exec(tag) ?? [];
    const element = name.toLowerCase();
    if (!INLINE.has(element)) this.#run.flush();
    if (slash === '/') this.#close(element);
    else this.#open(element);
    // What only looks like a tag: `Jane <jane@example.com>`.
    if (UNUSUAL_NAME.test(name) || (slash === '/' && !PLAIN_CLOSING.test(tag))) this.#valueInTag(tag, at);
    else this.#attributes(tag, at);
  }

  #open(element: string): void {
    this.#element = element;
    if (element === 'input' || element === 'select' || element === 'label') this.#label = '';
    const table = this.#tables.at(-1);
    if (element === 'table' && this.#tables.length < MAX_COLUMNS)
      this.#tables.push({ names: [], candidates: [], column: -1, row: -1, isNaming: true });
    else if (element === 'tr' && table !== undefined) {
      table.column = -1;
      table.row += 1;
      if (table.row === 1) nameColumns(table);
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
  }

  #close(element: string): void {
    if (element === 'table') this.#tables.pop();
    if (FIELDS.has(element)) this.#field = [];
    if (element === 'label') this.#labelFor = '';
    if ((element === 'p' || element === 'div' || element === 'li') && !this.#isStrong) this.#label = '';
    this.#element = '';
  }

  #attributes(tag: string, at: number): void {
    const attributes = attributesOf(tag);
    let done = 0;
    const put = (start: number, length: number, replaced: Replaced | undefined): void => {
      if (replaced === undefined) return;
      this.#run.copy(tag.slice(done, start));
      this.#run.replace(replaced.redacted, replaced.original);
      done = start + length;
    };
    const own = [...namingOf(attributes), ...this.#labelsOf(attributes)];
    const naming = own.length > 0 ? own : this.#field;
    if (FIELDS.has(this.#element)) this.#field = own;
    for (const attribute of attributes) {
      put(attribute.nameAt, attribute.name.length, this.#name(attribute.name, at + attribute.nameAt));
      put(attribute.at, attribute.value.length, this.#attribute(attribute, naming, at));
    }
    this.#run.copy(tag.slice(done));
  }

  /** What the labels of a field call it; of one that is shown to be filled in. */
  #labelsOf(attributes: readonly Attribute[]): readonly string[] {
    const valueOf = (wanted: string): string =>
      decodeEntities(attributes.find(({ name }) => name.toLowerCase() === wanted)?.value ?? '');
    if (this.#element === 'label') this.#labelFor = valueOf('for');
    const isField = this.#element === 'input' || FIELDS.has(this.#element);
    if (!isField || UNLABELLED.test(valueOf('type'))) return [];
    const labels = [this.#fieldLabel, this.#labels.get(valueOf('id')) ?? ''];
    this.#fieldLabel = '';
    return labels.filter((label) => label !== '');
  }

  /** What the first of several names says that says anything. */
  #keyOf(names: readonly string[]): KeyRule | undefined {
    for (const name of names) {
      const key = this.#scope.engine.classifyParameter(name);
      if (key !== undefined) return key;
    }
    return undefined;
  }

  /** A name is no value, unless it looks like one. */
  #name(name: string, at: number): Replaced | undefined {
    return UNUSUAL_NAME.test(name) ? this.#placed(at, () => redactValue(name, undefined, this.#scope)) : undefined;
  }

  /** What an attribute's name says; nothing, where a part of it is a value. */
  #keyOfAttribute(name: string): KeyRule | undefined {
    return UNUSUAL_NAME.test(name) && this.#holdsValue(name) ? undefined : this.#scope.engine.classify(name);
  }

  #attribute(
    { name, value, quote, at: start }: Attribute,
    naming: readonly string[],
    at: number,
  ): Replaced | undefined {
    if (value === '') return undefined;
    const lower = name.toLowerCase();
    const isValue = lower === 'value' || lower === 'content';
    const named = isValue && naming.length > 0 ? this.#keyOf(naming) : this.#keyOfAttribute(lower);
    const key = NAMING.includes(lower) ? undefined : named;
    const replaced = redactCharacters(value, key, at + start, this.#scope);
    if (replaced === undefined || quote !== '') return replaced;
    return { redacted: `"${replaced.redacted.replaceAll('"', '&quot;')}"`, original: replaced.original };
  }
}

/** The first row names the columns when it has several names, and no values. */
function nameColumns({ names, candidates }: Table): void {
  if (names.length === 0 && Object.keys(candidates).length > 1)
    for (const [column, name] of candidates.entries()) names[column] = name;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** What the attributes of a tag say about the value beside them. */
function namingOf(attributes: readonly Attribute[]): readonly string[] {
  const isPassword = attributes.some(({ name, value }) => /^type$/i.test(name) && /^password$/i.test(value));
  if (isPassword) return ['password'];
  return attributes.filter(({ name }) => NAMING.includes(name.toLowerCase())).map(({ value }) => decodeEntities(value));
}
