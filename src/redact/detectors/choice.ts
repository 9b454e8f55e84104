import type { Hints } from '../context.ts';
import type { EntityName } from '../entities.ts';
import type { Finding } from '../findings.ts';
import type { WordsOf } from '../words/mentions.ts';
import type { Subject } from './subject.ts';

/** Looks for one family of entities. */
export interface Detector {
  /** All of these traits are in a text with a finding. */
  readonly needs: number;
  /** A word of one of these families, too. */
  readonly words?: number;
  /** In the place of a word: a name that speaks for this. */
  readonly hint?: EntityName;
  /** In the place of both: one of these traits. */
  readonly without?: number;
  readonly find: (subject: Subject, found: Finding[]) => void;
}

/** A detector whose traits a text has. */
interface Candidate {
  /** It looks only with a word of these families, or the hint; 0 when it looks in any case. */
  readonly words: number;
  readonly hint: EntityName | undefined;
  readonly find: Detector['find'];
}

/** What is known of all texts with the same traits. */
interface Choice {
  readonly traits: number;
  readonly candidates: readonly Candidate[];
  /** One of them looks whatever the words are. */
  readonly isSure: boolean;
  /** Those of all of them. */
  readonly words: number;
  readonly hints: readonly EntityName[];
}

function hasOne(hints: Hints, wanted: readonly EntityName[]): boolean {
  for (const hint of wanted) if (hints.has(hint)) return true;
  return false;
}

/** Texts have few different sets of traits; of those that share a place here the last one is remembered. */
const PLACE_BITS = 12;
/** Spreads sets over the places: 2^32 by the golden ratio, odd. */
const SPREAD = 0x9e3779b1;

/** Some detectors; those that can find something are chosen by the traits of a text, once for each set of traits. */
export class Detectors {
  readonly #all: readonly Detector[];
  readonly #known: Choice[];

  constructor(all: readonly Detector[]) {
    this.#all = all;
    const none = this.#choose(0);
    this.#known = Array.from({ length: 1 << PLACE_BITS }, () => none);
  }

  /** False when none of them finds anything in a text with these traits and words. */
  mayFind(traits: number, hints: Hints | undefined, mentions: WordsOf): boolean {
    const choice = this.#of(traits);
    if (choice.isSure || (hints !== undefined && hints.size > 0 && hasOne(hints, choice.hints))) return true;
    return choice.words !== 0 && mentions.has(choice.words);
  }

  /** Looks for what they find. */
  run(subject: Subject, found: Finding[]): void {
    const { hints, mentions } = subject;
    for (const { words, hint, find } of this.#of(subject.traits).candidates)
      if (words === 0 || (hint !== undefined && hints?.has(hint) === true) || mentions.has(words)) find(subject, found);
  }

  #of(traits: number): Choice {
    const place = Math.imul(traits, SPREAD) >>> (32 - PLACE_BITS);
    const known = this.#known[place] as Choice;
    return known.traits === traits ? known : (this.#known[place] = this.#choose(traits));
  }

  #choose(traits: number): Choice {
    const candidates = this.#all
      .filter(({ needs }) => (traits & needs) === needs)
      .map(({ words, hint, without = 0, find }) => ({
        words: words === undefined || (traits & without) !== 0 ? 0 : words,
        hint,
        find,
      }));
    return {
      traits,
      candidates,
      isSure: candidates.some(({ words }) => words === 0),
      words: candidates.reduce((all, { words }) => all | words, 0),
      hints: candidates.flatMap(({ hint }) => (hint === undefined ? [] : [hint])),
    };
  }
}
