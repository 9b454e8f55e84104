import { COUNTER_BASIS, type CounterCheck, type Counters } from '../../record/index.ts';
import type { CounterComparison, EnvoyLife } from './comparison.ts';
import type { EndTimes } from './ends.ts';
import {
  added,
  MAX_PROCESSES,
  MAX_READINGS,
  type Move,
  READING_SLACK_US,
  START_SLACK_US,
  SummedMoves,
  totalOf,
} from './moves.ts';
import { basisOf, finished, type Reading, readingOf } from './readings.ts';

/** One life of an Envoy; what it counted is compared from `base` on. */
interface Process {
  readonly startedUs: number;
  readonly readings: Reading[];
  base: Reading | undefined;
  /** Calls that were missing already at `base`. */
  lost: number;
}

/** How long counters are compared from one base: less than for which ends of calls are remembered. */
const MAX_SPAN_US = 10_000_000_000;

/** By the first two methods: cumulatively, for each process of Envoy. */
export class CounterBook implements CounterComparison {
  readonly #processes: Process[] = [];
  readonly #ends: EndTimes;
  readonly #logStartedUs: number;
  readonly #windowUs: number;
  readonly #summed: SummedMoves;
  /** These methods know of no time that is forgotten, and of no clock that was set back. */
  readonly certainFromUs = 0;
  readonly unread = [];

  /**
   * @param rules when the log began: what an Envoy counted before that isn't missed; and how long the windows are that
   *   are asked for
   */
  constructor(ends: EndTimes, { logStartedUs, windowUs }: { logStartedUs: number; windowUs: number }) {
    this.#ends = ends;
    this.#logStartedUs = logStartedUs;
    this.#windowUs = windowUs;
    this.#summed = new SummedMoves(windowUs);
  }

  get isRead(): boolean {
    return this.#processes.length > 0;
  }

  take(counters: Counters): void {
    const reading = readingOf(counters);
    const { readings } = this.#processOf(counters.processStartedUs);
    const at = readings.findIndex(({ takenUs }) => takenUs >= reading.takenUs);
    if (readings[at]?.takenUs === reading.takenUs) return;
    readings.splice(at < 0 ? readings.length : at, 0, reading);
    this.#rebase();
  }

  /** It looks them up where they are kept. */
  ended(): void {
    return undefined;
  }

  lives(): EnvoyLife[] {
    return this.#processes.map(({ readings }, index) => ({
      lastUs: readings.at(-1)?.takenUs ?? 0,
      nextUs: this.#processes[index + 1]?.startedUs ?? 0,
    }));
  }

  check(fromUs: number): CounterCheck | undefined {
    const moves = this.#moves().filter(({ reading }) => this.#summed.windowOf(reading) === fromUs);
    return added(this.#summed.get(fromUs)?.check, totalOf(moves));
  }

  isIdle(fromUs: number): boolean {
    if (this.#summed.get(fromUs)?.isIdle === true) return true;
    return this.#processes.some(({ readings }) => {
      const before = readings.findLast(({ takenUs }) => takenUs <= fromUs);
      const after = readings.find(({ takenUs }) => takenUs >= fromUs + this.#windowUs);
      return before !== undefined && before.begun === after?.begun;
    });
  }

  #processOf(startedUs: number): Process {
    const known = this.#processes.find((process) => Math.abs(process.startedUs - startedUs) <= START_SLACK_US);
    if (known !== undefined) return known;
    const process: Process = { startedUs, readings: [], base: undefined, lost: 0 };
    this.#processes.push(process);
    this.#processes.sort((a, b) => a.startedUs - b.startedUs);
    if (this.#processes.length > MAX_PROCESSES) this.#processes.shift();
    return process;
  }

  /** What a process is compared from: its beginning, where the log has seen that; else the first that was read of it. */
  #baseOf(process: Process): Reading | undefined {
    if (process.base !== undefined) return process.base;
    if (process.startedUs <= this.#logStartedUs) return process.readings[0];
    const nothing = { begun: 0, byRequests: 0, byLog: 0, bypassed: 0 };
    return { takenUs: process.startedUs - START_SLACK_US, ...nothing };
  }

  #moves(): Move[] {
    return this.#processes.flatMap((process) => this.#movesOf(process));
  }

  #movesOf(process: Process): Move[] {
    const base = this.#baseOf(process);
    if (base === undefined) return [];
    const moves: Move[] = [];
    let before = base;
    let lost = process.lost;
    for (const reading of process.readings) {
      if (reading === base) continue;
      const basis = basisOf(base, reading);
      const atLeast = basis === COUNTER_BASIS.none ? lost : process.lost + this.#lostSince(base, reading, basis);
      moves.push({ startedUs: process.startedUs, reading, before, basis, unlogged: Math.max(0, atLeast - lost) });
      lost = Math.max(lost, atLeast);
      before = reading;
    }
    return moves;
  }

  #lostSince(base: Reading, reading: Reading, basis: number): number {
    const fromUs = base.takenUs - READING_SLACK_US;
    const logged = this.#ends.mostBetween(fromUs, reading.takenUs + READING_SLACK_US);
    return finished(reading, basis) - finished(base, basis) - logged;
  }

  /** Of a long life the older half is summed up. */
  #rebase(): void {
    for (const process of this.#processes) {
      const { readings } = process;
      const spanUs = (readings.at(-1)?.takenUs ?? 0) - (this.#baseOf(process)?.takenUs ?? 0);
      if (readings.length <= MAX_READINGS && spanUs <= MAX_SPAN_US) continue;
      const moves = this.#movesOf(process);
      const older = moves.slice(0, Math.ceil(moves.length / 2));
      const base = older.at(-1)?.reading;
      if (base === undefined) continue;
      this.#summed.add(older, (startUs) => this.isIdle(startUs));
      process.lost += older.reduce((all, { unlogged }) => all + unlogged, 0);
      process.base = base;
      readings.splice(0, readings.indexOf(base));
    }
  }
}
