import { endsWithFamilyName } from './family-names.ts';
import { isEastAsianName, startsWithGivenName } from './given-names.ts';
import type { Shape } from './key-rule.ts';

const LETTER = /[A-Za-z\x80-\uffff]/;
const NOT_OF_NAMES = /[\d@/\\<>{}_=()]|:\/\/|^[a-z]+(?:-[a-z]+){2,8}$|\b(?:Inc|Ltd|LLC|GmbH|Corp|AG|S\.A)\.?\s*$/;
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
/** Words of organisations, things and states, which are written like names. */
const NO_PERSON: ReadonlySet<string> = new Set(
  (
    'inc llc ltd gmbh ag corp co company group bank team service services server department office store shop hotel ' +
    'hospital clinic university school church foundation bot agent client app api system list plan project default ' +
    'account settings report center centre club union street sofa chair table edition pack set kit shipping delivery ' +
    'express standard free mail post platform product region zone pending review today request failed error success ' +
    'closed login unknown access support sales cluster cloud studio booking bookings notification notifications alert ' +
    'alerts noreply reply example sample demo newsletter newsletters update updates order orders billing payment ' +
    'payments marketing media lab labs solutions technology technologies systems partners holding holdings consulting ' +
    'logistics restaurant cafe bakery pharmacy insurance energy software digital global international trading industries ' +
    'enterprise enterprises association institute ministry council library museum salon motors airlines travel tours ' +
    'news times books games food foods farm farms design agency ventures capital trust fund finance legal dental health ' +
    'healthcare medical desk reservations reminder reminders monitor manager assistant community network market event ' +
    'events campaign checkout portal dashboard reseller hosting acme contoso initech globex northwind fabrikam category categories folder page tree node model chrome ' +
    'safari firefox'
  ).split(' '),
);
/** The same of what starts with no given name. */
const NO_NAME: ReadonlySet<string> = new Set(
  (
    'all any new existing returning regular other self adult adults senior internal external private public general ' +
    'primary secondary required optional permanent temporary dual not only type status number code info details data ' +
    'record records history profile person individual patient customer user employee member guest family emergency ' +
    'economy premium vip inpatient outpatient treatment admitted discharged returned cancelled active inactive verified ' +
    'unverified walk in this that with without per each no yes item items name first last middle given full field value ' +
    'anonymous black friday christmas monday tuesday wednesday thursday saturday sunday january february september ' +
    'october november december on off late assigned non two three one call duty checkin checkout root sub high low alpha ' +
    'beta flag'
  ).split(' '),
);

function hasWordOfNobody(value: string): boolean {
  const words = value.toLowerCase().split(/[^a-z\x80-\uffff]+/);
  if (words.some((word) => NO_PERSON.has(word))) return true;
  return words.some((word) => NO_NAME.has(word)) && !startsWithGivenName(value.trimStart());
}

/** What looks like a person's name, where what it stands under may also be the name of a thing. */
export const PROPER_NAME_SHAPE: Shape = {
  test: (value) =>
    value.length <= 80 &&
    NAME_SHAPE.test(value) &&
    (PROPER_NAME.test(value) || EAST_ASIAN.test(value)) &&
    !hasWordOfNobody(value),
};

/** Before a name, in front of which there is no other. */
const TITLE =
  /^\s*(?:Mrs?|Ms|Miss|Mx|Dr|Prof|Sir|Dame|Rev|Hon|Herr|Frau|Mme|Mlle|Sra?|Srta|Sig|Sig\.ra|Dott|Dhr|Mevr|Pani?)\.? (?=\S)/;

/** What surely is one: it has a title, a given name first or behind a comma, or a common family name at its end or before one. */
export const GIVEN_NAME_SHAPE: Shape = {
  test: (value) => {
    if (!PROPER_NAME_SHAPE.test(value)) return false;
    const name = value.replace(TITLE, '');
    const comma = name.indexOf(',');
    return (
      name.length < value.length ||
      startsWithGivenName(name.trimStart()) ||
      (comma === -1
        ? endsWithFamilyName(name)
        : startsWithGivenName(name.slice(comma + 1).trimStart()) || endsWithFamilyName(name.slice(0, comma))) ||
      isEastAsianName(value)
    );
  },
};

/** True for a common given name alone. */
export function isGivenName(value: string): boolean {
  return value.length <= 24 && /^[A-Z][A-Za-z\x80-\xff'-]{1,23}$/.test(value) && startsWithGivenName(value);
}

/** A name that looks like a person's, or a common given name alone. */
export const ACTOR_NAME_SHAPE: Shape = {
  test: (value) => PROPER_NAME_SHAPE.test(value) || isGivenName(value),
};

/** A name, where the same may be that of a team, or of what stands on a card. */
export const CONTACT_NAME_SHAPE: Shape = {
  test: (value) => NAME_SHAPE.test(value) && (!hasWordOfNobody(value) || startsWithGivenName(value.trimStart())),
};

const SURNAME = /^\s*[A-Z\x80-\uffff][A-Za-z'\x80-\uffff-]{1,30}\s*$/;

/** One word with a capital: a family name, where what stands beside it is somebody's. */
export const SURNAME_SHAPE: Shape = {
  test: (value) => SURNAME.test(value) && NAME_SHAPE.test(value) && !hasWordOfNobody(value),
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

const HOUSE_FIRST =
  /^\s*(?:[A-Z][a-z]{1,12}\.? )?#?\d{1,6}[A-Za-z]?(?: ?(?:bis|ter|quater))?,? (?:[A-Z\d\x80-\uffff]|rue |av(?:enue|\.)? |b(?:d|oulevard|lvd)\.? |chemin |place |all|quai |impasse |route |cours )/;
const STREET_FIRST =
  /^\s*(?:[A-Z\x80-\uffff][^\d,]{7,60}|[a-z]{2,10}\.? [A-Z\x80-\uffff][^\d,]{2,60}),? (?:n[.\xc2]?[\xb0\xbao]?\.? ?)?#?\d{1,5}(?![\d.:])/;

/** An address with a house's number, where the name may also be that of a machine's. */
export const NUMBERED_ADDRESS_SHAPE: Shape = {
  test: (value) => ADDRESS_SHAPE.test(value) && (HOUSE_FIRST.test(value) || STREET_FIRST.test(value)),
};

/** One short word in small letters, no name: what a street is for. */
const SMALL_WORD = /^\s*(?!\w{0,8}(?:str|weg|platz|gasse|allee|way|road|lane)\s*$)[a-z]{1,8}\s*$/;

/** The name of a street, or of what is in it. */
export const STREET_SHAPE: Shape = {
  test: (value) =>
    value.length >= 3 &&
    value.length <= 256 &&
    LETTER.test(value) &&
    !NO_STREET.test(value) &&
    !NOBODY.test(value) &&
    !SMALL_WORD.test(value),
};

/** A house's number, and which of its doors. */
export const HOUSE_NUMBER_SHAPE: Shape = /^\s*\d{1,5} ?[A-Za-z]?(?: ?[-/] ?\d{1,4} ?[A-Za-z]?)?\s*$/;

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
