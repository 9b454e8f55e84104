import type { Scope, Walker } from '../engine.ts';
import type { Output } from '../findings.ts';
import { RULES } from '../rules.ts';
import { TextScanner } from './text.ts';

/** A walker of JSON that can say what it has not put out when it fails. */
export interface JsonFollower extends Walker {
  /** What was taken and isn't in the output. */
  readonly left: string;
}

/** Makes a walker of JSON, for a value inside of another one. */
export type MakeFollower = (scope: Scope, output: Output) => JsonFollower;

/**
 * Redacts a value that is too long to be held: as JSON when it starts like it, else, and from where it turns out to be
 * none, as running text. Too deep to be followed, JSON is replaced wholly.
 */
export class LongValue implements Walker {
  readonly failure = undefined;
  readonly #scope: Scope;
  readonly #output: Output;
  readonly #makeFollower: MakeFollower;
  #follower: JsonFollower | undefined;
  #scanner: TextScanner | undefined;
  #isDropped = false;

  constructor(scope: Scope, output: Output, makeFollower: MakeFollower) {
    this.#scope = scope;
    this.#output = output;
    this.#makeFollower = makeFollower;
  }

  get bufferedBytes(): number {
    return (this.#follower?.bufferedBytes ?? 0) + (this.#scanner?.bufferedBytes ?? 0);
  }

  push(text: string): void {
    const rest = this.#started() ? text : this.#start(text);
    if (this.#isDropped) return;
    if (this.#follower === undefined) this.#scanner?.push(rest);
    else {
      this.#follower.push(rest);
      if (this.#follower.failure !== undefined) this.#fallBack(this.#follower);
    }
  }

  end(early: boolean): void {
    if (this.#follower !== undefined) {
      this.#follower.end(false);
      if (this.#follower.failure !== undefined) this.#fallBack(this.#follower);
    }
    this.#scanner?.end(early);
  }

  #started(): boolean {
    return this.#isDropped || this.#follower !== undefined || this.#scanner !== undefined;
  }

  /** Chooses by the first character that isn't a space; returns what hasn't been put out of `text`. */
  #start(text: string): string {
    const first = text.search(/[^ \t\r\n]/);
    if (first === -1) {
      this.#output.copy(text);
      return '';
    }
    const { engine, nesting } = this.#scope;
    if (text[first] !== '{' && text[first] !== '[') this.#scanner = new TextScanner(this.#scope, this.#output);
    else if (nesting < engine.limits.maxNestedJson)
      this.#follower = this.#makeFollower({ ...this.#scope, nesting: nesting + 1 }, this.#output);
    else {
      this.#isDropped = true;
      this.#output.replace(this.#scope.tally.drop(RULES.tooLong), '');
    }
    return text;
  }

  #fallBack(follower: JsonFollower): void {
    this.#follower = undefined;
    this.#scanner = new TextScanner(this.#scope, this.#output);
    this.#scanner.push(follower.left);
  }
}
