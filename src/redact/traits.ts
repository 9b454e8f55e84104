/** What characters a text has, as bits: detectors whose characters aren't there need not look. */
export const TRAIT = {
  /** At least four digits. */
  digits: 1,
  /** `@` */
  at: 2,
  /** `=`, `:` or `<`: a name may stand before a value. */
  separator: 4,
  /** `%`, `&` or a backslash: something may be encoded. */
  escape: 8,
  upper: 16,
  lower: 32,
  dash: 64,
  underscore: 128,
  slash: 256,
  dot: 512,
  space: 1024,
  /** Any that isn't ASCII. */
  high: 2048,
  plus: 4096,
  digit: 8192,
  /** 16 letters, digits and underscores in a row: so many are in every token. */
  run: 16384,
} as const;

const BITS = new Uint16Array(128);
function set(characters: string, bit: number): void {
  for (const character of characters) BITS[character.charCodeAt(0)] = (BITS[character.charCodeAt(0)] ?? 0) | bit;
}
set('0123456789', TRAIT.digit);
set('@', TRAIT.at);
set('=:<', TRAIT.separator);
set('%&\\', TRAIT.escape);
set('ABCDEFGHIJKLMNOPQRSTUVWXYZ', TRAIT.upper);
set('abcdefghijklmnopqrstuvwxyz', TRAIT.lower);
set('-', TRAIT.dash);
set('_', TRAIT.underscore);
set('/', TRAIT.slash);
set('.', TRAIT.dot);
set(' \t', TRAIT.space);
set('+', TRAIT.plus);

/** Digits from which on a text may hold a number that means something. */
export const MIN_DIGITS = 4;

/** Letters, digits and underscores in a row from which on they may be a token. */
const MIN_RUN_CHARS = 16;
const WORD_BITS = TRAIT.digit | TRAIT.upper | TRAIT.lower | TRAIT.underscore;

/** The {@link TRAIT}s of a text. */
export function traitsOf(text: string): number {
  let bits = 0;
  let digits = 0;
  let run = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const bit = code < 128 ? (BITS[code] ?? 0) : TRAIT.high;
    bits |= bit;
    if (bit === TRAIT.digit) digits += 1;
    run = (bit & WORD_BITS) === 0 ? 0 : run + 1;
    if (run === MIN_RUN_CHARS) bits |= TRAIT.run;
  }
  return digits >= MIN_DIGITS ? bits | TRAIT.digits : bits;
}
