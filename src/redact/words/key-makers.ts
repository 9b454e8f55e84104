import { type KeyRule, NEVER, type Shape } from './key-rule.ts';
import { type Rule, RULES } from '../rules.ts';
import { wordsOf } from './words.ts';

/** Entries of a map of names: all in `list`, parted by spaces, with the same rule. */
export function names(found: KeyRule, list: string): [string, KeyRule][] {
  return list.split(' ').map((name) => [name, found]);
}

/** The words of a name in one piece. */
export function joined(name: string): string {
  return wordsOf(name).join('');
}

/** What is nothing, nor anything in it. */
export const none: KeyRule = { rule: RULES.personName, applies: NEVER, members: () => none };

/** A rule for values with a shape, and for the same among members and elements. */
export function shaped(rule: Rule, applies: Shape, members?: () => KeyRule): KeyRule {
  const key: KeyRule = { rule, applies, members: members ?? (() => key) };
  return key;
}

/** An object of which only some members say something: those in `byName`. */
export function containerOf(rule: Rule, byName: ReadonlyMap<string, KeyRule>, applies: Shape = NEVER): KeyRule {
  const inside: KeyRule = { rule, applies: NEVER, byName: (name) => byName.get(joined(name)), members: () => none };
  return { rule, applies, members: () => inside };
}
