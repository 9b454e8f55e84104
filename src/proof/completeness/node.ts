import { addSpan, ClockSteps } from './clock-steps.ts';
import type { CounterComparison, Told } from './comparison.ts';
import { CounterBook } from './counters.ts';
import { CountedEnds } from './counted-ends.ts';
import { EndTimes } from './ends.ts';
import { LatestOffset, LeastOffset, type Offset } from './offset.ts';
import type { Span } from './spans.ts';

const MAX_RECORDERS = 256;
const MAX_LOG_NAMES = 16;
/** After such a pause a node was gone, and is back. */
const PAUSE_US = 86_400_000_000;

/** What a node is judged by. */
export interface NodeRules {
  readonly logStartedUs: number;
  readonly windowUs: number;
  readonly silentUs: number;
  readonly maxCarriers: number;
  /** Times that are held of those who are not. */
  readonly maxLeft: number;
  readonly method: number;
  /** Up to when, by recorders' clocks, nodes were heard of that are forgotten by now: this may be one of them. */
  readonly forgottenUs: number;
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
  readonly steps = new ClockSteps();
  /** Times, by its clock, longer than a day, between two that it was heard of. */
  readonly pauses: Span[] = [];
  readonly ends = new EndTimes();
  readonly counters: CounterComparison;
  /** Epochs that received its access log, by name: how far the clock of each is ahead. */
  readonly carriers = new Map<string, Offset>();
  /** Epochs that recorded calls of it. */
  readonly recorders = new Set<string>();
  readonly logNames = new Set<string>();
  readonly #rules: NodeRules;
  readonly #latest = new LatestOffset();
  /** Carriers that no message is known of, and the one that each follows: what came to it may have gone down with it. */
  readonly #heirs = new Map<string, string>();
  readonly #left: Span[] = [];
  #floorUs = 0;

  constructor(id: string, rules: NodeRules) {
    this.id = id;
    this.#rules = rules;
    this.counters = rules.method > 2 ? new CountedEnds(rules) : new CounterBook(this.ends, rules);
  }

  /** How far the clocks of those who received its log are ahead of the node's, the least of them; since method 2: lately. */
  get offsetUs(): number {
    if (this.#rules.method > 1) return this.#latest.us;
    const known = [...this.carriers.values()].map(({ us }) => us);
    return known.length === 0 ? 0 : Math.min(...known);
  }

  /** Before that something was forgotten that would have told what nobody can know: nothing is whole there. */
  get certainFromUs(): number {
    const { forgottenUs } = this.#rules;
    const before = forgottenUs === 0 ? 0 : forgottenUs - this.offsetUs;
    return Math.max(this.#floorUs, this.counters.certainFromUs, before);
  }

  /** Times that carriers left unknown that are held no more. */
  get leftUnknown(): readonly Span[] {
    return this.#left;
  }

  /** Notes what one leaves unknown that is about to be forgotten. */
  forget(spans: readonly Span[]): void {
    for (const { sinceUs, untilUs } of spans)
      this.#left.push({ sinceUs, untilUs: untilUs === 0 ? this.lastUs : untilUs });
    for (const { untilUs } of this.#left.splice(0, Math.max(0, this.#left.length - this.#rules.maxLeft)))
      this.#floorUs = Math.max(this.#floorUs, untilUs);
  }

  /** How far the clock of a carrier is ahead, or for want of that the clock of the one that it follows; else the node's. */
  offsetOf(name: string): number {
    let carrier: string | undefined = name;
    for (let hops = 0; hops <= this.#heirs.size && carrier !== undefined; hops += 1) {
      const offset = this.carriers.get(carrier);
      if (offset?.isKnown === true) return offset.us;
      carrier = this.#heirs.get(carrier);
    }
    return this.offsetUs;
  }

  /** True for a carrier of which no message is known: another one that went on after it had the log before. */
  isHeir(name: string): boolean {
    return this.#heirs.has(name);
  }

  /** Notes that an epoch went on where another one had ended that had received the log. */
  follow(previous: string, name: string): void {
    if (this.carriers.has(name) || !this.carriers.has(previous)) return;
    this.#heirs.set(name, previous);
    this.carriers.set(name, new LatestOffset());
  }

  /** Notes who received a message whose newest call ended at `endedUs`. True when it had received none before. */
  heard(epoch: string, logName: string, receivedUs: number, endedUs: number): boolean {
    const { method } = this.#rules;
    const offsetUs = receivedUs - endedUs;
    this.steps.take(endedUs, receivedUs, this.lastUs);
    const known = this.carriers.get(epoch);
    const offset = known ?? (method > 1 ? new LatestOffset() : new LeastOffset());
    if (method > 2) this.carriers.delete(epoch);
    this.carriers.set(epoch, offset);
    offset.add(offsetUs);
    this.#latest.add(offsetUs);
    if (this.logNames.size < MAX_LOG_NAMES && logName !== '') this.logNames.add(logName);
    return this.#heirs.delete(epoch) || known === undefined;
  }

  /** The carrier that has to go, of too many: the first one; since method 3 the one that was heard of first. */
  get excessCarrier(): string | undefined {
    const [oldest] = this.carriers.keys();
    return this.carriers.size > this.#rules.maxCarriers ? oldest : undefined;
  }

  /** Lets one go. */
  dropCarrier(name: string): void {
    this.carriers.delete(name);
    this.#heirs.delete(name);
  }

  /** Notes when counters were taken, by its clock, and received, by that of whoever did. */
  counted(epoch: string, takenUs: number, receivedUs: number): void {
    const offsetUs = receivedUs - takenUs;
    this.steps.take(takenUs, receivedUs, this.lastUs);
    const carrier = this.carriers.get(epoch);
    if (carrier?.isKnown === false) carrier.add(offsetUs);
    else carrier?.check(offsetUs);
    this.#latest.check(offsetUs);
  }

  /** Notes that a call ended, and what told of it. */
  ended(timeUs: number, told: Told): void {
    if (this.#rules.method < 3) this.ends.add(timeUs);
    this.counters.ended(timeUs, told);
    this.lastEndedUs = Math.max(this.lastEndedUs, timeUs);
    this.heardAt(timeUs);
  }

  /** Notes a time, by its clock, at which it was there. */
  heardAt(timeUs: number): void {
    const isEarlier = timeUs < this.resumedUs && timeUs >= this.resumedUs - PAUSE_US;
    if (isEarlier || timeUs > this.lastUs + PAUSE_US) this.resumedUs = timeUs;
    if (this.lastUs > 0 && timeUs > this.lastUs + PAUSE_US) addSpan(this.pauses, this.lastUs, timeUs);
    if (this.lastUs > 0 && timeUs < this.firstUs - PAUSE_US) addSpan(this.pauses, timeUs, this.firstUs);
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
