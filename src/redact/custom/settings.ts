import type { Action, PartName } from '../types.ts';
import type { CheckName } from './checks.ts';

/** A text that a rule is tried out on when it is loaded. */
export interface RuleCase {
  /** A line, or a value; in Unicode. */
  readonly text: string;
  /** The names that the value stands under, from the outside in, with dots between; running text has none. */
  readonly path?: string | undefined;
  /** What exactly is found, for a case that has to match. */
  readonly found?: string | undefined;
}

/** A rule of one's own, as a configuration has it. */
export interface CustomRuleSettings {
  /** Lower-case letters, digits and dashes; the rule's id is `custom.` and this. */
  readonly name: string;
  /** One that the engine knows, or a new one. */
  readonly entity: string;
  /** RE2 syntax. Without one, all that stands under `paths` is found. */
  readonly pattern?: string | undefined;
  readonly ignoreCase?: boolean | undefined;
  /** What is found holds one of them: text without any isn't searched. */
  readonly literals?: readonly string[] | undefined;
  /** All of them must pass. */
  readonly checks?: readonly CheckName[] | undefined;
  /** Words, or up to four in a row, that speak for a finding when they stand beside it or name it. */
  readonly context?: readonly string[] | undefined;
  /** Names that it is looked for under, at any depth (`employeeId`, `staff.id`) or from the top (`$.staff.*.id`). */
  readonly paths?: readonly string[] | undefined;
  readonly parts?: readonly PartName[] | undefined;
  /** Of bodies: `*` stands for any characters. */
  readonly contentTypes?: readonly string[] | undefined;
  readonly routes?: readonly string[] | undefined;
  readonly identities?: readonly string[] | undefined;
  /** How sure a finding is that no context speaks for: 0 to 1. */
  readonly score?: number | undefined;
  /** What is done with findings of a new entity, like `keepLast` and `threshold`; those of a known one are the policy's. */
  readonly action?: Action | undefined;
  readonly keepLast?: 0 | 4 | undefined;
  readonly threshold?: number | undefined;
  /** True when the values tell one person from others: then erasure finds exchanges by them. */
  readonly isSubject?: boolean | undefined;
  /** 1 to 2,147,483,647. Without one it follows from what the rule says. */
  readonly version?: number | undefined;
  /** In each of them something has to be found. */
  readonly matches?: readonly (string | RuleCase)[] | undefined;
  /** In none of them anything may be found. */
  readonly ignores?: readonly (string | RuleCase)[] | undefined;
  /** Where it stands, for errors: a file with its line, or a path in the configuration. */
  readonly source?: string | undefined;
}
