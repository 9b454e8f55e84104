import { CaptureServer } from '../../../src/capture/index.ts';
import { FrameAges } from '../../../src/commands/frame-ages.ts';
import { continueEpochs } from '../../../src/commands/last-epoch.ts';
import type { OpenProducer, ProducerKind } from '../../../src/commands/last-epoch.ts';
import type { Ports } from '../../../src/commands/ports.ts';
import { runProducer } from '../../../src/commands/producer-process.ts';
import type { RunningProducer } from '../../../src/commands/producer-process.ts';
import { publishUntil } from '../../../src/commands/publishing.ts';
import { parseConfig } from '../../../src/config/index.ts';
import type { Config } from '../../../src/config/index.ts';
import { verifyPositions } from '../../../src/ledger/index.ts';
import { encodeHex } from '../../../src/proof/index.ts';
import { PAYLOAD_CLASS } from '../../../src/record/index.ts';
import type { RecordDraft, RecordPosition } from '../../../src/record/index.ts';
import { noTelemetry } from '../../../src/runtime/index.ts';
import type { Logger } from '../../../src/runtime/index.ts';
import type { IngestKeySet, Producer, SigningKey } from '../../../src/seal/index.ts';
import { Spool } from '../../../src/spool/index.ts';
import { ORIGIN } from '../../support/ledger.ts';
import type { Listening } from './envoy.ts';
import { GrpcListener } from './grpc-listener.ts';
import type { Process, Program } from './machine.ts';
import { passingRedactor } from './redactor.ts';
import { kafkaSettings, logNoteKey } from './settings.ts';
import type { World } from './world.ts';

const SPOOL = '/spool';
/** Room for what an epoch begins and ends with, in a spool that is full; the product's own would be larger than all that is written here. */
const KEPT_BYTES = 8 * 1024;
const LINGER_MS = 20;

const INGEST_KEYS: IngestKeySet = {
  keys: Object.values(PAYLOAD_CLASS).map((number) => ({
    class: number,
    id: new Uint8Array(16).fill(number),
    publicKey: new Uint8Array(32).fill(number),
  })),
  rootSignature: new Uint8Array(64),
};

/** What a recorder of the simulation may be told. */
export interface RecorderSettings {
  readonly segmentBytes: number;
  readonly maxSpoolBytes: number;
  readonly gatherMs: number;
}

/** What is around a producer. */
export interface ProducerSurroundings {
  readonly world: World;
  readonly settings: RecorderSettings;
  /** Signs what it records. */
  readonly key: SigningKey;
  /** The writer was told that a record is durable. */
  acknowledged(draft: RecordDraft, position: RecordPosition): void;
  /** The epoch has said that it has stopped. */
  stopped(epoch: string): void;
}

/** What is around one that takes streams. */
export interface RecorderSurroundings extends ProducerSurroundings {
  /** It takes streams. */
  listens(listening: Listening): void;
}

/** Asks the ledger for its positions. */
export type AskPositions = () => Promise<Uint8Array>;

const DEFAULTS = parseConfig('', {});
/** Windows of a schedule of seconds. */
const AUDIT = {
  windowMs: 500,
  graceMs: 200,
  unloggedGraceMs: 1_000,
  logDelayMs: 400,
  silentMs: 35_000,
  intervalMs: 100,
};

/** The configuration of a recorder: the defaults, with waiting times that fit into a schedule. */
export function configOf({ segmentBytes, maxSpoolBytes, gatherMs }: RecorderSettings): Config {
  const { audit, capture, seal, spool } = DEFAULTS;
  return {
    ...DEFAULTS,
    origin: ORIGIN.slice(0, ORIGIN.lastIndexOf('/')),
    capture: { ...capture, lingerMs: 300, strictLingerMs: 100, partBytes: 2_000, drainTimeoutMs: 2_000 },
    seal: { ...seal, gatherMs },
    spool: { ...spool, segmentBytes, maxBytes: maxSpoolBytes },
    audit: { ...audit, ...AUDIT },
  };
}

