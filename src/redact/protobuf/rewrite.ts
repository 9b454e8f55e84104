import type { Replaced } from '../findings.ts';
import { delimited } from './wire.ts';

/** Puts together what becomes of a piece of a binary string: what isn't replaced stays as it is, byte for byte. */
export class Rewrite {
  readonly #text: string;
  readonly #end: number;
  /** Up to here the text was taken over. */
  #mark: number;
  #redacted = '';
  #original = '';
  #isChanged = false;

  constructor(text: string, start: number, end: number) {
    this.#text = text;
    this.#mark = start;
    this.#end = end;
  }

  /** Puts `replaced` in the place of what stands from `start` to `end`. */
  replace(start: number, end: number, replaced: Replaced): void {
    const before = this.#text.slice(this.#mark, start);
    this.#redacted += before + replaced.redacted;
    this.#original += before + replaced.original;
    this.#mark = end;
    this.#isChanged = true;
  }

  /** The same for the content of a field; its length before it, from `start` on, is made anew where it is another one. */
  replaceContent(start: number, contentStart: number, end: number, replaced: Replaced): void {
    const isWhole = replaced.original.length === end - contentStart;
    const original = isWhole ? this.#text.slice(start, contentStart) + replaced.original : delimited(replaced.original);
    this.replace(start, end, { redacted: delimited(replaced.redacted), original });
  }

  /** What has become of it; undefined when it is as it was. */
  finish(): Replaced | undefined {
    if (!this.#isChanged) return undefined;
    const rest = this.#text.slice(this.#mark, this.#end);
    return { redacted: this.#redacted + rest, original: this.#original + rest };
  }
}
