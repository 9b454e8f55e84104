import { CounterBook } from './counters.ts';
import { EndTimes } from './ends.ts';

const MAX_CARRIERS = 256;
const MAX_RECORDERS = 256;
const MAX_LOG_NAMES = 16;

/** After such a pause a node was gone, and is back. */
const PAUSE_US = 86_400_000_000;

/** Who received access-log messages of a node. */
interface Carrier {
  /** Its clock less the node's, at the most: what the newest entry of a message took to arrive is in it. */
  offsetUs: number;
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

  constructor(id: string, logStartedUs: number, windowUs: number) {
    this.id = id;
    this.counters = new CounterBook(this.ends, logStartedUs, windowUs);
  }

  /** The least that a recorder's clock is ahead of the node's, as far as that is known. */
  get offsetUs(): number {
    const offsets = [...this.carriers.values()].map(({ offsetUs }) => offsetUs);
    return offsets.length === 0 ? 0 : Math.min(...offsets);
  }

  /** Notes who received a message whose newest call ended at `endedUs`. */
  heard(epoch: string, logName: string, receivedUs: number, endedUs: number): void {
    const offsetUs = receivedUs - endedUs;
    const carrier = this.carriers.get(epoch);
    if (carrier === undefined) this.carriers.set(epoch, { offsetUs });
    else carrier.offsetUs = Math.min(carrier.offsetUs, offsetUs);
    const [oldest] = this.carriers.keys();
    if (this.carriers.size > MAX_CARRIERS && oldest !== undefined) this.carriers.delete(oldest);
    if (this.logNames.size < MAX_LOG_NAMES && logName !== '') this.logNames.add(logName);
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
