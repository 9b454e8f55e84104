import { dropLong, redactValue, type Scope, type Walker } from '../engine.ts';
import { Output, type Replaced } from '../findings.ts';
import type { KeyRule } from '../words/key-rule.ts';
import { isMarker } from '../markers.ts';
import { RULES } from '../rules.ts';
import type { WithdrawReason } from '../types.ts';
import { followJson } from './json.ts';
import { LongValue } from './long.ts';
import { type PartHead, parsePartHead } from './part-head.ts';
import { isBinary, TextGuard } from './text-guard.ts';
import { transferText } from './transfer.ts';

/** Headers of a part may take so many characters. */
const MAX_HEAD_CHARS = 16 * 1024;
/** What stands before the first delimiter and behind the last is read by nobody; more of it is no multipart body. */
const MAX_OUTSIDE_CHARS = 16 * 1024;
/** White space between a delimiter and the end of its line. */
const MAX_PADDING_CHARS = 64;
/** Parts within parts. */
const MAX_NESTED_MULTIPART = 4;
/** Line ends around a delimiter, and the two dashes of the last one. */
const MAX_LINE_ENDS = 6;
const HEAD_END = /\r?\n\r?\n/g;
/** Longest marker, and one more: so much of a part that can't be judged is held to know one. */
const MAX_MARKER_CHARS = 96;

/** Makes the walker of a part by its head; undefined when its content can't be judged. */
export type MakePartWalker = (head: PartHead, scope: Scope, output: Output, nesting: number) => Walker | undefined;

/** Where in the body the walker is. */
type State = 'outside' | 'head' | 'body' | 'over';

/** What takes the content of a part. */
interface OpenPart {
  readonly head: PartHead;
  /** Of a field, and of what is written in a transfer encoding: gathered, so that it is judged as one value. */
  field: string | undefined;
  readonly key: KeyRule | undefined;
  /** None for content that is only counted. */
  walker: Walker | undefined;
  /** Where the content starts in all that was taken. */
  readonly at: number;
  chars: number;
  /** The start of content that is only counted, while it may still be a marker. */
  skipped: string;
  /** A field's value that is replaced as a whole and too long to be held. */
  isReplaced: boolean;
  /** True when something was found in its content that may never be kept, before it turned out that it can't be judged. */
  holdsNeverKept: boolean;
}

/**
 * Walks multipart bodies (RFC 2046, 5.1): fields of forms by their names (RFC 7578), files and other parts by their own type, in
 * bounded memory; what is written in a transfer encoding as what it is, when it can be held. A part that can't be judged is replaced by a marker with its length; one that isn't what its type says
 * withdraws the body.
 */
export class MultipartWalker implements Walker {
  readonly #scope: Scope;
  readonly #output: Output;
  readonly #makeWalker: MakePartWalker;
  readonly #nesting: number;
  readonly #delimiter: string;
  /** Takes what a walker puts out that needs no escaping. */
  readonly #partOutput = new Output();
  #buffer = '';
  /** Where the buffer starts in all that was taken. */
  #offset = 0;
  #state: State = 'outside';
  #part: OpenPart | undefined;
  #failure: WithdrawReason | undefined;

  constructor(scope: Scope, output: Output, boundary: string | undefined, makeWalker: MakePartWalker, nesting = 0) {
    this.#scope = scope;
    this.#output = output;
    this.#makeWalker = makeWalker;
    this.#nesting = nesting;
    this.#delimiter = `--${boundary ?? ''}`;
    if (boundary === undefined || boundary === '') this.#failure = 'unparseable';
    else if (nesting >= MAX_NESTED_MULTIPART) this.#failure = 'too_deep';
  }

  get failure(): WithdrawReason | undefined {
    return this.#failure;
  }

