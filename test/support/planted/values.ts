import { mixedSeed, plantedFor, type PlantedSide, seededRandom } from '../../../demo/client/planted.ts';

/** The values that one side of one call carries. Each is made up, valid where its kind has a check, and nobody else's. */
export interface Values {
  readonly email: string;
  /** Digits only. */
  readonly card: string;
  /** The same number in groups of four. */
  readonly cardSpaced: string;
  readonly iban: string;
  readonly ssn: string;
  /** E.164. */
  readonly phone: string;
  readonly jwt: string;
  readonly githubToken: string;
  readonly password: string;
  readonly name: string;
  readonly cvv: string;
  /** Harmless: it must be found wherever content is kept. */
  readonly marker: string;
}

/** What a value may be called, and the entity that it is found as. */
export const ENTITY_OF = {
  email: 'email',
  card: 'card',
  iban: 'iban',
  ssn: 'us_ssn',
  phone: 'phone',
  jwt: 'jwt',
  githubToken: 'github_token',
  password: 'credential',
  name: 'person_name',
  cvv: 'card_code',
} as const;

/** A kind of value. */
export type Kind = keyof typeof ENTITY_OF;

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const ALPHANUMERIC = `${LOWER}${LOWER.toUpperCase()}${DIGITS}`;

/** The values of one side of the call with a name; the same for the same seed. */
export function valuesFor(seed: number, side: PlantedSide, call: string): Values {
  const { email, card, cardSpaced, iban, ssn, jwt, password, cvv } = plantedFor(mixedSeed(seed, call), side, 0);
  const random = seededRandom(mixedSeed('more', seed, side, call));
  const pick = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)] ?? '').join('');
  const capital = (length: number): string => `${pick(LOWER.toUpperCase(), 1)}${pick(LOWER, length - 1)}`;
  return {
    ...{ email, card, cardSpaced, iban, ssn, jwt, password, cvv },
    phone: `+1415${pick('23456789', 1)}${pick(DIGITS, 6)}`,
    githubToken: `ghp_${pick(ALPHANUMERIC, 36)}`,
    name: `${capital(6)} ${capital(10)}`,
    marker: `harmless-${side}-${mixedSeed(seed, side, call).toString(16).padStart(8, '0')}`,
  };
}

/**
 * What to search for when a value of some kind was planted. Where a part would already give it away (the name in an
 * address, the claims of a token) that is it.
 *
 * @param codeAs how a card verification code was written: alone it is too short to be searched for
 */
export function needlesOf(values: Values, kind: Kind, codeAs: (code: string) => string): readonly string[] {
  const { card, iban } = values;
  switch (kind) {
    case 'email':
      return [values.email.slice(0, values.email.indexOf('@'))];
    case 'card':
      return [card, values.cardSpaced, card.replaceAll(/(\d{4})(?=\d)/g, '$1-')];
    case 'iban':
      return [iban, iban.slice(4), iban.replaceAll(/(.{4})(?=.)/g, '$1 ')];
    case 'phone':
      return [values.phone.slice(1)];
    case 'jwt':
      return values.jwt.split('.').slice(1);
    case 'githubToken':
      return [values.githubToken.slice('ghp_'.length)];
    case 'name':
      return [values.name.slice(values.name.indexOf(' ') + 1)];
    case 'cvv':
      return [codeAs(values.cvv)];
    default:
      return [values[kind]];
  }
}
