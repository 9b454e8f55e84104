import { luhnDigit, modulo97, weighted } from '../check-digits.ts';
import { DIGITS, type Random, UPPER } from '../random.ts';

/** Issuer's first digits and the number's lengths, as the card schemes publish them. */
const SCHEMES: readonly { readonly first: (random: Random) => string; readonly lengths: readonly number[] }[] = [
  { first: () => '4', lengths: [16, 16, 16, 16, 13, 19] },
  { first: (random) => String(random.int(51, 55)), lengths: [16] },
  { first: (random) => String(random.int(2221, 2720)), lengths: [16] },
  { first: (random) => random.word('34|37'), lengths: [15] },
  { first: (random) => random.word('6011|644|645|646|647|648|649|65'), lengths: [16] },
  { first: (random) => random.word('300|301|302|303|304|305|36|38|39'), lengths: [14] },
  { first: (random) => String(random.int(3528, 3589)), lengths: [16] },
  { first: (random) => `62${String(random.int(20, 28))}`, lengths: [16, 16, 18, 19] },
  { first: (random) => random.word('5018|5020|5038|6304|6759|6761|6763'), lengths: [12, 13, 15, 16, 18, 19] },
];

/** A payment card's number with a right check digit, without separators. */
export function cardDigits(random: Random): string {
  // The large schemes more often, as in life.
  const scheme = random.chance(0.5) ? SCHEMES[random.int(0, 3)] : random.pick(SCHEMES);
  if (scheme === undefined) throw new RangeError('no such scheme');
  const first = scheme.first(random);
  const payload = first + random.digits(random.pick(scheme.lengths) - 1 - first.length);
  return payload + luhnDigit(payload);
}

/** A card number in groups, as it is printed on the card. */
export function groupedCard(digits: string, separator: string): string {
  const sizes = digits.length === 15 ? [4, 6, 5] : digits.length === 14 ? [4, 6, 4] : [4, 4, 4, 4, 3];
  return grouped(digits, sizes, separator);
}

/** `text` in groups of the sizes given; what is left over comes last. */
export function grouped(text: string, sizes: readonly number[], separator: string): string {
  const groups: string[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at < text.length) groups.push(text.slice(at, at + size));
    at += size;
  }
  if (at < text.length) groups.push(text.slice(at));
  return groups.join(separator);
}

/** A card number as people and systems write it. */
export function card(random: Random): string {
  const digits = cardDigits(random);
  return groupedCard(digits, random.pick(['', '', ' ', '-']));
}

/** Structure of the account number behind country code and check digits: n digits, a letters, c both (ISO 13616). */
const IBAN_STRUCTURES: Readonly<Record<string, string>> = {
  ...{ AT: '16n', BE: '12n', BG: '4a6n8c', CH: '5n12c', CY: '8n16c', CZ: '20n', DE: '18n', DK: '14n', EE: '16n' },
  ...{ ES: '20n', FI: '14n', FR: '10n11c2n', GB: '4a14n', GR: '7n16c', HR: '17n', HU: '24n', IE: '4a14n' },
  ...{ IT: '1a10n12c', LT: '16n', LU: '3n13c', LV: '4a13c', MT: '4a5n18c', NL: '4a10n', NO: '11n', PL: '24n' },
  ...{ PT: '21n', RO: '4a16c', SE: '20n', SI: '15n', SK: '20n', SA: '2n18c', AE: '19n', TR: '6n16c', IL: '19n' },
};

function fromStructure(random: Random, structure: string): string {
  return structure.replace(/(\d+)([nac])/g, (_whole, count: string, kind: string) =>
    random.string(kind === 'n' ? DIGITS : kind === 'a' ? UPPER : DIGITS + UPPER, Number(count)),
  );
}

/** An IBAN with right check digits, without spaces. */
export function ibanCharacters(random: Random): string {
  const country = random.chance(0.5) ? random.word('DE|GB|FR|NL|ES|IT') : random.pick(Object.keys(IBAN_STRUCTURES));
  const account = fromStructure(random, IBAN_STRUCTURES[country] ?? '');
  const check = 98 - modulo97(`${account + country}00`);
  return country + String(check).padStart(2, '0') + account;
}

/** An IBAN as it's stored, or as it's printed in groups of four. */
export function iban(random: Random): string {
  const characters = ibanCharacters(random);
  return random.chance(0.4) ? (characters.match(/.{1,4}/g) ?? []).join(' ') : characters;
}

/** An IBAN of which one digit was misread: the check fails. */
export function wrongIban(random: Random): string {
  const characters = ibanCharacters(random);
  return characters.slice(0, -1) + (characters.endsWith('7') ? '4' : '7');
}

/** Routing number of the American Bankers Association: Federal Reserve prefix, weights 3-7-1. */
export function routingNumber(random: Random): string {
  const prefix = random.pick([random.int(1, 12), random.int(21, 32), random.int(61, 72)]);
  const payload = String(prefix).padStart(2, '0') + random.digits(6);
  const sum = weighted(payload, [3, 7, 1, 3, 7, 1, 3, 7]);
  return payload + String((10 - (sum % 10)) % 10);
}
