import { CARD_MIN_DIGITS, cardLengthsAt } from '../checks/index.ts';
import type { Finding } from '../findings.ts';
import { findCards } from './cards.ts';
import { eachDigitRun } from './digit-run.ts';
import type { Subject } from './subject.ts';
import { findNumbers, hasKindOfLength } from './numbers.ts';
import { PhoneScan } from './phones.ts';

/** Payment cards, phone numbers, and numbers that authorities gave to people and firms: all that consists of digits. */
export function findDigits(subject: Subject, found: Finding[]): void {
  const { text, around } = subject;
  const phones = new PhoneScan(subject);
  eachDigitRun(text, (run) => {
    findCards(run, around, found);
    findNumbers(run, around, found);
    phones.find(run, found);
  });
}

/**
 * False for digits that are nothing by themselves: no kind of number has so many, and no card of this length starts with
 * them. To be a phone's number they need a name or words that say so, or two zeros in front.
 */
export function mayBeNumber(digits: string): boolean {
  const { length } = digits;
  if (hasKindOfLength(length) || digits.startsWith('00')) return true;
  return length >= CARD_MIN_DIGITS && (cardLengthsAt(digits, 0) & (1 << (length - CARD_MIN_DIGITS))) !== 0;
}
