import { type AuditSettings, CallCounts, ENDED } from '../../record/index.ts';
import { type Call, type CallWindow, newCall } from './call.ts';
import type { LoggedCall, RecordedCall } from './facts.ts';
import { FirstJoining, type Joining, KeyedJoining } from './joining.ts';
import type { AuditLimits } from './limits.ts';
import { RememberedIds } from './remembered.ts';
import { UndecidedCalls } from './undecided.ts';
import { judgeCall, MISSING, type Sort, type Verdict } from './verdict.ts';

/** Hears of each window of which a leaf changes something. */
export type OnChange = (nodeId: string, startUs: number, isTail?: boolean) => void;

/** Sorts that nothing is expected to change. */
const SETTLED: ReadonlySet<Sort> = new Set(['complete', 'cut', 'unrecordedRoutes', 'neverOffered']);
/** Calls that were recorded, and that no log names, belong to nobody. */
export const NOBODY = '';

/** Joins what Envoy says of calls with what records say, in bounded memory, whichever comes first. */
export class CallBook {
  readonly #settings: AuditSettings;
  readonly #limits: AuditLimits;
  readonly #onChange: OnChange;
  readonly #method: number;
  readonly #joining: Joining;
  readonly #undecided: UndecidedCalls;
  /** Nodes that give calls ids. */
  readonly #givesIds = new Set<string>();
  readonly #nodes = new Map<string, Map<number, CallWindow>>();
  /** Of all nodes, in the order in which they were first told of. */
  readonly #windows = new Set<CallWindow>();
  /** Of each node of which windows were forgotten: when the last of these ended. */
  readonly #floors = new Map<string, number>();
  /** The same of all nodes together of which that is forgotten; since method 3. */
  #floorUs = 0;
  readonly #remembered: RememberedIds;
  /** In the order in which they settled; one that no longer is stays with the others. */
  readonly #settled = new Set<Call>();
  /** All others, the oldest first. */
  readonly #unsettled = new Set<Call>();

