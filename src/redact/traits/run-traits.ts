import { KIND, kindAt } from '../kinds.ts';
import { TRAIT } from './trait.ts';

/** Letters, digits and underscores in a row from which on they may be a token. */
export const MIN_RUN_CHARS = 16;
/** Letters and digits in a row from which on they may be an address of Bitcoin. */
const MIN_ADDRESS_CHARS = 26;

/** Letters and digits of base64 in a row from which on they may be a key without a form of its own. */
const MIN_OPAQUE_CHARS = 40;
/** Five bits of each of three characters. */
const PACKED_BITS = 5;
const PACKED_MASK = (1 << (3 * PACKED_BITS)) - 1;

function packed(first: number, second: number, third: number): number {
  return ((first & 31) << (2 * PACKED_BITS)) | ((second & 31) << PACKED_BITS) | (third & 31);
}

/** First three characters of keys and tokens; they stand behind no letter or digit. */
const KEY_STARTS = new Uint8Array(PACKED_MASK + 1);
for (const start of (
  'AKI ASI ABI ACC AIz GOC ya2 1// ghp gho ghu ghs ghr git glp glo gld glr glc glf gli gla glw gls GR1 xox xap rk_ sk_ ' +
  'whs npm pyp sk- SG. doo dop dor shp hf_ hvs hvb hvr dap sq0 lin snt fig rub dck nfp tfp ATA PMA AGE key dis SSH'
).split(' '))
  KEY_STARTS[packed(start.charCodeAt(0), start.charCodeAt(1), start.charCodeAt(2))] = 1;
// Of bots of Telegram, behind a colon.
for (let third = 0; third < 32; third += 1) KEY_STARTS[packed(65, 65, third)] = 1;
// Two letters, and any hexadecimal digit.
for (const third of '0123456789abcdef') KEY_STARTS[packed(83, 75, third.charCodeAt(0))] = 1;

/** True for a run of letters, digits and underscores: of every so many characters one is in it. */
export function hasRun(bytes: Uint8Array, start: number, end: number): boolean {
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

/** What keys and secrets have in them that don't start like one: `k.c` of a host, `KEY`. */
function isInKey(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  if (byte === 46) return bytes[at - 1] === 107 && bytes[at + 1] === 99;
  return byte === 75 && bytes[at + 1] === 69 && bytes[at + 2] === 89;
}

/** `0x`, and the `c1` of segregated witness addresses. */
function isInCoin(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] as number;
  return byte === 48 ? bytes[at + 1] === 120 : (byte | 32) === 99 && bytes[at + 1] === 49;
}

/** Starts of tokens in which dashes may part the runs. */
const PARTED_STARTS = new Uint8Array(PACKED_MASK + 1);
for (const start of 'glp glo gld glr glc glf gli gla glw gls GOC xox xap sk- AIz pyp PMA'.split(' '))
  PARTED_STARTS[packed(start.charCodeAt(0), start.charCodeAt(1), start.charCodeAt(2))] = 1;
for (let third = 0; third < 32; third += 1) PARTED_STARTS[packed(65, 65, third)] = 1;

function hasPartedKey(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 2 < end; at += 1)
    if (PARTED_STARTS[packed(bytes[at] as number, bytes[at + 1] as number, bytes[at + 2] as number)] === 1) return true;
  return false;
}

/** Fewest characters of such a token. */
const MIN_PARTED_CHARS = 24;

/** The bits of keys, tokens and addresses that a text may hold; `characters` are those of its characters. */
export function runTraits(bytes: Uint8Array, start: number, end: number, characters: number): number {
  if (end - start < MIN_RUN_CHARS) return 0;
  if (hasRun(bytes, start, end)) return TRAIT.run | keyTraits(bytes, start, end);
  return mayHavePartedKey(bytes, start, end, characters) ? TRAIT.key : 0;
}

/** True when there may be a token whose runs dashes part. */
export function mayHavePartedKey(bytes: Uint8Array, start: number, end: number, characters: number): boolean {
  return end - start >= MIN_PARTED_CHARS && (characters & TRAIT.dash) !== 0 && hasPartedKey(bytes, start, end);
}

function keyTraits(bytes: Uint8Array, start: number, end: number): number {
  let bits = 0;
  let run = 0;
  let opaque = 0;
  for (let at = start; at < end; at += 1) {
    const isAlphanumeric = (kindAt(bytes, at) & (KIND.letter | KIND.digit)) !== 0;
    if (run === 0 && isAlphanumeric && isKeyStart(bytes, at)) bits |= TRAIT.key;
    if (isInKey(bytes, at)) bits |= TRAIT.key;
    if (isInCoin(bytes, at)) bits |= TRAIT.coin;
    run = isAlphanumeric ? run + 1 : 0;
    if (run === MIN_ADDRESS_CHARS) bits |= TRAIT.coin;
    opaque = isAlphanumeric || bytes[at] === 43 || bytes[at] === 47 ? opaque + 1 : 0;
    if (opaque === MIN_OPAQUE_CHARS) bits |= TRAIT.key;
  }
  return bits;
}

function isKeyStart(bytes: Uint8Array, at: number): boolean {
  return KEY_STARTS[packed(bytes[at] as number, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0)] === 1;
}
