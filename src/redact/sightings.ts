/** Where something stands in a text: asked for places that rise, it is looked for once. */
export class Sightings {
  readonly #text: string;
  readonly #sought: string;
  #next: number;

  constructor(text: string, sought: string, from: number) {
    this.#text = text;
    this.#sought = sought;
    this.#next = text.indexOf(sought, from);
  }

  /** True when it starts from `from` on and before `to`. */
  isBetween(from: number, to: number): boolean {
    if (this.#next !== -1 && this.#next < from) this.#next = this.#text.indexOf(this.#sought, from);
    return this.#next !== -1 && this.#next < to;
  }
}
