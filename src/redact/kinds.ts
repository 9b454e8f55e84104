/** Kinds of bytes that what detectors look for is made of. */
export const KIND = {
  /** May stand between the digits of one number. */
  between: 1,
  letter: 2,
  hex: 4,
  /** A character of base64url. */
  base64: 8,
  digit: 16,
  /** A letter, a digit or an underscore. */
  word: 32,
} as const;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
// Spaces and dashes of Unicode among them.
const KINDS = new Uint8Array(256).fill(KIND.between, 128);
for (const [characters, kind] of [
  [' ()./_\t-', KIND.between],
  [LETTERS, KIND.letter | KIND.base64 | KIND.word],
  [DIGITS, KIND.digit | KIND.hex | KIND.base64 | KIND.word],
  ['ABCDEFabcdef', KIND.hex],
  ['_', KIND.base64 | KIND.word],
  ['-', KIND.base64],
] as const)
  for (const character of characters) {
    const code = character.charCodeAt(0);
    KINDS[code] = (KINDS[code] ?? 0) | kind;
  }

/** The {@link KIND}s of the byte at `at`; none beyond the ends. */
export function kindAt(bytes: Uint8Array, at: number): number {
  return KINDS[bytes[at] as number] ?? 0;
}
