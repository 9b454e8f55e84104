import type { Action, RuleCount } from './types.ts';

/** What is looked for, and what happens to it. */
export interface Rule {
  readonly id: string;
  readonly version: number;
  readonly entity: string;
  readonly action: Action;
  /** What stands in the place of a finding. */
  readonly marker: string;
  /** True for what may not even be committed to (PCI DSS 3.3.1: verification codes and PINs). */
  readonly neverKept: boolean;
}

/** Version of rules and detectors together; raised with every change of what they find. */
export const ENGINE_VERSION = '3';

function rule(id: string, entity: string, action: Action = 'drop', neverKept = false): Rule {
  return { id, version: 1, entity, action, marker: `[redacted:${entity}]`, neverKept };
}

/** Every rule, in the order in which counts are reported. */
export const RULES = {
  credential: rule('name.credential', 'credential'),
  cardCode: rule('name.card_code', 'card_code', 'drop', true),
  pin: rule('name.pin', 'pin', 'drop', true),
  ssnByName: rule('name.us_ssn', 'us_ssn'),
  email: rule('content.email', 'email'),
  card: rule('content.card', 'card', 'mask'),
  iban: rule('content.iban', 'iban'),
  ssn: rule('content.us_ssn', 'us_ssn'),
  jwt: rule('content.jwt', 'jwt'),
  bearer: rule('content.bearer', 'credential'),
  basic: rule('content.basic', 'credential'),
  userinfo: rule('content.url_userinfo', 'credential'),
  id: rule('content.id', 'id'),
  binary: rule('name.binary_metadata', 'binary'),
  cutOff: rule('engine.cut_off', 'cut_off'),
  failed: rule('engine.failed', 'engine_failed'),
  tooLong: rule('engine.over_limit', 'over_limit'),
} as const satisfies Record<string, Rule>;

const order = Object.values(RULES);

/** Counts how often each rule acted. */
export class Tally {
  readonly #counts = new Map<Rule, number>();

  /** True when no rule acted. */
  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  /** Counts one finding, or `count` of them. */
  add(found: Rule, count = 1): void {
    this.#counts.set(found, (this.#counts.get(found) ?? 0) + count);
  }

  /** Adds what another tally counted. */
  merge(other: Tally): void {
    for (const [found, count] of other.#counts) this.add(found, count);
  }

  /** What was counted, in the order of {@link RULES}. */
  counts(): RuleCount[] {
    if (this.#counts.size === 0) return [];
    return order.flatMap((found) => {
      const count = this.#counts.get(found);
      if (count === undefined) return [];
      return [{ rule: found.id, version: found.version, entity: found.entity, action: found.action, count }];
    });
  }
}
