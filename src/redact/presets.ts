import type { EntityName } from './entities.ts';
import type { Action } from './types.ts';

/** Overrides for one entity. */
export interface EntitySettings {
  readonly action?: Action | undefined;
  readonly keepLast?: 0 | 4 | undefined;
  readonly threshold?: number | undefined;
}

/** The presets, each named after the law or standard whose data it has in view. */
export const PRESET_NAMES = ['gdpr', 'hipaa', 'pci'] as const;

/** One of {@link PRESET_NAMES}. */
export type PresetName = (typeof PRESET_NAMES)[number];

/** What a preset says about one entity, and why. */
export interface PresetEntry extends EntitySettings {
  readonly why: string;
}

/** A preset: entities, and what it says about them. */
export type Preset = Readonly<Partial<Record<EntityName, PresetEntry>>>;

function entries(names: string, entry: PresetEntry): Preset {
  return Object.fromEntries(names.split(' ').map((name) => [name, entry]));
}

const NATIONAL_IDS =
  'us_ssn us_itin uk_nhs uk_nino de_tax_id fr_nir es_dni it_codice_fiscale pl_pesel nl_bsn in_aadhaar in_pan au_tfn ' +
  'au_medicare ca_sin br_cpf sg_nric national_id';

/** Regulation (EU) 2016/679: a person's data can be found again and erased (articles 15 and 17), and says no more than that. */
const gdpr: Preset = {
  ...entries('email phone ip_address mac_address crypto_address', {
    action: 'token',
    why: 'an identifier of a person (article 4(1)): a token finds their calls again and says nothing else',
  }),
  ...entries(`passport driving_licence ${NATIONAL_IDS}`, {
    action: 'token',
    why: 'a national identification number (article 87): needed to find a person’s calls, not to read them',
  }),
  ...entries('card iban', {
    action: 'token',
    why: 'names an account of a person: its last digits are no longer needed',
  }),
  ...entries('medical_record', { action: 'token', why: 'leads to data concerning health (article 9)' }),
  ...entries('person_name postal_address date_of_birth', {
    action: 'drop',
    why: 'many share them, so they find nobody, and with little else they tell who it is (article 5(1)(c))',
  }),
};

const removed = (why: string): PresetEntry => ({ action: 'drop', why: `45 CFR 164.514(b)(2)(i)${why}` });

/** 45 CFR 164.514(b)(2), the safe harbour: what its 18 identifiers are found by is removed. */
const hipaa: Preset = {
  ...entries('person_name', removed('(A): names')),
  ...entries('postal_address', removed('(B): geographic subdivisions smaller than a state')),
  ...entries('date_of_birth', { ...removed('(C): dates related to an individual'), threshold: 0.4 }),
  ...entries('phone', removed('(D) and (E): telephone and fax numbers')),
  ...entries('email', removed('(F): electronic mail addresses')),
  ...entries('us_ssn', removed('(G): social security numbers')),
  ...entries('medical_record', { ...removed('(H): medical record numbers'), threshold: 0.4 }),
  ...entries('uk_nhs au_medicare', removed('(I): health plan beneficiary numbers')),
  ...entries('card iban us_routing crypto_address', removed('(J): account numbers')),
  ...entries('driving_licence us_dea us_npi', removed('(K): certificate and licence numbers')),
  ...entries('mac_address', removed('(M): device identifiers and serial numbers')),
  ...entries('url_signature', removed('(N): web universal resource locators, as far as they give access')),
  ...entries('ip_address', removed('(O): Internet Protocol address numbers')),
  ...entries(
    'us_itin us_ein uk_nino de_tax_id fr_nir es_dni it_codice_fiscale',
    removed('(R): any other unique number'),
  ),
  ...entries('pl_pesel nl_bsn in_aadhaar in_pan au_tfn ca_sin br_cpf br_cnpj', removed('(R): any other unique number')),
  ...entries('sg_nric national_id passport', removed('(R): any other unique number')),
};

/** PCI DSS 4.0. */
const pci: Preset = {
  card: {
    action: 'mask',
    keepLast: 4,
    threshold: 0.4,
    why: '3.4.1: at most the BIN and the last four digits are shown; a number that may be one is treated as one',
  },
  card_code: { action: 'drop', why: '3.3.1.2: never kept after authorisation, encrypted neither' },
  pin: { action: 'drop', why: '3.3.1.3: never kept after authorisation, encrypted neither' },
  person_name: { action: 'drop', why: '3.2.1: the cardholder’s name beside the number isn’t needed here' },
};

/** Every preset. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = { gdpr, hipaa, pci };

/** How little of a value is left: the higher, the less. Of equal ones the order says nothing. */
function strictness({ action, keepLast }: EntitySettings): number {
  if (action === 'mask') return keepLast === 0 ? 4 : 2;
  return { keep: 0, seal: 1, token: 3, drop: 5 }[action ?? 'keep'];
}

function stricter(one: EntitySettings, other: EntitySettings): EntitySettings {
  const winner = strictness(other) > strictness(one) ? other : one;
  const thresholds = [one.threshold, other.threshold].filter((each) => each !== undefined);
  const threshold = thresholds.length === 0 ? undefined : Math.min(...thresholds);
  return { action: winner.action, keepLast: winner.keepLast, threshold };
}

/** What presets say together: of each entity the action that leaves least, and the lowest threshold. */
export function presetEntities(names: readonly PresetName[]): Readonly<Record<string, EntitySettings>> {
  const together = new Map<string, EntitySettings>();
  for (const name of names)
    for (const [entity, entry] of Object.entries(PRESETS[name])) {
      const known = together.get(entity);
      together.set(entity, known === undefined ? entry : stricter(known, entry));
    }
  return Object.fromEntries(together);
}
