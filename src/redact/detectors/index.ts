import { type Hints, Surroundings } from '../context.ts';
import type { Detect, Finding } from '../findings.ts';
import type { ClassifyKey } from '../words/key-rule.ts';
import { TRAIT, traitsOf } from '../traits/traits.ts';
import { BIRTH_WORDS, findBirthDates } from './birth-dates.ts';
import { type Detector, Detectors } from './choice.ts';
import { CARD_WORDS, findInCards } from './contact-cards.ts';
import { findCryptoAddresses } from './crypto-addresses.ts';
import { findDigits } from './digits.ts';
import { DOCUMENT_WORDS, findDocuments } from './documents.ts';
import { findLetteredIds } from './lettered-ids.ts';
import { findBareMacs, findIpv4, findIpv6, findMacs, MAC_WORDS } from './network.ts';
import { findEncoded } from './encoded.ts';
import { findEmails } from './email.ts';
import { findInSegments, SEGMENT_WORDS } from './hl7.ts';
import { findGlued } from './glued.ts';
import { findIbans } from './iban.ts';
import { CNPJ_WORDS, findBareCnpjs, findCnpjs, findCorsicanNirs } from './lettered-numbers.ts';
import {
  findDiscordHooks,
  findPasswordHashes,
  findPgPasswords,
  findQueryKeys,
  findSeedPhrases,
  SEED_WORDS,
} from './held-secrets.ts';
import { findInLines } from './line-names.ts';
import { FILLER_WORDS, findMachineReadable } from './machine-readable.ts';
import { findNamed } from './named.ts';
import { findParameters, findUrlSignatures } from './parameters.ts';
import { withQuerySpaces } from './query-spaces.ts';
import { findPrivateKeys } from './private-keys.ts';
import { PHONE_WORDS_IN_TEXT } from './phones.ts';
import { ADDRESS_WORDS, findAddressesInText, findHomes, LIVES_WORDS } from './prose-addresses.ts';
import {
  ACT_WORDS,
  findActors,
  findAddressesByLabel,
  findBracketedMailboxes,
  findMailboxes,
  findNamesInText,
} from './prose-names.ts';
import { type Decoded, decodeReferences } from './references.ts';
import {
  findAzureKeys,
  findAzureSecrets,
  findOpaqueKeys,
  findSecretFormats,
  findSlackHooks,
} from './secret-formats.ts';
import { CODE_WORDS, findAnswers, findSpokenSecrets, SECRET_WORDS, SENT_WORDS } from './spoken-secrets.ts';
import { findJwts, findSchemes, findSlashedPasswords, findUserinfo } from './tokens.ts';
import { Mentions, type WordsOf } from '../words/mentions.ts';
import { decodeWide } from './wide.ts';
import { findInSql, SQL_WORDS } from './sql.ts';
import type { Subject } from './subject.ts';

/** What a web token starts with. */
const JWT_TRIGGER = /ey[AJ]|ew[0ko]|IHs|[CD]Xs|Cns|DQp7|ICB7/;
/** What signs in to Oracle with a name and password in one. */
const SLASHED_PASSWORD = /jdbc:oracle:|sqlplus |sqlldr |impdp |expdp /i;
/** The end of the name of a signature, in the query of a URL. */
const SIGNATURE = /sig(?:nature)?=/i;
const NOTHING: readonly Finding[] = [];

/** The farthest that a detector looks back from the start of a finding, in characters. */
export const LOOK_BEHIND_CHARS = 512;
/** The farthest that a detector looks ahead of the start of a finding before it is sure of it. */
export const LOOK_AHEAD_CHARS = 2048;

/** Looks for what a configuration adds. */
export type ExtraDetector = (subject: Subject, found: Finding[]) => void;

