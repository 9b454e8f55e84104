import { codeOfCard, paymentKey } from './code-keys.ts';
import { type Hints, hintsOfName } from '../context.ts';
import {
  byJoinedNumber,
  byNumber,
  DOCUMENTS,
  drivingLicence,
  medicalRecord,
  nationalId,
  passport,
  WHOLE_DOCUMENTS,
} from './document-keys.ts';
import { containerOf, joined, names, none, shaped } from './key-makers.ts';
import { type KeyRule, NEVER, type Shape } from './key-rule.ts';
import { NATIONAL_ID_PARTS } from './national-names.ts';
import {
  ACTOR_NAME_SHAPE,
  ADDRESS_SHAPE,
  CONTACT_NAME_SHAPE,
  GIVEN_NAME_SHAPE,
  HOUSE_NUMBER_SHAPE,
  isGivenName,
  NAME_SHAPE,
  NUMBERED_ADDRESS_SHAPE,
  STREET_SHAPE,
  SURNAME_SHAPE,
} from './personal-shapes.ts';
import * as lists from './personal-words.ts';
import { RULES } from '../rules.ts';
import { type ScriptKind, scriptKind } from './script-names.ts';
import { withoutAccents, withoutParticles, withoutScript, wordsOf } from './words.ts';

const namePart: KeyRule = { rule: RULES.personName, applies: NAME_SHAPE, members: () => none };
/** Nothing but a person has one. */
const partOfPerson: KeyRule = { ...namePart, tellsOfPerson: true };
const NAME_PARTS = new Map([
  ...names(namePart, 'text full fullname value prefixed legal display formatted nombre nom primary secondary'),
  ...names(partOfPerson, 'first last given family middle sur givenname familyname firstname lastname surname'),
  ...names(partOfPerson, 'apellidos apellido prenom vorname nachname patronymic'),
]);
const NO_NAME_PART = /^(?:use|id|type|period|lang|language|prefix|suffix|title|honorificprefix|honorificsuffix)$/;
/**
 * In running text under a name: what is quoted, or one word behind an equals sign. Words behind a label are found by what
 * names look like.
 */
