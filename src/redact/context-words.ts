import type { EntityName } from './entities.ts';

/** Words, and words put together, that say what stands beside them. In lower case, without spaces. */
const WORDS: Readonly<Partial<Record<EntityName, string>>> = {
  us_ssn: 'ssn ssns socialsecurity socialsecuritynumber socsec',
  us_itin: 'itin individualtaxpayer taxpayerid taxpayeridentification taxid tin',
  us_ein: 'ein fein employeridentification taxid federaltaxid taxidnumber tin',
  phone:
    'phone phones telephone tel mobile mobil cell cellphone fax call callback whatsapp sms msisdn telefon telefono ' +
    'telephonenumber handy rufnummer telefonnummer portable contactnumber dial ring',
};

const byWord = new Map<string, EntityName[]>();
for (const [entity, words] of Object.entries(WORDS) as [EntityName, string][])
  for (const word of words.split(' ')) byWord.set(word, [...(byWord.get(word) ?? []), entity]);

const NOTHING: readonly EntityName[] = [];

/** The entities that a word, or words put together, speak for. */
export function wordHints(word: string): readonly EntityName[] {
  return byWord.get(word) ?? NOTHING;
}

/** Words in front of numbers of something harmless. */
const AGAINST: ReadonlySet<string> = new Set(
  (
    'order orders invoice tracking shipment sku ean upc isbn issn version build release revision commit port pid offset ' +
    'timestamp epoch sequence seq batch ticket case item product part serial model amount price total count page row'
  ).split(' '),
);

/** True for a word that says that a number beside it counts or names something harmless. */
export function isAgainst(word: string): boolean {
  return AGAINST.has(word);
}
