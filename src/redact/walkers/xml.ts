import { redactValue, type Scope, type Walker } from '../engine.ts';
import type { Output, Replaced } from '../findings.ts';
import type { KeyRule } from '../words/key-rule.ts';
import type { WithdrawReason } from '../types.ts';
import { attributeTypeName, nameInLabel } from './naming.ts';
import { isValueRole, pairRole, pairRule, SIGN_IN, SIGN_IN_PARAM } from './pairs.ts';
import { TextRun } from './text-run.ts';
import { decodeEntities, redactCharacters } from './xml-text.ts';
import { withoutBlanks } from '../words/words.ts';

const NAME = '[A-Za-z_:\\x80-\\uffff][\\w:.\\x80-\\uffff-]{0,127}';
const OPENING_TAG = new RegExp(`^<(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>$`);
const CLOSING_TAG = new RegExp(`^</(${NAME})\\s*>$`);
const ATTRIBUTE = new RegExp(`(\\s+)(${NAME})(\\s*=\\s*)(["'])([^"'<]*|[^"<]*(?=")|[^'<]*(?='))\\4`, 'g');
/** An attribute that names what an element holds; it may have several. */
const NAMED =
  /\s(?:name|key|id|code|field|label|friendlyname)\s*=\s*(?:"([\w.:/\x80-\uffff -]{2,128})"|'([\w.:/\x80-\uffff -]{2,128})')/gi;
const NAMING = /^(?:name|key|id|code|field|label|friendlyname)$/i;
/** What stands in one has the name of its type. */
const TYPE = /^(?:string|int|integer|long|short|double|float|char|char-array|date|object|anytype)$/i;
/** A name that is somebody's beside attributes that only persons have. */
const HAS_NAME = /\sname\s*=/i;
/** An attribute that is the value of the one that names it. */
const VALUE = /^(?:value|val|v|content|data|default)$/i;
/** An element of a map, with a key and a value: `<entry><string>password</string><string>…`. */
const ENTRY = /^(?:map-?)?(?:entry|pair|keyvaluepair|keyvalue)/i;
const CDATA = '<![CDATA[';

