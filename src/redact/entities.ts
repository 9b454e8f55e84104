import type { Action } from './types.ts';

/** What is looked for: a kind of personal data or of secrets. */
export interface Entity {
  /** What is done with a finding unless configured otherwise. */
  readonly action: Action;
  /** Characters that `mask` keeps, unless configured otherwise. */
  readonly keepLast: 0 | 4;
  /** True for what tells one person from others: its tokens are what erasure finds exchanges by. */
  readonly isSubject: boolean;
  /** True for what may not be kept in any form, whatever is configured (PCI DSS 3.3.1: verification codes and PINs). */
  readonly neverKept: boolean;
  /** True where signs and capitals tell values apart. */
  readonly isExact: boolean;
}

function entity(action: Action, more: Partial<Entity> = {}): Entity {
  return { action, keepLast: 4, isSubject: false, neverKept: false, isExact: false, ...more };
}

const person = entity('token', { isSubject: true });
const account = entity('mask', { isSubject: true });
const secret = entity('drop', { isExact: true });
const told = entity('drop');

/** Every entity, with what happens to it by default. */
export const ENTITIES = {
  email: person,
  phone: person,
  card: account,
  iban: account,
  us_routing: told,
  crypto_address: person,
  ip_address: person,
  mac_address: person,
  date_of_birth: entity('drop', { isExact: true }),
  person_name: told,
  postal_address: told,
  passport: person,
  driving_licence: person,
  medical_record: person,
  us_ssn: person,
  us_itin: person,
  us_ein: person,
  us_npi: person,
  us_dea: person,
  uk_nhs: person,
  uk_nino: person,
  de_tax_id: person,
  fr_nir: person,
  es_dni: person,
  it_codice_fiscale: person,
  pl_pesel: person,
  nl_bsn: person,
  in_aadhaar: person,
  in_pan: person,
  au_tfn: person,
  au_medicare: person,
  ca_sin: person,
  br_cpf: person,
  br_cnpj: person,
  sg_nric: person,
  national_id: person,
  card_code: entity('drop', { neverKept: true }),
  pin: entity('drop', { neverKept: true }),
  credential: secret,
  jwt: entity('drop', { keepLast: 0, isExact: true }),
  private_key: secret,
  aws_key: secret,
  gcp_key: secret,
  azure_key: secret,
  github_token: secret,
  gitlab_token: secret,
  slack_token: secret,
  stripe_key: secret,
  twilio_key: secret,
  npm_token: secret,
  pypi_token: secret,
  openai_key: secret,
  connection_string: secret,
  url_signature: secret,
} as const satisfies Record<string, Entity>;

/** Numbers that a register has given to a person, with a form or check digit of their own. */
export const NUMBERS_OF_PERSONS: ReadonlySet<string> = new Set<EntityName>([
  ...(['us_ssn', 'us_itin', 'uk_nhs', 'uk_nino', 'de_tax_id', 'fr_nir', 'es_dni', 'it_codice_fiscale'] as const),
  ...(['pl_pesel', 'nl_bsn', 'in_aadhaar', 'in_pan', 'au_tfn', 'au_medicare', 'ca_sin', 'br_cpf', 'sg_nric'] as const),
]);

/** The name of an entity that the engine knows by itself. */
export type EntityName = keyof typeof ENTITIES;

/** True for a name in {@link ENTITIES}. */
export function isEntityName(name: string): name is EntityName {
  return Object.hasOwn(ENTITIES, name);
}

/** How a custom entity is named. */
export const ENTITY_NAME = /^[a-z][a-z0-9_]{0,31}$/;
