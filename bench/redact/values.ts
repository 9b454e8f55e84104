import type { Random } from './random.ts';

/**
 * What is planted into bodies: values as they are written, made from the public specifications and from ranges that
 * are set aside for fiction and documentation. Nothing here is shared with the detectors that are measured.
 */
export interface Plant {
  readonly entity: string;
  /** The value, before the escapes of the format that it stands in. */
  readonly value: string;
}

/** One kind of value, and how it appears in documents. */
export interface PlantKind {
  readonly entity: string;
  /** How often it comes, compared with the others. */
  readonly weight: number;
  make(random: Random): string;
  /** Names that it stands under. */
  readonly names: readonly [string, ...string[]];
  /** Sentences that it stands in, at `#`; none for what only its name gives away. */
  readonly sentences: readonly string[];
}

/** The digit that makes a number pass Luhn's check (ISO/IEC 7812-1, annex B). */
function luhnDigit(digits: string): string {
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, char, index) => {
      const doubled = Number(char) * (index % 2 === 0 ? 2 : 1);
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
  return String((10 - (sum % 10)) % 10);
}

function card(random: Random): string {
  const [prefix, length] = random.pick([
    ['4', 16],
    ['52', 16],
    ['55', 16],
    ['37', 15],
    ['6011', 16],
  ] as const);
  const digits = prefix + random.digits(length - prefix.length - 1);
  const whole = digits + luhnDigit(digits);
  return length === 16 && random.chance(0.3) ? whole.replaceAll(/(\d{4})(?=\d)/g, '$1 ') : whole;
}

/** Account numbers by country: `a` is a capital letter, `d` a digit (ISO 13616 registry). */
const IBAN_SHAPES = [
  ['DE', 'd'.repeat(18)],
  ['FR', 'd'.repeat(23)],
  ['ES', 'd'.repeat(20)],
  ['NL', `aaaa${'d'.repeat(10)}`],
  ['GB', `aaaa${'d'.repeat(14)}`],
] as const;

function iban(random: Random): string {
  const [country, shape] = random.pick(IBAN_SHAPES);
  const account = shape.replaceAll(/./g, (c) => (c === 'd' ? random.digits(1) : random.chars(1, 'BCDGHKLNPRST')));
  const number = `${account}${country}00`.replaceAll(/./g, (char) => String(parseInt(char, 36)));
  // ISO 7064 MOD 97-10.
  const check = String(98n - (BigInt(number) % 97n)).padStart(2, '0');
  const whole = `${country}${check}${account}`;
  return random.chance(0.3) ? whole.replaceAll(/(.{4})(?=.)/g, '$1 ') : whole;
}

const LOCAL_WORDS = [
  'north',
  'river',
  'amber',
  'quiet',
  'maple',
  'stone',
  'delta',
  'violet',
  'orbit',
  'cedar',
] as const;

/** Domains that are set aside (RFC 2606). */
function email(random: Random): string {
  const local = `${random.pick(LOCAL_WORDS)}${random.pick(['.', '_', '-', ''])}${random.pick(LOCAL_WORDS)}`;
  const domain = `${random.pick(LOCAL_WORDS)}.${random.pick(['example.com', 'example.org', 'example.net'])}`;
  return `${local}${random.int(1, 999)}@${domain}`;
}

/** Numbers of ranges that the North American, German and French regulators set aside for fiction. */
function phone(random: Random): string {
  const area = random.pick(['202', '212', '312', '415', '617']);
  const line = `01${random.digits(2)}`;
  return random.pick([
    `+1${area}555${line}`,
    `+1 ${area} 555 ${line}`,
    `(${area}) 555-${line}`,
    `+49 30 23125 ${random.digits(3)}`,
    `+33 1 99 00 ${random.digits(2)} ${random.digits(2)}`,
  ]);
}

function ssn(random: Random): string {
  return `${random.int(101, 665)}-${random.int(10, 99)}-${random.int(1000, 9999)}`;
}

