import type { KafkaSettings } from '../bus/index.ts';
import type { Config } from '../config/index.ts';
import { AffidavitError } from '../record/index.ts';
import { nodeFiles } from '../runtime/index.ts';

const MAX_SECRET_BYTES = 65_536;
const MAX_CA_BYTES = 4 * 1024 * 1024;

async function readText(path: string, maxBytes: number): Promise<string> {
  return new TextDecoder().decode(await nodeFiles.readFile(path, maxBytes));
}

/** A bus that somebody chose needs brokers; commands that touch no bus don't. @throws config.invalid */
export function checkBrokers({ bus }: Config): void {
  if (bus.kind === 'kafka' && bus.kafka.brokers.length === 0)
    throw new AffidavitError('config.invalid', 'bus.kafka.brokers is empty: name at least one host:port');
}

/** The broker settings of a configuration, its files read. @throws config.invalid, not_found, io.failed */
export async function kafkaSettings(config: Config): Promise<KafkaSettings> {
  const { brokers, tls, caFile, saslMechanism, saslUsername, saslPasswordFile, ...kafka } = config.bus.kafka;
  checkBrokers(config);
  const { clientId, topic, createTopic, replicationFactor, topicChecks } = kafka;
  const ca = caFile === '' ? undefined : await readText(caFile, MAX_CA_BYTES);
  const settings: KafkaSettings = {
    brokers,
    clientId,
    topic,
    createTopic,
    replicationFactor,
    topicChecks,
    partition: config.shard,
    partitions: config.shardCount,
    ...(tls ? { ssl: ca === undefined ? true : { ca: [ca] } } : {}),
  };
  if (saslMechanism === 'none') return settings;
  const password = (await readText(saslPasswordFile, MAX_SECRET_BYTES)).trim();
  const user = { username: saslUsername, password };
  // kafkajs tells the mechanisms apart by type: each must be written out.
  return saslMechanism === 'scram-sha-256'
    ? { ...settings, sasl: { mechanism: 'scram-sha-256', ...user } }
    : { ...settings, sasl: { mechanism: 'scram-sha-512', ...user } };
}
