import type { CounterCheck, Counters } from '../../record/index.ts';
import type { CounterComparison, EnvoyLife, Told } from './comparison.ts';
import { EndTimes } from './ends.ts';
import { added, MAX_PROCESSES, READING_SLACK_US, START_SLACK_US, SummedMoves, totalOf } from './moves.ts';
import { type Reading, readingOf } from './readings.ts';
import { Stretch } from './stretch.ts';

/** What was told while the clock of an Envoy was not set back. */
interface Era {
  readonly ends: EndTimes;
  endedUs: number;
  /** When it began, by the clock of who received the first reading. */
  readonly sinceUs: number;
  /** How far the clock of who received the last reading was ahead. */
  offsetUs: number;
  readonly stretches: Stretch[];
}

interface Unread {
  readonly sinceUs: number;
  readonly untilUs: number;
}

const NOTHING = { begun: 0, byRequests: 0, byLog: 0, bypassed: 0 };
const MAX_ERAS = 8;
/** Lives whose readings are compared at once: while one follows another both may still be told of. */
const MAX_OPEN = 2;
const MAX_UNREAD = 1_024;
const MAX_CLOCKS = 256;
/** Ends that were told since the last reading: those by a clock that was set back meanwhile are among them. */
const MAX_RECENT = 20_000;
/** Readings of two Envoys of one name may seem to lie so far in the wrong order. */
const ORDER_US = 1_000_000;

/**
 * Since method 3: each end of a call is counted as it is told, against the readings that are there by then, so that what
 * was once counted exactly stays so. Where the clock of Envoy goes back, what comes after it is counted by itself.
 */
export class CountedEnds implements CounterComparison {
  readonly #logStartedUs: number;
  readonly #windowUs: number;
  readonly #silentUs: number;
  readonly #summed: SummedMoves;
  /** The present one stands last. */
  readonly #eras: Era[] = [newEra(0)];
  #unread: Unread[] = [];
  #recent: number[] = [];
  #forgottenUs = 0;
  /** How far the clock of each epoch that received counters was ahead of Envoy's the last time. */
  readonly #clocks = new Map<string, number>();

  constructor(rules: { logStartedUs: number; windowUs: number; silentUs: number }) {
    this.#logStartedUs = rules.logStartedUs;
    this.#windowUs = rules.windowUs;
    this.#silentUs = rules.silentUs;
    this.#summed = new SummedMoves(rules.windowUs);
  }

  get isRead(): boolean {
    return this.#stretches.length > 0;
  }

  get certainFromUs(): number {
    return Math.max(this.#forgottenUs, this.#summed.forgottenUs);
  }

  get unread(): readonly Unread[] {
    return this.#unread;
  }

  take(counters: Counters, epoch: string): void {
    const reading = readingOf(counters);
    const { receivedUs, takenUs, processStartedUs } = counters;
    if (takenUs > 0) this.#noteClock(epoch, receivedUs - takenUs);
    const stretch = this.#place(processStartedUs, reading, receivedUs);
    stretch.receivedUs = Math.max(stretch.receivedUs, receivedUs);
    if (this.#era.stretches.includes(stretch)) this.#era.offsetUs = receivedUs - reading.takenUs;
    this.#recent = [];
    const settled = stretch.settle();
    if (settled.length > 0) this.#summed.add(settled, (startUs) => this.isIdle(startUs));
  }

  ended(timeUs: number, told: Told): void {
    const era = this.#eraOf(told);
    const endUs = this.#seenUs(era, timeUs, told);
    era.ends.add(endUs);
    era.endedUs = Math.max(era.endedUs, endUs);
    if (era === this.#era && this.#recent.length < MAX_RECENT) this.#recent.push(endUs);
    for (const stretch of era.stretches) stretch.ended(endUs);
  }

  lives(): EnvoyLife[] {
    return this.#eras.flatMap((era, index) => {
      const lives = [...Map.groupBy(era.stretches, ({ startedUs }) => startedUs)].toSorted(([a], [b]) => a - b);
      return lives.flatMap(([, stretches], at) => {
        const lastUs = Math.max(...stretches.map(({ last }) => last.takenUs));
        const nextUs = lives[at + 1]?.[0] ?? 0;
        // How a clock that was set back leaves off is told by what is unread.
        if (nextUs === 0 && index < this.#eras.length - 1) return [];
        return [{ lastUs, nextUs, endedUs: nextUs === 0 ? era.endedUs : era.ends.lastBefore(nextUs) }];
      });
    });
  }

  check(fromUs: number): CounterCheck | undefined {
    const moves = this.#stretches.flatMap((stretch) => stretch.moves());
    const own = moves.filter(({ reading }) => this.#summed.windowOf(reading) === fromUs);
    return added(this.#summed.get(fromUs)?.check, totalOf(own));
  }

  isIdle(fromUs: number): boolean {
    if (this.#summed.get(fromUs)?.isIdle === true) return true;
    return this.#stretches.some(({ readings }) => {
      const before = readings.findLast(({ takenUs }) => takenUs <= fromUs);
      const after = readings.find(({ takenUs }) => takenUs >= fromUs + this.#windowUs);
      return before !== undefined && before.begun === after?.begun;
    });
  }

  get #era(): Era {
    return this.#eras.at(-1) ?? newEra(0);
  }

  get #stretches(): Stretch[] {
    return this.#eras.flatMap(({ stretches }) => stretches);
  }

  #noteClock(epoch: string, offsetUs: number): void {
    this.#clocks.delete(epoch);
    this.#clocks.set(epoch, offsetUs);
    const [oldest] = this.#clocks.keys();
    if (this.#clocks.size > MAX_CLOCKS && oldest !== undefined) this.#clocks.delete(oldest);
  }

  /** A message that was received before the clock was set back, and speaks of its time, is of the era before. */
  #eraOf({ receivedUs, newestUs }: Told): Era {
    const offsetUs = receivedUs - newestUs;
    const present = this.#era;
    const before = this.#eras.slice(0, -1).filter((_, index) => receivedUs < (this.#eras[index + 1]?.sinceUs ?? 0));
    return before.reduce(
      (best, era) => (Math.abs(offsetUs - era.offsetUs) < Math.abs(offsetUs - best.offsetUs) ? era : best),
      present,
    );
  }

  /** A call that was open while the clock was set back seems to end in the future: it had ended when that was told. */
  #seenUs({ stretches }: Era, timeUs: number, { epoch, receivedUs }: Told): number {
    const offsetUs = this.#clocks.get(epoch);
    const lastUs = stretches.at(-1)?.last.takenUs;
    if (offsetUs === undefined || lastUs === undefined) return timeUs;
    const latestUs = Math.max(receivedUs - offsetUs, lastUs);
    return timeUs > latestUs + READING_SLACK_US ? latestUs : timeUs;
  }

