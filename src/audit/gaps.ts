import type { CompletenessAudit } from '../proof/index.ts';
import { CallList, type Certificate, type ListedCall } from '../record/index.ts';
import { FINE } from './agenda.ts';
import { type AuditTiming, dueWindows } from './due.ts';

/** A window in which something is missing, or can't be known. */
export interface GapWindow {
  readonly certificate: Certificate;
  /** Its lists, by the number of each. */
  readonly lists: ReadonlyMap<number, readonly ListedCall[]>;
}

/** What there is to say of a time. */
export interface GapsReport {
  /** Windows that were looked at. */
  readonly windows: number;
  readonly gaps: readonly GapWindow[];
}

/** Judges every window from `sinceUs` on that is due at `nowUs`, and gives those in which something is wrong. */
export function findGaps(audit: CompletenessAudit, timing: AuditTiming, nowUs: number, sinceUs: number): GapsReport {
  const due = dueWindows(audit, timing, nowUs, () => sinceUs);
  const gaps = due.flatMap(({ nodeId, startUs }) => {
    const { certificate, lists } = audit.judge(nodeId, startUs, nowUs);
    if (FINE.has(certificate.state)) return [];
    const named = lists.map(({ attachment, bytes }) => [attachment.name, CallList.decode(bytes).calls] as const);
    return [{ certificate, lists: new Map(named) }];
  });
  return { windows: due.length, gaps };
}
