import { keyClassifier } from '../words/keys.ts';
import { marker } from '../markers.ts';
import { RULES } from '../rules.ts';
import { holdsCardNumber } from '../checks/index.ts';
import { holdsDecimalIban } from './iban.ts';
import { detector } from './index.ts';

const MIN_TEXT_BYTES = 4;
/** Shorter numbers of cards are too rare to be believed in an id. */
const MIN_CARD_DIGITS = 13;
/** Eight bytes of words as people write them, letters of Latin, Greek and Cyrillic in UTF-8 among them. */
const WORDS = /(?:[a-z0-9@._ -]|\xc3[\x9f-\xbf]|[\xc4-\xd1][\x80-\xbf]){8}|(?:[A-Z0-9@._ -]|\xc3[\x80-\x9e]){9}/;
/** Two capitalised words. */
const TITLE = /(?=[A-Za-z\xc3\x80-\xbf ._-]{8})(?:[A-Z](?:[a-z]|\xc3[\x9f-\xbf]){2,16}[ ._-]?){2}/;
/** An address whose domain is plain, and whose bytes are letters in UTF-8 or Latin-1: of others random ids have some. */
const ADDRESS =
  /^(?:[\x21-\x7e]|[\xc3-\xd1][\x80-\xbf]|[\xc0-\xff])+@[a-z0-9-]{2,}\.[a-z]{2,}$|^[a-z0-9._]{2,}@[a-z0-9-]+\.[a-z]{2,}$/;

const detect = detector(keyClassifier(), keyClassifier([], 'parameter'));

/** True when the bytes of an id are text, or hold what the detectors find in text. */
function bytesHideMore(bytes: string): boolean {
  const text = bytes.replace(/^\0+/, '').replace(/\0+$/, '');
  if (text.length >= MIN_TEXT_BYTES && /^[\x20-\x7e]*$/.test(text)) return true;
  if (WORDS.test(bytes) || TITLE.test(bytes)) return true;
  return detect(bytes).some((f) => f.rule !== RULES.email || ADDRESS.test(bytes.slice(f.start, f.end)));
}

/**
 * True when hexadecimal digits, dashes aside, can be read as more than an id: as the number of a payment card or bank
 * account, or as text. Of random ids of 128 bits 1 in 600 looks like a card, and 1 in 2,800 of 64 bits like text; all
 * else is so narrow that fewer than 1 in 100,000 do.
 */
export function idHidesMore(hex: string): boolean {
  const digits = hex.replaceAll('-', '');
  if (holdsCardNumber(digits, MIN_CARD_DIGITS) || holdsDecimalIban(digits)) return true;
  return bytesHideMore(Buffer.from(digits, 'hex').toString('latin1'));
}

const ID = /[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9A-Fa-f]{16,}/g;

/** Replaces, in a value that a client made up to be an id, every id that {@link idHidesMore}. */
export function redactIds(value: string): string {
  return value.replace(ID, (id) => (idHidesMore(id) ? marker(RULES.id.entity) : id));
}
