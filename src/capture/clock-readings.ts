import { CLOCK_SOURCE, type ClockReading, type ClockSource } from '../record/index.ts';
import type { Clock } from '../runtime/index.ts';

/** The smallest difference of so long is told, and of the time before while this one lasts. */
const WINDOW_US = 30_000_000;
/** Calls are looked at no more often: a reading needs few, and each costs time on the way of a call. */
const PACE_US = 5_000;
/** Envoys that are followed at once; of further ones nothing is told until the next window. */
const MAX_NAMES = 64;
/** Readings that stand in one record: those that are farthest from zero. */
const MAX_TOLD = 8;

interface Sample {
  readonly source: ClockSource;
  readonly name: string;
  offsetUs: number;
  samples: number;
}

/**
 * How far our wall clock is from those of the Envoys that send us something. A message that says when something happened there
 * has been on its way since, so our clock seems ahead by that as well: the smallest difference of many comes closest.
 */
export class ClockReadings {
  readonly #clock: Clock;
  #current = new Map<string, Sample>();
  #before = new Map<string, Sample>();
  #sinceUs: number;
  #lastCallUs = -PACE_US;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sinceUs = clock.monotonicUs();
  }

  /** A call began at `envoyUs` by Envoy's clock, and was seen at `seenUs` by ours. */
  takeCall(envoyUs: number, seenUs: number, peer: () => string): void {
    const nowUs = this.#clock.monotonicUs();
    if (nowUs - this.#lastCallUs < PACE_US) return;
    this.#lastCallUs = nowUs;
    this.#take(CLOCK_SOURCE.ext_proc, peer(), seenUs - envoyUs);
  }

  /** The last call of a message of the access log ended at `envoyUs` by the clock of that node. */
  takeLog(envoyUs: number, seenUs: number, nodeId: string): void {
    this.#take(CLOCK_SOURCE.access_log, nodeId, seenUs - envoyUs);
  }

  /** Of each Envoy that was heard of lately; no more than fit into a record, the worst first. */
  recent(): ClockReading[] {
    this.#turn();
    const merged = new Map(this.#before);
    for (const [key, sample] of this.#current) {
      const before = merged.get(key);
      const offsetUs = Math.min(sample.offsetUs, before?.offsetUs ?? Infinity);
      merged.set(key, { ...sample, offsetUs, samples: sample.samples + (before?.samples ?? 0) });
    }
    return [...merged.values()]
      .toSorted((a, b) => Math.abs(b.offsetUs) - Math.abs(a.offsetUs))
      .slice(0, MAX_TOLD)
      .map(({ source, name, offsetUs, samples }) => ({
        ...{ source, name, samples },
        aheadUs: Math.max(0, offsetUs),
        behindUs: Math.max(0, -offsetUs),
      }));
  }

  #take(source: ClockSource, name: string, offsetUs: number): void {
    this.#turn();
    const key = `${source} ${name}`;
    const sample = this.#current.get(key);
    if (sample === undefined) {
      if (this.#current.size < MAX_NAMES) this.#current.set(key, { source, name, offsetUs, samples: 1 });
      return;
    }
    sample.offsetUs = Math.min(sample.offsetUs, offsetUs);
    sample.samples += 1;
  }

  #turn(): void {
    const nowUs = this.#clock.monotonicUs();
    const agoUs = nowUs - this.#sinceUs;
    if (agoUs < WINDOW_US) return;
    this.#before = agoUs < 2 * WINDOW_US ? this.#current : new Map<string, Sample>();
    this.#current = new Map();
    this.#sinceUs = nowUs;
  }
}
