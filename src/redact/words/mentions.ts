import { bytesForNow, MARGIN_BYTES } from '../text-bytes.ts';
import { VOCABULARY } from './vocabulary.ts';

/** Tells whether a word of a family, or of one of several, stands in a text. */
export interface WordsOf {
  has(families: number): boolean;
}

/** Which words of {@link VOCABULARY} stand in one text; looked for when somebody asks. */
export class Mentions implements WordsOf {
  readonly #of: Uint8Array | string;
  readonly #start: number;
  readonly #end: number;
  #families = -1;

  /** Of a whole text, or of some of the bytes of one. */
  constructor(of: Uint8Array | string, start = MARGIN_BYTES, end = MARGIN_BYTES + of.length) {
    this.#of = of;
    this.#start = start;
    this.#end = end;
  }

  has(families: number): boolean {
    if (this.#families === -1) {
      const bytes = typeof this.#of === 'string' ? bytesForNow(this.#of) : this.#of;
      this.#families = VOCABULARY.familiesIn(bytes, this.#start, this.#end);
    }
    return (this.#families & families) !== 0;
  }
}
