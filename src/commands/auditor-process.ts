import { join, resolve } from 'node:path';
import { Auditor } from '../audit/index.ts';
import type { Config } from '../config/index.ts';
import { encodeHex } from '../proof/index.ts';
import type { TileSource } from '../proof/index.ts';
import type { Logger } from '../runtime/index.ts';
import type { Producer, SigningKey } from '../seal/index.ts';
import { addAuditMetrics } from './audit-metrics.ts';
import { auditSettings, auditTiming } from './audit-settings.ts';
import { placesOf } from './context.ts';
import { SEALS_NOTHING } from './last-epoch.ts';
import type { ProducerKind } from './last-epoch.ts';
import type { Ports } from './ports.ts';
import { attempt, beat, openProducer, runProducer } from './producer-process.ts';
import type { RunningProducer } from './producer-process.ts';
import { addSpoolMetrics } from './recorder-metrics.ts';

/** Of its records. */
const AUDITOR_ROLE = 'auditor';
const FOLDER = 'auditor';

/**
 * The configuration that `affidavit audit` runs with: it is a producer of its own, whose key and spool stand apart from
 * the recorder's.
 */
export function auditorConfig(config: Config): Config {
  const { directory } = config.audit;
  const dataDir = directory === '' ? join(placesOf(config).data, FOLDER) : resolve(directory);
  return { ...config, dataDir, keysDir: '', spool: { ...config.spool, directory: '' } };
}

/** An auditor that runs in a process of its own. */
export interface AuditorProcess {
  readonly auditor: Auditor;
  readonly running: RunningProducer;
}

/**
 * Opens the auditor's own spool, and has it certify the log of `source`.
 * @param config of {@link auditorConfig}
 * @throws io.*, spool.*
 */
export async function startAuditorProcess(
  config: Config,
  key: SigningKey,
  source: TileSource,
  logKey: string,
  ports: Ports,
  logger: Logger,
): Promise<AuditorProcess> {
  const open = await openProducer(config, auditorKind(key), ports, logger);
  const auditor = startAuditor(config, open.producer, source, logKey, ports, logger);
  const server = { port: 0, drain: () => auditor.stop(), hasUnrecordedLosses: false, stats: () => auditor.stats() };
  logger.info({ keyId: encodeHex(key.keyId), epoch: encodeHex(open.producer.epoch) }, 'the log is audited');
  addSpoolMetrics(ports.telemetry, open, config);
  addAuditMetrics(ports.telemetry, auditor);
  return { auditor, running: runProducer(open, server, AUDITOR_ROLE, config, logger) };
}

/** An auditor that writes to the spool of a recorder in the same process. */
export interface JoinedAuditor {
  readonly auditor: Auditor;
  /** Ends in order: it says `stopped`. */
  stop(): Promise<void>;
}

/** How an auditor writes its records. */
function auditorKind(key: SigningKey): ProducerKind {
  return { role: AUDITOR_ROLE, key, ingestKeys: SEALS_NOTHING, gatherMs: 0 };
}

/** Has a producer certify a log. */
function startAuditor(
  config: Config,
  writer: Producer,
  source: TileSource,
  logKey: string | undefined,
  ports: Ports,
  logger: Logger,
): Auditor {
  const { keyId, epoch } = writer;
  const settings = auditSettings(config);
  const timing = auditTiming(config);
  const { intervalMs } = config.audit;
  const { clock } = ports;
  return Auditor.start({ source, logKey, writer, keyId, epoch, settings, timing, intervalMs, clock, logger });
}

/**
 * An auditor beside a recorder: a producer of its own on the same spool. When the log turns out not to be what it should be
 * it stops, and says so; calls are recorded all the same.
 * @throws spool.*, io.*
 */
export async function joinAuditor(
  config: Config,
  recorder: RunningProducer,
  key: SigningKey,
  source: TileSource,
  logKey: string,
  ports: Ports,
  logger: Logger,
): Promise<JoinedAuditor> {
  const producer = await recorder.join(auditorKind(key));
  const endHeart = beat(producer, AUDITOR_ROLE, logger);
  const auditor = startAuditor(config, producer, source, logKey, ports, logger);
  const stop = async (): Promise<void> => {
    endHeart();
    await recorder.ending.step('write certificates', auditor.stop());
    const stopping = attempt(() => producer.stop(), AUDITOR_ROLE, 'say that it has stopped', logger);
    await recorder.ending.step('say that the auditor has stopped', stopping);
    logger.info({ ...auditor.stats() }, 'the auditor has stopped');
  };
  return { auditor, stop };
}
