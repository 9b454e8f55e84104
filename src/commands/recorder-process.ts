import { join } from 'node:path';
import { CaptureServer, recoverOpened } from '../capture/index.ts';
import type { Config } from '../config/index.ts';
import { AffidavitError, GAP_REASON, Gap, KIND } from '../record/index.ts';
import type { RecordWriter } from '../record/index.ts';
import { encodeHex } from '../proof/index.ts';
import { socketLock } from '../ledger/index.ts';
import type { HeldLock } from '../ledger/index.ts';
import type { Redactor } from '../redact/index.ts';
import { nodeFiles } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';
import { nodeKeyFiles, parseIngestKeys, Producer, recoverLastEpoch, TOKENS_FILE } from '../seal/index.ts';
import type { IngestKeySet, KeyFolder, Recovery, SigningKey, TokenKeyVersion } from '../seal/index.ts';
import { Spool } from '../spool/index.ts';
import type { DurableGroup, SpoolDamage } from '../spool/index.ts';
import { placesOf, shardOrigin } from './context.ts';
import { FrameAges } from './frame-ages.ts';
import { pinnedKeys } from './pinned.ts';
import { keyFolder, ownRootKey } from './trust.ts';
import type { Ports } from './ports.ts';
import { addRecorderMetrics, groupMetrics } from './recorder-metrics.ts';
import type { RecorderParts } from './recorder-metrics.ts';
import { redactorOptions } from './redaction.ts';
import { guardedRelease } from './release.ts';
import { SOFTWARE_VERSION } from './software.ts';

const HEARTBEAT_MS = 10_000;
const FAILURE_POLL_MS = 200;
const MAX_INGEST_FILE_BYTES = 65_536;
/** Room for the first records of an epoch in a spool that is full. */
const RESTART_BYTES = 4 * 1024 * 1024;

/** A recorder that runs: capture → redact → seal → spool. What carries the spool on is the caller's. */
export interface RunningRecorder {
  readonly port: number;
  readonly spool: Spool;
  readonly producer: Producer;
  /** When its frames became durable. */
  readonly ages: FrameAges;
  /**
   * Lets frames before `before` go, but none that the next start would need: to end the exchanges that are open now, and to
   * know how this epoch ended. @throws what Spool.release throws
   */
  release(before: number): Promise<void>;
  /** Rejects when nothing can be recorded any more. */
  readonly failed: Promise<never>;
  /** Ends in order: drains the calls, says `stopped`, waits until that is durable. The spool stays open. */
  stop(): Promise<void>;
  /** Closes the spool and lets its folder go. */
  close(): Promise<void>;
}

interface OwnedSpool {
  spool: Spool;
  lock: HeldLock;
}

async function ingestKeys(config: Config): Promise<IngestKeySet> {
  const path = placesOf(config).ingestKeys;
  if ((await nodeKeyFiles.size(path)) === undefined)
    throw new AffidavitError(
      'key.missing',
      `there is no set of ingest keys ${path}: copy ingest.json from the ledger's keys folder (affidavit keys export)`,
    );
  const text = new TextDecoder().decode(await nodeKeyFiles.readFile(path, MAX_INGEST_FILE_BYTES));
  const rootKey = (await pinnedKeys(config)).rootKey ?? (await ownRootKey(config));
  if (rootKey === undefined)
    throw new AffidavitError(
      'key.missing',
      `nothing says which root key must have signed ${path}: set trust.rootKey to what affidavit keys prints at the ledger`,
    );
  return parseIngestKeys(text, path, rootKey);
}

/** What the last epoch left undone is said first: frames that can't be read, exchanges that nobody ended. */
async function settleLastEpoch(
  writer: RecordWriter,
  recovery: Recovery,
  damage: readonly SpoolDamage[],
): Promise<void> {
  for (const { firstFrame, lastFrame, reason } of damage) {
    const gap = Gap.create({
      reason: GAP_REASON.spool_damaged,
      firstPosition: firstFrame,
      lastPosition: lastFrame,
      count: lastFrame - firstFrame + 1,
      detail: reason,
    });
    await writer.append({ kind: KIND.gap, body: Gap.encode(gap) });
  }
  const forgotten = { untracked: recovery.untracked, unreadable: recovery.unreadable };
  for (const [detail, count] of Object.entries(forgotten)) {
    if (count === 0) continue;
    const gap = Gap.create({ reason: GAP_REASON.exchanges_lost, count, detail: `at most, ${detail} at restart` });
    await writer.append({ kind: KIND.gap, body: Gap.encode(gap) });
  }
  await recoverOpened(recovery.unfinished, writer);
}

