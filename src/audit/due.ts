import { type AuditedNode, type CompletenessAudit, NOBODY } from '../proof/index.ts';

/** When a window is judged. */
export interface AuditTiming {
  /** After its end: what is on its way by then is late. */
  readonly graceUs: number;
  /** The same for calls that no access log names: their client may still be reading, and then Envoy hasn't told of them yet. */
  readonly unloggedGraceUs: number;
}

/** How long a node that nothing is heard of any more is still certified. */
const ABSENT_US = 3_600_000_000;
/** A producer that lives says so every 10 s, and some more pass until that is a leaf. */
const HEARTBEAT_US = 15_000_000;

/** A window that may be judged. */
export interface DueWindow {
  readonly nodeId: string;
  readonly startUs: number;
}

/** Every window that may be judged at `nowUs` by the auditor's clock, the earliest of each node first, from `sinceUs` on. */
export function dueWindows(
  audit: CompletenessAudit,
  timing: AuditTiming,
  nowUs: number,
  sinceUs: (nodeId: string) => number = () => 0,
): DueWindow[] {
  return audit.nodes.flatMap((node) => windowsOf(audit, node, timing, nowUs, sinceUs(node.id)));
}

function windowsOf(
  audit: CompletenessAudit,
  node: AuditedNode,
  timing: AuditTiming,
  nowUs: number,
  sinceUs: number,
): DueWindow[] {
  const { windowUs } = audit.settings;
  const untilUs = ripeUntil(audit, node, timing, nowUs);
  const first = Math.floor(Math.max(node.firstUs, sinceUs) / windowUs) * windowUs;
  if (node.id === NOBODY) {
    const starts = [...audit.versionsOf(NOBODY).keys()].filter((startUs) => startUs >= first);
    return starts
      .toSorted((a, b) => a - b)
      .filter((startUs) => startUs + windowUs <= untilUs)
      .map((startUs) => ({ nodeId: NOBODY, startUs }));
  }
  const windows: DueWindow[] = [];
  for (let startUs = first; startUs + windowUs <= Math.min(untilUs, node.lastUs + ABSENT_US); startUs += windowUs)
    windows.push({ nodeId: node.id, startUs });
  return windows;
}

/** Up to when, by the node's clock, everything that isn't late has come. */
function ripeUntil(audit: CompletenessAudit, node: AuditedNode, timing: AuditTiming, nowUs: number): number {
  const graceUs = node.id === NOBODY ? timing.unloggedGraceUs : timing.graceUs;
  const waited = nowUs - node.offsetUs - graceUs;
  // One that lives and lags has not told yet what it had by then.
  const told = audit
    .runningOf(node.id, nowUs)
    .map((lastUs) => lastUs - node.offsetUs - Math.max(0, graceUs - HEARTBEAT_US));
  return Math.min(waited, ...told);
}
