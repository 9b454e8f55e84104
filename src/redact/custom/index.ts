import { AffidavitError } from '../../record/index.ts';
import type { ExtraDetector } from '../detectors/index.ts';
import type { Place } from '../engine.ts';
import { globTest } from '../globs.ts';
import type { ClassifyKey } from '../words/key-rule.ts';
import type { EntitySettings, PolicySettings } from '../policy.ts';
import { describeFailure, type FailedCase, failedCases } from './cases.ts';
import { customDetector } from './detector.ts';
import { NamedRules } from './names.ts';
import { compileRule, type CustomRule } from './rule.ts';
import type { CustomRuleSettings } from './settings.ts';

export { describeFailure, type FailedCase } from './cases.ts';
export { CHECKS, type CheckName } from './checks.ts';
export type { CustomRuleSettings, RuleCase } from './settings.ts';

/** Most rules of a configuration. */
export const MAX_CUSTOM_RULES = 500;
/** Most sets of rules that are remembered. */
const MAX_REMEMBERED = 256;

/** What custom rules add to an engine. */
export interface CustomParts {
  readonly detect: ExtraDetector | undefined;
  /** A classifier of names, with what the rules say added. */
  readonly classifier: (classify: ClassifyKey) => ClassifyKey;
}

const NO_PARTS: CustomParts = { detect: undefined, classifier: (classify) => classify };

/** The rules of an engine. */
export class CustomRules {
  readonly rules: readonly CustomRule[];

  /** @throws AffidavitError `config.invalid` with a line for each rule that can't be: what is wrong with it, and where it stands */
  constructor(settings: readonly CustomRuleSettings[]) {
    if (settings.length > MAX_CUSTOM_RULES)
      throw new AffidavitError('config.invalid', `${settings.length} custom rules: ${MAX_CUSTOM_RULES} are the most`);
    this.rules = compileAll(settings);
    this.#checkNames();
    this.#checkEntities();
  }

  /** Every case that doesn't come out as it has to. */
  failures(): FailedCase[] {
    return this.rules.flatMap(failedCases);
  }

  /** @throws AffidavitError `config.invalid` with each failed case */
  checkCases(): void {
    const failures = this.failures().map(describeFailure);
    if (failures.length > 0) throw new AffidavitError('config.invalid', failures.join('\n'));
  }

  /** What is done with findings of their own entities, unless the policy says otherwise. */
  get policy(): PolicySettings {
    const entities: Record<string, EntitySettings> = {};
    for (const { rule, policy } of this.rules) if (policy !== undefined) entities[rule.entity] ??= policy;
    return { entities };
  }

  /** True when some rules apply in some places only. */
  get differByPlace(): boolean {
    return this.rules.some((rule) => PLACES.some((each) => rule[each].length > 0));
  }

  /** What the rules add that apply in a place; without a place all of them. */
  parts(place?: Place): CustomParts {
    const rules = place === undefined ? this.rules : this.rules.filter((rule) => applies(rule, place));
    if (rules.length === 0) return NO_PARTS;
    const named = new NamedRules(rules);
    return { detect: customDetector(rules), classifier: (classify) => named.classifier(classify) };
  }

  /** Makes the function that gives for a place what `make` makes of the parts for it; asked for the same, it gives the same. */
  byPlace<Made>(make: (parts: CustomParts) => Made): (place: Place) => Made {
    const remembered = new Map<string, Made>();
    return (place) => {
      const key = this.rules.map((rule) => Number(applies(rule, place))).join('');
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const made = make(this.parts(place));
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(key, made);
      return made;
    };
  }

  #checkNames(): void {
    const seen = new Set<string>();
    for (const { rule, source } of this.rules) {
      if (seen.has(rule.id)) throw invalid(source, `there are two custom rules ${rule.id.slice('custom.'.length)}`);
      seen.add(rule.id);
    }
  }

  /** Rules of one entity have to agree about what is done with it. */
  #checkEntities(): void {
    const seen = new Map<string, string>();
    for (const { rule, policy, source } of this.rules) {
      if (policy === undefined) continue;
      const said = JSON.stringify([policy.action, policy.keepLast, policy.threshold]);
      if ((seen.get(rule.entity) ?? said) !== said)
        throw invalid(source, `the rules of entity ${rule.entity} differ in action, keepLast or threshold`);
      seen.set(rule.entity, said);
    }
  }
}

/** All that is wrong is said at once. */
function compileAll(settings: readonly CustomRuleSettings[]): readonly CustomRule[] {
  const refusals: AffidavitError[] = [];
  const rules = settings.flatMap((each) => {
    try {
      return [compileRule(each)];
    } catch (thrown) {
      if (!(thrown instanceof AffidavitError)) throw thrown;
      refusals.push(thrown);
      return [];
    }
  });
  const [first] = refusals;
  if (first === undefined) return rules;
  const cause = refusals.length === 1 ? first.cause : new AggregateError(refusals);
  throw new AffidavitError('config.invalid', refusals.map(({ message }) => message).join('\n'), { cause });
}

const PLACES = ['parts', 'contentTypes', 'routes', 'identities'] as const;

function invalid(source: string, reason: string): AffidavitError {
  return new AffidavitError('config.invalid', source === '' ? reason : `${source}: ${reason}`);
}

function isAny(globs: readonly string[], text: string | undefined): boolean {
  return globs.length === 0 || globs.some((glob) => globTest(glob)(text));
}

/** True when a rule applies in a place. Of a value whose part nobody knows all parts are meant. */
function applies({ parts, contentTypes, routes, identities }: CustomRule, place: Place): boolean {
  const type = (place.contentType?.split(';', 1)[0] ?? '').trim().toLowerCase();
  const isPart = parts.length === 0 || place.part === undefined || parts.includes(place.part);
  return isPart && isAny(contentTypes, type) && isAny(routes, place.route) && isAny(identities, place.identity);
}