async function bytesIn(directory: string): Promise<number> {
  const names = await nodeFiles.list(directory);
  const sizes = await Promise.all(names.map((name) => nodeFiles.size(join(directory, name))));
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

async function openSpool(config: Config, ports: Ports, ages: FrameAges, logger: Logger): Promise<OwnedSpool> {
  const { clock, random, telemetry } = ports;
  const { segmentBytes, maxBytes } = config.spool;
  const directory = placesOf(config).spool;
  await nodeFiles.makeDirectory(directory);
  const lock = await socketLock.acquire(directory);
  try {
    // A spool that is full must still take what an epoch begins with, or it could never be drained.
    const limits = { segmentBytes, maxBytes: Math.max(maxBytes, (await bytesIn(directory)) + RESTART_BYTES) };
    const counted = groupMetrics(telemetry);
    const onGroup = (group: DurableGroup): void => {
      ages.note(group.nextFrame - group.frames);
      counted(group);
    };
    return { spool: await Spool.open({ directory, files: nodeFiles, clock, random, logger, limits, onGroup }), lock };
  } catch (thrown) {
    await lock.release();
    throw thrown;
  }
}

async function startProducer(
  config: Config,
  key: SigningKey,
  spool: Spool,
  previous: Recovery['last'],
  { clock, random }: Ports,
): Promise<Producer> {
  const { environment, tenant, retentionClass } = config;
  const { gatherMs, intervalMs, maxBatchRecords, maxBacklogBytes } = config.seal;
  return Producer.start({
    key,
    logOrigin: shardOrigin(config),
    spool,
    ingestKeys: await ingestKeys(config),
    clock,
    random,
    environment,
    tenant,
    retentionClass,
    softwareVersion: SOFTWARE_VERSION,
    role: 'recorder',
    previous,
    limits: { maxBatchRecords, maxBacklogBytes },
    intervalMs,
    gatherMs,
  });
}

/** A producer whose epoch begins with what the last one left undone. */
async function continueEpochs(config: Config, key: SigningKey, spool: Spool, ports: Ports): Promise<Producer> {
  const recovery = await recoverLastEpoch(spool);
  const producer = await startProducer(config, key, spool, recovery.last, ports);
  await settleLastEpoch(producer, recovery, spool.damage);
  await spool.damageReported();
  return producer;
}

/**
 * Starts a recorder.
 * @param keys folder that holds `recorder.key`
 * @throws key.*, config.invalid, port.in_use, io.*, spool.*
 */
export async function startRecorder(
  config: Config,
  keys: KeyFolder,
  ports: Ports,
  logger: Logger,
): Promise<RunningRecorder> {
  const key = await keys.signingKey('recorder');
  const redactor = await createRedactor(config, ports, logger);
  const ages = new FrameAges(ports.clock);
  const { spool, lock } = await openSpool(config, ports, ages, logger);
  const close = async (): Promise<void> => {
    await spool.close();
    await lock.release();
  };
  let producer: Producer | undefined;
  try {
    producer = await continueEpochs(config, key, spool, ports);
    const server = await startCapture(config, producer, redactor, ports, logger);
    const facts = { port: server.port, keyId: encodeHex(key.keyId), epoch: encodeHex(producer.epoch) };
    logger.info(facts, 'the recorder takes calls');
    const parts = { server, producer, spool, ages };
    addRecorderMetrics(ports.telemetry, parts, config);
    return running(parts, close, config, logger);
  } catch (thrown) {
    if (producer !== undefined) await attempt(() => producer?.stop(), 'say that it has stopped', logger);
    await close();
    throw thrown;
  }
}

function running(
  { server, producer, spool, ages }: RecorderParts,
  close: () => Promise<void>,
  config: Config,
  logger: Logger,
): RunningRecorder {
  const needs = { openExchanges: () => server.oldestOpenFrame, epoch: () => producer.lastBatchFrame };
  const release = guardedRelease(spool, config.spool.maxBytes, needs, logger);
  const heart = startHeartbeat(producer, logger);
  const stop = async (): Promise<void> => {
    heart.stop();
    // What can't be said any more (the spool has failed, or is full) keeps nothing else from ending in order: the next
    // epoch says that this one didn't say `stopped`.
    await attempt(() => producer.drain(), 'say that it drains', logger);
    await server.drain();
    await attempt(() => producer.stop(), 'say that it has stopped', logger);
    logger.info({ ...server.stats() }, 'the recorder has stopped');
  };
  return { port: server.port, spool, producer, ages, release, failed: heart.failed, stop, close };
}

/** The token key in use. A recorder may do without, where nobody needs to find the calls of a person. */
async function tokenKeyOf(config: Config, logger: Logger): Promise<TokenKeyVersion | undefined> {
  const folder = keyFolder(placesOf(config));
  if (await folder.hasTokenKeys()) return (await folder.tokenKeys()).at(-1);
  logger.warn(
    { path: folder.path(TOKENS_FILE) },
    'there is no token key: what would become a token is dropped, and the calls of a person can’t be found by one; copy tokens.json from the ledger’s keys folder',
  );
  return undefined;
}

/** Before anything is opened: a rule that can't be is wrong configuration. */
async function createRedactor(config: Config, ports: Ports, logger: Logger): Promise<Redactor> {
  const options = await redactorOptions(config);
  const tokenKey = await tokenKeyOf(config, logger);
  return ports.createRedactor(tokenKey === undefined ? options : { ...options, tokenKey });
}

async function startCapture(
  config: Config,
  writer: Producer,
  redactor: Redactor,
  ports: Ports,
  logger: Logger,
): Promise<CaptureServer> {
  const { host, port, tls, defaultProfile, ...limits } = config.capture;
  return CaptureServer.start({
    host,
    port,
    ...(tls.certFile === '' ? {} : { tls }),
    writer,
    redactor,
    clock: ports.clock,
    random: ports.random,
    logger,
    limits,
    defaultProfile,
  });
}

async function attempt(work: () => Promise<unknown> | undefined, doing: string, logger: Logger): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const { code, message } = AffidavitError.from(thrown, 'internal', doing);
    logger.error({ code, reason: message }, `the recorder could not ${doing}`);
  }
}

/** Heartbeats, and the notice that the spool has failed: then only a new epoch can go on. */
function startHeartbeat(producer: Producer, logger: Logger): { failed: Promise<never>; stop: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  const heart = setInterval(() => {
    if (producer.refusal === undefined) void attempt(() => producer.heartbeat(), 'write a heartbeat', logger);
  }, HEARTBEAT_MS);
  const watch = setInterval(() => {
    if (producer.refusal !== undefined) reject(producer.refusal);
  }, FAILURE_POLL_MS);
  return {
    failed: promise,
    stop: () => {
      clearInterval(heart);
      clearInterval(watch);
    },
  };
}
