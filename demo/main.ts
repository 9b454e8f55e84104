import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isMain, runMain, ScriptError } from '../scripts/processes.ts';
import { type CallResult, ALL_KINDS } from './client/kinds.ts';
import { runMix } from './client/mix.ts';
import { throughEnvoy } from './client/transport.ts';
import { RecordedLog } from './recorded.ts';
import { showLeaks, showProof, showRecorded, showTampering, untilRecorded } from './steps.ts';
import type { Say } from './steps.ts';
import { System } from './system.ts';

/** What the demo is to do. */
export interface DemoOptions {
  once: boolean;
  kafka: boolean;
  profile: 'observe' | 'inline' | 'strict';
  /** Where all is written; a temporary folder that is removed at the end when absent. */
  data?: string;
  /** How many calls are made; at least one of each kind. */
  calls: number;
  seed: number;
  /** The program that takes the part of `affidavit`. */
  cli?: string;
}

const HELP = `npm run demo -- [options]

Real calls through a real Envoy, recorded, proven, and searched for leaks.

  --once                             end by itself instead of staying up until Ctrl-C
  --kafka                            recorder and ledger as two processes, a real Kafka broker between them
  --profile observe|inline|strict    how Envoy hands calls to the recorder (default observe)
  --data DIR                         keep all that is written under DIR (must be empty or not there)
  --calls N                          how many calls to make (default 60)

Example:
  npm run demo -- --once --profile strict
`;

const DEFAULT_CALLS = 60;
const IN_FLIGHT = 8;

function parseOptions(args: readonly string[]): DemoOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      kafka: { type: 'boolean', default: false },
      profile: { type: 'string', default: 'observe' },
      data: { type: 'string' },
      calls: { type: 'string', default: String(DEFAULT_CALLS) },
      cli: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const { profile } = values;
  if (profile !== 'observe' && profile !== 'inline' && profile !== 'strict')
    throw new ScriptError(`--profile ${profile}: choose observe, inline or strict`);
  const calls = Number(values.calls);
  if (!Number.isInteger(calls) || calls < ALL_KINDS.length || calls > 1_000_000)
    throw new ScriptError(`--calls ${values.calls}: from ${ALL_KINDS.length} (one of each kind) to 1000000`);
  return { ...values, profile, calls, seed: 1 };
}

/** Runs the demo. Resolves with the exit code: 0 when everything was as promised. */
export async function runDemo(options: DemoOptions, say: Say): Promise<number> {
  const directory =
    options.data === undefined ? await mkdtemp(join(tmpdir(), 'affidavit-demo-')) : resolve(options.data);
  const { profile, kafka, seed, cli } = options;
  say(
    `Starting two sample services, Envoy with envoy/${profile}.yaml, ${kafka ? 'Kafka, recorder and ledger' : 'affidavit up'} …`,
  );
  const system = await System.start({ directory, profile, kafka, seed, ...(cli === undefined ? {} : { cli }) });
  try {
    const code = await runSteps(system, options, say);
    return code;
  } finally {
    await system.stop();
    if (options.data === undefined) await rm(directory, { recursive: true, force: true });
  }
}

async function runSteps(system: System, options: DemoOptions, say: Say): Promise<number> {
  say(`Making ${options.calls} calls through Envoy on 127.0.0.1:${system.ports.listener}, ${IN_FLIGHT} at once …`);
  const target = throughEnvoy(system.ports.listener);
  const results = await runMix({ target, calls: options.calls, concurrency: IN_FLIGHT, seed: options.seed });
  const comparison = await untilRecorded(system, results);

  say('\n1. What was recorded, beside the client’s own list and the services’ own counts');
  const { missing, differing } = await showRecorded(system, results, comparison, say);
  say('\n2. The tree, its signed checkpoint, and one record proven offline');
  const log = await RecordedLog.open(system.ledgerData);
  const exchanges = await log.exchanges();
  const { report, proven } = await showProof(system, exchanges[0]?.index ?? 0, say);
  say('\n3. None of the planted values is there');
  const search = await showLeaks(system, results, options.seed, say);
  say('\n4. One flipped byte');
  const noticed = await showTampering(system, say);
  say('');

  const markersMissing = search.markersExpected - search.markersFound;
  const isFine =
    missing + differing + search.leaks.length + markersMissing === 0 && proven && noticed && report.trusted;
  const verified = Object.values(report.kinds).reduce((sum, count) => sum + count, 0);
  if (!options.once) await stayUp(system, options, results, say);
  say(
    `demo: ${exchanges.length} exchanges, ${report.checkpoint.size} records, ${verified} verified, ${missing} missing, ${search.leaks.length} leaked`,
  );
  return isFine ? 0 : 1;
}

async function stayUp(system: System, options: DemoOptions, results: readonly CallResult[], say: Say): Promise<void> {
  const { listener, ledger } = system.ports;
  say(`All of it stays up until Ctrl-C. ${results.length} calls were made; make some of your own:`);
  say(`  curl -s http://127.0.0.1:${listener}/orders/42 -H 'host: orders'`);
  say(`  curl -s http://127.0.0.1:${ledger}/checkpoint`);
  say(`  npm run -s affidavit -- list --data ${system.ledgerData}`);
  if (options.kafka) say(`  Kafka: ${system.broker?.bootstrap ?? ''}, topic affidavit.records.v1`);
  await new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, done);
  });
  say('\nStopping …');
}

if (isMain(import.meta.url))
  await runMain('demo', async () => {
    const options = parseOptions(process.argv.slice(2));
    const say = (text: string): void => {
      process.stdout.write(`${text}\n`);
    };
    if (options === undefined) say(HELP);
    else process.exitCode = await runDemo(options, say);
  });
