import type { Finding } from '../findings.ts';
import { ACTOR_NAME_SHAPE, GIVEN_NAME_SHAPE, PROPER_NAME_SHAPE } from '../words/personal-shapes.ts';
import { type LabelKind, labelKind } from '../words/personal-keys.ts';
import { RULES } from '../rules.ts';
import { Memory } from '../memory.ts';
import { TRAIT } from '../traits/trait.ts';
import { VOCABULARY } from '../words/vocabulary.ts';
import type { Subject } from './subject.ts';
import { mayHaveStreet } from '../traits/word-traits.ts';
import { addressEnd } from './prose-addresses.ts';

const HIGH =
  '[\\xc0-\\xff](?![\\x80-\\xbf])|[\\xc3-\\xd4][\\x80-\\xbf]|\\xe2\\x80\\x99|[\\xe0\\xe1\\xe3-\\xed][\\x80-\\xbf]{2}|[\\u0100-\\u1fff\\u3000-\\ufeff]';
const CAPITAL = `(?:[A-Z]|${HIGH})`;
/** On a line of labels the next one begins with such a word. */
const NEXT_LABEL =
  '(?!(?:Date|Phone|Tel|Telephone|Email|E-Mail|Mail|Address|DOB|MRN|SSN|ID|Age|Sex|Gender|Room|Order|Number|No|Ref|Status|Type|Time|Account|Amount|Card|City|State|Zip|Country|Born|Passport|Geburtsdatum|Telefon|Adresse)(?![a-z]))';
const WORD = `${NEXT_LABEL}(?:[A-Z]\\.|${CAPITAL}(?:[A-Za-z'-]|${HIGH}){0,24})(?! ?[:=]|[\\w@/]|\\[redacted:)`;
const SMALL =
  '(?:(?:de|da|do|dos|das|del|der|den|di|du|la|le|van|von|zu|bin|ibn|al|el|y|e|i|ter|ten|st\\.|af|av) ){0,3}';
const TITLE = '(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Herr|Frau|Herrn|Mme|Mlle|Monsieur|Madame|Sr|Sra|Sig)\\.? ){0,2}';
const NAME = `${SMALL}${WORD}(?: ${SMALL}${WORD}){0,4}`;
/** The family name may stand first, with a comma behind it. */
const NAME_AT = new RegExp(`${TITLE}(${NAME}(?:, ${WORD}(?: ${WORD})?)?)`, 'dy');

