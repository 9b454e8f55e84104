import { isBirthDate } from '../checks/index.ts';
import type { Finding } from '../findings.ts';
import { type Rule, RULES } from '../rules.ts';
import { VOCABULARY } from '../words/vocabulary.ts';
import { findInInterchange } from './edi.ts';
import type { Subject } from './subject.ts';

/** The segment that says who the patient is (HL7 version 2, chapter 3.4.2, PID). */
const SEGMENT = /(?:^|[\r\n])PID(?=\|)/g;
/** Its name, and those of segments of X12. */
export const SEGMENT_WORDS = VOCABULARY.family('PID| NM1* DMG*');
/** So long may it be. */
const MAX_SEGMENT_CHARS = 2048;
const LAST_YEAR = 2099;
const PHONE = /^[+(]?\d[\d ()./-]{5,22}(?:x\d{1,6})?$/i;
const SSN = /^\d{3}-?\d{2}-?\d{4}$/;
/** Parts of a name, but the codes that stand behind them (`L`, `^D`). */
const NAME = /^[A-Za-z'.\x80-\uffff -]{2,80}$/;
/** A street with a number, before or behind. */
const STREET = /^(?=.*\d)(?=.*[A-Za-z\x80-\uffff]).{5,120}$/;
const RECORD = /^(?=.*\d{4})[A-Z0-9-]{5,20}$/;

/** Fields by their number, and the shape of what is looked for in their components. */
const FIELDS = new Map<number, readonly [rule: Rule, test: (value: string) => boolean]>([
  [3, [RULES.medicalRecord, (value) => RECORD.test(value)]],
  [5, [RULES.personName, (value) => NAME.test(value)]],
  [6, [RULES.personName, (value) => NAME.test(value)]],
  [9, [RULES.personName, (value) => NAME.test(value)]],
  [11, [RULES.postalAddress, (value) => STREET.test(value)]],
  [7, [RULES.dateOfBirth, (value) => isBirthDate(value.slice(0, 8), LAST_YEAR)]],
  [13, [RULES.phone, (value) => PHONE.test(value)]],
  [14, [RULES.phone, (value) => PHONE.test(value)]],
  [19, [RULES.ssn, (value) => SSN.test(value)]],
]);

/** Parts of a field: repetitions, components and their parts. */
const COMPONENT = /[^~^&]+/g;

function findInField(text: string, start: number, field: number, found: Finding[]): void {
  const known = FIELDS.get(field);
  if (known === undefined) return;
  const [rule, test] = known;
  for (const { 0: value, index } of text.matchAll(COMPONENT))
    if (test(value)) found.push({ start: start + index, end: start + index + value.length, rule });
}

/** What the fields of a patient's segment hold, known by their place in it. */
export function findInSegments({ text }: Subject, found: Finding[]): void {
  if (text.includes('NM1*') || text.includes('DMG*')) findInInterchange(text, found);
  if (!text.includes('PID|')) return;
  SEGMENT.lastIndex = 0;
  for (let match = SEGMENT.exec(text); match !== null; match = SEGMENT.exec(text)) {
    let start = SEGMENT.lastIndex + 1;
    const segment = /^[^\r\n]*/.exec(text.slice(start, start + MAX_SEGMENT_CHARS))?.[0] ?? '';
    segment.split('|').forEach((value, index) => {
      findInField(value, start, index + 1, found);
      start += value.length + 1;
    });
  }
}
