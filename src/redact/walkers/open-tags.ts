import { Sightings } from '../sightings.ts';

/** A longer tag isn't believed. */
const MAX_TAG_CHARS = 400;

/** Knows at the ends of lines whether a tag is open; asked for ends that rise, every character is looked at once. */
export class OpenTags {
  readonly #text: string;
  readonly #signs: Sightings;
  /** Up to here tags are known. */
  #done: number;
  /** Where the tag starts that is open there; -1 for none. */
  #open = -1;

  /** The first end that is asked for is at `from` or behind it. */
  constructor(text: string, from: number) {
    this.#text = text;
    this.#done = Math.max(0, from - MAX_TAG_CHARS);
    this.#signs = new Sightings(text, '<', this.#done);
  }

  /** True when a tag is open at `end`: one that started at `start` or later, and not long before. */
  isOpen(start: number, end: number): boolean {
    if (this.#signs.isBetween(this.#done, end)) {
      const piece = this.#text.slice(this.#done, end);
      const last = piece.lastIndexOf('<');
      this.#open = piece.includes('>', last) ? -1 : this.#done + last;
    } else if (this.#open !== -1 && this.#text.slice(this.#done, end).includes('>')) this.#open = -1;
    this.#done = end;
    return this.#open !== -1 && this.#open >= Math.max(start, end + 1 - MAX_TAG_CHARS);
  }
}
