import { continuesOnNextLine } from '../detectors/named.ts';
import { isEncodedLine } from '../detectors/encoded.ts';
import { LineNames } from '../detectors/line-names.ts';
import { KEY_BORDER, privateKeyBorder } from '../detectors/private-keys.ts';
import { LOOK_AHEAD_CHARS, LOOK_BEHIND_CHARS, lookInto, mayHoldFindings } from '../detectors/index.ts';
import type { Scope, Walker } from '../engine.ts';
import { type Finding, type Output, type Region, regionsOf, settleRegion } from '../findings.ts';
import { RULES } from '../rules.ts';
import { Sightings } from '../sightings.ts';
import { inOnePiece } from '../text-bytes.ts';
import { PieceTraits } from '../traits/traits.ts';
import { OpenTags } from './open-tags.ts';

const NOTHING: readonly Finding[] = [];
/** A longer line is scanned in windows of this size. */
export const WINDOW_CHARS = 16 * 1024;

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
    this.#lines = new LineNames(scope.engine.classify, lookInto);
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
    this.#lines = new LineNames(this.#scope.engine.classify, lookInto);
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
    const buffer = this.#buffer;
    let end = this.#from;
    const from = Math.max(end, this.#searched);
    const tags = new OpenTags(buffer, from);
    const borders = new Sightings(buffer, KEY_BORDER, Math.max(end, this.#lineStart));
    for (let newline = buffer.indexOf('\n', from); newline !== -1; newline = buffer.indexOf('\n', newline + 1)) {
      if (newline - end >= WINDOW_CHARS) return end;
      const start = Math.max(end, this.#lineStart);
      const isOpen = tags.isOpen(end, newline);
      const goesOn = continuesOnNextLine(buffer, newline) || isEncodedLine(buffer, start, newline) || isOpen;
      if (borders.isBetween(start, newline)) this.#seeBorder(start, newline);
      if (!this.#isInKey && !goesOn) this.#cuts.push((end = newline + 1));
      this.#lineStart = newline + 1;
    }
    this.#searched = this.#buffer.length;
    return end;
  }

  /** Notes whether the line from `start` to `end` is of a private key that goes on behind it. */
  #seeBorder(start: number, end: number): void {
    const border = privateKeyBorder(this.#buffer.slice(start, end));
    if (border !== undefined) this.#isInKey = border === 'begins';
  }

  /** Writes everything up to `target`, looking at the buffer up to `end`. */
  #scan(end: number, target: number, isWindow: boolean): void {
    const text = inOnePiece(end === this.#buffer.length ? this.#buffer : this.#buffer.slice(0, end));
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
    const { detect, names } = this.#scope.engine;
    const pieces = new PieceTraits(text);
    const cuts = this.#cuts;
    const all: Finding[] = [];
    for (let start = 0, next = 0; start < text.length; next += 1) {
      // What is behind the last one goes on, as far as it is in view.
      const cut = Math.min(text.length, cuts[next] ?? text.length);
      if (cut <= start) continue;
      const traits = pieces.of(start, cut);
      const mentions = pieces.mentions(start, cut);
      // Without names that are known there are custom rules, which look at everything.
      const mayHold = names === undefined || mayHoldFindings(traits, undefined, mentions);
      const found = mayHold ? detect(text.slice(start, cut), false, undefined, traits, mentions) : NOTHING;
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
