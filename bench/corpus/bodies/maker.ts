import type { Column } from '../fields.ts';
import type { Marked } from '../marked.ts';
import type { Random } from '../random.ts';

/** A body before it has a name: its content type and its text. */
export interface Draft {
  readonly contentType: string;
  readonly content: Marked;
}

/** Makes a body that carries a value of each of `columns`, once or more. */
export type Maker = (random: Random, columns: readonly Column[]) => Draft;
