import { type ClassifyKey, isSureOfNothing, type KeyRule, NEVER, ruleApplies } from '../key-rule.ts';
import { hasMarker } from '../markers.ts';
import { RULES } from '../rules.ts';
import {
  documentRule,
  entryRule,
  idRule,
  nameOfCode,
  type PairRole,
  pairRule,
  SIGN_IN,
  SIGN_IN_PARAM,
} from './pairs.ts';

/** What may come next in a JSON text. */
export const NEXT = { value: 0, valueOrEnd: 1, key: 2, keyOrEnd: 3, colon: 4, commaOrEnd: 5 } as const;
/** One of {@link NEXT}. */
export type Next = (typeof NEXT)[keyof typeof NEXT];

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
  /** True for a call by which somebody signs in. */
  isSignIn: boolean;
  /** Texts of its members `name` and `id` that nobody has asked about yet. */
  unread: UnreadName[] | undefined;
}

/** A text that may be the name of a value beside it, which few objects have. */
interface UnreadName {
  readonly text: string;
  readonly role: PairRole;
}

/** So many wait in one object at most. */
const MAX_UNREAD = 4;

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
const CARES = 3;

/** {@link careOf} of the value under a name by itself, and whether what it says depends on others: one number. */
export function signsOf(own: KeyRule | undefined): number {
  if (own === undefined) return CARE.none;
  return (
    careOf(own) | (own.tellsOfPerson === true ? TELLS_OF_PERSON : 0) | (own.inPerson !== undefined ? IN_PERSON : 0)
  );
}

/** What a name may look like that stands beside a value. */
const NAME = /^[\w.:[\]/ \x80-\uffff-]{2,64}$/;
/** Longest such text. */
export const MAX_NAMING_CHARS = 64;

/** An id with so many digits is one of many, and names nothing. */
const MIN_ID_DIGITS = 6;

const ID_DIGITS = new RegExp(`(?:\\d\\D*){${MIN_ID_DIGITS}}`);

/** True for bytes with as many digits as an id has. */
export function hasIdDigits(bytes: Uint8Array, start: number, end: number): boolean {
  let digits = 0;
  for (let at = start; at < end && digits < MIN_ID_DIGITS; at += 1) {
    const byte = bytes[at] as number;
    if (byte >= 48 && byte <= 57) digits += 1;
  }
  return digits >= MIN_ID_DIGITS;
}

/** Where in the grammar of JSON (RFC 8259) a walk is, and what the names around say about the next value. */
export class JsonState {
  readonly #classifyHeader: ClassifyKey;
  readonly #stack: Container[] = [];
  #container: Container | undefined;
  next: Next = NEXT.value;
  /** What holds for the next value. */
  key: KeyRule | undefined;
  care: Care = CARE.none;
  /** The role of the member whose name was read last. */
  role: PairRole | undefined;
  /** True before the first value. */
  atStart = true;

  constructor(classifyHeader: ClassifyKey) {
    this.#classifyHeader = classifyHeader;
  }

  /** The innermost open array or object. */
  get container(): Container | undefined {
    return this.#container;
  }

  /** How many arrays and objects are open. */
  get depth(): number {
    return this.#stack.length;
  }

  /** True when a value may stand here. */
  get expectsValue(): boolean {
    return this.next === NEXT.value || this.next === NEXT.valueOrEnd;
  }

  /** True when the name of a member may stand here. */
  get expectsName(): boolean {
    return this.next === NEXT.key || this.next === NEXT.keyOrEnd;
  }

  /** True when the next value may be replaced by what a member behind it says: its name, or the type of a document. */
  get mayBeNamedLater(): boolean {
    const { role } = this;
    if ((role !== 'value' && role !== 'docnumber') || this.#container === undefined) return false;
    this.#readNames(this.#container);
    return role === 'value' ? !this.#container.isNamed : this.#container.document === undefined;
  }

  /** What the next value is when something behind it tells of somebody; undefined when it is nothing then either. */
  waitsForPerson(text: string): KeyRule | undefined {
    const { inPerson } = this.key ?? {};
    return inPerson !== undefined && this.#container?.isObject === true && ruleApplies(inPerson, text)
      ? inPerson
      : undefined;
  }

  /** A value is over: what its container expects, and the rule that its next element has. */
  afterValue(): void {
    const container = this.#container;
    this.atStart = false;
    this.next = container === undefined ? NEXT.value : NEXT.commaOrEnd;
    this.key = container?.key;
    this.care = container?.care ?? CARE.none;
    this.role = undefined;
  }

  /** An array or object starts; a value has to be expected. */
  open(isObject: boolean): void {
    const outer = this.#container;
    if (this.role === 'params' && outer !== undefined) this.#readNames(outer);
    const isOfSignIn = !isObject && this.role === 'params' && outer?.isSignIn === true;
    const first = isObject ? this.key?.members?.() : (this.key?.elements?.() ?? this.key);
    const key = isOfSignIn ? SIGN_IN_PARAM : first;
    const care = careOf(key);
    // `{"type": {"text": "Medical record number"}, "value": …}`: an object in the place of a name.
    const names = isObject && this.role === 'name' ? outer : outer?.names;
    this.role = !isObject && outer?.isObject === false ? 'first' : undefined;
    this.#container = {
      isObject,
      key,
      care,
      named: undefined,
      isNamed: false,
      names,
      isPerson: false,
      variables: undefined,
      document: undefined,
      isSignIn: false,
      unread: undefined,
    };
    this.#stack.push(this.#container);
    this.key = first;
    this.care = isOfSignIn ? careOf(first) : care;
    this.next = isObject ? NEXT.keyOrEnd : NEXT.valueOrEnd;
  }

