import { KIND, kindAt } from './kinds.ts';
import { TRAIT } from './trait.ts';

/** Letters, digits and underscores in a row from which on they may be a token. */
export const MIN_RUN_CHARS = 16;
/** Letters and digits in a row from which on they may be an address of Bitcoin. */
const MIN_ADDRESS_CHARS = 26;

/** A text so short isn't worth being packed closer: five bits of each of three characters. */
const PACKED_BITS = 5;
const PACKED_MASK = (1 << (3 * PACKED_BITS)) - 1;

function packed(first: number, second: number, third: number): number {
  return ((first & 31) << (2 * PACKED_BITS)) | ((second & 31) << PACKED_BITS) | (third & 31);
}

/** First three characters of keys and tokens; they stand behind no letter or digit. */
const KEY_STARTS = new Uint8Array(PACKED_MASK + 1);
for (const start of (
  'AKI ASI ABI ACC AIz GOC ya2 1// ghp gho ghu ghs ghr git glp glo gld glr glc glf gli gla glw gls GR1 xox xap rk_ sk_ ' +
  'whs npm pyp sk- SG. doo dop dor shp hf_ hvs hvb hvr dap sq0 lin snt fig rub dck nfp tfp ATA PMA AGE'
).split(' '))
  KEY_STARTS[packed(start.charCodeAt(0), start.charCodeAt(1), start.charCodeAt(2))] = 1;
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

/** What keys and secrets have in them that don't start like one: `Q~`, `k.c` of a host, `KEY`. */
function isInKey(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  if (byte === 126) return true;
  if (byte === 46) return bytes[at - 1] === 107 && bytes[at + 1] === 99;
  return byte === 75 && bytes[at + 1] === 69 && bytes[at + 2] === 89;
}

/** `0x`, and the `c1` of segregated witness addresses. */
function isInCoin(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] as number;
  return byte === 48 ? bytes[at + 1] === 120 : (byte | 32) === 99 && bytes[at + 1] === 49;
}

/** The bits of keys, tokens and addresses that a text with a run may hold. */
export function runTraits(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < MIN_RUN_CHARS || !hasRun(bytes, start, end)) return 0;
  let bits: number = TRAIT.run;
  let run = 0;
  for (let at = start; at < end; at += 1) {
    const isAlphanumeric = (kindAt(bytes, at) & (KIND.letter | KIND.digit)) !== 0;
    if (
      run === 0 &&
      isAlphanumeric &&
      KEY_STARTS[packed(bytes[at] as number, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0)] === 1
    )
      bits |= TRAIT.key;
    if (isInKey(bytes, at)) bits |= TRAIT.key;
    if (isInCoin(bytes, at)) bits |= TRAIT.coin;
    run = isAlphanumeric ? run + 1 : 0;
    if (run === MIN_ADDRESS_CHARS) bits |= TRAIT.coin;
  }
  return bits;
}
