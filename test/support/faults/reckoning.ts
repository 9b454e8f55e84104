import { CERTIFICATE_LIST, GAP_REASON, UNKNOWN_WHAT } from '../../../src/record/index.ts';
import type { Certificate, Gap, ListedCall, UnknownSpan } from '../../../src/record/index.ts';

/** A call as the client's own list has it, with the id that its upstream saw. */
export interface MadeCall {
  readonly key: string;
  readonly kind: string;
  /** The client got its upstream's whole response; of a call that it gave up, as much as it waited for. */
  readonly ok: boolean;
  /** It may end before its recording does: the client left it, or closed a connection that lasts. */
  readonly mayBeCut: boolean;
  /** By the client's clock, which is Envoy's too. */
  readonly startedUs: number;
  readonly endedUs: number;
  /** Empty when no upstream has seen the call. */
  readonly exchangeId: string;
}

/** An `exchange` record. */
export interface RecordFact {
  readonly exchangeId: string;
  readonly isWhole: boolean;
  /** How it ended, in words. */
  readonly ended: string;
}

/** What the leaves come to for a window of an Envoy. */
export interface WindowFact {
  readonly certificate: Certificate;
  /** By the number of each list. */
  readonly lists: ReadonlyMap<number, readonly ListedCall[]>;
}

/** A time in which something was broken, and what that may take. */
export interface Disturbance {
  readonly sinceUs: number;
  readonly untilUs: number;
  /** Records of calls. */
  readonly records: boolean;
  /** Entries of the access log. */
  readonly log: boolean;
}

/** What was done to the system, and must show; and what may. */
export interface Expected {
  readonly disturbances: readonly Disturbance[];
  /** Epochs of producers that were cut off: at least, and at most. */
  readonly cuts: readonly [least: number, most: number];
  /** The ledger's place on the bus was lost. */
  readonly jumps: boolean;
  /** Messages were corrupted. */
  readonly quarantine: boolean;
  /** Messages came in another order: a batch that came before its payload has that only once it comes again. */
  readonly reordered: boolean;
  /** A producer's disk was damaged. */
  readonly damage: boolean;
}

/** Everything that is known when it is reckoned up. */
export interface Evidence {
  readonly profile: 'observe' | 'inline' | 'strict';
  readonly calls: readonly MadeCall[];
  readonly records: readonly RecordFact[];
  /** Exchanges of which a record says that they began. */
  readonly begun: ReadonlySet<string>;
  /** Exchanges that the access log names. */
  readonly logged: ReadonlySet<string>;
  readonly windows: readonly WindowFact[];
  readonly gaps: readonly Gap[];
  readonly quarantined: number;
  /** Epochs (hex) that ended without `stopped`. */
  readonly cut: ReadonlySet<string>;
  readonly expected: Expected;
}

/** What became of the calls that an upstream has seen. */
export interface Tally {
  calls: number;
  /** Of these, those whose client got the response. */
  answered: number;
  whole: number;
  /** Recorded as far as they went, or as far as the recorder got. */
  part: number;
  /** Not recorded, and named by a certificate. */
  named: number;
  /** Neither, and inside a time that certificates say nobody can know. */
  unknown: number;
  /** None of these, and counted: Envoy or a recorder says how many there were. */
  counted: number;
  /** None of these at all: lost. */
  lost: number;
  /** Gaps that were reported and were none. */
  falseGaps: number;
}

/** What a reckoning comes to. */
export interface Reckoning {
  readonly tally: Tally;
  /** What is not as promised; empty when all is well. */
  readonly violations: readonly string[];
}

/** Most calls that are named of each sort of violation. */
const MAX_NAMED = 5;

/**
 * Holds what a client knows of its calls against what the log says of them. In strict: each call that got its upstream's
 * response has exactly one `exchange` record, a whole one. In every profile: each call that an upstream has seen is recorded,
 * or named, or counted, or inside a time that is declared unknown; and nothing is said to be missing that isn't.
 */
