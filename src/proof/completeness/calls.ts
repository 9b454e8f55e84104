import { type AuditSettings, CallCounts, ENDED } from '../../record/index.ts';
import type { LoggedCall, RecordedCall } from './facts.ts';
import type { AuditLimits } from './limits.ts';
import { RememberedIds } from './remembered.ts';
import { type CallFacts, judgeCall, type Sort } from './verdict.ts';

/** A call, as far as both sides have told of it. */
export interface Call extends CallFacts {
  logged: LoggedCall | undefined;
  recorded: RecordedCall | undefined;
  isBegun: boolean;
  /** By which id its beginning was recorded. */
  begunId: string;
  /** Records of it beside the one that is held. */
  repeats: number;
  window: CallWindow | undefined;
}

/** The calls of a node that ended in one window. */
export interface CallWindow {
  readonly nodeId: string;
  readonly startUs: number;
  readonly calls: Set<Call>;
  /** Of calls that are held no longer. */
  readonly folded: CallCounts;
  /** Moves with every change. */
  version: number;
}

/** Sorts that nothing is expected to change. */
const SETTLED: ReadonlySet<Sort> = new Set(['complete', 'cut', 'unrecordedRoutes', 'neverOffered']);
/** Calls that were recorded, and that no log names, belong to nobody. */
export const NOBODY = '';

/** Joins what Envoy says of calls with what records say, in bounded memory, whichever comes first. */
export class CallBook {
  readonly #settings: AuditSettings;
  readonly #limits: AuditLimits;
  readonly #byId = new Map<string, Call>();
  readonly #bySecond = new Map<string, Call>();
  readonly #nodes = new Map<string, Map<number, CallWindow>>();
  readonly #remembered: RememberedIds;
  /** In the order in which they settled; one that no longer is stays with the others. */
  readonly #settled = new Set<Call>();
  /** All others, the oldest first. */
  readonly #unsettled = new Set<Call>();

  constructor(settings: AuditSettings, limits: AuditLimits) {
    this.#settings = settings;
    this.#limits = limits;
    this.#remembered = new RememberedIds(limits.maxRemembered);
  }

  /** The windows of a node that have calls, by their beginning. */
  windowsOf(nodeId: string): ReadonlyMap<number, CallWindow> {
    return this.#nodes.get(nodeId) ?? new Map();
  }

  /** Takes an entry of a node's access log; the call that it is of, or `undefined` when that was told before. */
  addLogged(nodeId: string, logged: LoggedCall): Call | undefined {
    const { exchangeId, second } = logged;
    const known = exchangeId === '' ? this.#bySecond.get(second) : this.#byId.get(exchangeId);
    if (known?.logged !== undefined) return undefined;
    if (known === undefined && this.#remembered.has(exchangeId)) return undefined;
    const call = known ?? newCall();
    call.logged = logged;
    if (exchangeId !== '') this.#byId.set(exchangeId, call);
    else if (second !== '') this.#bySecond.set(second, call);
    this.#leaveSecond(call);
    this.#place(call, nodeId, logged.endedUs);
    return call;
  }

  /** Takes a record of a call; the call that it is of, or `undefined` when that was let go. */
  addRecorded(recorded: RecordedCall): Call | undefined {
    const { exchangeId, second } = recorded;
    const known = (exchangeId === '' ? undefined : this.#byId.get(exchangeId)) ?? this.#idless(second);
    if (known === undefined && this.#remembered.has(exchangeId)) return undefined;
    const call = known ?? newCall();
    if (call.recorded !== undefined) call.repeats += 1;
    if (call.recorded === undefined || isBetter(recorded, call.recorded)) call.recorded = recorded;
    if (exchangeId !== '') this.#byId.set(exchangeId, call);
    if (call.logged === undefined) {
      if (second !== '') this.#bySecond.set(second, call);
      this.#place(call, NOBODY, recorded.endedUs);
    } else this.#changed(call);
    return call;
  }

  /** Notes that a record tells of a call that isn't over. */
  addBegun(exchangeId: string): void {
    if (exchangeId === '' || this.#remembered.has(exchangeId)) return;
    const call = this.#byId.get(exchangeId) ?? newCall();
    if (call.isBegun) return;
    call.isBegun = true;
    call.begunId = exchangeId;
    this.#byId.set(exchangeId, call);
    this.#changed(call);
  }

  #idless(second: string): Call | undefined {
    const call = this.#bySecond.get(second);
    return call?.logged?.exchangeId === '' ? call : undefined;
  }

  /** A call that was found by its id needs no second key. */
  #leaveSecond({ logged, recorded }: Call): void {
    if (logged?.exchangeId !== '' && recorded !== undefined && recorded.second !== '')
      this.#bySecond.delete(recorded.second);
  }

  #place(call: Call, nodeId: string, endedUs: number): void {
    const { windowUs } = this.#settings;
    const startUs = Math.floor(endedUs / windowUs) * windowUs;
    const windows = this.#nodes.get(nodeId) ?? new Map<number, CallWindow>();
    this.#nodes.set(nodeId, windows);
    const window = windows.get(startUs) ?? newWindow(nodeId, startUs);
    windows.set(startUs, window);
    if (call.window !== undefined && call.window !== window) {
      call.window.calls.delete(call);
      call.window.version += 1;
    }
    call.window = window;
    window.calls.add(call);
    this.#changed(call);
  }

  #changed(call: Call): void {
    if (call.window !== undefined) call.window.version += 1;
    const isSettled = call.window !== undefined && SETTLED.has(judgeCall(call, this.#settings).sort);
    const [from, to] = isSettled ? [this.#unsettled, this.#settled] : [this.#settled, this.#unsettled];
    from.delete(call);
    to.add(call);
    this.#bound(this.#settled, this.#limits.maxSettled);
    this.#bound(this.#unsettled, this.#limits.maxCalls);
  }

  #bound(calls: Set<Call>, most: number): void {
    if (calls.size <= most) return;
    const [oldest] = calls;
    if (oldest !== undefined) this.#fold(oldest, calls);
  }

  /** Keeps of a call only that there was one of its sort. */
  #fold(call: Call, from: Set<Call>): void {
    from.delete(call);
    const { window, logged, recorded } = call;
    if (this.#byId.get(call.begunId) === call) this.#byId.delete(call.begunId);
    if (window === undefined) return;
    const { sort } = judgeCall(call, this.#settings);
    window.folded[sort] += 1;
    window.folded.repeated += call.repeats > 0 ? 1 : 0;
    if (!SETTLED.has(sort)) window.folded.unnamed += 1;
    window.calls.delete(call);
    for (const side of [logged, recorded]) {
      if (side === undefined) continue;
      if (this.#byId.get(side.exchangeId) === call) this.#byId.delete(side.exchangeId);
      if (this.#bySecond.get(side.second) === call) this.#bySecond.delete(side.second);
      this.#remembered.add(side.exchangeId);
    }
  }
}

function newCall(): Call {
  return { logged: undefined, recorded: undefined, isBegun: false, begunId: '', repeats: 0, window: undefined };
}

function newWindow(nodeId: string, startUs: number): CallWindow {
  return { nodeId, startUs, calls: new Set(), folded: CallCounts.create(), version: 0 };
}

/** A call that was recorded whole is, however often it was ended otherwise. */
function isBetter(one: RecordedCall, other: RecordedCall): boolean {
  const rank = ({ ended }: RecordedCall): number =>
    ended === ENDED.complete ? 0 : ended === ENDED.recorder_restart ? 2 : 1;
  return rank(one) < rank(other) || (rank(one) === rank(other) && one.leaf < other.leaf);
}
