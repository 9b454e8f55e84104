import { cardMarker, isCardNumber } from '../detectors/digits.ts';
import { redactValue, type Scope, type Walker } from '../engine.ts';
import { Output, type Replaced } from '../findings.ts';
import { type KeyRule, ruleApplies } from '../keys.ts';
import { type Rule, RULES } from '../rules.ts';
import type { WithdrawReason } from '../types.ts';
import { closingQuote, escapeJson, stringRun, unescapeJson } from './json-text.ts';
import { TextScanner } from './text.ts';

/** What may come next. */
const NEXT = { value: 0, valueOrEnd: 1, key: 2, keyOrEnd: 3, colon: 4, commaOrEnd: 5 } as const;
type Next = (typeof NEXT)[keyof typeof NEXT];

/** An open array or object, and what its members inherit from the name that it stands under. */
interface Container {
  readonly isObject: boolean;
  readonly key: KeyRule | undefined;
}

/** A string too long to be held: `scanner` for running text, none for one that is replaced as a whole. */
interface LongString {
  readonly scanner: TextScanner | undefined;
  readonly neverKept: boolean;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORD = /[-+.0-9A-Za-z]*/y;

/** The digits of a number that could stand for an identifier, whatever form it was written in. */
function digitsOf(number: string): string {
  if (/^\d+$/.test(number)) return number;
  const value = Number(number);
  return value >= 1e8 && Number.isSafeInteger(value) ? String(value) : '';
}

/**
 * Walks JSON (RFC 8259): one value, several, or one a line. Strings, numbers and names of members are redacted, the
 * shape stays: a redacted number becomes a string. Holds one token at most.
 */
export class JsonWalker implements Walker {
  readonly #scope: Scope;
  readonly #output: Output;
  readonly #stack: Container[] = [];
  #buffer = '';
  #position = 0;
  /** Up to here the buffer is in the output. */
  #mark = 0;
  #next: Next = NEXT.value;
  #key: KeyRule | undefined;
  #long: LongString | undefined;
  #longOutput = new Output();
  #failure: WithdrawReason | undefined;
  #atStart = true;

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
  }

  get failure(): WithdrawReason | undefined {
    return this.#failure;
  }

  get bufferedBytes(): number {
    return this.#buffer.length + (this.#long?.scanner?.bufferedBytes ?? 0);
  }

  push(text: string): void {
    this.#buffer = this.#buffer === '' ? text : this.#buffer + text;
    this.#run(false);
  }

