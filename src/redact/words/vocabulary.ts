const CLASS_BITS = 5;
const ANCHOR_CHARS = 3;
const MASK = (1 << (ANCHOR_CHARS * CLASS_BITS)) - 1;
const [CONTROL, NOT_ASCII, DIGIT, SPACE, STOP, PUNCTUATION] = [0, 27, 28, 29, 30, 31];
/** Letters from the most common to the rarest, in the languages of Europe together. */
const BY_FREQUENCY = 'enairtsoldcumhgpbfvwkzyxjq';
/** How rare anything else is among them; spaces are as common as `e`. */
const OTHER_RANK = 14;
const MAX_FAMILIES = 30;

function classOf(code: number): number {
  if (code >= 128) return NOT_ASCII;
  const letter = (code | 32) - 96;
  if (code >= 65 && letter >= 1 && letter <= 26) return letter;
  if (code >= 48 && code <= 57) return DIGIT;
  if (code === 32) return SPACE;
  if (code < 32) return CONTROL;
  return code === 44 || code === 46 ? STOP : PUNCTUATION;
}

/** 1 to 26 for a letter of either case, other numbers for other kinds of characters. */
const CLASSES = Uint8Array.from({ length: 256 }, (_, code) => classOf(code));
const ALL_CLASSES = Array.from({ length: 1 << CLASS_BITS }, (_, each) => each);
/** What stands behind a word that ends. */
const NO_LETTERS = [CONTROL, NOT_ASCII, DIGIT, SPACE, STOP, PUNCTUATION];

function isLetter(code: number | undefined): boolean {
  const known = CLASSES[code ?? 0] as number;
  return known >= 1 && known <= 26;
}

function isDigit(code: number | undefined): boolean {
  return CLASSES[code ?? 0] === DIGIT;
}

/** One word of a family, and where in it the three characters start by which it is found. */
interface Entry {
  /** Its characters; of those that match in either case with {@link ANY_CASE}. */
  readonly codes: readonly number[];
  readonly anchor: number;
  readonly family: number;
  readonly startsWord: boolean;
  /** No digit stands before it either. */
  readonly isApart: boolean;
  readonly endsWord: boolean;
}

const ANY_CASE = 256;

function isAt({ codes, startsWord, isApart, endsWord }: Entry, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < codes.length; i += 1) {
    const wanted = codes[i] as number;
    const byte = bytes[start + i] as number;
    if (byte !== wanted && (byte | 32 | ANY_CASE) !== wanted) return false;
  }
  if (startsWord && isLetter(bytes[start - 1])) return false;
  if (isApart && isDigit(bytes[start - 1])) return false;
  return !(endsWord && isLetter(bytes[start + codes.length]));
}

function rankOf(character: string): number {
  const known = BY_FREQUENCY.indexOf(character.toLowerCase());
  return known === -1 ? (character === ' ' ? 0 : OTHER_RANK) : known;
}

/** Where in a word three characters stand that few others have. */
function anchorOf(word: string): number {
  let best = 0;
  let rarest = -1;
  for (let at = 0; at + ANCHOR_CHARS <= word.length; at += 1) {
    const rank = Array.from(word.slice(at, at + ANCHOR_CHARS)).reduce((sum, each) => sum + rankOf(each), 0);
    if (rank > rarest) [best, rarest] = [at, rank];
  }
  return best;
}

/**
 * The words that detectors start from, in families: one pass over a text tells which families have a word in it, so that
 * most detectors need not look at most texts.
 */
export class Vocabulary {
  /** By the classes of three characters: the number of a list of entries, 0 for none. */
  readonly #table = new Uint16Array(MASK + 1);
  readonly #lists: Entry[][] = [[]];
  #count = 0;

  /**
   * Adds a family of words of two characters or more, parted by spaces; `^` is a space in one. A small letter stands for itself
   * in either case, any other character for itself alone; `<` before a word says that no letter stands before it, `<<` no digit
   * either, `>` behind it that no letter stands behind.
   * @returns its bit
   */
  family(words: string): number {
    if (this.#count === MAX_FAMILIES) throw new RangeError('too many families of words');
    const family = 1 << this.#count;
    this.#count += 1;
    for (const marked of words.split(' ')) this.#add(marked.replaceAll('^', ' '), family);
    return family;
  }

  #add(marked: string, family: number): void {
    const [startsWord, isApart, endsWord] = [marked.startsWith('<'), marked.startsWith('<<'), marked.endsWith('>')];
    const word = marked.replace(/^<{1,2}|>$/g, '');
    const codes = Array.from(word, (each) => each.charCodeAt(0) + (/[a-z]/.test(each) ? ANY_CASE : 0));
    const anchor = anchorOf(word);
    const entry = { codes, anchor, family, startsWord, isApart, endsWord };
    const classes = Array.from(word.slice(anchor, anchor + ANCHOR_CHARS), (each) => classOf(each.charCodeAt(0)));
    if (classes.length === ANCHOR_CHARS) this.#put(classes, entry);
    else if (classes.length === 2)
      for (const behind of endsWord ? NO_LETTERS : ALL_CLASSES) this.#put([...classes, behind], entry);
    else throw new RangeError(`too short: ${marked}`);
  }

  #put(classes: readonly number[], entry: Entry): void {
    const packed = classes.reduce((sum, each) => (sum << CLASS_BITS) | each, 0);
    const list = this.#table[packed] ?? 0;
    if (list !== 0) this.#lists[list]?.push(entry);
    else this.#table[packed] = this.#lists.push([entry]) - 1;
  }

  /** The bits of the families that have a word among bytes; what stands right before and behind them is looked at, too. */
  familiesIn(bytes: Uint8Array, start: number, end: number): number {
    const table = this.#table;
    let packed = 0;
    let found = 0;
    for (let at = start; at <= end; at += 1) {
      packed = ((packed << CLASS_BITS) | (CLASSES[bytes[at] as number] as number)) & MASK;
      const list = table[packed] as number;
      if (list !== 0) found |= this.#familiesAt(list, bytes, at - ANCHOR_CHARS + 1, found);
    }
    return found;
  }

  #familiesAt(list: number, bytes: Uint8Array, at: number, known: number): number {
    let found = 0;
    for (const entry of this.#lists[list] ?? [])
      if ((known & entry.family) === 0 && isAt(entry, bytes, at - entry.anchor)) found |= entry.family;
    return found;
  }
}

/** That of all detectors. */
export const VOCABULARY = new Vocabulary();
