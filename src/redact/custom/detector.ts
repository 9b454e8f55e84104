import { CONTEXT_BONUS } from '../context.ts';
import type { ExtraDetector } from '../detectors/index.ts';
import type { Subject } from '../detectors/subject.ts';
import type { Finding } from '../findings.ts';
import { markersIn } from '../markers.ts';
import { phrasesOf } from '../words/words.ts';
import { holdsLiteral, literalTest, type MayHold } from './literals.ts';
import { contextHint, pathHint } from './names.ts';
import type { BoundedPattern } from './pattern.ts';
import type { CustomRule } from './rule.ts';
import { type UnicodeText, unicodeOf } from './unicode.ts';

/** A line of a text. */
interface Line {
  readonly start: number;
  readonly text: string;
}

/** Calls `take` with each line of a text; its end doesn't belong to it. */
function eachLine(text: string, take: (line: Line) => void): void {
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const before = end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    take({ start, text: text.slice(start, before) });
    start = end + 1;
  }
}

/** Looks for what one rule with a pattern describes. */
class RuleDetector {
  readonly #custom: CustomRule;
  readonly #pattern: BoundedPattern;
  readonly #mayHold: MayHold | undefined;
  readonly #pathHint: string | undefined;
  readonly #contextHint: string;

  constructor(custom: CustomRule, pattern: BoundedPattern) {
    const { literals, ignoreCase } = custom;
    this.#custom = custom;
    this.#pattern = pattern;
    this.#mayHold = literalTest(
      literals.length === 0 && pattern.prefix !== '' ? [pattern.prefix] : literals,
      ignoreCase,
    );
    this.#pathHint = custom.paths.length === 0 ? undefined : pathHint(custom);
    this.#contextHint = contextHint(custom);
  }

  find(subject: Subject, found: Finding[]): void {
    const { text } = subject;
    if ((subject.traits & this.#pattern.needs) !== this.#pattern.needs) return;
    if (this.#pathHint !== undefined && subject.hints?.custom?.has(this.#pathHint) !== true) return;
    if (text.length < this.#pattern.minChars || this.#mayHold?.(text) === false) return;
    if (!text.includes('\n')) this.#line({ start: 0, text }, subject, found);
    else
      eachLine(text, (line) => {
        if (this.#mayHold?.(line.text) !== false) this.#line(line, subject, found);
      });
  }

  #line(line: Line, subject: Subject, found: Finding[]): void {
    const unicode = unicodeOf(line.text);
    if (!this.#pattern.regex.test(unicode.text)) return;
    const taken = markersIn(unicode.text);
    let next = 0;
    const matcher = this.#pattern.regex.matcher(unicode.text);
    for (let goesOn = matcher.find(); goesOn;) {
      while ((taken[next]?.end ?? Infinity) <= matcher.start()) next += 1;
      const first = taken[next];
      const marker = first !== undefined && first.start < matcher.end() ? first : undefined;
      if (marker === undefined) this.#add(matcher, unicode, line.start, subject, found);
      // What has been replaced already isn't found again, nor does it hide what stands behind it.
      goesOn = marker === undefined ? matcher.find() : marker.end < unicode.text.length && matcher.find(marker.end);
    }
  }

  #add(
    matcher: { start(group: number): number; end(group: number): number },
    { text: line, place }: UnicodeText,
    offset: number,
    subject: Subject,
    found: Finding[],
  ): void {
    const { group } = this.#pattern;
    const [from, to] = [matcher.start(group), matcher.end(group)];
    // The group may stand in a branch that wasn't taken, or be empty.
    if (from < 0 || to <= from) return;
    const { literals, ignoreCase, rule, passes } = this.#custom;
    const isHeld = holdsLiteral(line.slice(matcher.start(0), matcher.end(0)), literals, ignoreCase);
    if (!isHeld || !passes(line.slice(from, to))) return;
    const [start, end] = [offset + place(from), offset + place(to)];
    const speaks = this.#speaksFor(subject, start, end);
    found.push({ start, end, rule, score: Math.min(1, rule.score + (speaks ? CONTEXT_BONUS : 0)) });
  }

  #speaksFor({ hints, around }: Subject, start: number, end: number): boolean {
    const { context } = this.#custom;
    if (context.size === 0) return false;
    if (hints?.custom?.has(this.#contextHint) === true) return true;
    return around.wordsNear(start, end).some((words) => phrasesOf(words).some((phrase) => context.has(phrase)));
  }
}

/** Makes the detector of custom rules; undefined when none of them has a pattern. */
export function customDetector(rules: readonly CustomRule[]): ExtraDetector | undefined {
  const detectors = rules.flatMap((custom) =>
    custom.pattern === undefined ? [] : [new RuleDetector(custom, custom.pattern)],
  );
  if (detectors.length === 0) return undefined;
  return (subject, found) => {
    for (const detector of detectors) detector.find(subject, found);
  };
}
