import { isBrazilianPhone, isInternationalPhone, isNationalPhone, isNorthAmericanPhone } from '../checks/index.ts';
import type { Surroundings } from '../context.ts';
import { CONTEXT_BONUS } from '../context.ts';
import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';
import { type DigitRun, isInWord, standsAlone } from './digit-run.ts';

/** Fewest digits of a local number, and the most of any (ITU-T E.164) with the prefix `00` and a `(0)`. */
const MIN_DIGITS = 7;
const MAX_DIGITS = 15;
const MAX_WRITTEN_DIGITS = 18;
const MAX_GROUPS = 8;
/** Numbers of one text that are looked up in numbering plans, which takes long; of more the shape is believed. */
const MAX_LOOKUPS = 300;

/** How sure each form is by itself. */
const SCORE = { plus: 0.75, area: 0.7, dashes: 0.55, points: 0.5, grouped: 0.4, bare: 0.3, shape: 0.6 } as const;

/** An extension behind a number: `x12`, `ext. 12`, `#12`, `Durchwahl 12`. */
const EXTENSION = /[ ,;]{0,2}(?:x|ext|extension|extn|#|poste|durchwahl|dw|anexo|ramal)[.:]? {0,2}\d{1,6}(?![\w-])/iy;
const EXTENSION_START = /[xeE#]/;

/** What makes digits the code of something. */
const CODE = /^-[A-Za-z]$/;
const AREA = /\(\d{2,5}\)/;
const DATE = /^(?:(?:19|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d)(?!\d)/;
/** Years from one to another, and times. */
const YEARS = /^(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d$/;
const IP = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const FRACTION = /^\d+\.\d+$/;

/** What may be the number of a phone, as it is written. */
interface Written {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Its digits, without the zero in brackets of `+44 (0)20`. */
  readonly digits: string;
  readonly hasPlus: boolean;
  /** Lengths of its groups with their separators: `3-3-4`. */
  readonly shape: string;
}

/** How the digits and separators of a text are put together: `(415) 555-2671` is `(3) 3-4`. */
function shapeOf(text: string): string {
  return text.replace(/\d+/g, (digits) => String(digits.length));
}

function write(run: DigitRun, first: number, last: number): Written {
  const { text } = run;
  let start = run.start(first);
  const before = text.charCodeAt(start - 1);
  if (before === 40) start -= 1;
  const hasPlus = text.charCodeAt(start - 1) === 43;
  if (hasPlus) start -= 1;
  const end = run.end(last);
  const written = text.slice(start, end);
  const digits = (hasPlus || written.startsWith('00') ? written.replace('(0)', '') : written).replace(/\D+/g, '');
  return { start, end, text: written, digits, hasPlus, shape: shapeOf(written) };
}

/** Separators and numbers of other things: dates, years, addresses, fractions. */
function looksLikeOther({ text }: Written): boolean {
  return DATE.test(text) || YEARS.test(text) || IP.test(text) || FRACTION.test(text);
}

/** Looks for phone numbers in the runs of digits of one text. */
export class PhoneScan {
  readonly #around: Surroundings;
  readonly #isValue: boolean;
  #lookups = 0;

  constructor(around: Surroundings, isValue: boolean) {
    this.#around = around;
    this.#isValue = isValue;
  }

  /** Adds the phone numbers of a run. */
  find(run: DigitRun, found: Finding[]): void {
    const plus = run.text.charCodeAt(run.start(0) - 1) === 43;
    if (plus || (run.digits(0).startsWith('00') && run.length(0) > 2)) {
      if (this.#findInternational(run, found)) return;
    }
    if (run.count <= MAX_GROUPS) {
      const whole = write(run, 0, run.count - 1);
      if (whole.digits.length <= MAX_DIGITS) {
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
      const written = write(run, 0, last);
      if (written.digits.length < MIN_DIGITS) return false;
      if (!this.#isWhole(run.text, written, true)) continue;
      const digits = written.hasPlus ? written.digits : written.digits.slice(2);
      if (!this.#confirm(isInternationalPhone, digits)) continue;
      const base = written.hasPlus ? SCORE.plus : last > 0 ? SCORE.points : SCORE.bare;
      this.#add(run.text, written, this.#around.score('phone', base, written.start, written.end), found);
      return true;
    }
    return false;
  }

  /** Among other digits: the groups of North America. */
  #findGrouped(run: DigitRun, found: Finding[]): void {
    for (let first = 0; first + 2 < run.count; first += 1) {
      if (run.length(first) !== 3 || run.length(first + 1) !== 3 || run.length(first + 2) !== 4) continue;
      this.#judge(run.text, write(run, first, first + 2), found);
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
    const { start, end, digits } = written;
    if (digits.length < MIN_DIGITS || !this.#isWhole(text, written, false) || looksLikeOther(written)) return;
    const base = this.#baseOf(written);
    if (base > 0.5 || this.#around.names('phone', start, end)) {
      const isNamed = base <= 0.5 || this.#around.speaksFor('phone', start, end);
      const score = isNamed ? Math.min(1, Math.max(base, SCORE.bare) + CONTEXT_BONUS) : base;
      this.#add(text, written, isNamed ? score : this.#around.scoreAlone(base, start, end), found);
    } else if (this.#around.closelySpeaksFor('phone', start, end) && this.#confirm(isNationalPhone, digits)) {
      this.#add(text, written, Math.max(base, SCORE.bare) + CONTEXT_BONUS, found);
    }
  }

  /** How sure a national form is by itself. */
  #baseOf({ text, digits, shape }: Written): number {
    if (/^(?:1[ -])?\(3\) ?3[- .]4$/.test(shape)) return this.#confirm(isNorthAmericanPhone, digits) ? SCORE.area : 0;
    if (/^(?:1-)?3-3-4$/.test(shape)) return this.#confirm(isNorthAmericanPhone, digits) ? SCORE.dashes : 0;
    if (/^\(2\) ?[45][- ]4$/.test(shape)) return this.#confirm(isBrazilianPhone, digits) ? SCORE.shape : 0;
    return AREA.test(text) || this.#isValue ? SCORE.grouped : SCORE.bare;
  }

  #add(text: string, { start, end }: Written, score: number, found: Finding[]): void {
    found.push({ start, end: extensionEnd(text, end), rule: RULES.phone, score });
  }
}

function extensionEnd(text: string, end: number): number {
  EXTENSION.lastIndex = end;
  return EXTENSION.test(text) ? EXTENSION.lastIndex : end;
}
