import { RULES } from '../rules.ts';
import { holdsCardNumber } from './cards.ts';

const MIN_TEXT_BYTES = 4;

/**
 * True when hexadecimal digits, dashes aside, can be read as more than an id: as the number of a payment card, or as
 * text (zeros around it aside). Of random ids of 128 bits 1 in 600 looks like a card.
 */
export function idHidesMore(hex: string): boolean {
  const digits = hex.replaceAll('-', '');
  if (holdsCardNumber(digits)) return true;
  const bytes = Buffer.from(digits, 'hex').toString('latin1');
  const text = bytes.replace(/^\0+/, '').replace(/\0+$/, '');
  return text.length >= MIN_TEXT_BYTES && /^[\x20-\x7e]*$/.test(text);
}

const ID = /[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{16,}/g;

/** Replaces, in a value that a client made up to be an id, every id that {@link idHidesMore}. */
export function redactIds(value: string): string {
  return value.replace(ID, (id) => (idHidesMore(id) ? RULES.id.marker : id));
}
