import { containerOf, names, none, shaped } from './key-makers.ts';
import { type KeyRule, NEVER } from './key-rule.ts';
import { RULES } from '../rules.ts';

/** Codes are digits alone, no part of a longer number, a date or a version. */
const inText = /\d{3,12}(?![\w[]|[-.:/][\d[])/y;
/** What became of a code, or whether there was one. */
const NO_CODE =
  /^\s*(?:true|false|yes|no|(?:not?|un)?[ _-]?(?:provided|present|match(?:ed)?|checked|processed|supported|available|required)|pass(?:ed)?|fail(?:ed)?|unknown|null|none|n\/a|[MNPSUXY])\s*$/i;
/** A card verification code. */
export const cardCode: KeyRule = { rule: RULES.cardCode, unless: NO_CODE, inText, members: () => cardCode };
/** The same where the name may also be that of something else. */
export const shortCardCode: KeyRule = {
  rule: RULES.cardCode,
  applies: /^[\s[]*\d{3,4}(?:[\s,;|/]{1,3}\d{3,4}){0,31}[\s\]]*$/,
  inText,
  members: () => shortCardCode,
};
const cardDigits = shaped(RULES.cardCode, /^\s*\d{3,4}\s*$/, () => none);
/** The same in an object about a card, also as a member of one of its own: `"security": {"code": "737"}`. */
export const codeOfCard: KeyRule = containerOf(
  RULES.cardCode,
  new Map(names(cardDigits, 'code number value')),
  cardDigits.applies,
);
/** Of what somebody pays with nothing else is a security: `"payment": {"security": {"code": "737"}}`. */
const payment = containerOf(RULES.cardCode, new Map(names(codeOfCard, 'security cardsecurity')));
const PAYMENT = /^payments?(?:method|details|info|data|instrument)?$/;

/** What the name of a payment says of its members; `words` are those of a name. */
export function paymentKey(words: readonly string[]): KeyRule | undefined {
  return PAYMENT.test(words.join('')) ? payment : undefined;
}

/** Characters of the shortest that holds a card's number: tag and length in hexadecimal, eight bytes. */
const CHIP_DATA = /^\s*(?:[0-9A-Fa-f]{2}[ :-]?){10,}\s*$|^\s*(?=[^A-Z]*[A-Z])(?=\D*\d)[A-Za-z0-9+/]{14,}={0,2}\s*$/;
/**
 * What a chip tells a terminal (EMV book 3, annex A; field 55 of ISO 8583): with the card's number (tag 5A) and what its
 * stripe has (57), which may not be kept; written as bytes, where no number is found.
 */
export const chipData: KeyRule = { rule: RULES.cardCode, applies: CHIP_DATA };
/** A personal identification number, of digits. */
export const pinDigits: KeyRule = { rule: RULES.pin, applies: /^\s*\d{3,12}\s*$/, inText, members: () => pinDigits };
/** Seldom longer than this where the name may also be that of something else: six digits are a postal code in India. */
export const likelyPin: KeyRule = { ...pinDigits, applies: /^\s*\d{4,8}\s*$/, members: () => likelyPin };
/** The same, or a postal code of India. */
export const postalPin: KeyRule = { ...pinDigits, unless: /^\s*[1-9]\d{2}\s?\d{3}\s*$/, members: () => postalPin };
/** The same, encrypted too; `D13` is one of a board. */
export const pin: KeyRule = {
  rule: RULES.pin,
  unless: /^\s*(?:\d|[A-Za-z]{1,3}\d{1,2}|[A-Za-z]{1,12})\s*$/,
  inText,
  members: () => pinDigits,
};
/** Several of them; one number under the name of several counts what else has pins: boards, lists, plugs. */
export const pins: KeyRule = { rule: RULES.pin, applies: NEVER, members: () => likelyPin, elements: () => likelyPin };
/** What has pins that are counted, of a board or a plug. */
const pinsOfBoard: KeyRule = { rule: RULES.pin, applies: NEVER, hasPins: true, members: () => pinsOfBoard };
export const board: KeyRule = { rule: RULES.pin, applies: NEVER, members: () => pinsOfBoard };
/** An encrypted PIN in a message between banks (ISO 8583), whose fields have numbers for names. */
export const NUMBERED_FIELDS: ReadonlyMap<string, KeyRule> = new Map([
  ['52', shaped(RULES.pin, /^(?=\d*[A-F])[0-9A-F]{16}$/)],
]);
