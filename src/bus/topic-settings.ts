import { MAX_FRAME_BYTES } from '../record/index.ts';

/** What the record format of Kafka may add to a message; and more. */
export const MESSAGE_OVERHEAD_BYTES = 64;
/** Most bytes of messages in one send: a broker accepts record batches of 1,048,588 bytes unless told otherwise. */
export const MAX_SEND_BYTES = Math.max(900 * 1024, MAX_FRAME_BYTES + MESSAGE_OVERHEAD_BYTES);
/** Header of a record batch (Kafka's message format 2): kafkajs makes one batch of each send. */
const BATCH_HEADER_BYTES = 61;
/** What max.message.bytes must let through. */
export const LARGEST_BATCH_BYTES = MAX_SEND_BYTES + BATCH_HEADER_BYTES;

const DAY_MS = 86_400_000;
/** A ledger that is away for a long weekend must still find everything. */
const SHORT_RETENTION_MS = 7 * DAY_MS;
const UNLIMITED = -1;

/** Names of the topic settings that {@link judgeTopic} looks at. */
export const JUDGED_SETTINGS = [
  'cleanup.policy',
  'max.message.bytes',
  'min.insync.replicas',
  'unclean.leader.election.enable',
  'retention.ms',
  'retention.bytes',
  'compression.type',
] as const;

/** What brokers would pack our batches with, and we could not unpack. */
const UNREADABLE: ReadonlySet<string> = new Set(['snappy', 'lz4']);

type JudgedSetting = (typeof JUDGED_SETTINGS)[number];

/** A topic as the brokers have it. */
export interface TopicState {
  readonly topic: string;
  /** Fewest replicas that a partition of it has. */
  readonly replicas: number;
  /** Settings in force by their names, the brokers' defaults included; undefined when they may not be read. */
  readonly settings: ReadonlyMap<string, string> | undefined;
}

/** Something that is wrong with a topic. */
export interface TopicFinding {
  /** `refusal`: what we promise would be false; `warning`: a failure of a broker, or time, can make it false. */
  readonly severity: 'refusal' | 'warning';
  /** One line: setting, value, why it matters, what it should be and how that is done. */
  readonly message: string;
}

/** What is wrong with a topic for records that may not be lost, refusals first; empty for nothing. */
export function judgeTopic(state: TopicState): TopicFinding[] {
  const findings = [...judgeSettings(state), ...judgeReplicas(state)];
  const isRefusal = ({ severity }: TopicFinding): boolean => severity === 'refusal';
  return [...findings.filter(isRefusal), ...findings.filter((finding) => !isRefusal(finding))];
}

function judgeReplicas({ topic, replicas }: TopicState): TopicFinding[] {
  if (replicas > 1) return [];
  return [warning(`the topic ${topic} has 1 replica: a disk that is lost takes with it what the ledger has not read`)];
}

function judgeSettings(state: TopicState): TopicFinding[] {
  const { topic, settings } = state;
  if (settings === undefined)
    return [
      warning(
        `the settings of the topic ${topic} could not be checked: this user may not read them; ` +
          `kafka-acls --add --operation DescribeConfigs --topic ${topic} allows it`,
      ),
    ];
  const unknown = JUDGED_SETTINGS.filter((name) => !settings.has(name));
  return [
    ...judgeCleanup(state),
    ...judgeMessageBytes(state),
    ...judgeInSync(state),
    ...judgeElection(state),
    ...judgeRetention(state),
    ...judgeCompression(state),
    ...unknown.map((name) => warning(`the brokers don't say ${name} of the topic ${topic}: it could not be checked`)),
  ];
}

function judgeCleanup(state: TopicState): TopicFinding[] {
  const policy = state.settings?.get('cleanup.policy') ?? '';
  if (!policy.split(',').some((part) => part.trim() === 'compact')) return [];
  return [
    refusal(state, 'cleanup.policy', 'compaction throws messages away, and refuses those without a key', 'delete'),
  ];
}

function judgeMessageBytes(state: TopicState): TopicFinding[] {
  const bytes = numberOf(state, 'max.message.bytes');
  if (bytes === undefined || bytes >= LARGEST_BATCH_BYTES) return [];
  const why = `the recorder sends up to ${LARGEST_BATCH_BYTES} bytes at once, and would never get them through`;
  return [refusal(state, 'max.message.bytes', why, '1048588')];
}

function judgeInSync(state: TopicState): TopicFinding[] {
  const { replicas } = state;
  const least = numberOf(state, 'min.insync.replicas');
  if (least === undefined) return [];
  if (least > replicas) {
    const why = `with ${replicas} replica${replicas === 1 ? '' : 's'} nothing is ever acknowledged`;
    return [refusal(state, 'min.insync.replicas', why, String(Math.max(1, replicas - 1)))];
  }
  if (least > 1 || replicas === 1) return [];
  const why = 'a message counts as safe while one replica alone has it';
  return [warning(described(state, 'min.insync.replicas', why, '2'))];
}

function judgeElection(state: TopicState): TopicFinding[] {
  if (state.settings?.get('unclean.leader.election.enable') !== 'true') return [];
  const why = 'a replica that lags behind may become leader, and acknowledged messages are lost';
  return [warning(described(state, 'unclean.leader.election.enable', why, 'false'))];
}

function judgeRetention(state: TopicState): TopicFinding[] {
  const findings: TopicFinding[] = [];
  const ms = numberOf(state, 'retention.ms');
  if (ms !== undefined && ms !== UNLIMITED && ms < SHORT_RETENTION_MS) {
    const why = `a ledger that is away for more than ${inWords(ms)} never sees what was deleted meanwhile`;
    findings.push(warning(described(state, 'retention.ms', why, `${SHORT_RETENTION_MS} or more`)));
  }
  const bytes = numberOf(state, 'retention.bytes');
  if (bytes !== undefined && bytes !== UNLIMITED) {
    const why = 'a burst of calls deletes what the ledger has not read yet';
    findings.push(warning(described(state, 'retention.bytes', why, '-1')));
  }
  return findings;
}

function judgeCompression(state: TopicState): TopicFinding[] {
  const type = state.settings?.get('compression.type') ?? '';
  if (UNREADABLE.has(type)) {
    const why = 'the brokers pack what we send with it, and the ledger could not read it';
    return [refusal(state, 'compression.type', why, 'uncompressed')];
  }
  if (type !== 'producer') return [];
  const why = 'a client that may write here can send batches that the ledger can’t unpack, and so stop it';
  return [warning(described(state, 'compression.type', why, 'uncompressed'))];
}

function inWords(ms: number): string {
  return ms >= DAY_MS ? `${Math.floor(ms / DAY_MS)} days` : `${Math.floor(ms / 1000)} s`;
}

function numberOf({ settings }: TopicState, name: JudgedSetting): number | undefined {
  const text = settings?.get(name);
  return text !== undefined && /^-?\d{1,19}$/.test(text) ? Number(text) : undefined;
}

function warning(message: string): TopicFinding {
  return { severity: 'warning', message };
}

function refusal(state: TopicState, name: JudgedSetting, why: string, needed: string): TopicFinding {
  const mend = `kafka-configs --alter --entity-type topics --entity-name ${state.topic} --add-config ${name}=${needed}`;
  return { severity: 'refusal', message: `${described(state, name, why, needed)} (${mend})` };
}

function described({ topic, settings }: TopicState, name: JudgedSetting, why: string, needed: string): string {
  return `the topic ${topic} has ${name}=${settings?.get(name) ?? ''}: ${why}; set it to ${needed}`;
}
