import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureEnvoy } from '../scripts/envoy.ts';
import { ensureKafka } from '../scripts/kafka.ts';
import { isMain, runMain, ScriptError, UsageError } from '../scripts/processes.ts';
import { AffidavitError } from '../src/record/index.ts';
import { type CallResult, ALL_KINDS } from './client/kinds.ts';
import { runMix } from './client/mix.ts';
import { throughEnvoy } from './client/transport.ts';
import { brokenPromises } from './findings.ts';
import { checkEmpty, makeScratch, makeWritable } from './folders.ts';
import { Children, Interrupted, Interruption } from './interruption.ts';
import { RecordedLog } from './recorded.ts';
import { countAll, countLeaks, showLeaks, showProof, showRecorded, showTampering, untilRecorded } from './steps.ts';
import type { Say } from './steps.ts';
import { System } from './system.ts';

/** What the demo is to do. */
interface DemoOptions {
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

SIGINT (Ctrl-C) and SIGTERM stop all that it started. Exit codes: 0 as promised, 1 not so, 2 usage, 3 could not run,
130 and 143 when a signal cut it short.

Example:
  npm run demo -- --once --profile strict
`;

const DEFAULT_CALLS = 60;
const IN_FLIGHT = 8;

const OPTIONS = {
  once: { type: 'boolean', default: false },
  kafka: { type: 'boolean', default: false },
  profile: { type: 'string', default: 'observe' },
  data: { type: 'string' },
  calls: { type: 'string', default: String(DEFAULT_CALLS) },
  cli: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function parseOptions(args: readonly string[]): DemoOptions | undefined {
  const values = readArgs(args);
  if (values.help) return undefined;
  const { profile } = values;
  if (profile !== 'observe' && profile !== 'inline' && profile !== 'strict')
    throw new UsageError(`--profile ${profile}: choose observe, inline or strict`);
  const calls = Number(values.calls);
  if (!Number.isInteger(calls) || calls < ALL_KINDS.length || calls > 1_000_000)
    throw new UsageError(`--calls ${values.calls}: from ${ALL_KINDS.length} (one of each kind) to 1000000`);
  return { ...values, profile, calls, seed: 1 };
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (thrown) {
    // Its messages go on with advice for programmers after the first sentence.
    const [reason = ''] = (thrown instanceof Error ? thrown.message : String(thrown)).split(/[.\n]/);
    throw new UsageError(`${reason}; npm run demo -- --help says what there is`, { cause: thrown });
  }
}

/** Whatever could keep the demo from running is said before it writes anything. */
async function prepare({ kafka, data }: DemoOptions, children: Children, interruption: Interruption): Promise<void> {
  const tools = async (): Promise<void> => {
    await ensureEnvoy();
    if (kafka) await ensureKafka();
  };
  try {
    await interruption.orCut(tools());
  } catch (thrown) {
    if (thrown instanceof Interrupted) await children.end();
    throw thrown;
  }
  if (data !== undefined) await makeWritable(resolve(data));
}

/**
 * Runs the demo. Resolves with the exit code: 0 when everything was as promised. @throws Interrupted when a signal cuts it
 * short: then all that it had started has ended
 */
async function runDemo(options: DemoOptions, say: Say): Promise<number> {
  const children = new Children();
  const interruption = new Interruption(children);
  await prepare(options, children, interruption);
  const scratch = await makeScratch();
  const removed = { recursive: true, force: true, maxRetries: 3 };
  // For somebody who insists: then nothing below is reached.
  process.once('exit', () => {
    rmSync(scratch, removed);
  });
  const run = new Run(options, scratch, interruption, (text) => {
    if (!interruption.happened) say(text);
  });
  try {
    return await interruption.orCut(run.toEnd());
  } catch (thrown) {
    if (thrown instanceof Interrupted) {
      say('\nStopping …');
      // In order as far as it goes; whatever comes of that, nothing is left behind.
      await Promise.allSettled([run.stop()]);
      await children.end();
    }
    throw thrown;
  } finally {
    await rm(scratch, removed);
  }
}

/** What has been shown before all is stopped. */
interface Shown {
  results: readonly CallResult[];
  /** What is not as promised. */
  broken: readonly string[];
  leaked: number;
}

/** One run of the demo. */
class Run {
  readonly #options: DemoOptions;
  readonly #scratch: string;
  readonly #interruption: Interruption;
  readonly #say: Say;
  #system: System | undefined;

  constructor(options: DemoOptions, scratch: string, interruption: Interruption, say: Say) {
    this.#options = options;
    this.#scratch = scratch;
    this.#interruption = interruption;
    this.#say = say;
  }

  /** Starts everything, shows it, and stops it. Resolves with the exit code. */
  async toEnd(): Promise<number> {
    const { data, profile, kafka, seed, cli } = this.#options;
    const directory = data === undefined ? join(this.#scratch, 'data') : resolve(data);
    this.#say(
      `Starting two sample services, Envoy with envoy/${profile}.yaml, ${kafka ? 'Kafka, recorder and ledger' : 'affidavit up'} …`,
    );
    const system = await System.start({ directory, profile, kafka, seed, ...(cli === undefined ? {} : { cli }) });
    this.#system = system;
    let shown: Shown;
    try {
      shown = await this.#show(system);
    } finally {
      await system.stop();
    }
    return this.#conclude(system, shown);
  }

  /** Stops in order what is up by now. What a start under way has begun is not known here. */
  async stop(): Promise<void> {
    await this.#system?.stop();
  }

  async #show(system: System): Promise<Shown> {
    const { calls, seed, once } = this.#options;
    const say = this.#say;
    say(`Making ${calls} calls through Envoy on 127.0.0.1:${system.ports.listener}, ${IN_FLIGHT} at once …`);
    const target = throughEnvoy(system.ports.listener);
    const results = await runMix({ target, calls, concurrency: IN_FLIGHT, seed });
    const comparison = await untilRecorded(system, results);

    say('\n1. What was recorded, beside the client’s own list and the services’ own counts');
    const recorded = await showRecorded(system, results, comparison, say);
    say('\n2. The tree, its signed checkpoint, and one record proven offline');
    const log = await RecordedLog.open(system.ledgerData);
    const exchanges = await log.exchanges();
    const { report, proven } = await showProof(system, exchanges[0]?.index ?? 0, this.#scratch, say);
    say('\n3. None of the planted values is there');
    const search = await showLeaks(system, results, seed, say);
    say('\n4. One flipped byte');
    const noticed = await showTampering(system, this.#scratch, say);
    say('');

    const broken = brokenPromises({ ...recorded, search, proven, noticed, trusted: report.trusted });
    for (const what of broken) say(`  NOT AS PROMISED: ${what}`);
    if (!once) await this.#stayUp(system, results);
    return { results, broken, leaked: search.leaks.length };
  }

  /** The last line, from the log as it is when all has ended: with the calls that somebody made while it stayed up. */
  async #conclude(system: System, { results, broken, leaked }: Shown): Promise<number> {
    const { seed, once } = this.#options;
    const { exchanges, records, verified, missing, trusted } = await countAll(system, results);
    const leaks = once ? leaked : await countLeaks(system, results, seed);
    this.#say(
      `demo: ${exchanges} exchanges, ${records} records, ${verified} verified, ${missing} missing, ${leaks} leaked`,
    );
    return broken.length === 0 && missing + leaks === 0 && trusted ? 0 : 1;
  }

  async #stayUp(system: System, results: readonly CallResult[]): Promise<void> {
    const { listener, ledger } = system.ports;
    const say = this.#say;
    // Before anything is said: whoever reads it may answer at once.
    const asked = this.#interruption.asked();
    say(`All of it stays up until Ctrl-C. ${results.length} calls were made; make some of your own:`);
    say(`  curl -s http://127.0.0.1:${listener}/orders/42 -H 'host: orders'`);
    say(`  curl -s http://127.0.0.1:${ledger}/checkpoint`);
    say(`  npm run -s affidavit -- list --data ${system.ledgerData}`);
    if (this.#options.kafka) say(`  Kafka: ${system.broker?.bootstrap ?? ''}, topic affidavit.records.v1`);
    await asked;
    say('\nStopping …');
  }
}

function isSystemError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'syscall' in thrown;
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const say = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  if (options === undefined) {
    say(HELP);
    return;
  }
  if (options.data !== undefined) await checkEmpty(resolve(options.data));
  try {
    process.exitCode = await runDemo(options, say);
  } catch (thrown) {
    // What the machine refuses (a disk that is full, say) is no fault of the demo: one line, as for a ScriptError.
    if (thrown instanceof AffidavitError || isSystemError(thrown))
      throw new ScriptError(thrown.message, { cause: thrown });
    if (!(thrown instanceof Interrupted)) throw thrown;
    process.stderr.write(`demo: ${thrown.message}\n`);
    // What was cut short is still waiting for something.
    process.exit(thrown.exitCode);
  }
}

if (isMain(import.meta.url)) await runMain('demo', main);
