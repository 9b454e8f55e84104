import type { ClassifyKey, KeyRule } from '../words/key-rule.ts';
import { containerOf, names } from '../words/key-makers.ts';
import { isSureOfNothing } from '../words/key-rule.ts';
import { ADDRESS_SHAPE } from '../words/personal-shapes.ts';
import { RULES } from '../rules.ts';
import { type Command, commandOf } from './commands.ts';
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
 * - `command`: no table but a list of the arguments of a command;
 * - `contact`: a card of somebody (jCard, RFC 7095), its `properties`, and a `property`: its name, parameters, type and values.
 */
export type TablePart =
  | { readonly kind: 'names'; readonly texts: string[]; index: number; hasObjects: boolean }
  | { readonly kind: 'column'; readonly names: { readonly texts: string[]; readonly index: number } }
  | { readonly kind: 'beside'; readonly columns: Columns; readonly isMoved: boolean }
  | { readonly kind: 'rows' | 'entry'; readonly columns: Columns; readonly hasObjects?: boolean }
  | { readonly kind: 'row'; readonly columns: Columns; readonly hasObjects?: boolean; index: number }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'contact' | 'properties' }
  | { readonly kind: 'property'; property: Property | undefined; index: number }
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

/** What the property of a contact says about its parameters and values. */
export interface Property {
  readonly parameters?: KeyRule;
  readonly value?: KeyRule | undefined;
  /** Of values in parts. */
  readonly columns?: Columns;
}

const addressParameters: KeyRule = containerOf(
  RULES.postalAddress,
  new Map(names({ rule: RULES.postalAddress, applies: ADDRESS_SHAPE }, 'label')),
);

/** True for what a card of somebody begins with (RFC 7095, 3.2). */
export function isContact(text: string): boolean {
  return text === 'vcard';
}

/** What a property of a contact holds, by its name; of an address all but the town and what lies around it. */
function propertyOf(name: string, classify: ClassifyKey): Property | undefined {
  switch (name) {
    case 'fn':
    case 'nickname':
      return { value: classify('fullName') };
    case 'n': {
      const part = classify('lastName');
      return { columns: [part, part, part] };
    }
    case 'adr': {
      const part = classify('street');
      return { columns: [part, part, part], parameters: addressParameters };
    }
    case 'bday':
      return { value: classify('dateOfBirth') };
    default:
      return undefined;
  }
}

/** A property is called so. @returns what holds for its parameters when they are next */
export function namesProperty(
  table: TablePart & { readonly kind: 'property' },
  name: string,
  classify: ClassifyKey,
): KeyRule | undefined {
  table.property = propertyOf(name, classify);
  return table.index === 1 ? table.property?.parameters : undefined;
}

/** What the first element of a list, or the next argument of a command, makes of the list. */
export function listOf(text: string, table: TablePart | undefined): TablePart | undefined {
  if (isContact(text)) return table ?? { kind: 'contact' };
  const before = table?.kind === 'command' ? table.command : undefined;
  const command = commandOf(text, before);
  const isOther = table !== undefined && before === undefined;
  return isOther || command === undefined || command === before ? table : { kind: 'command', command };
}

/** Goes on to the next part of a property, its parameters, its type or a value. @returns what holds for it */
export function nextPart(table: TablePart & { readonly kind: 'property' }): KeyRule | undefined {
  table.index += 1;
  return table.index === 1 ? table.property?.parameters : table.index > 2 ? table.property?.value : undefined;
}

/** What an array or object is to a table that opens in `outer`; undefined when it is nothing. */
export function tableIn(
  outer: { readonly isObject: boolean; readonly table: TablePart | undefined },
  isObject: boolean,
  role: PairRole | undefined,
): TablePart | undefined {
  const { table } = outer;
  const mayBeNames = !isObject && (outer.isObject ? role === 'columns' || role === 'name' : !table);
  if (mayBeNames && (table === undefined || table.kind === 'beside'))
    return { kind: 'names', texts: [], index: 0, hasObjects: false };
  return table && partIn(table, isObject, outer.isObject, role);
}

/** What an array or object is to a table that opens in `outer`, under a name with this role; undefined when it is nothing. */
function partIn(
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
    case 'contact':
      return isObject ? undefined : { kind: 'properties' };
    case 'properties':
      return isObject ? undefined : { kind: 'property', property: undefined, index: 0 };
    case 'property': {
      const columns = outer.property?.columns;
      return isObject || columns === undefined ? undefined : { kind: 'row', columns, index: 0 };
    }
    default:
      return undefined;
  }
}

/** True for an object in a row that isn't a cell: see {@link TablePart}. */
export function isNoCell(outer: TablePart | undefined, isObject: boolean): boolean {
  return isObject && outer?.kind === 'row' && outer.hasObjects === true;
}
