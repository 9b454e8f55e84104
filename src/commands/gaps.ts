import type { Command } from 'commander';
import { findGaps, type GapsReport, type GapWindow, LeafFeed, type PendingWindows } from '../audit/index.ts';
import { CompletenessAudit, ContinuityBook } from '../proof/index.ts';
import type { ContinuityFinding, MissingRecords } from '../proof/index.ts';
import {
  AffidavitError,
  CallCounts,
  CERTIFICATE_LIST,
  CERTIFICATE_STATE,
  type ListedCall,
  UNKNOWN_WHAT,
} from '../record/index.ts';
import { auditSettings, auditTiming } from './audit-settings.ts';
import { loadConfig } from './context.ts';
import { formatContinuity, formatMissing } from './continuity-report.ts';
import type { CommonOptions, Context } from './context.ts';
import { formatTime, nameIn, printable, toJson } from './describe.ts';
import { parsePath } from './files.ts';
import { readCheckpoint } from './log-reading.ts';
import type { Ports } from './ports.ts';
import { openSource } from './sources.ts';
import { trustOf } from './trust.ts';

interface GapsOptions extends CommonOptions {
  log?: string;
  since?: string;
}

/** Most calls of a list that are shown to a person. */
const MAX_SHOWN = 20;

/** `affidavit gaps`. */
export function registerGaps(program: Command, context: Context, ports: Ports): void {
  program
    .command('gaps')
    .description(
      'say in which windows calls are missing, or can’t be known, and which producers leave a gap, from the log’s leaves',
    )
    .option('--since <time or span>', 'from then on: 2026-01-31T12:00:00Z, or 90m, 24h, 7d')
    .option('-l, --log <folder or URL>', 'the log; default is the ledger of the data folder', parsePath)
    .addHelpText(
      'after',
      '\nJudges all leaves as they are now, as certificates do (docs/completeness.md), whether there are any or not.\n\n' +
        'Example:\n  affidavit gaps --since 24h\n',
    )
    .action(async (_own: unknown, self: Command) => gaps(context, ports, self.optsWithGlobals<GapsOptions>()));
}

async function gaps(context: Context, ports: Ports, options: GapsOptions): Promise<void> {
  const config = await loadConfig(context, options);
  const nowUs = ports.clock.nowUs();
  const sinceUs = options.since === undefined ? 0 : parseSince(options.since, nowUs);
  const source = openSource(options.log, config);
  await readCheckpoint(source);
  const audit = new CompletenessAudit(auditSettings(config));
  // A log elsewhere has keys of its own; this reads, and proves nothing.
  const { logKey } = options.log === undefined ? await trustOf(config, {}) : {};
  const continuity = new ContinuityBook();
  const feed = new LeafFeed(source, logKey, (leaf, record, role) => {
    audit.add(leaf, record, role);
    continuity.take(leaf, record, role);
  });
  await feed.follow();
  const report: GapsFound = {
    ...findGaps(audit, auditTiming(config), nowUs, sinceUs),
    producers: continuity.findings(audit.settings.silentUs, nowUs).filter(({ timeUs }) => timeUs >= sinceUs),
    missing: audit.missingRecords.filter(({ untilUs }) => untilUs >= sinceUs),
  };
  context.print(options.json === true ? JSON.stringify(reportToJson(report)) : formatReport(report));
}

/** What is said of a time. */
interface GapsFound extends GapsReport {
  readonly producers: readonly ContinuityFinding[];
  readonly missing: readonly MissingRecords[];
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A time as ISO 8601, or how long ago. @throws usage */
export function parseSince(text: string, nowUs: number): number {
  const span = /^(\d{1,9})([smhd])$/.exec(text);
  if (span !== null) return Math.max(0, nowUs - Number(span[1]) * (UNITS[span[2] ?? ''] ?? 0) * 1_000_000);
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(time)) return Math.max(0, time * 1000);
  throw new AffidavitError(
    'usage',
    `not a time: ${JSON.stringify(text.slice(0, 80))}; write 2026-01-31, 2026-01-31T12:00:00Z, 90m, 24h or 7d`,
  );
}

