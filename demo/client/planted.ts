import { createHash } from 'node:crypto';

/** Who put a value into the traffic: the client into requests, the sample services into responses. */
export type PlantedSide = 'client' | 'service';

/** Personal data and secrets of an invented person. Every value is made up, and valid where its kind has a check. */
export interface Planted {
  readonly email: string;
  /** Passes the Luhn check; digits only. */
  readonly card: string;
  /** The same number in groups of four. */
  readonly cardSpaced: string;
  /** Passes the check modulo 97. */
  readonly iban: string;
  readonly ssn: string;
  /** Signed token whose claims hold the email. */
  readonly jwt: string;
  /** Opaque token. */
  readonly bearer: string;
  /** Base64 of `user:password`. */
  readonly basic: string;
  readonly cvv: string;
  readonly password: string;
  readonly cookie: string;
  readonly apiKey: string;
}

/** A value that must not be found, and a name for it in reports. */
export interface Secret {
  readonly label: string;
  readonly value: string;
}

/** How many different sets of values there are on each side; call `n` uses set `n % PLANTED_SETS`. */
export const PLANTED_SETS = 16;

/** A generator of numbers in [0, 1) that gives the same row for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const ALPHANUMERIC = `${LETTERS}${LETTERS.toUpperCase()}${DIGITS}`;

/** A seed made of several numbers and words, well mixed. */
export function mixedSeed(...parts: (number | string)[]): number {
  return createHash('sha256').update(parts.join('/')).digest().readUInt32BE(0);
}

/** The values that call `call` of a run carries on one side; the same for the same seed and call. */
export function plantedFor(seed: number, side: PlantedSide, call: number): Planted {
  const random = seededRandom(mixedSeed('planted', seed, side, call % PLANTED_SETS));
  const pick = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)] ?? '').join('');
  const email = `${pick(LETTERS, 6)}.${pick(LETTERS, 8)}@${pick(LETTERS, 5)}.example.com`;
  const card = cardNumber(pick);
  const password = `${pick(ALPHANUMERIC, 6)}!${pick(ALPHANUMERIC, 5)}#${pick(ALPHANUMERIC, 5)}$`;
  return {
    email,
    card,
    cardSpaced: card.replaceAll(/(\d{4})(?=\d)/g, '$1 '),
    iban: iban('DE', pick(DIGITS, 18)),
    ssn: `${pick('1234', 1)}${pick(DIGITS, 2)}-${pick('123456789', 2)}-${pick('123456789', 4)}`,
    jwt: jwt(email, pick),
    bearer: pick(ALPHANUMERIC, 40),
    basic: Buffer.from(`${pick(LETTERS, 8)}:${password}`).toString('base64'),
    cvv: pick(DIGITS, 3),
    password,
    cookie: pick(ALPHANUMERIC, 32),
    apiKey: pick(ALPHANUMERIC, 36),
  };
}

type Pick = (alphabet: string, length: number) => string;

function cardNumber(pick: Pick): string {
  const body = `${pick('45', 1)}${pick('12345', 1)}${pick(DIGITS, 13)}`;
  return `${body}${luhnDigit(body)}`;
}

/** ISO/IEC 7812-1 annex B: the digit that makes the sum of the number a multiple of ten. */
function luhnDigit(body: string): number {
  const sum = Array.from(body, Number)
    .reverse()
    .map((digit, place) => (place % 2 === 0 ? digit * 2 : digit))
    .reduce((total, digit) => total + (digit > 9 ? digit - 9 : digit), 0);
  return (10 - (sum % 10)) % 10;
}

/** ISO 13616: two check digits so that the rearranged number is 1 modulo 97. */
function iban(country: string, account: string): string {
  const letters = Array.from(country, (letter) => letter.charCodeAt(0) - 55).join('');
  const check = 98n - (BigInt(`${account}${letters}00`) % 97n);
  return `${country}${check.toString().padStart(2, '0')}${account}`;
}

function jwt(email: string, pick: Pick): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { sub: pick(DIGITS, 6), email, iss: 'https://id.example.com', exp: 1_900_000_000 };
  return `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}.${pick(ALPHANUMERIC, 43)}`;
}

/**
 * Everything that must not be found of a run with this seed. Where a part of a value would already give it away (the
 * name in an address, the claims of a token), the part is what to search for; where a value is too short to mean
 * anything alone (a card verification code), it is searched for together with its key.
 */
export function secretsOf(seed: number): Secret[] {
  const found = new Map<string, Secret>();
  for (const side of ['client', 'service'] as const) {
    for (let set = 0; set < PLANTED_SETS; set += 1) {
      for (const [kind, value] of searched(plantedFor(seed, side, set))) {
        found.set(value, { label: `${kind} ${side}/${set}`, value });
      }
    }
  }
  return [...found.values()];
}

function searched(planted: Planted): [string, string][] {
  const [, claims = '', signature = ''] = planted.jwt.split('.');
  const { cvv } = planted;
  return [
    ['email', planted.email.slice(0, planted.email.indexOf('@'))],
    ['card', planted.card],
    ['card with spaces', planted.cardSpaced],
    ['iban', planted.iban],
    ['ssn', planted.ssn],
    ['jwt claims', claims],
    ['jwt signature', signature],
    ['bearer', planted.bearer],
    ['basic', planted.basic],
    ['password', planted.password],
    ['cookie', planted.cookie],
    ['api key', planted.apiKey],
    ['cvv in json', `"cvv":"${cvv}"`],
    ['cvv in json', `"cvv": "${cvv}"`],
    ['cvv in a form', `cvv=${cvv}&`],
  ];
}

/** The header that carries a call's key; in WebSocket and gRPC calls as well. */
export const CALL_HEADER = 'x-demo-call';

/** The harmless key of a call: what the client's list and the recording are compared by. */
export function callKey(call: number): string {
  return `call-${call.toString().padStart(6, '0')}`;
}

/** The number in a call's key; 0 when there is none. */
export function callOfKey(key: string | undefined): number {
  return Number(/^call-(\d{6,12})$/.exec(key ?? '')?.[1] ?? 0);
}

/** Harmless text that a call's bodies carry: it must be found in every recorded body, so that the search is known to work. */
export function markerOf(call: number): string {
  return `harmless-marker-${call.toString().padStart(6, '0')}`;
}
