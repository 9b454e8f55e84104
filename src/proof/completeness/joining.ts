import type { AuditSettings } from '../../record/index.ts';
import type { Call } from './call.ts';
import type { LoggedCall, RecordedCall } from './facts.ts';
import { judgeCall, type Sort } from './verdict.ts';

/** Finds the call that a leaf tells of, among those that are held. */
export interface Joining {
  /** The call of an entry of a node's access log; of one that was told before the call that has it. */
  ofLogged(nodeId: string, logged: LoggedCall): Call | undefined;
  ofRecorded(recorded: RecordedCall): Call | undefined;
  ofBegun(exchangeId: string): Call | undefined;
  /** Holds a call by what was told of it just now. */
  hold(call: Call, told: LoggedCall | RecordedCall | undefined): void;
  /** Lets a call go that only its beginning tells of; then by its sides. */
  release(call: Call): void;
  releaseBegun(call: Call): void;
  /** True for a call that may be another one's: two nodes that give no ids have one each that look the same, with too few records. */
  isDoubtful(call: Call): boolean;
}

/** By the first two methods: an id names one call, and so do connection and start. */
export class FirstJoining implements Joining {
  readonly #byId = new Map<string, Call>();
  readonly #bySecond = new Map<string, Call>();

  ofLogged(_: string, { exchangeId, second }: LoggedCall): Call | undefined {
    return exchangeId === '' ? this.#bySecond.get(second) : this.#byId.get(exchangeId);
  }

