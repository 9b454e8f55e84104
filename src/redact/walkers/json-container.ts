import { type KeyRule, NEVER } from '../words/key-rule.ts';
import type { TablePart } from './json-tables.ts';
import type { PairRole } from './pairs.ts';

/** An open array or object, and what its members inherit from the name that it stands under. */
export interface Container {
  readonly isObject: boolean;
  readonly key: KeyRule | undefined;
  readonly care: Care;
  /** What its member `name` says about its member `value`. */
  named: KeyRule | undefined;
  /** True when that member was there. */
  isNamed: boolean;
  /** Of an object in the place of a name, and of what is in it: the object whose value it names. */
  readonly names: Container | undefined;
  /** True when members were there that tell of somebody. */
  isPerson: boolean;
  /** What a document of GraphQL in it says about the variables beside it. */
  variables: KeyRule | undefined;
  /** What a member in it says that the number of a document beside it is. */
  document: KeyRule | undefined;
  /** True when a member has told what it calls. */
  hasMethod: boolean;
  /** True for a call by which somebody signs in. */
  isSignIn: boolean;
  /** Texts of its members `name` and `id` that nobody has asked about yet. */
  unread: UnreadName[] | undefined;
  /** What few objects have. */
  more: More | undefined;
  /** What it is to a table. */
  table: TablePart | undefined;
}

/** A text that may be the name of a value beside it, which few objects have. */
export interface UnreadName {
  readonly text: string;
  readonly role: PairRole;
}

/** What else an object says about the value in it. */
export interface More {
  /** What its headline says about it. */
  title?: KeyRule | undefined;
  /** Its id, under which something outside may name it. */
  id?: string;
  /** Where in a document something is done. */
  path?: string;
  isOperation?: boolean;
}

/** Questions of a form whose answers stand elsewhere, at most. */
const MAX_QUESTIONS = 1024;
const MAX_ID_CHARS = 64;

/** What the questions of a form say about their answers, by their ids. */
export class Questions {
  #rules: Map<string, KeyRule> | undefined;

  get isEmpty(): boolean {
    return this.#rules === undefined;
  }

  answerTo(id: string): KeyRule | undefined {
    return this.#rules?.get(id);
  }

  /** Notes the id of what has a headline, or the headline of what has an id. */
  note(container: Container, said: Pick<More, 'id' | 'title'>): void {
    if (said.id !== undefined && said.id.length > MAX_ID_CHARS) return;
    const { id, title } = Object.assign((container.more ??= {}), said);
    if (id === undefined || title === undefined) return;
    this.#rules ??= new Map();
    if (this.#rules.size < MAX_QUESTIONS) this.#rules.set(id, title);
  }
}

/** So many wait in one object at most. */
export const MAX_UNREAD = 4;

/** How closely a value has to be looked at: by its content, with what its name speaks for, by its name's rule. */
export const CARE = { none: 0, hints: 1, rule: 2 } as const;

/** One of {@link CARE}. */
export type Care = (typeof CARE)[keyof typeof CARE];

/** How closely a value under a name with this rule has to be looked at. */
export function careOf(key: KeyRule | undefined): Care {
  if (key === undefined) return CARE.none;
  if (key.applies !== NEVER) return CARE.rule;
  const { hints } = key;
  if (hints === undefined) return CARE.none;
  return hints.size === 0 && hints.custom === undefined ? CARE.none : CARE.hints;
}

/** What a name says of the object that it stands in, beside a {@link Care}. */
const TELLS_OF_PERSON = 4;
const IN_PERSON = 8;
export const CARES = 3;

/** {@link careOf} of the value under a name by itself, and whether what it says depends on others: one number. */
export function signsOf(own: KeyRule | undefined): number {
  if (own === undefined) return CARE.none;
  return (
    careOf(own) | (own.tellsOfPerson === true ? TELLS_OF_PERSON : 0) | (own.inPerson !== undefined ? IN_PERSON : 0)
  );
}

/** An id with so many digits is one of many, and names nothing. */
const MIN_ID_DIGITS = 6;

export const ID_DIGITS = new RegExp(`(?:\\d\\D*){${MIN_ID_DIGITS}}`);

/** True for bytes with as many digits as an id has. */
export function hasIdDigits(bytes: Uint8Array, start: number, end: number): boolean {
  let digits = 0;
  for (let at = start; at < end && digits < MIN_ID_DIGITS; at += 1) {
    const byte = bytes[at] as number;
    if (byte >= 48 && byte <= 57) digits += 1;
  }
  return digits >= MIN_ID_DIGITS;
}

/** An array or object that starts. */
export function openContainer(
  isObject: boolean,
  key: KeyRule | undefined,
  names: Container | undefined,
  table: TablePart | undefined,
): Container {
  return {
    isObject,
    key,
    care: careOf(key),
    named: undefined,
    isNamed: false,
    names,
    isPerson: false,
    variables: undefined,
    document: undefined,
    hasMethod: false,
    isSignIn: false,
    unread: undefined,
    more: undefined,
    table,
  };
}
