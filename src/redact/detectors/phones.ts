import { isLetterCode } from '../checks/characters.ts';
import {
  isBrazilianPhone,
  isInternationalPhone,
  isNationalPhone,
  isNorthAmericanPhone,
  mayBeInternationalPhone,
  mayBeNorthAmericanPhone,
} from '../checks/index.ts';
import { CHARS_BEFORE, CHARS_BEHIND, CONTEXT_BONUS, type Surroundings } from '../context.ts';
import { NUMBER_NAMES, NUMBER_WORDS } from '../words/number-words.ts';
import { TRAIT } from '../traits/trait.ts';
import { VOCABULARY } from '../words/vocabulary.ts';
import { WordFilter } from '../words/word-filter.ts';
import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';
import { type DigitRun, isInWord, standsAlone } from './digit-run.ts';
import type { Subject } from './subject.ts';

/** Fewest digits of a local number, and the most of any (ITU-T E.164) with the prefix `00` and a `(0)`. */
const MIN_DIGITS = 7;
const MAX_DIGITS = 15;
const MAX_WRITTEN_DIGITS = 18;
const MAX_GROUPS = 8;
/** Numbers of one text that are looked up in numbering plans, which takes long; of more the shape is believed. */
const MAX_LOOKUPS = 300;

/** How sure each form is by itself. */
const SCORE = {
  plus: 0.75,
  area: 0.7,
  dashes: 0.55,
  grouped: 0.4,
  bare: 0.3,
  shape: 0.6,
  form: 0.51,
  zeros: 0.5,
} as const;

