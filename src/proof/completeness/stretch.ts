import { COUNTER_BASIS } from '../../record/index.ts';
import { MAX_READINGS, type Move, READING_SLACK_US } from './moves.ts';
import { basisOf, finished, type Reading } from './readings.ts';

/** A reading, and how many ends of calls the access log tells between it and the one before. */
interface Counted {
  readonly reading: Reading;
  ends: number;
}

/** Ends after the last reading that are kept one by one: of more the older half counts as before the next one. */
const MAX_AHEAD = 20_000;

/** Readings of one life of an Envoy while its clock was not set back. Each end of a call is counted when it is told. */
export class Stretch {
  readonly startedUs: number;
  /** What the counters are compared from: it stays the same for as long as they are. */
  readonly origin: Reading;
  /** By the clock of who received it: when the last reading came. */
  receivedUs = 0;
  /** Its log isn't followed any more: another life has begun. */
  isClosed = false;
  #readings: Counted[] = [];
  /** The last one that came when it was closed. */
  #uncompared: Reading | undefined;
  /** Calls that are lost up to the first reading that is kept. */
  #lost = 0;
  /** Ends that were before are told too late: what was lost then is named for good. */
  #settledUs: number;
  #ahead: number[] = [];
  #early = 0;

  /** @param first reading, and the ends of calls that were told by then: up to it since the origin, and after it */
  constructor(startedUs: number, origin: Reading, first: Reading, ends: number, ahead: number[]) {
    this.startedUs = startedUs;
    this.origin = origin;
    this.#readings.push({ reading: first, ends });
    this.#ahead = ahead;
    this.#settledUs = origin.takenUs - READING_SLACK_US;
  }

  get last(): Reading {
    return this.#uncompared ?? this.#readings.at(-1)?.reading ?? this.origin;
  }

  get readings(): Reading[] {
    return this.#readings.map(({ reading }) => reading);
  }

  /** True for one that was read between those that it would stand between: counters don't go back. */
  fits({ takenUs, begun }: Reading): boolean {
    const at = this.#indexOf(takenUs);
    const before = this.#readings[at - 1]?.reading.begun ?? 0;
    return before <= begun && begun <= (this.#readings[at]?.reading.begun ?? begun);
  }

  /** True for one that came after all others, by its numbers, and before the last one by Envoy's clock. */
  isSetBack({ takenUs, begun, byRequests = 0 }: Reading): boolean {
    const { last } = this;
    const isLater = begun > last.begun || (begun === last.begun && byRequests > (last.byRequests ?? 0));
    return isLater && takenUs < last.takenUs - READING_SLACK_US;
  }

  /** Takes a reading. */
  add(reading: Reading): void {
    const at = this.#indexOf(reading.takenUs);
    const next = this.#readings[at];
    if (next?.reading.takenUs === reading.takenUs) return;
    if (next === undefined) {
      if (this.isClosed) this.#uncompared = reading;
      else this.#readings.push({ reading, ends: this.#caughtUp(reading.takenUs + READING_SLACK_US) });
      return;
    }
    // What is compared begins with the first one. Of a late one the most that can be is said: all had ended by then.
    if (at === 0 && next.reading === this.origin) return;
    this.#readings.splice(at, 0, { reading, ends: next.ends });
    next.ends = 0;
  }

  /** Takes the end of a call. */
  ended(timeUs: number): void {
    if (timeUs <= this.#settledUs) return;
    const at = this.#indexOf(timeUs - READING_SLACK_US);
    const counted = this.#readings[at];
    if (counted !== undefined) counted.ends += 1;
    else if (!this.isClosed) this.#await(timeUs);
  }

  /** What each reading after the first tells. */
  moves(): Move[] {
    const { startedUs, origin } = this;
    const moves: Move[] = [];
    let [logged, lost] = [0, this.#lost];
    let before = origin;
    for (const { reading, ends } of this.#readings) {
      logged += ends;
      const isBase = reading === origin || reading.takenUs + READING_SLACK_US <= this.#settledUs;
      const basis = basisOf(origin, reading);
      const atLeast = basis === COUNTER_BASIS.none ? 0 : finished(reading, basis) - finished(origin, basis) - logged;
      if (!isBase) moves.push({ startedUs, reading, before, basis, unlogged: Math.max(0, atLeast - lost) });
      if (!isBase) lost = Math.max(lost, atLeast);
      before = reading;
    }
    return moves;
  }

  /** Of too many readings the moves of the older half, which are kept no more. The count of ends goes on from where it was. */
  settle(): Move[] {
    if (this.#readings.length <= MAX_READINGS) return [];
    const moves = this.moves();
    const older = moves.slice(0, Math.ceil(moves.length / 2));
    const base = older.at(-1)?.reading;
    const at = this.#readings.findIndex(({ reading }) => reading === base);
    if (base === undefined || at < 0) return [];
    this.#lost += older.reduce((all, { unlogged }) => all + unlogged, 0);
    const ends = this.#readings.splice(0, at + 1).reduce((all, counted) => all + counted.ends, 0);
    this.#readings.unshift({ reading: base, ends });
    this.#settledUs = base.takenUs + READING_SLACK_US;
    return older;
  }

  /** Of the first reading that wasn't taken before a time. */
  #indexOf(timeUs: number): number {
    let [low, high] = [0, this.#readings.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#readings[middle]?.reading.takenUs ?? 0) < timeUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #await(timeUs: number): void {
    this.#ahead.push(timeUs);
    if (this.#ahead.length <= MAX_AHEAD) return;
    this.#ahead = this.#ahead.toSorted((a, b) => a - b).slice(MAX_AHEAD / 2);
    this.#early += MAX_AHEAD + 1 - this.#ahead.length;
  }

  /** How many of those that were waited for ended by a time. */
  #caughtUp(untilUs: number): number {
    const ahead = this.#ahead.filter((timeUs) => timeUs > untilUs);
    const ends = this.#early + this.#ahead.length - ahead.length;
    this.#ahead = ahead;
    this.#early = 0;
    return ends;
  }
}
