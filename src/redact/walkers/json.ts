import { dropLong, type Scope } from '../engine.ts';
import { Output, type Replaced } from '../findings.ts';
import type { KeyRule } from '../key-rule.ts';
import type { WithdrawReason } from '../types.ts';
import { bytesOf, giveBack } from './json-bytes.ts';
import { closingQuote, digitsOf, escapeBoth, stringRun, UnclosedString, unescapeJson } from './json-text.ts';
import { type HeldValue, redactScalar } from './json-value.ts';
import { variablesOf } from './graphql-variables.ts';
import { type JsonFollower, LongValue } from './long.ts';
import { JsonSkimmer } from './json-skim.ts';
import { JsonState, NEXT } from './json-state.ts';
import { documentRole, pairRole } from './pairs.ts';

/** A string too long to be held: `walker` for what is in it, none for one that is replaced as a whole. */
interface LongString {
  readonly walker: LongValue | undefined;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORD = /[-+.0-9A-Za-z]*/y;

/** Variables that stand before their document are held back in a request, or in a list of some. */
const MAX_VARIABLES_DEPTH = 2;

/**
 * Walks JSON (RFC 8259): one value, several, or one a line. Strings, numbers and names of members are redacted, the
 * shape stays: a redacted number becomes a string. Holds one token at most.
 */
export class JsonWalker implements JsonFollower {
  readonly #scope: Scope;
  #output: Output;
  readonly #state: JsonState;
  #buffer = '';
  #position = 0;
  /** Up to here the buffer is in the output. */
  #mark = 0;
  readonly #unclosed = new UnclosedString();
  #long: LongString | undefined;
  #longOutput = new Output();
  #failure: WithdrawReason | undefined;
  /** Those of the innermost objects last. */
  readonly #held: HeldValue[] = [];
  /** Characters that were taken before those in the buffer. */
  #offset = 0;
  /** The depth of the object whose variables are read, before their document; -1 for none. */
  #variablesIn = -1;
  /** The variable whose name was read last. */
  #variable = '';

  readonly #skimmer: JsonSkimmer | undefined;
  /** True when the buffer is of one byte a character. */
  #isOfBytes = false;

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
    const { names, classifyHeader } = scope.engine;
    this.#state = new JsonState(classifyHeader);
    if (names !== undefined) this.#skimmer = new JsonSkimmer(scope, names, this.#state);
  }

  get failure(): WithdrawReason | undefined {
    return this.#failure;
  }

