import type { Entity } from '../entities.ts';
import { concat, marked, type Marked } from '../marked.ts';
import { BASE62, BASE64_URL, type Random, UPPER, DIGITS } from '../random.ts';
import { EAN, SKU, TRACKING, uuid, wrong } from '../specs/look-alikes.ts';
import { signedUrl } from '../specs/secrets.ts';
import * as contact from '../values/contact.ts';
import { bitcoinBech32, bitcoinBase58, ethereum } from '../values/crypto-address.ts';
import * as europe from '../values/europe.ts';
import * as national from '../values/national.ts';
import * as payment from '../values/payment.ts';
import * as secrets from '../values/secrets.ts';
import * as world from '../values/world.ts';
import { birth, moment, recent } from './dates.ts';
import * as people from './people.ts';

type Make = (random: Random) => Marked | string;

/** What a place is filled with, and as what it is marked when the template says nothing. */
export interface Place {
  readonly kind: 'positive' | 'optional' | '';
  readonly entity: Entity | '';
  readonly make: Make;
}

function positives(entity: Entity, makes: Readonly<Record<string, Make>>): [string, Place][] {
  return Object.entries(makes).map(([name, make]) => [name, { kind: 'positive', entity, make }]);
}

function optional(entity: Entity, makes: Readonly<Record<string, Make>>): [string, Place][] {
  return Object.entries(makes).map(([name, make]) => [name, { kind: 'optional', entity, make }]);
}

function unmarked(makes: Readonly<Record<string, Make>>): [string, Place][] {
  return Object.entries(makes).map(([name, make]) => [name, { kind: '', entity: '', make }]);
}

/** `make` without what isn't a letter or a digit. */
function bare(make: (random: Random) => string): Make {
  return (random) => make(random).replace(/[^A-Za-z0-9]/g, '');
}

function upper(make: (random: Random) => string): Make {
  return (random) => make(random).toUpperCase();
}

function americanDigits(random: Random): string {
  return `${random.word('206|303|415|512|617|702|813|916')}${random.string('23456789', 1)}${random.digits(6)}`;
}

function passport(random: Random): string {
  return random.pick([
    random.number(9),
    random.string(UPPER, 1) + random.digits(8),
    random.string(UPPER, 2) + random.digits(7),
  ]);
}

function licence(random: Random): string {
  return random.pick([
    random.string(UPPER, 1) + random.digits(7),
    random.number(8),
    random.string(UPPER, 1) + random.digits(12),
    `${random.digits(3)} ${random.digits(3)} ${random.digits(3)}`,
  ]);
}

function medicalRecord(random: Random): string {
  return random.pick([
    random.number(8),
    random.number(6),
    `MRN${random.digits(6)}`,
    `${random.digits(2)}-${random.digits(2)}-${random.digits(2)}`,
  ]);
}

function password(random: Random): string {
  return random.pick([
    `${random.word('Rainy|hunter|Autumn|Wolf|monkey')}${random.word('Tuesday|Bridge|2024|_77')}${random.string('!$%*', 1)}`,
    random.string(`${BASE62}!@#%^*-_`, random.int(12, 18)),
    `${random.word('copper-lamp|blue horse|quiet river')} ${random.word('staple|violin')} ${random.digits(2)}`,
  ]);
}

function slackHook(random: Random): Marked {
  const address = `https://hooks.slack.com/services/T${random.string(DIGITS + UPPER, 8)}/B${random.string(DIGITS + UPPER, 8)}/`;
  return concat(
    marked('optional', 'slack_token', address),
    marked('positive', 'slack_token', random.string(BASE62, 24)),
  );
}

function wrongIssuerNumber(random: Random): string {
  return `9${random.digits(15)}`;
}

function made({ make }: { make: Make }): Make {
  return make;
}

const PEOPLE: readonly [string, Place][] = [
  ...positives('email', { email: people.email, emailPercent: (random) => people.email(random).replace('@', '%40') }),
  ...positives('phone', {
    phone: contact.phone,
    e164: (random) => contact.e164Phone(random).replace(/[^+\d]/g, ''),
    phoneDigits: americanDigits,
    phoneIn: (random) => `+91${random.pick(['', '-', ' '])}98${random.digits(8)}`,
    phoneBr: (random) => `(11) 9${random.number(4)}-${random.digits(4)}`,
    e164Digits: (random) => `4915${random.number(9)}`,
    subscriber: (random) => `151${random.number(7)}`,
    sgMobile: (random) => random.string('89', 1) + random.digits(7),
    esMobile: (random) => `6${random.digits(8)}`,
  }),
  ...positives('ip_address', {
    ip: (random) => (random.chance(0.7) ? contact.ipv4(random) : contact.ipv6(random)),
    ip4: contact.ipv4,
    ip6: contact.ipv6,
  }),
  ...positives('mac_address', { mac: contact.macAddress }),
  ...positives('person_name', {
    ...{ name: people.name, given: people.given, family: people.family, NAME: upper(people.name) },
    ...{ NAMEGIVEN: upper(people.given), NAMEFAMILY: upper(people.family), upperName: upper(people.name) },
    ...{
      upperGiven: upper(people.given),
      upperFamily: upper(people.family),
      givenAscii: (random) => people.plain(people.given(random)),
    },
    family2: (random) => `${people.family(random)}, ${people.given(random)}`,
  }),
  ...positives('postal_address', {
    street: people.street,
    streetUpper: upper(people.street),
    streetName: people.streetName,
  }),
  ...optional('postal_address', {
    ...{ city: people.city, cityName: people.city, zip: people.postalCode },
    ...{ house: (random) => String(random.int(1, 200)), cep: (random) => `${random.digits(5)}-${random.digits(3)}` },
  }),
  ...positives('date_of_birth', {
    ...{
      dob: (random) => birth(random, 'iso'),
      dobUS: (random) => birth(random, 'us'),
      dobUK: (random) => birth(random, 'slashes'),
    },
    ...{
      dobDMY: (random) => birth(random, 'slashes'),
      dobEs: (random) => birth(random, 'slashes'),
      dobDE: (random) => birth(random, 'dots'),
    },
    ...{ dobCompact: (random) => birth(random, 'compact'), dobAny: (random) => birth(random) },
  }),
  ...unmarked({ userName: people.userName }),
];

