import { cardLengthsAt, isCardNumber, isInternationalPhone } from '../checks/index.ts';
import { passesLuhn } from '../checks/checksums.ts';
import { isDigitCode, isLetterCode, numberAt } from '../checks/characters.ts';
import type { Surroundings } from '../context.ts';
import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';
import { type DigitRun, isInHexText, isInWord } from './digit-run.ts';

/** Of separators that differ. */
const MIXED = 'mixed';
const MIN_DIGITS = 12;
const MAX_DIGITS = 19;

/** Lengths and issuers of the cards that most people have: 16 digits, American Express, Diners Club. */
const SURE = 0.95;
/** Of lengths that are rare, which ids have too. */
const RARE = 0.8;
/** Only with a word for cards. */
const AMBIGUOUS = 0.4;
const TWELVE = 0.35;

/** GS1's check digit of thirteen digits (EAN-13): one of ten numbers of the old Visa cards is an article's too. */
function isArticleNumber(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < 13; i += 1) sum += numberAt(digits, i, i + 1) * (i % 2 === 0 ? 1 : 3);
  return sum % 10 === 0;
}

function confidence(digits: string, isGrouped: boolean): number {
  const { length } = digits;
  // Those of India are printed so, too.
  if (length === 12) return isGrouped ? TWELVE : AMBIGUOUS;
  if (length === 16 || isGrouped) return length < 14 ? RARE : SURE;
  const prefix = numberAt(digits, 0, 2);
  if (prefix < 30) return AMBIGUOUS;
  const isMaestro = prefix === 50 || (prefix >= 56 && prefix <= 58) || prefix === 60 || prefix === 63 || prefix === 67;
  if (length === 13) return isMaestro || isArticleNumber(digits) ? AMBIGUOUS : RARE;
  if (length === 14) return isMaestro ? AMBIGUOUS : RARE;
  return length === 15 && (prefix === 34 || prefix === 37) ? SURE : RARE;
}

/** Groups as they are printed: 4-4-4-4 and longer, 4-6-5, 4-6-4. Of rare separators nothing else is believed. */
function isPrintedGrouping(run: DigitRun, first: number, last: number): boolean {
  const lengths: number[] = [];
  for (let group = first; group <= last; group += 1) lengths.push(run.length(group));
  return /^(?:4,4,4,[1-7]|4,4,4,4,[1-3]|4,6,[45]|4,4,4)$/.test(lengths.join());
}

/** True for groups of a number that has more of them with the same separator. */
function isOfLonger(run: DigitRun, first: number, last: number): boolean {
  const separator = run.rawSeparator(last);
  return (
    (first > 0 && run.rawSeparator(first) === separator) ||
    (last + 1 < run.count && run.rawSeparator(last + 1) === separator)
  );
}

/** Not a fraction's digits, nor a part of a hexadecimal text. */
function standsAlone(text: string, start: number, end: number, isGrouped: boolean): boolean {
  const isFraction = text.charCodeAt(start - 1) === 46 && isDigitCode(text.charCodeAt(start - 2));
  if (isFraction && !isGrouped) return false;
  const isJoined = isInWord(text, start, end) || text.charCodeAt(start - 1) === 45 || text.charCodeAt(end) === 45;
  return !(isJoined && isInHexText(text, start, end));
}

/**
 * What stands behind the number on the first track of a magnetic stripe: a name, and the discretionary data; and what
 * stands behind it on the second, where chips write a D for the sign between (ISO/IEC 7813, EMV book 3).
 */