/** Who a letter is to. */
const SALUTATION = new RegExp(
  `(?<![A-Za-z])(?:Dear|Hi|Hello|Hallo|Hey|Liebe|Lieber|Guten (?:Tag|Morgen|Abend)|Good (?:morning|afternoon|evening)|Cher|Ch\\xc3\\xa8re|Bonjour|Bonsoir|Estimad[oa]|Querid[oa]|Hola|Gentile|Car[oa]|Ciao|Beste|Prezad[oa]|Ol\\xc3\\xa1|Hej|K\\xc3\\xa6re),? ${TITLE}(${NAME})`,
  'dg',
);
/** Forms of address, which a name follows. */
const ADDRESSED = new RegExp(
  `(?<![A-Za-z.'-])(?:(?:Sehr geehrte[r]? |Geachte |Szanown[ya] )?(?:Herrn?|Frau|heer|mevrouw|Pan|Pani)|Mrs?|Ms|Miss|Mx|Prof|Mme|Mlle|Monsieur|Madame|Se\\xc3\\xb1ora?|Signora?|Signor|Sra?\\.|Sig\\.(?:ra)?|Dhr\\.|Mevr\\.|(?<!\\w )Dr|Dr\\.)\\.? (?:(?:Dr|Prof)\\.? ){0,2}(${NAME})`,
  'dg',
);
/** Who speaks. */
const SELF = new RegExp(
  `(?<![A-Za-z])(?:[Mm]y name is|[Mm]ein Name ist|[Ii]ch hei(?:\\xc3\\x9f|ss)e|[Jj]e m'appelle|[Mm]e llamo|[Mm]i nombre es|[Mm]i chiamo|[Mm]eu nome \\xc3\\xa9|[Mm]ijn naam is) ${TITLE}(${NAME})`,
  'dg',
);
/** Who does something, by what stands before the name. */
const SAID = new RegExp(
  `(?<![A-Za-z])(?:[Nn]ame is|[Ss]igned(?: off)? by|[Ss]igned,?|[Pp]repared by|[Ss]igned-off-by:|[Oo]n behalf of|[Ss]poke (?:to|with)|[Cc]alled by|[Aa]uthori[sz]ed by|[Ss]ubmitted by|[Rr]eported by|[Ii]ssued to|[Bb]elongs to|[Aa]ccount of|[Aa]ccount holder|[Ii]n the name of|[Ii]nvoice to|[Pp]ayable to|[Cc]are of|[Aa]ttention of|[Aa]ddressed to|[Ss]hip(?:ped)? to:?|[Dd]eliver(?:ed)? to:?|[Rr]egistered to|[Ss]incerely,?|[Rr]egards,?|[Gg]r(?:\\xc3\\xbc|ue)(?:\\xc3\\x9f|ss)en?,?) ${TITLE}(${NAME})`,
  'dg',
);
/** Who does what only people do, or is done to people. */
const ACTS = new RegExp(
  `(?<![A-Za-z'.-])${TITLE}(${NAME}) (?:(?:has |had |just )?(?:called|phoned|rang|texted|e-?mailed|wrote|contacted|complained|asked|requested|reported|paid|ordered|signed|booked|cancell?ed|purchased|bought|visited|replied|moved|arrived)|lives|resides|works|(?:was|is) (?:admitted|born|diagnosed|discharged|seen by|charged|allergic|hired|employed))(?![A-Za-z-])`,
  'dg',
);
/** Who was born, or is of an age. */
const BORN = new RegExp(
  `(?<![A-Za-z'.-])${TITLE}(${NAME}) ?(?:,|\\() ?(?:[Bb]orn(?= (?:on|in|at|\\d))|DOB|D\\.O\\.B|[Dd]ate of birth|[Aa]ged?|[Gg]eb(?:\\.|oren)|n\\xc3\\xa9e?|nat[oa] il|nacid[oa]|nascid[oa])(?![A-Za-z])`,
  'dg',
);
/** Somebody with a word for what they are. */
const WITH_ROLE = new RegExp(
  `(?<![A-Za-z-])(?:[Cc]ustomer|[Pp]atient|[Cc]lient|[Gg]uest|[Pp]assenger|[Ee]mployee|[Cc]ardholder|[Aa]pplicant|[Bb]eneficiary|[Rr]ecipient|[Dd]river|[Ss]tudent|[Dd]octor|[Nn]urse|[Uu]ser|[Mm]ember|[Cc]laimant|[Ii]nsured|[Tt]enant|[Ww]itness|Kund(?:e|in)|Patientin|Mitarbeiter(?:in)?|Gast|[Cc]liente|[Pp]aciente|[Kk]lant|[Pp]azient[ei]|[Pp]asajero|[Cc]liente|[Uu]tente|[Kk]lient(?:ka)?|[Pp]acjent(?:ka)?) (?:named |called |namens |nomm\\xc3\\xa9e? )?${TITLE}(${NAME}(?:, ${WORD})?)`,
  'dg',
);
/** Whose an address of e-mail is (RFC 5322, 3.4). */
const MAILBOX = new RegExp(`(?<![A-Za-z@.-])(${NAME}(?:, ${WORD})?)\\\\?"? <[^\\s<>@]{1,64}@`, 'dg');
/** The same in brackets. */
const WITH_MAILBOX = new RegExp(`(?<![A-Za-z@.-])(${NAME}) \\([^\\s()<>@]{1,64}@[^\\s()<>@]{1,255}\\)`, 'dg');
/** Fields of a contact's card (RFC 6350, 6.2). */
const CARD = new RegExp(`^(?:FN|N)(?:;[^:\\r\\n]{0,64})?:(${WORD}(?:[ ;]${WORD}){0,3})`, 'dgm');
/** Nobody in particular. */
const NOBODY =
  /^(?:sir|madam|sirs|all|team|customers?|user|users|friends?|world|everyone|everybody|there|colleagues?|guest|member|hiring|human|client|damen|herren|kunde|kundin|kunden|tous|client[es]?|se\xc3\xb1or|se\xc3\xb1ores|you|santa|diary|god|lord|it|this|valued|support|sales|again|from|to|the|a|i|we|your|my)(?![\w'\x80-\uffff])/i;

/** One of these is in every text with a name that the expression of the same kind finds. */
const SALUTATION_WORDS = VOCABULARY.family(
  '<dear <hello <hallo <hey <liebe <guten^ <good^ <cher <ch\xc3\xa8re <bonjour <bonsoir <estimad <querid <hola <gentile <caro <cara ' +
    '<ciao <beste <prezad <hej <k\xc3\xa6re <Hi> <Ol\xc3\xa1',
);
const ADDRESSED_WORDS = VOCABULARY.family(
  '<herr <frau <heer> <mevrouw <pan> <pani> <mrs> <miss> <prof> <mme> <mlle> <monsieur> <madame> <se\xc3\xb1or <signor <sig. <dhr. ' +
    '<mevr. <Mr> <Ms> <Mx> <Dr> <Sr. <Sra.',
);
const SELF_WORDS = VOCABULARY.family(
  '<name^is <name^ist <hei\xc3\x9fe <heisse <appelle <llamo <nombre^es <chiamo <nome^\xc3\xa9 <naam^is',
);
const SAID_WORDS = VOCABULARY.family(
  '<name^is <signed <prepared^by <behalf^of <spoke^ <called^by <authori <submitted^by <reported^by <issued^to <belongs^to ' +
    '<registered^to <account^ <name^of <invoice^to <payable^to <care^of <attention^of <addressed^to <ship <deliver <sincerely <regards <gr\xc3\xbc <grue',
);
/** One of these is in every text with somebody who was born, or who does, or to whom is done, what only people do. */
export const ACT_WORDS = VOCABULARY.family(
  '<called^ <phoned^ <rang^ <texted^ <emailed^ <e-mailed^ <wrote^ <contacted^ <complained^ <asked^ <requested^ <reported^ <paid^ ' +
    '<ordered^ <signed^ <booked^ <cancelled^ <canceled^ <purchased^ <bought^ <visited^ <replied^ <moved^ <arrived^ <lives^ <resides^ <works^ ' +
    '<admitted^ <admitted> <born^ <born> <dob <d.o.b <date^of^birth <aged^ <age^ <geb. <geboren <n\xc3\xa9 <nato^il <nata^il <nacid <nascid <diagnosed^ <discharged^ <seen^by <charged^ <allergic^ <hired^ <employed^',
);
const ROLE_WORDS = VOCABULARY.family(
  '<customer^ <patient^ <client^ <guest^ <passenger^ <employee^ <cardholder^ <applicant^ <beneficiary^ <recipient^ <driver^ ' +
    '<student^ <doctor^ <nurse^ <user^ <member^ <claimant^ <insured^ <tenant^ <witness^ <kunde^ <kundin^ <patientin^ <mitarbeiter ' +
    '<gast^ <cliente^ <paciente^ <klant^ <pazient <pasajero^ <utente^ <klient <pacjent',
);
type Sure = (name: string, isForm?: boolean) => boolean;

function add(text: string, pattern: RegExp, isSure: Sure, found: Finding[]): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [start, end] = match.indices?.[1] ?? [0, 0];
    const name = match[1] ?? '';
    if (!NOBODY.test(name) && isSure(name)) found.push({ start, end, rule: RULES.spokenName });
    else pattern.lastIndex = Math.max(match.index + 1, start);
  }
}