/** In this order: of findings that are equally sure and start in the same place the first found counts. */
const DETECTORS: readonly Detector[] = [
  {
    needs: TRAIT.at,
    find: ({ text }, found) => {
      if (text.includes('@') || text.includes('%40')) findEmails(text, found);
    },
  },
  {
    needs: TRAIT.at | TRAIT.slash,
    find: ({ text }, found) => {
      if (SLASHED_PASSWORD.test(text)) findSlashedPasswords(text, found);
    },
  },
  { needs: TRAIT.number, words: PHONE_WORDS_IN_TEXT, hint: 'phone', without: TRAIT.alone, find: findDigits },
  { needs: TRAIT.iban, find: findIbans },
  { needs: TRAIT.digits, words: BIRTH_WORDS, hint: 'date_of_birth', find: findBirthDates },
  { needs: TRAIT.digits | TRAIT.upper, words: SEGMENT_WORDS, find: findInSegments },
  { needs: TRAIT.upper | TRAIT.separator, words: CARD_WORDS, find: findInCards },
  { needs: TRAIT.upper | TRAIT.separator, words: FILLER_WORDS, find: findMachineReadable },
  { needs: TRAIT.digits | TRAIT.upper | TRAIT.slash, find: findCnpjs },
  { needs: TRAIT.digits | TRAIT.upper, words: CNPJ_WORDS, hint: 'br_cnpj', find: findBareCnpjs },
  { needs: TRAIT.alone | TRAIT.upper, find: findCorsicanNirs },
  { needs: TRAIT.lettered, find: findLetteredIds },
  { needs: TRAIT.quad, find: findIpv4 },
  { needs: TRAIT.colons, find: findIpv6 },
  { needs: TRAIT.mac, find: findMacs },
  { needs: TRAIT.digit, words: MAC_WORDS, hint: 'mac_address', find: findBareMacs },
  { needs: TRAIT.coin | TRAIT.digit, find: findCryptoAddresses },
  { needs: TRAIT.digit, words: DOCUMENT_WORDS, find: findDocuments },
  {
    needs: TRAIT.jwt,
    find: ({ text, isValue }, found) => {
      if (JWT_TRIGGER.test(text)) findJwts(text, isValue, found);
    },
  },
  {
    needs: TRAIT.key,
    find: (subject, found) => {
      const { text } = subject;
      findSecretFormats(text, found);
      if (text.includes('hooks.slack.com/')) findSlackHooks(text, found);
      if (text.includes('/webhooks/')) findDiscordHooks(text, found);
      if (text.includes('$') || text.includes('{SSHA')) findPasswordHashes(text, found);
      if (text.includes('key=')) findQueryKeys(text, found);
      if (text.includes('PRIVATE KEY')) findPrivateKeys(text, found);
      if (text.includes('Q~')) findAzureSecrets(text, found);
      if (text.includes('Key=')) findAzureKeys(text, found);
      if ((subject.traits & TRAIT.run) !== 0) findOpaqueKeys(subject, found);
    },
  },
  {
    needs: TRAIT.space,
    words: SEED_WORDS,
    find: ({ text }, found) => {
      findSeedPhrases(text, found);
    },
  },
  {
    needs: TRAIT.separator,
    find: ({ text }, found) => {
      if (!text.includes(':')) return;
      if (text.includes('32:') || text.includes(':*:') || text.includes(':543')) findPgPasswords(text, found);
    },
  },
  { needs: TRAIT.person, find: findNamesInText },
  { needs: TRAIT.space, words: ACT_WORDS, find: findActors },
  {
    needs: TRAIT.street,
    words: ADDRESS_WORDS,
    without: TRAIT.label | TRAIT.slash,
    find: (subject, found) => {
      findAddressesInText(subject, found);
      // Else they have been looked for.
      if ((subject.traits & TRAIT.person) === 0) findAddressesByLabel(subject, found);
    },
  },
  { needs: TRAIT.space | TRAIT.digit, words: LIVES_WORDS, find: findHomes },
  { needs: TRAIT.spoken, words: SECRET_WORDS | CODE_WORDS | SENT_WORDS, find: findSpokenSecrets },
  {
    needs: TRAIT.scheme,
    find: ({ text }, found) => {
      findSchemes(text, found);
    },
  },
  { needs: TRAIT.space | TRAIT.separator, find: findAnswers },
  { needs: TRAIT.at | TRAIT.separator | TRAIT.space | TRAIT.upper, find: findMailboxes },
  { needs: TRAIT.at | TRAIT.space | TRAIT.upper, find: findBracketedMailboxes },
  {
    needs: TRAIT.slash | TRAIT.separator,
    find: ({ text, traits }, found) => {
      if (SIGNATURE.test(text)) findUrlSignatures(text, found);
      if ((traits & TRAIT.at) !== 0 && text.includes('//')) findUserinfo(text, found);
    },
  },
];

