import { digitTraits } from './digit-traits.ts';
import { KIND, kindAt } from './kinds.ts';
import { TRAIT } from './trait.ts';

export { TRAIT } from './trait.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const BITS = new Uint32Array(256).fill(TRAIT.high, 128);
for (const [characters, bit] of [
  ['0123456789', TRAIT.digit],
  ['@%', TRAIT.at],
  ['=:<', TRAIT.separator],
  ['%&\\', TRAIT.escape],
  [LETTERS, TRAIT.upper],
  [LETTERS.toLowerCase(), TRAIT.lower],
  ['-', TRAIT.dash],
  ['_', TRAIT.underscore],
  ['/', TRAIT.slash],
  ['.', TRAIT.dot],
  [' \t', TRAIT.space],
  ['+', TRAIT.plus],
  ['{[', TRAIT.bracket],
] as const)
  for (const character of characters) {
    const code = character.charCodeAt(0);
    BITS[code] = (BITS[code] ?? 0) | bit;
  }

/** Letters, digits and underscores in a row from which on they may be a token. */
const MIN_RUN_CHARS = 16;

/** True for a run of letters, digits and underscores: of every so many characters one is in it. */
function hasRun(bytes: Uint8Array, start: number, end: number): boolean {
  for (let probe = start + MIN_RUN_CHARS - 1; probe < end; probe += MIN_RUN_CHARS) {
    if ((kindAt(bytes, probe) & KIND.word) === 0) continue;
    let from = probe;
    while (from > start && (kindAt(bytes, from - 1) & KIND.word) !== 0) from -= 1;
    let to = probe + 1;
    while (to < end && to - from < MIN_RUN_CHARS && (kindAt(bytes, to) & KIND.word) !== 0) to += 1;
    if (to - from >= MIN_RUN_CHARS) return true;
  }
  return false;
}

/** A token's header in base64url starts so; in it are so many characters. */
const MIN_HEADER_CHARS = 8;
/** A text of so many may be a token that goes on. */
const MIN_OPEN_TOKEN_CHARS = 1900;
/** By the first character the second ones of what objects start with in base64url. */
const OPENINGS: ReadonlyMap<number, string> = new Map(
  (
    [
      ['e', 'yw'],
      ['I', 'HC'],
      ['C', 'Xn'],
      ['D', 'XQ'],
    ] as const
  ).map(([first, second]) => [first.charCodeAt(0), second]),
);
const isOpening = new Uint8Array(256 * 256);
for (const [first, seconds] of OPENINGS)
  for (const second of seconds) isOpening[first * 256 + second.charCodeAt(0)] = 1;

/** True when what stands before `end` may be the header of a web token. */
function mayEndHeader(bytes: Uint8Array, start: number, end: number): boolean {
  let from = end;
  let opening = -1;
  while (from > start && (kindAt(bytes, from - 1) & KIND.base64) !== 0) {
    from -= 1;
    if (isOpening[(bytes[from] ?? 0) * 256 + (bytes[from + 1] ?? 0)] === 1) opening = from;
  }
  return opening !== -1 && end - opening >= MIN_HEADER_CHARS;
}

function mayHoldToken(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start >= MIN_OPEN_TOKEN_CHARS) return true;
  for (let at = start; at < end; at += 1) if (bytes[at] === 46 && mayEndHeader(bytes, start, at)) return true;
  return false;
}

/** True for `Bearer` or `Basic`, whatever its case, before a blank. */
function hasScheme(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    if (((bytes[at] ?? 0) | 32) !== 98) continue;
    const second = (bytes[at + 1] ?? 0) | 32;
    const third = (bytes[at + 2] ?? 0) | 32;
    if ((second === 101 && third === 97) || (second === 97 && third === 115)) return true;
  }
  return false;
}

/**
 * True for letters, spaces and punctuation in which nothing starts that a detector looks for: no digits, separators and
 * escapes. `hasStops` says that there are spaces or dots.
 */
export function isProse(bytes: Uint8Array, start: number, end: number, hasStops: boolean): boolean {
  if (end - start >= MIN_RUN_CHARS && hasRun(bytes, start, end)) return false;
  return !(hasStops && (mayHoldToken(bytes, start, end) || hasScheme(bytes, start, end)));
}

/** The {@link TRAIT}s of bytes. */
export function traitsOfBytes(bytes: Uint8Array, start: number, end: number): number {
  let bits = 0;
  for (let at = start; at < end; at += 1) bits |= BITS[bytes[at] as number] as number;
  if (end - start >= MIN_RUN_CHARS && hasRun(bytes, start, end)) bits |= TRAIT.run;
  if ((bits & TRAIT.dot) !== 0 || end - start >= MIN_OPEN_TOKEN_CHARS)
    if (mayHoldToken(bytes, start, end)) bits |= TRAIT.jwt;
  if ((bits & TRAIT.space) !== 0 && hasScheme(bytes, start, end)) bits |= TRAIT.scheme;
  return (bits & TRAIT.digit) === 0 ? bits : bits | digitTraits(bytes, start, end, bits);
}

const NOT_BYTES = /[^\0-\xff]/;
const NOT_BYTES_ALL = new RegExp(NOT_BYTES, 'g');
/** Longest text whose bytes are put where those of the one before were. */
const SCRATCH_CHARS = 128 * 1024;
/** Zeros before and behind: what is looked at around a place is nothing there. */
const MARGIN_BYTES = 16;
const scratch = Buffer.alloc(SCRATCH_CHARS + 2 * MARGIN_BYTES);

/** The {@link TRAIT}s of a text. */
export function traitsOf(text: string): number {
  // No byte of ASCII has a unit of UTF-16 as its character: any that isn't will do.
  const binary = NOT_BYTES.test(text) ? text.replace(NOT_BYTES_ALL, '\x80') : text;
  const { length } = binary;
  const bytes = length > SCRATCH_CHARS ? Buffer.alloc(length + 2 * MARGIN_BYTES) : scratch;
  bytes.write(binary, MARGIN_BYTES, 'latin1');
  bytes.fill(0, MARGIN_BYTES + length, 2 * MARGIN_BYTES + length);
  return traitsOfBytes(bytes, MARGIN_BYTES, MARGIN_BYTES + length);
}
