import { dropLong, type Scope } from '../engine.ts';
import { Output } from '../findings.ts';
import type { KeyRule } from '../words/key-rule.ts';
import { escapeBoth, unescapeJson } from './json-text.ts';
import { LongValue, type MakeFollower } from './long.ts';

/** A string of JSON too long to be held: looked into piece by piece, or replaced as a whole when its name gives it away. */
export class LongString {
  readonly #output: Pick<Output, 'replace'>;
  readonly #ready = new Output();
  readonly #walker: LongValue | undefined;

  constructor(scope: Scope, key: KeyRule | undefined, makeFollower: MakeFollower, output: Pick<Output, 'replace'>) {
    this.#output = output;
    const dropped = dropLong(key, scope);
    if (dropped === undefined) this.#walker = new LongValue(scope, this.#ready, makeFollower);
    else output.replace(dropped, '');
  }

  get bufferedBytes(): number {
    return this.#walker?.bufferedBytes ?? 0;
  }

  /** Takes the next piece, as it is written. */
  push(raw: string): void {
    this.#walker?.push(unescapeJson(raw) ?? '');
    this.#put();
  }

  end(): void {
    this.#walker?.end(false);
    this.#put();
  }

  #put(): void {
    const { redacted, original } = escapeBoth(this.#ready.take());
    this.#output.replace(redacted, original);
  }
}