const NUMBERS: readonly [string, Place][] = [
  ...positives('card', { card: payment.cardDigits }),
  ...positives('card_code', { cvc: (random) => random.digits(3) }),
  ...positives('pin', { pin: (random) => random.digits(4) }),
  ...positives('iban', {
    iban: payment.ibanCharacters,
    ibanSpaced: (random) => payment.ibanCharacters(random).replace(/.{4}(?=.)/g, '$& '),
  }),
  ...positives('us_routing', { routing: payment.routingNumber }),
  ...positives('crypto_address', { coin: (random) => random.pick([bitcoinBase58, bitcoinBech32, ethereum])(random) }),
  ...positives('passport', { passport }),
  ...positives('driving_licence', { licence }),
  ...positives('medical_record', { mrn: medicalRecord }),
  ...positives('us_ssn', {
    ssn: (random) => payment.grouped(bareText(world.ssn, random), [3, 2, 4], '-'),
    ssn9: bare(world.ssn),
  }),
  ...positives('national_id', {
    nationalId: national.nationalId,
    personnummer: national.personnummer,
    rut: national.rut,
    curp: national.curp,
  }),
  ...positives('us_itin', { itin: world.itin }),
  ...positives('us_ein', { ein: world.ein }),
  ...positives('us_npi', { npi: world.npi }),
  ...positives('us_dea', { dea: world.dea }),
  ...positives('uk_nhs', { nhs: europe.nhsNumber, nhs10: bare(europe.nhsNumber) }),
  ...positives('uk_nino', { nino: europe.nino }),
  ...positives('de_tax_id', { deTax: europe.deTaxId }),
  ...positives('fr_nir', { nir: europe.frNir, nir13: (random) => bareText(europe.frNir, random).slice(0, 13) }),
  ...positives('es_dni', { dni: europe.esDni, nie: europe.esNie }),
  ...positives('it_codice_fiscale', { cf: europe.codiceFiscale }),
  ...positives('pl_pesel', { pesel: europe.pesel }),
  ...positives('nl_bsn', { bsn: europe.bsn }),
  ...positives('in_aadhaar', { aadhaar: world.aadhaar, aadhaar12: bare(world.aadhaar) }),
  ...positives('in_pan', { pan: world.indianPan }),
  ...positives('au_tfn', { tfn: world.taxFileNumber }),
  ...positives('au_medicare', { medicare10: (random) => bareText(world.medicareNumber, random).slice(0, 10) }),
  ...positives('ca_sin', { sin: world.socialInsuranceNumber, sin9: bare(world.socialInsuranceNumber) }),
  ...positives('br_cpf', { cpf: world.cpf, cpf11: bare(world.cpf) }),
  ...positives('br_cnpj', { cnpj: world.cnpj, cnpj14: bare(world.cnpj) }),
  ...positives('sg_nric', { nric: world.nric }),
];

function bareText(make: (random: Random) => string, random: Random): string {
  return make(random).replace(/[^A-Za-z0-9]/g, '');
}

const SECRETS: readonly [string, Place][] = [
  ...positives('credential', {
    ...{
      token: secrets.opaqueToken,
      password,
      alnumPassword: (random) => random.string(BASE62, 17) + random.digits(1),
    },
    ...{
      basic: (random) => Buffer.from(`svc:${random.string(BASE62, 18)}`).toString('base64'),
      vault: (random) => `hvs.${random.string(BASE64_URL, 24)}`,
    },
    ...{ secret64: (random) => Buffer.from(random.string(BASE62, 20)).toString('base64') },
    intentSecret: (random) => `pi_${random.string(BASE62, 24)}_secret_${random.string(BASE62, 25)}`,
  }),
  ...positives('aws_key', { awsId: secrets.awsKeyId, awsSecret: secrets.awsSecret }),
  ...positives('gcp_key', { gcp: secrets.gcpKey }),
  ...positives('azure_key', { azureStorage: secrets.azureStorageKey, azureSecret: secrets.azureClientSecret }),
  ...positives('github_token', { github: secrets.githubToken }),
  ...positives('gitlab_token', { gitlab: secrets.gitlabToken }),
  ...positives('stripe_key', { stripe: secrets.stripeKey }),
  ...positives('npm_token', { npm: secrets.npmToken }),
  ...positives('pypi_token', { pypi: secrets.pypiToken }),
  ...positives('openai_key', { openai: secrets.openaiKey }),
  ...unmarked({ jwt: secrets.jwt, pem: secrets.privateKey, slackHook, signedUrl }),
];

