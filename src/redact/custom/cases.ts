import { Surroundings } from '../context.ts';
import type { Hints } from '../context.ts';
import { DEFAULT_THRESHOLD } from '../policy.ts';
import type { Finding } from '../findings.ts';
import { traitsOf } from '../traits/traits.ts';
import { Mentions } from '../words/mentions.ts';
import { customDetector } from './detector.ts';
import { NamedRules, pathHint } from './names.ts';
import { namesOfPath } from './paths.ts';
import type { CustomRule } from './rule.ts';
import type { RuleCase } from './settings.ts';
import { binaryOf, unicodeOf } from './unicode.ts';

/** A case of a rule that didn't come out as it has to. */
export interface FailedCase {
  /** The rule's name. */
  readonly rule: string;
  /** Where the rule stands; empty when nobody said. */
  readonly source: string;
  /** In which of its lists, and its number in it from 0 on. */
  readonly list: 'matches' | 'ignores';
  readonly index: number;
  /** What is wrong, in words. */
  readonly reason: string;
}

/** What the names of a case say. */
function hintsOf(rule: CustomRule, { path }: RuleCase): Hints | undefined {
  if (path === undefined) return undefined;
  const classify = new NamedRules([rule]).classifier(() => undefined);
  const names = namesOfPath(path).filter((name) => name !== '$');
  return names.reduce<ReturnType<typeof classify>>((outer, name) => classify(name, outer) ?? outer, undefined)?.hints;
}

function findingsOf(rule: CustomRule, tried: RuleCase): readonly Finding[] {
  const text = binaryOf(tried.text);
  const hints = hintsOf(rule, tried);
  if (rule.pattern === undefined) {
    const isFound = hints?.custom?.has(pathHint(rule)) === true && rule.passes(text);
    return isFound ? [{ start: 0, end: text.length, rule: rule.rule }] : [];
  }
  const isValue = tried.path !== undefined;
  const found: Finding[] = [];
  const around = new Surroundings(text, hints);
  customDetector([rule])?.(
    { text, isValue, traits: traitsOf(text), hints, around, mentions: new Mentions(text) },
    found,
  );
  return found;
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => JSON.stringify(text)).join(', ');
}

/** What was found of a text, as far as it is sure enough; and what wasn't. */
function judge(rule: CustomRule, tried: RuleCase): { found: string[]; unsure: number[] } {
  const threshold = rule.policy?.threshold ?? DEFAULT_THRESHOLD;
  const findings = findingsOf(rule, tried);
  const isSure = ({ score }: Finding): boolean => (score ?? rule.rule.score) >= threshold;
  const text = binaryOf(tried.text);
  return {
    found: findings.filter(isSure).map(({ start, end }) => unicodeOf(text.slice(start, end)).text),
    unsure: findings.filter((each) => !isSure(each)).map(({ score }) => score ?? rule.rule.score),
  };
}

function wrongMatch(rule: CustomRule, tried: RuleCase): string | undefined {
  const { found, unsure } = judge(rule, tried);
  const text = JSON.stringify(tried.text);
  if (found.length === 0) {
    const [score] = unsure;
    return score === undefined
      ? `nothing is found in ${text}`
      : `what is found in ${text} has a score of ${score}: below the threshold without a word of context`;
  }
  if (tried.found === undefined || found.includes(tried.found)) return undefined;
  return `in ${text} is found ${quoted(found)}, not ${JSON.stringify(tried.found)}`;
}

function wrongIgnore(rule: CustomRule, tried: RuleCase): string | undefined {
  const { found } = judge(rule, tried);
  return found.length === 0 ? undefined : `in ${JSON.stringify(tried.text)} is found ${quoted(found)}`;
}

/** Runs the cases of a rule, alone: other rules may find more. */
export function failedCases(rule: CustomRule): FailedCase[] {
  const run = (list: FailedCase['list'], wrong: typeof wrongMatch): FailedCase[] =>
    rule[list].flatMap((tried, index) => {
      const reason = wrong(rule, tried);
      const name = rule.rule.id.replace(/^custom\./, '');
      return reason === undefined ? [] : [{ rule: name, source: rule.source, list, index, reason }];
    });
  return [...run('matches', wrongMatch), ...run('ignores', wrongIgnore)];
}

/** A failed case in one line. */
export function describeFailure({ rule, source, list, index, reason }: FailedCase): string {
  return `${source === '' ? '' : `${source}: `}custom rule ${JSON.stringify(rule)}: ${list}[${index}]: ${reason}`;
}