function isSingle(bits: number): boolean {
  return (bits & (bits - 1)) === 0;
}

/** What needs a look by itself: what one detector needs, names and escapes. */
const TRIGGERS = DETECTORS.reduce(
  (bits, { needs, words }) => (isSingle(needs) && words === undefined ? bits | needs : bits),
  TRAIT.separator | TRAIT.escape | TRAIT.alone,
);
const ALL = new Detectors(DETECTORS);

/** What stands around an encoded text that isn't a value of its own. */
const AROUND_ENCODED = TRAIT.space | TRAIT.slash | TRAIT.plus;

/** False when no detector finds anything in a text with these traits and words, whatever the text is. */
export function mayHoldFindings(traits: number, hints: Hints | undefined, mentions: WordsOf): boolean {
  if ((traits & TRIGGERS) !== 0 || ((traits & TRAIT.run) !== 0 && (traits & AROUND_ENCODED) !== 0)) return true;
  return ALL.mayFind(traits, hints, mentions);
}

/** A text that is looked at, and what is known of it. */
class DetectedText implements Subject {
  readonly text: string;
  readonly isValue: boolean;
  readonly traits: number;
  readonly hints: Hints | undefined;
  readonly mentions: WordsOf;
  #around: Surroundings | undefined;

  constructor(
    text: string,
    isValue: boolean,
    hints: Hints | undefined,
    traits = traitsOf(text),
    mentions: WordsOf = new Mentions(text),
  ) {
    this.text = text;
    this.isValue = isValue;
    this.traits = traits;
    this.hints = hints;
    this.mentions = mentions;
  }

