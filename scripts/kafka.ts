import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readWords } from './arguments.ts';
import {
  buildOnce,
  freePort,
  isMain,
  ROOT,
  runCommand,
  runMain,
  ScriptError,
  type Service,
  startService,
  tail,
} from './processes.ts';
import { javaMajor, type ToolName } from './tools.ts';

/** The broker that tests and the demo start; scripts/kafka/pom.xml names its jars. */
export const KAFKA_VERSION = '4.4.0';

const POM = join(ROOT, 'scripts', 'kafka', 'pom.xml');
const FETCH_TIMEOUT_MS = 10 * 60_000;
const FORMAT_TIMEOUT_MS = 60_000;
const READY_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 20_000;
const OLDEST_JAVA = 17;

const CACHED = join(ROOT, '.cache', 'kafka', KAFKA_VERSION);

/** What {@link ensureKafka} needs as things are: Maven only to fetch the broker. */
export function kafkaTools(): readonly ToolName[] {
  return existsSync(CACHED) ? ['java'] : ['java', 'maven'];
}

async function checkJava(): Promise<void> {
  const result = await runCommand('java', ['-version'], { timeoutMs: 60_000 });
  const major = javaMajor(result.stderr + result.stdout);
  if (result.startError !== undefined || major === undefined) {
    throw new ScriptError(`Java is missing: install a Java ${OLDEST_JAVA} runtime (openjdk-17-jre-headless)`);
  }
  if (major < OLDEST_JAVA) throw new ScriptError(`Java ${OLDEST_JAVA} or later is needed; this is Java ${major}`);
}

async function fetchJars(folder: string): Promise<void> {
  const version = await runCommand('mvn', ['-v'], { timeoutMs: 60_000 });
  if (version.startError !== undefined) throw new ScriptError('Maven is missing: install maven');
  console.error(`setup: fetching Kafka ${KAFKA_VERSION} (43 MB)`);
  const args = ['--batch-mode', '--quiet', '--strict-checksums', '--file', POM];
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(folder, 'libs')}`];
  const result = await runCommand('mvn', [...args, ...goal], { timeoutMs: FETCH_TIMEOUT_MS });
  if (result.status !== 0) {
    const reason = result.stdout.split('\n').find((line) => line.includes('ERROR')) ?? tail(result.stderr, 2);
    throw new ScriptError(`fetching Kafka with Maven failed: ${reason}`);
  }
  const jars = await readdir(join(folder, 'libs'));
  if (!jars.includes(`kafka_2.13-${KAFKA_VERSION}.jar`)) {
    throw new ScriptError(`fetching Kafka with Maven left no kafka_2.13-${KAFKA_VERSION}.jar`);
  }
}

/**
 * Folder with the broker's jars, fetched into .cache when they aren't there. Throws a {@link ScriptError} of one line
 * when Java or Maven is missing.
 */
export async function ensureKafka(): Promise<string> {
  await checkJava();
  await buildOnce(CACHED, fetchJars);
  return join(CACHED, 'libs');
}

/** A broker on this machine. */
export interface Kafka {
  /** `127.0.0.1:port`; the same after a restart. */
  readonly bootstrap: string;
  /** Process id of the broker that runs now. */
  readonly pid: number;
  /** Folder with the broker's settings, data and log. */
  readonly dir: string;
  /** Ends the broker in order (SIGTERM, after 20 s SIGKILL). */
  stop(): Promise<void>;
  /** Ends the broker as a crash would, and waits until it is gone. */
  kill9(): Promise<void>;
  /** Starts the broker again on the same port with the same data; stops it first when it still runs. */
  restart(): Promise<void>;
}

/** How a broker is started. */
export interface KafkaOptions {
  /** Folder for settings, data and log; made when missing. Data that is there already is used. */
  dir: string;
  /** Port of the clients' listener on 127.0.0.1; a free one by default. */
  port?: number;
  /** Environment of the broker's process, added to ours. */
  env?: Record<string, string>;
  /** Broker settings that replace or extend the default ones. */
  settings?: Record<string, string>;
  /** Users for SASL SCRAM-SHA-512 with their passwords, made with the data. */
  scramUsers?: Record<string, string>;
}

/** The settings of one broker that is also its own controller: loopback only, no topic unless someone creates it. */
export function brokerSettings(ports: { clients: number; controller: number }, dir: string): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${ports.clients},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.clients}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(dir, 'data'),
    'auto.create.topics.enable': 'false',
    'num.partitions': '1',
    'default.replication.factor': '1',
    'min.insync.replicas': '1',
    'offsets.topic.num.partitions': '4',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // What the ledger can't unpack can't get in.
    'compression.type': 'uncompressed',
    // A broker that was killed may register again only once its last session has run out (9 s by default).
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
    // The default of 128 MiB does not fit beside the rest into the heap that JAVA_FLAGS allows.
    'log.cleaner.dedupe.buffer.size': '4194304',
  };
}

/** A Java properties file: one `name=value` a line, backslashes doubled. */
export function propertiesFile(settings: Record<string, string>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}`);
  return `${lines.join('\n')}\n`;
}