const FIRST_TRACK = /\^([^^\r\n]{2,30})\^(\d{4}[^?^\s"'<>\\]{0,60}\??)/dy;
const SECOND_TRACK = /(?:=\d{4,40}|D\d\d(?:0[1-9]|1[0-2])\d{3,36})F?\??(?![0-9A-Za-z])/y;

/** Adds what stands on a track behind the number that ends at `end`; none of it may be kept. */
function findTrack(text: string, end: number, found: Finding[]): boolean {
  FIRST_TRACK.lastIndex = SECOND_TRACK.lastIndex = end;
  const [name, data] = FIRST_TRACK.exec(text)?.indices?.slice(1) ?? [];
  if (name !== undefined && data !== undefined) {
    found.push({ start: name[0], end: name[1], rule: RULES.personName });
    found.push({ start: data[0], end: data[1], rule: RULES.cardCode });
    return true;
  }
  if (!SECOND_TRACK.test(text)) return false;
  found.push({ start: end, end: SECOND_TRACK.lastIndex, rule: RULES.cardCode });
  return true;
}

/** Between the values of a list: a sign or blanks, and quotation marks. */
const NEXT = '["\']?(?:[ \\t]{0,3}[|,;:/-][ \\t]{0,3}|[ \\t]{1,3})["\']?';
/** Month and year, in one, with a sign between, or as two values. */
const EXPIRY = `(?:(?:0[1-9]|1[0-2])(?:20)?[2-4]\\d|(?:0?[1-9]|1[0-2])${NEXT}(?:20)?[2-4]\\d)(?!\\d)`;
const EXPIRY_LABEL = '(?:exp(?:\\.|iry|ires|iration)?(?: date)?:?[ \\t]{0,2})?';
/** No amount and no part of a word. */
const CODE = '(\\d{3,4})(?!\\w|\\.\\d)';
/** What stands behind a number in lists of cards: when it expires and the code, in either order. */
const LISTED_CODE = new RegExp(
  `${NEXT}(?:${EXPIRY_LABEL}${EXPIRY}${NEXT}${CODE}|${CODE}${NEXT}${EXPIRY_LABEL}${EXPIRY})`,
  'diy',
);

/** Adds the code in a list whose number ends at `end`. */
function findListedCode(text: string, end: number, found: Finding[]): boolean {
  const place = listedCodeFrom(text, end);
  if (place === undefined) return false;
  found.push({ start: place[0], end: place[1], rule: RULES.cardCode });
  return true;
}

/** The start of the code from `from` on, and its end. */
function listedCodeFrom(text: string, from: number): readonly [number, number] | undefined {
  LISTED_CODE.lastIndex = from;
  return LISTED_CODE.exec(text)
    ?.indices?.slice(1)
    .find((each) => each !== undefined);
}

/** A card number, as it stands alone. */
const NUMBER = /^\s*\d(?:[ -]?\d){11,18}\s*$/;
/** Values behind a number that may be its month, year and code. */
const VALUES_OF_LIST = 4;

/** Which of the values of a row is the code behind a card number; -1 when none is. */
export function listedCodeIn(values: readonly string[]): number {
  const card = values.findIndex((value) => NUMBER.test(value) && isCardNumber(value.replace(/\D/g, '')));
  if (card === -1) return -1;
  const behind = values.slice(card + 1, card + 1 + VALUES_OF_LIST).map((value) => `|${value.trim()}`);
  const place = listedCodeFrom(behind.join(''), 0);
  if (place === undefined) return -1;
  let at = 0;
  const index = behind.findIndex((value) => (at += value.length) >= place[1]);
  return at === place[1] && behind[index]?.length === place[1] - place[0] + 1 ? card + 1 + index : -1;
}

/** True for what is dialled: a plus stands before a number that a numbering plan has. */
function isDialled(text: string, start: number, digits: string): boolean {
  return text.charCodeAt(start - 1) === 43 && isInternationalPhone(digits);
}

function findFrom(run: DigitRun, first: number, around: Surroundings, found: Finding[]): void {
  const start = run.start(first);
  let digits = '';
  let separator = '';
  for (let last = first; last < run.count; last += 1) {
    const length = run.length(last);
    if (length < (last === first ? 4 : 1) || digits.length + length > MAX_DIGITS) return;
    const between = run.rawSeparator(last);
    if (last === first + 1) separator = between;
    if (last > first && between !== separator) separator = MIXED;
    digits += run.digits(last);
    if (digits.length < MIN_DIGITS || !isCardNumber(digits)) continue;
    const isUsual = separator === ' ' || separator === '-' ? length >= 2 : separator === '';
    const isPrinted = last > first && isPrintedGrouping(run, first, last);
    const end = run.end(last);
    const isTrack = findTrack(run.text, end, found) || findListedCode(run.text, end, found);
    if (!isTrack && last > first && !isPrinted && isOfLonger(run, first, last)) continue;
    if (!isTrack && !((isUsual || isPrinted) && standsAlone(run.text, start, end, last > first))) continue;
    const isGlued =
      !isTrack &&
      (isLetterCode(run.text.charCodeAt(start - 1)) ||
        (last > first && !isPrinted && isLetterCode(run.text.charCodeAt(end))));
    const isDoubtful =
      isGlued || isDialled(run.text, start, digits) || (last === first && !isTrack && around.isUnderId(start, end));
    const base = isDoubtful ? AMBIGUOUS : confidence(digits, isPrinted);
    found.push({ start, end, rule: RULES.card, score: isTrack ? SURE : around.score('card', base, start, end) });
  }
}

/** Of an issuer that isn't known: where a field, or the words right before, say that it is a card. Twelve digits say too little. */
function findNamed(run: DigitRun, around: Surroundings, found: Finding[]): void {
  let digits = '';
  for (let group = 0; group < run.count && digits.length <= MAX_DIGITS; group += 1) digits += run.digits(group);
  if (digits.length <= MIN_DIGITS || digits.length > MAX_DIGITS || !passesLuhn(digits, 0, digits.length)) return;
  const last = run.count - 1;
  const [start, end] = [run.start(0), run.end(last)];
  if (!(last === 0 || isPrintedGrouping(run, 0, last)) || !standsAlone(run.text, start, end, last > 0)) return;
  if (!around.names('card', start, end) && !around.closelySpeaksFor('card', start, end)) return;
  found.push({ start, end, rule: RULES.card, score: RARE });
}

/** Payment cards are printed in groups, the first of four digits at least; separators differ only between those of a print. */
export function findCards(run: DigitRun, around: Surroundings, found: Finding[]): void {
  for (let first = 0; first < run.count; first += 1) {
    if (run.length(first) < 4 || run.length(first) > MAX_DIGITS) continue;
    if (cardLengthsAt(run.text, run.start(first)) !== 0) findFrom(run, first, around, found);
    else if (first === 0) findNamed(run, around, found);
  }
}
