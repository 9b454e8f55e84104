import type { Finding } from '../findings.ts';
import { RULES } from '../rules.ts';
import type { Subject } from './subject.ts';

/** A letter as the engine has it: ASCII, the bytes of a character in UTF-8, or a unit of an escape. */
const CAPITAL = '(?:[A-Z]|[\\xc3-\\xd1][\\x80-\\xbf]|[\\xe3-\\xed][\\x80-\\xbf]{2}|[\\u0100-\\uffff])';
const LETTER = "(?:[A-Za-z'.\\u2019-]|[\\xc2-\\xd1][\\x80-\\xbf]|[\\xe2-\\xed][\\x80-\\xbf]{2}|[\\u0100-\\uffff])";
const PARTICLE =
  "(?:(?:de|del|della|di|da|do|dos|das|van|von|der|den|zu|zum|la|le|el|al|bin|ibn|ter|ten|st\\.?|y|e|d'|l'|of)[ ])";
const WORD = `${CAPITAL}${LETTER}{0,30}`;
/** Two words or more, or one when it's known to be a name. */
const FULL = `${PARTICLE}{0,2}${WORD}(?:,? ${PARTICLE}{0,2}${WORD}){1,3}`;
const ANY = `${PARTICLE}{0,2}${WORD}(?:,? ${PARTICLE}{0,2}${WORD}){0,3}`;

const E_ACUTE = '(?:\\xc3\\xa9|\\u00e9|e)';
/** What stands before the name of somebody, and what may follow that. */
const BEFORE: readonly (readonly [words: string, name: string])[] = [
  // Forms of address.
  [
    `(?:Mr|Mrs|Ms|Mx|Dr|Prof|Mme|Mlle|Sra?|Sr|Sig|Sig\\.ra|Dott|Dhr|Mevr|Herrn?|Frau|Monsieur|Madame|Se(?:\\xc3\\xb1|\\u00f1)ora?|Signora?|Miss|Pan|Pani)\\.? `,
    ANY,
  ],
  // Salutations, and what letters end with.
  [
    `(?:Dear|Liebe[r]?|Cher|Ch(?:\\xc3\\xa8|\\u00e8)re|Estimad[oa]|Querid[oa]|Bonjour|Gentile|Car[oa]|Geachte|Beste|Prezad[oa]) (?:Herrn? |Frau |Mr\\.? |Mrs\\.? |Ms\\.? |Dr\\.? )?`,
    ANY,
  ],
  [
    `(?:[Rr]egards|[Ss]incerely(?: yours)?|[Yy]ours (?:sincerely|faithfully|truly)|Best wishes|Gr(?:\\xc3\\xbc|\\u00fc|ue)(?:\\xc3\\x9f|\\u00df|ss)en?|[Cc]ordialement|[Ss]aludos|[Cc]ordiali saluti|[Aa]tenciosamente|groeten),?\\s{1,4}`,
    FULL,
  ],
  [
    `(?:[Mm]y name is|[Ii]ch hei(?:\\xc3\\x9f|\\u00df|ss)e|[Mm]ein Name ist|[Jj]e m'appelle|[Mm]e llamo|[Mm]i nombre es|[Mm]i chiamo|signed by|[Uu]nterzeichnet von|on behalf of|c/o|[Aa]ttn\\.?:?|ATTN:?|FAO:?) `,
    FULL,
  ],
  [`(?:Hallo|Hola|Hi|Hello),? `, `${FULL}|${WORD}(?=[,!])`],
  // Who takes part, with or without a colon.
  [
    `(?:[Cc]ustomer|[Pp]atient(?:in)?|[Ee]mployee|[Gg]uest|[Pp]assenger|[Pp]olicyholder|[Aa]pplicant|[Bb]eneficiary|[Cc]ard ?holder|[Aa]ccount ?holder|[Cc]ontact(?: person)?|[Rr]ecipient|[Ss]ender|[Pp]ayee|[Pp]ayer|[Tt]enant|[Ss]tudent|[Dd]octor|[Dd]river|[Oo]wner|[Ii]nsured|Kunde|Kundin|Kontoinhaber(?:in)?|Karteninhaber(?:in)?|Ansprechpartner(?:in)?|Mitarbeiter(?:in)?|[Cc]liente?|[Pp]aciente|[Pp]aziente|[Tt]itula(?:r|ire)|[Uu]tente|[Kk]lant|[Pp]acjent)(?: name|name)?(?:[ \\t]?[:=][ \\t]{0,8}| - | )`,
    FULL,
  ],
  // Names by name.
  [
    `(?:[Nn]ame|[Nn]ombre|[Nn]om|[Nn]ome|[Nn]aam|NAME)(?: (?:of|del?|du|der?|des|da|do|van|of the|de la|de el) (?:[a-z]{3,16} ?){1,2})?(?: complet[oa]?)?(?: given| first| last| display name)?[ \\t]?[:=][ \\t]{0,8}`,
    FULL,
  ],
  [
    `(?:[Ff]irst|[Gg]iven|[Mm]iddle|[Ll]ast|[Ff]amily|[Mm]aiden|FIRST|LAST)[ _-]?(?:[Nn]ames?|NAME)(?: is |[ \\t]?[:=][ \\t]{0,8}| - )"?`,
    ANY,
  ],
  [
    `(?:[Ss]urname|[Ff]orename|Vorname|Nachname|Familienname|Geburtsname|Pr${E_ACUTE}nom|[Aa]pellidos?|[Cc]ognome|[Ss]obrenome|[Vv]oornaam|[Aa]chternaam|Imi(?:\\xc4\\x99|\\u0119)|Nazwisko)(?: is |[ \\t]?[:=][ \\t]{0,8}| - )"?`,
    ANY,
  ],
  // Fields of a contact's card (RFC 6350, 6.2).
  [`^(?:FN|N)(?:;[^:\\r\\n]{0,64})?:`, `${WORD}(?:[ ;]${WORD}){0,3}`],
];
/** Things whose name is no person's. */
const NO_PERSON =
  '(?<!(?:[Cc]ommon|[Dd]omain|[Ff]ile|[Hh]ost|[Pp]roduct|[Cc]ompany|[Ee]vent|[Ss]ervice|[Cc]lass|[Tt]able|[Cc]olumn|[Aa]pp|[Pp]lan|[Pp]roject|[Tt]eam|[Gg]roup|[Bb]rand|[Dd]evice|[Bb]ranch|[Mm]odel|[Tt]ask|[Jj]ob|[Bb]ucket|[Qq]ueue) )';