const isGiven: Sure = (name) => GIVEN_NAME_SHAPE.test(name) || (!name.includes(' ') && ACTOR_NAME_SHAPE.test(name));
const hasNoCase: Sure = (name) => /^[\xe0-\xed\u3040-\uffff]/.test(name);

/** The sign behind a label: a colon or an equals sign, or a dash where the label is all that is before it on its line. */
const LABEL_SIGN =
  /(?<=[A-Za-z\x80-\uffff)"'*]{1,2}) ?(?:[:=](?: ?|[ \t]{2,16}|[ \t]{0,8}\r?\n[ \t]{0,16})| [-\u2013] |\xe2\x80\x93 |[ ]?\t{1,4}[ ]?)(?=["']?(?:[A-Z\d\x80-\uffff]|d[aeio][ls]? |v[ao]n |[ea]l |la |bin |ul\.|te[rn] ))/g;
const LABEL =
  /(?:^|[\n.,;:|()[\]{}"'>*&?!\t=]|\d |- )[ ]{0,2}((?:[A-Za-z\x80-\uffff][\w'/\x80-\uffff-]{0,24}[ ]){0,5}[A-Za-z\x80-\uffff][\w'/\x80-\uffff-]{0,24}\)?["']?)[ ]?$/;
const LABEL_CHARS = 72;
const MAX_REMEMBERED = 4096;
const NONE = 'none';
const remembered = new Memory<LabelKind | typeof NONE>(MAX_REMEMBERED);

function kindOf(label: string): LabelKind | undefined {
  const known = remembered.get(label);
  if (known !== undefined) return known === NONE ? undefined : known;
  const kind = labelKind(label);
  remembered.set(label, kind ?? NONE);
  return kind;
}

const YES = (): boolean => true;
const SURE: Readonly<Record<Exclude<LabelKind, 'address'>, Sure>> = {
  name: (name) => /[A-Za-z\x80-\uffff]{2}/.test(name),
  person: (name, isForm) => (isForm && PROPER_NAME_SHAPE.test(name)) || isGiven(name),
  thing: (name) => isGiven(name),
};

function addLabelled(text: string, at: number, kind: LabelKind, isForm: boolean, found: Finding[]): void {
  if (kind === 'address') {
    const end = addressEnd(text, at);
    if (end > 0) found.push({ start: at, end, rule: RULES.street });
    return;
  }
  NAME_AT.lastIndex = at;
  const match = NAME_AT.exec(text);
  const [start, end] = match?.indices?.[1] ?? [0, 0];
  const name = match?.[1] ?? '';
  if (name !== '' && !NOBODY.test(name) && SURE[kind](name, isForm)) found.push({ start, end, rule: RULES.spokenName });
}

function findLabelled(text: string, found: Finding[], mayHold = YES): void {
  LABEL_SIGN.lastIndex = 0;
  for (let sign = LABEL_SIGN.exec(text); sign !== null; sign = LABEL_SIGN.exec(text)) {
    const before = text.charCodeAt(sign.index - 1);
    if (before < 34 && before !== 32) continue;
    const from = Math.max(0, sign.index - LABEL_CHARS);
    const lead = LABEL.exec(text.slice(from, sign.index));
    if (lead === null) continue;
    const isForm = lead.index + from === 0 || text.charCodeAt(from + lead.index) === 10;
    if (!isForm && !/[:=]/.test(sign[0])) continue;
    const kind = kindOf(lead[1] ?? '');
    let at = LABEL_SIGN.lastIndex;
    while (at < text.length && (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 34)) at += 1;
    if (kind !== undefined && mayHold()) addLabelled(text, at, kind, isForm, found);
  }
}

/** Persons and their addresses in running text: behind salutations, forms of address, words for people, and labels. */
export function findNamesInText({ text, traits, mentions }: Subject, found: Finding[]): void {
  if (mentions.has(SALUTATION_WORDS))
    add(text, SALUTATION, (name) => PROPER_NAME_SHAPE.test(name) || isGiven(name) || hasNoCase(name), found);
  if (mentions.has(ADDRESSED_WORDS)) add(text, ADDRESSED, () => true, found);
  if (mentions.has(SELF_WORDS)) add(text, SELF, () => true, found);
  if (mentions.has(SAID_WORDS)) add(text, SAID, (name) => PROPER_NAME_SHAPE.test(name) || isGiven(name), found);
  if (mentions.has(ROLE_WORDS)) add(text, WITH_ROLE, (name) => isGiven(name) || hasNoCase(name), found);
  if (text.includes('N:') || text.includes('N;')) add(text, CARD, () => true, found);
  if ((traits & TRAIT.label) !== 0) findLabelled(text, found);
}

/** Addresses behind their labels, where no name is. */
export function findAddressesByLabel({ text, traits }: Subject, found: Finding[]): void {
  let isStreet: boolean | undefined;
  if ((traits & TRAIT.label) !== 0) findLabelled(text, found, () => (isStreet ??= mayHaveStreet(text)));
}

/** Persons in running text, by what they do. */
export function findActors({ text }: Subject, found: Finding[]): void {
  add(text, ACTS, (name) => name.includes(' ') && (GIVEN_NAME_SHAPE.test(name) || hasNoCase(name)), found);
  add(text, BORN, (name) => PROPER_NAME_SHAPE.test(name), found);
}

/** The names beside addresses of e-mail. */
export function findMailboxes({ text }: Subject, found: Finding[]): void {
  if (text.includes(' <')) add(text, MAILBOX, (name) => PROPER_NAME_SHAPE.test(name), found);
}

/** The names before addresses of e-mail in brackets. */
export function findBracketedMailboxes({ text }: Subject, found: Finding[]): void {
  if (text.includes(' (')) add(text, WITH_MAILBOX, (name) => PROPER_NAME_SHAPE.test(name), found);
}
