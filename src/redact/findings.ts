import type { Rule, Tally } from './rules.ts';

/** A place in a text that must not be stored. */
export interface Finding {
  /** First character. */
  readonly start: number;
  /** Character after the last one. */
  readonly end: number;
  readonly rule: Rule;
  /** What stands in its place. */
  readonly marker: string;
  /** Of findings without a greatest length: a sticky pattern that matches what else belongs to them. */
  readonly rest?: RegExp;
}

/**
 * Looks for everything that its content gives away; the findings are in no order and may overlap. `isValue` says that
 * the text is a whole value, not a piece of running text.
 */
export type Detect = (text: string, isValue?: boolean) => readonly Finding[];

/** A text after redaction. */
export interface Replaced {
  readonly redacted: string;
  /** The original without what may never be kept: what a commitment is taken of. */
  readonly original: string;
}

/** Collects redacted text and, beside it, the original that is committed to. */
export class Output {
  #redacted = '';
  #original = '';

  /** Text that stays as it is. */
  copy(text: string): void {
    this.#redacted += text;
    this.#original += text;
  }

  /** Text that was replaced; `original` is empty where nothing of it may be committed to. */
  replace(redacted: string, original: string): void {
    this.#redacted += redacted;
    this.#original += original;
  }

  /** Hands over what was collected and starts anew. */
  take(): Replaced {
    const taken = { redacted: this.#redacted, original: this.#original };
    this.#redacted = '';
    this.#original = '';
    return taken;
  }
}

/** Overlapping findings made one: the marker of the first, or of those that start there the first found, stands for all. */
export interface Region {
  readonly first: Finding;
  end: number;
  /** True when a part of it may never be kept. */
  neverKept: boolean;
  rest: RegExp | undefined;
}

/** The findings in the order of the text, those that overlap merged. */
export function mergeFindings(findings: readonly Finding[]): Region[] {
  const ordered = findings.length > 1 ? [...findings].sort((a, b) => a.start - b.start) : findings;
  const regions: Region[] = [];
  let last: Region | undefined;
  for (const found of ordered) {
    if (last === undefined || found.start >= last.end) {
      last = { first: found, end: found.end, neverKept: found.rule.neverKept, rest: found.rest };
      regions.push(last);
      continue;
    }
    if (found.end >= last.end) last.rest = found.end > last.end ? found.rest : (last.rest ?? found.rest);
    last.end = Math.max(last.end, found.end);
    last.neverKept ||= found.rule.neverKept;
  }
  return regions;
}

/** Replaces findings in a whole text. */
export function replaceFindings(text: string, findings: readonly Finding[], tally: Tally): Replaced {
  const output = new Output();
  let position = 0;
  for (const region of mergeFindings(findings)) {
    output.copy(text.slice(position, region.first.start));
    output.replace(region.first.marker, region.neverKept ? '' : text.slice(region.first.start, region.end));
    tally.add(region.first.rule);
    position = region.end;
  }
  output.copy(text.slice(position));
  return output.take();
}
