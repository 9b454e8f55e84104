import { ibanLengthOf } from '../checks/index.ts';
import { KIND, kindAt } from '../kinds.ts';
import { TRAIT } from './trait.ts';

/** Fewest digits of a number of digits alone, and of one with letters in it. */
const MIN_NUMBER_DIGITS = 7;
const MIN_LETTERED_DIGITS = 6;
/** Most separators between two digits of a number. */
const MAX_GAP = 3;
/** Digits from which on a number may be a card, and from which on a group of them may be something by itself. */
const MIN_CARD_DIGITS = 12;
const MIN_GROUP_DIGITS = 8;
/** Digits of a part of an IPv6 address, and what stands before none. */
const MAX_HEXTET = 4;
const GLUE = [45, 46, 58];
/** Between the pairs of a hardware address. */
const MIN_PAIR_SEPARATORS = 5;
/** An Indian tax number: letters, digits, a letter. */
const PAN_LETTERS = 5;
const PAN_DIGITS = 4;
/** An Italian tax code, the letters that it starts with, and its shortest piece with digits when it is written with spaces. */
const CODE_CHARS = 16;
const CODE_LETTERS = 6;
const CODE_PIECE_CHARS = 5;
/** A registration of US prescribers ends in so many digits, with a 9 before them at times. */
const DEA_DIGITS = 7;

function isLetter(bytes: Uint8Array, at: number): boolean {
  return (kindAt(bytes, at) & KIND.letter) !== 0;
}

function isDigit(bytes: Uint8Array, at: number): boolean {
  return (kindAt(bytes, at) & KIND.digit) !== 0;
}

function isAlphanumeric(bytes: Uint8Array, at: number): boolean {
  return (kindAt(bytes, at) & (KIND.letter | KIND.digit)) !== 0;
}

/** A space or dash; of Unicode it is up to three bytes, which are none of ASCII. */
const MAX_GAP_BYTES = 3;

/** What follows a space or dash at `at`: that place when there is none. */
function behindGap(bytes: Uint8Array, at: number): number {
  if (bytes[at] === 32 || bytes[at] === 45) return at + 1;
  let end = at;
  while (end - at < MAX_GAP_BYTES && (bytes[end] as number) >= 128) end += 1;
  return end;
}

/** What stands before a space or dash that ends at `end`: the place of its last character. */
function beforeGap(bytes: Uint8Array, end: number): number {
  const last = end - 1;
  if (bytes[last] === 32 || bytes[last] === 45) return last - 1;
  let at = last;
  while (last - at < MAX_GAP_BYTES && (bytes[at] as number) >= 128) at -= 1;
  return at;
}

function areLetters(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (!isLetter(bytes, at)) return false;
  return true;
}

function areHex(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if ((kindAt(bytes, at) & KIND.hex) === 0) return false;
  return true;
}

const NOTHING = new Uint8Array(0);
const LETTERS = TRAIT.lower | TRAIT.upper | TRAIT.high;
/** Of fewer than four digits follows nothing but this. */
const OF_FEW = TRAIT.colons | TRAIT.mac | TRAIT.street | TRAIT.spoken | TRAIT.iban;
const MIN_DIGITS = 4;
/** Shorter texts have no IBAN and no hardware address; shorter ones still no Indian tax number. */
const MIN_LONG_CHARS = 14;
const MIN_PAN_CHARS = 10;

/** What a digit beside letters may be of, whatever the digits are. */
function wordTraits(characters: number): number {
  if ((characters & LETTERS) === 0) return 0;
  return (characters & TRAIT.space) === 0 ? TRAIT.spoken : TRAIT.spoken | TRAIT.street;
}

/** The bits of a short text of few digits, as of a version or the number of an article; -1 where one has to look closer. */
function traitsOfFew(bytes: Uint8Array, start: number, end: number, characters: number): number {
  if (end - start >= MIN_LONG_CHARS || (characters & TRAIT.separator) !== 0) return -1;
  let digits = 0;
  for (let at = start; at < end; at += 1) if (((bytes[at] as number) ^ 48) <= 9) digits += 1;
  if (digits < MIN_DIGITS) return wordTraits(characters);
  if (digits >= MIN_LETTERED_DIGITS || end - start >= MIN_PAN_CHARS || (characters & TRAIT.dot) !== 0) return -1;
  return TRAIT.digits | wordTraits(characters);
}

/** Bytes that the scan of digits does something at. */
const STOPS = new Uint8Array(256);
for (const character of '0123456789:-.') STOPS[character.charCodeAt(0)] = 1;

/** What is gathered of the digits of a text. */
class DigitScan {
  #bytes: Uint8Array = NOTHING;
  #start = 0;
  #end = 0;
  #bits = 0;
  /** Digits with nothing but separators between them, and where the last of them ended. */
  #together = 0;
  #lastEnd = -1;
  #most = 0;
  /** The groups of these, where the first of them started, and how long the one before the last was. */
  #groups = 0;
  #firstStart = 0;
  #lengthBefore = 0;
  #colons = 0;
  #dashes = 0;
  #quads = 0;
  /** True when there is a piece as of an Italian tax code. */
  #isCode = false;
  /** Up to here letters and digits together have been looked at. */
  #gluedEnd = 0;
  #digits = 0;

