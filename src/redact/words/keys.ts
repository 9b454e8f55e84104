import { birthKey } from './birth-keys.ts';
import { cardCode, likelyPin, NUMBERED_FIELDS, pinDigits, postalPin, shortCardCode } from './code-keys.ts';
import { hintsOfName } from '../context.ts';
import { type ClassifyKey, type KeyRule, memberRule, NEVER } from './key-rule.ts';
import { withoutMarkers } from '../markers.ts';
import { Memory } from '../memory.ts';
import { personalKey } from './personal-keys.ts';
import { type Rule, RULES } from '../rules.ts';
import { type ScriptKind, scriptKind } from './script-names.ts';
import { searchKey } from './search-keys.ts';
import {
  credential,
  EXACT,
  harmless,
  HEADERS,
  likelyCredential,
  PARAMETERS,
  SUFFIXES,
  tokens,
  typedCode,
  worded,
} from './secret-keys.ts';
import { namesLastOfSsn, ssn, ssnPart } from './ssn-keys.ts';
import {
  coreOfName,
  coreOfNumber,
  isFlag,
  mayNameCardCode,
  namesCardCode,
  namesCount,
  namesPin,
  namesSecret,
  withoutAccents,
  withoutParticles,
  wordsOf,
} from './words.ts';

/** Names of one letter that say something. */
const JWK_MEMBERS: ReadonlySet<string> = new Set(['d', 'p', 'q', 'k']);
/** Longest name that is looked at. */
const MAX_NAME_CHARS = 128;
/** A number, or a date with an hour. */
const NUMERIC = /^\d[\d.-]*(?:T\d\d)?$/;
/** Names remembered at least. */
const MAX_REMEMBERED = 10_000;

function normalised(name: string): string {
  const lower = withoutAccents(name).toLowerCase();
  // gRPC carries binary metadata under names that end in -bin.
  const plain = lower.endsWith('-bin') ? lower.slice(0, -4) : lower;
  return plain.replace(/[^a-z0-9]+/g, '');
}

function withoutIndex(name: string): string {
  return name.replace(/(?<=[a-z])\d{1,4}$/, '');
}

/** The shortest of them. */
const MIN_SUFFIX_CHARS = 3;
/** By the last three characters, in their order: to try each on every name would take long. */
const byLastThree = new Map<string, (readonly [string, KeyRule])[]>();
for (const suffix of SUFFIXES) {
  const end = suffix[0].slice(-MIN_SUFFIX_CHARS);
  byLastThree.set(end, [...(byLastThree.get(end) ?? []), suffix]);
}

function known(name: string): KeyRule | undefined {
  const found = EXACT.get(name);
  if (found !== undefined) return found;
  const candidates = byLastThree.get(name.slice(-MIN_SUFFIX_CHARS));
  return candidates?.find(([suffix]) => name.endsWith(suffix))?.[1];
}

/** The secrets of those whose name stands beside them, by what all of them have. */
const ISSUERS: readonly [RegExp, Rule][] = [
  [/aws|secretaccesskey|accesskeyid/, RULES.awsKeyByName],
  [/azure|storage(?:account)?key|accountkey|sharedaccesskey|ocpapim|cognitiveservices/, RULES.azureKeyByName],
  [/twilio/, RULES.twilioKeyByName],
];

/** `found`, by the issuer that the name tells of. */
function issued(found: KeyRule | undefined, name: string): KeyRule | undefined {
  if (found?.rule !== RULES.credential || found.applies === NEVER) return found;
  const rule = issuerRule(name);
  return rule === undefined ? found : { ...found, rule };
}

/** The rule of the secrets of an issuer that a name tells of, in lower case and of letters and digits alone. */
export function issuerRule(name: string): Rule | undefined {
  return ISSUERS.find(([pattern]) => pattern.test(name))?.[1];
}

/** What names in other scripts say. */
const OF_SCRIPTS: Readonly<Partial<Record<ScriptKind, KeyRule>>> = {
  secret: likelyCredential,
  code: typedCode,
  pin: pinDigits,
  cardCode: shortCardCode,
};

function lookUp(field: string, extra: ReadonlySet<string>, place: ReadonlyMap<string, KeyRule>): KeyRule | undefined {
  return issued(ruleOf(field, extra, place), normalised(field));
}