  constructor(settings: AuditSettings, limits: AuditLimits, onChange: OnChange, method: number) {
    this.#settings = settings;
    this.#method = method;
    this.#joining = method > 2 ? new KeyedJoining(settings) : new FirstJoining();
    this.#undecided = new UndecidedCalls(settings.windowUs, limits.maxRemembered);
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
    return Math.max(this.#floorUs, this.#floors.get(nodeId) ?? 0);
  }

  /** Calls of which one side is lacking, or that are otherwise not as they should be, as far as they are held. */
  get unsettled(): number {
    return this.#unsettled.size;
  }

  /** What a call comes to. */
  verdictOf(call: Call): Verdict {
    const verdict = judgeCall(call, this.#settings);
    if (this.#method < 3 || verdict.sort !== 'neverOffered' || call.logged?.hasHeaders !== true) return verdict;
    // Where Envoy gives no ids, that there is none says nothing: one whose headers it understood was offered.
    return this.#givesIds.has(call.window?.nodeId ?? NOBODY) ? verdict : MISSING;
  }

  /** True when calls that were let go may be among those of a window that one list lacks. */
  isUndecided(nodeId: string, startUs: number): boolean {
    return this.#method > 2 && this.#undecided.has(nodeId, startUs, nodeId === NOBODY);
  }

  /** True for a call that may be another node's. */
  isDoubtful(call: Call): boolean {
    return this.#joining.isDoubtful(call);
  }

  /** Takes an entry of a node's access log; the call that it is of, or `undefined` when that was told before. */
  addLogged(nodeId: string, logged: LoggedCall): Call | undefined {
    const { exchangeId } = logged;
    const known = this.#joining.ofLogged(nodeId, logged);
    if (known?.logged !== undefined) return undefined;
    if (known === undefined && (this.#isRemembered(logged) || this.#undecided.hasLogged(exchangeId))) return undefined;
    if (exchangeId !== '') this.#noteIds(nodeId);
    if (known === undefined && this.#undecided.hasRecorded(exchangeId)) return this.#settleLogged(nodeId, logged);
    const call = known ?? newCall();
    call.logged = logged;
    this.#joining.hold(call, logged);
    this.#place(call, nodeId, logged.endedUs);
    return call;
  }

  /** Takes a record of a call; the call that it is of, or `undefined` when that was let go. */
  addRecorded(recorded: RecordedCall): Call | undefined {
    const known = this.#joining.ofRecorded(recorded);
    if (known === undefined && this.#isTold(recorded)) return undefined;
    const call = known ?? newCall();
    if (call.recorded !== undefined) call.repeats += 1;
    if (call.recorded === undefined || isBetter(recorded, call.recorded)) call.recorded = recorded;
    this.#joining.hold(call, recorded);
    if (call.logged === undefined) this.#place(call, NOBODY, recorded.endedUs);
    else this.#changed(call);
    return call;
  }

  /** Notes that a record tells of a call that isn't over. */
  addBegun(head: Pick<RecordedCall, 'exchangeId' | 'second'>): void {
    const { exchangeId } = head;
    if (exchangeId === '' || this.#isRemembered(head)) return;
    const call = this.#joining.ofBegun(exchangeId) ?? newCall();
    if (call.isBegun) return;
    call.isBegun = true;
    call.begunId = exchangeId;
    this.#joining.hold(call, undefined);
    this.#changed(call);
  }

  /** True for a call that was let go. */
  #isTold(recorded: RecordedCall): boolean {
    const { exchangeId } = recorded;
    if (this.#isRemembered(recorded) || this.#undecided.hasRecorded(exchangeId)) return true;
    if (!this.#undecided.hasLogged(exchangeId)) return false;
    this.#undecided.settle(exchangeId);
    this.#remember(recorded);
    return true;
  }

  #isRemembered({ exchangeId, second }: Pick<RecordedCall, 'exchangeId' | 'second'>): boolean {
    return this.#remembered.has(exchangeId, this.#method > 2 ? second : '');
  }

  #remember({ exchangeId, second }: LoggedCall | RecordedCall): void {
    this.#remembered.add(exchangeId, this.#method > 2 ? second : '');
  }

  /** A call that was recorded, and let go before a log named it: it was served, and nobody can say any more how. */
  #settleLogged(nodeId: string, logged: LoggedCall): Call {
    this.#undecided.settle(logged.exchangeId);
    this.#remember(logged);
    const window = this.#windowAt(nodeId, this.#beginOf(logged.endedUs));
    if (window !== undefined) {
      window.folded.unnamed += 1;
      this.#undecided.mark(window);
      this.#onChange(nodeId, window.startUs);
    }
    return { ...newCall(), logged, window };
  }

  #noteIds(nodeId: string): void {
    if (this.#givesIds.has(nodeId)) return;
    this.#givesIds.add(nodeId);
    const [oldest] = this.#givesIds;
    if (this.#givesIds.size > this.#limits.maxNodes && oldest !== undefined) this.#givesIds.delete(oldest);
  }

  #beginOf(timeUs: number): number {
    return Math.floor(timeUs / this.#settings.windowUs) * this.#settings.windowUs;
  }

  #place(call: Call, nodeId: string, endedUs: number): void {
    const window = this.#windowAt(nodeId, this.#beginOf(endedUs));
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
    const [oldest] = this.#floors;
    if (this.#floors.size <= this.#limits.maxNodes || oldest === undefined) return;
    this.#floors.delete(oldest[0]);
    if (this.#method > 2) this.#floorUs = Math.max(this.#floorUs, oldest[1]);
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
    const isSettled = call.window !== undefined && SETTLED.has(this.verdictOf(call).sort);
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
    this.#joining.releaseBegun(call);
    if (window === undefined) return;
    const { sort } = this.verdictOf(call);
    window.calls.delete(call);
    this.#joining.release(call);
    if (this.#method > 2 && (logged === undefined || recorded === undefined) && !SETTLED.has(sort)) {
      window.folded.unnamed += 1;
      this.#undecided.add(call, window);
      return;
    }
    window.folded[sort] += 1;
    window.folded.repeated += call.repeats > 0 ? 1 : 0;
    if (!SETTLED.has(sort)) window.folded.unnamed += 1;
    for (const side of [logged, recorded]) if (side !== undefined) this.#remember(side);
  }
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