const NOISE: readonly [string, Place][] = unmarked({
  ...{ id: uuid, slug: contact.slug, ean: made(EAN), isbn: made(EAN), sku: made(SKU), tracking: made(TRACKING) },
  imei: (random) => `35${random.digits(13)}`,
  number16x: random16,
  build: (random) =>
    `${String(random.int(80, 139))}.0.${String(random.int(1000, 7000))}.${String(random.int(10, 250))}`,
  ver: (random) => `${String(random.int(1, 24))}.${String(random.int(0, 30))}.${String(random.int(0, 40))}`,
  price: (random) => `${random.number(random.int(1, 4))}.${random.digits(2)}`,
  cents: (random) => random.number(random.int(3, 5)),
  rate: (random) => `${random.number(1)}.${random.digits(4)}`,
  lat: (random) => `${random.pick(['', '-'])}${random.number(2)}.${random.digits(6)}`,
  lon: (random) => `${random.pick(['', '-'])}1${random.digits(2)}.${random.digits(7)}`,
  month: (random) => String(random.int(1, 12)),
  epoch: (random) => String(random.int(1_620_000_000, 1_790_000_000)),
  epochMs: (random) => `${String(random.int(1_620_000_000, 1_790_000_000))}${random.digits(3)}`,
  epochNs: (random) => `17${random.digits(8)}${random.digits(9)}`,
  iso: moment,
  ...{
    day: (random) => recent(random, 'iso'),
    usDay: (random) => recent(random, 'us'),
    dayAny: (random) => recent(random),
  },
  ...{
    stamp8: (random) => recent(random, 'compact'),
    stamp14: (random) => `${recent(random, 'compact')}1015${random.padded(0, 59, 2)}`,
  },
  stampT: (random) => `${recent(random, 'compact')}T101500Z`,
  serial10: (random) => `202503${random.digits(2)}0${random.digits(1)}`,
  country: (random) => random.word('US|DE|FR|GB|ES|IT|BR|IN'),
  cookieName: (random) => random.word('sessionid|sid|connect.sid|auth_session'),
  firm: (random) => random.word('Acme Robotics|Northwind Traders|Blue Ridge Logistics'),
  floor: (random) => random.word('Floor 2|Suite 1|Apt 12'),
  question: (random) => random.word('Name of your first pet?|City you were born in?'),
  ...{ theme: () => 'theme', dark: () => 'dark', publishable: (random) => `pk_live_${random.string(BASE62, 24)}` },
  cif: (random) => `B${random.digits(8)}`,
  tan: (random) => `${random.string(UPPER, 4)}${random.digits(5)}${random.string(UPPER, 1)}`,
  vin: (random) => random.string('ABCDEFGHJKLMNPRSTUVWXYZ0123456789', 11) + random.digits(6),
  colonHex16: (random) => (random.hex(32).match(/../g) ?? []).join(':'),
  upper3digits9: (random) => random.string(UPPER, 3) + random.digits(9),
});

/** 16 digits that no card has. */
function random16(random: Random): string {
  const chosen = wrong(wrongIssuerNumber).make(random);
  return typeof chosen === 'string' ? chosen : chosen.text;
}

const PLACES: ReadonlyMap<string, Place> = new Map([...PEOPLE, ...NUMBERS, ...SECRETS, ...NOISE]);

/** Characters of one kind, as many as the place's name says: `hex24`. */
const RUNS: Readonly<Record<string, (random: Random, length: number) => string>> = {
  hex: (random, length) => random.hex(length),
  digits: (random, length) => random.digits(length),
  number: (random, length) => random.number(length),
  alnum: (random, length) => random.string(BASE62, length - 2) + random.string('abcdefghij', 1) + random.digits(1),
  upper: (random, length) => random.string(UPPER + DIGITS, length),
  b64x: (random, length) =>
    random
      .bytes(Math.ceil(length * 0.75))
      .toString('base64')
      .slice(0, length),
  b64u: (random, length) => random.string(BASE62, 1) + random.string(BASE64_URL, length - 2) + random.string(BASE62, 1),
};

/** The place of this name. @throws RangeError when there is none */
export function placeOf(name: string): Place {
  const place = PLACES.get(name);
  if (place !== undefined) return place;
  const [, run = '', length = ''] = /^([a-z]+?(?:64[xu])?)(\d+)$/.exec(name) ?? [];
  const make = RUNS[run];
  if (make === undefined) throw new RangeError(`no place is called ${name}`);
  return { kind: '', entity: '', make: (random) => make(random, Number(length)) };
}
