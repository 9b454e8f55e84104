import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { envoyConfig } from '../demo/envoy-config.ts';
import { RecordedLog } from '../demo/recorded.ts';
import { System } from '../demo/system.ts';
import { freePort, ScriptError } from '../scripts/processes.ts';
import { type Envoy, startEnvoy } from '../scripts/start-envoy.ts';
import { ENDED, Exchange, KIND } from '../src/record/index.ts';
import { giveCore, stepBack } from './cores.ts';
import { startPeer } from './peer.ts';

/** What is measured unless told otherwise: an Envoy without the filter, with the processor that does nothing, and with each of our profiles. */
export const COMMON_TARGETS = ['none', 'noop', 'noop-observe', 'observe', 'inline', 'strict'] as const;
/** All that can be; `…-bare` is a profile without access log, counters and certificates. */
export const TARGETS = [...COMMON_TARGETS, 'observe-bare', 'inline-bare', 'strict-bare'] as const;
/** Node as `npm run affidavit` and the container start it. */
export const NODE_OPTIONS = '--max-semi-space-size=64';

/** One of {@link TARGETS}. */
export type TargetName = (typeof TARGETS)[number];

/** How a target is set up. */
export interface TargetOptions {
  readonly name: TargetName;
  readonly directory: string;
  /** The Go program, and the port of its `upstream`. */
  readonly peer: string;
  readonly upstreamPort: number;
  /** A real broker between recorder and ledger. */
  readonly kafka: boolean;
  /** Recorder processes; one by itself when undefined. */
  readonly processes?: number | undefined;
  /** Core of the recorder, or of the peer in its place. */
  readonly recorderCore?: number | undefined;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Processes of a target whose time counts; with the embedded bus the recorder is the ledger too. */
export interface Pids {
  readonly envoy: number;
  readonly recorder: number | undefined;
  readonly ledger: number | undefined;
}

/** A system that takes calls. */
export interface Target {
  /** What to call. */
  readonly url: string;
  readonly pids: Pids;
  /** Exchanges that the log has whole, once it has so many exchanges or nothing more comes. */
  complete(atLeast: number): Promise<number>;
  /** Exchanges that the log had when it was last asked, whole or not. */
  recorded(): number;
  /** Sum of Envoy's `failure_mode_allowed`. */
  failureModeAllowed(): Promise<number>;
  /** What the recorder's spool has on disk; 0 where nothing is recorded. */
  spoolBytes(): Promise<number>;
  /** What `affidavit gaps` says of the log as it is now; undefined where nothing is recorded. */
  gaps(): Promise<GapsSummary | undefined>;
  stop(): Promise<void>;
}

interface JudgedCalls {
  /** Calls that the access log names, also those of the warm-up. */
  readonly served: number;
  readonly neverOffered: number;
  /** Calls that Envoy says it served without a whole record. */
  readonly missing: number;
  readonly partial: number;
}

/** What `affidavit gaps` names. */
export interface GapsSummary extends JudgedCalls {
  /** Requests by Envoy's own count, also those of the warm-up. */
  readonly requests: number;
  /** Calls that are in no access log, by Envoy's counters. */
  readonly countedOnly: number;
  /** Windows, and those of them in which something is missing or can't be known. */
  readonly windows: number;
  readonly open: number;
  /** Producers that leave a gap, and stretches of records that are not there. */
  readonly producers: number;
  readonly records: number;
  /** Nodes with windows that were not judged in time: what they lack is not in these numbers. */
  readonly young: number;
}

const PATH = '/orders/bench';
const SPOOL = /(?:^|\/)spool\//;
const POLL_MS = 100;
/** A window's length and the grace after it, twice. */
const JUDGED_WITHIN_MS = 240_000;
const GAPS_POLL_MS = 10_000;
/** Longer than Envoy's and the recorder's patience with a call whose end doesn't come. */
const QUIET_MS = 6_000;

/** Starts a target. */
export async function startTarget(options: TargetOptions): Promise<Target> {
  const { name, recorderCore } = options;
  const target = await (isRecording(name) ? startRecording(options, name) : startPlain(name, options));
  const { recorder, ledger } = target.pids;
  if (recorderCore !== undefined && recorder !== undefined) giveCore(recorder, recorderCore);
  if (recorderCore !== undefined && ledger !== undefined) stepBack(ledger);
  return target;
}

type PlainName = 'none' | 'noop' | 'noop-observe';
type RecordingName = Exclude<TargetName, PlainName>;
type Profile = 'observe' | 'inline' | 'strict';

/** Whether a target records. */
export function isRecording(name: TargetName): name is RecordingName {
  return name !== 'none' && name !== 'noop' && name !== 'noop-observe';
}

function profileOf(name: RecordingName): { profile: Profile; uncertified: boolean } {
  const uncertified = name.endsWith('-bare');
  return { profile: (uncertified ? name.slice(0, -'-bare'.length) : name) as Profile, uncertified };
}

async function startPlain(name: PlainName, { directory, peer, upstreamPort }: TargetOptions): Promise<Target> {
  await mkdir(directory, { recursive: true });
  const noop = name === 'none' ? undefined : await startPeer(peer, 'noop', directory);
  const listener = await freePort();
  const ports = { listener, orders: upstreamPort, ...(noop === undefined ? {} : { recorder: noop.port }) };
  // The peer stands where ours would: in strict every message is sent, and answered.
  const profile = ({ none: 'none', noop: 'strict', 'noop-observe': 'observe' } as const)[name];
  const envoy = await startEnvoy({ config: envoyConfig({ profile, ports }), dir: join(directory, 'envoy') });
  return {
    url: urlOf(listener),
    pids: { envoy: envoy.pid, recorder: noop?.service.pid, ledger: undefined },
    complete: () => Promise.resolve(0),
    recorded: () => 0,
    failureModeAllowed: () => sumOfCounter(envoy, 'failure_mode_allowed'),
    spoolBytes: () => Promise.resolve(0),
    gaps: () => Promise.resolve(undefined),
    stop: async () => {
      await envoy.stop();
      await noop?.service.stop();
    },
  };
}

async function startRecording(
  { directory, kafka, upstreamPort, processes, settings = {} }: TargetOptions,
  name: RecordingName,
): Promise<Target> {
  const fleet = processes === undefined ? {} : { processes };
  const common = { directory, ...profileOf(name), kafka, seed: 1, ordersPort: upstreamPort, settings };
  const system = await System.start({ ...common, ...fleet });
  const { envoy, recorder, ledger } = system;
  if (envoy === undefined || recorder === undefined) throw new Error('a system without its processes');
  const log = new ExchangeCount(system.ledgerData);
  return {
    url: urlOf(system.ports.listener),
    pids: { envoy: envoy.pid, recorder: recorder.pid, ledger: kafka ? ledger?.pid : undefined },
    complete: (atLeast) => log.until(atLeast),
    recorded: () => log.exchanges,
    failureModeAllowed: () => sumOfCounter(envoy, 'failure_mode_allowed'),
    spoolBytes: () => bytesBelow(system.recorderData, (path) => SPOOL.test(path)),
    gaps: () => gapsOf(system, envoy),
    stop: () => system.stop(),
  };
}

/** Counts the exchanges of a growing log, and those that were seen whole. */
class ExchangeCount {
  exchanges = 0;
  readonly #data: string;
  #log: RecordedLog | undefined;
  #next = 0;
  #complete = 0;

