import { isBirthDate } from '../checks/index.ts';
import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';
import { VOCABULARY } from '../words/vocabulary.ts';
import { isInWord } from './digit-run.ts';
import type { Subject } from './subject.ts';

/** That it is a birthday is said by what stands around; any year will do. */
const LAST_YEAR = 2099;
const BASE = 0.3;
const IN_CONTEXT = 0.9;

const LETTERS = '[A-Za-z\\x80-\\uffff]{3,14}';
const ORDINAL = '(?:st|nd|rd|th|er|\\.|\\xc2\\xba)?';
/** Dates of numbers alone, of eight digits, and with a month's name: day first, month first, year first. */
const DATES = new RegExp(
  [
    '\\d{1,4}([-./])\\d{1,2}\\1\\d{2,4}',
    '(?:19|20)\\d{6}',
    `\\d{1,2}${ORDINAL}[ -]?(?:(?:of|de) )?${LETTERS}\\.?,?[ -]?(?:(?:de|del|of) )?\\d{4}`,
    `${LETTERS}\\.? \\d{1,2}(?:st|nd|rd|th)?,? \\d{4}`,
    `\\d{4}-${LETTERS}-\\d{1,2}`,
  ].join('|'),
  'g',
);
/** What words of births have in them, in the languages that context knows, and marks that stand for `born`. */
const BIRTH =
  /birth|born|bday|(?<![a-z])d\.? ?o\.? ?b|[a-z]dob(?![a-z])|geb|naiss|\bn(?:\xc3\xa9|e|\u00e9)(?:\(?e\)?)?s? le\b|nac|nasc|nat[oa] |urodz|f(?:\xc3\xb8|o|\xc3\xb6)d|\xe7\x94\x9f|\u751f|\xd1\x80\xd0\xbe\xd0\xb6|\u0440\u043e\u0436/i;
/** One of these is in every text with such a word; of units of UTF-16 the vocabulary knows only that they are wide. */
export const BIRTH_WORDS = VOCABULARY.family(
  'birth born bday dob <d.o <d.^o <d^o <do^b <do.b <do.^b geb naiss ^le> nac nasc nato^ nata^ urodz f\xc3\xb8d fod f\xc3\xb6d ' +
    '\xe7\x94\x9f \xd1\x80\xd0\xbe\xd0\xb6 \x80\x80\x80',
);
const TIME = /[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?(?:[Zz]|[+-]\d\d:?\d\d))?/y;
/** Dates of other things: behind such a word a date is theirs. */
const OTHER_DATE =
  /(?:issue|expir|valid|since|creat|updat|modif|join|due|invoice|order|visit|admi|discharg|appoint|until|start|end|hire|sign|deliver|regist|termin|ausgestellt|g\xc3\xbcltig|seit|d\xc3\xa9livr|expedi|caduc|emiss)[a-z]*\W{0,3}(?:\w+\W{1,3}){0,2}$/i;
const BORN_LE = /\bn(?:\xc3\xa9|e|\u00e9)(?:\(?e\)?)?s? le\W{0,3}$/i;
const TWO_DIGIT_YEAR = /^\d{1,2}([-./])\d{1,2}\1\d\d$/;

/** True when the words right before a date say that somebody was born on it. */
function isBornBefore({ around }: Subject, start: number, end: number): boolean {
  const before = around.before(start);
  if (!BIRTH.test(before)) return false;
  if (BORN_LE.test(before)) return true;
  const other = OTHER_DATE.exec(before)?.[0];
  return around.names('date_of_birth', start, end) && (other === undefined || BIRTH.test(other));
}

/** Where a date ends: with its time, when it has one. */
function endOf(text: string, end: number): number {
  TIME.lastIndex = end;
  return TIME.test(text) ? TIME.lastIndex : end;
}

/** Another number, or a marker for one, behind a separator. */
const MORE_BEHIND = /^[-./](?:\d|\[r)/;

/** What a date is compared by, as searches in FHIR have it at the start of a value (R4, 3.1.1.5.3). */
const COMPARED = /^(?:eq|ne|gt|lt|ge|le|sa|eb|ap)\d/;

function standsAlone(text: string, found: number, end: number): boolean {
  const start = found === 2 && COMPARED.test(text) ? 0 : found;
  if (isInWord(text, start, end) || /[\w/]/.test(text.charAt(start - 1)) || /\w/.test(text.charAt(end))) return false;
  return !MORE_BEHIND.test(text.slice(end, end + 3));
}

/** Dates on which the name of their field, or the words around, say that somebody was born. */
export function findBirthDates(subject: Subject, found: Finding[]): void {
  const { text, hints } = subject;
  const isNamed = hints?.has('date_of_birth') === true;
  if (!isNamed && !BIRTH.test(text)) return;
  DATES.lastIndex = 0;
  for (let match = DATES.exec(text); match !== null; match = DATES.exec(text)) {
    const [start, end] = [match.index, match.index + match[0].length];
    const isDate = isBirthDate(match[0], LAST_YEAR) || (TWO_DIGIT_YEAR.test(match[0]) && isNamed);
    const whole = endOf(text, end);
    if (!isDate || !standsAlone(text, start, whole)) {
      // Another one may start in it: `11born 1984` hides `1984-03-12`.
      DATES.lastIndex = start + 1;
      continue;
    }
    const score = isNamed || isBornBefore(subject, start, end) ? IN_CONTEXT : BASE;
    found.push({ start, end: whole, rule: RULES.dateOfBirth, score });
  }
}