const NAMES = BEFORE.map(
  ([words, name]) => new RegExp(`(?<![A-Za-z_\\x80-\\uffff-])${NO_PERSON}${words}(${name})(?![A-Za-z])`, 'dgm'),
);
/** One of these is in each of them: so few words that the look for them is quick. */
const NAME_TRIGGER =
  /\b(?:M(?:r|rs|s|x|iss|me|lle|onsieur|adame|evr)\b|D(?:r|hr|ott|ear)\b|Prof\b|S(?:ra?|ig)\b|Frau\b|Cher|Hola\b|Hi |Best|c\/o|FAO|Pan[i]? )|Herr|Hallo|Ch.{1,2}re |Estimad|Querid|Bonjour|Gentile|Car[oa] |Geachte|Hello|Prezad|Liebe|egards|incerely|ours |Gr.{1,4}en?,|ordial|aludos|tenciosamente|groeten|Se.{1,2}ora?|Signor|[Nn]ame\b|NAME|ombre|[Nn]om[e ]|aam\b|hei.{1,2}e |appelle|llamo|chiamo|signed by|nterzeichnet|behalf|ttn|ATTN|ustomer|atient|mployee|uest\b|assenger|olicyholder|pplicant|eneficiary|older|ontact|ecipient|ender\b|aye[er]|enant|tudent|octor|river\b|wner|nsured|Kund|inhaber|partner|itarbeiter|lient|aciente|aziente|itula|tente\b|lant\b|acjent|amen?\b|pellido|ognome|obrenome|Imi|Nazwisko|Pr.{1,2}nom|^(?:FN|N)[;:]/m;
