import { CounterBook } from './counters.ts';
import { EndTimes } from './ends.ts';
import { LatestOffset, LeastOffset, type Offset } from './offset.ts';

const MAX_CARRIERS = 256;
const MAX_RECORDERS = 256;
const MAX_LOG_NAMES = 16;
/** After such a pause a node was gone, and is back. */
const PAUSE_US = 86_400_000_000;

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
  /** Epochs that received its access log, by name: how far the clock of each is ahead. */
  readonly carriers = new Map<string, Offset>();
  /** Epochs that recorded calls of it. */
  readonly recorders = new Set<string>();
  readonly logNames = new Set<string>();
  readonly #method: number;
  readonly #latest = new LatestOffset();

  /** @param method by whose rules it is judged */
  constructor(id: string, logStartedUs: number, windowUs: number, method: number) {
    this.id = id;
    this.#method = method;
    this.counters = new CounterBook(this.ends, logStartedUs, windowUs);
  }

  /** How far the clocks of those who received its log are ahead of the node's, the least of them; since method 2: lately. */
  get offsetUs(): number {
    if (this.#method > 1) return this.#latest.us;
    const known = [...this.carriers.values()].map(({ us }) => us);
    return known.length === 0 ? 0 : Math.min(...known);
  }

  /** Notes who received a message whose newest call ended at `endedUs`. */
  heard(epoch: string, logName: string, receivedUs: number, endedUs: number): void {
    const offsetUs = receivedUs - endedUs;
    const offset = this.carriers.get(epoch) ?? (this.#method > 1 ? new LatestOffset() : new LeastOffset());
    this.carriers.set(epoch, offset);
    offset.add(offsetUs);
    this.#latest.add(offsetUs);
    const [oldest] = this.carriers.keys();
    if (this.carriers.size > MAX_CARRIERS && oldest !== undefined) this.carriers.delete(oldest);
    if (this.logNames.size < MAX_LOG_NAMES && logName !== '') this.logNames.add(logName);
  }

  /** Notes how far the clock of whoever received counters was ahead of the node's. */
  counted(epoch: string, offsetUs: number): void {
    this.carriers.get(epoch)?.check(offsetUs);
    this.#latest.check(offsetUs);
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
