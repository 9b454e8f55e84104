import type { Finding } from '../findings.ts';
import { findCards } from './cards.ts';
import { eachDigitRun } from './digit-run.ts';
import type { Subject } from './subject.ts';
import { findNumbers } from './numbers.ts';
import { PhoneScan } from './phones.ts';

/** Payment cards, phone numbers, and numbers that authorities gave to people and firms: all that consists of digits. */
export function findDigits({ text, hints, around }: Subject, found: Finding[]): void {
  const phones = new PhoneScan(around, hints);
  eachDigitRun(text, (run) => {
    findCards(run, around, found);
    findNumbers(run, around, found);
    phones.find(run, found);
  });
}
