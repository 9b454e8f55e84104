import { type CompletenessAudit, NOBODY } from '../proof/index.ts';
import { CallCounts, CallList, type Certificate, type ListedCall } from '../record/index.ts';
import { FINE } from './agenda.ts';
import { type AuditTiming, type DueWindow, dueWindows } from './due.ts';

/** A window in which something is missing, or can't be known. */
export interface GapWindow {
  readonly certificate: Certificate;
  /** Its lists, by the number of each. */
  readonly lists: ReadonlyMap<number, readonly ListedCall[]>;
}

/** Windows of a node that calls are known of already, and that are not judged yet. */
export interface PendingWindows {
  readonly nodeId: string;
  /** The beginning of the earliest. */
  readonly sinceUs: number;
  readonly windows: number;
}

/** What there is to say of a time. */
export interface GapsReport {
  /** Windows that were judged. */
  readonly windows: number;
  /** The sum of all judged windows, also of those without a gap. */
  readonly calls: CallCounts;
  /** Calls that Envoy's counters tell of and no access log names, at the least, in all judged windows. */
  readonly countedOnly: number;
  readonly gaps: readonly GapWindow[];
  /** What is too young to be judged: that no gap is named there says nothing. */
  readonly pending: readonly PendingWindows[];
}

/** Judges every window from `sinceUs` on that is due at `nowUs`, and gives those in which something is wrong. */
export function findGaps(audit: CompletenessAudit, timing: AuditTiming, nowUs: number, sinceUs: number): GapsReport {
  const due = dueWindows(audit, timing, nowUs, () => sinceUs);
  let calls = CallCounts.create();
  let countedOnly = 0;
  const gaps = due.flatMap(({ nodeId, startUs }) => {
    const { certificate, lists } = audit.judge(nodeId, startUs, nowUs);
    if (certificate.counts !== undefined) calls = sumOf(calls, certificate.counts);
    countedOnly += certificate.counters?.unlogged ?? 0;
    if (FINE.has(certificate.state)) return [];
    const named = lists.map(({ attachment, bytes }) => [attachment.name, CallList.decode(bytes).calls] as const);
    return [{ certificate, lists: new Map(named) }];
  });
  return { windows: due.length, calls, countedOnly, gaps, pending: pendingWindows(audit, due, sinceUs) };
}

function sumOf(a: CallCounts, b: CallCounts): CallCounts {
  const names = Object.keys(a) as (keyof CallCounts)[];
  return CallCounts.create(Object.fromEntries(names.map((name) => [name, a[name] + b[name]])));
}

function pendingWindows(audit: CompletenessAudit, due: readonly DueWindow[], sinceUs: number): PendingWindows[] {
  const { windowUs } = audit.settings;
  const judged = new Set(due.map(({ nodeId, startUs }) => `${startUs} ${nodeId}`));
  return [NOBODY, ...audit.nodes.map(({ id }) => id)].flatMap((nodeId) => {
    const fromUs = Math.max(sinceUs, audit.floorOf(nodeId));
    const starts = audit
      .windowsOf(nodeId)
      .filter((startUs) => startUs + windowUs > fromUs && !judged.has(`${startUs} ${nodeId}`));
    const earliestUs = starts.reduce((least, startUs) => Math.min(least, startUs), Number.MAX_SAFE_INTEGER);
    return starts.length === 0 ? [] : [{ nodeId, sinceUs: earliestUs, windows: starts.length }];
  });
}
