const NOT_BYTES = /[^\0-\xff]/;
/** Shorter slices are copies already. */
const SLICE_CHARS = 13;

/** The text without what it was cut out of: a slice keeps all of that in memory. */
function copied(text: string): string {
  return text.length < SLICE_CHARS || NOT_BYTES.test(text) ? text : Buffer.from(text, 'latin1').toString('latin1');
}

/**
 * Remembers what is known of texts. Those that were asked for lately stay: when there are `most` new ones, the ones before
 * them that nobody has asked for since are forgotten.
 */
export class Memory<Known> {
  readonly #most: number;
  #recent = new Map<string, Known>();
  #before = new Map<string, Known>();

  constructor(most: number) {
    this.#most = most;
  }

  /** What is known of a text; undefined for nothing. */
  get(text: string): Known | undefined {
    const known = this.#recent.get(text);
    if (known !== undefined) return known;
    const old = this.#before.get(text);
    if (old !== undefined) this.#add(text, old);
    return old;
  }

  /** Remembers it. */
  set(text: string, known: Known): void {
    this.#add(copied(text), known);
  }

  #add(text: string, known: Known): void {
    if (this.#recent.size >= this.#most) {
      this.#before = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(text, known);
  }
}
