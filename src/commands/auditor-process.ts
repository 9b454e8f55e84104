import { Auditor } from '../audit/index.ts';
import type { Config } from '../config/index.ts';
import type { TileSource } from '../proof/index.ts';
import type { Logger } from '../runtime/index.ts';
import type { Producer, SigningKey } from '../seal/index.ts';
import { auditSettings, auditTiming } from './audit-settings.ts';
import type { Ports } from './ports.ts';
import { attempt, beat, type ProducerKind, type RunningProducer, SEALS_NOTHING } from './producer-process.ts';

/** Of its records. */
export const AUDITOR_ROLE = 'auditor';

/** An auditor that writes to the spool of a recorder in the same process. */
export interface JoinedAuditor {
  readonly auditor: Auditor;
  /** Ends in order: it says `stopped`. */
  stop(): Promise<void>;
}

/** How an auditor writes its records. */
export function auditorKind(key: SigningKey): ProducerKind {
  return { role: AUDITOR_ROLE, key, ingestKeys: SEALS_NOTHING, gatherMs: 0 };
}

/** Has a producer certify a log. */
export function startAuditor(
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
    await auditor.stop();
    await attempt(() => producer.stop(), AUDITOR_ROLE, 'say that it has stopped', logger);
    logger.info({ ...auditor.stats() }, 'the auditor has stopped');
  };
  return { auditor, stop };
}
