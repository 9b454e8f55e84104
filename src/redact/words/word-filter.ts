const LETTER_BITS = 5;
const FIRST_LETTERS = 3;
const MASK = (1 << (FIRST_LETTERS * LETTER_BITS)) - 1;
const NOT_ASCII = 27;

/** 1 to 26 for a letter of either case, 27 for what isn't ASCII, 0 for anything else. */
const ORDER = Uint8Array.from({ length: 256 }, (_, code) => {
  const letter = (code | 32) - 96;
  if (code >= 128) return NOT_ASCII;
  return code >= 65 && letter >= 1 && letter <= 26 ? letter : 0;
});

function orderOf(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code > 255 ? NOT_ASCII : (ORDER[code] ?? 0);
}

/** Tells quickly that none of some words, of three letters or more, stands in a piece of text, in any case. */
export class WordFilter {
  /** By the first three letters: the number of a list of words, 0 for none. */
  readonly #table = new Uint16Array(MASK + 1);
  readonly #lists: string[][] = [[]];

  constructor(words: readonly string[]) {
    for (const word of words) this.#add(word);
  }

  /** False when no word stands between `start` and `end`, also within a longer one. True where accents leave it open. */
  mayHave(text: string, start: number, end: number): boolean {
    let packed = 0;
    let letters = 0;
    const last = Math.min(end, text.length);
    for (let i = Math.max(0, start); i < last; i += 1) {
      const order = orderOf(text, i);
      letters = order === 0 ? 0 : letters + 1;
      if (order === NOT_ASCII) {
        // An accent among the first letters: too many words to tell.
        if (letters <= FIRST_LETTERS) return true;
        continue;
      }
      packed = ((packed << LETTER_BITS) | order) & MASK;
      const list = letters < FIRST_LETTERS ? 0 : (this.#table[packed] ?? 0);
      if (list !== 0 && this.#isOf(list, text, i - FIRST_LETTERS + 1)) return true;
    }
    return false;
  }

  #isOf(list: number, text: string, at: number): boolean {
    for (const word of this.#lists[list] ?? [])
      if (text.slice(at, at + word.length).toLowerCase() === word) return true;
    return false;
  }

  #add(word: string): void {
    let packed = 0;
    for (let i = 0; i < FIRST_LETTERS; i += 1) packed = (packed << LETTER_BITS) | orderOf(word, i);
    const list = this.#table[packed] ?? 0;
    if (list !== 0) this.#lists[list]?.push(word);
    else this.#table[packed] = this.#lists.push([word]) - 1;
  }
}
