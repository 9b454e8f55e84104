/** The kinds of personal data and secrets that the corpus has labels for. */
export const ENTITIES = [
  ...['email', 'card', 'iban', 'us_ssn', 'us_itin', 'us_ein', 'phone', 'ip_address', 'mac_address'],
  ...['date_of_birth', 'person_name', 'postal_address', 'passport', 'driving_licence'],
  ...['uk_nhs', 'uk_nino', 'de_tax_id', 'fr_nir', 'es_dni', 'it_codice_fiscale', 'pl_pesel', 'nl_bsn'],
  ...['in_aadhaar', 'in_pan', 'au_tfn', 'au_medicare', 'ca_sin', 'br_cpf', 'br_cnpj', 'sg_nric'],
  ...['national_id', 'us_npi', 'us_dea', 'us_routing', 'medical_record', 'crypto_address', 'card_code', 'pin'],
  ...['jwt', 'credential', 'private_key', 'aws_key', 'gcp_key', 'azure_key', 'github_token', 'gitlab_token'],
  ...['slack_token', 'stripe_key', 'twilio_key', 'npm_token', 'pypi_token', 'openai_key'],
  ...['connection_string', 'url_signature'],
] as const;

/** One of {@link ENTITIES}. */
export type Entity = (typeof ENTITIES)[number];

/** Well-formed keys and tokens, which nothing but themselves looks like. */
const TOKENS: readonly Entity[] = [
  ...(['private_key', 'aws_key', 'gcp_key', 'azure_key', 'github_token', 'gitlab_token', 'slack_token'] as const),
  ...(['stripe_key', 'twilio_key', 'npm_token', 'pypi_token', 'openai_key'] as const),
];

/** What is a secret, whatever it's called: found under any of these names, it's found. */
export const SECRETS: ReadonlySet<string> = new Set<Entity>([
  ...TOKENS,
  ...(['jwt', 'credential', 'connection_string', 'url_signature'] as const),
]);

/** Numbers that an authority gave to a person or firm: found under another of these names, it's found but misnamed. */
export const IDENTITY_NUMBERS: ReadonlySet<string> = new Set<Entity>([
  ...(['us_ssn', 'us_itin', 'us_ein', 'passport', 'driving_licence', 'uk_nhs', 'uk_nino', 'de_tax_id'] as const),
  ...(['fr_nir', 'es_dni', 'it_codice_fiscale', 'pl_pesel', 'nl_bsn', 'in_aadhaar', 'in_pan', 'au_tfn'] as const),
  ...([
    'au_medicare',
    'ca_sin',
    'br_cpf',
    'br_cnpj',
    'sg_nric',
    'us_npi',
    'us_dea',
    'medical_record',
    'national_id',
  ] as const),
]);

const STRICT: ReadonlySet<Entity> = new Set<Entity>([...TOKENS, 'card', 'iban', 'email', 'jwt']);

/** What recall and precision must be at least, from 0 to 1. */
export interface Bars {
  readonly recall: number;
  readonly precision: number;
}

/** The bars of `entity`. */
export function barsOf(entity: Entity): Bars {
  return STRICT.has(entity) ? { recall: 0.99, precision: 0.99 } : { recall: 0.98, precision: 0.95 };
}
