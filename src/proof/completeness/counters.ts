import { type CounterValue, COUNTER_BASIS, CounterCheck, type Counters } from '../../record/index.ts';
import type { EndTimes } from './ends.ts';

/** What Envoy's counters said at one time. */
export interface Reading {
  /** By Envoy's clock. */
  readonly takenUs: number;
  readonly begun: number;
  /** Calls that are over; `undefined` where no counter tells. */
  readonly byRequests: number | undefined;
  readonly byLog: number | undefined;
  readonly bypassed: number;
}

/** One life of an Envoy; what it counted is compared from `base` on. */
interface Process {
  readonly startedUs: number;
  readonly readings: Reading[];
  base: Reading | undefined;
  /** Calls that were missing already at `base`. */
  lost: number;
}

/** A reading and what its numbers moved by since the one before. */
interface Move {
  readonly process: Process;
  readonly reading: Reading;
  readonly before: Reading;
  readonly basis: number;
  /** Calls over since, that no access log names: at the least. */
  readonly unlogged: number;
}

/** What readings of a window came to. */
interface Summed {
  check: CounterCheck | undefined;
  isIdle: boolean;
}

/** Envoy says its uptime in whole seconds. */
const START_SLACK_US = 3_000_000;
/** How far apart Envoy's reading of a counter and the end that it counts may seem. */
const READING_SLACK_US = 50_000;
const MAX_READINGS = 2_000;
/** How long counters are compared from one base: less than for which ends of calls are remembered. */
const MAX_SPAN_US = 10_000_000_000;
const MAX_PROCESSES = 64;
/** Windows of which is remembered what readings came to that are kept no more. */
const MAX_SUMMED = 20_000;
const OWN = /^http\.(?:admin|async-client)\./;

/** Reads what a `counters` record says of calls. */
export function readingOf(counters: Counters): Reading {
  const values = counters.values.filter(({ name }) => !OWN.test(name));
  const begun = ofListeners(values, 'downstream_rq_total');
  const active = ofListeners(values, 'downstream_rq_active');
  const hasActive = values.some(({ name }) => name.endsWith('.downstream_rq_active'));
  const written = values.filter(({ name }) => /^access_logs\.grpc_access_log\.logs_(?:written|dropped)$/.test(name));
  return {
    takenUs: counters.takenUs > 0 ? counters.takenUs : counters.receivedUs,
    begun,
    byRequests: hasActive ? Math.max(0, begun - active) : ifNothing(begun),
    byLog: written.length > 0 && sum(written) <= begun ? sum(written) : ifNothing(begun),
    bypassed: sum(values.filter(({ name }) => /^http\..+\.ext_proc\..*failure_mode_allowed$/.test(name))),
  };
}

/** Envoy leaves out what has counted nothing. More entries than calls are those of another log, too. */
function ifNothing(begun: number): number | undefined {
  return begun === 0 ? 0 : undefined;
}

function sum(values: readonly CounterValue[]): number {
  return values.reduce((total, { value }) => total + value, 0);
}

/** Over the listeners that record, as their counters of the recording filter show; over all when none does. */
function ofListeners(values: readonly CounterValue[], name: string): number {
  const suffix = `.${name}`;
  const found = values.filter((value) => value.name.startsWith('http.') && value.name.endsWith(suffix));
  const recording = found.filter((value) => {
    const prefix = `${value.name.slice(0, -suffix.length)}.ext_proc.`;
    return values.some((other) => other.name.startsWith(prefix));
  });
  return sum(recording.length > 0 ? recording : found);
}

/** The counters of one node, compared with its access log: cumulatively, for each process of Envoy. */
export class CounterBook {
  readonly #processes: Process[] = [];
  readonly #ends: EndTimes;
  readonly #logStartedUs: number;
  readonly #windowUs: number;
  readonly #summed = new Map<number, Summed>();

  /**
   * @param logStartedUs when the log began: what an Envoy counted before that isn't missed.
   * @param windowUs length of the windows that are asked for
   */
  constructor(ends: EndTimes, logStartedUs: number, windowUs: number) {
    this.#ends = ends;
    this.#logStartedUs = logStartedUs;
    this.#windowUs = windowUs;
  }

  /** True once counters were read. */
  get isRead(): boolean {
    return this.#processes.length > 0;
  }

