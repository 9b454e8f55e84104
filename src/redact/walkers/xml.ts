import { redactValue, type Scope, type Walker } from '../engine.ts';
import type { Output, Replaced } from '../findings.ts';
import type { KeyRule } from '../key-rule.ts';
import type { WithdrawReason } from '../types.ts';
import { pairRole, pairRule } from './pairs.ts';
import { decodeEntities, redactCharacters } from './xml-text.ts';

const NAME = '[A-Za-z_:\\x80-\\uffff][\\w:.\\x80-\\uffff-]{0,127}';
const OPENING_TAG = new RegExp(`^<(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>$`);
const CLOSING_TAG = new RegExp(`^</(${NAME})\\s*>$`);
const ATTRIBUTE = new RegExp(`(\\s+)(${NAME})(\\s*=\\s*)(["'])([^"'<]*|[^"<]*(?=")|[^'<]*(?='))\\4`, 'g');
/** An attribute that names what an element holds. */
const NAMED =
  /\s(?:name|key|id|code|field|label)\s*=\s*(?:"([\w.:\x80-\uffff -]{2,64})"|'([\w.:\x80-\uffff -]{2,64})')/i;
const NAMING = /^(?:name|key|id|code|field|label)$/i;
/** Text that may name what an element beside it holds. */
const NAME_TEXT = /^\s{0,64}([\w.:\x80-\uffff -]{2,64}?)\s{0,64}$/;
/** What a property list has behind a `key`. */
const LISTED = new Set(['string', 'integer', 'real', 'data', 'date']);
const CDATA = '<![CDATA[';

