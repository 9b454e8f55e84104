import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kafka, type KafkaOptions, startKafka } from '../scripts/kafka.ts';
import {
  type CommandResult,
  freePort,
  isListening,
  ROOT,
  runCommand,
  ScriptError,
  type Service,
  startService,
} from '../scripts/processes.ts';
import { type Envoy, startEnvoy } from '../scripts/start-envoy.ts';
import { envoyConfig, type EnvoyProfile } from './envoy-config.ts';
import { startOrders } from './services/orders.ts';
import { startPayments } from './services/payments.ts';
import type { OnCall, SampleService } from './services/server.ts';

/** What is to be started. */
export interface SystemOptions {
  /** Folder that everything is written below. */
  directory: string;
  profile: Exclude<EnvoyProfile, 'strict-tls'>;
  /** A real broker between recorder and ledger, each in a process of its own. */
  kafka: boolean;
  /** Seed of the sample services' data. */
  seed: number;
  /** The program that takes the part of `affidavit`; src/cli.ts by default. */
  cli?: string;
  /** Recorder processes on one machine; with Kafka only. Envoy has room for one more. */
  processes?: number;
  /** Envoy's access log and counters are received by a process of their own; with Kafka only. */
  accessLog?: boolean;
  /** The log is certified by a process of its own; with Kafka only. */
  audit?: boolean;
  /** Envoy sends neither access log nor counters, and nothing is certified. */
  uncertified?: boolean;
  /** Port of a service that Envoy calls in the place of the sample service "orders". */
  ordersPort?: number;
  /** The same for gRPC, over HTTP/2. */
  ordersGrpcPort?: number;
  /** Further settings, as `AFFIDAVIT_…` variables. */
  settings?: Readonly<Record<string, string>>;
  /** How the broker is started. */
  broker?: Pick<KafkaOptions, 'port' | 'settings'>;
  /** Told by the sample services of each call that they get. */
  onCall?: OnCall;
  /** Changes how a process of Affidavit is started. */
  launch?: (name: ProcessName, launch: Launch) => Promise<Launch>;
  /** What Envoy is started with beside our own environment. */
  envoyEnv?: Readonly<Record<string, string>>;
  /** Changes Envoy's configuration. */
  adjustEnvoy?: (config: string) => string;
}

/** A command that runs until it is stopped. */
export type ProcessName = 'up' | 'recorder' | 'ledger' | 'accesslog' | 'audit';

/** How a process is started. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** What a verifier pins, obtained from `affidavit keys`. */
export interface PinnedKeys {
  logKey: string;
  rootKey: string;
}

const READY_TIMEOUT_MS = 30_000;
/** Stands in every leaf, in clear. */
export const ENVIRONMENT = 'demo-environment';
const KEY_ENV = {
  AFFIDAVIT_ORIGIN: 'affidavit.local/demo',
  AFFIDAVIT_ENVIRONMENT: ENVIRONMENT,
  AFFIDAVIT_LOG_LEVEL: 'info',
};

interface Ports {
  listener: number;
  recorder: number;
  ledger: number;
  accessLog: number;
}

/** Envoy, two sample services, and Affidavit: one process with the embedded bus, or two or more with Kafka between them. */
export class System {
  readonly options: SystemOptions;
  readonly orders: SampleService;
  readonly payments: SampleService;
  readonly ports: Ports;
  keys: PinnedKeys = { logKey: '', rootKey: '' };
  envoy: Envoy | undefined;
  broker: Kafka | undefined;
  /** `affidavit up`, or `affidavit recorder`. */
  recorder: Service | undefined;
  /** `affidavit ledger`; the same process as the recorder with the embedded bus. */
  ledger: Service | undefined;
  /** `affidavit accesslog`, if there is one. */
  accessLog: Service | undefined;
  /** `affidavit audit`, if there is one. */
  auditor: Service | undefined;

  private constructor(options: SystemOptions, orders: SampleService, payments: SampleService, ports: Ports) {
    this.options = options;
    this.orders = orders;
    this.payments = payments;
    this.ports = ports;
  }

  /** Starts everything, and waits until calls are recorded. Ends what it had started when something doesn't. */
  static async start(options: SystemOptions): Promise<System> {
    await mkdir(options.directory, { recursive: true });
    const { seed, onCall } = options;
    const service = { seed, ...(onCall === undefined ? {} : { onCall }) };
    const [orders, payments] = await Promise.all([startOrders(service), startPayments(service)]);
    const ports = { listener: await freePort(), recorder: await freePort(), ledger: await freePort(), accessLog: 0 };
    if (options.accessLog === true) ports.accessLog = await freePort();
    const system = new System(options, orders, payments, ports);
    try {
      if (options.profile !== 'none') await system.startAffidavit();
      await system.startEnvoy();
      return system;
    } catch (thrown) {
      await system.stop();
      throw thrown;
    }
  }

