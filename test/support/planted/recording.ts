import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Needles, searchDeep, searchTree } from '../../../demo/client/leaks.ts';
import { RecordedLog, type RecordedExchange } from '../../../demo/recorded.ts';
import { System, type SystemOptions } from '../../../demo/system.ts';
import { runCommand } from '../../../scripts/processes.ts';
import { Certificate, KIND } from '../../../src/record/index.ts';
import { LogCounts, until } from '../system-log.ts';
import { Client } from './client.ts';
import type { Answer } from './messages.ts';
import { keyOf, type PlantedCall } from './planted-call.ts';
import { Upstream } from './upstream.ts';

const RECORDED_LIMIT_MS = 60_000;
const COMMAND_TIMEOUT_MS = 60_000;
/** Their output has to fit into what is kept of a command's. */
const SHOWN_AT_ONCE = 48;
const IN_FLIGHT = 8;
const SHOW = fileURLToPath(import.meta.resolve('./show-records.ts'));
/** Each process serves its telemetry on a port of its own; certificates come soon. */
const SETTINGS = {
  AFFIDAVIT_LOG_LEVEL: 'debug',
  AFFIDAVIT_TELEMETRY_ADDRESS: '127.0.0.1:0',
  AFFIDAVIT_AUDIT_WINDOW_MS: '1000',
  AFFIDAVIT_AUDIT_GRACE_MS: '0',
  AFFIDAVIT_AUDIT_INTERVAL_MS: '500',
};
/** What the ledger serves to anybody. */
const SERVED = ['readyz', 'healthz', 'livez', 'metrics', 'checkpoint', 'v1/positions', 'tile/entries/000'];
/** Where there is none, or not yet a full one. */
const MAY_BE_REFUSED: ReadonlySet<string> = new Set(['readyz', 'healthz', 'livez', 'metrics', 'tile/entries/000']);
/** Commands that tell of the whole log. */
const WHOLE_LOG = [
  ['list', '--json', '--last', '100000'],
  ['gaps', '--json'],
  ['deadletter', 'list'],
];
const TELEMETRY_URL = /"url":"(http:[^"]+)"[^\n]*telemetry is served/;

/** Calls that were made through Envoy and recorded. */
export class Recording {
  readonly system: System;
  readonly upstream: Upstream;
  /** By the name of the call; of those that are answered. */
  readonly answers: ReadonlyMap<string, Answer>;
  exchanges: readonly RecordedExchange[] = [];

  private constructor(system: System, upstream: Upstream, answers: ReadonlyMap<string, Answer>) {
    this.system = system;
    this.upstream = upstream;
    this.answers = answers;
  }

  /**
   * Starts everything in a folder, makes the calls and waits until all are in the log and recorder and ledger have ended.
   *
   * @param config text of a configuration file; none when empty
   */
  static async make(
    options: Pick<SystemOptions, 'directory' | 'profile' | 'kafka' | 'cli' | 'accessLog' | 'audit'>,
    calls: readonly PlantedCall[],
    config: string,
  ): Promise<Recording> {
    const upstream = await Upstream.start(new Map(calls.map(({ name, reply }) => [keyOf(name), reply])));
    const file = `${options.directory}.yaml`;
    await writeFile(file, config);
    const system = await System.start({
      ...options,
      seed: 1,
      ordersPort: upstream.http1Port,
      ordersGrpcPort: upstream.http2Port,
      settings: { ...SETTINGS, ...(config === '' ? {} : { AFFIDAVIT_CONFIG: file }) },
    });
    const recording = new Recording(system, upstream, await makeCalls(system.ports.listener, calls));
    await recording.untilRecorded(calls);
    return recording;
  }

  /** The exchange record of a call. */
  exchangeOf(call: PlantedCall): RecordedExchange[] {
    return this.exchanges.filter((exchange) => exchange.call === keyOf(call.name));
  }

  /** Resolves with true once the log has a certificate about an Envoy. */
  async isCertified(): Promise<boolean> {
    let next = 0;
    return until(async () => {
      for await (const { index, record } of (await RecordedLog.open(this.system.ledgerData)).records(next)) {
        if (record.kind === KIND.certificate && Certificate.decode(record.body).nodeId !== '') return true;
        next = index + 1;
      }
      return false;
    }, RECORDED_LIMIT_MS);
  }

  /** What the ledger tells whoever asks, by path. */
  async served(): Promise<Map<string, Buffer>> {
    const texts = new Map<string, Buffer>();
    for (const path of SERVED) {
      const response = await fetch(`http://127.0.0.1:${this.system.ports.ledger}/${path}`);
      if (!response.ok && !MAY_BE_REFUSED.has(path))
        throw new Error(`the ledger answered ${path} with ${response.status}`);
      texts.set(path, Buffer.from(await response.arrayBuffer()));
    }
    return texts;
  }

