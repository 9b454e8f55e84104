import {
  type AuditSettings,
  CallCounts,
  Certificate,
  CERTIFICATE_LIST,
  CERTIFICATE_METHOD,
  CERTIFICATE_STATE,
  type CounterCheck,
  Counters,
  ExchangeOpened,
  ExchangePart,
  KEY_ROLE,
  KIND,
  type LedgerRecord,
  type UnknownSpan,
} from '../../record/index.ts';
import type { Call, CallWindow } from './call.ts';
import { CallBook, NOBODY, type OnChange } from './calls.ts';
import type { ClockSteps } from './clock-steps.ts';
import { AccessLogFacts, begunCall, ExchangeFacts, loggedCalls, recordedCall } from './facts.ts';
import { AUDIT_LIMITS, type AuditLimits } from './limits.ts';
import { type CertificateLists, listed, ListMaker } from './lists.ts';
import { NodeFacts } from './node.ts';
import { type DeclaredLoss, type MissingRecords, ProducerBook } from './producers.ts';
import { type JudgedAt, type Span, touches } from './spans.ts';
import { finalTails, isHeirSince, lossTails, windowsIn } from './tails.ts';
import { unknownCalls, unknownRecords } from './unknown.ts';

/** What a window comes to: the certificate, but for what makes it a revision, and its lists. */
export interface Judgement {
  readonly certificate: Certificate;
  readonly lists: CertificateLists;
}

/** A node as whoever certifies it needs to know it. */
export interface AuditedNode {
  readonly id: string;
  /** By the node's clock. */
  readonly firstUs: number;
  readonly lastUs: number;
  /** Since when it is heard of without a long pause. */
  readonly resumedUs: number;
  /** How much a recorder's clock is ahead of it, at the most. */
  readonly offsetUs: number;
  /** Times by its clock of more than a day in which it was not there. */
  readonly pauses: readonly Span[];
  /** What its clock did beside going on. */
  readonly steps: Readonly<ClockSteps>;
}

/**
 * Judges completeness from leaves alone: what Envoys say that they served, against what is recorded. Takes a log's
 * leaves in order, and can say at any of them what they come to, for every window; whoever takes the same leaves comes
 * to the same. Memory is bounded.
 */
export class CompletenessAudit {
  readonly settings: AuditSettings;
  readonly #method: number;
  readonly #limits: AuditLimits;
  readonly #calls: CallBook;
  readonly #producers: ProducerBook;
  readonly #onChange: OnChange;
  /** The one that was heard of last stands last. */
  readonly #nodes = new Map<string, NodeFacts>();
  #size = 0;
  #logStartedUs = 0;
  /** Up to when nodes were heard of that are forgotten, by recorders' clocks; since method 3. */
  #forgottenUs = 0;