const STARTED = 'Kafka Server started';
const JAVA_FLAGS = [
  '-Xms64m',
  '-Xmx192m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Djava.net.preferIPv4Stack=true',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  // The one line at level info that says when the broker serves clients.
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
];

class Broker implements Kafka {
  readonly bootstrap: string;
  readonly dir: string;
  readonly #classPath: string;
  readonly #env: NodeJS.ProcessEnv;
  #service: Service | undefined;

  constructor(bootstrap: string, dir: string, classPath: string, env: NodeJS.ProcessEnv) {
    this.bootstrap = bootstrap;
    this.dir = dir;
    this.#classPath = classPath;
    this.#env = env;
  }

  get pid(): number {
    if (this.#service === undefined) throw new ScriptError('Kafka was not started');
    return this.#service.pid;
  }

  async start(): Promise<void> {
    const logFile = join(this.dir, 'kafka.log');
    const linesBefore = existsSync(logFile) ? countOf(readFileSync(logFile, 'utf8'), STARTED) : 0;
    const args = [...JAVA_FLAGS, '-cp', this.#classPath, 'kafka.Kafka', join(this.dir, 'server.properties')];
    const service = await startService('Kafka', 'java', args, { logFile, cwd: this.dir, env: this.#env });
    this.#service = service;
    await service.waitUntil(() => countOf(readFileSync(logFile, 'utf8'), STARTED) > linesBefore, READY_TIMEOUT_MS);
  }

  async stop(): Promise<void> {
    await this.#service?.stop(STOP_GRACE_MS);
  }

  async kill9(): Promise<void> {
    await this.#service?.kill9();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}

async function format(classPath: string, { dir, scramUsers = {} }: KafkaOptions): Promise<void> {
  if (existsSync(join(dir, 'data', 'meta.properties'))) return;
  const clusterId = randomBytes(16).toString('base64url');
  const settings = join(dir, 'server.properties');
  const flags = ['-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', classPath];
  // An id may begin with a hyphen, which would be an option's by itself.
  const users = Object.entries(scramUsers).flatMap(([name, password]) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ]);
  const args = [...flags, 'kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', settings, ...users];
  const result = await runCommand('java', args, { timeoutMs: FORMAT_TIMEOUT_MS });
  if (result.status !== 0) {
    throw new ScriptError(`Kafka's storage could not be formatted: ${tail(result.stderr + result.stdout, 3)}`);
  }
}

/**
 * Starts a broker on 127.0.0.1 and resolves once it serves clients (2–4 s). Throws a {@link ScriptError} when Java or
 * Maven is missing, or with the log's tail when the broker does not come up.
 */
export async function startKafka(options: KafkaOptions): Promise<Kafka> {
  const classPath = join(await ensureKafka(), '*');
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true });
  const ports = { clients: options.port ?? (await freePort()), controller: await freePort() };
  const settings = { ...brokerSettings(ports, dir), ...options.settings };
  await writeFile(join(dir, 'server.properties'), propertiesFile(settings));
  await format(classPath, { ...options, dir });
  const broker = new Broker(`127.0.0.1:${ports.clients}`, dir, classPath, { ...process.env, ...options.env });
  await broker.start();
  return broker;
}

const HELP = `
npm run kafka -- [DIR]

Starts a Kafka ${KAFKA_VERSION} on 127.0.0.1, on a free port that it prints, and ends it on Ctrl-C. Fetched with Maven the first
time; needs Java ${OLDEST_JAVA}.

  DIR   folder for its settings, data and log; what is there already is used (default: a new temporary one)
`;

if (isMain(import.meta.url)) {
  await runMain('kafka', async () => {
    const words = readWords('kafka', HELP, 1, process.argv.slice(2));
    if (words === undefined) return;
    // Before a folder is made: what is missing leaves nothing behind.
    await ensureKafka();
    const kafka = await startKafka({ dir: words[0] ?? (await mkdtemp(join(tmpdir(), 'affidavit-kafka-'))) });
    console.log(`Kafka ${KAFKA_VERSION} at ${kafka.bootstrap}, data in ${kafka.dir}; Ctrl-C ends it`);
    await new Promise<void>((asked) => {
      // For good: Ctrl-C through npm comes twice, and the second one must not cut the stop short.
      for (const signal of ['SIGINT', 'SIGTERM'])
        process.on(signal, () => {
          asked();
        });
    });
    await kafka.stop();
  });
}
