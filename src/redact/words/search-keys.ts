import { none } from './key-makers.ts';
import type { KeyRule } from './key-rule.ts';
import { isGivenName, NAME_SHAPE } from './personal-shapes.ts';
import { RULES } from '../rules.ts';

/** Behind the name of a search parameter, how its value is compared (FHIR R4, 3.1.1.5.5). */
const MODIFIER = /:(?:exact|contains|text|missing|not)$/;
/** Before it, whose it is: a parameter of what another refers to (FHIR R4, 3.1.1.5.6). */
const OF_SOMEBODY =
  /^(?:(?:patient|practitioner)(?::[A-Z][A-Za-z]{2,30})?|[a-z-]{4,24}:(?:Patient|Person|Practitioner|RelatedPerson))\.(?=[a-z]{4,9}$)/;

const ofPerson: KeyRule = { rule: RULES.personName, applies: NAME_SHAPE, tellsOfPerson: true, members: () => none };
/** Other things are given, too. */
const given: KeyRule = { ...ofPerson, applies: { test: isGivenName }, inPerson: ofPerson };
/** Fonts and products have families: it is a name beside what only somebody has. */
const family: KeyRule = { rule: RULES.personName, applies: { test: () => false }, inPerson: ofPerson };

/** The name of a search parameter alone, and what it says of its value where that is more than names say elsewhere. */
export function searchKey(parameter: string): { readonly name: string; readonly key: KeyRule | undefined } {
  const plain = parameter.includes(':') ? parameter.replace(MODIFIER, '') : parameter;
  const name = plain.includes('.') ? plain.replace(OF_SOMEBODY, '') : plain;
  const isOfSomebody = name !== plain;
  if (isOfSomebody && (name === 'given' || name === 'family' || name === 'name')) return { name, key: ofPerson };
  return { name, key: name === 'given' ? given : name === 'family' ? family : undefined };
}
