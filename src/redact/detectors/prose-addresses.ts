import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';
import { VOCABULARY } from '../words/vocabulary.ts';
import type { Subject } from './subject.ts';

/** Letters that aren't ASCII, in UTF-8 or in units of UTF-16; no dash or quotation mark of Unicode. */
const HIGH =
  '[\\xc0-\\xff](?![\\x80-\\xbf])|[\\xc3-\\xd4][\\x80-\\xbf]|\\xe2\\x80\\x99|[\\xe0\\xe1\\xe3-\\xed][\\x80-\\xbf]{2}|[\\u0100-\\u1fff\\u3000-\\ufeff]';
const CAPITAL = '(?:[A-Z]|[\\xc0-\\xde](?![\\x80-\\xbf])|[\\xc3-\\xd4][\\x80-\\xbf]|[\\u0100-\\u1fff])';
/** A word with a capital, or an ordinal number. */
const WORD = `(?:${CAPITAL}(?:[A-Za-z'.-]|${HIGH}){0,24}|\\d{1,3}(?:st|nd|rd|th))`;
const NUMBER = '\\d{1,5}(?:[ -]?[A-Za-z](?![A-Za-z]))?(?:[-/]\\d{1,4}[A-Za-z]?)?';
const SMALL =
  "(?:(?:de|del|de la|de las|de los|du|des|la|le|les|da|das|do|dos|di|della|dei|delle|degli|d'|l'|e|y|et|van|van de|van der|der|den|sur|aux) ?)";

/** Words of streets that are little else; and those that are. */
const STREET = 'Street|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Crescent|Terrace|Highway|Hwy|Parkway|Pkwy|St|Mews';
const MAYBE_STREET =
  'Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Ter|Way|Circle|Cir|Close|Cres|Grove|Gardens|Row|Hill|Quay|Walk|Trail|Alley|Plaza|Loop|Park|View|Rise|Green|Wharf|Heights|Run|Path|Point|Ridge|Crossing';
const UNIT = '(?:,? (?:(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm)\\.? ?#?|#)[A-Za-z0-9-]{1,6})?';
/** The town, with a postal code of the United States, the United Kingdom, Australia or Canada. */
const TOWN = `(?:,? ${WORD}(?: ${WORD}){0,2},? (?:[A-Z]{2,3} \\d{4,5}(?:-\\d{4})?|[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2}|[A-Z]{2} [A-Z]\\d[A-Z] ?\\d[A-Z]\\d)(?![\\w-]))?`;
const ENGLISH = new RegExp(
  `(?<![\\w.,/:#-]|\\d |\\b[Ii]n )${NUMBER},? (?:${WORD} ){1,4}(?:(${STREET})|(?:${MAYBE_STREET}))(?![A-Za-z])(?:(?<=St|Ave|Rd|Blvd|Ln|Dr|Ct|Pl|Sq|Hwy|Pkwy)\\.)?(?: [NS][EW]?(?![\\w])| [EW](?![\\w]))?${UNIT}${TOWN}`,
  'g',
);
const BOX =
  /(?<![\w-])(?:P\.? ?O\.? ?Box|Postfach|Apartado(?: de Correos)?|Bo\xc3\xaete postale|Casella postale|Postbus) \d{1,6}(?!\w)/gi;
const FRENCH = new RegExp(
  `(?<![\\w.,/:-])\\d{1,4}(?: ?(?:bis|ter|quater|[A-D](?![A-Za-z])))?,? (?:rue|avenue|av\\.|boulevard|bd|chemin|place|impasse|all\\xc3\\xa9e|quai|route|cours|square|passage|ruelle|faubourg|sentier)(?: ${SMALL}){0,3} ?${WORD}(?:[ -]${SMALL}{0,2}${WORD}){0,4}(?:,? \\d{5} ${WORD}(?:[ -]${WORD}){0,3})?`,
  'g',
);
const ROMANCE = new RegExp(
  `(?<![A-Za-z\\x80-\\uffff])(?:(Calle|C/|Avenida|Avda\\.?|Av\\.|Paseo|Rua|Travessa|Pra\\xc3\\xa7a|Alameda|Viale|Piazza|Vicolo|ul\\.|ulica|aleja)|Plaza|Carrera|Camino|Ronda|R\\.|Estrada|Largo|Via|Corso|Strada|al\\.|pl\\.|os\\.)(?: ${SMALL}){0,2} ?${WORD}(?: ${SMALL}{0,2}${WORD}){0,4},? (?:(?:n\\.?\\xc2?[\\xba\\xb0]?|No\\.?|#) ?)?${NUMBER}(?![\\w])(?:,? \\d{5} ${WORD}(?: ${WORD}){0,2})?`,
  'g',
);
/** The end of a street's name in German, Dutch and the languages of the north, and the number behind it. */
const GERMANIC =
  /(?<=(?:stra(?:\xc3\x9f|ss)e|str\.|allee|gasse|chaussee|straat|laan|gracht|gatan|v\xc3\xa4gen|veien)|([Pp]latz|plein|kade|dijk|singel|gade|gata|[Ww]eg|[Rr]ing|[Dd]amm|[Uu]fer|[Ss]teig|[Hh]of|[Mm]arkt|dreef|vej|pad|steeg)) \d{1,4}(?: ?[a-z](?![\w\x80-\uffff]))?(?:[-/]\d{1,4}[a-z]?)?(?!\w|\.[\w.])(?:,? (?:D-|A-)?\d{4,5}(?: ?[A-Z]{2}(?![\w]))? (?:[A-Z]|\xc3[\x80-\x9e])[a-z\x80-\uffff-]{1,24})?/gi;
