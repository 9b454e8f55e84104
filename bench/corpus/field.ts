import type { Marked } from './marked.ts';

/** A value with its key and a sentence around it. `isRaw`: a number or a truth value, in JSON without quotes. */
export interface Field {
  readonly key: string;
  readonly parent: string;
  readonly value: Marked;
  readonly isRaw: boolean;
  readonly sentence: Marked;
}
