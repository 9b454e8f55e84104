import { type Call, type CallWindow } from './call.ts';
import { RememberedIds } from './remembered.ts';

/** How far apart the two lists may say that a call ended: Envoy resets what it defers after 30 s. */
const APART_US = 35_000_000;
const MAX_WINDOWS = 20_000;

/**
 * Calls of which only one list had told when they had to be let go. What the other one says of them can't be told from what
 * it says of others: in their time a call of one list is no call that the other one lacks.
 */
export class UndecidedCalls {
  readonly #windowUs: number;
  /** Of calls that an access log has named, and of calls that were recorded. */
  readonly #logged: RememberedIds;
  readonly #recorded: RememberedIds;
  /** Beginnings of windows in which a call of any node may be one that was recorded, and the other way round. */
  readonly #unlogged = new Set<number>();
  readonly #unrecorded = new Set<number>();
  readonly #own = new Map<string, number>();
  #floorUs = 0;

  constructor(windowUs: number, limit: number) {
    this.#windowUs = windowUs;
    this.#logged = new RememberedIds(limit);
    this.#recorded = new RememberedIds(limit);
  }

  /** Takes a call that is let go. */
  add({ logged, recorded }: Call, window: CallWindow): void {
    this.mark(window);
    const endedUs = (logged ?? recorded)?.endedUs ?? window.startUs;
    const windows = logged === undefined ? this.#unlogged : this.#unrecorded;
    const begin = (us: number): number => Math.floor(us / this.#windowUs) * this.#windowUs;
    for (let at = begin(endedUs - APART_US); at <= endedUs + APART_US; at += this.#windowUs) windows.add(at);
    this.#bound(windows);
    if (logged !== undefined) this.#logged.add(logged.exchangeId);
    if (recorded !== undefined) this.#recorded.add(recorded.exchangeId);
  }

  /** Notes that of a window not all calls are counted. */
  mark({ nodeId, startUs }: CallWindow): void {
    this.#own.set(`${startUs} ${nodeId}`, startUs);
    const [oldest] = this.#own;
    if (this.#own.size <= MAX_WINDOWS || oldest === undefined) return;
    this.#own.delete(oldest[0]);
    this.#raise(oldest[1]);
  }

  /** True for the id of a call that was let go when the access log had named it. */
  hasLogged(exchangeId: string): boolean {
    return this.#logged.has(exchangeId);
  }

  hasRecorded(exchangeId: string): boolean {
    return this.#recorded.has(exchangeId);
  }

  /** Forgets an id of which both lists have told. */
  settle(exchangeId: string): void {
    this.#logged.delete(exchangeId);
    this.#recorded.delete(exchangeId);
  }

  /** True when calls of a window may have been told of that were let go; `isNobody`: of those that no access log names. */
  has(nodeId: string, startUs: number, isNobody: boolean): boolean {
    const byTime = isNobody ? this.#unrecorded : this.#unlogged;
    return startUs < this.#floorUs || byTime.has(startUs) || this.#own.has(`${startUs} ${nodeId}`);
  }

  #bound(windows: Set<number>): void {
    for (const oldest of windows) {
      if (windows.size <= MAX_WINDOWS) return;
      windows.delete(oldest);
      this.#raise(oldest);
    }
  }

  #raise(startUs: number): void {
    this.#floorUs = Math.max(this.#floorUs, startUs + this.#windowUs);
  }
}
