import type { KeyRule } from './key-rule.ts';
import { RULES } from '../rules.ts';

/** Three, two and four digits with spaces and dashes between them, those of Unicode among them. */
const between = '(?:[ \u00a0\u2010-\u2015\u2212-]|\\xc2\\xa0|\\xe2\\x80[\\x90-\\x95]|\\xe2\\x88\\x92)?';
const ssnDigits = `\\d{3}${between}\\d{2}${between}\\d{4}`;
/** The parts of one that is written as a list or an object, and what is shown of one. */
export const ssnPart: KeyRule = {
  rule: RULES.ssnByName,
  applies: new RegExp(`^\\s*(?:${ssnDigits}|\\d{2,4})\\s*$`),
  members: () => ssnPart,
};
/** A social security number of the USA. */
export const ssn: KeyRule = {
  rule: RULES.ssnByName,
  applies: new RegExp(`^\\s*${ssnDigits}\\s*$`),
  inText: new RegExp(`${ssnDigits}(?![\\w[]|-[\\d[])`, 'y'),
  members: () => ssnPart,
  elements: () => ssnPart,
};
/** What somebody is recognised by: four digits tell people of one place and year of birth apart. */
const LAST_DIGITS = /(?:last|ending|suffix)(?:4|four)|(?:ssn|socialsecurity)4$|ssnsuffix/;
const WHOLE = /ssn|socialsecurity/;

/** True for words of a name that say that it holds the last digits of such a number. */
export function namesLastOfSsn(words: readonly string[]): boolean {
  const plain = words.join('');
  return LAST_DIGITS.test(plain) && WHOLE.test(plain);
}
