/**
 * What a text has in it, as bits: a detector whose bits aren't all there need not look. Some are of characters, some of
 * what a detector starts from; none is ever missing where something is to be found.
 */
export const TRAIT = {
  /** At least four digits. */
  digits: 1,
  /** `@` or `%`: an address. */
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
  run: 1 << 14,
  /** Seven digits with up to three separators between any two. */
  number: 1 << 15,
  /** Digits and letters as close together as in the numbers that have both. */
  lettered: 1 << 16,
  /** A country of IBANs and two digits. */
  iban: 1 << 17,
  /** Four groups of digits with dots between. */
  quad: 1 << 18,
  /** Two colons. */
  colons: 1 << 19,
  /** Six pairs, or three times four, of what may be a hardware address. */
  mac: 1 << 20,
  /** The start of an object in base64url, where a web token may be. */
  jwt: 1 << 21,
  /** `Bearer` or `Basic`. */
  scheme: 1 << 22,
  /** What may stand between a label and what it is of: a colon, an equals sign, a dash, a tab. */
  label: 1 << 23,
  /** `{` or `[`. */
  bracket: 1 << 24,
  /** The start of a key or token of a known issuer, and a run. */
  key: 1 << 25,
  /** The start of a crypto address, or a run as long as one. */
  coin: 1 << 26,
  /** A capital behind what may name, greet or call somebody. */
  person: 1 << 27,
  /** Digits and words, as in the address of a house. */
  street: 1 << 28,
  /** Digits and letters: words may say that they are a secret. */
  spoken: 1 << 29,
  /** A number as above that may be something though no word for phones is near. */
  alone: 1 << 30,
} as const;
