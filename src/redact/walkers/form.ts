import { dropLong, type Engine, redactBase64, redactValue, type Scope, settleNamed, type Walker } from '../engine.ts';
import { type Finding, Output, type Replaced } from '../findings.ts';
import type { Hints } from '../context.ts';
import { beside, hintsAlone, type KeyRule, ruleApplies } from '../words/key-rule.ts';
import { hasMarker, startsWithMarker } from '../markers.ts';
import { RULES } from '../rules.ts';
import type { WithdrawReason } from '../types.ts';
import { base64Text } from '../base64.ts';
import { AsWritten } from './as-written.ts';
import { mayBeGraphql } from './graphql-text.ts';
import { entryRule, isValueRole, pairRole } from './pairs.ts';
import { decodeField, decodePercent, encodePercent, places, replaceEncoded } from './percent.ts';
import { followJson } from './json.ts';
import { isMarkup } from './markup-text.ts';
import { LongValue } from './long.ts';
import { type Utf16Value, utf16Value } from './utf16-value.ts';

/**
 * Redacts a percent-encoded text by its content; undefined when it stays. A `+` may be a space or itself (an address
 * with a tag, written by a careless client): both are looked at.
 */
export function redactEncoded(raw: string, plusIsSpace: boolean, scope: Scope, hints?: Hints): Replaced | undefined {
  const text = decodePercent(raw);
  const findings = findEncoded(raw, text, plusIsSpace, scope.engine, hints);
  return findings.length === 0 ? undefined : replaceEncoded(raw, text, findings, scope.tally);
}