/** What starts with `<`, and how it ends. */
const MARKUP: readonly (readonly [start: string, end: string])[] = [
  ['<!--', '-->'],
  [CDATA, ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
];
const MAX_START_CHARS = CDATA.length;

/** The name without its prefix. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Where a tag ends: the first `>` outside of quotation marks; -1 when it isn't whole. */
function tagEnd(text: string): number {
  let quote = 0;
  for (let i = 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (quote !== 0) quote = code === quote ? 0 : quote;
    else if (code === 34 || code === 39) quote = code;
    else if (code === 62) return i + 1;
  }
  return -1;
}

/** An open element and what holds for the text in it. */
interface Element {
  readonly name: string;
  readonly key: KeyRule | undefined;
  /** What an element in it said of the one beside that: `<name>password</name><value>…</value>`. */
  named: KeyRule | undefined;
}

/**
 * Walks XML (1.0): text with its CDATA sections as one value, by the names of all elements around it and by content;
 * attributes; comments. What isn't well-formed, or defines entities of its own, is withdrawn. Holds one text or tag.
 */
export class XmlWalker implements Walker {
  readonly #scope: Scope;
  readonly #output: Output;
  readonly #stack: Element[] = [];
  #buffer = '';
  /** Text and CDATA sections since the last tag, as they came. */
  #text = '';
  /** Characters that were taken before those in the buffer. */
  #offset = 0;
  /** Where the token that is looked at starts, in all that was taken. */
  #at = 0;
  /** Where {@link #text} starts. */
  #textAt = 0;
  #failure: WithdrawReason | undefined;

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
  }

  get failure(): WithdrawReason | undefined {
    return this.#failure;
  }

  get bufferedBytes(): number {
    return this.#buffer.length + this.#text.length;
  }

  push(text: string): void {
    this.#buffer += text;
    let start = 0;
    while (this.#failure === undefined && start < this.#buffer.length) {
      this.#at = this.#offset + start;
      const taken = this.#token(start);
      if (taken === 0) break;
      start += taken;
    }
    this.#buffer = this.#buffer.slice(start);
    this.#offset += start;
    this.#bound(this.#buffer);
  }

  #bound(token: string): void {
    if (token.length > this.#scope.engine.limits.maxValueBytes) this.#failure ??= 'over_limit';
  }

  end(early: boolean): void {
    if (this.#failure !== undefined) return;
    this.#endText();
    if (early) this.#failure = 'ended_early';
    else if (this.#buffer !== '' || this.#stack.length > 0) this.#failure = 'unparseable';
  }

  /** Characters of the token at `start`; 0 when it isn't whole. */
  #token(start: number): number {
    if (this.#buffer.charCodeAt(start) !== 60) {
      const next = this.#buffer.indexOf('<', start);
      const end = next === -1 ? this.#buffer.length : next;
      this.#hold(this.#buffer.slice(start, end));
      return end - start;
    }
    const rest = this.#buffer.slice(start, start + MAX_START_CHARS);
    // Not enough of it to tell what it starts.
    if (rest.length < MAX_START_CHARS && ['<!--', CDATA].some((opening) => opening.startsWith(rest))) return 0;
    const markup = MARKUP.find(([opening]) => rest.startsWith(opening));
    if (markup === undefined) return this.#tagAt(start);
    const end = this.#buffer.indexOf(markup[1], start + markup[0].length);
    if (end === -1) return 0;
    const whole = this.#buffer.slice(start, end + markup[1].length);
    this.#bound(whole);
    this.#markup(markup[0], whole);
    return whole.length;
  }

  #tagAt(start: number): number {
    const length = tagEnd(this.#buffer.slice(start));
    if (length === -1) return 0;
    this.#endText();
    const tag = this.#buffer.slice(start, start + length);
    this.#bound(tag);
    this.#tag(tag);
    return length;
  }

  #hold(text: string): void {
    if (this.#text === '') this.#textAt = this.#at;
    this.#text += text;
    this.#bound(this.#text);
  }

  #markup(opening: string, whole: string): void {
    if (opening === CDATA) {
      this.#hold(whole);
      return;
    }
    this.#endText();
    // Entities of its own can't be followed.
    if (opening === '<!' && whole.includes('[')) this.#failure = 'unparseable';
    else {
      const from = this.#scope.tally.spanCount;
      this.#put(redactValue(whole, undefined, this.#scope), whole);
      this.#scope.tally.rebase(from, (index) => this.#at + index);
    }
  }

  #put(replaced: Replaced | undefined, text: string): void {
    if (replaced === undefined) this.#output.copy(text);
    else this.#output.replace(replaced.redacted, replaced.original);
  }

  /** The text since the last tag; in one piece, so that no value hides behind a CDATA section. */
  #endText(): void {
    const raw = this.#text;
    this.#text = '';
    if (raw.trim() === '') {
      this.#output.copy(raw);
      return;
    }
    this.#noteName(raw);
    this.#put(redactCharacters(raw, this.#stack.at(-1)?.key, this.#textAt, this.#scope), raw);
  }

  /** Of `<name>password</name>` the element around it remembers what it says about its next ones. */
  #noteName(raw: string): void {
    const [around, element] = this.#stack.slice(-2);
    if (around === undefined || element === undefined || pairRole(localName(element.name)) !== 'name') return;
    const name = NAME_TEXT.exec(decodeEntities(raw))?.[1];
    const rule = name === undefined ? undefined : this.#scope.engine.classifyParameter(name);
    around.named = rule && pairRule(rule);
  }

  /** What an element before it said about the one with this name. */
  #keyBeside(name: string): KeyRule | undefined {
    const named = this.#stack.at(-1)?.named;
    return named !== undefined && (pairRole(name) === 'value' || LISTED.has(name)) ? named : undefined;
  }

  #tag(tag: string): void {
    const closing = CLOSING_TAG.exec(tag);
    if (closing !== null) {
      if (this.#stack.pop()?.name !== closing[1]) this.#failure = 'unparseable';
      this.#output.copy(tag);
      return;
    }
    const [, name, attributes = '', isEmpty] = OPENING_TAG.exec(tag) ?? [];
    if (name === undefined || this.#stack.length >= this.#scope.engine.limits.maxDepth) {
      this.#failure = name === undefined ? 'unparseable' : 'too_deep';
      return;
    }
    const named = redactValue(name, undefined, this.#scope);
    const outer = this.#stack.at(-1)?.key?.members?.();
    const own = this.#scope.engine.classify(localName(name), outer);
    const key = own ?? this.#keyByAttribute(attributes) ?? this.#keyBeside(localName(name)) ?? outer;
    if (isEmpty === '') this.#stack.push({ name, key, named: undefined });
    if (named !== undefined) this.#failure = 'unparseable';
    this.#output.copy(`<${name}`);
    this.#attributes(attributes, key, this.#at + 1 + name.length);
    this.#output.copy(tag.slice(1 + name.length + attributes.length));
  }

  /** What `<field name="password">` says about the text in it. */
  #keyByAttribute(attributes: string): KeyRule | undefined {
    const named = attributes === '' ? undefined : NAMED.exec(attributes);
    const name = named?.[1] ?? named?.[2];
    return name === undefined ? undefined : this.#scope.engine.classifyParameter(name);
  }

  /** `element`: what holds for the text in the element, and for an attribute that holds its value in the place of that. */
  #attributes(text: string, element: KeyRule | undefined, at: number): void {
    const outer = element?.members?.();
    for (const match of text.matchAll(ATTRIBUTE)) {
      const [whole, space = '', name = '', equals = '', quote = '', value = ''] = match;
      const before = `${space}${name}${equals}${quote}`;
      const valueAt = at + match.index + before.length;
      // What names the text is no value itself.
      const key = NAMING.test(name) ? undefined : this.#keyOfAttribute(localName(name), element, outer);
      const replaced = redactCharacters(value, key, valueAt, this.#scope);
      if (replaced === undefined) this.#output.copy(whole);
      else {
        this.#output.replace(`${before}${replaced.redacted}${quote}`, `${before}${replaced.original}${quote}`);
      }
    }
  }

  #keyOfAttribute(name: string, element: KeyRule | undefined, outer: KeyRule | undefined): KeyRule | undefined {
    return this.#scope.engine.classify(name, outer) ?? (pairRole(name) === 'value' ? element : undefined);
  }
}