/** `affidavit recorder`. */
export function recorderProgram(around: RecorderSurroundings, askPositions: AskPositions): Program {
  return async (process) => {
    const running = await startRecorder(around, process);
    await publishTo(process.asked, running, around, process, askPositions);
  };
}

/** Publishes what a producer writes until asked to end, as the product does. */
export async function publishTo(
  asked: Promise<unknown>,
  running: RunningProducer,
  { world, settings }: ProducerSurroundings,
  process: Process,
  askPositions: AskPositions,
): Promise<void> {
  const positions = {
    url: 'ledger',
    read: async () => verifyPositions(await askPositions(), logNoteKey),
  };
  const options = {
    settings: kafkaSettings('recorder'),
    positions,
    lingerMs: LINGER_MS,
    bounds: configOf(settings).spool,
  };
  await publishUntil(asked, running, options, portsOf(world), world.logger(process.owner.name));
}

/** A producer, and what it was opened with. */
export interface Opened {
  readonly open: OpenProducer;
  readonly config: Config;
  readonly ports: Ports;
  readonly logger: Logger;
}

/** Begins an epoch on this machine's disk: what commands/producer-process.ts does, on its disk. */
export async function openProducer(
  around: ProducerSurroundings,
  process: Process,
  kind: ProducerKind,
): Promise<Opened> {
  const { world, settings } = around;
  const config = configOf(settings);
  const ports = portsOf(world);
  const logger = world.logger(process.owner.name);
  const spool = await openSpool(settings, process, ports, logger);
  const opened = { spool, ages: new FrameAges(ports.clock), close: () => spool.close() };
  const open = await continueEpochs(config, kind, opened, ports);
  watch(open.producer, around);
  return { open, config, ports, logger };
}

/** What the product's commands take from outside. */
export function portsOf(world: World): Ports {
  return {
    clock: world.clock(),
    random: world.random.fork(),
    createRedactor: () => passingRedactor,
    telemetry: noTelemetry,
  };
}

/** Capture → redact → seal → spool on this machine: what commands/recorder-process.ts does, on its disk. */
export async function startRecorder(around: RecorderSurroundings, process: Process): Promise<RunningProducer> {
  const { world, settings, key } = around;
  const kind = { role: 'recorder', key, ingestKeys: INGEST_KEYS, gatherMs: settings.gatherMs };
  const { open, config, ports, logger } = await openProducer(around, process, kind);
  const { clock, random } = ports;
  const { producer } = open;
  const options = {
    ...{ host: '', port: 0, writer: producer, redactor: passingRedactor, clock, random, logger },
    limits: config.capture,
  };
  const server = await CaptureServer.start(options);
  around.listens({
    owner: process.owner,
    epoch: encodeHex(producer.epoch),
    reach: () => GrpcListener.reach(options),
  });
  return runProducer(open, server, kind.role, config, logger, unending(world, process));
}

/** The product would end itself here: that is no end in order, and nobody can tell what hangs from a disk that does. */
export function unending(world: World, { owner }: Process): () => void {
  return () => {
    world.violate(`${owner.name} does not come to an end`);
  };
}

/** What the producer says to those who wait is what it must keep. */
export function watch(producer: Producer, around: ProducerSurroundings): void {
  const append = producer.append.bind(producer);
  producer.append = async (draft, parts) => {
    const position = await append(draft, parts);
    around.acknowledged(draft, position);
    return position;
  };
  const stop = producer.stop.bind(producer);
  producer.stop = async () => {
    const position = await stop();
    around.stopped(encodeHex(producer.epoch));
    return position;
  };
}

async function openSpool(
  { segmentBytes, maxSpoolBytes: maxBytes }: RecorderSettings,
  { files }: Process,
  { clock, random }: Ports,
  logger: Logger,
): Promise<Spool> {
  const limits = { segmentBytes, maxBytes, keptBytes: KEPT_BYTES };
  return Spool.open({ directory: SPOOL, files, clock, random, logger, limits });
}