  /** The bits that digits make beside those of characters. */
  scan(bytes: Uint8Array, start: number, end: number, characters: number): number {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#groups =
      this.#bits =
      this.#together =
      this.#most =
      this.#colons =
      this.#dashes =
      this.#quads =
      this.#digits =
        0;
    this.#lastEnd = -1;
    this.#gluedEnd = start;
    this.#isCode = false;
    this.#walk();
    this.#bytes = NOTHING;
    return this.#result(characters);
  }

  #walk(): void {
    const bytes = this.#bytes;
    const end = this.#end;
    for (let at = this.#start; at < end;) {
      const byte = bytes[at] as number;
      if (STOPS[byte] === 0) {
        at += 1;
        continue;
      }
      if (byte <= 57 && byte >= 48) {
        at = this.#group(at);
        continue;
      }
      if (byte === 58) this.#colon(at);
      else if (byte === 45) this.#dashes += 1;
      else if (byte === 46 && bytes[at + 5] === 46) this.#dots(at);
      at += 1;
    }
  }

  #result(characters: number): number {
    let bits = this.#bits | TRAIT.digits | wordTraits(characters);
    if (this.#most >= MIN_NUMBER_DIGITS) bits |= TRAIT.number;
    // Accents hide words for phones.
    if ((bits & TRAIT.number) !== 0 && (characters & TRAIT.high) !== 0) bits |= TRAIT.alone;
    if (this.#quads >= 3) bits |= TRAIT.quad;
    if (this.#colons >= MIN_PAIR_SEPARATORS || this.#dashes >= MIN_PAIR_SEPARATORS) bits |= TRAIT.mac;
    if (this.#isCode && (characters & TRAIT.space) !== 0) bits |= TRAIT.lettered;
    return this.#digits < MIN_DIGITS ? bits & OF_FEW : bits;
  }

  /** A colon, and perhaps another behind hexadecimal digits: of an IPv6 address when nothing is glued to its start. */
  #colon(at: number): void {
    this.#colons += 1;
    if ((this.#bits & TRAIT.colons) !== 0) return;
    const bytes = this.#bytes;
    let next = at + 1;
    while (next - at <= MAX_HEXTET && (kindAt(bytes, next) & KIND.hex) !== 0) next += 1;
    if (bytes[next] !== 58 || next >= this.#end) return;
    let from = at;
    while (from > this.#start && at - from < MAX_HEXTET && (kindAt(bytes, from - 1) & KIND.hex) !== 0) from -= 1;
    const isGlued =
      from > this.#start && ((kindAt(bytes, from - 1) & KIND.word) !== 0 || GLUE.includes(bytes[from - 1] as number));
    if (!isGlued) this.#bits |= TRAIT.colons;
  }

  /** Three times four hexadecimal digits with dots between. */
  #dots(dot: number): void {
    if (dot - 4 < this.#start || dot + 10 > this.#end) return;
    const bytes = this.#bytes;
    if (areHex(bytes, dot - 4, dot) && areHex(bytes, dot + 1, dot + 5) && areHex(bytes, dot + 6, dot + 10))
      this.#bits |= TRAIT.mac;
  }

  /** Digits from `start` on. @returns where they end */
  #group(start: number): number {
    const bytes = this.#bytes;
    let end = start + 1;
    while (end < this.#end && isDigit(bytes, end)) end += 1;
    const length = end - start;
    this.#digits += length;
    if (!this.#continues(start)) {
      this.#together = this.#groups = 0;
      this.#firstStart = start;
    }
    this.#together += length;
    this.#groups += 1;
    this.#lastEnd = end;
    if (this.#together > this.#most) this.#most = this.#together;
    if (this.#together >= MIN_NUMBER_DIGITS && this.#mayStandAlone(start, length)) this.#bits |= TRAIT.alone;
    this.#lengthBefore = length;
    if (bytes[end] === 46 && isDigit(bytes, end + 1) && end + 1 < this.#end) this.#quads += 1;
    this.#letterBehind(start, end);
    if (start > this.#start) this.#letterBefore(start, end);
    return end;
  }

  /**
   * False for a number whose last group is this one when only a word for phones makes anything of it: it is too short for a
   * card, no group is as long as those numbers that are written in one, and two are none of those that are written in two.
   */
  #mayStandAlone(start: number, length: number): boolean {
    if (this.#groups > 2 || this.#together >= MIN_CARD_DIGITS || length >= MIN_GROUP_DIGITS) return true;
    if (this.#groups === 2 && (length >= 7 || length === 5 || (length === 4 && this.#lengthBefore >= 3))) return true;
    return this.#isInternational(this.#firstStart) || this.#isCorsican(this.#firstStart);
  }

  /** A plus, perhaps with a bracket behind it, or a zero. */
  #isInternational(start: number): boolean {
    const before = this.#bytes[start - 1];
    return this.#bytes[start] === 48 || before === 43 || before === 40;
  }

  /** True behind `2A` or `2B`. */
  #isCorsican(start: number): boolean {
    const bytes = this.#bytes;
    const at = bytes[start - 1] === 32 || bytes[start - 1] === 45 ? start - 2 : start - 1;
    return bytes[at - 1] === 50 && (bytes[at] === 65 || bytes[at] === 66);
  }

  #continues(start: number): boolean {
    if (this.#lastEnd === -1 || start - this.#lastEnd > MAX_GAP) return false;
    for (let at = this.#lastEnd; at < start; at += 1) if ((kindAt(this.#bytes, at) & KIND.between) === 0) return false;
    return true;
  }

  #letterBehind(start: number, end: number): void {
    const bytes = this.#bytes;
    const at = behindGap(bytes, end);
    if (at >= this.#end || !isLetter(bytes, at)) return;
    if (at === end) this.#glued(start, end);
    if (this.#together < MIN_LETTERED_DIGITS || !this.#isLast(at)) return;
    // A British number ends with two digits and one of the first letters, all others with more digits.
    const letter = (bytes[at] as number) | 32;
    if (end - start >= 3 || letter <= 100) this.#bits |= TRAIT.lettered;
  }

  /** True when no letter, digit, underscore or dash stands behind a place. */
  #isLast(at: number): boolean {
    return at + 1 >= this.#end || ((kindAt(this.#bytes, at + 1) & KIND.word) === 0 && this.#bytes[at + 1] !== 45);
  }

  #letterBefore(start: number, end: number): void {
    const bytes = this.#bytes;
    const length = end - start;
    const at = beforeGap(bytes, start);
    if (length === DEA_DIGITS && this.#isLast(end - 1) && (isLetter(bytes, at) || bytes[at] === 57))
      this.#bits |= TRAIT.lettered;
    if (at < this.#start || !isLetter(bytes, at)) return;
    if (length === DEA_DIGITS + 1 && this.#isLast(end - 1)) this.#bits |= TRAIT.lettered;
    if (length === PAN_DIGITS && at - PAN_LETTERS + 1 >= this.#start && areLetters(bytes, at - PAN_LETTERS + 1, at))
      this.#bits |= TRAIT.lettered;
    if (at !== start - 1) return;
    this.#glued(start, end);
    if (length >= 2 && at > this.#start && this.#mayBeIban(at - 1)) this.#bits |= TRAIT.iban;
  }

  /** Digits are behind the two characters from `start` on. */
  #mayBeIban(start: number): boolean {
    const bytes = this.#bytes;
    const length = ibanLengthOf(bytes[start] as number, bytes[start + 1] as number);
    if (length === 0 || start + length > this.#end) return false;
    // Behind a letter nothing is one, but behind the word itself.
    return start === this.#start || !isLetter(bytes, start - 1) || ((bytes[start - 1] as number) | 32) === 110;
  }

  /** A letter beside digits: of a tax code in one piece, or of a piece of one? */
  #glued(start: number, end: number): void {
    if (start < this.#gluedEnd || (this.#bits & TRAIT.lettered) !== 0) return;
    const bytes = this.#bytes;
    let [from, to] = [start, end];
    while (from > this.#start && end - from <= CODE_CHARS && isAlphanumeric(bytes, from - 1)) from -= 1;
    while (to < this.#end && to - from <= CODE_CHARS && isAlphanumeric(bytes, to)) to += 1;
    this.#gluedEnd = to;
    if (to - from === CODE_CHARS && areLetters(bytes, from, from + CODE_LETTERS)) this.#bits |= TRAIT.lettered;
    else if (to - from < CODE_CHARS && this.#endsCode(from, to)) this.#isCode = true;
  }

  /** True for a piece of a tax code that has the last one in it, or stands right before that: `80A01 H501U`. */
  #endsCode(from: number, to: number): boolean {
    const bytes = this.#bytes;
    if (to - from < CODE_PIECE_CHARS) return false;
    if (isLetter(bytes, to - 1) && isLetter(bytes, to - CODE_PIECE_CHARS)) return true;
    const next = to + 1;
    return bytes[to] === 32 && isLetter(bytes, next) && isLetter(bytes, next + CODE_PIECE_CHARS - 1);
  }
}

/** Used by one text at a time. */
const scan = new DigitScan();

/** The bits that the digits of a text make; `characters` are those of its characters. */
export function digitTraits(bytes: Uint8Array, start: number, end: number, characters: number): number {
  const few = traitsOfFew(bytes, start, end, characters);
  return few === -1 ? scan.scan(bytes, start, end, characters) : few;
}
