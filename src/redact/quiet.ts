import { isLetterCode } from './checks/characters.ts';

/** Knows where a text has no letters. What was looked at isn't looked at again while places come in the order of the text. */
export class Quiet {
  readonly #before: number;
  readonly #behind: number;
  /** What was looked at. */
  #from = 0;
  #to = 0;
  #lastLetter = -1;

  /** So many characters before a place and behind it belong to it. */
  constructor(before: number, behind: number) {
    this.#before = before;
    this.#behind = behind;
  }

  /** True when there is no letter, nor what isn't ASCII, at a place and around it. */
  isAround(text: string, start: number, end: number): boolean {
    const from = Math.max(0, start - this.#before);
    if (from < this.#from || from > this.#to) {
      this.#from = this.#to = from;
      this.#lastLetter = -1;
    }
    const to = Math.min(text.length, end + this.#behind);
    for (let at = this.#to; at < to; at += 1) {
      const code = text.charCodeAt(at);
      if (code >= 128 || isLetterCode(code)) this.#lastLetter = at;
    }
    this.#to = Math.max(this.#to, to);
    return this.#lastLetter < from;
  }
}
