import { ibanLengthOf } from '../checks/index.ts';
import { KIND, kindAt } from '../kinds.ts';

/** Digits of `2026-01-02T03:04:05`, from its start on. */
const TIME_DIGITS = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18] as const;
const TIME_CHARS = 19;
const MAX_FRACTION_DIGITS = 9;
/** A point and thousandths. */
const MAX_SHORT_FRACTION = 4;

function isDigit(bytes: Uint8Array, at: number): boolean {
  return (kindAt(bytes, at) & KIND.digit) !== 0;
}

function isLetter(bytes: Uint8Array, at: number): boolean {
  return (kindAt(bytes, at) & KIND.letter) !== 0;
}

/** Where a zone ends (`Z`, `+01:00`) that may start at `at`. */
function zoneEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] === 90) return at + 1;
  if (bytes[at] !== 43 || bytes[at + 3] !== 58) return at;
  const isZone = isDigit(bytes, at + 1) && isDigit(bytes, at + 2) && isDigit(bytes, at + 4) && isDigit(bytes, at + 5);
  return isZone ? at + 6 : at;
}

/**
 * A time of RFC 3339 before a quotation mark, whose place this is; -1 for anything else. Nothing is found in one unless
 * the name that it stands under speaks for a date of birth.
 */
export function timestampEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start + 4] !== 45 || bytes[start + 7] !== 45 || bytes[start + 10] !== 84) return -1;
  if (bytes[start + 13] !== 58 || bytes[start + 16] !== 58) return -1;
  for (const i of TIME_DIGITS) if (!isDigit(bytes, start + i)) return -1;
  const century = (bytes[start] as number) * 10 + (bytes[start + 1] as number);
  if (century !== 537 && century !== 548) return -1;
  const fraction = start + TIME_CHARS;
  let at = fraction;
  if (bytes[at] === 46) {
    at += 1;
    while (at - fraction <= MAX_FRACTION_DIGITS && isDigit(bytes, at)) at += 1;
  }
  // Two zeros, a dot and digits without a letter behind them may be a number of a phone.
  const end = at - fraction > MAX_SHORT_FRACTION && bytes[at] !== 90 ? -1 : zoneEnd(bytes, at);
  return bytes[end] === 34 ? end : -1;
}

/** Groups of a UUID (RFC 9562, 4): start and end of each. */
const UUID_GROUPS = [
  [0, 8],
  [9, 13],
  [14, 18],
  [19, 23],
  [24, 36],
] as const;
const UUID_CHARS = 36;

/** True when an IBAN may start two bytes before the digit at `at`, and end before `end`. Letters before it hide it. */
function mayBeIban(bytes: Uint8Array, at: number, end: number): boolean {
  const length = ibanLengthOf(bytes[at - 2] as number, bytes[at - 1] as number);
  return length !== 0 && at - 2 + length <= end && isDigit(bytes, at + 1) && !isLetter(bytes, at - 3);
}

/**
 * True when an IBAN may stand two bytes before the digit at `at`, and at the start or the end of lower-case hexadecimal digits: between
 * others it is believed to be a part of them.
 */
function mayBeIbanInHash(bytes: Uint8Array, at: number, from: number, end: number): boolean {
  if (!mayBeIban(bytes, at, end)) return false;
  return at - 2 === from || at - 2 + ibanLengthOf(bytes[at - 2] as number, bytes[at - 1] as number) === end;
}

/**
 * The kinds of the bytes together; none when one of them isn't a hexadecimal digit, or an IBAN may start there. They are a part of
 * what ends at `end`, or all of it, a hash.
 */
function hexKinds(bytes: Uint8Array, from: number, to: number, end: number, isHash = false): number {
  let kinds = 0;
  let both: number = KIND.hex;
  let isBehindLetter = false;
  for (let at = from; at < to; at += 1) {
    const kind = kindAt(bytes, at);
    kinds |= kind;
    both &= kind;
    const isNow = (kind & KIND.letter) !== 0;
    if (isBehindLetter && !isNow && (isHash ? mayBeIbanInHash(bytes, at, from, end) : mayBeIban(bytes, at, end)))
      return 0;
    isBehindLetter = isNow;
  }
  return both === 0 ? 0 : kinds;
}

/**
 * A UUID before a quotation mark, whose place this is; -1 for anything else, and for one with digits that may be
 * something: groups of digits alone, and the start of an IBAN.
 */
export function uuidEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start + UUID_CHARS] !== 34) return -1;
  let together = 0;
  for (const [from, to] of UUID_GROUPS) {
    if (from > 0 && bytes[start + from - 1] !== 45) return -1;
    const kinds = hexKinds(bytes, start + from, start + to, start + UUID_CHARS);
    if (kinds === 0) return -1;
    together = (kinds & KIND.letter) === 0 ? together + to - from : 0;
    if (together >= 8) return -1;
  }
  return start + UUID_CHARS;
}

/** Fewest characters of a hash. */
const MIN_HASH_CHARS = 24;
const MAX_HASH_CHARS = 128;
/** A Bitcoin address of this length may be of such characters alone, without a zero, and start with one of these. */
const MAX_ADDRESS_CHARS = 35;
const ADDRESS_STARTS = '139';

function mayStartAddress(byte: number): boolean {
  return ADDRESS_STARTS.includes(String.fromCharCode(byte));
}

/** True for hexadecimal digits whose first bytes are all of ASCII, as those of a hash hardly ever are. */
function isTextInHex(bytes: Uint8Array, start: number): boolean {
  for (let at = start; at < start + 16; at += 2) {
    const digit = bytes[at] as number;
    if (digit < 50 || digit > 55) return false;
  }
  return true;
}

/**
 * A hash in lower-case hexadecimal digits before a quotation mark, whose place this is; -1 for anything else, and for one
 * that may be something else too: of digits alone, the start of an IBAN, an address of Bitcoin.
 */
export function hashEnd(bytes: Uint8Array, start: number): number {
  let end = start;
  let hasZero = false;
  let hasLetter = false;
  for (; end - start <= MAX_HASH_CHARS; end += 1) {
    const byte = bytes[end] as number;
    if (byte >= 97 && byte <= 102) hasLetter = true;
    else if (byte === 48) hasZero = true;
    else if (!(byte >= 49 && byte <= 57)) break;
  }
  const length = end - start;
  if (bytes[end] !== 34 || length < MIN_HASH_CHARS || !hasLetter) return -1;
  if (length <= MAX_ADDRESS_CHARS && !hasZero && mayStartAddress(bytes[start] as number)) return -1;
  if (isTextInHex(bytes, start)) return -1;
  return hexKinds(bytes, start, end, end, true) === 0 ? -1 : end;
}
