import type { KeyRule } from '../key-rule.ts';

/**
 * What a member of an object says in a list of named values: `{"name": "Authorization", "value": "…"}`. An `id` may be the name of
 * a value, and is mostly something else.
 */
export type PairRole = 'name' | 'value' | 'id';

const ROLES: ReadonlyMap<string, PairRole> = new Map(
  [
    [
      'name',
      'key',
      'k',
      'header',
      'headername',
      'headerName',
      'field',
      'fieldname',
      'fieldName',
      'parameter',
      'param',
      'property',
      'attribute',
      'type',
      'system',
      'label',
      'question',
      'variable',
      'setting',
    ],
    [
      'value',
      'val',
      'v',
      'values',
      'stringvalue',
      'stringValue',
      'fieldValue',
      'headerValue',
      'content',
      'number',
      'data',
      'answer',
      'text',
    ],
    ['id', 'identifier', 'code'],
  ]
    .flatMap((names, i) => names.map((name) => [name, (['name', 'value', 'id'] as const)[i] ?? 'value'] as const))
    // As they are written mostly; to make each name lower case would cost more than all the rest.
    .flatMap(([name, role]) =>
      [name, name.charAt(0).toUpperCase() + name.slice(1), name.toUpperCase()].map((n) => [n, role]),
    ),
);
const MAX_ROLE_CHARS = 11;

/** The role of a member by its name; undefined for most. */
export function pairRole(name: string): PairRole | undefined {
  return name.length > MAX_ROLE_CHARS ? undefined : ROLES.get(name);
}

/** The rule of the value beside a name; it holds for all that the value has in it. */
export function pairRule(rule: KeyRule): KeyRule {
  const paired: KeyRule = { ...rule, members: rule.members ?? (() => paired) };
  return paired;
}