/** An extension behind a number: `x12`, `ext. 12`, `#12`, `Durchwahl 12`. */
const EXTENSION = /[ ,;]{0,2}(?:x|ext|extension|extn|#|poste|durchwahl|dw|anexo|ramal)[.:]? {0,2}\d{1,6}(?![\w-])/iy;
const EXTENSION_START = /[xeE#]/;

/** In phrases for phones of several words: `my new number is …`. */
const OF_PHRASES = 'num mero reach text';
/** Words for phones, in the forms that the longer ones among them begin or end with: `phone` for `workphone`. */
const PARTS_OF_PHONE_WORDS = `${NUMBER_NAMES.phone ?? ''} ${NUMBER_WORDS.phone ?? ''} ${OF_PHRASES}`
  .split(' ')
  .filter((word) => /^[a-z]{3,}$/.test(word))
  .filter((word, _, words) => !words.some((part) => part !== word && word.includes(part)));
const PHONE_WORDS = new WordFilter(PARTS_OF_PHONE_WORDS);
/** One of these is in every text without letters that aren't ASCII in which a number is one of a phone by the words near it. */
export const PHONE_WORDS_IN_TEXT = VOCABULARY.family(PARTS_OF_PHONE_WORDS.join(' '));

/** What makes digits the code of something. */
const CODE = /^-[A-Za-z]$/;
const DATE = /^(?:(?:19|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d)(?!\d)/;
/** Years from one to another, and times. */
const YEARS = /^(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d$/;
/** Addresses and versions. */
const FOUR_PARTS = /^(?!1(?:\.\d{3}){2}\.\d{4}$)(?:\d{1,3}(?:\.\d{1,3}){3}|[1-9]\d{0,3}(?:\.\d{1,5}){3})$/;
/** Behind a number of things. */
const UNIT = /\)? ?(?:bytes|[kMGT]i?B|ms|\xc2\xb5s|rows|lines|records|items|tokens|requests|pixels|px)\b/y;
const FRACTION = /^\d+\.\d+$/;

/** What may be the number of a phone: groups of a run, with the `+` and the bracket before them. */
class Written {
  readonly run: DigitRun;
  readonly start: number;
  readonly end: number;
  readonly hasPlus: boolean;
  /** How many digits there are. */
  readonly length: number;
  readonly #first: number;
  readonly #last: number;

  constructor(run: DigitRun, first: number, last: number) {
    this.run = run;
    this.#first = first;
    this.#last = last;
    let start = run.start(first);
    if (run.text.charCodeAt(start - 1) === 40) start -= 1;
    this.hasPlus = run.text.charCodeAt(start - 1) === 43;
    this.start = this.hasPlus ? start - 1 : start;
    this.end = run.end(last);
    let length = 0;
    for (let group = first; group <= last; group += 1) length += run.length(group);
    this.length = length;
  }

  get isBare(): boolean {
    return this.#first === this.#last;
  }

  get text(): string {
    return this.run.text.slice(this.start, this.end);
  }

  /** True when it ends like a number of the Americas: only those are known by their groups. */
  get mayStandAlone(): boolean {
    if (this.isBare || this.run.length(this.#last) !== 4) return false;
    const before = this.run.length(this.#last - 1);
    return before >= 3 && before <= 5;
  }

  /** All digits. */
  get digits(): string {
    let digits = '';
    for (let group = this.#first; group <= this.#last; group += 1) digits += this.run.digits(group);
    return digits;
  }

  /** The digits behind `+` or `00`, without the zero in brackets of `+44 (0)20`. */
  get international(): string {
    const digits = this.text.replace('(0)', '').replace(/\D+/g, '');
    return this.hasPlus ? digits : digits.slice(2);
  }

  /** How digits and separators are put together: `(415) 555-2671` is `(3) 3-4`. */
  get shape(): string {
    return this.text.replace(/\d+/g, (digits) => String(digits.length));
  }
}

/** Separators and numbers of other things: dates, years, addresses, fractions. */
function looksLikeOther(written: Written): boolean {
  const { text, run, end } = written;
  UNIT.lastIndex = end;
  if (UNIT.test(run.text)) return true;
  if (written.isBare) return false;
  // A part of a path, or a product's version: `Safari/6532.45.5` (RFC 9110, 10.1.5).
  if (run.text.charCodeAt(written.start - 1) === 47)
    if (text.includes('/') || (text.includes('.') && isLetterCode(run.text.charCodeAt(written.start - 2)))) return true;
  return DATE.test(text) || YEARS.test(text) || FOUR_PARTS.test(text) || FRACTION.test(text);
}

/** Looks for phone numbers in the runs of digits of one text. */
export class PhoneScan {
  readonly #around: Surroundings;
  readonly #isNamed: boolean;
  /** False when no word in the text speaks for phones. */
  #mayHaveWords: boolean | undefined;
  readonly #subject: Subject;
  #lookups = 0;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.#around = subject.around;
    this.#isNamed = subject.hints?.has('phone') === true;
  }

  /** Adds the phone numbers of a run. */
  find(run: DigitRun, found: Finding[]): void {
    if (isLetterCode(run.text.charCodeAt(run.start(0) - 1)) && run.count < 3) return;
    const isInternational = hasPlusBefore(run) || run.text.startsWith('00', run.start(0));
    if (isInternational && this.#findInternational(run, found)) return;
    if (run.count <= MAX_GROUPS) {
      const whole = new Written(run, 0, run.count - 1);
      if (whole.length <= MAX_DIGITS) {
        this.#judge(run.text, whole, found);
        return;
      }
    }
    this.#findGrouped(run, found);
  }

  /** With its country code; digits behind it may belong to something else. */
  #findInternational(run: DigitRun, found: Finding[]): boolean {
    let last = 0;
    for (let digits = run.length(0); last + 1 < run.count && last < MAX_GROUPS; last += 1) {
      digits += run.length(last + 1);
      if (digits > MAX_WRITTEN_DIGITS) break;
    }
    for (let dropped = 0; dropped < 3 && last >= 0; dropped += 1, last -= 1) {
      const written = new Written(run, 0, last);
      if (written.length < MIN_DIGITS) return false;
      if (!this.#isWhole(run.text, written, true)) continue;
      if (!this.#confirm(isInternationalPhone, written.international)) continue;
      const base = written.hasPlus ? SCORE.plus : last > 0 ? SCORE.zeros : SCORE.bare;
      this.#add(run.text, written, this.#around.score('phone', base, written.start, written.end), found);
      return true;
    }
    return false;
  }

  /** Among other digits: the groups of North America. */
  #findGrouped(run: DigitRun, found: Finding[]): void {
    for (let first = 0; first + 2 < run.count; first += 1) {
      if (run.length(first) !== 3 || run.length(first + 1) !== 3 || run.length(first + 2) !== 4) continue;
      this.#judge(run.text, new Written(run, first, first + 2), found);
      first += 2;
    }
  }

  #confirm(check: (digits: string) => boolean, digits: string): boolean {
    this.#lookups += 1;
    return this.#lookups > MAX_LOOKUPS || check(digits);
  }

  #isWhole(text: string, { start, end, hasPlus }: Written, isInternational: boolean): boolean {
    const after = text.charAt(end);
    const isExtended = EXTENSION_START.test(after) && extensionEnd(text, end) > end;
    if (hasPlus && /[\w+]/.test(text.charAt(start - 1))) return false;
    if (!isExtended && (isInWord(text, hasPlus ? start + 1 : start, end) || CODE.test(text.slice(end, end + 2))))
      return false;
    return standsAlone(text, start, isExtended ? extensionEnd(text, end) : end, !isInternational);
  }

  #judge(text: string, written: Written, found: Finding[]): void {
    const { start, end } = written;
    const isInitialled =
      hasInitial(text, start) || ((this.#subject.traits & TRAIT.at) !== 0 && isBesideMail(text, start));
    if (!written.mayStandAlone && !written.hasPlus && !isInitialled && !this.#mayBeNamed(text, start, end)) return;
    if (written.length < MIN_DIGITS || looksLikeOther(written) || !this.#isWhole(text, written, false)) return;
    const base = this.#baseOf(written);
    if (this.#around.names('phone', start, end)) this.#add(text, written, Math.min(1, base + CONTEXT_BONUS), found);
    else if (base > 0.5) this.#add(text, written, this.#around.score('phone', base, start, end), found);
    else if (isInitialled || this.#around.closelySpeaksFor('phone', start, end)) {
      const isOne = written.hasPlus ? mayBeInternationalPhone(written.international) : undefined;
      if (isOne ?? this.#confirm(isNationalPhone, written.digits))
        this.#add(text, written, base + CONTEXT_BONUS, found);
    }
  }

  /** Most digits in running text have no word of phones near them: to know that must cost little. */
  #mayBeNamed(text: string, start: number, end: number): boolean {
    if (this.#isNamed) return true;
    const { traits, mentions } = this.#subject;
    // Accents hide words from the vocabulary.
    this.#mayHaveWords ??= (traits & TRAIT.high) !== 0 || mentions.has(PHONE_WORDS_IN_TEXT);
    if (!this.#mayHaveWords) return false;
    return PHONE_WORDS.mayHave(text, start - CHARS_BEFORE, start) || PHONE_WORDS.mayHave(text, end, end + CHARS_BEHIND);
  }

  /** How sure a national form is by itself. */
  #baseOf(written: Written): number {
    if (written.isBare) return SCORE.bare;
    const { shape } = written;
    if (/^(?:\+?1[ -])?\(3\) ?3[- .]4$|^\+1[ .-]3[ .-]3[ .-]4$/.test(shape)) {
      const other = mayBeNorthAmericanPhone(written.digits) ? SCORE.form : SCORE.bare;
      return this.#baseIf(isNorthAmericanPhone, written, SCORE.area, other);
    }
    if (/^(?:(?:1-)?3-3-4|3\.3\.4)$/.test(shape)) return this.#baseIf(isNorthAmericanPhone, written, SCORE.dashes);
    if (/^\(2\) ?[45][- ]4$/.test(shape)) return this.#baseIf(isBrazilianPhone, written, SCORE.shape);
    return SCORE.grouped;
  }

  #baseIf(check: (digits: string) => boolean, { digits }: Written, score: number, other: number = SCORE.bare): number {
    return this.#confirm(check, digits) ? score : other;
  }

  #add(text: string, { start, end }: Written, score: number, found: Finding[]): void {
    found.push({ start, end: extensionEnd(text, end), rule: RULES.phone, score });
  }
}

/** How letters end: `T: 030 1234567 | M: 0171 1234567`. */
const INITIAL = /(?:^|[\s|(,;/])[TMPFH][:.][ \t]?$/;
const INITIAL_CHARS = 5;

/** True for a number with the prefix of the trunk (a zero), behind the initial of a word for phones. */
function hasInitial(text: string, start: number): boolean {
  const digit = text.charCodeAt(text.charCodeAt(start) === 40 ? start + 1 : start);
  return digit === 48 && INITIAL.test(text.slice(Math.max(0, start - INITIAL_CHARS), start));
}

/** `… at jane@example.org or 030 1234567`. */
const BESIDE_MAIL = /@[\w.-]{3,64},? (?:or|and|oder|und|ou|et|o|y|e|of|en|lub|\/|\|) [+(]{0,2}$/;
const BESIDE_MAIL_CHARS = 80;

/** True for a number that is the other way to reach who has an address of e-mail. */
function isBesideMail(text: string, start: number): boolean {
  return BESIDE_MAIL.test(text.slice(Math.max(0, start - BESIDE_MAIL_CHARS), start));
}

function hasPlusBefore(run: DigitRun): boolean {
  const start = run.start(0);
  const before = run.text.charCodeAt(start - 1);
  return before === 43 || (before === 40 && run.text.charCodeAt(start - 2) === 43);
}

function extensionEnd(text: string, end: number): number {
  EXTENSION.lastIndex = end;
  return EXTENSION.test(text) ? EXTENSION.lastIndex : end;
}
