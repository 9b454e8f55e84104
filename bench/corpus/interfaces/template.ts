import { ENTITIES, type Entity } from '../entities.ts';
import { concat, marked, type Marked, type MarkKind } from '../marked.ts';
import type { Random } from '../random.ts';
import { placeOf } from './places.ts';

/**
 * A piece of a template in braces: `{name}` is filled from the places, marked as they say; `{!entity=name}` is marked as a
 * value of `entity`, `{~entity=name}` as what only looks like one, `{?entity=name}` as what may be found or not;
 * `{one|two}` is one of the two; `{{` is a brace.
 */
const PIECE = /\{\{|\{(?:([!~?])(\w+)=)?([A-Za-z]\w*)\}|\{([^{}"\n]*\|[^{}"\n]*)\}/g;

const KINDS: Readonly<Record<string, MarkKind>> = { '!': 'positive', '~': 'negative', '?': 'optional' };

function entityOf(name: string): Entity {
  const entity = ENTITIES.find((known) => known === name);
  if (entity === undefined) throw new RangeError(`no entity is called ${name}`);
  return entity;
}

function filled(random: Random, name: string, sign: string, entity: string): Marked {
  const place = placeOf(name);
  const made = place.make(random);
  const kind = KINDS[sign];
  if (kind !== undefined) return marked(kind, entityOf(entity), typeof made === 'string' ? made : made.text);
  if (typeof made !== 'string') return made;
  return place.kind === '' || place.entity === '' ? concat(made) : marked(place.kind, place.entity, made);
}

/** `template` with its pieces filled in; `isLiteral` is true for what stands in the template itself. */
export function pieces(
  random: Random,
  template: string,
  encoded: (value: Marked, isLiteral: boolean) => Marked = (value) => value,
): Marked {
  const parts: Marked[] = [];
  let last = 0;
  const literal = (text: string): void => {
    if (text !== '') parts.push(encoded(concat(text), true));
  };
  for (const match of template.matchAll(PIECE)) {
    const [whole, sign = '', entity = '', name, choices] = match;
    literal(template.slice(last, match.index));
    last = match.index + whole.length;
    if (whole === '{{') literal('{');
    else if (choices !== undefined) literal(random.word(choices));
    else if (name !== undefined) parts.push(encoded(filled(random, name, sign, entity), false));
  }
  literal(template.slice(last));
  return concat(...parts);
}