export function reckon(evidence: Evidence): Reckoning {
  const records = Map.groupBy(evidence.records, ({ exchangeId }) => exchangeId);
  const account = accountFor(evidence, records);
  const falseGaps = [...falseWindows(evidence, records), ...wrongLeaves(evidence)];
  const violations = [
    ...repeated(records),
    ...unseen(evidence),
    ...(evidence.profile === 'strict' ? unrecorded(evidence, records) : []),
    ...account.violations,
    ...falseGaps,
    ...wrongCuts(evidence),
  ];
  return { tally: { ...account.tally, falseGaps: falseGaps.length }, violations };
}

function repeated(records: ReadonlyMap<string, readonly RecordFact[]>): string[] {
  const twice = [...records].filter(([id, { length }]) => id !== '' && length > 1);
  return some(twice, ([id, { length }]) => `${length} exchange records of ${id}`);
}

/** The two lists that the log is held against must fit each other. */
function unseen({ calls }: Evidence): string[] {
  const wrong = calls.filter(({ ok, exchangeId }) => ok && exchangeId === '');
  return some(wrong, (call) => `${nameOf(call)} was answered, and no upstream has seen it`);
}

function unrecorded({ calls }: Evidence, records: ReadonlyMap<string, readonly RecordFact[]>): string[] {
  const wrong = calls.filter(({ ok, exchangeId, mayBeCut }) => {
    const found = records.get(exchangeId) ?? [];
    return ok && !(found.length === 1 && (mayBeCut || found[0]?.isWhole === true));
  });
  return some(wrong, (call) => {
    const found = (records.get(call.exchangeId) ?? []).map(({ ended }) => ended);
    return `strict: ${nameOf(call)} was answered, and is recorded as: ${found.join(', ') || 'nothing'}`;
  });
}

function accountFor(
  evidence: Evidence,
  records: ReadonlyMap<string, readonly RecordFact[]>,
): { tally: Omit<Tally, 'falseGaps'>; violations: string[] } {
  const seen = evidence.calls.filter(({ exchangeId }) => exchangeId !== '');
  const named = namedIn(evidence.windows);
  const spans = evidence.windows.flatMap(({ certificate }) => certificate.unknown);
  const tally = { calls: seen.length, answered: 0, whole: 0, part: 0, named: 0, unknown: 0, counted: 0, lost: 0 };
  const left: MadeCall[] = [];
  for (const call of seen) {
    const { exchangeId } = call;
    const [record] = records.get(exchangeId) ?? [];
    if (call.ok) tally.answered += 1;
    if (record?.isWhole === true) tally.whole += 1;
    else if (record !== undefined || evidence.begun.has(exchangeId)) tally.part += 1;
    else if (named.has(exchangeId)) tally.named += 1;
    else if (spans.some((span) => touches(call, span))) tally.unknown += 1;
    else left.push(call);
  }
  const lost = uncounted(evidence, left);
  tally.counted = left.length - lost.length;
  tally.lost = lost.length;
  return {
    tally,
    violations: some(lost, (call) => `${nameOf(call)} is neither recorded, nor named, nor counted, nor unknown`),
  };
}

function namedIn(windows: readonly WindowFact[]): Set<string> {
  return new Set(windows.flatMap(({ lists }) => [...lists.values()].flat().map(({ exchangeId }) => exchangeId)));
}

/** Calls and windows go by two clocks, and what a call ends with takes a moment. */
const BESIDE_US = 1_000_000;

/**
 * Of calls that nothing names, those that nothing counts either. Of its window a certificate says how many calls found no room
 * in a list, how many Envoy counted beyond its access log, and how many a recorder says it let go.
 */
