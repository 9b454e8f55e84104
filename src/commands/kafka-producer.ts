import type { Config } from '../config/index.ts';
import { encodeBase64 } from '../proof/index.ts';
import type { Logger } from '../runtime/index.ts';
import type { KeyFolder } from '../seal/index.ts';
import { kafkaSettings } from './kafka-settings.ts';
import { ensureRecorderKey } from './key-setup.ts';
import { positionsOf } from './ledger-client.ts';
import type { Ports } from './ports.ts';
import type { RunningProducer } from './producer-process.ts';
import { publishUntil } from './publishing.ts';
import { untilAsked } from './signals.ts';

/** Starts what hands records to a producer. */
type StartProducer = (config: Config, keys: KeyFolder, ports: Ports, logger: Logger) => Promise<RunningProducer>;

/** Runs a producer with a recorder's key, and publishes what it writes to Kafka, until a signal asks it to end. */
export async function runToKafka(
  start: StartProducer,
  what: string,
  config: Config,
  ports: Ports,
  logger: Logger,
): Promise<void> {
  const settings = await kafkaSettings(config, ports, logger);
  const positions = await positionsOf(config, ports, logger);
  const asked = untilAsked();
  const keys = await ensureRecorderKey(config, ports);
  const { publicKey } = await keys.signingKey('recorder');
  logger.info({ publicKey: encodeBase64(publicKey) }, `${what}’s public key`);
  const running = await start(config, keys, ports, logger);
  const options = { settings, positions, lingerMs: config.bus.kafka.lingerMs, bounds: config.spool };
  await publishUntil(asked, running, options, ports, logger);
}
