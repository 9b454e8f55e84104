import { isIP } from 'node:net';
import { connect } from 'node:tls';
import kafkajs from 'kafkajs';
import type { Admin, ISocketFactory, Kafka, KafkaConfig, RetryOptions } from 'kafkajs';
import { AffidavitError } from '../record/index.ts';
import type { Credentials, Logger } from '../runtime/index.ts';
import { within } from './backoff.ts';
import { registerCodecs } from './compression.ts';
import { checkTopicSettings } from './topic-check.ts';
import type { TopicChecks } from './topic-check.ts';
import { leaveHeadersUnread } from './headers.ts';
import { filterNegativeTimeouts } from './warnings.ts';

/** Which broker, which topic, how. */
export interface KafkaSettings {
  /** `host:port`, at least one. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly topic: string;
  /** The partition that this process writes or reads: the shard's number. */
  readonly partition: number;
  /** Partitions that the topic must have: the number of shards. */
  readonly partitions: number;
  /** Make the topic when there is none. */
  readonly createTopic: boolean;
  /** Of a topic that is made; -1 for the broker's default. */
  readonly replicationFactor: number;
  /** Topic settings of a topic that is made, by the names that Kafka gives them. */
  readonly topicConfig?: Readonly<Record<string, string>>;
  /** What is done about a topic whose settings would lose records; `enforce` when not given. */
  readonly topicChecks?: TopicChecks;
  /** When given, connections use TLS with these; asked for each new one, so that files may change meanwhile. */
  readonly tls?: () => Credentials;
  /** SASL as kafkajs takes it. */
  readonly sasl?: KafkaConfig['sasl'];
  readonly connectionTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

/** A topic that was found to be as configured. */
export interface KafkaTopic {
  /** Id of the Kafka cluster. */
  readonly clusterId: string;
  /** Id of a source that reads the configured partition. */
  readonly sourceId: string;
}

const CONNECTION_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 30_000;
const CLOSE_TIMEOUT_MS = 5000;
const KEEP_ALIVE_MS = 60_000;
const CHECK_RETRIES = 2;

/** The time that one request may take, in milliseconds. */
export function requestTimeoutMs(settings: KafkaSettings): number {
  return settings.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
}

/** How often the client itself tries anew, connections included. */
export function retriesOf(retries: number): RetryOptions {
  return { retries, initialRetryTime: 100 };
}

/** The client itself would keep what it was given for all of its connections. */
function tlsSockets(credentials: () => Credentials): ISocketFactory {
  return ({ host, port, onConnect }) => {
    // RFC 6066, section 3: an address is no server name.
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port, ...servername, ...credentials() }, onConnect);
    return socket.setKeepAlive(true, KEEP_ALIVE_MS);
  };
}

/** A kafkajs client. Its own log goes to the debug level: what matters is logged where it is handled. */
export function kafkaClient(settings: KafkaSettings, logger: Logger, retries: number): Kafka {
  filterNegativeTimeouts();
  leaveHeadersUnread();
  registerCodecs();
  return new kafkajs.Kafka({
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    ...(settings.tls === undefined ? {} : { ssl: true, socketFactory: tlsSockets(settings.tls) }),
    ...(settings.sasl === undefined ? {} : { sasl: settings.sasl }),
    connectionTimeout: settings.connectionTimeoutMs ?? CONNECTION_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs(settings),
    retry: retriesOf(retries),
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => {
      logger.debug({ client: entry.namespace, said: entry.log.message }, 'kafkajs');
    },
  });
}

/** Disconnects, and doesn't wait for ever: a broker that is gone answers nothing. */
export async function disconnect(client: { disconnect(): Promise<void> }, logger: Logger): Promise<void> {
  try {
    await within(client.disconnect(), 'disconnect from Kafka', CLOSE_TIMEOUT_MS);
  } catch (thrown) {
    logger.debug({ reason: reasonOf(thrown) }, 'a Kafka connection did not end in order');
  }
}

/** What was thrown, in words; of what OpenSSL says, only what concerns a setting. */
export function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const alert = /tls(?:v1|v13)? alert ([a-z ]*certificate[a-z ]*|unknown ca)/.exec(text)?.[1];
  if (alert !== undefined)
    return `the broker refused the certificate that bus.kafka.certFile names, or wants one (TLS alert: ${alert.trim()})`;
  const unknown = /unable to (verify|get) [a-z ]*certificate|self-signed certificate/.exec(text)?.[0];
  return unknown === undefined ? text : `${unknown} of the broker: bus.kafka.caFile names its authority`;
}

/** Runs `work` with an admin connection of its own. @throws bus.unavailable for everything but our own errors */
export async function withAdmin<T>(
  settings: KafkaSettings,
  logger: Logger,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  // Each try takes the next broker of the list.
  const retries = Math.max(CHECK_RETRIES, settings.brokers.length);
  const admin = kafkaClient(settings, logger, retries).admin({ retry: retriesOf(retries) });
  try {
    await admin.connect();
    return await work(admin);
  } catch (thrown) {
    if (thrown instanceof AffidavitError) throw thrown;
    const message = `Kafka at ${settings.brokers.join(', ')}: ${reasonOf(thrown)}`;
    throw new AffidavitError('bus.unavailable', message, { cause: thrown });
  } finally {
    await disconnect(admin, logger);
  }
}

/**
 * Looks at the topic, and makes it when that is configured.
 * @throws bus.unavailable when no broker answers; bus.topic when the topic isn't there and may not be made, or has
 *   another number of partitions than there are shards, or settings with which records would be lost
 */
export async function checkTopic(settings: KafkaSettings, logger: Logger): Promise<KafkaTopic> {
  const { topic, partition, partitions } = settings;
  if (!(Number.isInteger(partition) && partition >= 0 && partition < partitions))
    throw new AffidavitError('bus.topic', `partition ${partition} is not one of ${partitions}`);
  return withAdmin(settings, logger, async (admin) => {
    // A metadata request for a topic's name would let the broker make it, with a number of partitions of its choice.
    const existing = await admin.listTopics();
    if (!existing.includes(topic)) await createTopic(admin, settings, logger);
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const found = topics.find(({ name }) => name === topic)?.partitions ?? [];
    if (found.length !== partitions)
      throw new AffidavitError(
        'bus.topic',
        `the topic ${topic} has ${found.length} partitions, configured are ${partitions} shards`,
      );
    await checkTopicSettings(admin, topic, found, settings.topicChecks ?? 'enforce', logger);
    const { clusterId } = await admin.describeCluster();
    return { clusterId, sourceId: `kafka:${clusterId}/${topic}/${partition}` };
  });
}

async function createTopic(admin: Admin, settings: KafkaSettings, logger: Logger): Promise<void> {
  const { topic, partitions, replicationFactor, topicConfig = {} } = settings;
  if (!settings.createTopic)
    throw new AffidavitError('bus.topic', `there is no topic ${topic}: create it with ${partitions} partitions`);
  const configEntries = Object.entries({ 'compression.type': 'uncompressed', ...topicConfig }).map(([name, value]) => ({
    name,
    value,
  }));
  const made = await admin.createTopics({
    topics: [{ topic, numPartitions: partitions, replicationFactor, configEntries }],
  });
  if (made) logger.info({ topic, partitions }, 'created the Kafka topic');
}
