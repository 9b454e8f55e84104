import { CounterCheck } from '../../record/index.ts';
import { finished, type Reading } from './readings.ts';

/** A reading and what its numbers moved by since the one before. */
export interface Move {
  readonly startedUs: number;
  readonly reading: Reading;
  readonly before: Reading;
  readonly basis: number;
  /** Calls over since, that no access log names: at the least. */
  readonly unlogged: number;
}

/** Envoy says its uptime in whole seconds. */
export const START_SLACK_US = 3_000_000;
/** How far apart Envoy's reading of a counter and the end that it counts may seem. */
export const READING_SLACK_US = 50_000;
/** Readings of one life of an Envoy that are kept; of more the older half is summed up. */
export const MAX_READINGS = 2_000;
export const MAX_PROCESSES = 64;
/** Windows of which is remembered what readings came to that are kept no more. */
const MAX_SUMMED = 20_000;

/** What readings of a window came to. */
interface Summed {
  check: CounterCheck | undefined;
  isIdle: boolean;
}

/** What the readings of one window, or a part of them, come to. */
export function totalOf(moves: readonly Move[]): CounterCheck | undefined {
  const last = moves.at(-1);
  if (last === undefined) return undefined;
  const total = (of: (move: Move) => number): number => moves.reduce((all, move) => all + of(move), 0);
  return CounterCheck.create({
    processStartedUs: last.startedUs,
    basis: last.basis,
    readUs: last.reading.takenUs,
    begun: total(({ reading, before }) => reading.begun - before.begun),
    finished: total(({ reading, before, basis }) => finished(reading, basis) - finished(before, basis)),
    unlogged: total(({ unlogged }) => unlogged),
    bypassed: total(({ reading, before }) => reading.bypassed - before.bypassed),
  });
}

/** Two parts of one window; the later one says which process it was, and when that was read. */
export function added(one: CounterCheck | undefined, other: CounterCheck | undefined): CounterCheck | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    ...(other.readUs >= one.readUs ? other : one),
    begun: one.begun + other.begun,
    finished: one.finished + other.finished,
    unlogged: one.unlogged + other.unlogged,
    bypassed: one.bypassed + other.bypassed,
  };
}

/** What each window's readings came to that are kept no more, in bounded memory. */
export class SummedMoves {
  readonly #windowUs: number;
  readonly #summed = new Map<number, Summed>();
  /** When the last window ended of which is known no more. */
  forgottenUs = 0;

  constructor(windowUs: number) {
    this.#windowUs = windowUs;
  }

  /** The window of a reading: what was read at its very end is of it. */
  windowOf({ takenUs }: Reading): number {
    return (Math.ceil(takenUs / this.#windowUs) - 1) * this.#windowUs;
  }

  /** What those of a window came to. */
  get(fromUs: number): Summed | undefined {
    return this.#summed.get(fromUs);
  }

  /** Takes readings, and whether a window was idle as they tell. */
  add(moves: readonly Move[], isIdle: (fromUs: number) => boolean): void {
    for (const [startUs, own] of Map.groupBy(moves, ({ reading }) => this.windowOf(reading))) {
      const check = added(this.#summed.get(startUs)?.check, totalOf(own));
      this.#summed.set(startUs, { check, isIdle: isIdle(startUs) });
      const [oldest] = this.#summed.keys();
      if (this.#summed.size <= MAX_SUMMED || oldest === undefined) continue;
      this.#summed.delete(oldest);
      this.forgottenUs = Math.max(this.forgottenUs, oldest + this.#windowUs);
    }
  }
}
