import { continuesOnNextLine } from '../detectors/named.ts';
import { isEncodedLine } from '../detectors/encoded.ts';
import { LineNames } from '../detectors/line-names.ts';
import { privateKeyBorder } from '../detectors/private-keys.ts';
import { LOOK_AHEAD_CHARS, LOOK_BEHIND_CHARS } from '../detectors/index.ts';
import type { Scope, Walker } from '../engine.ts';
import { type Finding, type Output, type Region, regionsOf, settleRegion } from '../findings.ts';
import { RULES } from '../rules.ts';
import { PieceTraits } from '../traits.ts';

/** A longer line is scanned in windows of this size. */
export const WINDOW_CHARS = 16 * 1024;

/** A longer tag isn't believed. */
const MAX_TAG_CHARS = 400;

/** True when a tag is open at `end`: one that started at `start` or later, and not long before. */
function hasOpenTag(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(start, end + 1 - MAX_TAG_CHARS), end);
  return before.lastIndexOf('<') > before.lastIndexOf('>');
}

/**
 * Scans running text of any length in bounded memory. No finding crosses the end of a line (but of one that ends with a
 * name: the next belongs to it), so whole lines are scanned as they come; a line longer than a window is scanned window by window, each with what stands before it in view, and
 * only findings with enough text after them are decided. All cuts follow from the content, never from its pieces.
 */
