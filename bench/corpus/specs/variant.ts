import type { Entity } from '../entities.ts';
import type { Marked } from '../marked.ts';
import type { Random } from '../random.ts';

/**
 * One way in which a value occurs: the keys that it stands under and the sentences that it stands in, or may. A string
 * that `make` returns is marked whole as what the variant is of.
 */
export interface Variant {
  /** Words of the key as prose has them, keys parted by `|`. */
  readonly keys: string;
  readonly make: (random: Random) => string | Marked;
  /** Sentences with a `{}` for the value. */
  readonly prose: readonly string[];
  /** Names of the objects that the key must stand in to mean what it means, parted by `|`. */
  readonly parents?: string;
  /** A value of digits alone may be a JSON number too. */
  readonly isNumeric?: boolean;
}

/** Where an entity occurs, and what only looks like it. */
export interface Spec {
  readonly entity: Entity;
  readonly positives: readonly Variant[];
  readonly negatives: readonly Variant[];
}