  get bufferedBytes(): number {
    return this.#buffer.length + (this.#long?.walker?.bufferedBytes ?? 0) + this.#heldBytes();
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
    this.#isOfBytes = bytes !== undefined;
    while (this.#position < this.#buffer.length && this.#failure === undefined) {
      if (bytes !== undefined && this.#skim(bytes)) break;
      const goesOn = this.#long === undefined ? this.#step(isFinal) : this.#continueLong(this.#long);
      if (!goesOn) break;
    }
    if (bytes !== undefined) giveBack(bytes);
    this.#copy(this.#position);
    this.#buffer = this.#buffer.slice(this.#position);
    this.#offset += this.#position;
    this.#position = 0;
    this.#mark = 0;
  }

  /** Goes over what holds nothing. True when that is all there is. */
  #skim(bytes: Buffer): boolean {
    if (this.#skimmer === undefined || this.#long !== undefined || this.#held.length > 0 || this.#variablesIn !== -1)
      return false;
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
    if (this.#held.length > 0 && this.#heldBytes() > this.#scope.engine.limits.maxValueBytes) this.#releaseAll();
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
    const isEarly = isObject && role === 'variables' && container?.variables === undefined;
    if (isEarly && depth <= MAX_VARIABLES_DEPTH) this.#variablesIn = depth;
    this.#state.open(isObject);
    return this.#advance();
  }

  #close(isObject: boolean): boolean {
    if (!this.#state.mayClose(isObject)) return this.#fail('unparseable');
    const { depth } = this.#state;
    while (this.#held.at(-1)?.depth === depth) this.#release(undefined);
    if (depth === this.#variablesIn + 1) this.#variablesIn = -1;
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

  /** Redacts a whole value that ends at the position, or holds it back when its name may follow. */
  #value(raw: string, text: string, isNumber: boolean): void {
    const start = this.#position - raw.length;
    const scalar = { raw, text, offset: this.#offset + start, isNumber };
    const { depth, key, mayBeNamedLater } = this.#state;
    const isDocument = this.#state.role === 'docnumber' && mayBeNamedLater;
    if (this.#variablesIn !== -1 && depth === this.#variablesIn + 1) {
      const variable = this.#variable;
      this.#hold({ depth: this.#variablesIn, scalar, key, inPerson: undefined, isDocument, variable }, start);
      return;
    }
    const inPerson = this.#state.waitsForPerson(text);
    if ((!mayBeNamedLater && inPerson === undefined) || this.#held.at(-1)?.depth === depth) {
      const replaced = redactScalar(scalar, key, this.#scope);
      if (replaced !== undefined) this.#replace(start, this.#position, replaced);
      return;
    }
    this.#hold({ depth, scalar, key, inPerson, isDocument, variable: undefined }, start);
  }

  /** Holds a value back that starts at `start` and has just been read. */
  #hold(value: Omit<HeldValue, 'before'>, start: number): void {
    this.#copy(start);
    this.#mark = this.#position;
    this.#held.push({ ...value, before: this.#output });
    this.#output = new Output();
  }

  /** The value that was held back last when it is of the object at hand. */
  #heldHere(isPerson: boolean): HeldValue | undefined {
    const held = this.#held.at(-1);
    if (held?.depth !== this.#state.depth || held.variable !== undefined) return undefined;
    if (held.isDocument && !isPerson) return undefined;
    return (held.inPerson !== undefined) === isPerson ? held : undefined;
  }

  #heldBytes(): number {
    const [oldest] = this.#held;
    return oldest === undefined ? 0 : this.#offset + this.#position - oldest.scalar.offset;
  }

  #releaseAll(): void {
    while (this.#held.length > 0) this.#release(undefined);
  }

  /** Lets go of the value that was held back last, replaced when `key` says so. */
  #release(key: KeyRule | undefined): void {
    const held = this.#held.pop();
    if (held === undefined) return;
    this.#copy(this.#position);
    const { redacted, original } = this.#output.take();
    this.#output = held.before;
    const { scalar } = held;
    const replaced = (key && redactScalar(scalar, key, this.#scope)) ?? redactScalar(scalar, held.key, this.#scope);
    this.#output.replace(replaced?.redacted ?? scalar.raw, replaced?.original ?? scalar.raw);
    this.#output.replace(redacted, original);
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
    const raw = this.#buffer.slice(start, end);
    const text = unescapeJson(raw);
    if (text === undefined) return this.#fail('unparseable');
    this.#position = end + 1;
    if (isName) this.#name(this.#buffer.slice(start - 1, end + 1), text);
    else {
      this.#value(this.#buffer.slice(start - 1, end + 1), text, false);
      const { role } = this.#state;
      if (role === 'document') this.#namesVariables(text);
      else if (role !== undefined && role !== 'first') this.#namesValue(text);
      this.#state.afterValue();
      if (role === 'first') this.#state.namesNext(text);
      else if (text.startsWith('-')) this.#state.optionNext(text);
    }
    return true;
  }

  /** What has just been read may say what the value is that was held back. */
  #knowsMore(): void {
    const { container } = this.#state;
    if (this.#held.length === 0 || container === undefined) return;
    const person = container.isPerson ? this.#heldHere(true) : undefined;
    if (person !== undefined) this.#release(person.inPerson);
    else if (this.#state.isNamed(container) && this.#heldHere(false) !== undefined) this.#release(container.named);
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
    const isPlain = this.#isOfBytes && raw.length === text.length + 2;
    if (!isPlain || replaced !== undefined || tally.total !== before || engine.names === undefined) return;
    // What isn't sure enough for this call may be for another.
    if (engine.detect(text, true).length === 0) engine.names.add(text, outer, own, role);
  }

  /** The string that has just been read may be a document that says what the variables beside it are, before it or behind. */
  #namesVariables(text: string): void {
    const { container, depth } = this.#state;
    const variables = variablesOf(text, this.#scope);
    if (container !== undefined) container.variables = variables?.rule;
    for (let held = this.#held.at(-1); held?.depth === depth && held.variable !== undefined; held = this.#held.at(-1))
      this.#release(variables?.of(held.variable));
  }

  /** The string that has just been read is the name of the value beside it. */
  #namesValue(text: string): void {
    const key = this.#state.namesValue(text);
    if (this.#state.role === 'doctype') {
      const held = this.#held.at(-1);
      if (key !== undefined && held?.depth === this.#state.depth && held.isDocument) this.#release(key);
      return;
    }
    const isNamed = key !== undefined || this.#state.role === 'name';
    if (isNamed && this.#heldHere(false) !== undefined) this.#release(key);
  }

  #startLong(): true {
    this.#releaseAll();
    this.#position += 1;
    this.#copy(this.#position);
    const dropped = dropLong(this.#state.key, this.#scope);
    if (dropped !== undefined) this.#output.replace(dropped, '');
    const walker = dropped === undefined ? new LongValue(this.#scope, this.#longOutput, followJson) : undefined;
    this.#long = { walker };
    return true;
  }

  #continueLong(long: LongString): boolean {
    const { end, state } = stringRun(this.#buffer, this.#position);
    const raw = this.#buffer.slice(this.#position, end);
    long.walker?.push(unescapeJson(raw) ?? '');
    this.#position = end;
    this.#mark = end;
    if (state === 'closed') this.#endLong(long);
    else this.#flushLong();
    if (state === 'invalid') {
      this.#endLong(long);
      return this.#fail('unparseable');
    }
    if (state === 'open') return false;
    this.#state.afterValue();
    return this.#advance();
  }

  #endLong(long: LongString): void {
    long.walker?.end(false);
    this.#flushLong();
    this.#long = undefined;
  }

  #flushLong(): void {
    const { redacted, original } = escapeBoth(this.#longOutput.take());
    this.#output.replace(redacted, original);
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
