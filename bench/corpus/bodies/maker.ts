import type { Wire } from '../body.ts';
import type { Column } from '../fields.ts';
import type { Marked } from '../marked.ts';
import type { Random } from '../random.ts';

/** A body before it has a name: its content type, its text, and how it comes if not as that. */
export interface Draft {
  readonly contentType: string;
  readonly content: Marked;
  readonly wire?: Wire;
}

/** Makes a body that carries a value of each of `columns`, once or more. */
export type Maker = (random: Random, columns: readonly Column[]) => Draft;