  ofRecorded({ exchangeId, second }: RecordedCall): Call | undefined {
    return (exchangeId === '' ? undefined : this.#byId.get(exchangeId)) ?? this.#idless(second);
  }

  ofBegun(exchangeId: string): Call | undefined {
    return this.#byId.get(exchangeId);
  }

  hold(call: Call, told: LoggedCall | RecordedCall | undefined): void {
    if (told === undefined) this.#byId.set(call.begunId, call);
    else if (told.exchangeId !== '') this.#byId.set(told.exchangeId, call);
    const { logged, recorded } = call;
    if (told !== undefined && told.second !== '' && (told === logged ? told.exchangeId === '' : logged === undefined))
      this.#bySecond.set(told.second, call);
    // A call that was found by its id needs no second key.
    if (told !== undefined && told === logged && logged.exchangeId !== '' && recorded !== undefined)
      if (recorded.second !== '') this.#bySecond.delete(recorded.second);
  }

  releaseBegun(call: Call): void {
    if (this.#byId.get(call.begunId) === call) this.#byId.delete(call.begunId);
  }

  release(call: Call): void {
    for (const side of [call.logged, call.recorded]) {
      if (side === undefined) continue;
      if (this.#byId.get(side.exchangeId) === call) this.#byId.delete(side.exchangeId);
      if (this.#bySecond.get(side.second) === call) this.#bySecond.delete(side.second);
    }
  }

  isDoubtful(): boolean {
    return false;
  }

  #idless(second: string): Call | undefined {
    const call = this.#bySecond.get(second);
    return call?.logged?.exchangeId === '' ? call : undefined;
  }
}

const FITTING: ReadonlySet<Sort> = new Set(['complete', 'cut', 'unrecordedRoutes']);

/**
 * Since method 3: where Envoy gives no ids of its own, a client may give one twice, and two nodes may have connections of one
 * number. Calls of one id are told apart by connection and start, and those of one connection and start by their node.
 */
export class KeyedJoining implements Joining {
  readonly #settings: AuditSettings;
  /** The first call of an id. */
  readonly #byId = new Map<string, Call>();
  /** Calls without an id, without a log, or with an id that was given before. */
  readonly #bySecond = new Map<string, Call[]>();

  constructor(settings: AuditSettings) {
    this.#settings = settings;
  }

  ofLogged(nodeId: string, logged: LoggedCall): Call | undefined {
    const { exchangeId, second } = logged;
    const alike = this.#alike(second);
    if (alike.length === 0) return exchangeId === '' ? undefined : this.#ofId(logged);
    const told = alike.find((call) => call.logged?.exchangeId === exchangeId && call.window?.nodeId === nodeId);
    if (told !== undefined) return told;
    const open = alike.filter((call) => call.logged === undefined);
    if (exchangeId === '') return this.#best(open, (call) => ({ ...call, logged }));
    const same = open.find((call) => call.recorded?.exchangeId === exchangeId);
    if (same !== undefined) return same;
    return this.#ofId(logged);
  }

  ofRecorded(recorded: RecordedCall): Call | undefined {
    const { exchangeId, second } = recorded;
    const first = exchangeId === '' ? undefined : this.#byId.get(exchangeId);
    const byId = isOther(first?.recorded, second) ? undefined : first;
    const alike = this.#alike(second);
    return alike.length === 0 ? byId : this.#ofAlike(recorded, alike, byId);
  }

  ofBegun(exchangeId: string): Call | undefined {
    return this.#byId.get(exchangeId);
  }

  hold(call: Call, told: LoggedCall | RecordedCall | undefined): void {
    const { logged, recorded, begunId } = call;
    const exchangeId = told === undefined ? begunId : told.exchangeId;
    if (exchangeId !== '' && !this.#byId.has(exchangeId)) this.#byId.set(exchangeId, call);
    if (told === undefined) return;
    const isFound = exchangeId !== '' && this.#byId.get(exchangeId) === call;
    if (told.second !== '' && (!isFound || logged === undefined)) this.#addAlike(told.second, call);
    if (isFound && logged?.exchangeId === exchangeId && recorded !== undefined) this.#leave(recorded.second, call);
  }

  releaseBegun(call: Call): void {
    if (this.#byId.get(call.begunId) === call) this.#byId.delete(call.begunId);
  }

  release(call: Call): void {
    for (const side of [call.logged, call.recorded]) {
      if (side === undefined) continue;
      if (this.#byId.get(side.exchangeId) === call) this.#byId.delete(side.exchangeId);
      this.#leave(side.second, call);
    }
  }

  isDoubtful({ logged }: Call): boolean {
    if (logged?.exchangeId !== '') return false;
    const alike = this.#alike(logged.second).filter((call) => call.logged?.exchangeId === '');
    const recorded = alike.filter((call) => call.recorded !== undefined);
    return recorded.length > 0 && recorded.length < alike.length;
  }

  #ofId({ exchangeId, second }: LoggedCall): Call | undefined {
    const first = this.#byId.get(exchangeId);
    return isOther(first?.logged, second) ? undefined : first;
  }

  /** By its id and what stands beside that; then by its id; then the one that has none. */
  #ofAlike(recorded: RecordedCall, alike: readonly Call[], byId: Call | undefined): Call | undefined {
    const { exchangeId } = recorded;
    const open = alike.filter((call) => call.logged !== undefined && call.recorded === undefined);
    const idless = open.filter((call) => call.logged?.exchangeId === '');
    const best = this.#best(idless, (call) => ({ ...call, recorded }));
    const repeated = alike.find((call) => call.recorded?.exchangeId === exchangeId);
    if (exchangeId === '') return best ?? repeated;
    return repeated ?? open.find((call) => call.logged?.exchangeId === exchangeId) ?? byId ?? best;
  }

  #alike(second: string): readonly Call[] {
    return second === '' ? [] : (this.#bySecond.get(second) ?? []);
  }

  #addAlike(second: string, call: Call): void {
    const alike = this.#bySecond.get(second);
    if (alike === undefined) this.#bySecond.set(second, [call]);
    else if (!alike.includes(call)) alike.push(call);
  }

  #leave(second: string, call: Call): void {
    const alike = this.#bySecond.get(second);
    if (alike === undefined || !alike.includes(call)) return;
    if (alike.length === 1) this.#bySecond.delete(second);
    else alike.splice(alike.indexOf(call), 1);
  }

  /** The one of which it makes a whole call, else the first. */
  #best(calls: readonly Call[], join: (call: Call) => Call): Call | undefined {
    if (calls.length < 2) return calls[0];
    return calls.find((call) => FITTING.has(judgeCall(join(call), this.#settings).sort)) ?? calls[0];
  }
}

/** True when what tells of a call is of another one than what has told of it from the same side. */
function isOther(known: LoggedCall | RecordedCall | undefined, second: string): boolean {
  return known !== undefined && known.second !== '' && second !== '' && known.second !== second;
}