function ruleOf(field: string, extra: ReadonlySet<string>, place: ReadonlyMap<string, KeyRule>): KeyRule | undefined {
  const name = withoutMarkers(field);
  const whole = normalised(name);
  const words = wordsOf(withoutAccents(name));
  const core = coreOfName(words);
  if (extra.has(whole) || extra.has(withoutIndex(whole))) return credential;
  if (words.at(-1) === 'pincode') return postalPin;
  if (namesLastOfSsn(words)) return ssnPart;
  const script = scriptKind(name);
  if (script !== undefined && OF_SCRIPTS[script] !== undefined) return OF_SCRIPTS[script];
  const wanted = place.get(whole) ?? place.get(core);
  if (wanted !== undefined) return wanted;
  for (const candidate of [whole, withoutIndex(whole), core, withoutParticles(words).join('')]) {
    const found = known(candidate);
    if (found !== undefined) return found === credential && isFlag(words) ? worded : found;
  }
  const number = known(coreOfNumber(words));
  if (number !== undefined && number.rule !== RULES.credential) return number;
  if (namesCardCode(words)) return cardCode;
  if (mayNameCardCode(words)) return shortCardCode;
  if (namesPin(words)) return likelyPin;
  if (words.includes('ssn') && !namesCount(words)) return ssn;
  if (!namesSecret(words)) return undefined;
  if (words.includes('tokens')) return tokens;
  return namesSecret(words, true) ? likelyCredential : worded;
}

const NOWHERE: ReadonlyMap<string, KeyRule> = new Map();
/** Where a name stands: some say more in one place than in another. */
const PLACES = { anywhere: NOWHERE, header: HEADERS, parameter: PARAMETERS } as const;

/**
 * Makes the function that classifies names of header fields, JSON members, form fields and query parameters. Case and
 * punctuation don't matter, nor do the words around one that is clear (`db_password`, `user[password]`,
 * `passwordHash`), unless they say that a value is only about it (`tokenType`). `credentialNames` are further names of
 * credentials.
 */
export function keyClassifier(
  credentialNames: readonly string[] = [],
  place: keyof typeof PLACES = 'anywhere',
): ClassifyKey {
  const extra = new Set(credentialNames.map(normalised));
  // Null for the many names that say nothing: one look is enough for them too.
  const remembered = new Memory<KeyRule | null>(MAX_REMEMBERED);
  const classify = (name: string): KeyRule | undefined => {
    if (name.length < 2 && !JWK_MEMBERS.has(name)) return undefined;
    const subject = name.length > MAX_NAME_CHARS ? name.slice(-MAX_NAME_CHARS) : name;
    const known = remembered.get(subject);
    if (known !== undefined) return known ?? undefined;
    // Times stand before colons in running text: none of them is like another.
    if (NUMERIC.test(subject) && extra.size === 0) return NUMBERED_FIELDS.get(subject);
    const search = place === 'parameter' ? searchKey(subject) : undefined;
    const asked = search?.name ?? subject;
    const isPackage = subject.includes('node_modules/');
    const named = isPackage ? harmless : withOtherNumbers(lookUp(asked, extra, PLACES[place]), asked);
    const rule = named ?? search?.key ?? personalKey(asked) ?? birthKey(asked) ?? hintKey(asked);
    remembered.set(subject, rule ?? null);
    return rule;
  };
  return (name, outer) => memberRule(name, classify(name), outer);
}

/** What is no number of the USA under such a name may be one of a country that has another for the same. */
function withOtherNumbers(found: KeyRule | undefined, name: string): KeyRule | undefined {
  if (found?.rule !== RULES.ssnByName) return found;
  const hints = hintsOfName(withoutAccents(name));
  const { named } = hints ?? {};
  return {
    ...found,
    hints: Object.assign(new Set([...(hints ?? []), 'br_cpf', 'ca_sin', 'fr_nir'] as const), {
      ...(named && { named }),
    }),
  };
}

/** A name that is sure of nothing, but speaks for something. */
function hintKey(name: string): KeyRule | undefined {
  const hints = hintsOfName(name);
  if (hints === undefined) return undefined;
  if (hints.size === 0) return { ...harmless, hints };
  const tellsOfPerson = hints.named?.has('date_of_birth') === true;
  const key: KeyRule = {
    rule: RULES.credential,
    applies: NEVER,
    hints,
    members: () => key,
    ...(tellsOfPerson && { tellsOfPerson }),
  };
  return key;
}
