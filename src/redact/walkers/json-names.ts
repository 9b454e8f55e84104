import type { KeyRule } from '../words/key-rule.ts';
import { signsOf } from './json-container.ts';
import type { PairRole } from './pairs.ts';

/** Names remembered at a time; another one may take the place of one that falls on the same slot. */
const SLOTS = 4096;
/** Longest name that is. */
const MAX_NAME_BYTES = 40;
/** Names in an object that a name around says something about are apart from the others. */
const INSIDE = 0x5bd1e995;

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

/**
 * Names of members in which nothing is to be replaced, with what they say about their values: most bodies of a service
 * have the same ones.
 */
export class NameTable {
  readonly #bytes = new Uint8Array(SLOTS * MAX_NAME_BYTES);
  readonly #lengths = new Uint8Array(SLOTS);
  readonly #outers: (KeyRule | undefined)[] = new Array<KeyRule | undefined>(SLOTS).fill(undefined);
  readonly #keys: (KeyRule | undefined)[] = new Array<KeyRule | undefined>(SLOTS).fill(undefined);
  readonly #signs = new Uint8Array(SLOTS);
  readonly #roles: (PairRole | undefined)[] = new Array<PairRole | undefined>(SLOTS).fill(undefined);
  /** The slot of the name that stood behind that of a slot before: objects of a kind have their names in one order. */
  readonly #followers = new Uint16Array(SLOTS);
  #last = 0;
  /** Where the name ended that was found last: the place of the quotation mark behind it. */
  end = 0;

  /** The slot of the name that starts at `start`, in an object with the rule `outer`; -1 when it isn't known. */
  find(bytes: Uint8Array, start: number, outer: KeyRule | undefined): number {
    const expected = this.#followers[this.#last] as number;
    const slot = this.#isAt(expected, bytes, start, outer) ? expected : this.#search(bytes, start, outer);
    if (slot === -1) return -1;
    if (slot !== expected) this.#followers[this.#last] = slot;
    this.#last = slot;
    return slot;
  }

  #isAt(slot: number, bytes: Uint8Array, start: number, outer: KeyRule | undefined): boolean {
    const length = this.#lengths[slot] as number;
    const end = start + length;
    if (bytes[end] !== 34 || length === 0 || this.#outers[slot] !== outer) return false;
    const from = slot * MAX_NAME_BYTES - start;
    for (let i = start; i < end; i += 1) if (this.#bytes[from + i] !== bytes[i]) return false;
    this.end = end;
    return true;
  }

  #search(bytes: Uint8Array, start: number, outer: KeyRule | undefined): number {
    let hash = outer === undefined ? 0 : INSIDE;
    let at = start;
    for (let byte = bytes[at] as number; byte !== 34; byte = bytes[at] as number) {
      if (byte < 32 || byte === 92 || at - start === MAX_NAME_BYTES) return -1;
      hash = Math.imul(hash, 31) + byte;
      at += 1;
    }
    const slot = slotOf(hash);
    return this.#lengths[slot] === at - start && this.#isAt(slot, bytes, start, outer) ? slot : -1;
  }

  /** What the name of a slot says by itself. */
  key(slot: number): KeyRule | undefined {
    return this.#keys[slot];
  }

  /** How closely its value has to be looked at, and more: see {@link signsOf}. */
  signs(slot: number): number {
    return this.#signs[slot] as number;
  }

  /** What it is to its neighbours. */
  role(slot: number): PairRole | undefined {
    return this.#roles[slot];
  }

  /** Remembers a name that stands in the JSON as it is: without escapes, of one byte a character. */
  add(name: string, outer: KeyRule | undefined, key: KeyRule | undefined, role: PairRole | undefined): void {
    const { length } = name;
    if (length === 0 || length > MAX_NAME_BYTES) return;
    let hash = outer === undefined ? 0 : INSIDE;
    for (let i = 0; i < length; i += 1) hash = Math.imul(hash, 31) + name.charCodeAt(i);
    const slot = slotOf(hash);
    for (let i = 0; i < length; i += 1) this.#bytes[slot * MAX_NAME_BYTES + i] = name.charCodeAt(i);
    this.#lengths[slot] = length;
    this.#outers[slot] = outer;
    this.#keys[slot] = key;
    this.#signs[slot] = signsOf(key);
    this.#roles[slot] = role;
  }
}
