import { join } from 'node:path';
import { type LoadResult, runLoad } from './peer.ts';
import { isRecording, type Pids, startTarget, type Target, type TargetName, type TargetOptions } from './target.ts';
import { type Usage, usageOfAll } from './usage.ts';

/** One run of one target. */
export interface Measurement extends LoadResult {
  readonly target: TargetName;
  readonly round: number;
  /** Exchanges of these calls that the log has whole; undefined where nothing is recorded. */
  readonly complete: number | undefined;
  /** Calls that Envoy let go on unrecorded, by its own count. */
  readonly failureModeAllowed: number;
  /** Of each process: CPU time over the calls, and memory at the end. */
  readonly processes: readonly ProcessUse[];
}

/** What a process used for each call; recorder and ledger, for each call that was recorded. */
export interface ProcessUse {
  readonly process: keyof Pids;
  readonly cpuUsPerCall: number;
  readonly rssBytes: number;
  readonly peakRssBytes: number;
}

/** What a run is made of. */
export interface RunOptions extends Omit<TargetOptions, 'name' | 'directory'> {
  readonly directory: string;
  readonly calls: number;
  /** Calls before the clock starts: until then Node compiles what is hot. */
  readonly warmUpCalls: number;
  readonly inFlight: number;
  readonly ratePerSecond: number;
  readonly bodyBytes: number;
}

/** Starts a target, warms it up, puts the load on it, waits until the log has it, and ends it. */
export async function measure(name: TargetName, round: number, options: RunOptions): Promise<Measurement> {
  const directory = join(options.directory, `${round}-${name}`);
  const target = await startTarget({ ...options, name, directory });
  try {
    const warm = { ...options, url: target.url, calls: options.warmUpCalls, ratePerSecond: 0 };
    if (warm.calls > 0) await runLoad(options.peer, warm);
    return await measureCalls(target, name, round, options);
  } finally {
    await target.stop();
  }
}

async function measureCalls(
  target: Target,
  name: TargetName,
  round: number,
  options: RunOptions,
): Promise<Measurement> {
  const { warmUpCalls, calls, peer } = options;
  const completeBefore = await target.complete(warmUpCalls);
  const recordedBefore = target.recorded();
  const allowedBefore = await target.failureModeAllowed();
  const before = usages(target.pids);
  const result = await runLoad(peer, { ...options, url: target.url });
  const failureModeAllowed = (await target.failureModeAllowed()) - allowedBefore;
  // What ledger and recorder do after the last call was answered is part of its price.
  const complete = (await target.complete(recordedBefore + calls - failureModeAllowed)) - completeBefore;
  const records = isRecording(name);
  const callsOf = (process: keyof Pids): number => (records && process !== 'envoy' ? Math.max(complete, 1) : calls);
  return {
    ...{ target: name, round, ...result },
    complete: records ? complete : undefined,
    failureModeAllowed,
    processes: usages(target.pids).map(({ process, usage }, index) => ({
      process,
      cpuUsPerCall: (usage.cpuUs - (before[index]?.usage.cpuUs ?? 0)) / callsOf(process),
      rssBytes: usage.rssBytes,
      peakRssBytes: usage.peakRssBytes,
    })),
  };
}

function usages(pids: Pids): { process: keyof Pids; usage: Usage }[] {
  return (['recorder', 'ledger', 'envoy'] as const).flatMap((process) => {
    const pid = pids[process];
    return pid === undefined ? [] : [{ process, usage: usageOfAll(pid) }];
  });
}