/** Capitalised words that are no names: of days, months, things, places of work. */
const NO_NAME =
  /^(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December|The|This|That|All|Any|Service|Services|Support|Team|Sir|Madam|Sirs|Customer|Customers|User|Users|Guest|Guests|Name|Number|No|ID|Id|Status|Type|Data|Details|Record|Records|Portal|Center|Centre|Department|Management|Relations|Experience|Success|Account|Accounts|Order|Orders|Address|Phone|Email|Everyone|Damen|Herren|Valued|World|There|Plan|Index|Admin|Administrator|Manager|Agent|Group|Ltd|GmbH|Inc|Corp|LLC|Bank)$/;
/** Behind a name these say that it is a firm's, or no name at all. */
const FIRM =
  / (?:GmbH|AG|Ltd|LLC|Inc|Corp|Corporation|S\.?A\.?|B\.?V\.?|Bank|Group|Services?|Support|Team|Traders|Logistics|Robotics)\b/;
const MAX_NAME_CHARS = 120;

function addName(text: string, start: number, found: Finding[], end: number): void {
  const name = text.slice(start, end);
  const words = name.split(/[ ,;]+/);
  if (words.some((word) => NO_NAME.test(word)) || FIRM.test(text.slice(start, end + 24))) return;
  // A full stop ends a sentence, but for initials.
  const trimmed = name.replace(/(?<=[a-z\x80-\uffff]{2})[.'-]+$/, '');
  found.push({ start, end: start + trimmed.length, rule: RULES.spokenName });
}

/** Names of persons by forms of address, salutations and labels. */
export function findNames({ text }: Subject, found: Finding[]): void {
  if (!NAME_TRIGGER.test(text)) return;
  for (const pattern of NAMES) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const [start, end] = match.indices?.[1] ?? [0, 0];
      if (end - start <= MAX_NAME_CHARS) addName(text, start, found, end);
      pattern.lastIndex = Math.max(end - 1, match.index + 1);
    }
  }
}

const STREET_WORD = "(?:[A-Z0-9]|[\\xc3-\\xc5][\\x80-\\xbf])(?:[A-Za-z0-9.'-]|[\\xc3-\\xc5][\\x80-\\xbf]){0,24}";
const UNIT = '(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|#)\\.? ?\\w{1,6})?';
const STREETS: readonly RegExp[] = [
  // House number first: English, French.
  `\\d{1,5}[A-Za-z]? (?:[NSEW]\\.? )?(?:${STREET_WORD} ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Terrace|Ter|Square|Sq|Parkway|Pkwy|Highway|Hwy|Close|Crescent|Row|Circle|Cir|Trail|Grove|Gardens|Mews|Quay)\\b\\.?${UNIT}`,
  `\\d{1,4}(?: ?(?:bis|ter|[A-D]))?,? (?:rue|avenue|av\\.|boulevard|bd|place|chemin|impasse|all(?:\\xc3\\xa9|\\u00e9)e|quai|route|cours|passage|square) (?:(?:de|du|des|la|le|les|l'|d'|de la|de l') ?){0,2}(?:${STREET_WORD})(?: ${STREET_WORD}){0,3}`,
  // House number last: German and Dutch, Spanish, Italian, Portuguese, Polish.
  `(?:(?:[A-Z]|\\xc3[\\x80-\\x9e]|[\\u00c0-\\u00de])(?:[a-z'-]|[\\xc3-\\xc5][\\x80-\\xbf]|[\\u00df-\\u017f]){1,24}[ -]?){1,2}(?:[Ss]tra(?:\\xc3\\x9f|\\u00df|ss)e|[Ss]tr\\.|[Ww]eg|[Pp]latz|[Aa]llee|[Gg]asse|[Rr]ing|[Dd]amm|[Uu]fer|[Ss]traat|[Ll]aan|[Pp]lein|[Gg]racht|[Kk]ade|[Ss]ingel|[Mm]arkt) \\d{1,4} ?[a-zA-Z]?(?![\\w])`,
  `(?:Am|An der|Auf der|Unter den|Im|In der|Zum|Zur) (?:(?:[A-Z]|\\xc3[\\x80-\\x9e])(?:[a-z]|[\\xc3-\\xc5][\\x80-\\xbf]){2,24} ?){1,2} ?\\d{1,4} ?[a-z]?(?![\\w])`,
  `(?:Calle|C/|Avenida|Avda\\.?|Av\\.|Plaza|Paseo|Camino|Ronda|Via|Viale|Corso|Piazza|Largo|Vicolo|Rua|Travessa|Pra(?:\\xc3\\xa7|\\u00e7)a|ul\\.|al\\.|pl\\.|os\\.|Aleja) ?(?:(?:de|del|de la|di|da|do|dos|das|della) ){0,2}(?:${STREET_WORD})(?: (?:(?:de|del|di|da|do|dos|das) )?${STREET_WORD}){0,3},? ?(?:n[\\xc2\\xba\\xb0.o]{0,3} ?)?\\d{1,4} ?[A-Za-z]?(?![\\w])`,
].map((pattern) => new RegExp(`(?<![A-Za-z0-9/.-])${pattern}`, 'g'));
const STREET_TRIGGER =
  /(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Terrace|Square|Parkway|Highway|Close|Crescent|Row|Circle|Trail|Grove|Mews)\b|\b(?:rue|avenue|boulevard|place|chemin|impasse|quai|route|cours|all.{1,2}e)\b|stra.{1,2}e|str\.|weg |latz |llee |asse |ring |damm |ufer |straat |laan |plein |gracht |markt |\b(?:Am|An|Auf|Unter|Im|In|Zum|Zur) [A-Z\xc3]|Calle|C\/|venida|Avda|Av\.|Plaza|Paseo|Camino|Ronda|Via\b|Viale|Corso|Piazza|Largo|Rua\b|Travessa|Pra.{1,2}a\b|\b(?:ul|al|pl|os)\. /;

