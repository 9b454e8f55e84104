import { type Hints, Surroundings } from '../context.ts';
import type { Detect, Finding } from '../findings.ts';
import type { ClassifyKey } from '../key-rule.ts';
import { TRAIT, traitsOf } from '../traits.ts';
import { findBirthDates } from './birth-dates.ts';
import { findCryptoAddresses } from './crypto-addresses.ts';
import { findDigits } from './digits.ts';
import { findDocuments } from './documents.ts';
import { findLetteredIds } from './lettered-ids.ts';
import { findNetworkAddresses } from './network.ts';
import { findEmails } from './email.ts';
import { findInSegments } from './hl7.ts';
import { findIbans } from './iban.ts';
import { findLetteredNumbers } from './lettered-numbers.ts';
import { findNamed } from './named.ts';
import { findParameters } from './parameters.ts';
import { findPeople } from './people.ts';
import { findPrivateKeys } from './private-keys.ts';
import { decodeReferences } from './references.ts';
import { findAzureSecrets, findOpaqueKeys, findSecretFormats, findSlackHooks } from './secret-formats.ts';
import { findDigestResponses, findJwts, findSchemes, findSpokenSecrets, findUserinfo } from './tokens.ts';
import type { Subject } from './subject.ts';

/** What a web token starts with. */
const JWT_TRIGGER = /ey[AJ]|ew[0ko]|IHs|[CD]Xs|Cns|DQp7|ICB7/;
/** A word for a secret with a blank behind it. */
const SPOKEN_TRIGGER = /(?:ass(?:wor[dt]|wd|phrase)|ennwort|ecret|ey|oken) /i;
const NOTHING: readonly Finding[] = [];

/** The farthest that a detector looks back from the start of a finding, in characters. */
export const LOOK_BEHIND_CHARS = 512;
/** The farthest that a detector looks ahead of the start of a finding before it is sure of it. */
export const LOOK_AHEAD_CHARS = 2048;

/** Looks for what a configuration adds. */
export type ExtraDetector = (subject: Subject, found: Finding[]) => void;

/** Looks for one family of entities. */
interface Detector {
  /** All of these traits are in a text with a finding. */
  readonly needs: number;
  readonly find: (subject: Subject, found: Finding[]) => void;
}

/** In this order: of findings that are equally sure and start in the same place the first found counts. */
const DETECTORS: readonly Detector[] = [
  {
    needs: 0,
    find: ({ text }, found) => {
      if (text.includes('@') || text.includes('%40')) findEmails(text, found);
    },
  },
  {
    needs: TRAIT.digits,
    find: (subject, found) => {
      findDigits(subject, found);
      findIbans(subject.text, found);
    },
  },
  { needs: TRAIT.digits, find: findBirthDates },
  { needs: TRAIT.digits | TRAIT.upper, find: findInSegments },
  { needs: TRAIT.digits | TRAIT.upper, find: findLetteredNumbers },
  { needs: TRAIT.digits, find: findLetteredIds },
  { needs: TRAIT.digit, find: findNetworkAddresses },
  { needs: TRAIT.digit | TRAIT.run, find: findCryptoAddresses },
  { needs: TRAIT.digits, find: findDocuments },
  {
    needs: 0,
    find: ({ text, isValue }, found) => {
      if (JWT_TRIGGER.test(text)) findJwts(text, isValue, found);
    },
  },
  {
    needs: TRAIT.run,
    find: (subject, found) => {
      const { text } = subject;
      findSecretFormats(text, found);
      findOpaqueKeys(subject, found);
      if (text.includes('hooks.slack.com/')) findSlackHooks(text, found);
      if (text.includes('PRIVATE KEY')) findPrivateKeys(text, found);
    },
  },
  {
    needs: TRAIT.digit | TRAIT.dash,
    // Dashes may part them into runs that are too short to be noticed.
    find: ({ text, traits }, found) => {
      if ((traits & TRAIT.run) === 0 && /\bgl[a-z]{2,5}-|GOCSPX-/.test(text)) findSecretFormats(text, found);
    },
  },
  {
    needs: TRAIT.digit | TRAIT.upper,
    find: ({ text }, found) => {
      if (text.includes('Q~')) findAzureSecrets(text, found);
    },
  },
  { needs: TRAIT.space, find: findPeople },
  {
    needs: TRAIT.space,
    find: ({ text }, found) => {
      findSchemes(text, found);
      if (SPOKEN_TRIGGER.test(text)) findSpokenSecrets(text, found);
      if (text.includes('response=')) findDigestResponses(text, found);
    },
  },
  {
    needs: TRAIT.slash | TRAIT.separator,
    find: ({ text }, found) => {
      if (text.includes('//')) findUserinfo(text, found);
    },
  },
];

function detectPlain(
  text: string,
  isValue: boolean,
  classify: ClassifyKey,
  hints: Hints | undefined,
  extra: ExtraDetector | undefined,
): Finding[] {
  const found: Finding[] = [];
  const traits = traitsOf(text);
  // First, so that of two findings in the same place the name's is the one that counts.
  if ((traits & TRAIT.separator) !== 0) findNamed(text, classify, found);
  const subject = { text, isValue, traits, hints, around: new Surroundings(text, hints) };
  for (const { needs, find } of DETECTORS) if ((traits & needs) === needs) find(subject, found);
  extra?.(subject, found);
  return found;
}

/** What is found only when the escapes that are left in a text are undone; added to `found`. */
function detectEscaped(
  text: string,
  classify: ClassifyKey,
  hints: Hints | undefined,
  extra: ExtraDetector | undefined,
  found: readonly Finding[],
): readonly Finding[] {
  const decoded = decodeReferences(text);
  if (decoded === undefined) return found;
  const inside = detectPlain(decoded.text, false, classify, hints, extra);
  if (inside.length === 0) return found;
  const { place } = decoded;
  return [...found, ...inside.map((f) => ({ ...f, start: place(f.start), end: place(f.end) }))];
}

/**
 * Makes the function that runs every detector over a text. Its time is linear in the text's length. `parameters`
 * classifies the fields of whole values that are URLs, `extra` finds what a configuration adds.
 */
export function detector(classify: ClassifyKey, parameters: ClassifyKey, extra?: ExtraDetector): Detect {
  return (text, isValue = false, hints) => {
    if (text.length < 4) return NOTHING;
    const found = detectPlain(text, isValue, classify, hints, extra);
    if (isValue) findParameters(text, parameters, found);
    return detectEscaped(text, classify, hints, extra, found);
  };
}
