import type { Scope } from '../engine.ts';
import { Output } from '../findings.ts';
import type { KeyRule } from '../words/key-rule.ts';
import { redactScalar, type Scalar } from './json-value.ts';

/**
 * What says what a value is that is held back: a `neighbour` behind it (its name, the type of the document that it is the number of,
 * members that tell of somebody); the `document` of GraphQL that it is a variable of, the `method` of the call that it is a parameter
 * of; the `list` that it stands in, where it may be the code of a card.
 */
export type WaitsFor = 'neighbour' | 'document' | 'method' | 'list';

/** A value that is held back; meanwhile all output goes to an own place. */
export interface HeldValue {
  readonly waitsFor: WaitsFor;
  /** Of a value that waits for somebody: what it is then. */
  readonly inPerson?: KeyRule | undefined;
  /** True for one that waits for the type of its document. */
  readonly isDocument?: boolean;
  /** Of one that waits for a document of GraphQL: its variable. */
  readonly variable?: string;
  /** Of one that waits for a method: what it is when that signs somebody in. */
  readonly signsIn?: KeyRule | undefined;
  /** That of what it stands in; of variables and parameters that of the object around all of them. */
  readonly depth: number;
  readonly scalar: Scalar;
  /** What its own name says about it. */
  readonly key: KeyRule | undefined;
}

/** What a walk of JSON puts out, with the values that are held back, those of the innermost objects last. */
export class HeldOutput {
  readonly #scope: Scope;
  #output: Output;
  readonly #held: (HeldValue & { readonly before: Output })[] = [];

  constructor(scope: Scope, output: Output) {
    this.#scope = scope;
    this.#output = output;
  }

  /** The value that was held back last. */
  get last(): HeldValue | undefined {
    return this.#held.at(-1);
  }

  /** Where the oldest starts in all that was taken. */
  get firstOffset(): number | undefined {
    return this.#held[0]?.scalar.offset;
  }

  /** The value that was held back last, when it waits for this in what has this depth. */
  lastFor(waitsFor: WaitsFor, depth: number): HeldValue | undefined {
    const { last } = this;
    return last?.depth === depth && last.waitsFor === waitsFor ? last : undefined;
  }

  /** The same of a value that waits for a neighbour: for one that tells of somebody, or for its name. */
  lastBeside(depth: number, isPerson: boolean): HeldValue | undefined {
    const last = this.lastFor('neighbour', depth);
    if (last?.isDocument === true && !isPerson) return undefined;
    return (last?.inPerson !== undefined) === isPerson ? last : undefined;
  }

  copy(text: string): void {
    this.#output.copy(text);
  }

  replace(redacted: string, original: string): void {
    this.#output.replace(redacted, original);
  }

  hold(value: HeldValue): void {
    this.#held.push({ ...value, before: this.#output });
    this.#output = new Output();
  }

  /** Lets go of the value that was held back last, replaced when `key` says so. */
  release(key: KeyRule | undefined): void {
    const held = this.#held.pop();
    if (held === undefined) return;
    const { redacted, original } = this.#output.take();
    this.#output = held.before;
    const { scalar } = held;
    const replaced = (key && redactScalar(scalar, key, this.#scope)) ?? redactScalar(scalar, held.key, this.#scope);
    this.#output.replace(replaced?.redacted ?? scalar.raw, replaced?.original ?? scalar.raw);
    this.#output.replace(redacted, original);
  }

  /** Lets go of all values that were held back last and wait for this, each replaced when what is said of it says so. */
  releaseEach(waitsFor: WaitsFor, depth: number, keyOf: (held: HeldValue) => KeyRule | undefined): void {
    for (let held = this.lastFor(waitsFor, depth); held !== undefined; held = this.lastFor(waitsFor, depth))
      this.release(keyOf(held));
  }
}
