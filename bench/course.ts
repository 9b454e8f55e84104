import type { LoadResult } from './peer.ts';
import { type Column, tableLines } from './table.ts';
import type { GapsSummary, Pids, Target } from './target.ts';
import { usageOfAll } from './usage.ts';

/** Load at a rate for some time. */
export interface Stretch {
  readonly what: string;
  readonly ratePerSecond: number;
  readonly seconds: number;
  /** Waits afterwards until the log has what was recorded. */
  readonly isAwaited: boolean;
}

/** What a stretch came to. */
export interface StretchResult extends LoadResult {
  readonly what: string;
  readonly ratePerSecond: number;
  /** Of this stretch's calls: what Envoy let go on unrecorded, by its own count. */
  readonly failureModeAllowed: number;
  /** Exchanges that the log had whole at its end, of all calls so far. */
  readonly completeSoFar: number;
  /** How long the log took afterwards to have them all; undefined where nobody waited. */
  readonly behindSeconds: number | undefined;
  readonly spoolBytes: number;
  readonly rssBytes: Readonly<Partial<Record<keyof Pids, number>>>;
}

/** What all stretches came to. */
export interface CourseResult {
  readonly stretches: readonly StretchResult[];
  readonly calls: number;
  readonly not2xx: number;
  readonly failureModeAllowed: number;
  readonly complete: number;
  /** Recorded, but not seen whole: broken off, or answered by Envoy itself before the request's end. */
  readonly otherwise: number;
  readonly gaps: GapsSummary | undefined;
}

const MINUTE_S = 60;

/** Calls that were made before the course, and are not part of it. */
interface Before {
  readonly complete: number;
  readonly recorded: number;
  readonly allowed: number;
}

/** What drives a course, and what went before it. */
export interface CourseOptions {
  readonly warmUpCalls: number;
  /** Begins so many calls at so many a second, and waits for the answers. */
  load(calls: number, ratePerSecond: number): Promise<LoadResult>;
}

/** `minutes` stretches of a minute each at one rate. */
export function steadyStretches(ratePerSecond: number, minutes: number): Stretch[] {
  return Array.from({ length: minutes }, (_, index) => ({
    ...{ what: `minute ${index + 1}`, ratePerSecond, seconds: MINUTE_S, isAwaited: false },
  }));
}

/** Half the capacity, then each multiple of it with half of it for half as long after it. */
export function overloadStretches(capacity: number, times: readonly number[], seconds: number): Stretch[] {
  const at = (multiple: number, length: number): Stretch => ({
    ...{ what: `${multiple} times`, ratePerSecond: Math.round(capacity * multiple), seconds: length, isAwaited: true },
  });
  const rest = at(0.5, Math.ceil(seconds / 2));
  return [rest, ...times.flatMap((multiple) => [at(multiple, seconds), rest])];
}

/** Drives a target through stretches of load, one after the other, and tells each as it comes. */
export async function runCourse(
  target: Target,
  stretches: readonly Stretch[],
  options: CourseOptions,
  tell: (result: StretchResult) => void,
): Promise<CourseResult> {
  const complete = await target.complete(options.warmUpCalls);
  const before = { complete, recorded: target.recorded(), allowed: await target.failureModeAllowed() };
  const results: StretchResult[] = [];
  for (const stretch of stretches) {
    const result = await runStretch(target, stretch, options, before, results);
    results.push(result);
    tell(result);
  }
  const sum = (of: (one: StretchResult) => number): number => results.reduce((total, one) => total + of(one), 0);
  const [calls, failureModeAllowed] = [sum((one) => one.calls), sum((one) => one.failureModeAllowed)];
  const not2xx = sum((one) => one.not2xx);
  const whole = (await target.complete(before.recorded + calls - failureModeAllowed)) - before.complete;
  const otherwise = target.recorded() - before.recorded - whole;
  const gaps = await target.gaps();
  return { stretches: results, calls, not2xx, failureModeAllowed, complete: whole, otherwise, gaps };
}

