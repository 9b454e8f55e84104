import kafkajs from 'kafkajs';
import type { Admin, PartitionMetadata } from 'kafkajs';
import { AffidavitError } from '../record/index.ts';
import type { Logger } from '../runtime/index.ts';
import { JUDGED_SETTINGS, judgeTopic } from './topic-settings.ts';

/** What is done about a topic whose settings make our promises false: `enforce` refuses it, `warn` says so in the log. */
export type TopicChecks = 'enforce' | 'warn';

/** Names that Kafka gives to the refusal of a request for want of an ACL. */
const NOT_ALLOWED: ReadonlySet<unknown> = new Set(['TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED']);

/**
 * Looks at the settings of a topic, and logs a line for each that can lose records. A user who may not read them is
 * warned that they weren't checked.
 * @throws bus.topic naming all that make the promises false, unless `checks` is `warn`; what the client throws
 */
export async function checkTopicSettings(
  admin: Admin,
  topic: string,
  partitions: readonly PartitionMetadata[],
  checks: TopicChecks,
  logger: Logger,
): Promise<void> {
  const replicas = Math.min(...partitions.map((partition) => partition.replicas.length));
  const findings = judgeTopic({ topic, replicas, settings: await readSettings(admin, topic) });
  const refusals = findings.filter(({ severity }) => severity === 'refusal').map(({ message }) => message);
  for (const { severity, message } of findings)
    if (severity === 'warning' || checks === 'warn') logger.warn({ topic }, message);
  if (refusals.length > 0 && checks === 'enforce')
    throw new AffidavitError('bus.topic', `${refusals.join('; ')}; bus.kafka.topicChecks: warn goes on regardless`);
}

async function readSettings(admin: Admin, topic: string): Promise<ReadonlyMap<string, string> | undefined> {
  const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: [...JUDGED_SETTINGS] };
  try {
    const { resources } = await admin.describeConfigs({ resources: [resource], includeSynonyms: false });
    const entries = resources.find(({ resourceName }) => resourceName === topic)?.configEntries ?? [];
    return new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
  } catch (thrown) {
    if (thrown instanceof Error && 'type' in thrown && NOT_ALLOWED.has(thrown.type)) return undefined;
    throw thrown;
  }
}
