import type { Random } from '../random.ts';

function two(value: number): string {
  return String(value).padStart(2, '0');
}

const MONTHS = 'January|February|March|April|May|June|July|August|September|October|November|December'.split('|');

/** Notations of a day by the letters of their parts, as interfaces write them. */
export type Notation = 'iso' | 'us' | 'slashes' | 'dots' | 'compact' | 'written';

/** A day of one of the years from `first` to `last`. */
export function dayIn(random: Random, notation: Notation, first: number, last: number): string {
  const [year, month, day] = [String(random.int(first, last)), random.int(1, 12), random.int(1, 28)];
  switch (notation) {
    case 'iso':
      return `${year}-${two(month)}-${two(day)}`;
    case 'us':
      return `${two(month)}/${two(day)}/${year}`;
    case 'slashes':
      return `${two(day)}/${two(month)}/${year}`;
    case 'dots':
      return `${two(day)}.${two(month)}.${year}`;
    case 'compact':
      return `${year}${two(month)}${two(day)}`;
    case 'written':
      return random.chance(0.5)
        ? `${MONTHS[month - 1] ?? ''} ${String(day)}, ${year}`
        : `${String(day)} ${(MONTHS[month - 1] ?? '').slice(0, 3)} ${year}`;
  }
}

const NOTATIONS: readonly Notation[] = ['iso', 'us', 'slashes', 'dots', 'written'];

/** A birthday in `notation`, or in any that people write. */
export function birth(random: Random, notation: Notation = random.pick(NOTATIONS)): string {
  return dayIn(random, notation, 1938, 2009);
}

/** A day of our time in `notation`, or in any that people write. */
export function recent(random: Random, notation: Notation = random.pick(NOTATIONS)): string {
  return dayIn(random, notation, 2021, 2027);
}

/** A moment of our time (RFC 3339). */
export function moment(random: Random): string {
  const time = `${two(random.int(0, 23))}:${two(random.int(0, 59))}:${two(random.int(0, 59))}`;
  return `${recent(random, 'iso')}T${time}${random.pick(['Z', 'Z', '.000Z', `.${random.digits(6)}Z`, '+02:00', '-05:00'])}`;
}