  /** What the telemetry of each process tells, by its address. */
  async telemetry(): Promise<Map<string, Buffer>> {
    const { recorder, ledger, accessLog, auditor } = this.system;
    const texts = new Map<string, Buffer>();
    for (const service of new Set([recorder, ledger, accessLog, auditor])) {
      if (service === undefined) continue;
      const url = TELEMETRY_URL.exec(await readFile(service.logFile, 'utf8'))?.[1];
      if (url === undefined) throw new Error(`no address of telemetry in ${service.logFile}`);
      for (const path of ['metrics', 'healthz', 'readyz']) {
        const response = await fetch(`${url}/${path}`);
        texts.set(`${url}/${path}`, Buffer.from(await response.arrayBuffer()));
      }
    }
    return texts;
  }

  /** What the commands print of the log: `list`, `gaps`, `verify`, `deadletter list`, and `show --content` of each exchange. */
  async printed(): Promise<string[]> {
    const outputs: string[] = [];
    for (const args of [...WHOLE_LOG, ['verify', this.system.ledgerFolder, '--json']]) {
      const { status, stdout, stderr } = await this.system.cli(args);
      if (status !== 0) throw new Error(`affidavit ${args.join(' ')} ended with ${status}: ${stderr}`);
      outputs.push(stdout + stderr);
    }
    const numbers = this.exchanges.map(({ index }) => String(index));
    for (let at = 0; at < numbers.length; at += SHOWN_AT_ONCE) {
      const args = [SHOW, this.system.ledgerData, ...numbers.slice(at, at + SHOWN_AT_ONCE)];
      const { status, stdout, stderr } = await runCommand(process.execPath, args, { timeoutMs: COMMAND_TIMEOUT_MS });
      if (status !== 0) throw new Error(`show failed: ${stderr}`);
      outputs.push(stdout + stderr);
    }
    return outputs;
  }

  /** Ends all that runs. What is on disk stays. */
  async stop(): Promise<void> {
    await this.system.stop();
    await this.upstream.close();
  }

  /** Searches every file below the system's folder. */
  async searchFiles(needles: Needles): Promise<string[]> {
    const { places } = await searchTree(this.system.options.directory, needles);
    return places.map(
      ({ label, encoding, within, file }) => `${label} (${[encoding, ...within].join(' in ')}) in ${file}`,
    );
  }

  /** Searches every payload of every record, in clear. Resolves with the labels that were found. */
  async searchPayloads(needles: Needles): Promise<Set<string>> {
    const found = new Set<string>();
    const log = await RecordedLog.open(this.system.ledgerData);
    for await (const { bytes } of log.payloads())
      for (const { label } of await searchDeep(bytes, needles)) found.add(label);
    return found;
  }

  /** Calls that are broken on purpose may have no record. */
  private async untilRecorded(calls: readonly PlantedCall[]): Promise<void> {
    const keys = calls.filter(({ markers }) => markers.length > 0).map(({ name }) => keyOf(name));
    const counts = new LogCounts(this.system.ledgerData);
    const isThere = await until(async () => {
      const before = counts.exchanges;
      if ((await counts.update()).exchanges === before) return false;
      this.exchanges = await (await RecordedLog.open(this.system.ledgerData)).exchanges();
      const recorded = new Set(this.exchanges.map(({ call }) => call));
      return keys.every((key) => recorded.has(key));
    }, RECORDED_LIMIT_MS);
    if (!isThere)
      throw new Error(`of ${keys.length} calls some are not among ${this.exchanges.length} that were recorded`);
  }
}

async function makeCalls(port: number, calls: readonly PlantedCall[]): Promise<Map<string, Answer>> {
  const client = new Client(port);
  const answers = new Map<string, Answer>();
  const left = [...calls];
  const work = async (): Promise<void> => {
    for (let call = left.shift(); call !== undefined; call = left.shift()) {
      const answer = await client.call(call.request).catch((thrown: unknown) => {
        refuseUnlessBroken(call, thrown);
        return undefined;
      });
      if (answer !== undefined) answers.set(call.name, answer);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  client.close();
  return answers;
}

/** A call that is broken on purpose may be refused; any other is answered. */
function refuseUnlessBroken(call: PlantedCall, thrown: unknown): void {
  if (call.markers.length > 0) throw new Error(`the call ${call.name} failed`, { cause: thrown });
}
