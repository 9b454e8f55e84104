import type { EntityName } from './entities.ts';
import { isAgainst, wordHints } from './context-words.ts';
import { wordsOf } from './words.ts';

/** Entities that a name or the words around a place speak for. */
export type Hints = ReadonlySet<EntityName>;

/** Nothing speaks for anything. */
export const NO_HINTS: Hints = new Set();

/** So much before a value, and behind it, is looked at for words that say what it is; never beyond its line. */
const CHARS_BEFORE = 64;
const CHARS_BEHIND = 28;
/** What a word that speaks for an entity adds to a score, and one that speaks for something harmless takes away. */
export const CONTEXT_BONUS = 0.45;
const CONTEXT_MALUS = 0.35;
/** Words that are put together to look them up: `date of birth`. */
const MAX_PHRASE_WORDS = 3;

/** Adds what the words speak for, alone and put together with those beside them. */
function addHints(words: readonly string[], hints: Set<EntityName>): void {
  for (let from = 0; from < words.length; from += 1) {
    let phrase = '';
    for (let to = from; to < words.length && to < from + MAX_PHRASE_WORDS; to += 1) {
      phrase += words[to] ?? '';
      for (const entity of wordHints(phrase)) hints.add(entity);
    }
  }
}

/** What a name of a field speaks for; undefined when it is nothing. */
export function hintsOfName(name: string): Hints | undefined {
  const hints = new Set<EntityName>();
  addHints(wordsOf(name), hints);
  return hints.size === 0 ? undefined : hints;
}

/** True when a name of a field says that its value is a number of something harmless: an order, a version. */
export function isHarmlessName(name: string): boolean {
  return wordsOf(name).some(isAgainst);
}

function startOfLine(text: string, from: number, least: number): number {
  const newline = text.lastIndexOf('\n', from - 1);
  return Math.max(least, newline + 1, 0);
}

function endOfLine(text: string, from: number, most: number): number {
  const newline = text.indexOf('\n', from);
  return Math.min(most, newline === -1 ? text.length : newline);
}

/** Tells for places in one text what the words around them, and the name that the text stands under, speak for. */
export class Surroundings {
  readonly #text: string;
  readonly #hints: Hints;
  #start = -1;
  #near: Hints = NO_HINTS;
  #isAgainst = false;

  constructor(text: string, hints: Hints = NO_HINTS) {
    this.#text = text;
    this.#hints = hints;
  }

  /** True when something speaks for the entity at a place. */
  speaksFor(entity: EntityName, start: number, end: number): boolean {
    if (this.#hints.has(entity)) return true;
    this.#look(start, end);
    return this.#near.has(entity);
  }

  /** `base`, raised by what speaks for the entity at a place, or lowered by what speaks for something harmless. */
  score(entity: EntityName, base: number, start: number, end: number): number {
    if (this.speaksFor(entity, start, end)) return Math.min(1, base + CONTEXT_BONUS);
    return this.#isAgainst ? base - CONTEXT_MALUS : base;
  }

  #look(start: number, end: number): void {
    if (this.#start === start) return;
    this.#start = start;
    const text = this.#text;
    const before = text.slice(startOfLine(text, start, start - CHARS_BEFORE), start);
    const behind = text.slice(end, endOfLine(text, end, end + CHARS_BEHIND));
    const words = wordsOf(before);
    const hints = new Set<EntityName>();
    addHints(words, hints);
    addHints(wordsOf(behind), hints);
    this.#near = hints;
    this.#isAgainst = words.slice(-3).some(isAgainst);
  }
}