/** Streets with the number of a house. */
export function findStreets({ text, around }: Subject, found: Finding[]): void {
  if (!STREET_TRIGGER.test(text)) return;
  for (const pattern of STREETS) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const [start, end] = [match.index, pattern.lastIndex];
      found.push({ start, end, rule: RULES.street, score: around.score('postal_address', 0.7, start, end) });
    }
  }
}

const CODE_WORDS =
  '(?:CVV2?|CVC2?|CVN|CSC|cvv2?|cvc2?|[Cc]ard (?:security|verification) (?:code|number|value)|[Ss]ecurity code|[Kk]artenpr(?:\\xc3\\xbc|\\u00fc|ue)fnummer|[Pp]r(?:\\xc3\\xbc|\\u00fc|ue)fziffer|[Cc]ryptogramme(?: visuel)?|[Cc](?:\\xc3\\xb3|o)digo de seguri?dad)';
const LINK = '(?: (?:number|code|no\\.?|nr\\.?))?(?: ?(?:is|ist|est|es|lautet|was|:|=|#|-)){0,2} {0,2}';
const CARD_CODE = new RegExp(`(?<![A-Za-z])${CODE_WORDS}${LINK}(\\d{3,4})(?![\\w[-]|[.,:/]\\d)`, 'dg');
const PIN = new RegExp(
  `(?<![A-Za-z])(?:PIN|(?:[Mm]y|[Yy]our|[Cc]ard|[Nn]ew|[Dd]ebit) pin)${LINK}(\\d{4,8})(?![\\w[-]|[.,:/]\\d)`,
  'dg',
);
const CODE_TRIGGER =
  /cv[vc]|CV[VCN]|CSC|PIN|pin\b|ecurity code|erification|artenpr|r.{1,2}fziffer|ryptogramme|seguri?dad/;

/** Verification codes and PINs behind the words for them. */
export function findSpokenCodes(text: string, found: Finding[]): void {
  if (!CODE_TRIGGER.test(text)) return;
  for (const [pattern, rule] of [
    [CARD_CODE, RULES.cardCode],
    [PIN, RULES.pin],
  ] as const) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const [start, end] = match.indices?.[1] ?? [0, 0];
      found.push({ start, end, rule });
    }
  }
}
