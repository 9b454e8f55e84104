const SECOND_US = 1_000_000;
/** Seconds of which each single time is kept, and seconds of which the number is. */
const MAX_EXACT = 900;
const MAX_SECONDS = 20_000;

interface Second {
  count: number;
  /** The times in it; of older ones only their number is kept. */
  times: number[] | undefined;
}

/** How many calls ended when: exact for the newest minutes, by the second for hours, in bounded memory. */
export class EndTimes {
  readonly #seconds = new Map<number, Second>();
  #order: number[] | undefined;
  #sums: number[] = [];
  #before = 0;
  #exact = 0;

  /** Takes the end of a call. */
  add(timeUs: number): void {
    const number = Math.floor(timeUs / SECOND_US);
    const second = this.#seconds.get(number);
    this.#order = undefined;
    if (second !== undefined) {
      second.count += 1;
      second.times?.push(timeUs);
      return;
    }
    this.#seconds.set(number, { count: 1, times: [timeUs] });
    this.#exact += 1;
    if (this.#exact > MAX_EXACT || this.#seconds.size > MAX_SECONDS) this.#forget();
  }

  /** How many ended in (`fromUs`, `untilUs`], at the most: of a second that is no longer exact all count. */
  mostBetween(fromUs: number, untilUs: number): number {
    return Math.max(0, this.#upTo(untilUs, true) - this.#upTo(fromUs, false));
  }

  /** The last end before a time; of a second that is no longer exact its beginning. Zero for none. */
  lastBefore(timeUs: number): number {
    const number = this.#sorted().findLast((second) => second * SECOND_US < timeUs);
    if (number === undefined) return 0;
    const times = this.#seconds.get(number)?.times?.filter((time) => time < timeUs) ?? [];
    return times.length > 0 ? Math.max(...times) : Math.min(number * SECOND_US, timeUs);
  }

  /** The ends after a time, as far as they are exact: all of the newest are. */
  timesAfter(timeUs: number): number[] {
    const first = Math.floor(timeUs / SECOND_US);
    const seconds = [...this.#seconds].filter(([number]) => number >= first);
    return seconds.flatMap(([, { times = [] }]) => times.filter((time) => time > timeUs));
  }

  #upTo(timeUs: number, isMost: boolean): number {
    const order = this.#sorted();
    const number = Math.floor(timeUs / SECOND_US);
    let [low, high] = [0, order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((order[middle] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    const whole = low === 0 ? this.#before : (this.#sums[low - 1] ?? 0);
    const second = this.#seconds.get(number);
    if (second === undefined) return whole;
    if (second.times === undefined) return isMost ? whole + second.count : whole;
    return whole + second.times.reduce((sum, time) => sum + (time <= timeUs ? 1 : 0), 0);
  }

  #sorted(): number[] {
    if (this.#order !== undefined) return this.#order;
    const order = [...this.#seconds.keys()].toSorted((a, b) => a - b);
    let sum = this.#before;
    this.#sums = order.map((number) => (sum += this.#seconds.get(number)?.count ?? 0));
    this.#order = order;
    return order;
  }

  /** A tenth at a time: the order costs what it does. */
  #forget(): void {
    const order = this.#sorted();
    for (const number of order.slice(0, Math.max(0, order.length - MAX_EXACT + MAX_EXACT / 10))) {
      const second = this.#seconds.get(number);
      if (second !== undefined) second.times = undefined;
    }
    const tooMany = order.length > MAX_SECONDS ? order.length - MAX_SECONDS + MAX_SECONDS / 10 : 0;
    for (const number of order.slice(0, tooMany)) {
      this.#before += this.#seconds.get(number)?.count ?? 0;
      this.#seconds.delete(number);
    }
    this.#exact = [...this.#seconds.values()].filter(({ times }) => times !== undefined).length;
    this.#order = undefined;
  }
}
