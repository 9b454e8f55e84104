import type { Hints, Surroundings } from '../context.ts';
import type { WordsOf } from '../words/mentions.ts';

/** What every detector works on. */
export interface Subject {
  readonly text: string;
  /** True for a whole value, false for a piece of running text. */
  readonly isValue: boolean;
  /** Traits of the text: bits of `TRAIT`. */
  readonly traits: number;
  /** What the name that the text stands under speaks for. */
  readonly hints: Hints | undefined;
  /** Tells what speaks for or against a finding. */
  readonly around: Surroundings;
  /** Tells which words that detectors start from are in the text. */
  readonly mentions: WordsOf;
}