async function runStretch(
  target: Target,
  { what, ratePerSecond, seconds, isAwaited }: Stretch,
  options: CourseOptions,
  before: Before,
  earlier: readonly StretchResult[],
): Promise<StretchResult> {
  const calls = Math.round(ratePerSecond * seconds);
  const load = await options.load(calls, ratePerSecond);
  const endedMs = Date.now();
  const letGoBefore = earlier.reduce((sum, one) => sum + one.failureModeAllowed, 0);
  const callsBefore = earlier.reduce((sum, one) => sum + one.calls, 0);
  const allowed = (await target.failureModeAllowed()) - before.allowed;
  const expected = before.recorded + callsBefore + load.calls - allowed;
  const spoolBytes = await target.spoolBytes();
  const rssBytes = memoryOf(target.pids);
  const completeSoFar = (await target.complete(isAwaited ? expected : 0)) - before.complete;
  const isThere = target.recorded() >= expected;
  const behindSeconds = isAwaited && isThere ? (Date.now() - endedMs) / 1000 : undefined;
  return {
    ...{ ...load, what, ratePerSecond, failureModeAllowed: allowed - letGoBefore },
    ...{ completeSoFar, behindSeconds, spoolBytes, rssBytes },
  };
}

function memoryOf(pids: Pids): StretchResult['rssBytes'] {
  const processes = (['recorder', 'ledger', 'envoy'] as const).flatMap((process) => {
    const pid = pids[process];
    return pid === undefined ? [] : [[process, usageOfAll(pid).rssBytes] as const];
  });
  return Object.fromEntries(processes);
}

const MEGABYTE = 1_000_000;

/** The table of a course, and its sums. */
export function courseLines(result: CourseResult): string[] {
  const { stretches, calls, not2xx, failureModeAllowed, complete, otherwise, gaps } = result;
  const lost = calls - complete - otherwise - failureModeAllowed;
  const recorded = `${complete} complete in the log, ${otherwise} recorded otherwise`;
  const sums = `${calls} calls: ${not2xx} not 2xx, ${recorded}, ${failureModeAllowed} let go, ${lost < 0 ? `${-lost} of them both` : `${lost} neither`}`;
  return [...tableLines(COLUMNS, stretches), '', sums, ...(gaps === undefined ? [] : [gapsLine(gaps)])];
}

function gapsLine({ windows, open, producers, records, young, ...calls }: GapsSummary): string {
  const { requests, served, neverOffered, missing, partial, countedOnly } = calls;
  const named = `${served} served (${missing} missing, ${partial} partial), ${neverOffered} never offered`;
  const unnamed = requests - served - neverOffered;
  const notAll = young === 0 ? '' : '; its last windows were not judged yet';
  return [
    `affidavit gaps: ${open} of ${windows} windows with a gap; ${producers} producers, ${records} stretches of records${notAll}`,
    `of ${requests} requests since Envoy's start: ${named}; ${unnamed} in no access log, of which Envoy’s counters tell of ${countedOnly}`,
  ].join('\n');
}

const number = (
  heading: string,
  of: (one: StretchResult) => number | undefined,
  digits = 0,
): Column<StretchResult> => ({
  heading,
  cell: (one) => of(one)?.toFixed(digits) ?? '–',
});
const memory = (heading: string, process: keyof Pids): Column<StretchResult> =>
  number(heading, ({ rssBytes }) => {
    const bytes = rssBytes[process];
    return bytes === undefined ? undefined : bytes / MEGABYTE;
  });

const COLUMNS: readonly Column<StretchResult>[] = [
  { heading: 'stretch', cell: ({ what }) => what },
  number('asked/s', (one) => one.ratePerSecond),
  number('calls/s', (one) => one.callsPerSecond),
  number('p50 ms', (one) => one.p50Us / 1000, 2),
  number('p99 ms', (one) => one.p99Us / 1000, 2),
  number('calls', (one) => one.calls),
  number('not 2xx', (one) => one.not2xx),
  number('let go', (one) => one.failureModeAllowed),
  number('complete so far', (one) => one.completeSoFar),
  number('all in the log after s', (one) => one.behindSeconds, 1),
  number('spool MB', (one) => one.spoolBytes / MEGABYTE, 1),
  memory('recorder MB', 'recorder'),
  memory('ledger MB', 'ledger'),
  memory('Envoy MB', 'envoy'),
];
