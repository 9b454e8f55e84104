import type { Scope } from '../engine.ts';
import { Output, type Replaced } from '../findings.ts';
import { cardCode } from '../words/code-keys.ts';
import type { KeyRule } from '../words/key-rule.ts';
import type { WithdrawReason } from '../types.ts';
import { bytesOf, giveBack, sliceOf } from './json-bytes.ts';
import { CardList } from './json-cards.ts';
import { HeldOutput, type HeldValue } from './json-held.ts';
import { LongString } from './json-long.ts';
import { closingQuote, digitsOf, stringRun, UnclosedString, unescapeJson } from './json-text.ts';
import { redactScalar, type Scalar } from './json-value.ts';
import { variablesOf } from './graphql-variables.ts';
import type { JsonFollower } from './long.ts';
import { JsonSkimmer } from './json-skim.ts';
import { JsonState, NEXT } from './json-state.ts';
import { documentRole, pairRole, SIGN_IN_PARAM } from './pairs.ts';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORD = /[-+.0-9A-Za-z]*/y;

/** Variables before their document and parameters before their method are held back in a request, or in a list of some. */
const MAX_EARLY_DEPTH = 2;

/**
 * Walks JSON (RFC 8259): one value, several, or one a line. Strings, numbers and names of members are redacted, the
 * shape stays: a redacted number becomes a string. Holds one token at most.
 */
export class JsonWalker implements JsonFollower {
  readonly #scope: Scope;
  readonly #output: HeldOutput;
  readonly #state: JsonState;
  #buffer = '';
  #position = 0;
  /** Up to here the buffer is in the output. */
  #mark = 0;
  readonly #unclosed = new UnclosedString();
  #long: LongString | undefined;
  #failure: WithdrawReason | undefined;
  /** Characters that were taken before those in the buffer. */
  #offset = 0;
  /** The depth of the object whose variables or parameters are read, before what says what they are; -1 for none. */
  #earlyIn = -1;
  /** The variable whose name was read last. */
  #variable = '';
  readonly #cards = new CardList();