function uncounted({ windows, records, logged }: Evidence, left: readonly MadeCall[]): MadeCall[] {
  const ids = new Set(records.map(({ exchangeId }) => exchangeId));
  // Envoy counted these as well, and they are there.
  let recorded = [...ids].filter((id) => !logged.has(id)).length;
  const room = windows.map(({ certificate }) => {
    const { windowStartUs, windowEndUs, counts, counters, declaredLost } = certificate;
    const unlogged = counters?.unlogged ?? 0;
    const taken = Math.min(recorded, unlogged);
    recorded -= taken;
    return { windowStartUs, windowEndUs, unnamed: counts?.unnamed ?? 0, others: unlogged - taken + declaredLost };
  });
  return left.filter(({ exchangeId, endedUs }) => {
    const sort = logged.has(exchangeId) ? 'unnamed' : 'others';
    const place = room.find(
      ({ windowStartUs, windowEndUs, [sort]: free }) =>
        free > 0 && endedUs >= windowStartUs - BESIDE_US && endedUs < windowEndUs + BESIDE_US,
    );
    if (place !== undefined) place[sort] -= 1;
    return place === undefined;
  });
}

/** Gaps in certificates that are none, or that nothing explains. */
function falseWindows(evidence: Evidence, records: ReadonlyMap<string, readonly RecordFact[]>): string[] {
  const { windows, logged, calls, profile } = evidence;
  // Observe gives up bodies when it is busy, and says so in the record.
  const isNoOverload = ({ reason }: ListedCall): boolean => profile !== 'observe' || !reason.includes('given up');
  const of = (list: number): ListedCall[] => windows.flatMap(({ lists }) => lists.get(list) ?? []);
  const { missing, partial, differing, unlogged } = CERTIFICATE_LIST;
  const unexplained = (kind: 'records' | 'log', list: number): ListedCall[] =>
    of(list).filter(({ startedUs, endedUs }) => !isExplained(evidence, kind, { sinceUs: startedUs, untilUs: endedUs }));
  const spans = windows.flatMap(({ certificate }) => certificate.unknown);
  const notLogged = calls.filter(({ exchangeId }) => !logged.has(exchangeId)).length;
  const counted = sum(windows, ({ certificate }) => certificate.counters?.unlogged ?? 0);
  return [
    ...some(
      of(missing).filter(({ exchangeId }) => records.has(exchangeId)),
      (call) => `false gap: ${call.exchangeId} is said to be missing, and is recorded`,
    ),
    ...some(
      of(unlogged).filter(({ exchangeId }) => logged.has(exchangeId)),
      (call) => `false gap: ${call.exchangeId} is said to be in no access log, and is`,
    ),
    // What a response became that a killed recorder held: the record has it, and Envoy answered by itself.
    ...some(unexplained('records', differing), (call) => `unexplained: differing ${describe(call)}`),
    ...some(unexplained('records', missing), (call) => `unexplained: missing ${describe(call)}`),
    ...some(unexplained('records', partial).filter(isNoOverload), (call) => `unexplained: partial ${describe(call)}`),
    ...some(unexplained('log', unlogged), (call) => `unexplained: unlogged ${describe(call)}`),
    ...some(
      spans.filter((span) => !isExplained(evidence, span.what === UNKNOWN_WHAT.records ? 'records' : 'log', span)),
      ({ sinceUs, untilUs, what }) => `unexplained: unknown (${what}) from ${sinceUs} to ${untilUs}`,
    ),
    ...(counted > notLogged
      ? [`false gap: Envoy is said to have counted ${counted} unlogged calls of ${notLogged}`]
      : []),
  ];
}

function isExplained(
  { expected }: Evidence,
  kind: 'records' | 'log',
  { sinceUs, untilUs }: Pick<UnknownSpan, 'sinceUs' | 'untilUs'>,
): boolean {
  const end = untilUs === 0 ? Number.POSITIVE_INFINITY : untilUs;
  return expected.disturbances.some((each) => each[kind] && each.sinceUs <= end && each.untilUs >= sinceUs);
}

