import { setTimeout as delay } from 'node:timers/promises';
import type { CallResult } from '../../demo/client/kinds.ts';
import { RecordedLog } from '../../demo/recorded.ts';
import type { RecordedExchange } from '../../demo/recorded.ts';
import type { System } from '../../demo/system.ts';
import type { LogReport } from '../../src/proof/index.ts';
import { AffidavitError, GAP_REASON } from '../../src/record/index.ts';
import { SeededRandom } from './seeded-random.ts';
import { Load } from './system-load.ts';
import { LogCounts, until, verifySystem } from './system-log.ts';
import { endRecording } from './system-stage.ts';
import type { Stage } from './system-stage.ts';

/** A run of calls during which the recorder is killed; with the embedded bus it is the ledger too. */
export interface KillPlan {
  readonly profile: 'observe' | 'inline' | 'strict';
  readonly kafka: boolean;
  readonly kills: number;
  /** Of the calls, and of the times of the kills. */
  readonly seed: number;
  /** The program that takes the part of `affidavit`. */
  readonly cli?: string;
  /** How long to wait for the end of the last epoch; a minute by default. */
  readonly drainLimitMs?: number;
}

/** What such a run came to. */
export interface KillOutcome {
  readonly results: readonly CallResult[];
  readonly exchanges: readonly RecordedExchange[];
  readonly counts: LogCounts;
  /** Undefined when the log could not be verified: that is one of the violations then. */
  readonly report: LogReport | undefined;
  /** What is not as promised. */
  readonly violations: readonly string[];
}

const IN_FLIGHT = 16;
/** Calls that are answered, and recorded, before, between and after kills. */
const CALLS_BETWEEN = 60;
const LATEST_KILL_MS = 300;
const RECORDED_LIMIT_MS = 60_000;
const DRAIN_LIMIT_MS = 60_000;

/** Starts a system, kills its recorder again and again under load, lets it drain, and judges its log. */
export async function runKills(stage: Stage, plan: KillPlan): Promise<KillOutcome> {
  const { profile, kafka, seed, cli } = plan;
  // Epochs are counted, and an auditor in the recorder's process has some of its own.
  const settings = { AFFIDAVIT_AUDIT_ENABLED: 'false' };
  const system = await stage.start({ profile, kafka, seed, settings, ...(cli === undefined ? {} : { cli }) });
  const load = new Load(system, { inFlight: IN_FLIGHT, seed });
  const counts = new LogCounts(system.ledgerData);
  try {
    const random = new SeededRandom(seed);
    for (let kills = 0; kills < plan.kills; kills += 1) {
      await untilRecorded(counts, load);
      await delay(random.below(LATEST_KILL_MS));
      await system.recorder?.kill9();
      await system.startRecorder();
    }
    await untilRecorded(counts, load);
  } finally {
    await load.end();
  }
  await endRecording(system);
  await untilDrained(system, counts, plan.kills + 1, plan.drainLimitMs ?? DRAIN_LIMIT_MS);
  await system.stop();
  await counts.update();
  return judge(system, plan, load.results, counts);
}

/** Waits until calls are answered, and find their way into the ledger (again). */
async function untilRecorded(counts: LogCounts, load: Load): Promise<void> {
  const goal = (await counts.update()).exchanges + CALLS_BETWEEN;
  await load.untilAnswered(CALLS_BETWEEN);
  if (await until(async () => (await counts.update()).exchanges >= goal, RECORDED_LIMIT_MS)) return;
  throw new Error(`the log has ${counts.exchanges} exchange records instead of ${goal}: nothing is recorded any more`);
}

/** Waits until the ledger has the end of the last epoch; or has ended itself, or time runs out. */
async function untilDrained(system: System, counts: LogCounts, epochs: number, limitMs: number): Promise<void> {
  await until(async () => {
    const { started, stopped } = await counts.update();
    const isDrained = started.length >= epochs && stopped.has(started.at(-1) ?? '');
    return isDrained || system.ledger?.ended() !== undefined;
  }, limitMs);
}

async function judge(
  system: System,
  plan: KillPlan,
  results: readonly CallResult[],
  counts: LogCounts,
): Promise<KillOutcome> {
  const exchanges = await (await RecordedLog.open(system.ledgerData)).exchanges();
  const violations = [
    ...recordedTwice(exchanges),
    ...(plan.profile === 'strict' ? unrecorded(results, exchanges) : []),
    ...wrongEpochs(plan, counts),
  ];
  let report: LogReport | undefined;
  try {
    report = await verifySystem(system);
    if (!report.trusted) violations.push('the log is not what the pinned keys signed');
    for (const range of report.missing) violations.push(`missing: ${JSON.stringify(range)}`);
  } catch (thrown) {
    if (!(thrown instanceof AffidavitError && thrown.isEvidence)) throw thrown;
    violations.push(`verification: ${thrown.code}: ${thrown.message}`);
  }
  return { results, exchanges, counts, report, violations };
}

/** In every profile: no exchange has two `exchange` records. */
export function recordedTwice(exchanges: readonly RecordedExchange[]): string[] {
  const byId = Map.groupBy(exchanges, ({ exchange }) => exchange.head?.exchangeId ?? '');
  return [...byId].flatMap(([id, { length }]) => (length === 1 ? [] : [`${length} exchange records of ${id}`]));
}

/**
 * In strict: a call whose client got its upstream's whole response has one `exchange` record, and a whole one. Of one
 * that the client left half-way the record says that; a WebSocket is over for its client before its connection is.
 */
export function unrecorded(results: readonly CallResult[], exchanges: readonly RecordedExchange[]): string[] {
  const byCall = Map.groupBy(exchanges, ({ call }) => call);
  return results.flatMap(({ kind, exchangeKey, ok, gaveUp }) => {
    const records = byCall.get(exchangeKey) ?? [];
    if (!ok) return [];
    if (records.length !== 1) return [`${kind} ${exchangeKey} was answered and has ${records.length} exchange records`];
    const isWhole = gaveUp || kind === 'websocket' || records[0]?.complete === true;
    return isWhole ? [] : [`${kind} ${exchangeKey} was answered, and its record says: ${endOf(records[0])}`];
  });
}

function endOf(record: RecordedExchange | undefined): string {
  return `ended ${record?.exchange.ended ?? 0} ${record?.exchange.endedReason ?? ''}`;
}

/** Each kill of a recorder must show as an epoch that ended without `stopped`, and nothing else may. */
function wrongEpochs({ kills }: KillPlan, { gaps, started, stopped }: LogCounts): string[] {
  const wrong: string[] = [];
  if (started.length !== kills + 1)
    wrong.push(`${started.length} epochs of the recorder began instead of ${kills + 1}`);
  const cut = new Set(started.filter((epoch) => !stopped.has(epoch)));
  if (cut.size !== kills) wrong.push(`${cut.size} epochs ended without stopped instead of ${kills}`);
  const said = gaps.filter(({ reason }) => reason === GAP_REASON.epoch_not_stopped);
  const epochs = said.map(({ epoch }) => Buffer.from(epoch).toString('hex'));
  for (const epoch of cut) if (!epochs.includes(epoch)) wrong.push(`no gap leaf says that epoch ${epoch} was cut`);
  if (epochs.length !== kills) wrong.push(`${epochs.length} gap leaves say epoch_not_stopped instead of ${kills}`);
  for (const { reason, detail } of gaps)
    if (reason !== GAP_REASON.epoch_not_stopped) wrong.push(`gap of reason ${reason}: ${detail}`);
  return wrong;
}