  /** Data folder of the ledger; the recorder's as well with the embedded bus. */
  get ledgerData(): string {
    return join(this.options.directory, this.options.kafka ? 'ledger' : 'affidavit');
  }

  /** Data folder of the recorder. */
  get recorderData(): string {
    return join(this.options.directory, this.options.kafka ? 'recorder' : 'affidavit');
  }

  /** Folder of the log. */
  get ledgerFolder(): string {
    return join(this.ledgerData, 'ledger');
  }

  /** Runs a command of the CLI on the ledger's data folder; resolves with what it printed. */
  async cli(args: readonly string[]): Promise<CommandResult> {
    const command = [this.program, ...args, '--data', this.ledgerData];
    return runCommand(process.execPath, command, { env: this.environment(), timeoutMs: READY_TIMEOUT_MS });
  }

  /** Starts `affidavit up`, or `recorder` (again, after it was ended). */
  async startRecorder(): Promise<void> {
    const name = this.options.kafka ? 'recorder' : 'up';
    const { processes } = this.options;
    const options = processes === undefined ? [] : ['--processes', String(processes)];
    this.recorder = await this.startProcess(name, this.recorderData, options);
    await this.recorder.waitUntil(() => isListening(this.ports.recorder), READY_TIMEOUT_MS);
    if (!this.options.kafka) this.ledger = this.recorder;
    if (!this.options.kafka) await this.untilLedgerAnswers(this.recorder);
  }

  /** Starts `affidavit ledger` (again, after it was ended). Only with Kafka. */
  async startLedger(): Promise<void> {
    this.ledger = await this.startProcess('ledger', this.ledgerData);
    await this.untilLedgerAnswers(this.ledger);
  }

  /** Starts `affidavit accesslog` (again, after it was ended). Only with Kafka. */
  async startAccessLog(): Promise<void> {
    this.accessLog = await this.startProcess('accesslog', this.recorderData);
    await this.accessLog.waitUntil(() => isListening(this.ports.accessLog), READY_TIMEOUT_MS);
  }

  /** Starts `affidavit audit` (again, after it was ended). Only with Kafka. */
  async startAuditor(): Promise<void> {
    this.auditor = await this.startProcess('audit', this.recorderData);
  }

  /** Starts Envoy (again, after it was ended). */
  async startEnvoy(): Promise<void> {
    const { orders, payments, ports, options } = this;
    const services = {
      listener: ports.listener,
      orders: options.ordersPort ?? orders.port,
      ordersGrpc: options.ordersGrpcPort ?? orders.grpcPort,
      payments: payments.port,
      paymentsGrpc: payments.grpcPort,
    };
    const moreRecorders = this.moreRecorders.map(({ port }) => port);
    const accessLog = options.accessLog === true ? { accessLog: ports.accessLog } : {};
    const recorders = { recorder: ports.recorder, moreRecorders, ...accessLog };
    const all = options.profile === 'none' ? services : { ...services, ...recorders };
    const config = envoyConfig({ profile: options.profile, ports: all, uncertified: options.uncertified === true });
    const adjust = options.adjustEnvoy ?? ((text: string) => text);
    const env = { ...process.env, ...options.envoyEnv };
    this.envoy = await startEnvoy({ config: adjust(config), dir: join(options.directory, 'envoy'), env });
  }

  /** Ends everything in order: Envoy, recorder, access log, auditor, ledger, broker, services. */
  async stop(): Promise<void> {
    await this.envoy?.stop();
    await this.stopAffidavit();
    await this.broker?.stop();
    await Promise.all([this.orders.close(), this.payments.close()]);
  }

  /** Ends recorder, access log, auditor and ledger in order. */
  async stopAffidavit(): Promise<void> {
    for (const service of [this.recorder, this.accessLog, this.auditor, this.ledger])
      if (service?.ended() === undefined) await service?.stop();
  }

  private get program(): string {
    return this.options.cli ?? join(ROOT, 'src', 'cli.ts');
  }

