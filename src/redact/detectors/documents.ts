import type { EntityName } from '../entities.ts';
import type { Finding } from '../findings.ts';
import { type Rule, RULES } from '../rules.ts';
import { VOCABULARY } from '../words/vocabulary.ts';
import type { Subject } from './subject.ts';

/** Numbers without a check, which only what stands before them gives away. */
interface Document {
  readonly rule: Rule;
  readonly entity: EntityName;
  readonly pattern: RegExp;
}

/** Words between the name of a document and its number. */
const BETWEEN =
  '(?:[ _-]{0,2}(?:(?:number|nummer|numaras(?:\\xc4\\xb1|i)|document|travel|details|num|no|nr|n\\.|n\\xc2\\xb0|n\\xc2\\xba|id|card|is|was|of|the|on|his|her|ist|lautet|est|es)(?![A-Za-z])|[:=#."{-])){0,7}(?:[ \\t:=#."\'(_-]{1,16}|[:=][ \\t]{0,8}\\r?\\n[ \\t]{0,16})';
/** Capitals and digits, in groups or not; at least three digits. */
const NUMBER =
  '((?=(?:[A-Z ./-]{0,12}\\d){2})[A-Z0-9](?:[ ./-]?[A-Z0-9]){4,23}(?:\\([0-9A-Z]\\))?|(?=[A-Z]{0,8}\\d)[A-Z0-9]{9})(?![A-Za-z0-9])';

function document(rule: Rule, entity: EntityName, words: string): Document {
  return { rule, entity, pattern: new RegExp(`(?<![A-Za-z])(?:${words})${BETWEEN}${NUMBER}`, 'dgi') };
}

const DOCUMENTS: readonly Document[] = [
  document(
    RULES.passport,
    'passport',
    'passports?|travel document|(?:reise)?pass(?:nummer|nr)|reisepass|passeport|pasaporte|passaporto|paspoort(?:nummer)?|paszport(?:u)?|passaporte',
  ),
  document(
    RULES.drivingLicence,
    'driving_licence',
    "(?:driver(?:'?s)?|driving)[ _-]?licen[cs]e|(?:DL|DMV)(?: ?licen[cs]e)?|f(?:\\xc3\\xbc|ue)hrerschein(?:nummer|nr)?|permis(?: de conduire)?|(?:permiso|licencia|carnet) de conducir|patente(?: di guida)?|rijbewijs(?:nummer)?|prawo jazdy|carta de condu\\xc3\\xa7\\xc3\\xa3o",
  ),
  document(
    RULES.medicalRecord,
    'medical_record',
    'MRN|(?:medical|health|hospital|patient)[ _-]?(?:record|chart|file)|(?:chart|hospital)[ _-]?(?:number|no)|patientenakte(?:nnummer)?|dossier m(?:\\xc3\\xa9|e)dical|historia cl(?:\\xc3\\xad|i)nica',
  ),
  document(
    RULES.nationalId,
    'national_id',
    '(?:national|citizen|government|resident|personal|identity)[ _-]?(?:id(?:entity|entification)?(?![a-z])|card|registration)(?:[ _-](?:card|code|document))?|(?:identity|(?<!employer[ _-])id)[ _-](?:card|document|number)|emirates id|hkid|curp|rut|cnic|iqama|mykad|' +
      'c(?:\\xc3\\xa9|e)dula(?: de (?:ciudadan(?:\\xc3\\xad|i)a|identidad|extranjer(?:\\xc3\\xad|i)a))?|documento (?:nacional )?de identidad|' +
      "carte (?:nationale )?d'identit(?:\\xc3\\xa9|e)|carta d'identit(?:\\xc3\\xa0|a)|(?:personal)?ausweis(?:nummer|nr)?|identiteitskaart(?:nummer)?|rijksregisternummer|" +
      'personnummer|henkil(?:\\xc3\\xb6|o)tunnus|hetu|cpr-?(?:nummer|nr)|f(?:\\xc3\\xb8|o)dselsnummer|(?:tc )?kimlik|dow(?:\\xc3\\xb3|o)d osobisty|cart(?:\\xc3\\xa3|a)o de cidad(?:\\xc3\\xa3|a)o|bilhete de identidade',
  ),
];

/** One of these is in every text with such a word. */
export const DOCUMENT_WORDS = VOCABULARY.family(
  'pass pasa pasp pasz travel^doc licenc licens dl permis permit carnet patente rijbewijs jazdy schein carta^de mrn record chart ' +
    'hospital patient dossier historia identi national citizen government resident personal <id^card <id-card <id_card <id^doc ' +
    '<id-doc <id_doc <id^num <id-num <id_num emirates hkid curp <rut> cnic iqama mykad dula> ausweis rijksreg personnum tunnus ' +
    'hetu cpr dselsnum kimlik osobist cidad',
);
const DIGITS = /\d/g;
/** A date behind the words is one of the document's, and a number of the day. */
const DATE = /^(?:\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ]\d{4})$/;
/** One with two digits of the year: the records of hospitals are numbered in such groups, too. */
const SHORT_DATE = /^(?:0?[1-9]|[12]\d|3[01])[-./ ](?:0?[1-9]|[12]\d|3[01])[-./ ]\d\d$/;
/** Letters and digits of German passports, mostly letters. */
const SERIAL = /^[CFGHJKLMNPRTVWXYZ0-9]{9}$/;
/** Words, and versions: documents have capitals. */
const NO_NUMBER = /^[a-z]{2,24}(?:[ ./-]|$)|^\d{1,5}(?:\.\d{1,5}){1,3}$/;
const MIN_NUMBER_CHARS = 5;

function isNumber(value: string, rule: Rule): boolean {
  if (value.length < MIN_NUMBER_CHARS || DATE.test(value) || NO_NUMBER.test(value)) return false;
  if (rule !== RULES.medicalRecord && SHORT_DATE.test(value)) return false;
  return (value.match(DIGITS)?.length ?? 0) >= 2 || (rule === RULES.passport && SERIAL.test(value));
}

/** Passports, driving licences and medical records, by the words right before their numbers. */
export function findDocuments({ text }: Subject, found: Finding[]): void {
  for (const { rule, pattern } of DOCUMENTS) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const [start, end] = match.indices?.[1] ?? [0, 0];
      const words = /[ ](?=[a-z])/.exec(text.slice(start, end));
      const last = words === null ? end : start + words.index;
      if (isNumber(text.slice(start, last), rule)) found.push({ start, end: last, rule });
    }
  }
}
