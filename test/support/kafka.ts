import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/processes.ts';
import { startKafka } from '../../scripts/kafka.ts';
import type { Kafka } from '../../scripts/kafka.ts';
import type { KafkaSettings } from '../../src/bus/index.ts';
import { KafkaProxy } from './kafka-proxy.ts';

/** A real broker that clients reach through a proxy only. */
export interface ProxiedKafka {
  readonly broker: Kafka;
  readonly proxy: KafkaProxy;
  /** Settings of a client, with a topic of its own. */
  settings(changes?: Partial<KafkaSettings>): KafkaSettings;
  close(): Promise<void>;
}

let topics = 0;

/** Starts a broker in a temporary folder. */
export async function startProxiedKafka(): Promise<ProxiedKafka> {
  const dir = await mkdtemp(join(tmpdir(), 'affidavit-kafka-'));
  const proxy = await KafkaProxy.listen();
  const port = await freePort();
  proxy.target = port;
  const advertised = { 'advertised.listeners': `PLAINTEXT://127.0.0.1:${proxy.port}` };
  const broker = await startKafka({ dir, port, settings: advertised });
  return {
    broker,
    proxy,
    settings: (changes = {}) => ({
      brokers: [`127.0.0.1:${proxy.port}`],
      clientId: 'affidavit-test',
      topic: `records.${topics++}`,
      partition: 0,
      partitions: 1,
      createTopic: true,
      replicationFactor: 1,
      ...changes,
    }),
    close: async () => {
      await broker.stop();
      await proxy.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
