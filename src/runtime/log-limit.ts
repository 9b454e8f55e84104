import type { Clock } from './clock.ts';

/** Within so much time lines of a kind are counted together. */
const WINDOW_US = 10_000_000;
/** For so long a kind may owe the number of its lines that were left out. */
const MOST_OWED_US = 60 * WINDOW_US;
/** Kinds that are told apart; what comes beyond shares one. */
const MOST_KINDS = 256;
const ALL_OTHERS = '';

interface Window {
  readonly sinceUs: number;
  lines: number;
  leftOut: number;
}

/** Counts what comes again and again, by kinds, and says when to speak of it. */
export class Repeats {
  readonly #clock: Clock;
  readonly #mostLines: number;
  readonly #windows = new Map<string, Window>();

  /** @param mostLines of a kind in 10 s */
  constructor(clock: Clock, mostLines: number) {
    this.#clock = clock;
    this.#mostLines = mostLines;
  }

  /** Counts a line: how many were left out since the last one of its kind; `undefined` when it is left out itself. */
  count(kind: string): number | undefined {
    const nowUs = this.#clock.monotonicUs();
    const known = this.#windows.has(kind) || this.#hasRoom(nowUs) ? kind : ALL_OTHERS;
    const before = this.#windows.get(known);
    if (before !== undefined && nowUs - before.sinceUs < WINDOW_US) {
      if (before.lines < this.#mostLines) before.lines += 1;
      else before.leftOut += 1;
      return before.leftOut === 0 ? 0 : undefined;
    }
    this.#windows.set(known, { sinceUs: nowUs, lines: 1, leftOut: 0 });
    return before?.leftOut ?? 0;
  }

  /** A kind that is quiet is forgotten for another one; with a number that it owes only after a while, since what is new matters more. */
  #hasRoom(nowUs: number): boolean {
    if (this.#windows.size < MOST_KINDS) return true;
    for (const [kind, { sinceUs, leftOut }] of this.#windows)
      if (nowUs - sinceUs >= (leftOut === 0 ? WINDOW_US : MOST_OWED_US)) this.#windows.delete(kind);
    return this.#windows.size < MOST_KINDS;
  }
}
