import { containerOf, names, shaped } from './key-makers.ts';
import { type KeyRule, NEVER, type Shape } from './key-rule.ts';
import * as national from './national-names.ts';
import { IDENTITY_SHAPE, NUMBER_SHAPE, PASSPORT_SHAPE, RECORD_SHAPE } from './personal-shapes.ts';
import { BANK_ACCOUNT_OBJECTS, BANK_ACCOUNTS, DRIVING_LICENCES, MEDICAL_RECORDS, PASSPORTS } from './personal-words.ts';
import { type Rule, RULES } from '../rules.ts';

function numbered(rule: Rule, applies: Shape): KeyRule {
  const number = shaped(rule, applies);
  const parts = new Map(
    names(
      number,
      'number no num nr id value documentnumber documentno licensenumber licencenumber number1 nummer numero',
    ),
  );
  return containerOf(rule, parts, applies);
}

/** Numbers of passports. */
export const passport = numbered(RULES.passport, PASSPORT_SHAPE);
/** Numbers of licences to drive. */
export const drivingLicence = numbered(RULES.drivingLicence, NUMBER_SHAPE);
/** Numbers of a patient's record. */
export const medicalRecord = numbered(RULES.medicalRecord, RECORD_SHAPE);
/** In running text digits, and capitals among them. */
const IDENTITY_IN_TEXT =
  /(?=[A-Z./+-]{0,12}\d)[A-Z0-9]+(?:[./+-][A-Z0-9]+)*(?: \d{2,4}(?![-./:\d]))*(?:\([0-9A-Z]\))?(?![\w[])/y;
/** Numbers of identity cards, and of persons in a register. */
export const nationalId: KeyRule = { ...numbered(RULES.nationalId, IDENTITY_SHAPE), inText: IDENTITY_IN_TEXT };
/** Digits in groups or not. */
const bankAccountNumber = shaped(RULES.bankAccount, /^\s*\d(?:[ ./-]?\d){4,19}\s*$/);
/** The same in an object about an account. */
const bankAccount = containerOf(
  RULES.bankAccount,
  new Map(
    names(bankAccountNumber, 'number account accountnumber accountno accountnum accountnr acctnumber nummer numero'),
  ),
  /^\s*\d(?:[ ./-]?\d){4,19}\s*$/,
);
/** A line of a machine-readable zone, or several. */
const machineReadable = shaped(RULES.machineReadable, /^[A-Z0-9<\s]{28,96}$/);
/** Of anything, and of somebody where what stands beside it is somebody's. */
const documentNumber: KeyRule = { rule: RULES.nationalId, applies: NEVER, inPerson: nationalId };

/** The ends of names of documents' numbers, in one piece, in lower case and without accents. */
export const DOCUMENTS: ReadonlyMap<string, KeyRule> = new Map([
  ...names(passport, PASSPORTS),
  ...names(drivingLicence, DRIVING_LICENCES),
  ...names(medicalRecord, MEDICAL_RECORDS),
  ...names(nationalId, national.NATIONAL_IDS),
  ...names(bankAccountNumber, BANK_ACCOUNTS),
  ...names(bankAccount, BANK_ACCOUNT_OBJECTS),
  ...national.SHAPED_NATIONAL_IDS.flatMap(([list, shape]) => names(numbered(RULES.nationalId, shape), list)),
]);

/** Names that say so alone, and at the end of another nothing. */
export const WHOLE_DOCUMENTS: readonly (readonly [string, KeyRule])[] = [
  ...names(nationalId, national.WHOLE_NATIONAL_IDS),
  ...names(documentNumber, national.DOCUMENT_NUMBERS),
  ...names(medicalRecord, 'ipp nhc'),
  ...names(
    machineReadable,
    'mrz mrz1 mrz2 mrz3 mrzline mrzlines mrzline1 mrzline2 mrzline3 mrztext mrzraw rawmrz machinereadablezone',
  ),
];

const NUMBERING =
  /^(?:documents?|doc|numbers?|numero|n|no|num|nr|nummer|numer|numarasi|numara|nomor|cislo|broj|szam|szama|id|details?|info|value|card|data|\d{1,2})$/;
/** The same in front of what is numbered, with what stands between. */
const NUMBERING_BEFORE =
  /^(?:numbers?|numero|n|no|num|nr|nro|nummer|numer|numarul|nomor|cislo|broj|so|seria|serie|of|de|da|do|del|della|di|du|des|der|i|y|e|et)$/;
/** Names so short that they are some only beside a word for a number. */
const BESIDE_NUMBERING = new Map([...names(drivingLicence, 'dl'), ...names(passport, 'pasu pas paszportu')]);

function byEnd(words: readonly string[]): KeyRule | undefined {
  let best: KeyRule | undefined;
  for (let at = words.length - 1; at >= Math.max(0, words.length - MAX_END_WORDS); at -= 1)
    best = DOCUMENTS.get(words.slice(at).join('')) ?? best;
  return best;
}

const MAX_END_WORDS = 5;

/** `driver license document number` by what stands before, or behind, the words of any number's name. */
export function byNumber(words: readonly string[]): KeyRule | undefined {
  let end = words.length;
  while (end > 1 && NUMBERING.test(words[end - 1] ?? '')) end -= 1;
  let start = 0;
  while (start < end - 1 && NUMBERING_BEFORE.test(words[start] ?? '')) start += 1;
  if (start === 0 && end === words.length) return undefined;
  for (let last = words.length; last >= end; last -= 1) {
    const core = words.slice(start, last);
    const found = byEnd(core) ?? BESIDE_NUMBERING.get(core.join(''));
    if (found !== undefined) return found;
  }
  return undefined;
}

const JOINED_NUMBERING = /(?:document|doc)?(?:numbers?|nummer|numero|num|no|nr|id)?$/;
/** Shorter ones are the ends of other words. */
const MIN_JOINED_CHARS = 7;
const LONG_NAMES = [...DOCUMENTS].filter(([end]) => end.length >= MIN_JOINED_CHARS);
/** Longest name in one case that is looked for one in. */
const MAX_JOINED_CHARS = 40;

/** `uspassport`, `driverlicensedocumentnumber`: names of numbers in one piece, with what else is in it. */
export function byJoinedNumber(words: readonly string[]): KeyRule | undefined {
  const [word = ''] = words;
  if (words.length !== 1 || word.length > MAX_JOINED_CHARS) return undefined;
  const name = word.replace(JOINED_NUMBERING, '');
  return LONG_NAMES.find(([end]) => name.endsWith(end) || word.endsWith(end))?.[1];
}