/** What starts with `<`, and how it ends. */
const MARKUP: readonly (readonly [start: string, end: string])[] = [
  ['<!--', '-->'],
  [CDATA, ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
];
const MAX_START_CHARS = CDATA.length;

/** What a call by which somebody signs in is made with, behind the name. */
const signInParam = pairRule(SIGN_IN_PARAM);

/** The name without its prefix. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Where the tag at `start` ends: behind the first `>` outside of quotation marks; -1 when it isn't whole. */
function tagEnd(text: string, start: number): number {
  let quote = 0;
  for (let i = start + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (quote !== 0) quote = code === quote ? 0 : quote;
    else if (code === 34 || code === 39) quote = code;
    else if (code === 62) return i + 1;
  }
  return -1;
}

/** What an opening tag is made of. */
interface OpeningTag {
  readonly name: string;
  readonly attributes: string;
  readonly isEmpty: boolean;
}

/** So much of a text before comments is remembered: more than a name has. */
const MAX_INTERRUPTED_CHARS = 256;
/** Tags of a body that are remembered at most, of so many characters. */
const MAX_TAGS = 1024;
const MAX_TAG_CHARS = 64;

/** An open element and what holds for the text in it. */
interface Element {
  readonly name: string;
  readonly key: KeyRule | undefined;
  /** What the element before says about the value beside it: `<name>password</name><value>…`. */
  named?: KeyRule | undefined;
  /** How many elements it had. */
  children: number;
}

/**
 * Walks XML (1.0): text with its CDATA sections, and across comments, as one value, by the names of all elements around it and by content;
 * attributes; comments. What isn't well-formed, or defines entities of its own, is withdrawn. Holds one text or tag.
 */
export class XmlWalker implements Walker {
  readonly #scope: Scope;
  readonly #output: Output;
  readonly #stack: Element[] = [];
  /** Opening tags without attributes, in whose names nothing was found. */
  readonly #tags = new Map<string, OpeningTag>();
  /** True in a call of XML-RPC by which somebody signs in. */
  #signsIn = false;
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
  /** Text before comments and instructions that belongs to the one that is read. */
  #interrupted = '';
  /** Texts that only comments and instructions part. */
  readonly #run: TextRun;

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
    this.#run = new TextRun(scope, output);
  }

  get failure(): WithdrawReason | undefined {
    return this.#failure;
  }

  get bufferedBytes(): number {
    return this.#buffer.length + this.#text.length + this.#run.bufferedBytes;
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
    const second = this.#buffer.charCodeAt(start + 1);
    if (second === 47) return this.#closingAt(start);
    if (second !== 33 && second !== 63 && start + 1 < this.#buffer.length) return this.#tagAt(start);
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

  /** The tag that closes the innermost element, as it is nearly always written. */
  #closingAt(start: number): number {
    const name = this.#stack.at(-1)?.name ?? '';
    const end = start + 2 + name.length;
    if (name === '' || this.#buffer.charCodeAt(end) !== 62 || !this.#buffer.startsWith(name, start + 2))
      return this.#tagAt(start);
    this.#endText();
    this.#stack.pop();
    this.#output.copy(this.#buffer.slice(start, end + 1));
    return end + 1 - start;
  }

  #tagAt(start: number): number {
    const end = tagEnd(this.#buffer, start);
    if (end === -1) return 0;
    this.#endText();
    const tag = this.#buffer.slice(start, end);
    this.#bound(tag);
    this.#tag(tag);
    return end - start;
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
    this.#interruptText();
    // Entities of its own can't be followed.
    if (opening === '<!' && whole.includes('[')) this.#failure = 'unparseable';
    else {
      const from = this.#scope.tally.spanCount;
      const replaced = redactValue(whole, undefined, this.#scope);
      this.#run.replace(replaced?.redacted ?? whole, replaced?.original ?? whole);
      this.#scope.tally.rebase(from, (index) => this.#at + index);
    }
  }

  /** The text goes on behind a comment or an instruction. */
  #interruptText(): void {
    if (this.#text === '') return;
    if (!this.#run.isOpen && this.#text.trim() === '') this.#output.copy(this.#text);
    else this.#run.addMore(this.#text, this.#stack.at(-1)?.key, this.#textAt);
    this.#interrupted = (this.#interrupted + this.#text).slice(0, MAX_INTERRUPTED_CHARS);
    this.#text = '';
  }

  #put(replaced: Replaced | undefined, text: string): void {
    if (replaced === undefined) this.#output.copy(text);
    else this.#output.replace(replaced.redacted, replaced.original);
  }

  /** The text since the last tag; in one piece, so that no value hides behind a CDATA section. */
  #endText(): void {
    const raw = this.#text;
    this.#nameBeside(this.#interrupted + raw);
    if (this.#interrupted !== '') {
      this.#interruptText();
      this.#interrupted = '';
      this.#run.flush();
      return;
    }
    this.#text = '';
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
    const opening = this.#opening(tag);
    if (opening === undefined) return;
    const { name, attributes, isEmpty } = opening;
    const parent = this.#stack.at(-1);
    if (parent !== undefined) parent.children += 1;
    const outer = this.#stack.at(-1)?.key?.members?.();
    const own = this.#scope.engine.classify(localName(name), outer) ?? this.#beside(localName(name));
    const named = this.#keyByAttribute(attributes);
    const isParam = this.#signsIn && name === 'param' && (parent?.children ?? 0) > 1;
    const key = isParam ? signInParam : (own ?? named ?? outer);
    if (!isEmpty) this.#stack.push({ name, key, children: 0 });
    if (attributes === '') {
      this.#output.copy(tag);
      return;
    }
    this.#output.copy(`<${name}`);
    this.#attributes(attributes, key?.members?.(), named ?? own, this.#at + 1 + name.length);
    this.#output.copy(tag.slice(1 + name.length + attributes.length));
  }

  /** What an opening tag is made of; undefined for what is none, may not stand here, or has something in its name. */
  #opening(tag: string): OpeningTag | undefined {
    const isTooDeep = this.#stack.length >= this.#scope.engine.limits.maxDepth;
    const known = isTooDeep ? undefined : this.#tags.get(tag);
    if (known !== undefined) return known;
    const [, name, attributes = '', slash] = OPENING_TAG.exec(tag) ?? [];
    if (name === undefined || isTooDeep) {
      this.#failure = name === undefined ? 'unparseable' : 'too_deep';
      return undefined;
    }
    const { tally } = this.#scope;
    const before = tally.total;
    if (redactValue(name, undefined, this.#scope) !== undefined) this.#failure = 'unparseable';
    const opening = { name, attributes, isEmpty: slash !== '' };
    const isPlain = attributes === '' && tally.total === before && tag.length <= MAX_TAG_CHARS;
    if (isPlain && this.#tags.size < MAX_TAGS) this.#tags.set(tag, opening);
    return opening;
  }

  /** A text in an element for names says what stands in the next element (XML-RPC, property lists). */
  #nameBeside(raw: string): void {
    const [parent, element] = this.#stack.slice(-2);
    if (parent === undefined || element === undefined || element.children > 0) return;
    if (element.name === 'methodName') this.#signsIn = SIGN_IN.test(raw.trim());
    const isKey = parent.children === 1 && TYPE.test(localName(element.name)) && ENTRY.test(localName(parent.name));
    if (!isKey && pairRole(localName(element.name)) !== 'name') return;
    const name = nameInLabel(withoutBlanks(decodeEntities(raw)));
    const rule = name === undefined ? undefined : this.#scope.engine.classifyParameter(name);
    parent.named = rule && pairRule(rule);
  }

  #beside(name: string): KeyRule | undefined {
    const parent = this.#stack.at(-1);
    if (parent?.named === undefined) return undefined;
    const isSecond = parent.children === 2 && ENTRY.test(localName(parent.name)) && TYPE.test(name);
    return isSecond || isValueRole(pairRole(name)) || parent.name === 'dict' ? parent.named : undefined;
  }

  /** What `<field name="password">` says about the text in it. */
  #keyByAttribute(attributes: string): KeyRule | undefined {
    if (attributes === '') return undefined;
    for (const [, double, single = ''] of attributes.matchAll(NAMED)) {
      const rule = this.#scope.engine.classifyParameter(attributeTypeName(double ?? single));
      if (rule !== undefined) return rule;
    }
    return undefined;
  }

  #attributes(text: string, outer: KeyRule | undefined, named: KeyRule | undefined, at: number): void {
    const { classify } = this.#scope.engine;
    const isPerson =
      HAS_NAME.test(text) &&
      Array.from(text.matchAll(ATTRIBUTE)).some(([, , name = '']) => classify(localName(name))?.tellsOfPerson === true);
    for (const match of text.matchAll(ATTRIBUTE)) {
      const [whole, space = '', name = '', equals = '', quote = '', value = ''] = match;
      const before = `${space}${name}${equals}${quote}`;
      const valueAt = at + match.index + before.length;
      // What names the text is no value itself.
      const own = NAMING.test(name)
        ? isPerson
          ? classify(name)?.inPerson
          : undefined
        : classify(localName(name), outer);
      const key = own ?? (VALUE.test(name) ? named : undefined);
      const replaced = redactCharacters(value, key, valueAt, this.#scope);
      if (replaced === undefined) this.#output.copy(whole);
      else {
        this.#output.replace(`${before}${replaced.redacted}${quote}`, `${before}${replaced.original}${quote}`);
      }
    }
  }
}
