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
  /** The node's clock was set forward over it. */
  readonly isSkipped?: boolean;
}

/**
 * Every window that may be judged at `nowUs` by the auditor's clock, the earliest of each node first, from `sinceUs` on. Of
 * calls that no access log names only windows that have some.
 */
export function dueWindows(
  audit: CompletenessAudit,
  timing: AuditTiming,
  nowUs: number,
  sinceUs: (nodeId: string) => number = () => 0,
): DueWindow[] {
  const unlogged = audit
    .windowsOf(NOBODY)
    .filter((startUs) => startUs >= beginOf(audit, sinceUs(NOBODY)) && isRipe(audit, timing, nowUs, NOBODY, startUs))
    .toSorted((a, b) => a - b)
    .map((startUs) => ({ nodeId: NOBODY, startUs }));
  return [...unlogged, ...audit.nodes.flatMap((node) => windowsOf(audit, node, timing, nowUs, sinceUs(node.id)))];
}

function beginOf({ settings }: CompletenessAudit, timeUs: number): number {
  return Math.floor(timeUs / settings.windowUs) * settings.windowUs;
}

function windowsOf(
  audit: CompletenessAudit,
  node: AuditedNode,
  timing: AuditTiming,
  nowUs: number,
  sinceUs: number,
): DueWindow[] {
  const { windowUs } = audit.settings;
  const untilUs = Math.min(ripeUntil(audit, node, timing, nowUs), node.lastUs + ABSENT_US);
  const first = Math.max(beginOf(audit, Math.max(node.firstUs, sinceUs)), audit.floorOf(node.id));
  const starts: number[] = [];
  for (let startUs = first; startUs + windowUs <= untilUs; startUs += windowUs) {
    const pause = pauseAt(node, startUs, windowUs);
    // Of a day in which it wasn't there only what there is nevertheless: it may have been years.
    if (pause === undefined) starts.push(startUs);
    else startUs = beginOf(audit, pause.untilUs) - windowUs;
  }
  const told = node.pauses.length === 0 ? [] : audit.windowsOf(node.id);
  const paused = told.filter((startUs) => {
    const isDue = startUs >= first && startUs + windowUs <= untilUs;
    return isDue && pauseAt(node, startUs, windowUs) !== undefined;
  });
  return [...starts, ...paused].map((startUs) => {
    const endUs = startUs + windowUs;
    const isSkipped = node.steps.skipped.some(({ sinceUs, untilUs }) => startUs >= sinceUs && endUs <= untilUs);
    return { nodeId: node.id, startUs, isSkipped };
  });
}

/** The pause of a node that a window lies in, an hour after its begin. */
function pauseAt(
  { pauses }: AuditedNode,
  startUs: number,
  windowUs: number,
): AuditedNode['pauses'][number] | undefined {
  return pauses.find(({ sinceUs, untilUs }) => startUs >= sinceUs + ABSENT_US && startUs + windowUs <= untilUs);
}

/** True when everything that isn't late about a window has come. */
export function isRipe(
  audit: CompletenessAudit,
  timing: AuditTiming,
  nowUs: number,
  nodeId: string,
  startUs: number,
): boolean {
  const endUs = startUs + audit.settings.windowUs;
  if (nodeId === NOBODY) return endUs <= nowUs - timing.unloggedGraceUs;
  const node = audit.nodeOf(nodeId);
  return node !== undefined && endUs <= ripeUntil(audit, node, timing, nowUs);
}

/** Up to when, by the node's clock, everything that isn't late has come. */
function ripeUntil(audit: CompletenessAudit, node: AuditedNode, timing: AuditTiming, nowUs: number): number {
  const { graceUs } = timing;
  // A clock that was set back is ahead of the last messages, before they are enough to tell.
  const offsetUs = Math.max(node.offsetUs, node.steps.lastOffsetUs);
  const waited = nowUs - offsetUs - graceUs;
  // One that lives and lags has not told yet what it had by then; and if it is killed, what was on its way to it is unknown.
  const beforeUs = Math.max(audit.settings.logDelayUs, graceUs - HEARTBEAT_US) + offsetUs - node.offsetUs;
  const told = audit.runningOf(node.id, nowUs).map((lastUs) => lastUs - beforeUs);
  return Math.min(waited, ...told);
}
