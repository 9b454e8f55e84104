import type { Random } from './random.ts';

/** How an interface writes its keys. */
export type KeyStyle = 'camel' | 'snake' | 'kebab' | 'pascal' | 'screaming' | 'human' | 'flat';

const CAPITALS = new Set(
  'ssn|iban|dob|ein|fein|pan|cvv|cvc|pin|mrn|nhs|ip|mac|id|url|jwt|api|npi|dea|tfn|sin|cpf|cnpj|nif|nie|dni|bsn|nir|itin|nric|aws|gcp|aba'.split(
    '|',
  ),
);

/** The words of a phrase: parted by spaces, hyphens, apostrophes and where a capital follows a small letter. */
function wordsOf(phrase: string): string[] {
  const parted = phrase.replaceAll("'s ", 's ').replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
  return parted.toLowerCase().split(/[ '.-]+/);
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function human(words: readonly string[]): string {
  return words
    .map((word, index) => (CAPITALS.has(word) ? word.toUpperCase() : index === 0 ? capitalised(word) : word))
    .join(' ');
}

/** `phrase` as a key in `style`. */
export function styled(phrase: string, style: KeyStyle): string {
  const words = wordsOf(phrase);
  switch (style) {
    case 'camel':
      return words.map((word, index) => (index === 0 ? word : capitalised(word))).join('');
    case 'pascal':
      return words.map(capitalised).join('');
    case 'snake':
      return words.join('_');
    case 'kebab':
      return words.join('-');
    case 'screaming':
      return words.join('_').toUpperCase();
    case 'flat':
      return words.join('');
    case 'human':
      return human(words);
  }
}

/** A style for the keys of one body; the common ones more often. */
export function anyStyle(random: Random): KeyStyle {
  const common: readonly KeyStyle[] = ['camel', 'camel', 'camel', 'snake', 'snake', 'snake'];
  return random.pick([...common, 'kebab', 'pascal', 'screaming', 'human', 'flat']);
}

/** A key with letters of ASCII, digits and `_` only, as variables and GraphQL want it. */
export function identifier(key: string): string {
  const plain = key
    .replaceAll('ß', 'ss')
    .replaceAll('ł', 'l')
    .normalize('NFD')
    .replace(/[^A-Za-z0-9_ -]/g, '');
  return plain.replace(/[ -]/g, '_');
}
