import { createHash } from 'node:crypto';
import { AffidavitError } from '../../record/index.ts';
import { ENTITIES, ENTITY_NAME, isEntityName } from '../entities.ts';
import type { EntitySettings } from '../policy.ts';
import type { Rule } from '../rules.ts';
import type { PartName } from '../types.ts';
import { MAX_PHRASE_WORDS, wordsOf } from '../words/words.ts';
import { CHECKS, isCheckName } from './checks.ts';
import { parsePath, type Step } from './paths.ts';
import { type BoundedPattern, compilePattern, PatternRefused } from './pattern.ts';
import type { CustomRuleSettings, RuleCase } from './settings.ts';
import { binaryOf } from './unicode.ts';

/** A finding of a rule that says nothing else, without context. */
const DEFAULT_SCORE = 0.9;
const MAX_VERSION = 0x7fffffff;
const RULE_NAME = /^[a-z][a-z0-9-]{0,47}$/;

/** A rule of one's own, ready to run. */
export interface CustomRule {
  readonly rule: Rule;
  readonly pattern: BoundedPattern | undefined;
  readonly ignoreCase: boolean;
  readonly literals: readonly string[];
  readonly checks: readonly ((text: string) => boolean)[];
  /** True for a text that passes all of its checks. */
  readonly passes: (text: string) => boolean;
  /** Words put together, as names and texts are looked up. */
  readonly context: ReadonlySet<string>;
  readonly paths: readonly (readonly Step[])[];
  readonly parts: readonly PartName[];
  readonly contentTypes: readonly string[];
  readonly routes: readonly string[];
  readonly identities: readonly string[];
  /** What is done with findings of its entity unless the policy says otherwise; of a new entity only. */
  readonly policy: EntitySettings | undefined;
  readonly matches: readonly RuleCase[];
  readonly ignores: readonly RuleCase[];
  /** Where it stands, for errors. */
  readonly source: string;
}

/** An error that says which rule, where it stands and what to do. */
function refused({ name, source }: CustomRuleSettings, reason: string, cause?: unknown): AffidavitError {
  const where = source === undefined ? '' : `${source}: `;
  return new AffidavitError('config.invalid', `${where}custom rule ${JSON.stringify(name)}: ${reason}`, { cause });
}

function patternOf(settings: CustomRuleSettings): BoundedPattern | undefined {
  if (settings.pattern === undefined) {
    if ((settings.paths ?? []).length === 0)
      throw refused(settings, 'it has neither a pattern nor paths: say what to look for, or under which names');
    if ((settings.literals ?? []).length > 0) throw refused(settings, 'literals belong to a pattern, and it has none');
    return undefined;
  }
  try {
    return compilePattern(settings.pattern, settings.ignoreCase ?? false);
  } catch (thrown) {
    if (!(thrown instanceof PatternRefused)) throw thrown;
    throw refused(settings, `its pattern is refused: ${thrown.message}`, thrown);
  }
}

function checksOf(settings: CustomRuleSettings): CustomRule['checks'] {
  return (settings.checks ?? []).map((name) => {
    if (!isCheckName(name))
      throw refused(settings, `there is no check ${String(name)}: ${Object.keys(CHECKS).join(', ')}`);
    return CHECKS[name];
  });
}

function contextOf(settings: CustomRuleSettings): ReadonlySet<string> {
  return new Set(
    (settings.context ?? []).map((phrase) => {
      const words = wordsOf(binaryOf(phrase));
      if (words.length === 0 || words.length > MAX_PHRASE_WORDS)
        throw refused(settings, `context ${JSON.stringify(phrase)}: one to ${MAX_PHRASE_WORDS} words are needed`);
      return words.join('');
    }),
  );
}

function policyOf(settings: CustomRuleSettings): EntitySettings | undefined {
  const { action, keepLast, threshold, entity } = settings;
  if (!isEntityName(entity)) return { action, keepLast, threshold };
  if (action !== undefined || keepLast !== undefined || threshold !== undefined)
    throw refused(
      settings,
      `what is done with ${entity} says redact.entities.${entity}: give the rule an entity of its own, or leave action, keepLast and threshold out`,
    );
  return undefined;
}

/** Another version as soon as anything else would be found. */
function derivedVersion(settings: CustomRuleSettings): number {
  const { name, entity, pattern, ignoreCase, literals, checks, context, paths, score } = settings;
  const { parts, contentTypes, routes, identities } = settings;
  const said = [name, entity, pattern, ignoreCase ?? false, literals, checks, context, paths, score];
  const text = JSON.stringify([...said, parts, contentTypes, routes, identities].map((each) => each ?? null));
  return Math.max(1, createHash('sha256').update(text).digest().readUInt32BE(0) & MAX_VERSION);
}

function checkNames(settings: CustomRuleSettings): void {
  const { name, entity, version, score } = settings;
  if (!RULE_NAME.test(name))
    throw refused(settings, 'its name is not of lower-case letters, digits and dashes (48 at most)');
  if (!ENTITY_NAME.test(entity))
    throw refused(
      settings,
      `its entity ${JSON.stringify(entity)} is not of lower-case letters, digits and _ (32 at most)`,
    );
  if (version !== undefined && !(Number.isSafeInteger(version) && version >= 1 && version <= MAX_VERSION))
    throw refused(settings, `its version is not a whole number from 1 to ${MAX_VERSION}`);
  if (score !== undefined && !(score >= 0 && score <= 1)) throw refused(settings, 'its score is not from 0 to 1');
}

function casesOf(cases: CustomRuleSettings['matches']): readonly RuleCase[] {
  return (cases ?? []).map((each) => (typeof each === 'string' ? { text: each } : each));
}

function pathsOf(settings: CustomRuleSettings): CustomRule['paths'] {
  try {
    return (settings.paths ?? []).map(parsePath);
  } catch (thrown) {
    if (!(thrown instanceof AffidavitError)) throw thrown;
    throw refused(settings, thrown.message, thrown);
  }
}

/** A rule ready to run. @throws AffidavitError `config.invalid` that says what is wrong with it */
export function compileRule(settings: CustomRuleSettings): CustomRule {
  checkNames(settings);
  const { name, entity } = settings;
  const checks = checksOf(settings);
  const isSubject = settings.isSubject ?? (isEntityName(entity) && ENTITIES[entity].isSubject);
  const rule: Rule = {
    id: `custom.${name}`,
    version: settings.version ?? derivedVersion(settings),
    entity,
    score: settings.score ?? DEFAULT_SCORE,
    neverKept: isEntityName(entity) && ENTITIES[entity].neverKept,
    isEngine: false,
    isSubject,
  };
  return {
    rule,
    pattern: patternOf(settings),
    ignoreCase: settings.ignoreCase ?? false,
    literals: settings.literals ?? [],
    checks,
    passes: (text) => checks.every((passes) => passes(text)),
    context: contextOf(settings),
    paths: pathsOf(settings),
    parts: settings.parts ?? [],
    contentTypes: settings.contentTypes ?? [],
    routes: settings.routes ?? [],
    identities: settings.identities ?? [],
    policy: policyOf(settings),
    matches: casesOf(settings.matches),
    ignores: casesOf(settings.ignores),
    source: settings.source ?? '',
  };
}