  constructor(data: string) {
    this.#data = data;
  }

  async until(atLeast: number): Promise<number> {
    let grewMs = Date.now();
    for (;;) {
      const before = this.exchanges;
      await this.#update();
      if (this.exchanges >= atLeast) return this.#complete;
      if (this.exchanges > before) grewMs = Date.now();
      if (Date.now() - grewMs > QUIET_MS) return this.#complete;
      await delay(POLL_MS);
    }
  }

  async #update(): Promise<void> {
    this.#log ??= await RecordedLog.open(this.#data);
    for await (const { index, record } of this.#log.records(this.#next)) {
      this.#next = index + 1;
      if (record.kind !== KIND.exchange) continue;
      this.exchanges += 1;
      if (Exchange.decode(record.body).ended === ENDED.complete) this.#complete += 1;
    }
  }
}

/** Files that go away while they are counted don't count. */
async function bytesBelow(folder: string, isWanted: (path: string) => boolean): Promise<number> {
  const paths = (await readdir(folder, { recursive: true })).filter(isWanted);
  const sizes = paths.map((path) =>
    stat(join(folder, path)).then(
      (found) => (found.isFile() ? found.size : 0),
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Once all windows of the nodes are judged, so that nothing let go is in none of them; of the others it is as it is. */
async function gapsOf(system: System, envoy: Envoy): Promise<GapsSummary> {
  const untilMs = Date.now() + JUDGED_WITHIN_MS;
  for (;;) {
    const { status, stdout, stderr } = await system.cli(['gaps', '--json']);
    if (status !== 0) throw new ScriptError(`affidavit gaps failed: ${stderr}`);
    const found = JSON.parse(stdout) as GapsOutput;
    const young = found.pending.filter(({ nodeId }) => nodeId !== '').length;
    if (young === 0 || Date.now() > untilMs) return summaryOf(found, young, await requestsTo(envoy));
    await delay(GAPS_POLL_MS);
  }
}

function summaryOf(
  { windows, calls, countedOnly, gaps, producers, missing }: GapsOutput,
  young: number,
  requests: number,
): GapsSummary {
  return {
    ...{ ...calls, countedOnly, requests, windows, open: gaps.length },
    ...{ producers: producers.length, records: missing.length, young },
  };
}

interface GapsOutput {
  readonly windows: number;
  readonly pending: readonly { readonly nodeId: string }[];
  readonly calls: JudgedCalls;
  readonly countedOnly: number;
  readonly gaps: readonly unknown[];
  readonly producers: readonly unknown[];
  readonly missing: readonly unknown[];
}

/** Requests that its listener took since its start, by its own count. */
async function requestsTo(envoy: Envoy): Promise<number> {
  let sum = 0;
  for (const [counter, value] of await envoy.stats())
    if (/^http\.(?!admin\.|async-client\.).*\.downstream_rq_total$/.test(counter)) sum += value;
  return sum;
}

async function sumOfCounter(envoy: Envoy, name: string): Promise<number> {
  let sum = 0;
  for (const [counter, value] of await envoy.stats()) if (counter.endsWith(`.${name}`)) sum += value;
  return sum;
}

function urlOf(listener: number): string {
  return `http://127.0.0.1:${listener}${PATH}`;
}