  end(early: boolean): void {
    if (this.#failure === undefined) this.#run(true);
    const isWhole = this.#stack.length === 0 && this.#next === NEXT.value && this.#buffer === '';
    if (this.#failure === undefined && !(isWhole && this.#long === undefined)) this.#failure = 'unparseable';
    if (early) this.#failure = 'ended_early';
  }

  #run(isFinal: boolean): void {
    while (this.#position < this.#buffer.length && this.#failure === undefined) {
      const goesOn = this.#long === undefined ? this.#step(isFinal) : this.#continueLong(this.#long);
      if (!goesOn) break;
    }
    this.#copy(this.#position);
    this.#buffer = this.#buffer.slice(this.#position);
    this.#position = 0;
    this.#mark = 0;
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
    this.#failure = reason;
    return false;
  }

  /** One token; false when it isn't whole yet, or isn't valid. */
  #step(isFinal: boolean): boolean {
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
        if (this.#next !== NEXT.colon) return this.#fail('unparseable');
        this.#next = NEXT.value;
        return this.#advance();
      // RFC 7464: a record separator before each text.
      case 0x1e:
        return this.#stack.length === 0 ? this.#advance() : this.#fail('unparseable');
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
    if (!this.#atStart || this.#stack.length > 0) return this.#fail('unparseable');
    if (this.#buffer.length - this.#position < 3) return isFinal ? this.#fail('unparseable') : false;
    this.#atStart = false;
    if (!this.#buffer.startsWith('\xef\xbb\xbf', this.#position)) return this.#fail('unparseable');
    this.#position += 3;
    return true;
  }

  /** True when a value may stand here. */
  #expectsValue(): boolean {
    return this.#next === NEXT.value || this.#next === NEXT.valueOrEnd;
  }

  /** A value is over: what its container expects, and the rule that its next element has. */
  #afterValue(): void {
    const container = this.#stack.at(-1);
    this.#atStart = false;
    this.#next = container === undefined ? NEXT.value : NEXT.commaOrEnd;
    this.#key = container?.key;
  }

  #open(isObject: boolean): boolean {
    if (!this.#expectsValue()) return this.#fail('unparseable');
    if (this.#stack.length >= this.#scope.engine.limits.maxDepth) return this.#fail('too_deep');
    const key = isObject ? this.#key?.members?.() : this.#key;
    this.#stack.push({ isObject, key });
    this.#key = key;
    this.#next = isObject ? NEXT.keyOrEnd : NEXT.valueOrEnd;
    return this.#advance();
  }

  #close(isObject: boolean): boolean {
    const mayEnd = this.#next === NEXT.commaOrEnd || this.#next === (isObject ? NEXT.keyOrEnd : NEXT.valueOrEnd);
    if (this.#stack.at(-1)?.isObject !== isObject || !mayEnd) return this.#fail('unparseable');
    this.#stack.pop();
    this.#afterValue();
    return this.#advance();
  }

  #comma(): boolean {
    const container = this.#stack.at(-1);
    if (this.#next !== NEXT.commaOrEnd || container === undefined) return this.#fail('unparseable');
    this.#next = container.isObject ? NEXT.key : NEXT.value;
    return this.#advance();
  }

  #word(isFinal: boolean): boolean {
    WORD.lastIndex = this.#position;
    WORD.test(this.#buffer);
    const end = WORD.lastIndex;
    if (end - this.#position > this.#scope.engine.limits.maxNumberBytes) return this.#fail('over_limit');
    if (end === this.#buffer.length && !isFinal) return false;
    const word = this.#buffer.slice(this.#position, end);
    const isNumber = NUMBER.test(word);
    if (!this.#expectsValue() || !(isNumber || word === 'true' || word === 'false' || word === 'null'))
      return this.#fail('unparseable');
    if (isNumber) this.#number(word, end);
    this.#position = end;
    this.#afterValue();
    return true;
  }

  #number(word: string, end: number): void {
    const digits = digitsOf(word);
    let rule: Rule | undefined;
    if (this.#key !== undefined && ruleApplies(this.#key, digits === '' ? word : digits)) rule = this.#key.rule;
    else if (isCardNumber(digits)) rule = RULES.card;
    if (rule === undefined) return;
    this.#scope.tally.add(rule);
    const marker = rule === RULES.card ? cardMarker(digits) : rule.marker;
    this.#replace(this.#position, end, { redacted: `"${marker}"`, original: rule.neverKept ? '' : word });
  }

  #string(): boolean {
    const isName = this.#next === NEXT.key || this.#next === NEXT.keyOrEnd;
    if (!isName && !this.#expectsValue()) return this.#fail('unparseable');
    const start = this.#position + 1;
    const end = closingQuote(this.#buffer, start);
    const { maxValueBytes } = this.#scope.engine.limits;
    if ((end === -1 ? this.#buffer.length : end) - start > maxValueBytes)
      return isName ? this.#fail('over_limit') : this.#startLong();
    if (end === -1) return false;
    const raw = this.#buffer.slice(start, end);
    const text = unescapeJson(raw);
    if (text === undefined) return this.#fail('unparseable');
    const replaced = redactValue(text, isName ? undefined : this.#key, this.#scope);
    if (replaced !== undefined) {
      const original = replaced.original === text ? raw : escapeJson(replaced.original);
      this.#replace(start, end, { redacted: escapeJson(replaced.redacted), original });
    }
    this.#position = end + 1;
    if (isName) {
      this.#key = this.#scope.engine.classify(text) ?? this.#stack.at(-1)?.key;
      this.#next = NEXT.colon;
    } else this.#afterValue();
    return true;
  }

  #startLong(): true {
    this.#position += 1;
    this.#copy(this.#position);
    const key = this.#key;
    // A shape that the name asks for is short.
    const isReplaced = key !== undefined && key.applies === undefined;
    if (isReplaced) {
      this.#output.replace(key.rule.marker, '');
      this.#scope.tally.add(key.rule);
    }
    const scanner = isReplaced ? undefined : new TextScanner(this.#scope, this.#longOutput);
    this.#long = { scanner, neverKept: isReplaced && key.rule.neverKept };
    return true;
  }

  #continueLong(long: LongString): boolean {
    const { end, state } = stringRun(this.#buffer, this.#position);
    if (state === 'invalid') return this.#fail('unparseable');
    const raw = this.#buffer.slice(this.#position, end);
    if (long.scanner === undefined) this.#output.replace('', long.neverKept ? '' : raw);
    else {
      long.scanner.push(unescapeJson(raw) ?? '');
      if (state === 'closed') long.scanner.end(false);
      const { redacted, original } = this.#longOutput.take();
      this.#output.replace(escapeJson(redacted), escapeJson(original));
    }
    this.#position = end;
    this.#mark = end;
    if (state === 'open') return false;
    this.#long = undefined;
    this.#afterValue();
    return this.#advance();
  }
}

/** Redacts a text that may be JSON; undefined when it isn't, or is nested too deep. */
export function redactJson(text: string, scope: Scope): Replaced | undefined {
  const output = new Output();
  const walker = new JsonWalker(scope, output);
  walker.push(text);
  if (walker.failure === undefined) walker.end(false);
  return walker.failure === undefined ? output.take() : undefined;
}