  /** Most detectors need to know nothing of it. */
  get around(): Surroundings {
    return (this.#around ??= new Surroundings(this.text, this.hints));
  }
}

/** What the content of a value gives away, under a name that speaks for something; not what is named in it. */
export function lookInto(value: string, hints: Hints): readonly Finding[] {
  const found: Finding[] = [];
  ALL.run(new DetectedText(value, true, hints), found);
  return found;
}

/** Without one of these a text is taken for prose. */
const SQL_TRAITS = TRAIT.digit | TRAIT.at | TRAIT.separator;

function detectPlain(subject: DetectedText, classify: ClassifyKey, extra: ExtraDetector | undefined): Finding[] {
  const found: Finding[] = [];
  const { text, traits } = subject;
  // First, so that of two findings in the same place the name's is the one that counts.
  if ((traits & TRAIT.separator) !== 0) {
    findNamed(text, classify, found);
    findInLines(text, classify, lookInto, found);
  }
  if ((traits & SQL_TRAITS) !== 0 && (traits & TRAIT.space) !== 0 && subject.mentions.has(SQL_WORDS))
    findInSql(text, classify, lookInto, found);
  ALL.run(subject, found);
  extra?.(subject, found);
  return found;
}

/** Of a text with a URL that has a query with spaces. */
const QUERY_TRAITS = TRAIT.separator | TRAIT.plus;

/** How often what is encoded in a text is encoded again. */
const MAX_ENCODED = 2;

/** What is found only when what is encoded in a text is decoded, beside what is known; undefined texts are none. */
function detectEncoded(
  { text, traits, hints }: DetectedText,
  classify: ClassifyKey,
  extra: ExtraDetector | undefined,
  known: readonly Finding[],
  depth = 0,
): readonly Finding[] {
  if ((traits & TRAIT.run) === 0 || depth === MAX_ENCODED) return known;
  const inside = (decoded: string): readonly Finding[] => {
    const subject = new DetectedText(decoded, false, hints);
    return detectEncoded(subject, classify, extra, detectPlain(subject, classify, extra), depth + 1);
  };
  const found = findEncoded(text, inside, known);
  return found.length === 0 ? known : [...known, ...found];
}

/** What is found only in a text that was decoded, added to `found`. */
function detectDecoded(
  decoded: Decoded | undefined,
  { hints }: DetectedText,
  classify: ClassifyKey,
  extra: ExtraDetector | undefined,
  found: readonly Finding[],
): readonly Finding[] {
  if (decoded === undefined) return found;
  const subject = new DetectedText(decoded.text, false, hints);
  const inside = detectEncoded(subject, classify, extra, detectPlain(subject, classify, extra));
  if (inside.length === 0) return found;
  const { place } = decoded;
  return [
    ...found,
    ...inside.map((f) => ({
      ...f,
      start: place(f.start),
      end: place(f.end),
      core: f.core && { start: place(f.core.start), end: place(f.core.end) },
    })),
  ];
}

/** Runs every detector over a text, and once more beside what was found. */
function detectAll(
  subject: DetectedText,
  classify: ClassifyKey,
  parameters: ClassifyKey,
  extra: ExtraDetector | undefined,
): readonly Finding[] {
  const { text, hints } = subject;
  const found = detectOnce(subject, classify, parameters, extra);
  if (found.length === 0) return NOTHING;
  return findGlued(text, found, (masked) =>
    detectOnce(new DetectedText(masked, false, hints), classify, parameters, extra),
  );
}

function detectOnce(
  subject: DetectedText,
  classify: ClassifyKey,
  parameters: ClassifyKey,
  extra: ExtraDetector | undefined,
): readonly Finding[] {
  const { text, isValue, traits } = subject;
  const found = detectPlain(subject, classify, extra);
  if (isValue && (traits & TRAIT.separator) !== 0) findParameters(text, parameters, found);
  const spaced = (traits & QUERY_TRAITS) === QUERY_TRAITS ? withQuerySpaces(text) : undefined;
  if (spaced !== undefined) {
    const inside = new DetectedText(spaced, false, subject.hints);
    const more = detectPlain(inside, classify, extra);
    found.push(...detectDecoded(decodeReferences(spaced), inside, classify, extra, more));
  }
  const plain =
    (traits & TRAIT.escape) === 0 ? found : detectDecoded(decodeReferences(text), subject, classify, extra, found);
  const known =
    (traits & TRAIT.high) === 0 || (traits & TRAIT.escape) === 0
      ? plain
      : detectDecoded(decodeWide(text), subject, classify, extra, plain);
  return detectEncoded(subject, classify, extra, known);
}

/**
 * Makes the function that runs every detector over a text. Its time is linear in the text's length. `parameters`
 * classifies the fields of whole values that are URLs, `extra` finds what a configuration adds.
 */
export function detector(classify: ClassifyKey, parameters: ClassifyKey, extra?: ExtraDetector): Detect {
  // A value that is no clean one is looked at again, to be replaced.
  let last = '';
  let lastHints: Hints | undefined;
  let lastFound = NOTHING;
  return (text, isValue = false, hints, known, words) => {
    if (isValue && lastFound.length > 0 && hints === lastHints && text === last) return lastFound;
    if (text.length < 4) return NOTHING;
    const [traits, mentions] = [known ?? traitsOf(text), words ?? new Mentions(text)];
    if (extra === undefined && !mayHoldFindings(traits, hints, mentions)) return NOTHING;
    const subject = new DetectedText(text, isValue, hints, traits, mentions);
    const found = detectAll(subject, classify, parameters, extra);
    if (isValue && found.length > 0) [last, lastHints, lastFound] = [text, hints, found];
    return found;
  };
}
