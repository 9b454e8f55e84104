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
  /** It is too old to be judged: what is said of its calls from now on counts nowhere. */
  isForgotten: boolean;
}

/** Hears of each window of which a leaf changes something. */
export type OnChange = (nodeId: string, startUs: number) => void;

/** Sorts that nothing is expected to change. */
const SETTLED: ReadonlySet<Sort> = new Set(['complete', 'cut', 'unrecordedRoutes', 'neverOffered']);
/** Calls that were recorded, and that no log names, belong to nobody. */
export const NOBODY = '';

/** Joins what Envoy says of calls with what records say, in bounded memory, whichever comes first. */
export class CallBook {
  readonly #settings: AuditSettings;
  readonly #limits: AuditLimits;
  readonly #onChange: OnChange;
  readonly #byId = new Map<string, Call>();
  readonly #bySecond = new Map<string, Call>();
  readonly #nodes = new Map<string, Map<number, CallWindow>>();
  /** Of all nodes, in the order in which they were first told of. */
  readonly #windows = new Set<CallWindow>();
  /** Of each node of which windows were forgotten: when the last of these ended. */
  readonly #floors = new Map<string, number>();
  readonly #remembered: RememberedIds;
  /** In the order in which they settled; one that no longer is stays with the others. */
  readonly #settled = new Set<Call>();
  /** All others, the oldest first. */
  readonly #unsettled = new Set<Call>();

  constructor(settings: AuditSettings, limits: AuditLimits, onChange: OnChange = () => undefined) {
    this.#settings = settings;
    this.#limits = limits;
    this.#onChange = onChange;
    this.#remembered = new RememberedIds(limits.maxRemembered);
  }

  /** The windows of a node that have calls, by their beginning. */
  windowsOf(nodeId: string): ReadonlyMap<number, CallWindow> {
    return this.#nodes.get(nodeId) ?? new Map();
  }

  /** Windows of a node that begin before that are judged no more. */
  floorOf(nodeId: string): number {
    return this.#floors.get(nodeId) ?? 0;
  }

  /** Calls of which one side is lacking, or that are otherwise not as they should be, as far as they are held. */
  get unsettled(): number {
    return this.#unsettled.size;
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
    const window = this.#windowAt(nodeId, Math.floor(endedUs / windowUs) * windowUs);
    if (call.window !== undefined && call.window !== window) this.#leave(call, call.window);
    call.window = window;
    window?.calls.add(call);
    this.#changed(call);
  }

  /** A window, new where there is none yet; `undefined` for one that was forgotten. */
  #windowAt(nodeId: string, startUs: number): CallWindow | undefined {
    const windows = this.#nodes.get(nodeId) ?? new Map<number, CallWindow>();
    const known = windows.get(startUs);
    if (known !== undefined || startUs < this.floorOf(nodeId)) return known;
    const window = newWindow(nodeId, startUs);
    this.#nodes.set(nodeId, windows.set(startUs, window));
    this.#windows.add(window);
    const [oldest] = this.#windows;
    if (this.#windows.size > this.#limits.maxWindows && oldest !== undefined) this.#forget(oldest);
    return window;
  }

  /** A call that a log named after all leaves the window in which none had. */
  #leave(call: Call, window: CallWindow): void {
    window.calls.delete(call);
    this.#onChange(window.nodeId, window.startUs);
    if (window.calls.size === 0 && Object.values(window.folded).every((count) => count === 0)) this.#remove(window);
  }

  #forget(window: CallWindow): void {
    const { nodeId, startUs } = window;
    window.isForgotten = true;
    this.#remove(window);
    const floorUs = Math.max(this.floorOf(nodeId), startUs + this.#settings.windowUs);
    this.#floors.delete(nodeId);
    this.#floors.set(nodeId, floorUs);
    const [oldest] = this.#floors.keys();
    if (this.#floors.size > this.#limits.maxNodes && oldest !== undefined) this.#floors.delete(oldest);
  }

  #remove(window: CallWindow): void {
    this.#windows.delete(window);
    const windows = this.#nodes.get(window.nodeId);
    windows?.delete(window.startUs);
    if (windows?.size === 0) this.#nodes.delete(window.nodeId);
  }

  #changed(call: Call): void {
    const { window } = call;
    if (window?.isForgotten === false) this.#onChange(window.nodeId, window.startUs);
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
  return { nodeId, startUs, calls: new Set(), folded: CallCounts.create(), isForgotten: false };
}

/** A call that was recorded whole is, however often it was ended otherwise. */
function isBetter(one: RecordedCall, other: RecordedCall): boolean {
  const rank = ({ ended }: RecordedCall): number =>
    ended === ENDED.complete ? 0 : ended === ENDED.recorder_restart ? 2 : 1;
  return rank(one) < rank(other) || (rank(one) === rank(other) && one.leaf < other.leaf);
}
