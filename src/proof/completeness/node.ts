import { CounterBook } from './counters.ts';
import { EndTimes } from './ends.ts';

const MAX_CARRIERS = 256;
const MAX_RECORDERS = 256;
const MAX_LOG_NAMES = 16;
/** Messages that tell how clocks differ: few, because a clock may be set. */
const OFFSET_MESSAGES = 8;
/** Counters are on their way at once: a clock that is so much further ahead of them than the messages tell was set since. */
const CLOCK_SET_US = 60_000_000;

/** How far a clock is ahead of a node's, as the last messages tell. */
class Offset {
  readonly #lastUs: number[] = [];

  /** At the most: what the newest entry of a message took to arrive is in it. */
  get us(): number {
    return this.#lastUs.length === 0 ? 0 : Math.min(...this.#lastUs);
  }

  add(offsetUs: number): void {
    this.#lastUs.push(offsetUs);
    if (this.#lastUs.length > OFFSET_MESSAGES) this.#lastUs.shift();
  }

  /** Forgets what was before the clock was set forward. */
  check(offsetUs: number): void {
    if (this.#lastUs.length > 0 && offsetUs > this.us + CLOCK_SET_US) this.#lastUs.splice(0, Infinity, offsetUs);
  }
}

/** After such a pause a node was gone, and is back. */
const PAUSE_US = 86_400_000_000;

/** Who received access-log messages of a node. */
class Carrier {
  readonly offset = new Offset();

  /** Its clock less the node's. */
  get offsetUs(): number {
    return this.offset.us;
  }
}

/** What is known of one Envoy beside its calls. */
export class NodeFacts {
  readonly id: string;
  /** Times by its own clock: the first and the last that it was heard of. */
  firstUs = Number.MAX_SAFE_INTEGER;
  lastUs = 0;
  /** Since when it is heard of without a long pause. */
  resumedUs = 0;
  lastEndedUs = 0;
  readonly ends = new EndTimes();
  readonly counters: CounterBook;
  /** Epochs that received its access log, by name. */
  readonly carriers = new Map<string, Carrier>();
  /** Epochs that recorded calls of it. */
  readonly recorders = new Set<string>();
  readonly logNames = new Set<string>();
  readonly #offset = new Offset();

  constructor(id: string, logStartedUs: number, windowUs: number) {
    this.id = id;
    this.counters = new CounterBook(this.ends, logStartedUs, windowUs);
  }

  /** How far the clocks of those who received its log lately are ahead of the node's, the least of them. */
  get offsetUs(): number {
    return this.#offset.us;
  }

  /** Notes who received a message whose newest call ended at `endedUs`. */
  heard(epoch: string, logName: string, receivedUs: number, endedUs: number): void {
    const offsetUs = receivedUs - endedUs;
    const carrier = this.carriers.get(epoch) ?? new Carrier();
    this.carriers.set(epoch, carrier);
    carrier.offset.add(offsetUs);
    this.#offset.add(offsetUs);
    const [oldest] = this.carriers.keys();
    if (this.carriers.size > MAX_CARRIERS && oldest !== undefined) this.carriers.delete(oldest);
    if (this.logNames.size < MAX_LOG_NAMES && logName !== '') this.logNames.add(logName);
  }

  /** Notes how far the clock of whoever received counters was ahead of the node's. */
  counted(epoch: string, offsetUs: number): void {
    this.carriers.get(epoch)?.offset.check(offsetUs);
    this.#offset.check(offsetUs);
  }

  /** Notes that a call ended. */
  ended(timeUs: number): void {
    this.ends.add(timeUs);
    this.lastEndedUs = Math.max(this.lastEndedUs, timeUs);
    this.heardAt(timeUs);
  }

  /** Notes a time, by its clock, at which it was there. */
  heardAt(timeUs: number): void {
    if (timeUs > this.lastUs + PAUSE_US) this.resumedUs = timeUs;
    this.firstUs = Math.min(this.firstUs, timeUs);
    this.lastUs = Math.max(this.lastUs, timeUs);
  }

  /** Notes who recorded a call of it. */
  recordedBy(epoch: string): void {
    if (this.recorders.size < MAX_RECORDERS) this.recorders.add(epoch);
    else if (!this.recorders.has(epoch)) {
      const [oldest] = this.recorders;
      if (oldest !== undefined) this.recorders.delete(oldest);
      this.recorders.add(epoch);
    }
  }
}