const GERMANIC_NAME = new RegExp(`(?:${WORD} )?${WORD}$`);
/** `Am Markt 5`, `Unter den Eichen 91`: only what is said before makes it an address. */
const BY_PLACE = new RegExp(
  `(?<![A-Za-z\\x80-\\uffff])(?:Am|An der|An den|Auf der|Auf dem|Im|In der|In den|Unter den|Zum|Zur|Alter|Alte|Neuer|Neue|Vor dem|Hinter der) ${WORD}(?: ${WORD})? ${NUMBER}(?!\\w|\\.[\\w.])`,
  'g',
);

/** What says that an address follows. */
const SAID =
  /(?:\bADR\b[^\n]{0,24}|(?:address|ship(?:ped|ping)?|deliver(?:ed|y)?|mail(?:ed|ing)?|billing|liv(?:e|es|ed|ing)|mov(?:ed|ing)|resid(?:es|ent|ence|ing)|located|pick ?up|wohn(?:t|haft|e)|anschrift|adresse|stra(?:\xc3\x9f|ss)e|zieh|umgezogen|geliefert|lieferung|direcci|domicili|calle|vive|vivo|indirizzo|abita|residen|endere|mora|adres|woont|woon|habite|demeur|livr|envoy|mieszka|lokal)[\w\x80-\uffff]{0,8}\b[^\n.]{0,24})$/i;
const SAID_CHARS = 64;
/** A number of a house, before the name of its street or behind it. */
const HOUSE = /\d[A-Za-z]?,? [A-Za-z\d\xc3-\xd4]|[a-z.\x80-\uffff],? (?:n[^ ]{1,3} ?|#)?\d/;

function isSaid(text: string, start: number): boolean {
  return SAID.test(text.slice(Math.max(0, start - SAID_CHARS), start));
}

/** One of these is in every text with an address of the kind. */
const ENGLISH_WORDS = VOCABULARY.family(
  '<Street> <Avenue> <Ave> <Road> <Boulevard> <Blvd> <Lane> <Crescent> <Terrace> <Highway> <Hwy> <Parkway> <Pkwy> <Mews> <Drive> ' +
    '<Court> <Place> <Square> <Ter> <Way> <Circle> <Cir> <Close> <Cres> <Grove> <Gardens> <Row> <Hill> <Quay> <Walk> <Trail> ' +
    '<Alley> <St> <Rd> <Ln> <Dr> <Ct> <Pl> <Sq> <Plaza> <Loop> <Park> <View> <Rise> <Green> <Wharf> <Heights> <Run> <Path> <Point> <Ridge> <Crossing>',
);
const FRENCH_WORDS = VOCABULARY.family(
  '<rue <avenue <boulevard <chemin <place <impasse <all\xc3\xa9e <quai <route <cours <square <passage <ruelle <faubourg <sentier <bd> <av>',
);
const ROMANCE_WORDS = VOCABULARY.family(
  '<Calle <Avenida <Avda <Paseo <Rua <Travessa <Pra\xc3\xa7a <Alameda <Viale <Piazza <Vicolo <ulica <aleja <Plaza ' +
    '<Carrera <Camino <Ronda <Estrada <Largo <Via <Corso <Strada <ul.^ <al.^ <pl.^ <os.^ <Av.^ <R.^',
);
const BOX_WORDS = VOCABULARY.family('box^ <postfach^ <apartado^ postale^ <postbus^');
const PLACE_WORDS = VOCABULARY.family(
  '<Am^ <Im^ <An^de <In^de <Auf^de <Unter^den^ <Zum^ <Zur^ <Alter^ <Alte^ <Neuer^ <Neue^ <Vor^dem^ <Hinter^der^',
);
const GERMANIC_WORDS = VOCABULARY.family(
  'stra\xc3\x9fe^ strasse^ str.^ allee^ gasse^ chaussee^ straat^ laan^ gracht^ gatan^ v\xc3\xa4gen^ veien^ platz^ plein^ kade^ ' +
    'dijk^ singel^ gade^ gata^ weg^ ring^ damm^ ufer^ steig^ hof^ markt^ dreef^ vej^ pad^ steeg^',
);
/** One of these, or a slash, is in every text with an address. */
export const ADDRESS_WORDS = ENGLISH_WORDS | FRENCH_WORDS | BOX_WORDS | PLACE_WORDS | GERMANIC_WORDS | ROMANCE_WORDS;
/** Too short for the vocabulary. */
const SHORT_ROMANCE = 'C/';

type Judge = (match: RegExpExecArray) => number;

function each(text: string, pattern: RegExp, score: Judge, found: Finding[]): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const start = match.index;
    const base = score(match);
    const sure = base < 0.5 && isSaid(text, start) ? base + 0.4 : base;
    if (sure > 0) found.push({ start, end: start + match[0].trimEnd().length, rule: RULES.street, score: sure });
  }
}

