import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { envoyConfig } from '../demo/envoy-config.ts';
import { RecordedLog } from '../demo/recorded.ts';
import { System } from '../demo/system.ts';
import { freePort } from '../scripts/processes.ts';
import { type Envoy, startEnvoy } from '../scripts/start-envoy.ts';
import { ENDED, Exchange, KIND } from '../src/record/index.ts';
import { giveCore, stepBack } from './cores.ts';
import { startPeer } from './peer.ts';

/** What is measured: an Envoy without the filter, with each of our profiles, and with the processor that does nothing. */
export const TARGETS = ['none', 'noop', 'noop-observe', 'observe', 'inline', 'strict'] as const;
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
  /** Exchanges that the log has whole, once it has so many or nothing more comes. */
  complete(atLeast: number): Promise<number>;
  /** Sum of Envoy's `failure_mode_allowed`. */
  failureModeAllowed(): Promise<number>;
  stop(): Promise<void>;
}

const PATH = '/orders/bench';
const POLL_MS = 100;
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

/** Whether a target records. */
export function isRecording(name: TargetName): name is 'observe' | 'inline' | 'strict' {
  return name === 'observe' || name === 'inline' || name === 'strict';
}

type PlainName = Exclude<TargetName, 'observe' | 'inline' | 'strict'>;

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
    failureModeAllowed: () => sumOfCounter(envoy, 'failure_mode_allowed'),
    stop: async () => {
      await envoy.stop();
      await noop?.service.stop();
    },
  };
}

async function startRecording(
  { directory, kafka, upstreamPort, processes, settings = {} }: TargetOptions,
  profile: 'observe' | 'inline' | 'strict',
): Promise<Target> {
  const fleet = processes === undefined ? {} : { processes };
  const common = { directory, profile, kafka, seed: 1, ordersPort: upstreamPort, settings };
  const system = await System.start({ ...common, ...fleet });
  const { envoy, recorder, ledger } = system;
  if (envoy === undefined || recorder === undefined) throw new Error('a system without its processes');
  const log = new CompleteCount(system.ledgerData);
  return {
    url: urlOf(system.ports.listener),
    pids: { envoy: envoy.pid, recorder: recorder.pid, ledger: kafka ? ledger?.pid : undefined },
    complete: (atLeast) => log.until(atLeast),
    failureModeAllowed: () => sumOfCounter(envoy, 'failure_mode_allowed'),
    stop: () => system.stop(),
  };
}

/** Counts the exchanges of a growing log that were seen whole. */
class CompleteCount {
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
      const before = this.#next;
      await this.#update();
      if (this.#complete >= atLeast) return this.#complete;
      if (this.#next > before) grewMs = Date.now();
      if (Date.now() - grewMs > QUIET_MS) return this.#complete;
      await delay(POLL_MS);
    }
  }

  async #update(): Promise<void> {
    this.#log ??= await RecordedLog.open(this.#data);
    for await (const { index, record } of this.#log.records(this.#next)) {
      this.#next = index + 1;
      if (record.kind === KIND.exchange && Exchange.decode(record.body).ended === ENDED.complete) this.#complete += 1;
    }
  }
}

async function sumOfCounter(envoy: Envoy, name: string): Promise<number> {
  let sum = 0;
  for (const [counter, value] of await envoy.stats()) if (counter.endsWith(`.${name}`)) sum += value;
  return sum;
}

function urlOf(listener: number): string {
  return `http://127.0.0.1:${listener}${PATH}`;
}
