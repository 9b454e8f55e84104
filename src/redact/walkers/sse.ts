import { redactJsonOrNothing, redactValue, type Scope, type Walker } from '../engine.ts';
import { type Finding, type Output, type Replaced, replaceFindings } from '../findings.ts';
import type { WithdrawReason } from '../types.ts';
import { followJson } from './json.ts';
import { LongValue } from './long.ts';
import { TextScanner } from './text.ts';
import { isStructured } from './xml-text.ts';

/** The name of a data field with what belongs to it; a byte order mark may stand before the first line. */
const DATA = /^(?:\xef\xbb\xbf)?data(?:: ?|$)/;
/** What {@link DATA} may take at most, and one more. */
const MAX_FIELD_CHARS = 10;
const JSON_START = /^\s*[[{"]/;
const LINE_END = /\r\n|\r|\n/g;

/** One line of an event. */
interface Line {
  /** The field's name, for data only. */
  readonly field: string;
  readonly text: string;
  readonly end: string;
  /** Where it starts in all that was taken. */
  readonly at: number;
}

function parseLine(text: string, end: string, at: number): Line {
  const field = DATA.exec(text)?.[0] ?? '';
  return { field, text: text.slice(field.length), end, at };
}

function isAcross(data: string, { start, end }: Finding): boolean {
  const border = data.indexOf('\n', start);
  return border !== -1 && border < end;
}

/** Tells where a place in the data of lines, put together with a line feed between each two, is in all that was taken. */
function placeInData(lines: readonly Line[]): (index: number) => number {
  return (index) => {
    let before = 0;
    for (const { field, text, at } of lines) {
      if (field === '') continue;
      if (index <= before + text.length) return at + field.length + index - before;
      before += text.length + 1;
    }
    return index;
  };
}

/**
 * Walks server-sent events (WHATWG HTML, 9.2) event by event: data that is JSON, over however many lines, as JSON, values
 * in other data also where they reach over the end of a line, and everything else as running text. Holds one event at most. Of one that is too long to be held, a last line of data is
 * followed as it comes; JSON over several lines can't be.
 */
export class EventWalker implements Walker {
  readonly #scope: Scope;
  readonly #output: Output;
  readonly #scanner: TextScanner;
  #failure: WithdrawReason | undefined;
  /** The line that isn't whole yet; nothing of it when it is too long. */
  #line = '';
  #event: Line[] = [];
  #heldChars = 0;
  /** Where {@link #line} starts in all that was taken. */
  #at = 0;
  /** Characters that the scanner has got. */
  #scanned = 0;
  /** True from where an event became too long to its end. */
  #isOverflowing = false;
  /** Takes the line that is too long. */
  #long: Walker | undefined;

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
    this.#scanner = new TextScanner(scope, output);
  }

  get failure(): WithdrawReason | undefined {
    return this.#failure;
  }

  get bufferedBytes(): number {
    return this.#line.length + this.#heldChars + this.#scanner.bufferedBytes + (this.#long?.bufferedBytes ?? 0);
  }

  push(text: string): void {
    this.#run(text, false);
  }

  end(early: boolean): void {
    if (!early) this.#run('', true);
    const isCut = early && (this.#heldChars > 0 || this.#line !== '' || this.#long !== undefined);
    if (!early) this.#endEvent();
    this.#long?.end(early);
    // Without its rest nothing can be said about an event.
    if (isCut && this.#long === undefined) this.#scanner.push(this.#line === '' ? '\r' : this.#line);
    this.#scanner.end(early);
    this.#line = '';
  }

  #run(text: string, isFinal: boolean): void {
    this.#line += text;
    let start = 0;
    LINE_END.lastIndex = 0;
    for (let match = LINE_END.exec(this.#line); match !== null; match = LINE_END.exec(this.#line)) {
      // A line feed that belongs to it may follow.
      if (match[0] === '\r' && LINE_END.lastIndex === this.#line.length && !isFinal) break;
      const resume = LINE_END.lastIndex;
      this.#endLine(this.#line.slice(start, match.index), match[0]);
      this.#at += resume - start;
      start = resume;
      LINE_END.lastIndex = resume;
    }
    const hasReturn = !isFinal && this.#line.endsWith('\r');
    const rest = this.#line.slice(start, hasReturn ? -1 : undefined);
    this.#line = this.#line.slice(start);
    // An empty line ends an event, however long that is: whether this is one isn't known yet.
    if (this.#long !== undefined || (rest !== '' && this.#isTooLong(rest))) {
      this.#piece(rest, false);
      if (this.#long !== undefined) {
        this.#line = this.#line.slice(rest.length);
        this.#at += rest.length;
      }
    }
    if (isFinal && this.#line !== '') {
      this.#endLine(this.#line, '');
      this.#line = '';
    }
  }

  #isTooLong(line: string): boolean {
    return this.#isOverflowing || this.#heldChars + line.length > this.#scope.engine.limits.maxValueBytes;
  }

  /** A part of a line that can't be held. */
  #piece(text: string, isWhole: boolean): void {
    if (!this.#isOverflowing) this.#overflow();
    if (this.#long === undefined) {
      if (text.length < MAX_FIELD_CHARS && !isWhole) return;
      this.#long = this.#startLong(text);
      return;
    }
    this.#long.push(text);
  }

  /** The lines that were held are running text, unless they are the start of JSON, which can't be judged without them. */
  #overflow(): void {
    this.#isOverflowing = true;
    const held = this.#event;
    this.#event = [];
    this.#heldChars = 0;
    const data = held.filter(({ field }) => field !== '').map(({ text }) => text);
    if (JSON_START.test(data.join('\n'))) this.#failure = 'over_limit';
    this.#scan(held);
  }

  #startLong(text: string): Walker {
    const { field, text: value } = parseLine(text, '', this.#at);
    let walker: Walker = this.#scanner;
    if (field !== '') {
      this.#output.copy(field);
      walker = new LongValue(this.#scope, this.#output, followJson);
    }
    walker.push(value);
    return walker;
  }

  #endLine(text: string, end: string): void {
    if (this.#long !== undefined || (text !== '' && this.#isTooLong(text))) {
      this.#piece(text, true);
      this.#long?.end(false);
      this.#long = undefined;
      this.#output.copy(end);
      return;
    }
    this.#event.push(parseLine(text, end, this.#at));
    this.#heldChars += text.length + end.length;
    if (text === '') this.#endEvent();
  }

  #endEvent(): void {
    const lines = this.#event;
    this.#event = [];
    this.#heldChars = 0;
    this.#isOverflowing = false;
    const data = lines.filter(({ field }) => field !== '').map(({ text }) => text);
    const joined = data.join('\n');
    const isJson = JSON_START.test(joined);
    const isText = !isJson && data.length > 1 && !data.some((line) => JSON_START.test(line));
    const replaced = isJson ? this.#redactData(joined, lines) : isText ? this.#redactText(joined, lines) : undefined;
    if (replaced === undefined) this.#scan(lines);
    else this.#write(lines, replaced.redacted.split('\n'), replaced.original.split('\n'));
  }

  /** Undefined when the data isn't JSON. */
  #redactData(data: string, lines: readonly Line[]): Replaced | undefined {
    return this.#placed(lines, () => redactJsonOrNothing(data, this.#scope));
  }

  /** Text over several lines, in which a value may reach over the end of a line; undefined when nothing is found. */
  #redactText(data: string, lines: readonly Line[]): Replaced | undefined {
    const { engine } = this.#scope;
    const isStructure = isStructured(data);
    const found = engine.detect(data);
    const across = engine.detect(data.replaceAll('\n', ' ')).filter((each) => isAcross(data, each));
    if (!isStructure && across.length === 0 && found.length === 0) return undefined;
    return this.#placed(lines, () =>
      isStructure && across.length === 0
        ? redactValue(data, undefined, this.#scope)
        : replaceFindings(data, [...found, ...across, ...this.#inEachLine(lines)], this.#scope.tally),
    );
  }

  /** What is found in each line of data alone, as it would be if nothing were found in all of them. */
  #inEachLine(lines: readonly Line[]): Finding[] {
    let before = 0;
    return lines.flatMap(({ field, text }) => {
      if (field === '') return [];
      const shift = before - field.length;
      before += text.length + 1;
      const found = this.#scope.engine.detect(field + text).filter(({ start }) => start >= field.length);
      return found.map((each) => ({ ...each, start: each.start + shift, end: each.end + shift }));
    });
  }

  #placed<T>(lines: readonly Line[], work: () => T): T {
    const from = this.#scope.tally.spanCount;
    const result = work();
    this.#scope.tally.rebase(from, placeInData(lines));
    return result;
  }

  /** Puts redacted data back into its lines: only white space between tokens can hold a line end. */
  #write(lines: readonly Line[], redacted: string[], original: string[]): void {
    for (const line of lines) {
      if (line.field === '') this.#scan([line]);
      else {
        this.#output.copy(line.field);
        this.#output.replace(redacted.shift() ?? '', original.shift() ?? '');
        this.#output.copy(line.end);
      }
    }
  }

  #scanLine({ field, text, at }: Line): void {
    const from = this.#scope.tally.spanCount;
    const shift = at - this.#scanned;
    this.#scanner.push(field + text);
    this.#scanner.end(false);
    this.#scanned += field.length + text.length;
    this.#scope.tally.rebase(from, (index) => index + shift);
  }

  #scan(lines: readonly Line[]): void {
    for (const line of lines) {
      const { field, text, end } = line;
      const replaced = field !== '' && JSON_START.test(text) ? this.#redactData(text, [line]) : undefined;
      if (replaced === undefined) this.#scanLine(line);
      else {
        this.#output.copy(field);
        this.#output.replace(replaced.redacted, replaced.original);
      }
      this.#output.copy(end);
    }
  }
}