  private async startAffidavit(): Promise<void> {
    if (this.options.kafka) {
      const dir = join(this.options.directory, 'kafka');
      [this.broker] = await Promise.all([startKafka({ dir, ...this.options.broker }), this.exchangeKeys()]);
      await this.startLedger();
    }
    if (this.options.accessLog === true) await this.startAccessLog();
    if (this.options.audit === true) await this.startAuditor();
    await this.startRecorder();
    const { stdout } = await this.ask(['keys', '--json']);
    this.keys = JSON.parse(stdout) as PinnedKeys;
  }

  /** What an operator does once: the ledger makes its keys, the recorder its own, and the root key enrols that. */
  private async exchangeKeys(): Promise<void> {
    await this.ask(['keys', 'init']);
    for (const [slot, data] of [this.recorderData, ...this.moreRecorders.map(({ data }) => data)].entries())
      await this.enroll(`recorder${slot === 0 ? '' : `-${slot}`}`, ['--data', data]);
    if (this.options.accessLog === true) await this.enroll('accesslog', ['--accesslog', '--data', this.recorderData]);
    if (this.options.audit === true)
      await this.enroll('auditor', ['--auditor', '--data', this.recorderData], ['--auditor']);
    await this.ask(['keys', 'export', '--to', join(this.options.directory, 'public')]);
    const { stdout } = await this.ask(['keys', '--json']);
    this.keys = JSON.parse(stdout) as PinnedKeys;
  }

  /** A producer makes its key, and the root key enrols it. */
  private async enroll(name: string, producer: readonly string[], as: readonly string[] = []): Promise<void> {
    const command = [this.program, 'keys', 'producer', ...producer];
    const run = { env: this.environment(), timeoutMs: READY_TIMEOUT_MS };
    const { stdout } = await runCommand(process.execPath, command, run);
    await this.ask(['keys', 'enroll', stdout.trim(), '--name', name, ...as]);
  }

  /** Folder and port of each recorder process beside the first, one that may be added included. */
  private get moreRecorders(): { data: string; port: number }[] {
    return Array.from({ length: this.options.processes ?? 0 }, (_, index) => ({
      data: join(this.recorderData, 'recorders', String(index + 1)),
      port: this.ports.recorder + index + 1,
    }));
  }

  private async ask(args: readonly string[]): Promise<{ stdout: string }> {
    const result = await this.cli(args);
    if (result.status !== 0) throw new ScriptError(`affidavit ${args.join(' ')} failed: ${result.stderr}`);
    return result;
  }

  private environment(): NodeJS.ProcessEnv {
    const { options, ports, broker } = this;
    const kafka = {
      AFFIDAVIT_BUS_KIND: 'kafka',
      AFFIDAVIT_BUS_KAFKA_BROKERS: broker?.bootstrap,
      AFFIDAVIT_LEDGER_URL: `http://127.0.0.1:${ports.ledger}`,
      AFFIDAVIT_SEAL_INGEST_KEYS_FILE: join(options.directory, 'public', 'ingest.json'),
      ...(this.keys.logKey === '' ? {} : { AFFIDAVIT_TRUST_LOG_KEY: this.keys.logKey }),
      ...(this.keys.rootKey === '' ? {} : { AFFIDAVIT_TRUST_ROOT_KEY: this.keys.rootKey }),
    };
    return {
      ...process.env,
      ...KEY_ENV,
      AFFIDAVIT_CAPTURE_PORT: String(ports.recorder),
      AFFIDAVIT_LEDGER_PORT: String(ports.ledger),
      AFFIDAVIT_ACCESS_LOG_PORT: String(ports.accessLog),
      ...(options.kafka ? kafka : {}),
      ...(options.uncertified === true ? { AFFIDAVIT_AUDIT_ENABLED: 'false' } : {}),
      ...options.settings,
    };
  }

  private async startProcess(command: ProcessName, data: string, options: readonly string[] = []): Promise<Service> {
    const own = [this.program, command, '--data', data, ...options];
    const plain = { program: process.execPath, args: own, env: this.environment() };
    const { program, args, env } = (await this.options.launch?.(command, plain)) ?? plain;
    const logFile = join(this.options.directory, 'logs', `${command}.log`);
    return startService(`affidavit ${command}`, program, args, { logFile, env });
  }

  private untilLedgerAnswers(service: Service): Promise<void> {
    return service.waitUntil(async () => {
      try {
        return (await fetch(`http://127.0.0.1:${this.ports.ledger}/readyz`)).ok;
      } catch {
        return false;
      }
    }, READY_TIMEOUT_MS);
  }
}