const NAME_IN_TEXT =
  /(?<=")[A-Za-z\x80-\uffff][^"\\\r\n<>{}[\]=@\d]{1,64}(?=\\?")|(?<=')[A-Za-z\x80-\uffff][^'\\\r\n<>{}[\]=@\d]{1,64}(?=\\?')|(?<==)[A-Za-z\x80-\uffff'-]{2,40}(?![\w=:[/.(@-])/y;
const ADDRESS_IN_TEXT =
  /(?<=["'])[^"\\\r\n[\]]{3,160}(?=\\?["'])|(?<==)[A-Za-z0-9\x80-\uffff%][^\s&;,"'<>=[\]]{3,160}(?=[&\s]|$)/y;

const personName = named(NAME_SHAPE);
/** Of somebody or of something: the value has to look like a person's name. */
const actorName = named(ACTOR_NAME_SHAPE);
/** Of anything: a label, a nickname. */
const anyLabel: KeyRule = { ...containerOf(RULES.personName, NAME_PARTS), applies: GIVEN_NAME_SHAPE };
/** Of anything, and of somebody where what stands beside it is somebody's. */
const anyName: KeyRule = { ...anyLabel, inPerson: actorName };
/** The same in languages in which it is a given name more often. */
const anyGivenName: KeyRule = {
  ...anyName,
  applies: { test: (value) => GIVEN_NAME_SHAPE.test(value) || isGivenName(value) },
  inPerson: named({ test: (value) => ACTOR_NAME_SHAPE.test(value) || SURNAME_SHAPE.test(value) }),
};
/** A part of the name of a person, who is told of by the whole object then. */
const partOfName: KeyRule = { ...personName, tellsOfPerson: true };
/** Says nothing of its own value. */
const ofPerson: KeyRule = { rule: RULES.personName, applies: NEVER, tellsOfPerson: true };

/** What stands under the name of a name: the whole, or its parts. */
function named(applies: Shape): KeyRule {
  const inside: KeyRule = {
    rule: RULES.personName,
    applies,
    byName: (name) => NAME_PARTS.get(joined(name)) ?? (NO_NAME_PART.test(joined(name)) ? none : undefined),
    members: () => none,
  };
  return { rule: RULES.personName, applies, inText: NAME_IN_TEXT, members: () => inside };
}

const street: KeyRule = { ...shaped(RULES.postalAddress, STREET_SHAPE), inText: ADDRESS_IN_TEXT };
const ADDRESS_PARTS = new Map(names(street, lists.ADDRESS_PARTS));
/** In an address alone: elsewhere it is a number of anything. */
const houseNumber: KeyRule = shaped(RULES.postalAddress, HOUSE_NUMBER_SHAPE);
/** Of a machine, an account or a message when it is a text; with members it is somebody's. */
const OBJECT_ONLY = /^(?:to|from|source|destination|return|physical|site)$/;
const address: KeyRule = {
  ...containerOf(
    RULES.postalAddress,
    new Map([
      ...ADDRESS_PARTS,
      // Lines, or all of it in the party that something is sent to.
      ['address', { ...street, members: () => address.members?.() ?? none }],
      ...names(houseNumber, lists.HOUSE_NUMBERS),
      ...names(actorName, 'name recipient attention attn contact careof addressee contactname'),
    ]),
    ADDRESS_SHAPE,
  ),
  inText: ADDRESS_IN_TEXT,
};

const addressObject: KeyRule = { ...address, applies: NUMBERED_ADDRESS_SHAPE, isWeak: true };
/** Of a machine mostly. */
const anyAddress: KeyRule = {
  rule: RULES.postalAddress,
  applies: NUMBERED_ADDRESS_SHAPE,
  inText: ADDRESS_IN_TEXT,
  isWeak: true,
  members: () => none,
};
const shortStreet: KeyRule = {
  ...shaped(RULES.postalAddress, NUMBERED_ADDRESS_SHAPE),
  inText: ADDRESS_IN_TEXT,
  isWeak: true,
};

/** In an object about somebody these say who it is. */
function personWith(name: KeyRule, more: readonly [string, KeyRule][] = []): KeyRule {
  const parts = new Map<string, KeyRule>([
    ...names(name, 'name names displayname nombre nom nome naam imie namn navn realname nickname alias label title nm'),
    // What a reference of FHIR shows, and of something else in it too: an account, an organisation.
    ...names(actorName, 'display'),
    ...names(namePart, 'first last given family middle fullname'),
    ...names(nationalId, NATIONAL_ID_PARTS),
    ...more,
  ]);
  for (const other of ['label', 'title']) parts.delete(other);
  const whole = containerOf(RULES.personName, parts);
  // `contacts[].profile.name`
  parts.set('profile', whole);
  return whole;
}

const NO_NAMES = new Map(names(none, 'name displayname title label fullname nickname'));
const thing = containerOf(RULES.personName, NO_NAMES);

const person: KeyRule = { ...personWith(personName), applies: ACTOR_NAME_SHAPE, inText: NAME_IN_TEXT };
const actor: KeyRule = { ...personWith(actorName), applies: GIVEN_NAME_SHAPE, inText: NAME_IN_TEXT, isWeak: true };
/** Whom a reference of FHIR is to: somebody, a device or an organisation, by what it shows. */
const referred: KeyRule = containerOf(RULES.personName, new Map(names(actorName, 'display')));
/** A person mostly, and a team or a desk at times. */
const contact: KeyRule = {
  ...personWith(named(CONTACT_NAME_SHAPE)),
  applies: ACTOR_NAME_SHAPE,
  inText: NAME_IN_TEXT,
};
/** Often of a firm. */
const personOrFirm: KeyRule = { ...person, applies: GIVEN_NAME_SHAPE, isWeak: true };
/** Its licence is one to drive. */
const driver: KeyRule = personWith(actorName, [
  ...names(
    drivingLicence,
    'licensenumber licencenumber licenseno licenceno license licence licensenum licenseid licenceid',
  ),
]);
/** In a document of HL7 (CDA, clinical document architecture) an attribute of the id of a patient is the number of the record. */
const patientId: KeyRule = { rule: RULES.medicalRecord, applies: NEVER, members: () => patientIdAttributes };
const patientIdAttributes: KeyRule = {
  ...patientId,
  byName: (name) => (name === 'extension' ? medicalRecord : undefined),
  members: () => none,
};
const patientRole = containerOf(RULES.personName, new Map(names(patientId, 'id')));

/** Whoever did something, or had it done to, by a word that things are called by, too. */
const anybody: KeyRule = {
  rule: RULES.personName,
  applies: GIVEN_NAME_SHAPE,
  inText: NAME_IN_TEXT,
  isWeak: true,
  members: () => none,
};
/** The same by a word that nothing but a person is called by. */
const somebody: KeyRule = { ...anybody, applies: ACTOR_NAME_SHAPE };

function isOfSomebody(key: KeyRule | undefined): boolean {
  return key === anybody || key === somebody || key === person || key === actor;
}

/** What a card of another kind is called, or the kind of card. */
const KIND_OF_CARD =
  /\b(?:visa|master ?card|maestro|amex|american express|discover|debit|credit|prepaid|gold|platinum|cards?|karte)\b/i;
const CARD_OWNER_SHAPE: Shape = { test: (value) => CONTACT_NAME_SHAPE.test(value) && !KIND_OF_CARD.test(value) };
/** What an object about a card says by its members. */
const CARD_PARTS = new Map<string, KeyRule>([
  ...names(
    codeOfCard,
    'verificationcode securitycode code verificationvalue cid csc cvn cvd securitynumber verification security',
  ),
  ...names(named(NAME_SHAPE), 'holder owner cardholder nameoncard holdername'),
  ...names(named(CARD_OWNER_SHAPE), 'name'),
]);
const CARD_WORDS =
  /^(?:(?:credit|debit|payment|bank|kredit|gift)?cards?|kreditkarte|karte|tarjeta|carte|cartao|kaart)$/;

const card = containerOf(RULES.cardCode, CARD_PARTS);

/** The ends of names, word by word put together, in lower case and without accents. */
const ENDS = new Map<string, KeyRule>([
  ...[...lists.THINGS].map((word) => [word, thing] as const),
  ...[...lists.ACTORS].map((word) => [word, actor] as const),
  ...[...lists.PEOPLE].map((word) => [word, person] as const),
  ...names(contact, 'contact contacts'),
  ...names(patientRole, 'patientrole'),
  ...names(personOrFirm, lists.PEOPLE_OR_FIRMS),
  ...names(
    { ...driver, applies: GIVEN_NAME_SHAPE, inText: NAME_IN_TEXT, isWeak: true },
    'driver drivers conductor chauffeur',
  ),
  ...DOCUMENTS,
  ...names(personName, lists.PERSON_NAMES),
  ...names(partOfName, lists.PARTS_OF_NAMES),
  ...names(street, lists.STREETS),
  ...names(address, lists.ADDRESSES),
  ...names(actorName, 'nameline nameline1 nameline2 legalname parentname childname'),
  ...names(anyLabel, 'humanname'),
]);

/** What names in other scripts say. */
const OF_SCRIPTS: Readonly<Partial<Record<ScriptKind, KeyRule>>> = {
  person: personName,
  address,
  nationalId,
  passport,
};

/** Of such things it is the name, not of somebody. */
const MAX_END_WORDS = 5;
/** Longest name in one case that is looked for a name of somebody in. */
const MAX_JOINED_CHARS = 40;

/** Of these alone something is said only by what they hold, or look like. */
const ALONE = new Map<string, KeyRule>([
  ...names(anyName, 'name names displayname'),
  ...names(anyGivenName, 'nombre nom nome naam navn namn nume nama ime isim adi meno jmeno nev nimi imie'),
  ...names(anyLabel, 'nickname nick label fn cn commonname display'),
  ...names(referred, lists.REFERRED),
  ...names(ofPerson, lists.OF_PERSONS),
  ...WHOLE_DOCUMENTS,
  ...names(shortStreet, lists.SHORT_STREETS),
]);

/** What words before `address` make of it: not where somebody lives. */
const NO_ADDRESS =
  /^(?:ip|ips|ipv4|ipv6|mac|email|mail|memory|base|bus|remote|peer|host|server|listen|bind|contract|wallet|crypto|btc|eth|bitcoin|ethereum|deposit|payout|withdrawal|web|site|from|to|source|destination|physical|virtual|return|hardware|hw|network|client|local|token|coin|account|socket|proxy|gateway|node|service|e)$/;

/** What a name says about a person's data; undefined when it says nothing. */
export function personalKey(name: string): KeyRule | undefined {
  const script = scriptKind(name);
  if (script !== undefined && OF_SCRIPTS[script] !== undefined) return OF_SCRIPTS[script];
  const words = wordsOf(name);
  const found =
    ruleOfWords(words) ??
    ruleOfWords(withoutScript(words)) ??
    ruleOfWords(withoutParticles(words)) ??
    byAnyName(words) ??
    byDeed(words);
  if (found === undefined) return undefined;
  const hints = hintsOfName(withoutAccents(name));
  if (hints === undefined) return found;
  if (found !== thing) return withHints(found, hints);
  // What is inside of a thing has names of its own, unless its name says what is there.
  return hints.isHarmless === true ? { ...found, hints } : undefined;
}

function ruleOfWords(words: readonly string[]): KeyRule | undefined {
  const end = byEnd(words);
  return (
    (words.length > 1 && isOfSomebody(end) ? undefined : end) ??
    (CARD_WORDS.test(words.at(-1) ?? '') ? card : paymentKey(words)) ??
    byNumber(words) ??
    byNameWord(words) ??
    byAddressPart(words) ??
    byJoinedNumber(words) ??
    byJoinedName(words) ??
    ALONE.get(words.join('')) ??
    end
  );
}

/** Any other name: the value has to be a person's for sure, and the name none of a thing. */
function byAnyName(words: readonly string[]): KeyRule | undefined {
  if (words.length < 2) return /^(?:username|accountname|aka)$/.test(words[0] ?? '') ? anybody : undefined;
  const isName = lists.NAME_WORDS.has(words.at(-1) ?? '') || lists.NAME_WORDS.has(words[0] ?? '');
  return isName && !words.some((word) => lists.THINGS.has(word) || lists.NAMED_THINGS.has(word)) ? anybody : undefined;
}

/** `approved_by`, `delivered to`: somebody, or a program. */
const DEED =
  /^(?:[a-z]{2,}ed|made|sent|sold|written|taken|given|drawn|held|led|paid|seen|known|reports|belongs|report|attention|prepared|done|kept|spoken) (?:by|to|for|as)$/;

function byDeed(words: readonly string[]): KeyRule | undefined {
  return DEED.test(words.slice(-2).join(' ')) ? actor : undefined;
}

/** Names of parts of names in one piece with what stands before them: `customerfirstname`. */
const JOINED_NAME = /.(?:(?:first|last|full|middle|given|family|maiden)name|surname|vorname|nachname)$/;

function byJoinedName(words: readonly string[]): KeyRule | undefined {
  const [word = ''] = words;
  return words.length === 1 && word.length <= MAX_JOINED_CHARS && JOINED_NAME.test(word) ? personName : undefined;
}

/** A rule whose name, and what stands under it, speaks for something besides. */
function withHints(found: KeyRule, hints: Hints): KeyRule {
  const inside = found.members?.();
  return { ...found, hints, ...(inside === undefined ? {} : { members: () => ({ ...inside, hints }) }) };
}

function byEnd(words: readonly string[]): KeyRule | undefined {
  let end = '';
  let best: KeyRule | undefined;
  for (let at = words.length - 1; at >= Math.max(0, words.length - MAX_END_WORDS); at -= 1) {
    end = (words[at] ?? '') + end;
    const found = ENDS.get(end);
    if (found === undefined) continue;
    const before = words[at - 1] ?? '';
    if (found === address && NO_ADDRESS.test(before)) return OBJECT_ONLY.test(before) ? addressObject : anyAddress;
    // Any of these may be the end of another thing's name: `productOwner` is somebody, `default client` is not.
    const isLong = (found === person || found === actor) && at > 0 && words.length > 2;
    if (!isLong) best = found;
    else if (best === undefined || best === anybody || best === somebody) best = found === person ? somebody : anybody;
  }
  return best;
}

/** `nom du client`, `pacienteNome`, `patient_display_name`, `legalNameLast`, and the same in one piece. */
function byNameWord(words: readonly string[]): KeyRule | undefined {
  const [first = '', last = ''] = [words[0], words.at(-1)];
  if (words.length === 1) return inOnePiece(first);
  const [isFirst, isLast] = [lists.NAME_WORDS.has(first), lists.NAME_WORDS.has(last)];
  // Of `userName` and `accountName` nothing is known: they are what somebody signs in with.
  if (isLast && words.length === 2 && /^(?:user|account|host|display)$/.test(first)) return undefined;
  if (isFirst || isLast) {
    const others = isLast ? words.slice(0, -1) : words.slice(1);
    const rule = ruleBeside(others.at(-1) ?? '') ?? ruleBeside(others.join('')) ?? ruleBeside(others[0] ?? '');
    if (rule !== undefined) return rule;
  }
  const isPart = lists.NAME_PART_WORDS.has(last) && endsInName(words.at(-2) ?? '');
  return isPart && (words.length === 2 || lists.NAME_PART_WORDS.has(first) || ruleBeside(first) !== undefined)
    ? namePart
    : undefined;
}

/** `shipping_address_rue`: a part behind the name of the whole. */
function byAddressPart(words: readonly string[]): KeyRule | undefined {
  const [first = ''] = words;
  if (words.length > 1 && lists.ADDRESS_WORDS.has(first))
    return words.some((word) => lists.NOT_OF_STREETS.test(word)) ? undefined : address;
  const isPart = words.length > 1 && ADDRESS_PARTS.has(words.at(-1) ?? '');
  return isPart && byEnd(words.slice(0, -1)) === address ? street : undefined;
}

function ruleBeside(word: string): KeyRule | undefined {
  // Of several, or in German of whom it is.
  const one = word.replace(/s$/, '');
  if (lists.PEOPLE.has(word) || lists.PEOPLE.has(one)) return personName;
  return lists.ACTORS.has(word) || lists.ACTORS.has(one) ? actorName : undefined;
}

function endsInName(word: string): boolean {
  return lists.NAME_WORDS.has(word) || inOnePiece(word) !== undefined;
}

function inOnePiece(word: string): KeyRule | undefined {
  if (word.length > MAX_JOINED_CHARS) return undefined;
  for (const name of lists.NAME_WORDS) {
    if (word.endsWith(name) && lists.PEOPLE.has(word.slice(0, -name.length))) return personName;
    if (word.startsWith(name) && lists.PEOPLE.has(word.slice(name.length))) return personName;
  }
  return undefined;
}

/** What stands behind a label: somebody's name, a person, something that may be one, or an address. */
export type LabelKind = 'name' | 'person' | 'thing' | 'address';

/** Most words of a label that are looked at, from its end. */
const MAX_LABEL_WORDS = 4;

function kindOfRule(key: KeyRule, label: readonly string[]): LabelKind | undefined {
  if (key.rule === RULES.postalAddress) return 'address';
  if (key.rule !== RULES.personName) return undefined;
  if (key.applies === NAME_SHAPE) return 'name';
  if (lists.THINGS.has(label.at(-1) ?? '')) return undefined;
  const isPerson = label.length <= MAX_PERSON_LABEL_WORDS && lists.PEOPLE.has(label.at(-1) ?? '');
  return isPerson ? 'person' : 'thing';
}

/** A longer label isn't about the person that it ends with. */
const MAX_PERSON_LABEL_WORDS = 2;

/** What the label of a value in running text says about it, by its last words; `label` is a binary string. */
export function labelKind(label: string): LabelKind | undefined {
  const words = wordsOf(label);
  for (let count = Math.min(MAX_LABEL_WORDS, words.length); count > 0; count -= 1) {
    const key = personalKey(words.slice(-count).join(' '));
    if (key !== undefined) return kindOfRule(key, words);
  }
  return undefined;
}
