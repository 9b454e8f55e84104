import { resolve } from 'node:path';
import { availableParallelism } from 'node:os';
import { isMain, runMain, UsageError } from '../scripts/processes.ts';
import { readOptions, whole } from './args.ts';
import type { RunOptions } from './closed-loop.ts';
import { leaveLastCore } from './cores.ts';
import { compare, comparisonLines } from './compare.ts';
import { measureMemory, memoryLines } from './memory.ts';
import { redactBench } from './redact/main.ts';
import { redactQuality } from './redact-quality.ts';
import { overload, soak } from './soak.ts';
import { withStage } from './stage.ts';
import { COMMON_TARGETS, NODE_OPTIONS, type TargetName, TARGETS } from './target.ts';

const HELP = `npm run bench -- [options]
npm run bench -- redact [options]: how fast the redaction engine is; --help after it lists them
npm run bench -- soak [options], overload [options]: what a long and what a too high load does; --help after them
npm run bench -- redact-quality [options]: what it finds in a labelled corpus; --help after it lists them

Load through a real Envoy: without a filter, with a processor in Go that does nothing, and with each of our profiles, in turns.

  --targets LIST      of ${TARGETS.join(', ')}
                      (-bare: without access log, counters and certificates; default: ${COMMON_TARGETS.join(',')})
  --calls N           calls measured in each round (default 20000)
  --warm-up N         calls before that (default 5000)
  --rounds N          how often each target has its turn (default 3)
  --in-flight N       closed loop: each of N callers begins a call when its last one ended (default 32)
  --rate R            open loop instead: R calls begun a second, whatever becomes of those before
  --body N            bytes of JSON in each request (default 1024); the service answers 1 kB of JSON
  --processes N       recorder processes behind the one Envoy, together in the table (needs --kafka)
  --one-core          the recorder has the machine's last core alone, and everything else the others; the ledger steps back
  --kafka             recorder and ledger as two processes, a real broker between them
  --memory            instead: memory of our processes over an upload and a download of 1 GB and the calls
  --profile-dir DIR   a CPU profile of each process of ours goes there (node --cpu-prof)
  --data DIR          keep all that is written under DIR
  --json              one JSON object a line for each round, instead of the table

Needs Go as in bench/go/go.mod, Python 3 with pip, and with --kafka Java 17 and Maven. bench/README.md says how to read it.

Example:
  npm run bench -- --targets noop,strict --kafka --rounds 5
`;

const OPTIONS = {
  targets: { type: 'string', default: COMMON_TARGETS.join(',') },
  calls: { type: 'string', default: '20000' },
  'warm-up': { type: 'string', default: '5000' },
  rounds: { type: 'string', default: '3' },
  'in-flight': { type: 'string', default: '32' },
  rate: { type: 'string', default: '0' },
  body: { type: 'string', default: '1024' },
  kafka: { type: 'boolean', default: false },
  processes: { type: 'string', default: '0' },
  'one-core': { type: 'boolean', default: false },
  memory: { type: 'boolean', default: false },
  'profile-dir': { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function targetsOf(text: string): TargetName[] {
  return text.split(',').map((name) => {
    const target = TARGETS.find((known) => known === name);
    if (target === undefined) throw new UsageError(`--targets ${name}: choose of ${TARGETS.join(', ')}`);
    return target;
  });
}

function settingsOf(profileDir: string | undefined): Record<string, string> {
  const profile = profileDir === undefined ? '' : ` --cpu-prof --cpu-prof-dir=${resolve(profileDir)}`;
  return { AFFIDAVIT_LOG_LEVEL: 'warn', NODE_OPTIONS: NODE_OPTIONS + profile };
}

async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2);
  if (first === 'redact-quality') {
    await redactQuality(rest);
    return;
  }
  if (first === 'soak') {
    await soak(rest);
    return;
  }
  if (first === 'overload') {
    await overload(rest);
    return;
  }
  if (first === 'redact') {
    await redactBench(rest);
    return;
  }
  await measureLoad(process.argv.slice(2));
}

async function measureLoad(args: readonly string[]): Promise<void> {
  const values = readOptions(args, OPTIONS);
  if (values.help) {
    console.log(HELP);
    return;
  }
  const targets = targetsOf(values.targets);
  const rounds = whole('rounds', values.rounds, 1, 100);
  const load = {
    calls: whole('calls', values.calls, 1, 1_000_000),
    warmUpCalls: whole('warm-up', values['warm-up'], 0, 1_000_000),
    inFlight: whole('in-flight', values['in-flight'], 1, 4096),
    ratePerSecond: whole('rate', values.rate, 0, 1_000_000),
    bodyBytes: whole('body', values.body, 32, 16_777_216),
    kafka: values.kafka,
    processes: whole('processes', values.processes, 0, 64) || undefined,
    recorderCore: values['one-core'] ? availableParallelism() - 1 : undefined,
    settings: settingsOf(values['profile-dir']),
  };
  if (values['one-core']) leaveLastCore();
  if (load.processes !== undefined && !load.kafka) throw new UsageError('--processes needs --kafka');
  const data = values.data === undefined ? undefined : resolve(values.data);
  await withStage(data, async ({ peer, upstream, directory }) => {
    const options: RunOptions = { ...load, peer, directory, upstreamPort: upstream.port };
    if (values.memory) {
      for (const target of targets) {
        const rows = await measureMemory(target, options);
        console.log((values.json ? rows.map((row) => JSON.stringify(row)) : memoryLines(rows)).join('\n'));
      }
      return;
    }
    const measurements = await compare(targets, rounds, options, (one) => {
      if (values.json) console.log(JSON.stringify(one));
      else console.error(`${one.target} ${one.round}/${rounds}: ${one.callsPerSecond.toFixed(0)} calls/s`);
      for (const error of one.errors) console.error(`  ${error}`);
    });
    if (!values.json) console.log(comparisonLines(targets, measurements).join('\n'));
  });
}

if (isMain(import.meta.url)) await runMain('bench', main);