/** Addresses that are set aside for documentation (RFC 5737, RFC 3849). */
function ip(random: Random): string {
  if (random.chance(0.2)) return `2001:db8:${random.hex(4)}:${random.int(1, 9)}::${random.int(10, 99)}`;
  return `${random.pick(['192.0.2', '198.51.100', '203.0.113'])}.${random.int(1, 254)}`;
}

function jwt(random: Random): string {
  const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
  const payload = { iss: 'https://id.example.com', sub: random.uuid(), exp: random.int(1.7e9, 1.8e9) };
  return `${part({ alg: 'RS256', typ: 'JWT', kid: random.hex(8) })}.${part(payload)}.${random.base64url(342)}`;
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function apiToken(random: Random): string {
  return random.pick([
    `ghp_${random.chars(36, ALPHANUMERIC)}`,
    `AKIA${random.chars(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`,
    `xoxb-${random.digits(12)}-${random.digits(12)}-${random.chars(24, ALPHANUMERIC)}`,
    `glpat-${random.chars(20, ALPHANUMERIC)}`,
  ]);
}

function opaqueToken(random: Random): string {
  return `${random.base64url(20)}7${random.base64url(19)}`;
}

/** All kinds that are planted. */
export const PLANT_KINDS: readonly [PlantKind, ...PlantKind[]] = [
  {
    entity: 'email',
    weight: 26,
    make: email,
    names: ['email', 'billing_email', 'contactEmail', 'to', 'created_by'],
    sentences: ['Please answer to # today.', 'A copy went to #.', 'The account of # is locked.'],
  },
  {
    entity: 'phone',
    weight: 15,
    make: phone,
    names: ['phone', 'mobile', 'phoneNumber', 'contact_phone'],
    sentences: ['Call # before noon.', 'The courier can be reached by phone at #.'],
  },
  {
    entity: 'ip',
    weight: 13,
    make: ip,
    names: ['ip', 'client_ip', 'remoteAddress', 'ip_address'],
    sentences: ['The last sign-in came from # in the morning.', 'Too many requests from #.'],
  },
  {
    entity: 'card',
    weight: 12,
    make: card,
    names: ['card_number', 'pan', 'cardNumber'],
    sentences: ['Paid with card # at the counter.', 'The card # was refused.'],
  },
  {
    entity: 'iban',
    weight: 9,
    make: iban,
    names: ['iban', 'bank_account', 'payoutAccount'],
    sentences: ['Please refund to # this week.', 'The transfer to # came back.'],
  },
  { entity: 'us_ssn', weight: 7, make: ssn, names: ['ssn', 'social_security_number'], sentences: ['SSN: # on file.'] },
  {
    entity: 'jwt',
    weight: 4,
    make: jwt,
    names: ['id_token', 'jwt', 'assertion'],
    sentences: ['The gateway was given # and refused it.'],
  },
  {
    entity: 'credential',
    weight: 6,
    make: opaqueToken,
    names: ['access_token', 'client_secret', 'apiKey'],
    sentences: ['curl -H "Authorization: Bearer #" was tried.', 'It works with api_key=# now.'],
  },
  {
    entity: 'password',
    weight: 4,
    make: (random) => `${random.chars(11, ALPHANUMERIC)}!7`,
    names: ['password', 'db_password', 'newPassword'],
    sentences: [],
  },
  {
    entity: 'api_token',
    weight: 4,
    make: apiToken,
    names: ['github_token', 'accessKey', 'value'],
    sentences: ['The key # was found in the build log.'],
  },
];

const TOTAL_WEIGHT = PLANT_KINDS.reduce((sum, { weight }) => sum + weight, 0);

/** One of the kinds, by their weights. */
export function pickKind(random: Random): PlantKind {
  let rest = random.next() * TOTAL_WEIGHT;
  for (const kind of PLANT_KINDS) {
    rest -= kind.weight;
    if (rest < 0) return kind;
  }
  return PLANT_KINDS[0];
}
