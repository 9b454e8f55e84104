import { ENTITIES, type EntityName } from './entities.ts';

/** Entities of the engine itself: what it replaces because it can't judge it. Always dropped. */
export type EngineEntity =
  'id' | 'binary' | 'cut_off' | 'engine_failed' | 'out_of_time' | 'over_limit' | 'unparseable' | 'undecodable';

/** What is looked for, and how sure a finding is. What happens to it is the policy's matter. */
export interface Rule {
  readonly id: string;
  readonly version: number;
  /** An entity's name; of a custom rule any of the form {@link ENTITY_NAME}. */
  readonly entity: string;
  /** How sure a finding is that nothing around it speaks for or against: 0 to 1. */
  readonly score: number;
  /** True for what may not even be committed to (PCI DSS 3.3.1: verification codes and PINs). */
  readonly neverKept: boolean;
  /** True for a rule of the engine itself, which no configuration changes. */
  readonly isEngine: boolean;
  /** True for what tells one person from others, where that isn't what its entity says. */
  readonly isSubject?: boolean;
}

/** Version of rules and detectors together; raised with every change of what they find. */
export const ENGINE_VERSION = '7';

/** A rule of the engine's own detectors. */
function rule(id: string, entity: EntityName, score: number, version = 1): Rule {
  return { id, version, entity, score, neverKept: ENTITIES[entity].neverKept, isEngine: false };
}

function engine(id: string, entity: EngineEntity): Rule {
  return { id, version: 1, entity, score: 1, neverKept: false, isEngine: true };
}

/** Every rule, in the order in which counts are reported. */
export const RULES = {
  credential: rule('name.credential', 'credential', 0.99),
  cardCode: rule('name.card_code', 'card_code', 0.99),
  pin: rule('name.pin', 'pin', 0.99),
  ssnByName: rule('name.us_ssn', 'us_ssn', 0.95),
  birthByName: rule('name.date_of_birth', 'date_of_birth', 0.9),
  email: rule('content.email', 'email', 0.95),
  card: rule('content.card', 'card', 0.95),
  iban: rule('content.iban', 'iban', 0.97),
  ssn: rule('content.us_ssn', 'us_ssn', 0.85),
  itin: rule('content.us_itin', 'us_itin', 0.6),
  ein: rule('content.us_ein', 'us_ein', 0.6),
  npi: rule('content.us_npi', 'us_npi', 0.6),
  routing: rule('content.us_routing', 'us_routing', 0.6),
  phone: rule('content.phone', 'phone', 0.75),
  dateOfBirth: rule('content.date_of_birth', 'date_of_birth', 0.9),
  nhs: rule('content.uk_nhs', 'uk_nhs', 0.6),
  deTaxId: rule('content.de_tax_id', 'de_tax_id', 0.6),
  nir: rule('content.fr_nir', 'fr_nir', 0.6),
  pesel: rule('content.pl_pesel', 'pl_pesel', 0.6),
  bsn: rule('content.nl_bsn', 'nl_bsn', 0.6),
  aadhaar: rule('content.in_aadhaar', 'in_aadhaar', 0.6),
  tfn: rule('content.au_tfn', 'au_tfn', 0.6),
  medicare: rule('content.au_medicare', 'au_medicare', 0.6),
  sin: rule('content.ca_sin', 'ca_sin', 0.6),
  cpf: rule('content.br_cpf', 'br_cpf', 0.85),
  cnpj: rule('content.br_cnpj', 'br_cnpj', 0.9),
  jwt: rule('content.jwt', 'jwt', 0.995),
  bearer: rule('content.bearer', 'credential', 0.9),
  basic: rule('content.basic', 'credential', 0.9),
  userinfo: rule('content.url_userinfo', 'credential', 0.98),
  privateKey: rule('content.private_key', 'private_key', 0.995),
  awsKey: rule('content.aws_key', 'aws_key', 0.995),
  gcpKey: rule('content.gcp_key', 'gcp_key', 0.995),
  azureKey: rule('content.azure_key', 'azure_key', 0.995),
  githubToken: rule('content.github_token', 'github_token', 0.995),
  gitlabToken: rule('content.gitlab_token', 'gitlab_token', 0.995),
  slackToken: rule('content.slack_token', 'slack_token', 0.995),
  stripeKey: rule('content.stripe_key', 'stripe_key', 0.995),
  twilioKey: rule('content.twilio_key', 'twilio_key', 0.995),
  npmToken: rule('content.npm_token', 'npm_token', 0.995),
  pypiToken: rule('content.pypi_token', 'pypi_token', 0.995),
  openaiKey: rule('content.openai_key', 'openai_key', 0.995),
  token: rule('content.token', 'credential', 0.95),
  connectionString: rule('content.connection_string', 'connection_string', 0.98),
  urlSignature: rule('name.url_signature', 'url_signature', 0.995),
  awsKeyByName: rule('name.aws_key', 'aws_key', 0.99),
  azureKeyByName: rule('name.azure_key', 'azure_key', 0.99),
  twilioKeyByName: rule('name.twilio_key', 'twilio_key', 0.99),
  privateMember: rule('name.private_key', 'private_key', 0.95),
  ipv4: rule('content.ipv4', 'ip_address', 0.75),
  ipv6: rule('content.ipv6', 'ip_address', 0.8),
  mac: rule('content.mac_address', 'mac_address', 0.85),
  cryptoAddress: rule('content.crypto_address', 'crypto_address', 0.95),
  nino: rule('content.uk_nino', 'uk_nino', 0.85),
  dni: rule('content.es_dni', 'es_dni', 0.85),
  codiceFiscale: rule('content.it_codice_fiscale', 'it_codice_fiscale', 0.95),
  inPan: rule('content.in_pan', 'in_pan', 0.85),
  nric: rule('content.sg_nric', 'sg_nric', 0.85),
  dea: rule('content.us_dea', 'us_dea', 0.85),
  passport: rule('name.passport', 'passport', 0.85),
  drivingLicence: rule('name.driving_licence', 'driving_licence', 0.85),
  medicalRecord: rule('name.medical_record', 'medical_record', 0.85),
  bankAccount: rule('name.iban', 'iban', 0.85),
  nationalId: rule('name.national_id', 'national_id', 0.7),
  personName: rule('name.person_name', 'person_name', 0.85),
  postalAddress: rule('name.postal_address', 'postal_address', 0.85),
  spokenName: rule('content.person_name', 'person_name', 0.75),
  street: rule('content.postal_address', 'postal_address', 0.7),
  machineReadable: rule('content.machine_readable', 'passport', 0.95),
  id: engine('content.id', 'id'),
  binary: engine('name.binary_metadata', 'binary'),
  opaque: engine('content.binary', 'binary'),
  unparseable: engine('engine.unparseable', 'unparseable'),
  undecodable: engine('engine.undecodable', 'undecodable'),
  cutOff: engine('engine.cut_off', 'cut_off'),
  failed: engine('engine.failed', 'engine_failed'),
  outOfTime: engine('engine.out_of_time', 'out_of_time'),
  tooLong: engine('engine.over_limit', 'over_limit'),
} as const satisfies Record<string, Rule>;

const place = new Map<string, number>(Object.values(RULES).map(({ id }, index) => [id, index]));

/** Where a rule's counts stand in the report: custom rules come last. */
export function orderOf(found: Rule): number {
  return place.get(found.id) ?? place.size;
}
