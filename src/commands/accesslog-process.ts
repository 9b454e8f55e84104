import { join, resolve } from 'node:path';
import { LogServer } from '../capture/index.ts';
import type { Config } from '../config/index.ts';
import { encodeHex } from '../proof/index.ts';
import type { Logger } from '../runtime/index.ts';
import type { KeyFolder } from '../seal/index.ts';
import { placesOf } from './context.ts';
import { SEALS_NOTHING } from './last-epoch.ts';
import type { Ports } from './ports.ts';
import { addLogMetrics } from './recorder-metrics.ts';
import { abandonProducer, openProducer, runProducer } from './producer-process.ts';
import type { RunningProducer } from './producer-process.ts';

/** Of its records. */
const ROLE = 'accesslog';
const FOLDER = 'accesslog';
/** Longer than who checks its health may take to notice, and than Envoy gathers entries. */
const DRAIN_TIMEOUT_MS = 15_000;

/**
 * The configuration that `affidavit accesslog` runs with: it is a producer of its own, whose key and spool stand apart from
 * the recorder's.
 */
export function accessLogConfig(config: Config): Config {
  const { directory } = config.accessLog;
  const dataDir = directory === '' ? join(placesOf(config).data, FOLDER) : resolve(directory);
  return { ...config, dataDir, keysDir: '', spool: { ...config.spool, directory: '' } };
}

/**
 * Receives Envoy's access log and counters: each message is durable before the next of its stream is waited for, and
 * gathers no company.
 * @param config of {@link accessLogConfig}
 * @param keys folder that holds its key
 * @throws key.*, config.invalid, port.in_use, io.*, spool.*
 */
export async function startAccessLog(
  config: Config,
  keys: KeyFolder,
  ports: Ports,
  logger: Logger,
): Promise<RunningProducer> {
  const key = await keys.signingKey('recorder');
  const kind = { role: ROLE, key, ingestKeys: SEALS_NOTHING, gatherMs: 0 };
  const open = await openProducer(config, kind, ports, logger);
  try {
    const { host, port, tls, maxStreamBytes: maxPendingBytes } = config.accessLog;
    const secured = tls.certFile === '' ? {} : { tls };
    const { clock, random } = ports;
    const writer = open.producer;
    const server = await LogServer.start({ host, port, ...secured, writer, clock, random, logger, maxPendingBytes });
    const facts = { port: server.port, keyId: encodeHex(key.keyId), epoch: encodeHex(writer.epoch) };
    logger.info(facts, 'the access log is received');
    addLogMetrics(ports.telemetry, { ...open, server }, config);
    const drained = {
      port: server.port,
      clocks: () => server.clocks(),
      drain: () => server.drain(DRAIN_TIMEOUT_MS),
      get hasUnrecordedLosses() {
        return server.hasUnrecordedLosses;
      },
      stats: () => server.stats(),
    };
    return runProducer(open, drained, ROLE, config, logger);
  } catch (thrown) {
    await abandonProducer(open, ROLE, logger);
    throw thrown;
  }
}