function formatReport({ windows, calls, gaps: found, producers, missing, pending }: GapsFound): string {
  const said = [...formatMissing(missing), ...formatContinuity(producers)];
  const young = pending.map(formatPending);
  if (windows === 0 && young.length === 0)
    return [...said, 'No window to judge: no access log and no counters came in this time.'].join('\n');
  const others = windows - found.length;
  const rest = `${others} of ${windows} windows without a gap that anybody could know of; in all of them ${calls.complete + calls.cut} of ${calls.served} served calls are recorded as far as they went.`;
  return [...said, ...found.map(formatGap), ...young, rest].join('\n');
}

function formatPending({ nodeId, sinceUs, windows }: PendingWindows): string {
  const [grace, more] =
    nodeId === '' ? ['audit.unloggedGraceMs', 'no access log names its calls yet'] : ['audit.graceMs'];
  const why = [more, `judged when ${grace} has passed after their end`].filter((one) => one !== undefined).join('; ');
  return `${formatTime(sinceUs)}  not judged yet  ${nameOf(nodeId)}: ${windows} window${windows === 1 ? '' : 's'} with calls from then on (${why})`;
}

function nameOf(nodeId: string): string {
  return nodeId === '' ? '(named by no access log)' : printable(nodeId);
}

function formatGap({ certificate, lists }: GapWindow): string {
  const { nodeId, windowStartUs, state, counts, counters, unknown, declaredLost } = certificate;
  const { served, complete, cut, partial, missing, differing, unlogged, unnamed } = counts ?? CallCounts.create();
  const bad = { partial, missing, differing, unlogged };
  const numbers = Object.entries(bad).filter(([, count]) => count > 0);
  const line = [
    `${formatTime(windowStartUs)}  ${nameIn(CERTIFICATE_STATE, state)}  ${nameOf(nodeId)}:`,
    `${complete + cut} of ${served} served calls are recorded as far as they went`,
    ...numbers.map(([name, count]) => `, ${count} ${name}`),
  ].join(' ');
  const notes = [
    ...(unnamed > 0 ? [`${unnamed} more that are not named`] : []),
    ...((counters?.unlogged ?? 0) > 0
      ? [`Envoy counted at least ${counters?.unlogged ?? 0} calls that its access log doesn’t name`]
      : []),
    ...((counters?.bypassed ?? 0) > 0 ? [`Envoy let ${counters?.bypassed ?? 0} calls go by unrecorded`] : []),
    ...(declaredLost > 0 ? [`recorders say of ${declaredLost} calls that they went on unrecorded`] : []),
    ...unknown.map(({ sinceUs, untilUs, what }) => {
      const until = untilUs === 0 ? 'goes on' : `until ${formatTime(untilUs)}`;
      const whose = what === UNKNOWN_WHAT.records ? 'records may be on their way' : 'unknown';
      return `${whose} since ${formatTime(sinceUs)}, ${until}`;
    }),
  ];
  const calls = [...lists].flatMap(([list, named]) => formatCalls(nameIn(CERTIFICATE_LIST, list), named));
  return [line.replaceAll(' ,', ','), ...notes.map((note) => `    ${note}`), ...calls].join('\n');
}

function formatCalls(list: string, calls: readonly ListedCall[]): string[] {
  const shown = calls.slice(0, MAX_SHOWN).map(({ exchangeId, endedUs, route, status, reason }) => {
    const facts = [formatTime(endedUs), exchangeId || '(no id)', route, String(status), reason];
    return `    ${list.padEnd(13)} ${printable(facts.filter((fact) => fact !== '').join('  '))}`;
  });
  const more = calls.length - shown.length;
  return more > 0 ? [...shown, `    … and ${more} more (--json lists them)`] : shown;
}

function reportToJson(report: GapsFound): unknown {
  const { windows, calls, countedOnly, gaps: found, producers, missing, pending } = report;
  const gap = ({ certificate, lists }: GapWindow): unknown => ({
    ...(toJson(certificate) as Record<string, unknown>),
    window: formatTime(certificate.windowStartUs),
    state: nameIn(CERTIFICATE_STATE, certificate.state),
    lists: Object.fromEntries([...lists].map(([list, calls]) => [nameIn(CERTIFICATE_LIST, list), toJson(calls)])),
  });
  const young = pending.map(({ sinceUs, ...rest }) => ({ ...rest, since: formatTime(sinceUs) }));
  return {
    ...{ windows, calls: toJson(calls), countedOnly, gaps: found.map(gap), pending: young },
    ...{ producers: toJson(producers), missing: toJson(missing) },
  };
}
