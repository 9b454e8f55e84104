import type { ClassifyKey, KeyRule } from '../key-rule.ts';
import { isSureOfNothing } from '../key-rule.ts';
import type { Command } from './commands.ts';
import { entryRule, isValueRole, type PairRole } from './pairs.ts';

/** What cells of a table stand in: their rules, column by column. */
export type Columns = readonly (KeyRule | undefined)[];

/**
 * What an open array or object is to a table:
 * - `names`: a list that may be one of names of columns; `texts` are those that were read, `hasObjects` when objects told them;
 * - `column`: an object in such a list, which tells of one column;
 * - `beside`: an object with such a list, in which rows may stand too; `isMoved` when they stood in an object inside of it;
 * - `rows`: a list of rows; `entry`: a row that is an object with its cells in it; `row`: its cells, `hasObjects` when the first
 *   row had names in objects and nothing but its place says that it is one of names: then other objects are more of the kind;
 * - `command`: no table but a list of the arguments of a command.
 */
export type TablePart =
  | { readonly kind: 'names'; readonly texts: string[]; index: number; hasObjects: boolean }
  | { readonly kind: 'column'; readonly names: { readonly texts: string[]; readonly index: number } }
  | { readonly kind: 'beside'; readonly columns: Columns; readonly isMoved: boolean }
  | { readonly kind: 'rows' | 'entry'; readonly columns: Columns; readonly hasObjects?: boolean }
  | { readonly kind: 'row'; readonly columns: Columns; readonly hasObjects?: boolean; index: number }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'none' };

/** A list of lists whose first isn't one of names. */
export const NO_TABLE: TablePart = { kind: 'none' };

/** A column's name: words, no number, no address. */
const COLUMN_NAME = /^[A-Za-z_\x80-\uffff][\w .()/#\x80-\uffff-]{0,47}$/;
/** Columns that are known at most. */
const MAX_COLUMNS = 1024;
/** In shorter rows an entry's name and value may stand. */
const MIN_SURE_COLUMNS = 3;

function saysSomething(rule: KeyRule | undefined): boolean {
  if (rule === undefined || rule.isWeak === true) return false;
  return !isSureOfNothing(rule) || rule.tellsOfPerson === true || (rule.hints?.size ?? 0) > 0;
}

/** The rules of the columns that a list names; undefined when it says nothing, or is none of names. */
export function columnsOf(
  { texts, index }: { readonly texts: readonly string[]; readonly index: number },
  isSure: boolean,
  classify: ClassifyKey,
): Columns | undefined {
  const count = index + 1;
  if (count > MAX_COLUMNS) return undefined;
  const names = Array.from({ length: count }, (_, at) => texts[at] ?? '');
  if (!isSure && (count < 2 || new Set(names).size < count || !names.every((name) => COLUMN_NAME.test(name))))
    return undefined;
  const rules = names.map((name) => (COLUMN_NAME.test(name) ? classify(name) : undefined));
  const said = rules.filter(saysSomething).length;
  const needed = isSure || count >= MIN_SURE_COLUMNS ? 1 : count;
  if (said < needed) return undefined;
  return rules.map((rule) => (rule === undefined || isSureOfNothing(rule) ? rule : entryRule(rule)));
}

/** What an array or object is to a table that opens in `outer`, under a name with this role; undefined when it is nothing. */
export function partIn(
  outer: TablePart,
  isObject: boolean,
  isInObject: boolean,
  role: PairRole | undefined,
): TablePart | undefined {
  switch (outer.kind) {
    case 'names':
      outer.hasObjects ||= isObject;
      return isObject ? { kind: 'column', names: { texts: outer.texts, index: outer.index } } : undefined;
    case 'beside':
      return !isObject && (role === 'rows' || isValueRole(role)) ? { kind: 'rows', columns: outer.columns } : undefined;
    case 'rows':
      return isObject ? { ...outer, kind: 'entry' } : { ...outer, kind: 'row', index: 0 };
    case 'entry':
      return isObject || !isInObject ? undefined : { ...outer, kind: 'row', index: 0 };
    default:
      return undefined;
  }
}

/** True for an object in a row that isn't a cell: see {@link TablePart}. */
export function isNoCell(outer: TablePart | undefined, isObject: boolean): boolean {
  return isObject && outer?.kind === 'row' && outer.hasObjects === true;
}
