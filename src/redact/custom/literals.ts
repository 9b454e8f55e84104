import { binaryOf } from './unicode.ts';

/** Tells whether a text of the engine may hold what a rule looks for. */
export type MayHold = (text: string) => boolean;

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** One character as it may stand in a text of the engine: as UTF-8, and as itself in Latin-1 or of an escape. */
function formsOf(character: string, ignoreCase: boolean): string {
  const cases = ignoreCase ? [character.toLowerCase(), character.toUpperCase()] : [character];
  const forms = new Set(cases.flatMap((each) => [binaryOf(each), each]));
  const [only] = forms;
  return forms.size === 1 ? escaped(only ?? '') : `(?:${[...forms].map(escaped).join('|')})`;
}

/** The test of a text by the literals of which one has to be there; undefined without any. */
export function literalTest(literals: readonly string[], ignoreCase: boolean): MayHold | undefined {
  const [only] = literals;
  if (only === undefined) return undefined;
  const isPlain = !ignoreCase && literals.every((literal) => binaryOf(literal) === literal);
  if (isPlain && literals.length === 1) return (text) => text.includes(only);
  const words = literals.map((literal) => Array.from(literal, (char) => formsOf(char, ignoreCase)).join(''));
  const any = new RegExp(words.join('|'));
  return (text) => any.test(text);
}

/** True when one of the literals is in a text in Unicode. */
export function holdsLiteral(text: string, literals: readonly string[], ignoreCase: boolean): boolean {
  if (literals.length === 0) return true;
  if (!ignoreCase) return literals.some((literal) => text.includes(literal));
  const lower = text.toLowerCase();
  return literals.some((literal) => lower.includes(literal.toLowerCase()));
}