  /** Takes what was read. */
  take(counters: Counters): void {
    const reading = readingOf(counters);
    const { readings } = this.#processOf(counters.processStartedUs);
    const at = readings.findIndex(({ takenUs }) => takenUs >= reading.takenUs);
    if (readings[at]?.takenUs === reading.takenUs) return;
    readings.splice(at < 0 ? readings.length : at, 0, reading);
    this.#rebase();
  }

  /** When each process of the node was last read, and when the one after it began (zero: none did). */
  lives(): { lastUs: number; nextUs: number }[] {
    return this.#processes.map(({ readings }, index) => ({
      lastUs: readings.at(-1)?.takenUs ?? 0,
      nextUs: this.#processes[index + 1]?.startedUs ?? 0,
    }));
  }

  /** How the counters moved as far as they were read in the window from `fromUs` on; `undefined` without a reading there. */
  check(fromUs: number): CounterCheck | undefined {
    const moves = this.#moves().filter(({ reading }) => this.#windowOf(reading) === fromUs);
    return added(this.#summed.get(fromUs)?.check, totalOf(moves));
  }

  /** True when the counters say that no call began or went on in the window from `fromUs` on. */
  isIdle(fromUs: number): boolean {
    if (this.#summed.get(fromUs)?.isIdle === true) return true;
    return this.#processes.some(({ readings }) => {
      const before = readings.findLast(({ takenUs }) => takenUs <= fromUs);
      const after = readings.find(({ takenUs }) => takenUs >= fromUs + this.#windowUs);
      return before !== undefined && before.begun === after?.begun;
    });
  }

  /** The one that a reading is of: what was read at its very end is. */
  #windowOf({ takenUs }: Reading): number {
    return (Math.ceil(takenUs / this.#windowUs) - 1) * this.#windowUs;
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
      moves.push({ process, reading, before, basis, unlogged: Math.max(0, atLeast - lost) });
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
      this.#sum(older);
      process.lost += older.reduce((all, { unlogged }) => all + unlogged, 0);
      process.base = base;
      readings.splice(0, readings.indexOf(base));
    }
  }

  /** Keeps of readings what each window's came to. */
  #sum(moves: readonly Move[]): void {
    for (const [startUs, own] of Map.groupBy(moves, ({ reading }) => this.#windowOf(reading))) {
      const check = added(this.#summed.get(startUs)?.check, totalOf(own));
      this.#summed.set(startUs, { check, isIdle: this.isIdle(startUs) });
      const [oldest] = this.#summed.keys();
      if (this.#summed.size > MAX_SUMMED && oldest !== undefined) this.#summed.delete(oldest);
    }
  }
}

function totalOf(moves: readonly Move[]): CounterCheck | undefined {
  const last = moves.at(-1);
  if (last === undefined) return undefined;
  const total = (of: (move: Move) => number): number => moves.reduce((all, move) => all + of(move), 0);
  return CounterCheck.create({
    processStartedUs: last.process.startedUs,
    basis: last.basis,
    readUs: last.reading.takenUs,
    begun: total(({ reading, before }) => reading.begun - before.begun),
    finished: total(({ reading, before, basis }) => finished(reading, basis) - finished(before, basis)),
    unlogged: total(({ unlogged }) => unlogged),
    bypassed: total(({ reading, before }) => reading.bypassed - before.bypassed),
  });
}

/** Two parts of one window; the later one says which process it was, and when that was read. */
function added(one: CounterCheck | undefined, other: CounterCheck | undefined): CounterCheck | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    ...(other.readUs >= one.readUs ? other : one),
    begun: one.begun + other.begun,
    finished: one.finished + other.finished,
    unlogged: one.unlogged + other.unlogged,
    bypassed: one.bypassed + other.bypassed,
  };
}

function basisOf(base: Reading, reading: Reading): number {
  if (base.byRequests !== undefined && reading.byRequests !== undefined) return COUNTER_BASIS.requests;
  if (base.byLog !== undefined && reading.byLog !== undefined) return COUNTER_BASIS.log_entries;
  return COUNTER_BASIS.none;
}

function finished({ byRequests = 0, byLog = 0 }: Reading, basis: number): number {
  return basis === COUNTER_BASIS.requests ? byRequests : basis === COUNTER_BASIS.log_entries ? byLog : 0;
}