/** So much of what was found is looked at to know it. */
const PROSE_HEAD_CHARS = 512;
/** A word of a sentence, with what may stand around it. */
const WORD = /^["'(]?(?:[A-Z]?[a-z\x80-\xff]{1,19}|[A-Z]{1,5})[.,;:!?)"']{0,3}$/;

/** True for words with a plus between any two: there it was a space, and what stands before the first is all that is meant. */
function isProse(value: string): boolean {
  const pieces = value.slice(0, PROSE_HEAD_CHARS).split('+');
  if (pieces.length < 3) return false;
  return pieces.filter((piece) => WORD.test(piece)).length * 2 >= pieces.length - 1;
}

const MAX_SPACES = 3;

/**
 * True for what begins with spaces that are written as a plus, where the same was found without them: `name:+value`, or with
 * words before it. One plus may be a part of an address.
 */
function isBehindSpace({ start, end }: Finding, text: string, spaced: readonly Finding[]): boolean {
  const isPlus = text.charCodeAt(start) === 43;
  return spaced.some((f) => {
    if (f.start <= start) return false;
    return (
      (isPlus && f.start <= start + MAX_SPACES) || (f.end === end && text.slice(start, f.start).split('+').length > 2)
    );
  });
}

function findEncoded(
  raw: string,
  text: string,
  plusIsSpace: boolean,
  { detect }: Engine,
  hints?: Hints,
): readonly Finding[] {
  const findings = detect(text, true, hints);
  if (!plusIsSpace || !raw.includes('+')) return findings;
  const spaced = detect(decodeField(raw), false, hints);
  const whole = findings.filter((f) => !isProse(text.slice(f.start, f.end)) && !isBehindSpace(f, text, spaced));
  return spaced.length === 0 ? whole : [...whole, ...spaced];
}

function redactFieldValue(raw: string, key: KeyRule | undefined, scope: Scope): Replaced | undefined {
  const from = scope.tally.spanCount;
  // A plus in base64 is itself.
  const plain = decodePercent(raw);
  const wide = raw.includes('%00') ? utf16Value(plain) : undefined;
  if (wide !== undefined) return redactWide(raw, wide, key, scope);
  const isBase64 = base64Text(plain) !== undefined;
  const text = raw.includes('+') && !isBase64 ? decodeField(raw) : plain;
  const named = key && settleNamed(text, key, scope);
  if (named !== undefined) {
    scope.tally.rebase(from, places(raw));
    return { redacted: encodePercent(named.put), original: named.neverKept ? '' : raw };
  }
  const isStructured = (/^[[{]/.test(text) && !startsWithMarker(text)) || mayBeGraphql(text) || isMarkup(text);
  const replaced = isStructured ? redactValue(text, hintsAlone(key), scope) : redactBase64(plain, key, scope);
  if (replaced === undefined && !isStructured) return redactEncoded(raw, !isBase64, scope, key?.hints);
  if (scope.tally.explains) scope.tally.rebase(from, (index) => places(raw)(index));
  if (replaced === undefined) return undefined;
  const original = replaced.original === text || replaced.original === plain ? raw : encodePercent(replaced.original);
  return { redacted: encodePercent(replaced.redacted), original };
}

/** Redacts a value in UTF-16. */
function redactWide(raw: string, wide: Utf16Value, key: KeyRule | undefined, scope: Scope): Replaced | undefined {
  const from = scope.tally.spanCount;
  const replaced = redactValue(wide.text, key, scope);
  if (scope.tally.explains) scope.tally.rebase(from, (index) => places(raw)(wide.place(index)));
  if (replaced === undefined) return undefined;
  const original = replaced.original === wide.text ? raw : encodePercent(wide.encode(replaced.original));
  return { redacted: encodePercent(wide.encode(replaced.redacted)), original };
}

const NAMELESS: FieldName = { key: undefined, replaced: undefined };
/** Names remembered at most; at one more all are forgotten. */
const MAX_NAMES = 2048;
const MAX_NAME_CHARS = 96;

/** What the name of a field says, and what is left of it; undefined when it stays. */
interface FieldName {
  readonly key: KeyRule | undefined;
  readonly replaced: Replaced | undefined;
}

function readName(raw: string, { engine, tally }: Scope): FieldName {
  const known = engine.fieldNames?.get(raw);
  if (known !== undefined) return { key: known ?? undefined, replaced: undefined };
  const name = decodePercent(raw);
  const findings = findEncoded(raw, name, true, engine);
  if (findings.length > 0) {
    const replaced = replaceEncoded(raw, name, findings, tally);
    // What was found in it isn't a part of it.
    return { key: engine.classifyParameter(decodePercent(replaced?.redacted ?? raw)), replaced };
  }
  const key = engine.classifyParameter(name);
  remember(engine, raw, key);
  return { key, replaced: undefined };
}

function remember({ fieldNames }: Engine, raw: string, key: KeyRule | undefined): void {
  if (fieldNames === undefined || raw.length > MAX_NAME_CHARS) return;
  if (fieldNames.size >= MAX_NAMES) fieldNames.clear();
  // A text of its own: a piece of the body would keep all of that.
  const name = Buffer.from(raw, 'latin1').toString('latin1');
  if (name === raw) fieldNames.set(name, key ?? null);
}

/** What the name of a field says, without counting what is found in it. */
function keyOfField(raw: string, { fieldNames, classifyParameter }: Engine): KeyRule | undefined {
  const equals = raw.indexOf('=');
  if (equals === -1) return undefined;
  const name = raw.slice(0, equals);
  const known = fieldNames?.get(name);
  return known === undefined ? classifyParameter(decodePercent(name)) : (known ?? undefined);
}

/** True for a field that only somebody has: `prenom=Jean`. */
export function tellsOfPerson(raw: string, { engine }: Scope): boolean {
  return keyOfField(raw, engine)?.tellsOfPerson === true;
}

/** True for the value of a field that is replaced only beside one that only somebody has: `nom=Dupont`. */
function waitsForPerson(raw: string, inPerson: KeyRule | undefined): boolean {
  return inPerson !== undefined && ruleApplies(inPerson, decodeField(raw.slice(raw.indexOf('=') + 1)));
}

const V = 118;

/** False for what is a value itself, or stands in the place of one. */
function mayName(text: string): boolean {
  return !hasMarker(text) && base64Text(text.trim()) === undefined;
}

/** What the field `before` says about the value in `raw`, the next: `name=cvv&value=737`. */
function namedBefore(raw: string, before: string, { classifyParameter }: Engine): KeyRule | undefined {
  // To look at the names of all fields would take long.
  if ((raw.charCodeAt(0) | 32) !== V || before.length > 2 * MAX_NAME_CHARS) return undefined;
  const equals = before.indexOf('=');
  if (equals === -1 || !isValueRole(pairRole(raw.slice(0, raw.indexOf('='))))) return undefined;
  if (pairRole(before.slice(0, equals)) !== 'name') return undefined;
  const name = decodeField(before.slice(equals + 1));
  const rule = mayName(name) ? classifyParameter(name) : undefined;
  return rule && entryRule(rule);
}

/**
 * Redacts one field of a form or query (`name=value`), by its name and by the content of both; `isPerson` says that it
 * stands beside one that only somebody has, `named` what the field before says about its value.
 */
export function redactField(raw: string, scope: Scope, isPerson = false, named?: KeyRule): Replaced {
  const equals = raw.indexOf('=');
  const rawName = equals === -1 ? '' : raw.slice(0, equals);
  const rawValue = raw.slice(equals + 1);
  const { key: own, replaced: name } = equals === -1 ? NAMELESS : readName(rawName, scope);
  const key = (own === undefined ? named : undefined) ?? beside(own, isPerson);
  const from = scope.tally.spanCount;
  const value = redactFieldValue(rawValue, key, scope);
  scope.tally.rebase(from, (index) => equals + 1 + index);
  if (name === undefined && value === undefined) return { redacted: raw, original: raw };
  const sign = equals === -1 ? '' : '=';
  return {
    redacted: `${name?.redacted ?? rawName}${sign}${value?.redacted ?? rawValue}`,
    original: `${name?.original ?? rawName}${sign}${value?.original ?? rawValue}`,
  };
}

/** A value too long to be held: `walker` for what is in it, none when it is replaced as a whole. */
interface LongField {
  readonly walker: LongValue | undefined;
  readonly output: Output;
  readonly redacted: AsWritten;
  /** What is committed to, once that is anything else. */
  original: AsWritten | undefined;
}

/** A field that may be somebody's, as those behind it will say; meanwhile all output goes to an own place. */
interface HeldField {
  readonly raw: string;
  readonly at: number;
  readonly before: Output;
}

/**
 * Walks `application/x-www-form-urlencoded` (WHATWG URL, 5.1). Holds one field at most, and what stands behind one that may be
 * somebody's.
 */
export class FormWalker implements Walker {
  readonly #scope: Scope;
  #output: Output;
  #isPerson = false;
  /** The field before. */
  #last = '';
  #held: HeldField | undefined;
  #buffer = '';
  /** Characters of fields that are done. */
  #offset = 0;
  #long: LongField | undefined;
  #failure: WithdrawReason | undefined;

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
  }

  get failure(): WithdrawReason | undefined {
    return this.#failure;
  }

  get bufferedBytes(): number {
    return this.#buffer.length + (this.#long?.walker?.bufferedBytes ?? 0) + this.#heldBytes();
  }

  push(text: string): void {
    this.#buffer += text;
    let start = 0;
    for (let end = this.#buffer.indexOf('&'); end !== -1; end = this.#buffer.indexOf('&', start)) {
      this.#field(this.#buffer.slice(start, end), true);
      this.#output.copy('&');
      this.#offset += end + 1 - start;
      start = end + 1;
    }
    if (start > 0) this.#buffer = this.#buffer.slice(start);
    const isTooLong = this.#buffer.length > this.#scope.engine.limits.maxValueBytes;
    if (this.#long !== undefined || isTooLong) this.#buffer = this.#continueField(this.#buffer, false);
  }

  end(early: boolean): void {
    if (early && (this.#buffer !== '' || this.#long !== undefined)) {
      // A value that was cut off can't be recognised any more.
      this.#output.replace(encodePercent(this.#scope.tally.drop(RULES.cutOff)), '');
    } else this.#field(this.#buffer, true);
    this.#release();
    this.#buffer = '';
  }

  #field(raw: string, isWhole: boolean): void {
    if (this.#long !== undefined || raw.length > this.#scope.engine.limits.maxValueBytes) {
      this.#continueField(raw, isWhole);
      return;
    }
    const key = this.#isPerson ? undefined : keyOfField(raw, this.#scope.engine);
    if (key?.tellsOfPerson === true) {
      this.#isPerson = true;
      this.#release();
    }
    if (!this.#isPerson && this.#held === undefined && waitsForPerson(raw, key?.inPerson)) {
      this.#held = { raw, at: this.#offset, before: this.#output };
      this.#output = new Output();
    } else this.#put(raw, this.#offset, namedBefore(raw, this.#last, this.#scope.engine));
    this.#last = raw;
    if (this.#heldBytes() > this.#scope.engine.limits.maxValueBytes) this.#release();
  }

  #put(raw: string, at: number, named?: KeyRule): void {
    const from = this.#scope.tally.spanCount;
    const { redacted, original } = redactField(raw, this.#scope, this.#isPerson, named);
    this.#output.replace(redacted, original);
    this.#scope.tally.rebase(from, (index) => at + index);
  }

  #heldBytes(): number {
    return this.#held === undefined ? 0 : this.#offset - this.#held.at;
  }

  /** Puts out the field that was held back, and what came behind it. */
  #release(): void {
    const held = this.#held;
    if (held === undefined) return;
    const { redacted, original } = this.#output.take();
    this.#held = undefined;
    this.#output = held.before;
    this.#put(held.raw, held.at);
    this.#output.replace(redacted, original);
  }

  /** Takes a part of a long field and returns what has to wait for more. */
  #continueField(raw: string, isWhole: boolean): string {
    let value = raw;
    if (this.#long === undefined) {
      const equals = raw.indexOf('=');
      const { maxNumberBytes, maxValueBytes } = this.#scope.engine.limits;
      if (equals === -1 || equals > Math.min(maxNumberBytes, maxValueBytes)) {
        this.#failure ??= 'over_limit';
        return '';
      }
      this.#startLong(raw.slice(0, equals));
      value = raw.slice(equals + 1);
    }
    const long = this.#long;
    const cut = isWhole ? -1 : value.indexOf('%', Math.max(0, value.length - 2));
    const ready = cut === -1 ? value : value.slice(0, cut);
    if (long?.walker !== undefined) {
      long.original?.read(ready);
      long.walker.push(long.redacted.read(ready));
      if (isWhole) long.walker.end(false);
      const { redacted, original } = long.output.take();
      if (redacted !== original) long.original ??= long.redacted.fork();
      const written = long.redacted.write(redacted);
      this.#output.replace(written, long.original?.write(original) ?? written);
    }
    if (isWhole) this.#long = undefined;
    return cut === -1 ? '' : value.slice(cut);
  }

  #startLong(rawName: string): void {
    this.#release();
    const key = this.#scope.engine.classifyParameter(decodePercent(rawName));
    const name = redactEncoded(rawName, true, this.#scope);
    this.#output.replace(`${name?.redacted ?? rawName}=`, `${name?.original ?? rawName}=`);
    const dropped = dropLong(key, this.#scope);
    if (dropped !== undefined) this.#output.replace(encodePercent(dropped), '');
    const output = new Output();
    const walker = dropped === undefined ? new LongValue(this.#scope, output, followJson) : undefined;
    this.#long = { walker, output, redacted: new AsWritten(), original: undefined };
  }
}

/** Longest white space in front of a body that may be JSON. */
const MAX_BLANKS = 1024;

/** Walks a form, or the JSON that clients send as one when nobody told them to say what it is. */
export class FormOrJsonWalker implements Walker {
  readonly #scope: Scope;
  readonly #output: Output;
  #walker: Walker | undefined;
  #blanks = '';

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
  }

  get failure(): WithdrawReason | undefined {
    return this.#walker?.failure;
  }

  get bufferedBytes(): number {
    return this.#blanks.length + (this.#walker?.bufferedBytes ?? 0);
  }

  push(text: string): void {
    if (this.#walker !== undefined) {
      this.#walker.push(text);
      return;
    }
    this.#blanks += text;
    const first = this.#blanks.search(/[^ \t\r\n]/);
    if (first !== -1 || this.#blanks.length > MAX_BLANKS) this.#start(first);
  }

  end(early: boolean): void {
    (this.#walker ?? this.#start(-1)).end(early);
  }

  #start(first: number): Walker {
    const char = first === -1 || first > MAX_BLANKS ? '' : this.#blanks.charAt(first);
    const walker = /[[{]/.test(char)
      ? followJson(this.#scope, this.#output)
      : new FormWalker(this.#scope, this.#output);
    this.#walker = walker;
    walker.push(this.#blanks);
    this.#blanks = '';
    return walker;
  }
}