  /**
   * @param onChange hears of each window of which a leaf changes what is known; one without calls may be among them. `isTail`: all
   * that is told is that something is unknown in it.
   * @param method by whose rules is judged: an earlier one's, to make a certificate again that was made by them
   */
  constructor(
    settings: AuditSettings,
    limits: AuditLimits = AUDIT_LIMITS,
    onChange: OnChange = () => undefined,
    method: number = CERTIFICATE_METHOD,
  ) {
    this.settings = settings;
    this.#method = method;
    this.#limits = limits;
    this.#onChange = onChange;
    this.#calls = new CallBook(settings, limits, onChange, method);
    const events = { forgets: this.#forgetProducer.bind(this), follows: this.#follow.bind(this) };
    this.#producers = new ProducerBook(method > 2 ? events : undefined);
  }

  /** Leaves taken. */
  get size(): number {
    return this.#size;
  }

  /** The nodes that were heard of; calls that no access log names have none. */
  get nodes(): AuditedNode[] {
    return [...this.#nodes.keys()].flatMap((id) => this.nodeOf(id) ?? []);
  }

  /** A node that was heard of. */
  nodeOf(nodeId: string): AuditedNode | undefined {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return undefined;
    const { id, firstUs, lastUs, resumedUs, offsetUs, pauses, steps } = node;
    return { id, firstUs, lastUs, resumedUs, offsetUs, pauses, steps };
  }

  /** Beginnings of a node's windows that have calls, in no order. */
  windowsOf(nodeId: string): number[] {
    return [...this.#calls.windowsOf(nodeId).keys()];
  }

  /** True when a window of a node has calls. */
  hasCalls(nodeId: string, startUs: number): boolean {
    return this.#calls.windowsOf(nodeId).has(startUs);
  }

  /** Windows of a node that begin before that are judged no more: there were too many since. */
  floorOf(nodeId: string): number {
    return this.#calls.floorOf(nodeId);
  }

  /** Windows of a node that begin before that are called whole no more: what would say otherwise may be forgotten. */
  certainFrom(nodeId: string): number {
    const node = this.#method > 2 ? this.#nodes.get(nodeId) : undefined;
    return Math.max(this.floorOf(nodeId), node?.certainFromUs ?? 0);
  }

  /** Calls that are held and not as they should be; most of them wait for their other side. */
  get unsettled(): number {
    return this.#calls.unsettled;
  }

  /** Records that are not there, of those who record. */
  get missingRecords(): MissingRecords[] {
    return this.#producers.missing;
  }

  /** Who recorded a node's calls or received its log, and is neither at an end nor silent: heard of when, by its clock. */
  runningOf(nodeId: string, nowUs: number): number[] {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return [];
    return [...new Set([...node.carriers.keys(), ...node.recorders])].flatMap((name) => {
      const life = this.#producers.get(name);
      if (life === undefined || life.stoppedUs > 0 || life.nextUs > 0) return [];
      return nowUs - life.lastUs > this.settings.silentUs ? [] : [life.lastUs - node.offsetOf(name)];
    });
  }

  /** Takes the next leaf, verified, and the role of the key that signed it. @throws evidence.malformed */
  add(leaf: number, record: LedgerRecord, role: number): void {
    this.#size = leaf + 1;
    if (leaf === 0) this.#logStartedUs = record.timeUs;
    const epoch = this.#producers.take(record, role);
    if (role !== KEY_ROLE.producer) return;
    const { kind, body } = record;
    if (kind === KIND.access_log) this.#takeLog(AccessLogFacts.decode(body), leaf, epoch);
    else if (kind === KIND.exchange) this.#takeExchange(ExchangeFacts.decode(body), leaf, epoch);
    else if (kind === KIND.exchange_opened) this.#calls.addBegun(begunCall(ExchangeOpened.decode(body).head));
    else if (kind === KIND.exchange_part) this.#calls.addBegun(begunCall(ExchangePart.decode(body).head));
    else if (kind === KIND.counters) this.#takeCounters(Counters.decode(body), epoch);
    else if (kind === KIND.gap) this.#takeLoss(epoch);
  }

  /** What the leaves taken so far say about a node's window, judged at `judgedUs` by the auditor's clock. */
  judge(nodeId: string, windowStartUs: number, judgedUs: number): Judgement {
    const windowEndUs = windowStartUs + this.settings.windowUs;
    const at: JudgedAt = { settings: this.settings, producers: this.#producers, judgedUs, method: this.#method };
    const node = this.#nodes.get(nodeId);
    const window = this.#calls.windowsOf(nodeId).get(windowStartUs);
    const pending = node === undefined ? [] : unknownRecords(node, at, windowStartUs, windowEndUs);
    const isUndecided = this.#calls.isUndecided(nodeId, windowStartUs);
    const tally = this.#tally(window, isUndecided ? [{ sinceUs: windowStartUs, untilUs: windowEndUs }] : pending);
    const isUnclear = isUndecided || tally.isDoubtful || this.#isForgotten(nodeId, node, windowStartUs);
    const unclear = isUnclear ? [{ sinceUs: windowStartUs, untilUs: windowEndUs }] : [];
    const calls = unknownCalls(node, at, windowStartUs, windowEndUs, unclear);
    const unknown = tally.hasPending ? [...calls, ...pending] : calls;
    const counters = node?.counters.check(windowStartUs);
    const isIdle = node?.counters.isIdle(windowStartUs) ?? false;
    const certificate = Certificate.create({
      method: this.#method,
      nodeId,
      windowStartUs,
      windowEndUs,
      treeSize: this.#size,
      judgedUs,
      state: stateOf({ ...tally, unknown, counters, isIdle, isRead: node?.counters.isRead ?? false }),
      counts: tally.counts,
      counters,
      unknown,
      settings: this.settings,
      declaredLost: node === undefined ? 0 : this.#declaredLost(node, windowStartUs, windowEndUs),
      logNames: node === undefined ? [] : [...node.logNames].toSorted(),
    });
    return { certificate, lists: tally.lists };
  }

  /** True when what was known of a window is not known any more: that it had no calls, or calls that weren't recorded. */
  #isForgotten(nodeId: string, node: NodeFacts | undefined, startUs: number): boolean {
    if (this.#method < 3) return false;
    const isNodeForgotten = node === undefined && nodeId !== NOBODY && this.#forgottenUs > 0;
    return isNodeForgotten || startUs < this.#calls.floorOf(nodeId);
  }

  #takeLog(log: AccessLogFacts, leaf: number, epoch: string): void {
    const logged = loggedCalls(log, leaf);
    if (logged.length === 0) return;
    const node = this.#nodeOf(log.nodeId);
    const newestUs = Math.max(...logged.map(({ endedUs }) => endedUs));
    const { receivedUs } = log;
    const told = { epoch, receivedUs, newestUs };
    const [isNew, heardUs] = [node.heard(epoch, log.logName, receivedUs, newestUs), node.lastUs];
    if (isNew && this.#method > 2) this.#followOn(node, epoch);
    const excess = node.excessCarrier;
    if (excess !== undefined) this.#dropCarrier(node, excess);
    for (const call of logged) {
      const joined = this.#calls.addLogged(node.id, call);
      if (joined === undefined) continue;
      node.ended(call.endedUs, told);
      if (joined.recorded !== undefined) node.recordedBy(joined.recorded.epoch);
    }
    const late = [...node.carriers.keys()].filter((name) =>
      name === epoch ? isNew : isHeirSince(node, name, heardUs, this.#producers),
    );
    for (const name of late) this.#tellUnknown(node, finalTails(node, name, this.settings, this.#producers));
  }

  /** What the newest loss leaves unknown, where it is of the access log. */
  #takeLoss(epoch: string): void {
    const loss = this.#producers.losses.at(-1);
    if (loss?.isAccessLog !== true || loss.epoch !== epoch) return;
    for (const node of this.#nodes.values())
      if (node.carriers.has(epoch)) this.#tellUnknown(node, lossTails(node, loss, this.settings));
  }

  /** Of what is unknown by what comes late windows may be certified by now, also such as have no calls. */
  #tellUnknown(node: NodeFacts, spans: readonly Span[]): void {
    for (const startUs of windowsIn(node, spans, this.settings.windowUs)) this.#onChange(node.id, startUs, true);
  }

  #takeExchange(exchange: ExchangeFacts, leaf: number, epoch: string): void {
    const recorded = recordedCall(exchange, leaf, epoch);
    const call = recorded === undefined ? undefined : this.#calls.addRecorded(recorded);
    const node = call?.logged === undefined ? undefined : this.#nodes.get(call.window?.nodeId ?? NOBODY);
    node?.recordedBy(epoch);
  }

  #takeCounters(counters: Counters, epoch: string): void {
    const node = this.#nodeOf(counters.nodeId);
    node.counters.take(counters, epoch);
    const takenUs = counters.takenUs > 0 ? counters.takenUs : counters.receivedUs;
    if (counters.takenUs > 0) node.counted(epoch, takenUs, counters.receivedUs);
    node.heardAt(takenUs);
    this.#onChange(node.id, Math.floor(takenUs / this.settings.windowUs) * this.settings.windowUs);
  }

  /** A node without a name is one, too. */
  #nodeOf(nodeId: string): NodeFacts {
    const id = nodeId === NOBODY ? 'unnamed' : nodeId;
    const node = this.#nodes.get(id) ?? this.#newNode(id);
    this.#nodes.delete(id);
    this.#nodes.set(id, node);
    const [oldest] = this.#nodes.values();
    if (this.#nodes.size <= this.#limits.maxNodes || oldest === undefined) return node;
    this.#nodes.delete(oldest.id);
    if (this.#method > 2) this.#forgottenUs = Math.max(this.#forgottenUs, oldest.lastUs + oldest.offsetUs);
    return node;
  }

  #newNode(id: string): NodeFacts {
    const { windowUs, silentUs } = this.settings;
    const { maxCarriers, maxLeft } = this.#limits;
    const own = { logStartedUs: this.#logStartedUs, method: this.#method, forgottenUs: this.#forgottenUs };
    return new NodeFacts(id, { windowUs, silentUs, maxCarriers, maxLeft, ...own });
  }

  /** What came to an epoch that had a node's log may have come to the one that follows it, and gone down with that. */
  #follow(name: string, next: string): void {
    const isStopped = (this.#producers.get(name)?.stoppedUs ?? 0) > 0;
    for (const node of this.#nodes.values()) {
      if (!node.isHeir(name) || !isStopped) node.follow(name, next);
      if (node.carriers.has(name)) this.#tellUnknown(node, finalTails(node, name, this.settings, this.#producers));
      const excess = node.excessCarrier;
      if (excess !== undefined) this.#dropCarrier(node, excess);
    }
  }

  /** The same where those that follow it were there before its messages were. */
  #followOn(node: NodeFacts, epoch: string): void {
    let name = epoch;
    for (let hops = 0; hops < this.#limits.maxCarriers; hops += 1) {
      const { nextName = '', stoppedUs = 0 } = this.#producers.get(name) ?? {};
      if (nextName === '' || node.carriers.has(nextName) || (name !== epoch && stoppedUs > 0)) return;
      node.follow(name, nextName);
      name = nextName;
    }
  }

  #dropCarrier(node: NodeFacts, name: string): void {
    if (this.#method > 2) node.forget(finalTails(node, name, this.settings, this.#producers));
    node.dropCarrier(name);
  }

  #forgetProducer(name: string, loss?: DeclaredLoss): void {
    for (const node of this.#nodes.values()) {
      const isCarrier = node.carriers.has(name);
      if (loss !== undefined && (isCarrier || node.recorders.has(name)))
        node.forget(lossTails(node, loss, this.settings));
      if (loss === undefined && isCarrier) this.#dropCarrier(node, name);
    }
  }

  #tally(window: CallWindow | undefined, pending: readonly Span[]): Tally {
    const counts = CallCounts.create(window?.folded);
    const lists = new ListMaker(this.#limits.maxListed);
    let bad = counts.missing + counts.partial + counts.differing;
    let [hasPending, isDoubtful, unlogged] = [false, false, counts.unlogged];
    for (const call of window?.calls ?? []) {
      const { sort, reason } = this.#calls.verdictOf(call);
      counts[sort] += 1;
      counts.repeated += call.repeats > 0 ? 1 : 0;
      const list = LISTS[sort];
      if (list !== undefined) lists.add(list, listed(call, reason));
      const isUnsure = this.#calls.isDoubtful(call);
      isDoubtful ||= isUnsure;
      const isPending = pending.some((each) => isWithin(call, each));
      if (sort === 'unlogged' && !isPending) unlogged += 1;
      if (sort !== 'missing' && sort !== 'partial' && sort !== 'differing') continue;
      if (call.recorded === undefined && isPending) hasPending = true;
      else if (!isUnsure || call.recorded !== undefined) bad += 1;
    }
    counts.served = counts.complete + counts.cut + counts.partial + counts.missing + counts.differing;
    counts.unnamed += lists.leftOut;
    return { counts, lists: lists.make(), bad, hasPending, isDoubtful, unlogged };
  }

  #declaredLost(node: NodeFacts, fromUs: number, untilUs: number): number {
    const { offsetUs } = node;
    return this.#producers.losses
      .filter(({ isAccessLog, epoch }) => !isAccessLog && node.recorders.has(epoch))
      .filter((loss) => touches({ sinceUs: loss.fromUs - offsetUs, untilUs: loss.untilUs - offsetUs }, fromUs, untilUs))
      .reduce((sum, { count }) => sum + count, 0);
  }
}

