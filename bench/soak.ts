import { join, resolve } from 'node:path';
import { UsageError } from '../scripts/processes.ts';
import { multiples, readOptions, type ValuesOf, whole } from './args.ts';
import type { RunOptions } from './closed-loop.ts';
import {
  courseLines,
  type CourseResult,
  overloadStretches,
  runCourse,
  steadyStretches,
  type Stretch,
} from './course.ts';
import { type LoadResult, runLoad } from './peer.ts';
import { withStage } from './stage.ts';
import { isRecording, NODE_OPTIONS, startTarget, type Target, type TargetName, TARGETS } from './target.ts';

const RECORDING = TARGETS.filter(isRecording);

/** What the two commands share. */
const HELP_OPTIONS = `  --target NAME       one of ${RECORDING.join(', ')} (default strict)
  --warm-up N         calls before (default 5000)
  --in-flight N       callers of the warm-up, and of what finds the capacity (default 32)
  --body N            bytes of JSON in each request (default 1024)
  --processes N       recorder processes behind the one Envoy (needs --kafka)
  --kafka             recorder and ledger as two processes, a real broker between them
  --data DIR          keep all that is written under DIR
  --json              one JSON object at the end, instead of the table`;

const SOAK_HELP = `npm run bench -- soak [options]

Load at a steady rate, a minute after the other: does memory, spool or latency grow, and is every call in the log?

  --rate R            calls begun a second (default 334)
  --minutes N         (default 10)
${HELP_OPTIONS}
`;

const OVERLOAD_HELP = `npm run bench -- overload [options]

Finds out how many calls a second the target takes (closed loop), then asks for a multiple of it, and lets it recover.

  --seconds N         length of each stretch of overload (default 60)
  --times LIST        multiples, each followed by half the capacity for half as long (default 2,5)
${HELP_OPTIONS}
`;

const OPTIONS = {
  target: { type: 'string', default: 'strict' },
  rate: { type: 'string', default: '334' },
  minutes: { type: 'string', default: '10' },
  seconds: { type: 'string', default: '60' },
  times: { type: 'string', default: '2,5' },
  'warm-up': { type: 'string', default: '5000' },
  'in-flight': { type: 'string', default: '32' },
  body: { type: 'string', default: '1024' },
  processes: { type: 'string', default: '0' },
  kafka: { type: 'boolean', default: false },
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Long enough for the collector and the disk to have had their part in it. */
const CAPACITY_S = 15;

type Values = ValuesOf<typeof OPTIONS>;

function targetOf({ target }: Values): TargetName {
  const found = RECORDING.find((name) => name === target);
  if (found === undefined) throw new UsageError(`--target ${target}: choose of ${RECORDING.join(', ')}`);
  return found;
}

/** `npm run bench -- soak`. */
export async function soak(args: readonly string[]): Promise<void> {
  const values = readOptions(args, OPTIONS, 'soak');
  if (values.help) {
    console.log(SOAK_HELP);
    return;
  }
  const ratePerSecond = whole('rate', values.rate, 1, 100_000);
  const minutes = whole('minutes', values.minutes, 1, 24 * 60);
  const stretches = steadyStretches(ratePerSecond, minutes);
  await withTarget(values, (target, options) => course(target, stretches, options, values.json));
}

/** `npm run bench -- overload`. */
export async function overload(args: readonly string[]): Promise<void> {
  const values = readOptions(args, OPTIONS, 'overload');
  if (values.help) {
    console.log(OVERLOAD_HELP);
    return;
  }
  const seconds = whole('seconds', values.seconds, 1, 3600);
  const times = multiples('times', values.times, 100);
  await withTarget(values, async (target, options) => {
    const capacity = await capacityOf(target, options);
    console.error(`capacity: ${capacity} calls/s with ${options.inFlight} in flight`);
    const warm = { ...options, warmUpCalls: await target.complete(0) };
    return course(target, overloadStretches(capacity, times, seconds), warm, values.json);
  });
}

/** Calls a second that can be kept up: as many as the log has at the end of some seconds of closed loop, and after it. */
async function capacityOf(target: Target, options: RunOptions): Promise<number> {
  const had = await target.complete(options.warmUpCalls);
  const letGo = await target.failureModeAllowed();
  const beganMs = Date.now();
  let calls = 0;
  while (Date.now() - beganMs < CAPACITY_S * 1000)
    calls += (await runLoad(options.peer, { ...options, url: target.url, ratePerSecond: 0, calls: 5000 })).calls;
  const letGoNow = (await target.failureModeAllowed()) - letGo;
  const complete = (await target.complete(had + calls - letGoNow)) - had;
  return Math.floor(complete / ((Date.now() - beganMs) / 1000));
}

async function withTarget(values: Values, work: (target: Target, options: RunOptions) => Promise<void>): Promise<void> {
  const name = targetOf(values);
  const processes = whole('processes', values.processes, 0, 64) || undefined;
  if (processes !== undefined && !values.kafka) throw new UsageError('--processes needs --kafka');
  const load = {
    ...{ calls: 0, ratePerSecond: 0, kafka: values.kafka, processes },
    warmUpCalls: whole('warm-up', values['warm-up'], 0, 1_000_000),
    inFlight: whole('in-flight', values['in-flight'], 1, 4096),
    bodyBytes: whole('body', values.body, 32, 16_777_216),
    settings: { AFFIDAVIT_LOG_LEVEL: 'warn', NODE_OPTIONS },
  };
  const data = values.data === undefined ? undefined : resolve(values.data);
  await withStage(data, async ({ peer, upstream, directory }) => {
    const options: RunOptions = { ...load, peer, directory, upstreamPort: upstream.port };
    const target = await startTarget({ ...options, name, directory: join(directory, name) });
    try {
      if (options.warmUpCalls > 0)
        await runLoad(peer, { ...options, url: target.url, calls: options.warmUpCalls, ratePerSecond: 0 });
      await work(target, options);
    } finally {
      await target.stop();
    }
  });
}

async function course(
  target: Target,
  stretches: readonly Stretch[],
  options: RunOptions,
  isJson: boolean,
): Promise<void> {
  const load = (calls: number, ratePerSecond: number): Promise<LoadResult> =>
    runLoad(options.peer, { ...options, url: target.url, calls, ratePerSecond });
  const result: CourseResult = await runCourse(target, stretches, { warmUpCalls: options.warmUpCalls, load }, (one) => {
    const rate = `${one.callsPerSecond.toFixed(0)} calls/s, p99 ${(one.p99Us / 1000).toFixed(1)} ms`;
    console.error(`${one.what}: ${rate}, ${one.not2xx} not 2xx, ${one.failureModeAllowed} let go`);
    for (const error of one.errors) console.error(`  ${error}`);
  });
  console.log(isJson ? JSON.stringify(result) : courseLines(result).join('\n'));
}