function findGermanic(text: string, found: Finding[]): void {
  GERMANIC.lastIndex = 0;
  for (let match = GERMANIC.exec(text); match !== null; match = GERMANIC.exec(text)) {
    const name = GERMANIC_NAME.exec(text.slice(Math.max(0, match.index - SAID_CHARS), match.index))?.[0];
    if (name === undefined) continue;
    const start = match.index - name.length;
    const score = match[1] === undefined || isSaid(text, start) ? 0.75 : 0.4;
    found.push({ start, end: match.index + match[0].length, rule: RULES.street, score });
  }
}

/** Streets with their numbers in running text, as they are written in English, German, Dutch, French, Spanish and Italian. */
export function findAddressesInText({ text, mentions }: Subject, found: Finding[]): void {
  const isRomance = mentions.has(ROMANCE_WORDS) || text.includes(SHORT_ROMANCE);
  if (!(isRomance || mentions.has(ADDRESS_WORDS)) || !HOUSE.test(text)) return;
  if (mentions.has(ENGLISH_WORDS)) each(text, ENGLISH, (match) => (match[1] === undefined ? 0.4 : 0.75), found);
  if (mentions.has(FRENCH_WORDS)) each(text, FRENCH, () => 0.75, found);
  if (isRomance) each(text, ROMANCE, (match) => (match[1] === undefined ? 0.4 : 0.7), found);
  if (mentions.has(BOX_WORDS)) each(text, BOX, () => 0.7, found);
  if (mentions.has(PLACE_WORDS)) each(text, BY_PLACE, () => 0.2, found);
  if (mentions.has(GERMANIC_WORDS)) findGermanic(text, found);
}

/** How far an address goes that a label has announced: to the end of the line, of the sentence or of the column. */
const ANNOUNCED = /(?:(?!\. |; | {2}|[\t\r\n|<>"{}=]| [A-Za-z]{3,16}:)[^\n]){4,120}/y;

const EQUALS = 61;
/** Before an equals sign: the name of the next field. */
const NEXT_NAME = /[ ,]{0,2}[\w.-]{1,64}$/;

/** Where an address behind a label ends; -1 when none stands at `start`. */
export function addressEnd(text: string, start: number): number {
  for (const pattern of [ENGLISH, FRENCH, ROMANCE, BOX, BY_PLACE]) {
    pattern.lastIndex = start;
    const match = pattern.exec(text.slice(0, start + ADDRESS_CHARS));
    if (match?.index === start) return start + match[0].trimEnd().length;
  }
  ANNOUNCED.lastIndex = start;
  let announced = ANNOUNCED.exec(text)?.[0].trimEnd() ?? '';
  if (text.charCodeAt(start + announced.length) === EQUALS) announced = announced.replace(NEXT_NAME, '');
  return /\d/.test(announced) && /[A-Za-z\x80-\uffff]{2}/.test(announced) && /[ ,]/.test(announced)
    ? start + announced.length
    : -1;
}

const ADDRESS_CHARS = 160;

/** Where somebody lives, to the end of the clause: whatever streets are called there. */
const LIVES_AT =
  /(?<![A-Za-z])(?:(?:live|lives|lived|living|reside|resides|resided|residing) at|(?:home|new|my|his|her|their|our|postal|delivery|billing|shipping) address is:?) ((?!\d{1,3}\.\d)[A-Z\d\x80-\uffff](?:(?!\.(?:\s|$)|[;\t\r\n|<>"{}=]|,? (?:and|but|or|so|since|because|for|with|which|where|please|until) )[^\n]){3,100})/dg;
/** One of these is in every text that says so. */
export const LIVES_WORDS = VOCABULARY.family(
  '<live^at^ <lives^at^ <lived^at^ <living^at^ <reside^at^ <resides^at^ <resided^at^ <residing^at^ <address^is',
);

/** Addresses in running text behind words that say that somebody lives there. */
export function findHomes({ text }: Subject, found: Finding[]): void {
  LIVES_AT.lastIndex = 0;
  for (let match = LIVES_AT.exec(text); match !== null; match = LIVES_AT.exec(text)) {
    const [start] = match.indices?.[1] ?? [0];
    const address = match[1]?.trimEnd() ?? '';
    if (
      /\d\.\d/.test(address) ||
      !/\d/.test(address) ||
      !/(?:^|[ ,])(?:[A-Z]|[\x80-\uffff])[a-z\x80-\uffff]/.test(address)
    )
      continue;
    found.push({ start, end: start + address.length, rule: RULES.street });
  }
}
