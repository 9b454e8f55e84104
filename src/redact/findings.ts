import type { Hints } from './context.ts';
import type { WordsOf } from './words/mentions.ts';
import type { Rule } from './rules.ts';
import type { Settled, Tally } from './tally.ts';

/** A part of a text. */
export interface Place {
  /** First character. */
  readonly start: number;
  /** Character after the last one. */
  readonly end: number;
}

/** A place in a text that must not be stored. */
export interface Finding extends Place {
  readonly rule: Rule;
  /** What surely belongs to it, where what is around that may be of something else that stands right beside it. */
  readonly core?: Place | undefined;
  /** How sure it is, from 0 to 1; the rule's own score unless something around it spoke for or against it. */
  readonly score?: number;
  /** Of findings without a greatest length: a sticky pattern that matches what else belongs to them. */
  readonly rest?: RegExp;
  /** What was found, where it isn't what stands there: the text that is encoded. */
  readonly value?: string | undefined;
}

/**
 * Looks for everything that its content gives away; the findings are in no order and may overlap. `isValue` says that
 * the text is a whole value, not a piece of running text, `hints` what the name that it stands under speaks for, and
 * `traits` and `mentions` what is known of its characters and words.
 */
export type Detect = (
  text: string,
  isValue?: boolean,
  hints?: Hints,
  traits?: number,
  mentions?: WordsOf,
) => readonly Finding[];

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

/** Overlapping findings made one: the surest of them, or of equals the first, stands for all. */
export interface Region {
  readonly start: number;
  end: number;
  rule: Rule;
  score: number;
  rest: RegExp | undefined;
  /** What was found, where it isn't what stands there. */
  value: string | undefined;
}

function scoreOf(found: Finding): number {
  return found.score ?? found.rule.score;
}

function widen(region: Region, found: Finding): void {
  if (found.end >= region.end) region.rest = found.end > region.end ? found.rest : (region.rest ?? found.rest);
  region.end = Math.max(region.end, found.end);
  const isSurer = found.rule.neverKept === region.rule.neverKept && scoreOf(found) > region.score;
  if (!isSurer && !(found.rule.neverKept && !region.rule.neverKept)) return;
  region.rule = found.rule;
  region.score = scoreOf(found);
  region.value = found.value;
}

/** The findings in the order of the text, those that overlap merged. */
function mergeFindings(findings: readonly Finding[]): Region[] {
  const ordered = findings.length > 1 ? [...findings].sort((a, b) => a.start - b.start) : findings;
  const regions: Region[] = [];
  let last: Region | undefined;
  for (const found of ordered) {
    if (last !== undefined && found.start < last.end) widen(last, found);
    else {
      const { start, end, rule, rest, value } = found;
      last = { start, end, rule, score: scoreOf(found), rest, value };
      regions.push(last);
    }
  }
  return regions;
}

/**
 * What has to be replaced of `text`: the findings that are sure enough for the policy, merged. Those that it leaves as they
 * are have been counted.
 */
export function regionsOf(text: string, findings: readonly Finding[], tally: Tally): readonly Region[] {
  if (findings.length === 0) return NO_REGIONS;
  const counted = findings.filter((found) => tally.accepts(found.rule, scoreOf(found)));
  const replaced = counted.filter((found) => !tally.keeps(found.rule));
  if (replaced.length < counted.length)
    for (const found of counted)
      if (tally.keeps(found.rule))
        tally.settle(found.rule, found.value ?? text.slice(found.start, found.end), {
          start: found.start,
          end: found.end,
          score: scoreOf(found),
        });
  return mergeFindings(replaced);
}

const NO_REGIONS: readonly Region[] = [];

/** What stands in the place of a region. */
export interface SettledRegion extends Settled {
  readonly put: string;
}

/** Counts what was found in a region of `text`. */
export function settleRegion(text: string, region: Region, tally: Tally, isWhole = true): SettledRegion {
  const { start, end, rule, score, value } = region;
  const { put, neverKept } = tally.settle(rule, value ?? text.slice(start, end), { start, end, score, isWhole });
  return { put: put ?? text.slice(start, end), neverKept };
}

/** Replaces findings in a whole text. */
export function replaceFindings(text: string, findings: readonly Finding[], tally: Tally): Replaced | undefined {
  const regions = regionsOf(text, findings, tally);
  if (regions.length === 0) return undefined;
  const output = new Output();
  let position = 0;
  for (const region of regions) {
    output.copy(text.slice(position, region.start));
    const { put, neverKept } = settleRegion(text, region, tally);
    output.replace(put, neverKept ? '' : text.slice(region.start, region.end));
    position = region.end;
  }
  output.copy(text.slice(position));
  return output.take();
}
