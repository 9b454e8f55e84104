import { isEastAsianName, startsWithGivenName } from './given-names.ts';
import type { Shape } from './key-rule.ts';

const LETTER = /[A-Za-z\x80-\uffff]/;
const NOT_OF_NAMES = /[\d@/\\<>{}_=()]|:\/\/|\b(?:Inc|Ltd|LLC|GmbH|Corp|AG|S\.A)\.?\s*$/;
/** What stands where nobody is named. */
const NOBODY =
  /^\s*(?:n\/?a|none|null|nil|unknown|anonymous|test|default|system|admin|undefined|true|false|yes|no|other|self|guest|-+|\?+|\*+)\s*$/i;

/** Letters, and not the machine's: no URL, no path, no id, no date. */
export const NAME_SHAPE: Shape = {
  test: (value) =>
    value.length <= 128 &&
    LETTER.test(value) &&
    !NOT_OF_NAMES.test(value) &&
    !(value.length < 12 && NOBODY.test(value)),
};

/** Two to five words, each but small ones with a capital, or letters of scripts without capitals. */
const PROPER_NAME =
  /^\s*(?:[A-Z\x80-\uffff][A-Za-z'\x80-\uffff.-]{0,24},? ){1,2}(?:(?:de|da|do|dos|del|der|den|di|du|la|le|van|von|zu|bin|al|el|y|e|i|te|ter) ){0,3}[A-Z\x80-\uffff][A-Za-z'\x80-\uffff.-]{0,24}(?:,? [A-Z\x80-\uffff][A-Za-z'\x80-\uffff.-]{0,24}){0,2}\s*$/;
/** Han, kana and Hangul of two letters or more, in UTF-8 or units of UTF-16. */
const EAST_ASIAN = /^\s*(?:[\xe3-\xed][\x80-\xbf]{2}|[\u3040-\u9fff\uac00-\ud7af]| ){2,12}\s*$/;
/** Words of organisations and things, which are written like names. */
const NO_PERSON =
  /\b(?:inc|llc|ltd|gmbh|ag|corp|co|company|group|bank|team|service|services|server|department|office|store|shop|hotel|hospital|clinic|university|school|church|foundation|bot|agent|client|app|api|system|list|plan|project|default|account|settings|report|center|centre|club|union|street|sofa|chair|table|edition|pack|set|kit|shipping|delivery|express|standard|free|mail|post|platform|project|product|region|zone|pending|review|today|request|failed|error|success|closed|login|unknown|access|support|sales|cluster|cloud|studio|bookings?|notifications?|alerts?|no-?reply|example|sample|demo|newsletters?|updates?|orders?|billing|payments?|marketing|media|labs?|solutions|technolog(?:y|ies)|systems?|partners|holdings?|consulting|logistics|restaurant|cafe|bakery|pharmacy|insurance|energy|software|digital|global|international|trading|industries|enterprises?|association|institute|ministry|council|library|museum|salon|motors|airlines|travel|tours|news|times|books|games|foods|farms?|design|agency|ventures|capital|trust|fund|finance|legal|dental|health|healthcare|medical|desk|reservations|reminders?|monitor|manager|assistant|community|network|market|events?|campaign|checkout|portal|dashboard)\b/i;

/** What looks like a person's name, where what it stands under may also be the name of a thing. */
export const PROPER_NAME_SHAPE: Shape = {
  test: (value) =>
    value.length <= 80 &&
    NAME_SHAPE.test(value) &&
    (PROPER_NAME.test(value) || EAST_ASIAN.test(value)) &&
    !NO_PERSON.test(value),
};

/** What surely is one: it starts with a given name too, or has it behind a comma. */
export const GIVEN_NAME_SHAPE: Shape = {
  test: (value) =>
    PROPER_NAME_SHAPE.test(value) &&
    (startsWithGivenName(value.trimStart()) ||
      startsWithGivenName(value.slice(value.indexOf(',') + 1).trimStart()) ||
      isEastAsianName(value)),
};

/** A name that looks like a person's, or a common given name alone. */
export const ACTOR_NAME_SHAPE: Shape = {
  test: (value) =>
    PROPER_NAME_SHAPE.test(value) ||
    (value.length <= 24 && /^[A-Z][A-Za-z\x80-\xff'-]{1,23}$/.test(value) && startsWithGivenName(value)),
};

const NO_STREET = /@|:\/\/|^0x|[{}<>=]/;

/** An address of several words, or of one with letters that aren't ASCII. */
export const ADDRESS_SHAPE: Shape = {
  test: (value) =>
    value.length <= 512 &&
    /^\s*[#(]?[A-Za-z0-9\x80-\uffff]/.test(value) &&
    LETTER.test(value) &&
    /[ ,\n]|%20|[\x80-\uffff]/.test(value) &&
    !NO_STREET.test(value),
};

/** The name of a street, or of what is in it. */
export const STREET_SHAPE: Shape = {
  test: (value) =>
    value.length >= 3 && value.length <= 256 && LETTER.test(value) && !NO_STREET.test(value) && !NOBODY.test(value),
};

const GROUPED = /^\s*[A-Za-z0-9](?:[ ./-]{0,2}[A-Za-z0-9]){3,27}\s*$/;
const DATE = /^\s*(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d\d))(?!\d)/;

function digitsIn(value: string): number {
  return value.match(/\d/g)?.length ?? 0;
}

/** Capitals or digits as documents have them: three digits at least. */
export const NUMBER_SHAPE: Shape = {
  test: (value) => GROUPED.test(value) && digitsIn(value) >= 3 && !DATE.test(value),
};

/** The same of patients, which are often three times two digits. */
export const RECORD_SHAPE: Shape = {
  test: (value) => NUMBER_SHAPE.test(value) || /^\s*\d\d-\d\d-\d\d\s*$/.test(value),
};

/** Capitals and digits of identity cards, in groups or not, with a check digit in brackets at times. */
const IDENTITY = /^\s*[A-Z0-9](?:[ ./+-]{0,2}[A-Za-z0-9]){4,27}(?:\([0-9A-Z]\))?\s*$/;
/** More letters that are no capitals are a word's. */
const WORDY = /[a-z][^a-z]*[a-z][^a-z]*[a-z]/;

/** The number of an identity card, or of a person in a register. */
export const IDENTITY_SHAPE: Shape = {
  test: (value) =>
    IDENTITY.test(value) &&
    !WORDY.test(value) &&
    !DATE.test(value) &&
    (digitsIn(value) >= 3 || PASSPORT_SHAPE.test(value)),
};

/** The same of passports, which in some countries are mostly letters. */
export const PASSPORT_SHAPE: Shape = {
  test: (value) => NUMBER_SHAPE.test(value) || (/^\s*[A-Z0-9]{7,10}\s*$/.test(value) && digitsIn(value) >= 1),
};