/** What the log's own gap records say that nothing explains. */
function wrongLeaves({ gaps, quarantined, expected }: Evidence): string[] {
  const { disturbances, jumps, damage } = expected;
  const explained = new Map<number, boolean>([
    [GAP_REASON.epoch_not_stopped, true],
    [GAP_REASON.batches_missing, true],
    [GAP_REASON.batches_arrived, true],
    [GAP_REASON.payload_missing, true],
    [GAP_REASON.payload_arrived, true],
    [GAP_REASON.position_jumped, jumps],
    [GAP_REASON.spool_damaged, damage],
    [GAP_REASON.exchanges_lost, disturbances.some(({ records }) => records)],
  ]);
  const wrong = gaps.filter(({ reason }) => explained.get(reason) !== true);
  return [
    ...some(wrong, ({ reason, detail }) => `gap of reason ${reason}: ${detail}`),
    ...stillOpen(gaps, expected.reordered),
    ...(quarantined > 0 && !expected.quarantine ? [`${quarantined} messages are quarantined`] : []),
  ];
}

/** What arrives late fills the gap that was open for it. */
function stillOpen(gaps: readonly Gap[], reordered: boolean): string[] {
  const batches = new Set<string>();
  let parts = 0;
  for (const { reason, epoch, firstBatch, lastBatch, count } of gaps) {
    if (reason === GAP_REASON.payload_missing) parts += count;
    if (reason === GAP_REASON.payload_arrived) parts -= count;
    if (reason !== GAP_REASON.batches_missing && reason !== GAP_REASON.batches_arrived) continue;
    for (let batch = firstBatch; batch <= lastBatch; batch += 1) {
      const name = `batch ${batch} of epoch ${Buffer.from(epoch).toString('hex')}`;
      if (reason === GAP_REASON.batches_missing) batches.add(name);
      else batches.delete(name);
    }
  }
  const missing = some([...batches], (name) => `missing: ${name}`);
  return parts === 0 || (reordered && parts > 0) ? missing : [...missing, `${parts} payload parts are missing`];
}

/** Each epoch that was cut off must be named by exactly one gap record, and no other one. */
function wrongCuts({ gaps, cut, expected }: Evidence): string[] {
  const said = gaps.filter(({ reason }) => reason === GAP_REASON.epoch_not_stopped);
  const epochs = said.map(({ epoch }) => Buffer.from(epoch).toString('hex'));
  const [least, most] = expected.cuts;
  const silent = [...cut].filter((epoch) => !epochs.includes(epoch));
  const wrong = epochs.filter((epoch, at) => !cut.has(epoch) || epochs.indexOf(epoch) !== at);
  return [
    ...some(silent, (epoch) => `no gap record says that epoch ${epoch} was cut off`),
    ...some(wrong, (epoch) => `false gap: epoch ${epoch} is said to have been cut off`),
    ...(cut.size < least || cut.size > most ? [`${cut.size} epochs were cut off instead of ${least} to ${most}`] : []),
  ];
}

/** Whether certificates claim to know all of the time of an answered call that is logged, and of what is beside it. */
export function isClaimed(call: MadeCall, { windows, logged }: Evidence): boolean {
  if (!call.ok || !logged.has(call.exchangeId)) return false;
  return windows.every(({ certificate }) => {
    const { unknown, counts, windowStartUs, windowEndUs } = certificate;
    const isBeside = call.endedUs >= windowStartUs - BESIDE_US && call.endedUs < windowEndUs + BESIDE_US;
    return !unknown.some((span) => touches(call, span)) && !(isBeside && (counts?.unnamed ?? 0) > 0);
  });
}

function touches(call: MadeCall, { sinceUs, untilUs }: UnknownSpan): boolean {
  return call.endedUs >= sinceUs && (untilUs === 0 || call.startedUs <= untilUs);
}

function nameOf({ kind, key, exchangeId }: MadeCall): string {
  return `${kind} ${key} (${exchangeId})`;
}

function describe({ exchangeId, route, status, startedUs, endedUs, reason }: ListedCall): string {
  return `${exchangeId} ${route} ${status} from ${startedUs} to ${endedUs}: ${reason}`;
}

function some<T>(items: readonly T[], text: (item: T) => string): string[] {
  const named = items.slice(0, MAX_NAMED).map(text);
  return items.length > MAX_NAMED ? [...named, `… and ${items.length - MAX_NAMED} more like the last`] : named;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
