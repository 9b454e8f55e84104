import type { KafkaSettings } from '../bus/index.ts';
import type { Config } from '../config/index.ts';
import { AffidavitError } from '../record/index.ts';
import { Certificates, nodeFiles } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';
import type { Ports } from './ports.ts';

const MAX_SECRET_BYTES = 65_536;

async function readText(path: string, maxBytes: number): Promise<string> {
  // A pipe that nobody writes to would be waited for without a word.
  return new TextDecoder().decode(await nodeFiles.readFile(path, maxBytes));
}

/** A bus that somebody chose needs brokers; commands that touch no bus don't. @throws config.invalid */
export function checkBrokers({ bus }: Config): void {
  if (bus.kind === 'kafka' && bus.kafka.brokers.length === 0)
    throw new AffidavitError('config.invalid', 'bus.kafka.brokers is empty: name at least one host:port');
}

/**
 * The broker settings of a configuration, its files read; those of TLS are read again when they change.
 * @throws config.invalid, not_found, io.failed
 */
export async function kafkaSettings(config: Config, { clock }: Ports, logger: Logger): Promise<KafkaSettings> {
  const { brokers, tls, certFile, keyFile, caFile, saslMechanism, saslUsername, saslPasswordFile, ...kafka } =
    config.bus.kafka;
  checkBrokers(config);
  const { clientId, topic, createTopic, replicationFactor, topicChecks } = kafka;
  const names = { certFile, keyFile, caFile };
  const certificates = tls ? await Certificates.open({ names, files: nodeFiles, clock, logger }) : undefined;
  certificates?.watch();
  const settings: KafkaSettings = {
    brokers,
    clientId,
    topic,
    createTopic,
    replicationFactor,
    topicChecks,
    partition: config.shard,
    partitions: config.shardCount,
    ...(certificates === undefined ? {} : { tls: () => certificates.current }),
  };
  if (saslMechanism === 'none') return settings;
  const password = (await readText(saslPasswordFile, MAX_SECRET_BYTES)).trim();
  const user = { username: saslUsername, password };
  // kafkajs tells the mechanisms apart by type: each must be written out.
  return saslMechanism === 'scram-sha-256'
    ? { ...settings, sasl: { mechanism: 'scram-sha-256', ...user } }
    : { ...settings, sasl: { mechanism: 'scram-sha-512', ...user } };
}