  /** Takes a reading into the stretch that it is of. */
  #place(startedUs: number, reading: Reading, receivedUs: number): Stretch {
    const all = this.#stretches;
    const newest = all.at(-1);
    const own = all.filter((stretch) =>
      startedUs === 0
        ? stretch.startedUs === newest?.startedUs
        : Math.abs(stretch.startedUs - startedUs) <= START_SLACK_US,
    );
    const last = own.at(-1);
    if (last === undefined) return this.#begin(startedUs, reading, receivedUs, newest);
    const fitting = own.findLast((stretch) => stretch.fits(reading));
    if (fitting === undefined && last.isSetBack(reading)) return this.#goOn(last.startedUs, reading, receivedUs, last);
    const stretch = fitting ?? last;
    stretch.add(reading);
    return stretch;
  }

  /** A life that is heard of for the first time: counted from its beginning, where the log has seen that. */
  #begin(startedUs: number, reading: Reading, receivedUs: number, newest: Stretch | undefined): Stretch {
    if (newest !== undefined && receivedUs > newest.receivedUs) {
      const isBefore = startedUs > 0 && reading.takenUs < newest.last.takenUs - ORDER_US;
      if (isBefore) return this.#goOn(startedUs, reading, receivedUs, newest);
    }
    const beginUs = startedUs - START_SLACK_US;
    const isSeen = startedUs > this.#logStartedUs;
    return this.#add(startedUs, isSeen ? { takenUs: beginUs, ...NOTHING } : reading, reading);
  }

  /** The clock was set back: what comes from now on is compared with this reading, and what was between the two isn't known. */
  #goOn(startedUs: number, reading: Reading, receivedUs: number, { last, receivedUs: beforeUs }: Stretch): Stretch {
    const passedUs = receivedUs > beforeUs ? receivedUs - beforeUs : this.#silentUs;
    this.#leaveUnread(last.takenUs, last.takenUs + passedUs);
    this.#leaveUnread(Math.max(0, reading.takenUs - passedUs), reading.takenUs);
    const era = newEra(receivedUs);
    // What was told by the new clock before it was read is nearer to this reading than to the last one.
    const middleUs = (reading.takenUs + last.takenUs) / 2;
    for (const timeUs of this.#recent.filter((each) => each < middleUs)) era.ends.add(timeUs);
    this.#eras.push(era);
    this.#bound();
    return this.#add(startedUs, reading, reading);
  }

  #add(startedUs: number, origin: Reading, first: Reading): Stretch {
    const { stretches, ends } = this.#era;
    const untilUs = first.takenUs + READING_SLACK_US;
    const ended = ends.mostBetween(origin.takenUs - READING_SLACK_US, untilUs);
    const stretch = new Stretch(startedUs, origin, first, ended, ends.timesAfter(untilUs));
    stretches.push(stretch);
    const latest = stretches.toSorted((a, b) => b.last.takenUs - a.last.takenUs);
    for (const other of latest.slice(MAX_OPEN)) other.isClosed = true;
    this.#bound();
    return stretch;
  }

  #leaveUnread(sinceUs: number, untilUs: number): void {
    this.#unread.push({ sinceUs, untilUs });
    for (const oldest of this.#unread.splice(0, Math.max(0, this.#unread.length - MAX_UNREAD)))
      this.#forgottenUs = Math.max(this.#forgottenUs, oldest.untilUs);
  }

  #bound(): void {
    while (this.#eras.length > MAX_ERAS || (this.#stretches.length > MAX_PROCESSES && this.#eras.length > 1))
      for (const { last } of this.#eras.shift()?.stretches ?? [])
        this.#forgottenUs = Math.max(this.#forgottenUs, last.takenUs);
    const { stretches } = this.#era;
    const [oldest, next] = stretches.toSorted((a, b) => a.startedUs - b.startedUs);
    if (stretches.length <= MAX_PROCESSES || oldest === undefined || next === undefined) return;
    this.#summed.add(oldest.moves(), (startUs) => this.isIdle(startUs));
    // Of a life that is forgotten its end is kept.
    const untilUs = next.startedUs + START_SLACK_US;
    if (untilUs > oldest.last.takenUs) this.#leaveUnread(oldest.last.takenUs, untilUs);
    stretches.splice(stretches.indexOf(oldest), 1);
  }
}

function newEra(sinceUs: number): Era {
  return { ends: new EndTimes(), endedUs: 0, sinceUs, offsetUs: 0, stretches: [] };
}