interface Tally {
  readonly counts: CallCounts;
  readonly lists: CertificateLists;
  /** Calls that are missing, partial or differing, and for which nothing can come any more that was on its way. */
  readonly bad: number;
  readonly hasPending: boolean;
  /** A call may be another node's. */
  readonly isDoubtful: boolean;
  /** Calls that no log names, and for which no entry can come that was told of before. */
  readonly unlogged: number;
}

const LISTS: Readonly<Record<string, number | undefined>> = {
  missing: CERTIFICATE_LIST.missing,
  partial: CERTIFICATE_LIST.partial,
  differing: CERTIFICATE_LIST.differing,
  unlogged: CERTIFICATE_LIST.unlogged,
  neverOffered: CERTIFICATE_LIST.never_offered,
};

function isWithin({ logged, recorded }: Call, { sinceUs, untilUs }: Span): boolean {
  const endedUs = (logged ?? recorded)?.endedUs ?? 0;
  return endedUs >= sinceUs && (untilUs === 0 || endedUs <= untilUs);
}

interface StateFacts extends Tally {
  readonly unknown: readonly UnknownSpan[];
  readonly counters: CounterCheck | undefined;
  readonly isIdle: boolean;
  readonly isRead: boolean;
}

function stateOf({ counts, bad, unlogged, unknown, counters, isIdle, isRead }: StateFacts): number {
  const entries = counts.served + counts.neverOffered + counts.unrecordedRoutes;
  const isUncounted = counters !== undefined && counters.basis === 0 && counters.begun > 0 && entries === 0;
  if (bad > 0) return CERTIFICATE_STATE.incomplete;
  if (unlogged > 0 || (counters?.unlogged ?? 0) > 0 || isUncounted) return CERTIFICATE_STATE.no_access_log;
  if (unknown.length > 0) return CERTIFICATE_STATE.unknown;
  if (entries > 0) return CERTIFICATE_STATE.whole;
  if (isIdle) return CERTIFICATE_STATE.no_traffic;
  return isRead && counters !== undefined ? CERTIFICATE_STATE.whole : CERTIFICATE_STATE.silent;
}
