import { type ClassifyKey, type KeyRule } from '../key-rule.ts';
import { type PairRole, pairRule } from './pairs.ts';

/** What may come next in a JSON text. */
export const NEXT = { value: 0, valueOrEnd: 1, key: 2, keyOrEnd: 3, colon: 4, commaOrEnd: 5 } as const;
/** One of {@link NEXT}. */
export type Next = (typeof NEXT)[keyof typeof NEXT];

/** An open array or object, and what its members inherit from the name that it stands under. */
export interface Container {
  readonly isObject: boolean;
  readonly key: KeyRule | undefined;
  /** What its member `name` says about its member `value`. */
  named: KeyRule | undefined;
  /** True when that member was there. */
  isNamed: boolean;
}

/** What a name may look like that stands beside a value. */
const NAME = /^[\w.:[\]/ -]{2,64}$/;

/** Where in the grammar of JSON (RFC 8259) a walk is, and what the names around say about the next value. */
export class JsonState {
  readonly #stack: Container[] = [];
  #container: Container | undefined;
  next: Next = NEXT.value;
  /** What holds for the next value. */
  key: KeyRule | undefined;
  /** The role of the member whose name was read last. */
  role: PairRole | undefined;
  /** True before the first value. */
  atStart = true;

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

  /** True when the next value may be replaced by what the member `name` behind it says. */
  get mayBeNamedLater(): boolean {
    return this.role === 'value' && this.#container?.isNamed === false;
  }

  /** A value is over: what its container expects, and the rule that its next element has. */
  afterValue(): void {
    const container = this.#container;
    this.atStart = false;
    this.next = container === undefined ? NEXT.value : NEXT.commaOrEnd;
    this.key = container?.key;
    this.role = undefined;
  }

  /** An array or object starts; a value has to be expected. */
  open(isObject: boolean): void {
    const key = isObject ? this.key?.members?.() : (this.key?.elements?.() ?? this.key);
    this.#container = { isObject, key, named: undefined, isNamed: false };
    this.#stack.push(this.#container);
    this.key = key;
    this.next = isObject ? NEXT.keyOrEnd : NEXT.valueOrEnd;
  }

  /** The innermost container ends; it has to be one that may. */
  close(): void {
    this.#stack.pop();
    this.#container = this.#stack[this.#stack.length - 1];
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

  /** The name of a member: what it says by itself and what it is to its neighbours. */
  named(own: KeyRule | undefined, role: PairRole | undefined): void {
    const container = this.#container;
    this.key = own ?? container?.key;
    this.role = role;
    if (role === 'value') this.key ??= container?.named;
    this.next = NEXT.colon;
  }

  /**
   * The string that has just been read is the name of the value beside it.
   * @returns what it says about that value
   */
  namesValue(text: string, classifyHeader: ClassifyKey): KeyRule | undefined {
    const rule = NAME.test(text) ? classifyHeader(text) : undefined;
    const key = rule && pairRule(rule);
    const container = this.#container;
    if (container !== undefined) {
      container.isNamed = true;
      container.named ??= key;
    }
    return key;
  }
}
