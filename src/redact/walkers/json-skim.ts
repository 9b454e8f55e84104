import { mayBeBase64 } from '../base64.ts';
import type { Scope } from '../engine.ts';
import { appliesUnmarked, type KeyRule, ruleApplies } from '../words/key-rule.ts';
import { mayHoldFindings } from '../detectors/index.ts';
import { mayBeNumber } from '../detectors/digits.ts';
import { Mentions } from '../words/mentions.ts';
import { Sight, TRAIT } from '../traits/traits.ts';
import type { NameTable } from './json-names.ts';
import { hashEnd, timestampEnd, uuidEnd } from './json-shapes.ts';
import { textOf } from './json-bytes.ts';
import { commandOf, MAX_COMMAND_CHARS, mayStartCommand } from './commands.ts';
import { CARE, hasIdDigits } from './json-container.ts';
import { type JsonState, NEXT } from './json-state.ts';
import { isContact } from './json-tables.ts';
import { MAX_NAMING_CHARS } from './naming.ts';

/** Shorter values are nothing by themselves. */
const MIN_CHARS = 4;
/** Digits of a number from which on it may be something without a name or words that say so. */
const MIN_NUMBER_DIGITS = 8;
const MAX_NUMBER_BYTES = 24;

function isDigitAt(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] as number;
  return byte >= 48 && byte <= 57;
}

/**
 * Goes over JSON that holds nothing to be replaced. What it isn't sure of it leaves: then its result is -1, and nothing
 * has changed. Bytes have a zero behind them.
 */
export class JsonSkimmer {
  readonly #scope: Scope;
  readonly #names: NameTable;
  readonly #state: JsonState;
  readonly #sight = new Sight();
  #text = '';

  constructor(scope: Scope, names: NameTable, state: JsonState) {
    this.#scope = scope;
    this.#names = names;
    this.#state = state;
  }

  /** Goes on from `start` as far as it can in a text and its bytes. @returns where it stopped: before a token */
  skim(text: string, bytes: Buffer, start: number): number {
    this.#text = text;
    let at = start;
    while (at < text.length) {
      const next = this.#token(bytes, at);
      if (next === -1) break;
      at = next;
    }
    return at;
  }