  get bufferedBytes(): number {
    return (
      this.#buffer.length +
      (this.#part?.field?.length ?? 0) +
      (this.#part?.skipped.length ?? 0) +
      (this.#part?.walker?.bufferedBytes ?? 0)
    );
  }

  push(text: string): void {
    this.#buffer += text;
    while (this.#failure === undefined && this.#step());
  }

  end(early: boolean): void {
    if (this.#failure !== undefined) return;
    if (this.#state === 'over') {
      if (early && this.#buffer !== '') this.#output.replace(this.#scope.tally.drop(RULES.cutOff), '');
      else this.#outsideText(this.#buffer.length);
      return;
    }
    // The last delimiter may stand at the very end of the body.
    if (this.#closesAtEnd()) return;
    this.#failure ??= early ? 'ended_early' : 'unparseable';
  }

  /** True when it went on. */
  #step(): boolean {
    switch (this.#state) {
      case 'outside':
        return this.#outside();
      case 'head':
        return this.#head();
      case 'body':
        return this.#body();
      case 'over':
        return this.#boundOutside();
    }
  }

  #boundOutside(): false {
    const delimiterChars = this.#delimiter.length + MAX_PADDING_CHARS + MAX_LINE_ENDS;
    if (this.#buffer.length - delimiterChars > MAX_OUTSIDE_CHARS) this.#failure = 'unparseable';
    return false;
  }

  /** Moves `count` characters out of the buffer. */
  #take(count: number): string {
    const taken = this.#buffer.slice(0, count);
    this.#buffer = this.#buffer.slice(count);
    this.#offset += count;
    return taken;
  }

  /** What stands outside of parts is running text. */
  #outsideText(count: number): void {
    if (count > MAX_OUTSIDE_CHARS) this.#failure = 'unparseable';
    else if (count > 0) this.#putText(this.#take(count));
  }

  #outside(): boolean {
    const at = this.#delimiterAt(0);
    if (at === undefined) return this.#boundOutside();
    const outsideChars = at.start;
    this.#outsideText(outsideChars);
    return this.#failure === undefined && this.#pass(at.end - outsideChars, at.isLast);
  }

  /** Copies a delimiter of `count` characters. */
  #pass(count: number, isLast: boolean): boolean {
    this.#output.copy(this.#take(count));
    this.#state = isLast ? 'over' : 'head';
    return true;
  }

  #head(): boolean {
    const isEmpty = /^\r?\n/.exec(this.#buffer);
    HEAD_END.lastIndex = 0;
    const end = isEmpty === null ? HEAD_END.exec(this.#buffer) : isEmpty;
    if ((end?.index ?? this.#buffer.length - MAX_LINE_ENDS) > MAX_HEAD_CHARS) this.#failure = 'over_limit';
    if (end === null || this.#failure !== undefined) return false;
    const text = this.#take(end.index + end[0].length);
    // One without an end has taken in what belongs to others.
    if (text.includes(`\n${this.#delimiter}`)) {
      this.#failure = 'unparseable';
      return false;
    }
    this.#putText(text);
    const head = parsePartHead(text);
    this.#part = this.#openPart(head);
    this.#state = 'body';
    return true;
  }

  /** Puts out a text that has just been taken, redacted. */
  #putText(text: string): void {
    const at = this.#offset - text.length;
    const from = this.#scope.tally.spanCount;
    const replaced = redactValue(text, undefined, this.#scope);
    this.#scope.tally.rebase(from, (index) => at + index);
    if (replaced === undefined) this.#output.copy(text);
    else this.#output.replace(replaced.redacted, replaced.original);
  }

  #openPart(head: PartHead): OpenPart {
    const base = { head, at: this.#offset, chars: 0, skipped: '', isReplaced: false, holdsNeverKept: false };
    const key = head.name === undefined ? undefined : this.#scope.engine.classifyParameter(head.name);
    if (head.isField || head.encoding !== undefined) return { ...base, key, field: '', walker: undefined };
    const walker = this.#makeWalker(head, this.#scope, this.#partOutput, this.#nesting + 1);
    return { ...base, key, field: undefined, walker };
  }

  #body(): boolean {
    const at = this.#delimiterAt(0);
    if (at === undefined) {
      // The start of a delimiter may be at the end.
      this.#content(Math.max(0, this.#buffer.length - this.#delimiter.length - MAX_PADDING_CHARS - MAX_LINE_ENDS));
      return false;
    }
    this.#content(at.start);
    this.#endPart();
    return this.#failure === undefined && this.#pass(at.end - at.start, at.isLast);
  }

  #closesAtEnd(): boolean {
    const closing = `${this.#delimiter}--`;
    const at = this.#buffer.lastIndexOf(closing);
    const isPlace = this.#state === 'body' || this.#state === 'outside';
    if (!isPlace || at === -1 || !/^[ \t]*$/.test(this.#buffer.slice(at + closing.length))) return false;
    const before = /\r?\n$/.exec(this.#buffer.slice(Math.max(0, at - 2), at))?.[0].length;
    if (before === undefined && at > 0) return false;
    if (this.#state === 'outside') this.#outsideText(at);
    else {
      this.#content(at - (before ?? 0));
      this.#endPart();
    }
    this.#output.copy(this.#take(this.#buffer.length));
    return this.#failure === undefined;
  }

  /** The first whole delimiter, with the line end before it. */
  #delimiterAt(from: number): { start: number; end: number; isLast: boolean } | undefined {
    const isFirst = this.#state === 'outside' && this.#offset === 0;
    for (let at = this.#buffer.indexOf(this.#delimiter, from); at !== -1;) {
      const isOwnLine = this.#buffer.charCodeAt(at - 1) === 10 || (at === 0 && (isFirst || this.#part?.chars === 0));
      const behind = /^(--)?[ \t]{0,64}(\r?\n)/.exec(
        this.#buffer.slice(at + this.#delimiter.length, at + this.#delimiter.length + 70),
      );
      if (isOwnLine && behind !== null) {
        const start = at === 0 ? 0 : at - (this.#buffer.charCodeAt(at - 2) === 13 ? 2 : 1);
        return { start, end: at + this.#delimiter.length + behind[0].length, isLast: behind[1] !== undefined };
      }
      at = this.#buffer.indexOf(this.#delimiter, at + 1);
    }
    return undefined;
  }

  #content(count: number): void {
    const part = this.#part;
    if (count === 0 || part === undefined) return;
    const text = this.#take(count);
    part.chars += count;
    if (part.isReplaced) return;
    if (part.field !== undefined) this.#gather(part, text);
    else if (part.walker === undefined) this.#skip(part, text);
    else
      this.#walk(part, part.walker, (walker) => {
        walker.push(text);
      });
  }

  /** Content that can't be judged; its start is held until it is too long for a marker. */
  #skip(part: OpenPart, text: string): void {
    part.skipped += text;
    if (part.chars <= MAX_MARKER_CHARS) return;
    this.#output.replace('', part.skipped);
    part.skipped = '';
  }

  #endSkipped(part: OpenPart): void {
    if (part.chars === 0) return;
    if (isMarker(part.skipped)) this.#output.copy(part.skipped);
    else {
      const put = this.#scope.tally.drop(RULES.opaque, String(part.chars));
      this.#output.replace(put, part.holdsNeverKept ? '' : part.skipped);
    }
  }

  #gather(part: OpenPart, text: string): void {
    const field = `${part.field ?? ''}${text}`;
    part.field = field;
    if (field.length <= this.#scope.engine.limits.maxValueBytes) return;
    part.field = undefined;
    if (part.head.encoding !== undefined) {
      this.#skip(part, field);
      return;
    }
    const dropped = dropLong(part.key, this.#scope);
    if (dropped !== undefined) {
      part.isReplaced = true;
      this.#output.replace(dropped, '');
      return;
    }
    part.walker = new TextGuard(new LongValue(this.#scope, this.#partOutput, followJson));
    this.#walk(part, part.walker, (walker) => {
      walker.push(field);
    });
  }

  /** Lets the part's walker work, and takes what it put out and failed with. */
  #walk(part: OpenPart, walker: Walker, work: (walker: Walker) => void): void {
    const from = this.#scope.tally.spanCount;
    work(walker);
    this.#scope.tally.rebase(from, (index) => part.at + index);
    const { redacted, original } = this.#partOutput.take();
    this.#output.replace(redacted, original);
    this.#failure ??= walker.failure;
  }

  #endPart(): void {
    const part = this.#part;
    this.#part = undefined;
    if (part === undefined || part.isReplaced) return;
    if (part.field !== undefined && part.head.encoding !== undefined) this.#endEncoded(part, part.field);
    else if (part.field !== undefined) this.#endField(part, part.field);
    else if (part.walker !== undefined)
      this.#walk(part, part.walker, (walker) => {
        walker.end(false);
      });
    else this.#endSkipped(part);
  }

  /** What is written in a transfer encoding is read, and written again where something in it is replaced. */
  #endEncoded(part: OpenPart, raw: string): void {
    const { head, at, key } = part;
    const { tally } = this.#scope;
    const encoded = isMarker(raw) ? undefined : transferText(raw, head.encoding ?? '');
    const before = tally.mark();
    const { neverKept } = tally;
    const replaced = encoded && this.#redactDecoded(head, key, encoded.text);
    if (encoded === undefined || replaced === undefined) {
      tally.rollBack(before);
      part.skipped = raw;
      part.holdsNeverKept = tally.neverKept > neverKept;
      this.#endSkipped(part);
      return;
    }
    tally.rebase(
      before.spans,
      (index) => at + encoded.place(index),
      (index) => at + encoded.placeEnd(index),
    );
    const isSame = replaced.redacted === encoded.text;
    const original = replaced.original === encoded.text ? raw : encoded.encode(replaced.original);
    this.#output.replace(isSame ? raw : encoded.encode(replaced.redacted), original);
  }

  /** Undefined for what can't be judged. */
  #redactDecoded(head: PartHead, key: KeyRule | undefined, text: string): Replaced | undefined {
    if (head.isField)
      return isBinary(text) ? undefined : (redactValue(text, key, this.#scope) ?? { redacted: text, original: text });
    const output = new Output();
    const walker = this.#makeWalker({ ...head, encoding: undefined }, this.#scope, output, this.#nesting + 1);
    walker?.push(text);
    if (walker?.failure === undefined) walker?.end(false);
    return walker === undefined || walker.failure !== undefined ? undefined : output.take();
  }

  #endField(part: OpenPart, text: string): void {
    if (isBinary(text)) {
      this.#output.replace(this.#scope.tally.drop(RULES.opaque, String(text.length)), '');
      return;
    }
    const from = this.#scope.tally.spanCount;
    const replaced = redactValue(text, part.key, this.#scope);
    this.#scope.tally.rebase(from, (index) => part.at + index);
    if (replaced === undefined) this.#output.copy(text);
    else this.#output.replace(replaced.redacted, replaced.original);
  }
}
