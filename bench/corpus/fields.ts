import type { Entity } from './entities.ts';
import { fill, marked } from './marked.ts';
import type { Field } from './field.ts';
import { noiseField } from './noise.ts';
import type { Random } from './random.ts';
import type { Variant } from './specs/variant.ts';

/** One kind of value that a body has to carry, once or in each of its records. */
export interface Column {
  readonly entity: Entity;
  readonly isPositive: boolean;
  readonly variant: Variant;
  /** Words of the key. */
  readonly key: string;
  /** The object that the key stands in; empty where it means the same anywhere. */
  readonly parent: string;
}

/** A way for `variant` to occur. */
export function columnOf(random: Random, entity: Entity, isPositive: boolean, variant: Variant): Column {
  const parent = variant.parents === undefined ? '' : random.word(variant.parents);
  return { entity, isPositive, variant, key: random.word(variant.keys), parent };
}

function isRawValue(random: Random, variant: Variant, text: string): boolean {
  if (/^(true|false)$/.test(text)) return random.chance(0.8);
  return variant.isNumeric === true && /^[1-9]\d{0,15}$/.test(text) && random.chance(0.45);
}

/** A new value for `column`. */
export function fieldOf(random: Random, column: Column): Field {
  const made = column.variant.make(random);
  const kind = column.isPositive ? 'positive' : 'negative';
  const value = typeof made === 'string' ? marked(kind, column.entity, made) : made;
  const isRaw = isRawValue(random, column.variant, value.text);
  const sentence = fill(random.pick(column.variant.prose), value);
  return { key: column.key, parent: column.parent, value, isRaw, sentence };
}

/** A value for each column with some fields of no interest among them, no key twice. */
export function recordOf(random: Random, columns: readonly Column[], noiseCount = random.int(1, 5)): Field[] {
  const noise = Array.from({ length: noiseCount }, () => noiseField(random));
  const fields = [...columns.map((column) => fieldOf(random, column)), ...noise];
  const seen = new Set<string>();
  const unique = fields.map((field) => {
    let { parent } = field;
    // The same key a second time moves into an object of its own.
    for (let time = 2; seen.has(`${parent} ${field.key}`); time++)
      parent = `${field.parent} part ${String(time)}`.trim();
    seen.add(`${parent} ${field.key}`);
    return { ...field, parent };
  });
  return random.shuffle(unique);
}

/** The words of a field's key where there are no objects: those of the parent in front. */
export function flatKey(field: Field): string {
  return field.parent === '' ? field.key : `${field.parent} ${field.key}`;
}