export class TextScanner implements Walker {
  readonly failure = undefined;
  readonly #scope: Scope;
  readonly #output: Output;
  #lines: LineNames;
  #buffer = '';
  /** The first character of the buffer that isn't in the output yet. */
  #from = 0;
  /** Up to here the buffer has no end of a line that nothing crosses. */
  #searched = 0;
  /** Where in the buffer the line starts that was searched last. */
  #lineStart = 0;
  /** Where in the buffer what nothing crosses ends of what has been searched. */
  #cuts: number[] = [];
  /** True when that line is of a private key. */
  #isInKey = false;
  /** True when the buffer starts within a line. */
  #isTrimmed = false;
  /** Characters before those in the buffer. */
  #offset = 0;
  /** What still belongs to a finding that reached the end of its window. */
  #rest: RegExp | undefined;

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
    this.#lines = new LineNames(scope.engine.classify);
  }

  get bufferedBytes(): number {
    return this.#buffer.length;
  }

  push(text: string): void {
    this.#buffer += text;
    while (this.#skipRest()) {
      const end = this.#endOfLines();
      if (end > this.#from) this.#scan(end, end, false);
      else if (this.#buffer.length - this.#from >= WINDOW_CHARS) {
        const end = this.#from + WINDOW_CHARS;
        this.#scan(end, end - LOOK_AHEAD_CHARS, true);
      } else return;
    }
  }

  end(early: boolean): void {
    const left = this.#buffer.length - this.#from;
    if (left > 0 && early) {
      // A value that was cut off can't be recognised any more.
      this.#output.replace(this.#scope.tally.drop(RULES.cutOff), '');
    } else if (left > 0) this.#scan(this.#buffer.length, this.#buffer.length, false);
    this.#offset += this.#buffer.length;
    this.#buffer = '';
    this.#from = 0;
    this.#searched = 0;
    this.#cuts = [];
    this.#lineStart = 0;
    this.#isInKey = false;
    this.#isTrimmed = false;
    this.#rest = undefined;
    this.#lines = new LineNames(this.#scope.engine.classify);
  }

  /** False when everything that there is belongs to the last finding. */
  #skipRest(): boolean {
    if (this.#rest === undefined) return this.#from < this.#buffer.length;
    const pattern = this.#rest;
    pattern.lastIndex = this.#from;
    pattern.test(this.#buffer);
    const end = pattern.lastIndex;
    this.#scope.tally.extendLast(this.#offset + end);
    this.#from = end;
    if (end < this.#buffer.length) this.#rest = undefined;
    this.#trim();
    return this.#from < this.#buffer.length;
  }

  /** After the last line of those that end within a window each. */
  #endOfLines(): number {
    let end = this.#from;
    let newline = this.#buffer.indexOf('\n', Math.max(end, this.#searched));
    for (; newline !== -1; newline = this.#buffer.indexOf('\n', newline + 1)) {
      if (newline - end >= WINDOW_CHARS) return end;
      const start = Math.max(end, this.#lineStart);
      const goesOn =
        continuesOnNextLine(this.#buffer, newline) ||
        isEncodedLine(this.#buffer, start, newline) ||
        hasOpenTag(this.#buffer, end, newline);
      if (!this.#isInKeyAfter(start, newline) && !goesOn) this.#cuts.push((end = newline + 1));
      this.#lineStart = newline + 1;
    }
    this.#searched = this.#buffer.length;
    return end;
  }

  /** Whether the line from `start` to `end` is of a private key that goes on behind it. */
  #isInKeyAfter(start: number, end: number): boolean {
    const border = privateKeyBorder(this.#buffer.slice(start, end));
    if (border !== undefined) this.#isInKey = border === 'begins';
    return this.#isInKey;
  }

  /** Writes everything up to `target`, looking at the buffer up to `end`. */
  #scan(end: number, target: number, isWindow: boolean): void {
    const text = end === this.#buffer.length ? this.#buffer : this.#buffer.slice(0, end);
    let position = this.#from;
    // What starts where the view was cut may only look like a finding.
    const named = this.#lines.read(text, position, target, this.#startsLine(position), this.#offset);
    const found = [...named, ...(isWindow ? this.#scope.engine.detect(text) : this.#findInLines(text))];
    // What a line in view starts with is decided with it.
    const until = Math.max(target, (named.at(-1)?.start ?? 0) + 1);
    const findings = found.filter((f) => (f.start > 0 || !this.#isTrimmed) && f.end > position);
    const { tally } = this.#scope;
    const decided = findings.filter(
      (f) => (!isWindow || f.start < until) && (f.start >= position || !tally.keeps(f.rule)),
    );
    const before = tally.spanCount;
    for (const region of regionsOf(text, decided, tally)) {
      const goesOn = isWindow && region.end === end ? region.rest : undefined;
      position = this.#write(text, region, position, goesOn === undefined);
      this.#rest = goesOn ?? this.#rest;
    }
    if (tally.explains) tally.rebase(before, (index) => index + this.#offset);
    if (position < target) {
      this.#output.copy(text.slice(position, target));
      position = target;
    }
    this.#from = position;
    this.#trim(isWindow);
  }

  /** True when a line starts at a place in the buffer. */
  #startsLine(at: number): boolean {
    return at === 0 ? !this.#isTrimmed : this.#buffer.charCodeAt(at - 1) === 10;
  }

  /** Looks at each line by itself, or with the next when something may cross its end. */
  #findInLines(text: string): readonly Finding[] {
    const { detect } = this.#scope.engine;
    const pieces = new PieceTraits(text);
    const all: Finding[] = [];
    let start = 0;
    for (const cut of [...this.#cuts, text.length]) {
      if (cut <= start || cut > text.length) continue;
      const traits = pieces.of(start, cut);
      const found = detect(text.slice(start, cut), false, undefined, traits, pieces.mentions(start, cut));
      for (const each of found)
        all.push(start === 0 ? each : { ...each, start: each.start + start, end: each.end + start });
      start = cut;
    }
    return all;
  }

  #write(text: string, region: Region, position: number, isWhole: boolean): number {
    // One that started before belongs to the marker that has been written for what it overlaps.
    const isContinued = region.start < position;
    if (isContinued) return region.end;
    this.#output.copy(text.slice(position, region.start));
    const { put, neverKept } = settleRegion(text, region, this.#scope.tally, isWhole);
    this.#output.replace(put, neverKept ? '' : text.slice(region.start, region.end));
    return region.end;
  }

  #trim(withinLine = true): void {
    const cut = withinLine ? Math.max(0, this.#from - LOOK_BEHIND_CHARS) : this.#from;
    this.#isTrimmed = withinLine && (this.#isTrimmed || cut > 0);
    this.#buffer = this.#buffer.slice(cut);
    this.#offset += cut;
    this.#from -= cut;
    this.#searched = 0;
    this.#cuts = [];
    this.#lineStart = 0;
    this.#isInKey = false;
  }
}
