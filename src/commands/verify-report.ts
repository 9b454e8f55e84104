import { encodeBase64 } from '../proof/index.ts';
import type { Check, Checkpoint, LogReport, Loss, ProofReport } from '../proof/index.ts';
import type { PayloadReport } from '../ledger/index.ts';
import { formatContinuity } from './continuity-report.ts';
import { summarize, toJson } from './describe.ts';

const MAX_SHOWN_FAULTS = 20;

/** What each count of a {@link Loss} is of. */
const LOST_THINGS: Readonly<Record<string, string>> = {
  batches_missing: 'batches',
  position_jumped: 'positions of the bus',
  epoch_not_stopped: 'epochs whose end is unknown',
  payload_missing: 'payload parts or attachments',
  spool_damaged: 'frames of a spool',
  exchanges_lost: 'calls, or messages of the access log',
};

/** What was found in a log and beside it. */
export interface WholeReport {
  log: LogReport;
  /** Absent when payloads were not looked at. */
  payloads?: PayloadReport;
  /** Checks of what lies beside the log. */
  checks: readonly Check[];
}

/** What a proof file proves, as text for a person. */
export function formatProof(report: ProofReport, checks: readonly Check[]): string {
  return [
    `Record ${report.leafIndex} of ${report.checkpoint.origin}: ${summarize(report.record)}`,
    formatChecks([...report.checks, ...checks]),
    formatCheckpoint(report.checkpoint),
    ...(report.trusted ? ['The record is in the log, as it was signed.'] : []),
  ].join('\n');
}

/** A whole log, as text for a person. */
export function formatWhole({ log, payloads, checks }: WholeReport): string {
  const { stopped, cut, running } = log.epochs;
  const ended = `epochs: ${stopped} ended whole, ${cut} without "stopped", ${running} may still run.`;
  return [
    formatCheckpoint(log.checkpoint),
    formatChecks([...log.checks, ...checks]),
    ...Object.entries(log.kinds).map(([name, count]) => `  ${String(count).padStart(8)}  ${name}`),
    `${log.batches} signed batches; ${ended}`,
    ...log.missing.map((range) => `  missing, as the ledger says: ${JSON.stringify(toJson(range))}`),
    ...formatContinuity(log.continuity).map((line) => `  ${line}`),
    ...formatFaults(payloads),
    ...formatLosses(log),
    ...formatVerdict(log, payloads),
  ].join('\n');
}

/** A whole log as plain JSON. */
export function wholeToJson({ log, payloads, checks }: WholeReport): Record<string, unknown> {
  const { note: _, ...report } = log;
  const trusted = log.trusted && (payloads?.faultCount ?? 0) === 0;
  const all = [...log.checks, ...checks];
  return { ...(toJson(report) as Record<string, unknown>), trusted, checks: all, ...(payloads && { payloads }) };
}

function formatFaults(payloads: PayloadReport | undefined): string[] {
  if (payloads === undefined || payloads.faultCount === 0) return [];
  const shown = payloads.faults.slice(0, MAX_SHOWN_FAULTS).map(({ message }) => `  bad  ${message}`);
  const more = payloads.faultCount - shown.length;
  return ['Payloads that are not as their records say:', ...shown, ...(more > 0 ? [`  … and ${more} more`] : [])];
}

function formatLosses({ losses, unseenEpochs }: LogReport): string[] {
  const lines = losses.map(formatLoss);
  if (unseenEpochs > 0) lines.push(`  ${String(unseenEpochs).padStart(8)}  epochs of which nothing came`);
  return lines.length === 0 ? [] : ['Lost, as the log itself declares:', ...lines];
}

function formatLoss({ reason, records, count }: Loss): string {
  const where = `${reason}, in ${records} ${records === 1 ? 'record' : 'records'}`;
  return `  ${String(count).padStart(8)}  ${LOST_THINGS[reason] ?? 'things that this version has no name for'} (${where})`;
}

function formatVerdict({ trusted, losses, unseenEpochs }: LogReport, payloads: PayloadReport | undefined): string[] {
  if (!trusted || (payloads?.faultCount ?? 0) > 0) return [];
  return losses.length === 0 && unseenEpochs === 0
    ? ['The log is whole, and every record in it is as it was signed.']
    : ['Every record in the log is as it was signed, and it declares losses: see above.'];
}

function formatChecks(checks: readonly Check[]): string {
  return checks.map(({ name, ok, detail }) => `  ${ok ? 'ok ' : '-- '} ${name}: ${detail}`).join('\n');
}

function formatCheckpoint(checkpoint: Checkpoint): string {
  return `Checkpoint of ${checkpoint.origin}: ${checkpoint.size} records, root ${encodeBase64(checkpoint.root)}`;
}