  readonly #skimmer: JsonSkimmer | undefined;
  /** Those of the buffer while it is walked, when it is of one byte a character. */
  #bytes: Buffer | undefined;

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = new HeldOutput(scope, output);
    const { names, classifyHeader } = scope.engine;
    this.#state = new JsonState(classifyHeader);
    if (names !== undefined) this.#skimmer = new JsonSkimmer(scope, names, this.#state);
  }

  get failure(): WithdrawReason | undefined {
    return this.#failure;
  }

  get bufferedBytes(): number {
    return this.#buffer.length + (this.#long?.bufferedBytes ?? 0) + this.#heldBytes();
  }

  get left(): string {
    return this.#buffer.slice(this.#mark);
  }

  push(text: string): void {
    this.#buffer = this.#buffer === '' ? text : this.#buffer + text;
    if (!this.#unclosed.isStill(this.#buffer, this.#scope.engine.limits.maxValueBytes)) this.#run(false);
  }

  end(early: boolean): void {
    if (this.#failure === undefined) this.#run(true);
    const isWhole = this.#state.depth === 0 && this.#state.next === NEXT.value && this.#buffer === '';
    if (this.#failure === undefined && !(isWhole && this.#long === undefined)) this.#failure = 'unparseable';
    if (this.#long !== undefined) this.#endLong(this.#long);
    this.#releaseAll();
    if (early) this.#failure = 'ended_early';
  }

  #run(isFinal: boolean): void {
    const bytes = this.#skimmer === undefined ? undefined : bytesOf(this.#buffer);
    this.#bytes = bytes;
    while (this.#position < this.#buffer.length && this.#failure === undefined) {
      if (bytes !== undefined && this.#skim(bytes)) break;
      const goesOn = this.#long === undefined ? this.#step(isFinal) : this.#continueLong(this.#long);
      if (!goesOn) break;
    }
    this.#bytes = undefined;
    if (bytes !== undefined) giveBack(bytes);
    this.#copy(this.#position);
    this.#buffer = this.#buffer.slice(this.#position);
    this.#offset += this.#position;
    this.#position = 0;
    this.#mark = 0;
  }

  /** Goes over what holds nothing. True when that is all there is. */
  #skim(bytes: Buffer): boolean {
    if (this.#skimmer === undefined || this.#long !== undefined || this.#cards.isOpen) return false;
    if (this.#output.last !== undefined || this.#earlyIn !== -1) return false;
    this.#position = this.#skimmer.skim(this.#buffer, bytes, this.#position);
    return this.#position === this.#buffer.length;
  }

  #copy(end: number): void {
    if (end > this.#mark) this.#output.copy(this.#buffer.slice(this.#mark, end));
    this.#mark = end;
  }

  /** Puts `replaced` in the place of the buffer from `start` to `end`. */
  #replace(start: number, end: number, replaced: Replaced): void {
    this.#copy(start);
    this.#output.replace(replaced.redacted, replaced.original);
    this.#mark = end;
  }

  #fail(reason: WithdrawReason): false {
    this.#copy(this.#position);
    this.#releaseAll();
    this.#failure = reason;
    return false;
  }

  /** One token; false when it isn't whole yet, or isn't valid. */
  #step(isFinal: boolean): boolean {
    if (this.#heldBytes() > this.#scope.engine.limits.maxValueBytes) this.#releaseAll();
    const code = this.#buffer.charCodeAt(this.#position);
    if (code === 32 || code === 10 || code === 13 || code === 9) return this.#advance();
    if (code === 34) return this.#string();
    switch (code) {
      case 0x7b:
      case 0x5b:
        return this.#open(code === 0x7b);
      case 0x7d:
      case 0x5d:
        return this.#close(code === 0x7d);
      case 0x2c:
        return this.#comma();
      case 0x3a:
        if (this.#state.next !== NEXT.colon) return this.#fail('unparseable');
        this.#state.next = NEXT.value;
        return this.#advance();
      // RFC 7464: a record separator before each text.
      case 0x1e:
        return this.#state.depth === 0 ? this.#advance() : this.#fail('unparseable');
      case 0xef:
        return this.#byteOrderMark(isFinal);
      default:
        return this.#word(isFinal);
    }
  }

  #advance(): true {
    this.#position += 1;
    return true;
  }

  #byteOrderMark(isFinal: boolean): boolean {
    if (!this.#state.atStart || this.#state.depth > 0) return this.#fail('unparseable');
    if (this.#buffer.length - this.#position < 3) return isFinal ? this.#fail('unparseable') : false;
    this.#state.atStart = false;
    if (!this.#buffer.startsWith('\xef\xbb\xbf', this.#position)) return this.#fail('unparseable');
    this.#position += 3;
    return true;
  }

  #open(isObject: boolean): boolean {
    if (!this.#state.expectsValue) return this.#fail('unparseable');
    const { depth, role, container } = this.#state;
    if (depth >= this.#scope.engine.limits.maxDepth) return this.#fail('too_deep');
    const isEarly = isObject
      ? role === 'variables' && container?.variables === undefined
      : role === 'params' && container !== undefined && !this.#state.knowsMethod(container);
    if (isEarly && depth <= MAX_EARLY_DEPTH) this.#earlyIn = depth;
    this.#endCards();
    this.#state.open(isObject);
    return this.#advance();
  }

  #close(isObject: boolean): boolean {
    if (!this.#state.mayClose(isObject)) return this.#fail('unparseable');
    const { depth } = this.#state;
    this.#endCards();
    while (this.#output.last?.depth === depth) this.#release(undefined);
    if (depth === this.#earlyIn + 1) this.#earlyIn = -1;
    this.#state.close();
    this.#knowsMore();
    return this.#advance();
  }

  #comma(): boolean {
    return this.#state.comma() ? this.#advance() : this.#fail('unparseable');
  }

  #word(isFinal: boolean): boolean {
    WORD.lastIndex = this.#position;
    WORD.test(this.#buffer);
    const end = WORD.lastIndex;
    if (end - this.#position > this.#scope.engine.limits.maxNumberBytes) return this.#fail('over_limit');
    if (end === this.#buffer.length && !isFinal) return false;
    const word = this.#buffer.slice(this.#position, end);
    const isNumber = NUMBER.test(word);
    if (!this.#state.expectsValue || !(isNumber || word === 'true' || word === 'false' || word === 'null'))
      return this.#fail('unparseable');
    this.#position = end;
    if (isNumber) this.#value(word, digitsOf(word), true);
    this.#state.afterValue();
    return true;
  }

  /** Redacts a whole value that ends at the position, or holds it back when what says what it is may follow. */
  #value(raw: string, text: string, isNumber: boolean): void {
    const start = this.#position - raw.length;
    const scalar = { raw, text, offset: this.#offset + start, isNumber };
    const { depth, container, mayBeNamedLater } = this.#state;
    const listed = container?.isObject === false ? this.#cards.add(text) : 'nothing';
    const key = listed === 'code' ? cardCode : this.#state.key;
    const isDocument = this.#state.role === 'docnumber' && mayBeNamedLater;
    if (this.#earlyIn !== -1 && depth === this.#earlyIn + 1) this.#holdEarly(scalar, key, start);
    else if (listed === 'may_be_code') this.#hold({ waitsFor: 'list', depth, scalar, key }, start);
    else {
      const inPerson = this.#state.waitsForPerson(text);
      if ((mayBeNamedLater || inPerson !== undefined) && this.#output.last?.depth !== depth)
        this.#hold({ waitsFor: 'neighbour', depth, scalar, key, inPerson, isDocument }, start);
      else {
        const replaced = redactScalar(scalar, key, this.#scope);
        if (replaced !== undefined) this.#replace(start, this.#position, replaced);
      }
      if (listed === 'before_is_code') this.#endCards(cardCode);
      else if (!this.#cards.isOpen) this.#endCards();
    }
  }

  /** Holds back one of the variables that stand before their document, or of the parameters before their method. */
  #holdEarly(scalar: Scalar, key: KeyRule | undefined, start: number): void {
    const { container, isFirst } = this.#state;
    const depth = this.#earlyIn;
    if (container?.isObject === true) {
      this.#hold({ waitsFor: 'document', depth, scalar, key, variable: this.#variable }, start);
      return;
    }
    // The first is the name.
    const signsIn = isFirst ? undefined : SIGN_IN_PARAM;
    this.#hold({ waitsFor: 'method', depth, scalar, key, signsIn }, start);
  }

  /** No value more is of the list behind a card number: what was held back is its code, or nothing. */
  #endCards(key?: KeyRule): void {
    this.#cards.close();
    if (this.#output.lastFor('list', this.#state.depth) !== undefined) this.#release(key);
  }

  /** Holds a value back that starts at `start` and has just been read. */
  #hold(value: HeldValue, start: number): void {
    this.#copy(start);
    this.#mark = this.#position;
    this.#output.hold(value);
  }

  #heldBytes(): number {
    const { firstOffset } = this.#output;
    return firstOffset === undefined ? 0 : this.#offset + this.#position - firstOffset;
  }

  #releaseAll(): void {
    while (this.#output.last !== undefined) this.#release(undefined);
  }

  /** Lets go of the value that was held back last, replaced when `key` says so. */
  #release(key: KeyRule | undefined): void {
    this.#copy(this.#position);
    this.#output.release(key);
  }

  #string(): boolean {
    const isName = this.#state.expectsName;
    if (!isName && !this.#state.expectsValue) return this.#fail('unparseable');
    const start = this.#position + 1;
    const end = closingQuote(this.#buffer, start);
    const { maxValueBytes } = this.#scope.engine.limits;
    if ((end === -1 ? this.#buffer.length : end) - start > maxValueBytes)
      return isName ? this.#fail('over_limit') : this.#startLong();
    if (end === -1) return this.#unclosed.waits(this.#buffer.length - this.#position);
    const raw = sliceOf(this.#buffer, this.#bytes, start - 1, end + 1);
    const text = unescapeJson(sliceOf(this.#buffer, this.#bytes, start, end));
    if (text === undefined) return this.#fail('unparseable');
    this.#position = end + 1;
    if (isName) this.#name(raw, text);
    else {
      const { role } = this.#state;
      if (role === 'argument' || this.#state.isFirst) this.#state.takesArgument(text);
      this.#value(raw, text, false);
      if (role === 'document') this.#namesVariables(text);
      else if (role !== undefined && role !== 'first' && role !== 'argument') this.#namesValue(text);
      this.#state.afterValue();
      if (role === 'first') this.#state.namesNext(text);
      else if (text.startsWith('-')) this.#state.optionNext(text);
    }
    return true;
  }

  /** What has just been read may say what the value is that was held back. */
  #knowsMore(): void {
    const { container, depth } = this.#state;
    if (this.#output.last === undefined || container === undefined) return;
    const person = container.isPerson ? this.#output.lastBeside(depth, true) : undefined;
    if (person !== undefined) this.#release(person.inPerson);
    else if (this.#state.isNamed(container) && this.#output.lastBeside(depth, false) !== undefined)
      this.#release(container.named);
  }

  #name(raw: string, text: string): void {
    const start = this.#position - raw.length;
    const { engine, tally } = this.#scope;
    const before = tally.total;
    const replaced = redactScalar({ raw, text, offset: this.#offset + start, isNumber: false }, undefined, this.#scope);
    if (replaced !== undefined) this.#replace(start, this.#position, replaced);
    this.#variable = text;
    const outer = this.#state.container?.key;
    const own = engine.classify(text, outer);
    const role = pairRole(text) ?? documentRole(text);
    this.#state.named(own, role);
    this.#knowsMore();
    const isPlain = this.#bytes !== undefined && raw.length === text.length + 2;
    if (!isPlain || replaced !== undefined || tally.total !== before || engine.names === undefined) return;
    // What isn't sure enough for this call may be for another.
    if (engine.detect(text, true).length === 0) engine.names.add(text, outer, own, role);
  }

  /** The string that has just been read may be a document that says what the variables beside it are, before it or behind. */
  #namesVariables(text: string): void {
    const { container, depth } = this.#state;
    const variables = variablesOf(text, this.#scope);
    if (container !== undefined) container.variables = variables?.rule;
    this.#copy(this.#position);
    this.#output.releaseEach('document', depth, ({ variable = '' }) => variables?.of(variable));
  }

  /** The method has just been read that the parameters before it are of. */
  #namesParams(): void {
    const { container, depth } = this.#state;
    this.#copy(this.#position);
    this.#output.releaseEach('method', depth, ({ signsIn }) => (container?.isSignIn === true ? signsIn : undefined));
  }

  /** The string that has just been read is the name of the value beside it. */
  #namesValue(text: string): void {
    const key = this.#state.namesValue(text);
    const { role, depth } = this.#state;
    if (role === 'method') this.#namesParams();
    if (role === 'doctype') {
      if (key !== undefined && this.#output.lastFor('neighbour', depth)?.isDocument === true) this.#release(key);
      return;
    }
    const isNamed = key !== undefined || role === 'name';
    if (isNamed && this.#output.lastBeside(depth, false) !== undefined) this.#release(key);
  }

  #startLong(): true {
    this.#releaseAll();
    this.#position += 1;
    this.#copy(this.#position);
    this.#long = new LongString(this.#scope, this.#state.key, followJson, this.#output);
    return true;
  }

  #continueLong(long: LongString): boolean {
    const { end, state } = stringRun(this.#buffer, this.#position);
    long.push(this.#buffer.slice(this.#position, end));
    this.#position = end;
    this.#mark = end;
    if (state === 'open') return false;
    this.#endLong(long);
    if (state === 'invalid') return this.#fail('unparseable');
    this.#state.afterValue();
    return this.#advance();
  }

  #endLong(long: LongString): void {
    long.end();
    this.#long = undefined;
  }
}

/** Makes a {@link JsonWalker} for a value inside of another one. */
export const followJson = (scope: Scope, output: Output): JsonFollower => new JsonWalker(scope, output);

/** Redacts a text that may be JSON; undefined when it isn't, or is nested too deep. */
export function redactJson(text: string, scope: Scope): Replaced | undefined {
  const output = new Output();
  const walker = new JsonWalker(scope, output);
  walker.push(text);
  if (walker.failure === undefined) walker.end(false);
  return walker.failure === undefined ? output.take() : undefined;
}
