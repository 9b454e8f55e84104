/** A text with its escapes undone, and where in the original its characters stood. */
export interface Decoded {
  readonly text: string;
  /** The place in the original of the character at `index`, or of what follows the last one. */
  readonly place: (index: number) => number;
}

/** What any escape has in it; most texts have none of these characters. */
const MARK = /[\\&%]/;
/**
 * Escapes of JSON and programs in strings of any depth (`\u0040`, `\\u0040`, `\x40`, `\"`), character references of
 * HTML and XML (`&#64;`, `&commat;`), also escaped again (`&amp;#64;`, `&#38;#64;`), percent-encoding applied any number of
 * times (`%40`, `%2540`, `%u0040`).
 */
const ESCAPE =
  /(?<!\\)\\+(?:u00([0-7][0-9a-f])|x([2-7][0-9a-f])|u(?:00a0|20[01][0-9a-f])|(["'/]))|&(?:(?:amp|#0{0,8}38|#x0{0,8}26);){0,4}(?:#0{0,8}([1-9][0-9]{1,2})|#x0{0,8}([2-7][0-9a-f])|(commat|period|lowbar|hyphen|dash|quot|apos|lt|gt|amp|colon|equals|num|plus|nbsp|shy|ensp|emsp|thinsp|ndash|zwj|zwnj)(?=;));?|%(?:25){0,8}([2-9a-f][0-9a-f])|%u00([2-7][0-9a-f])/gi;

const NAMED: Readonly<Record<string, string>> = {
  ...{
    commat: '@',
    period: '.',
    lowbar: '_',
    hyphen: '-',
    dash: '-',
    quot: '"',
    apos: "'",
    lt: '<',
    gt: '>',
    amp: '&',
  },
  ...{
    colon: ':',
    equals: '=',
    num: '#',
    plus: '+',
    nbsp: ' ',
    ensp: ' ',
    emsp: ' ',
    thinsp: ' ',
    shy: '-',
    ndash: '-',
    zwj: '-',
    zwnj: '-',
  },
};

function meaningOf(match: RegExpExecArray): string {
  const [whole, json, hex, quoted, decimal, reference, named, percent, wide] = match;
  if (quoted !== undefined) return quoted;
  if (named !== undefined) return NAMED[named.toLowerCase()] ?? whole;
  if (decimal !== undefined) return Number(decimal) < 128 ? String.fromCharCode(Number(decimal)) : ' ';
  const code = json ?? hex ?? reference ?? percent ?? wide;
  // What is left are spaces of Unicode.
  return code === undefined ? ' ' : String.fromCharCode(parseInt(code, 16));
}

/** Undoes all escapes of ASCII characters, and of bytes in URLs, that are still in a text; undefined when there are none. */
export function decodeReferences(text: string): Decoded | undefined {
  if (!MARK.test(text)) return undefined;
  ESCAPE.lastIndex = 0;
  let decoded = '';
  let position = 0;
  /** For each escape the place after it in the decoded text, and in the original. */
  const after: number[] = [];
  const original: number[] = [];
  for (let match = ESCAPE.exec(text); match !== null; match = ESCAPE.exec(text)) {
    const meaning = meaningOf(match);
    decoded += text.slice(position, match.index) + (meaning === '\n' || meaning === '\r' ? ' ' : meaning);
    position = ESCAPE.lastIndex;
    after.push(decoded.length);
    original.push(position);
  }
  if (after.length === 0) return undefined;
  return { text: decoded + text.slice(position), place: (index) => placeOf(index, after, original, text.length) };
}

/**
 * The place in a text of `length` characters of the one at `index` of the decoded text; `after` are the places after what was
 * decoded there, `original` those in the text.
 */
export function placeOf(index: number, after: readonly number[], original: readonly number[], length: number): number {
  // The last escape that ends at `index` or before.
  let [low, high] = [0, after.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((after[middle] ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  const place = low === 0 ? index : (original[low - 1] ?? 0) + index - (after[low - 1] ?? 0);
  return Math.min(place, length);
}
