import type { Scope } from '../engine.ts';
import { type KeyRule, NEVER } from '../words/key-rule.ts';
import { RULES } from '../rules.ts';
import { Arguments } from './graphql.ts';
import { graphqlTokens, mayBeGraphql } from './graphql-text.ts';

/** What a document says about its variables by the arguments and fields that they stand for: `login(password: $p)`. */
export class Variables {
  readonly #rules: ReadonlyMap<string, KeyRule>;
  /** The rule of the object that holds them. */
  readonly rule: KeyRule;

  constructor(rules: ReadonlyMap<string, KeyRule>) {
    this.#rules = rules;
    const inside: KeyRule = { rule: RULES.credential, applies: NEVER, byName: (name) => rules.get(name) };
    this.rule = { rule: RULES.credential, applies: NEVER, members: () => inside };
  }

  /** What holds for the variable `name`. */
  of(name: string): KeyRule | undefined {
    return this.#rules.get(name);
  }
}

/** The variables of a GraphQL document (October 2021, 2.10) that are something by their names there; undefined when there are none. */
export function variablesOf(text: string, scope: Scope): Variables | undefined {
  if (!text.includes('$') || !mayBeGraphql(text)) return undefined;
  const tokens = graphqlTokens(text) ?? [];
  const around = new Arguments(scope);
  const rules = new Map<string, KeyRule>();
  for (const [index, { kind, text: raw }] of tokens.entries()) {
    const isVariable = tokens[index - 1]?.text === '$';
    if (kind === 'sign' && !around.bracket(raw)) return undefined;
    if (kind !== 'name') continue;
    if (tokens[index + 1]?.text === ':') around.argument(raw, isVariable);
    else if (!isVariable) around.name(raw);
    else if (around.key !== undefined && !rules.has(raw)) rules.set(raw, around.key);
  }
  return rules.size === 0 ? undefined : new Variables(rules);
}
