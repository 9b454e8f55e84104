import type { Scope } from '../engine.ts';
import { type Finding, Output, regionsOf, settleRegion } from '../findings.ts';
import { type KeyRule, ruleApplies } from '../words/key-rule.ts';
import { endsWithMarker } from '../markers.ts';
import { encodeEntities, isStructured, readCharacters, redactCharacters } from './xml-text.ts';

/** One of the texts of a run. */
interface Piece {
  readonly raw: string;
  /** Character references resolved. */
  readonly text: string;
  /** Where it starts in all that was taken. */
  readonly at: number;
  /** Where it starts in the texts put together. */
  readonly from: number;
  /** Tells where a place in `text` is in `raw`. */
  readonly place: (index: number) => number;
  /** True for one with CDATA sections: it is replaced as a whole, or their borders would be left. */
  readonly isSolid: boolean;
  /** What stands behind it, up to the next one. */
  readonly behind: Output;
}

/**
 * Texts that markup only makes bold, or breaks: read as the one text that a reader sees, so that no value hides behind a
 * tag in its middle. Takes what an {@link Output} takes, and holds it back while it stands between two texts.
 */
export class TextRun {
  readonly #scope: Scope;
  readonly #output: Output;
  #pieces: Piece[] = [];
  #key: KeyRule | undefined;
  #chars = 0;
  #textChars = 0;

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
  }

  get bufferedBytes(): number {
    return this.#chars;
  }

  get isOpen(): boolean {
    return this.#pieces.length > 0;
  }

  copy(text: string): void {
    this.replace(text, text);
  }

  replace(redacted: string, original: string): void {
    const last = this.#pieces.at(-1);
    if (last === undefined) this.#output.replace(redacted, original);
    else {
      last.behind.replace(redacted, original);
      this.#chars += redacted.length + original.length;
    }
  }

  /** Adds a text, which starts at `at` of all that was taken. A word that goes on belongs to the name of its start. */
  add(raw: string, key: KeyRule | undefined, at: number): void {
    const goesOn = this.#key !== undefined && this.#isWithinWord(raw);
    if (!goesOn && (key !== undefined || this.#key !== undefined)) this.flush();
    this.addMore(raw, key, at);
  }

  /** The same of what belongs to the texts before under one name. */
  addMore(raw: string, key: KeyRule | undefined, at: number): void {
    if (this.#chars + raw.length > this.#scope.engine.limits.maxValueBytes) this.flush();
    if (!this.isOpen) this.#key = key;
    const { text, place } = readCharacters(raw);
    const isSolid = raw.includes('<![CDATA[');
    const around = (index: number): number => (index === 0 ? 0 : index < text.length ? place(index) : raw.length);
    const from = this.#textChars;
    this.#pieces.push({ raw, text, at, from, place: isSolid ? around : place, isSolid, behind: new Output() });
    this.#chars += raw.length;
    this.#textChars += text.length;
  }

  #isWithinWord(raw: string): boolean {
    const before = this.#pieces.at(-1)?.raw ?? ' ';
    return /\S$/.test(before) && /^\S/.test(raw) && !endsWithMarker(before);
  }

  /** Puts out all that is held. */
  flush(): void {
    const pieces = this.#pieces;
    const key = this.#key;
    this.#pieces = [];
    this.#key = undefined;
    this.#chars = 0;
    this.#textChars = 0;
    const isOne = pieces.length > 1 && !pieces.some(({ text }) => isStructured(text));
    if (isOne && this.#joined(pieces, key)) return;
    for (const { raw, at, behind } of pieces) {
      const replaced = raw.trim() === '' ? undefined : redactCharacters(raw, key, at, this.#scope);
      this.#output.replace(replaced === undefined ? raw : asText(replaced.redacted), replaced?.original ?? raw);
      this.#pass(behind);
    }
  }

  #pass(output: Output): void {
    const { redacted, original } = output.take();
    this.#output.replace(redacted, original);
  }

  /** Puts out pieces as one text; false when nothing reaches over a border. */
  #joined(pieces: readonly Piece[], key: KeyRule | undefined): boolean {
    const text = pieces.map((piece) => piece.text).join('');
    const { engine, tally } = this.#scope;
    const whole = wholeOf(text, key);
    const across = whole === undefined ? engine.detect(text, false, key?.hints) : [whole];
    const isAcross = across.some(({ start, end }) => pieces.some(({ from }) => start < from && from < end));
    if (!isAcross && key !== undefined) return false;
    if (across.length === 0) return false;
    const own = whole === undefined ? pieces.flatMap((piece) => this.#ownOf(piece, key)) : [];
    const before = tally.spanCount;
    const known = new Set(own.map(nameOf));
    const found = [...own, ...across.filter((each) => !known.has(nameOf(each)))];
    const regions = regionsOf(text, pieces.some(({ isSolid }) => isSolid) ? aroundSolid(found, pieces) : found, tally);
    const writer = new PieceWriter(pieces, this.#output);
    for (const region of regions) {
      const { put, neverKept } = settleRegion(text, region, tally);
      writer.replace(region.start, region.end, encodeEntities(put), neverKept);
    }
    writer.end();
    tally.rebase(before, placeIn(pieces, 'start'), placeIn(pieces, 'end'));
    return true;
  }

  #ownOf({ text, from }: Piece, key: KeyRule | undefined): Finding[] {
    const found = this.#scope.engine.detect(text, true, key?.hints);
    return found.map((each) => ({ ...each, start: each.start + from, end: each.end + from }));
  }
}

/** What was found, with all of the solid texts that it reaches into. */
function aroundSolid(found: readonly Finding[], pieces: readonly Piece[]): Finding[] {
  const solid = pieces.filter(({ isSolid }) => isSolid).map(({ from, text }) => [from, from + text.length] as const);
  return found.map((each) => {
    const reached = solid.filter(([from, to]) => each.start < to && from < each.end);
    const start = Math.min(each.start, ...reached.map(([from]) => from));
    return { ...each, start, end: Math.max(each.end, ...reached.map(([, to]) => to)) };
  });
}

const SIGN_BEFORE_MARKER = /<(?=\[redacted:)/g;

/** A text as one: a sign that opened no tag does before a marker. */
function asText(redacted: string): string {
  return redacted.includes('<[') ? redacted.replace(SIGN_BEFORE_MARKER, encodeEntities('<')) : redacted;
}

function nameOf({ start, end, rule }: Finding): string {
  return `${start} ${end} ${rule.id}`;
}

/** All of a text but the white space around it, when its name gives it away. */
function wholeOf(text: string, key: KeyRule | undefined): Finding | undefined {
  const trimmed = text.trim();
  if (key === undefined || trimmed === '' || !ruleApplies(key, trimmed)) return undefined;
  const start = text.length - text.trimStart().length;
  return { start, end: start + trimmed.length, rule: key.rule };
}

/** Tells where a place in texts put together is in all that was taken: where what starts, or ends, there does. */
function placeIn(pieces: readonly Piece[], side: 'start' | 'end'): (index: number) => number {
  return (index) => {
    const last = pieces.findLast(({ from }) => (side === 'start' ? from <= index : from < index)) ?? pieces[0];
    return last === undefined ? index : last.at + last.place(Math.max(0, index - last.from));
  };
}

/** Writes pieces with what was replaced in them put together, its marker where it starts. */
class PieceWriter {
  readonly #pieces: readonly Piece[];
  readonly #output: Output;
  #index = 0;
  /** Up to here the piece has been written. */
  #done = 0;

  constructor(pieces: readonly Piece[], output: Output) {
    this.#pieces = pieces;
    this.#output = output;
  }

  replace(start: number, end: number, put: string, neverKept: boolean): void {
    let left = put;
    this.#eachUpTo(start, end, (raw, isFound) => {
      if (!isFound) this.#output.replace(raw.endsWith('<') ? raw.slice(0, -1) + encodeEntities('<') : raw, raw);
      else {
        this.#output.replace(left, neverKept ? '' : raw);
        left = '';
      }
    });
  }

  end(): void {
    const last = this.#pieces.at(-1);
    const end = last === undefined ? 0 : last.from + last.text.length;
    this.#eachUpTo(end, end, (raw) => {
      this.#output.copy(raw);
    });
    for (; this.#index < this.#pieces.length; this.#index += 1) this.#leave(this.#pieces[this.#index]);
  }

  /** Goes on to `end`, with what stands before `start` and what follows, piece by piece. */
  #eachUpTo(start: number, end: number, write: (raw: string, isFound: boolean) => void): void {
    for (; ; this.#index += 1) {
      const piece = this.#pieces[this.#index];
      if (piece === undefined) return;
      const stop = piece.from + piece.text.length;
      const [a, b] = [Math.min(Math.max(start, piece.from), stop), Math.min(end, stop)];
      const [rawStart, rawEnd] = [piece.place(a - piece.from), piece.place(b - piece.from)];
      if (rawStart > this.#done) write(piece.raw.slice(this.#done, rawStart), false);
      if (rawEnd > rawStart) write(piece.raw.slice(rawStart, rawEnd), true);
      this.#done = Math.max(this.#done, rawEnd);
      if (end <= stop) return;
      this.#leave(piece);
    }
  }

  #leave(piece: Piece | undefined): void {
    if (piece === undefined) return;
    this.#output.copy(piece.raw.slice(this.#done));
    const { redacted, original } = piece.behind.take();
    this.#output.replace(redacted, original);
    this.#done = 0;
  }
}
