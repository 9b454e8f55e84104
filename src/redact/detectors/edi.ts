import { isBirthDate } from '../checks/index.ts';
import type { Finding } from '../findings.ts';
import { type Rule, RULES } from '../rules.ts';

/** A segment of a claim or an enrolment about somebody (ASC X12 837 and 834: NM1, N3, DMG), up to what ends it. */
const SEGMENT = /(?<![A-Za-z0-9])(NM1|N3|DMG)\*([^~\r\n]{1,512})/g;
const LAST_YEAR = 2099;
const NAME = /^[A-Za-z'.\x80-\uffff -]{2,80}$/;
const STREET = /^(?=.*\d)(?=.*[A-Za-z\x80-\uffff]).{5,120}$/;
const SSN = /^\d{9}$/;
/** Elements of NM1: that it is of a person, the parts of the name, what kind of number is behind it. */
const [KIND, FIRST_NAME, LAST_NAME, NUMBER_KIND] = [1, 2, 4, 7];
const [PERSON, OF_SSN] = ['1', '34'];

type Add = (rule: Rule, index: number) => void;

function findInName(elements: readonly string[], add: Add): void {
  for (let index = FIRST_NAME; index <= LAST_NAME; index += 1)
    if (NAME.test(elements[index] ?? '')) add(RULES.personName, index);
  if (elements[NUMBER_KIND] === OF_SSN && SSN.test(elements[NUMBER_KIND + 1] ?? '')) add(RULES.ssn, NUMBER_KIND + 1);
}

function findStreets(lines: readonly string[], add: Add): void {
  for (const [index, line] of lines.entries()) if (STREET.test(line)) add(RULES.postalAddress, index);
}

/** Whom the segments of X12 tell of: names, the street behind one, dates of birth. */
export function findInInterchange(text: string, found: Finding[]): void {
  let isPerson = false;
  SEGMENT.lastIndex = 0;
  for (let match = SEGMENT.exec(text); match !== null; match = SEGMENT.exec(text)) {
    const [whole, segment, content = ''] = match;
    const elements = content.split('*');
    const start = match.index + whole.length - content.length;
    const add: Add = (rule, index) => {
      const at = start + elements.slice(0, index).reduce((sum, { length }) => sum + length + 1, 0);
      found.push({ start: at, end: at + (elements[index] ?? '').length, rule });
    };
    if (segment === 'NM1') isPerson = elements[KIND] === PERSON;
    if (segment === 'NM1' && isPerson) findInName(elements, add);
    else if (segment === 'N3' && isPerson) findStreets(elements, add);
    else if (segment === 'DMG' && elements[0] === 'D8' && isBirthDate(elements[1] ?? '', LAST_YEAR))
      add(RULES.dateOfBirth, 1);
  }
}

/** Who pays and who is paid, in a message between banks (SWIFT MT103, fields 50 and 59). */
const PARTY = /:(?:50[FHK]?|59F?):/y;
/** Lines of one: an account and four more. */
const MAX_LINES = 5;
/** What a line of option F is of: 1 the name, 2 the street, 4 the date of birth. */
const NUMBERED = /^([1-8])\/(.*)$/;

/** Reads the lines of such parties, one after the other. */
export class PartyLines {
  #left = 0;
  #isNamed = false;

  get isOpen(): boolean {
    return this.#left > 0;
  }

  /** True for a line that a party starts in. */
  static starts(text: string, at: number): boolean {
    PARTY.lastIndex = at;
    return PARTY.test(text);
  }

  /** Reads a line. */
  read(text: string, from: number, end: number, found: Finding[]): void {
    let start = from;
    if (PartyLines.starts(text, from)) {
      start = PARTY.lastIndex;
      this.#left = MAX_LINES + 1;
      this.#isNamed = false;
    } else if (text.charAt(from) === ':' || text.charAt(from) === '-') {
      this.#left = 0;
      return;
    }
    this.#left -= 1;
    const line = text.slice(start, Math.min(end, start + 80)).trimEnd();
    if (line.startsWith('/') || line === '') return;
    const [, number, content = line] = NUMBERED.exec(line) ?? [];
    const rule = number === undefined ? this.#ruleOf(content) : ruleOfNumber(number, content);
    const at = start + line.length - content.length;
    if (rule !== undefined) found.push({ start: at, end: at + content.length, rule });
  }

  /** The first line is the name. */
  #ruleOf(line: string): Rule | undefined {
    if (this.#isNamed) return STREET.test(line) ? RULES.postalAddress : undefined;
    this.#isNamed = true;
    return NAME.test(line) ? RULES.personName : undefined;
  }
}

function ruleOfNumber(number: string, content: string): Rule | undefined {
  if (number === '1') return NAME.test(content) ? RULES.personName : undefined;
  if (number === '2') return STREET.test(content) ? RULES.postalAddress : undefined;
  return number === '4' && isBirthDate(content, LAST_YEAR) ? RULES.dateOfBirth : undefined;
}