  #token(bytes: Buffer, at: number): number {
    const state = this.#state;
    switch (bytes[at]) {
      case 34:
        return state.next === NEXT.key || state.next === NEXT.keyOrEnd
          ? this.#name(bytes, at)
          : this.#string(bytes, at);
      case 44:
        return state.comma() ? at + 1 : -1;
      case 32:
      case 10:
      case 13:
      case 9:
        return at + 1;
      case 58:
        if (state.next !== NEXT.colon) return -1;
        state.next = NEXT.value;
        return at + 1;
      case 123:
        return this.#open(at, true);
      case 91:
        return this.#open(at, false);
      case 125:
        return this.#close(at, true);
      case 93:
        return this.#close(at, false);
      default:
        return this.#word(bytes, at);
    }
  }

  #open(at: number, isObject: boolean): number {
    const state = this.#state;
    const { role } = state;
    if (!state.expectsValue || state.depth >= this.#scope.engine.limits.maxDepth || role === 'variables') return -1;
    // They may wait for their method.
    if (role === 'params' && !isObject) return -1;
    state.open(isObject);
    return at + 1;
  }

  #close(at: number, isObject: boolean): number {
    if (!this.#state.mayClose(isObject)) return -1;
    this.#state.close();
    return at + 1;
  }

  #name(bytes: Uint8Array, at: number): number {
    const state = this.#state;
    const names = this.#names;
    const slot = names.find(bytes, at + 1, state.container?.key);
    if (slot === -1) return -1;
    state.named(names.key(slot), names.role(slot), names.signs(slot));
    const end = names.end + 1;
    if (bytes[end] !== 58) return end;
    state.next = NEXT.value;
    return end + 1;
  }

  /** A value is over; the comma behind it is taken, too. */
  #after(bytes: Uint8Array, end: number): number {
    this.#state.afterValue();
    return bytes[end] === 44 && this.#state.comma() ? end + 1 : end;
  }

  #string(bytes: Buffer, at: number): number {
    const state = this.#state;
    const { role } = state;
    if (!state.expectsValue || state.mayBeNamedLater || role === 'document' || role === 'argument') return -1;
    const start = at + 1;
    if (state.isFirst && mayStartCommand(bytes[start]) && this.#namesCommand(bytes, start)) return -1;
    const end = this.#cleanEnd(bytes, start);
    if (end === -1 || !this.#mayBeHeld(start, end)) return -1;
    if (role === undefined || role === 'value' || role === 'text' || role === 'change' || role === 'answer')
      return bytes[start] === 45 ? this.#option(bytes, start, end) : this.#after(bytes, end + 1);
    if (role !== 'first') this.#mayNameValue(bytes, start, end);
    const next = this.#after(bytes, end + 1);
    if (role === 'first') state.namesNext(this.#text.slice(start, end));
    return next;
  }

  /** True for the name of a command, or a contact, whose arguments have to be looked at. */
  #namesCommand(bytes: Uint8Array, start: number): boolean {
    let end = start;
    while (bytes[end] !== 34 && end - start <= MAX_COMMAND_CHARS) end += 1;
    const text = this.#text.slice(start, end);
    return commandOf(text, undefined) !== undefined || isContact(text);
  }

  /** What begins with a dash may be an option of a command. */
  #option(bytes: Uint8Array, start: number, end: number): number {
    const next = this.#after(bytes, end + 1);
    if (end - start <= MAX_NAMING_CHARS) this.#state.optionNext(this.#text.slice(start, end));
    return next;
  }

  #mayNameValue(bytes: Buffer, start: number, end: number): void {
    const state = this.#state;
    if (state.role === 'id' && hasIdDigits(bytes, start, end)) return;
    // No slice of the text, which would keep all of it.
    state.mayNameValue(end - start > MAX_NAMING_CHARS ? '' : bytes.toString('latin1', start, end));
  }

  /** Where the value ends that starts at `start`, when nothing is to be replaced in it. */
  #cleanEnd(bytes: Buffer, start: number): number {
    const { key, care } = this.#state;
    if (care === CARE.none) {
      const end = shapeEnd(bytes, start);
      if (end !== -1) return end;
    }
    const sight = this.#sight;
    sight.ofString(bytes, start);
    const { end } = sight;
    // What is too long isn't looked at as a whole.
    if (bytes[end] !== 34 || !this.#mayBeHeld(start, end)) return -1;
    if (care === CARE.rule && key !== undefined && this.#mayApply(key, bytes, start, end)) return -1;
    if (mayBeBase64(this.#text, bytes, start, end)) return -1;
    // Markup.
    if (bytes[end - 1] === 62 && (bytes[start] === 60 || (bytes[start] as number) <= 32)) return -1;
    return end - start < MIN_CHARS || sight.isProse(bytes, start) || this.#isClean(bytes, start, end) ? end : -1;
  }

  #mayBeHeld(start: number, end: number): boolean {
    return end - start <= this.#scope.engine.limits.maxValueBytes;
  }

  #mayApply(key: KeyRule, bytes: Buffer, start: number, end: number): boolean {
    const value = textOf(bytes, start, end);
    const applies = (this.#sight.bits & TRAIT.bracket) === 0 ? appliesUnmarked : ruleApplies;
    return applies(key, value) || (key.inPerson !== undefined && applies(key.inPerson, value));
  }

  #isClean(bytes: Buffer, start: number, end: number): boolean {
    const traits = this.#sight.traits(bytes, start);
    if ((traits & TRAIT.bracket) !== 0) return false;
    const hints = this.#state.key?.hints;
    const mentions = new Mentions(bytes, start, end);
    if (!mayHoldFindings(traits, hints, mentions)) return true;
    return this.#scope.engine.detect(textOf(bytes, start, end), true, hints, traits, mentions).length === 0;
  }

  /** A literal, or a number of few digits. */
  #word(bytes: Uint8Array, at: number): number {
    const state = this.#state;
    if (!state.expectsValue) return -1;
    const end = isDigitAt(bytes, at) || bytes[at] === 45 ? this.#number(bytes, at) : literalEnd(bytes, at);
    return end === -1 || !endsWord(bytes[end]) ? -1 : this.#after(bytes, end);
  }

  #number(bytes: Uint8Array, at: number): number {
    const { limits } = this.#scope.engine;
    if (this.#state.mayBeNamedLater || this.#state.care !== CARE.none) return -1;
    const whole = bytes[at] === 45 ? at + 1 : at;
    let end = whole;
    while (isDigitAt(bytes, end)) end += 1;
    const digits = end - whole;
    if (digits === 0 || (bytes[whole] === 48 && digits > 1)) return -1;
    if (digits >= MIN_NUMBER_DIGITS && !this.#isCleanNumber(this.#text.slice(whole, end))) return -1;
    if (bytes[end] === 46) {
      const fraction = (end += 1);
      while (isDigitAt(bytes, end)) end += 1;
      if (end === fraction) return -1;
    }
    return end - at > Math.min(MAX_NUMBER_BYTES, limits.maxNumberBytes) ? -1 : end;
  }

  #isCleanNumber(digits: string): boolean {
    if (!mayBeNumber(digits)) return true;
    return this.#scope.engine.detect(digits, true, this.#state.key?.hints, NUMBER_TRAITS).length === 0;
  }
}

const NUMBER_TRAITS = TRAIT.digit | TRAIT.digits | TRAIT.number | TRAIT.alone | TRAIT.run;

/** The end of a time, an id or a hash, which hold nothing; -1 for other values. */
function shapeEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start + 4] === 45) return timestampEnd(bytes, start);
  if (bytes[start + 8] === 45) return uuidEnd(bytes, start);
  return hashEnd(bytes, start);
}

function endsWord(byte: number | undefined): boolean {
  return byte === 44 || byte === 125 || byte === 93 || byte === 10 || byte === 32 || byte === 13;
}

function literalEnd(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first === 116) return bytes[at + 1] === 114 && bytes[at + 2] === 117 && bytes[at + 3] === 101 ? at + 4 : -1;
  if (first === 110) return bytes[at + 1] === 117 && bytes[at + 2] === 108 && bytes[at + 3] === 108 ? at + 4 : -1;
  if (first !== 102 || bytes[at + 1] !== 97 || bytes[at + 2] !== 108) return -1;
  return bytes[at + 3] === 115 && bytes[at + 4] === 101 ? at + 5 : -1;
}