  /** The innermost container ends; it has to be one that may. */
  close(): void {
    const closed = this.#stack.pop();
    const outer = this.#stack[this.#stack.length - 1];
    this.#container = outer;
    // The parts of a name tell of somebody outside, too.
    if (closed?.isPerson === true && closed.key?.rule === RULES.personName && outer !== undefined)
      outer.isPerson = true;
    this.afterValue();
  }

  /** True when the innermost container is of this kind and may end here. */
  mayClose(isObject: boolean): boolean {
    const mayEnd = this.next === NEXT.commaOrEnd || this.next === (isObject ? NEXT.keyOrEnd : NEXT.valueOrEnd);
    return mayEnd && this.#container?.isObject === isObject;
  }

  /** A comma; false when none may stand here. */
  comma(): boolean {
    const container = this.#container;
    if (this.next !== NEXT.commaOrEnd || container === undefined) return false;
    this.next = container.isObject ? NEXT.key : NEXT.value;
    return true;
  }

  /** The name of a member: what it says by itself, with its {@link signsOf}, and what it is to its neighbours. */
  named(own: KeyRule | undefined, role: PairRole | undefined, signs = signsOf(own)): void {
    const container = this.#container;
    this.key = own ?? container?.key;
    this.care = own === undefined ? (container?.care ?? CARE.none) : ((signs & CARES) as Care);
    this.role = role;
    this.next = NEXT.colon;
    if (signs > CARES && own !== undefined && container !== undefined) this.#besidePerson(own, container);
    if (role === undefined || container === undefined) return;
    if (role === 'variables' && container.variables !== undefined) this.#takes(container.variables);
    if (role !== 'value' && role !== 'docnumber') return;
    this.#readNames(container);
    if (role === 'docnumber' && container.document !== undefined) this.#takes(container.document);
    const said = role === 'value' ? (container.named ?? container.document) : undefined;
    if (said !== undefined && (this.key === undefined || isSureOfNothing(this.key))) this.#takes(said);
  }

  #besidePerson(own: KeyRule, container: Container): void {
    if (own.tellsOfPerson === true) container.isPerson = true;
    if (container.isPerson && own.inPerson !== undefined) this.#takes(own.inPerson);
  }

  #takes(key: KeyRule): void {
    this.key = key;
    this.care = careOf(key);
  }

  /**
   * The string that has just been read may be the name of the value beside it, or of the object around.
   * @returns what it says about the value beside it
   */
  namesValue(text: string): KeyRule | undefined {
    const container = this.#container;
    const { role } = this;
    if (container === undefined || role === undefined || (role === 'id' && ID_DIGITS.test(text))) return undefined;
    if (container.names !== undefined && role !== 'name') this.#namesOuter(container.names, text, role);
    this.#readNames(container);
    return this.#readName(text, role, container);
  }

  /** The same, for whom it is enough to know it when the value comes. */
  mayNameValue(text: string): void {
    const container = this.#container;
    const { role } = this;
    if (container === undefined || container.names !== undefined || role === undefined) {
      this.namesValue(text);
      return;
    }
    const unread = (container.unread ??= []);
    unread.push({ text, role });
    if (unread.length === MAX_UNREAD) this.#readNames(container);
  }

  #readNames(container: Container): void {
    const { unread } = container;
    if (unread === undefined) return;
    container.unread = undefined;
    for (const { text, role } of unread) this.#readName(text, role, container);
  }

  #readName(text: string, role: PairRole, container: Container): KeyRule | undefined {
    if (role === 'method') container.isSignIn = SIGN_IN.test(text);
    if (role === 'doctype') {
      if (NAME.test(text) && !hasMarker(text)) container.document = documentRule(text, this.#classifyHeader);
      return container.document;
    }
    if (role !== 'name' && role !== 'id') return undefined;
    const rule = this.#ruleOf(text);
    const key = rule && (role === 'name' ? pairRule(rule) : idRule(rule));
    if (role === 'id' && key === undefined) return undefined;
    container.isNamed = true;
    if (container.named === undefined || isSureOfNothing(container.named)) container.named = key ?? container.named;
    return key;
  }

  /** What a text says that may be a name; one in which something was replaced is none. */
  #ruleOf(text: string): KeyRule | undefined {
    return NAME.test(text) && !hasMarker(text) ? this.#classifyHeader(text) : undefined;
  }

  /** After the first element of a list in a list: it may be the name of the second. */
  namesNext(text: string): void {
    const rule = this.#ruleOf(text);
    if (rule !== undefined && !isSureOfNothing(rule)) this.#takes(entryRule(rule));
    else if (rule !== undefined) this.#takes(rule);
  }

  /** A text or code in an object that stands in the place of a name is that name. */
  #namesOuter(outer: Container, text: string, role: PairRole): void {
    this.#readNames(outer);
    const name = role === 'id' ? nameOfCode(text) : text;
    const rule = this.#ruleOf(name);
    if (rule?.applies === undefined || (outer.named !== undefined && !isSureOfNothing(outer.named))) return;
    outer.named = pairRule(rule);
    outer.isNamed = true;
  }
}
