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
/** An attribute that is the value of the one that names it. */
const VALUE = /^(?:value|val|v|content|data|default)$/i;
/** A longer text names nothing. */
const MAX_NAME_CHARS = 64;
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
  /** What the element before says about the value beside it: `<name>password</name><value>…`. */
  named?: KeyRule | undefined;
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
    this.#nameBeside(raw);
    if (raw.trim() === '') this.#output.copy(raw);
    else this.#put(redactCharacters(raw, this.#stack.at(-1)?.key, this.#textAt, this.#scope), raw);
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
    const redactedName = redactValue(name, undefined, this.#scope);
    const outer = this.#stack.at(-1)?.key?.members?.();
    const own = this.#scope.engine.classify(localName(name), outer) ?? this.#beside(localName(name));
    const named = this.#keyByAttribute(attributes);
    const key = own ?? named ?? outer;
    if (isEmpty === '') this.#stack.push({ name, key });
    if (redactedName !== undefined) this.#failure = 'unparseable';
    this.#output.copy(`<${name}`);
    this.#attributes(attributes, key?.members?.(), named ?? own, this.#at + 1 + name.length);
    this.#output.copy(tag.slice(1 + name.length + attributes.length));
  }

  /** A text in an element for names says what stands in the next element (XML-RPC, property lists). */
  #nameBeside(raw: string): void {
    const parent = this.#stack.at(-2);
    if (parent === undefined || pairRole(localName(this.#stack.at(-1)?.name ?? '')) !== 'name') return;
    const name = decodeEntities(raw).trim();
    const rule = name === '' || name.length > MAX_NAME_CHARS ? undefined : this.#scope.engine.classifyParameter(name);
    parent.named = rule && pairRule(rule);
  }

  #beside(name: string): KeyRule | undefined {
    const parent = this.#stack.at(-1);
    return pairRole(name) === 'value' || parent?.name === 'dict' ? parent?.named : undefined;
  }

  /** What `<field name="password">` says about the text in it. */
  #keyByAttribute(attributes: string): KeyRule | undefined {
    const named = attributes === '' ? undefined : NAMED.exec(attributes);
    const name = named?.[1] ?? named?.[2];
    return name === undefined ? undefined : this.#scope.engine.classifyParameter(name);
  }

  #attributes(text: string, outer: KeyRule | undefined, named: KeyRule | undefined, at: number): void {
    for (const match of text.matchAll(ATTRIBUTE)) {
      const [whole, space = '', name = '', equals = '', quote = '', value = ''] = match;
      const before = `${space}${name}${equals}${quote}`;
      const valueAt = at + match.index + before.length;
      // What names the text is no value itself.
      const own = NAMING.test(name) ? undefined : this.#scope.engine.classify(localName(name), outer);
      const key = own ?? (VALUE.test(name) ? named : undefined);
      const replaced = redactCharacters(value, key, valueAt, this.#scope);
      if (replaced === undefined) this.#output.copy(whole);
      else {
        this.#output.replace(`${before}${replaced.redacted}${quote}`, `${before}${replaced.original}${quote}`);
      }
    }
  }
}
