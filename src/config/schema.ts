import { z } from 'zod';
import { CHUNK_BYTES, HARD_BACKLOG_FACTOR, MAX_BATCH_RECORDS, MAX_LOT_MESSAGES } from '../record/index.ts';
import { brokerFault, checkPath, listenFault, logKeyFault, rootKeyFault, urlFault } from './forms.ts';
import { redact } from './redaction.ts';
import { checkBacklog, checkKafkaSecurity, checkPair, checkPorts, checkShard, checkTls } from './combinations.ts';

/** Most bytes of a body that is sealed: 8,192 chunks, half of what a manifest may have (docs/record-format.md, section 10). */
export const MAX_BODY_BYTES = 8192 * CHUNK_BYTES;
/** Where a producer refuses records must still be a safe integer. */
const MAX_BACKLOG_BYTES = Math.floor(Number.MAX_SAFE_INTEGER / HARD_BACKLOG_FACTOR);

/** A port on which to listen; 0 takes a free one. */
const port = z.int().min(0).max(65_535);
const bytes = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const milliseconds = z.int().min(1).max(86_400_000);
const path = z.string().max(4096).superRefine(checkPath);
/** C2SP tlog-checkpoint: an origin is a schema-less URL without spaces or plus signs. */
const origin = z
  .string()
  .max(200)
  .regex(/^[a-z0-9][a-z0-9._/-]*$/, 'lower-case letters, digits, dots, slashes and dashes');
const label = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9._-]*$/, 'letters, digits, dots, dashes and underscores');
/** As the record format has it (docs/record-format.md). */
const retentionClass = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    '1 to 64 letters, digits, dots, dashes and underscores, the first a letter or digit',
  );
const address = z.string().min(1, 'an address is needed: 127.0.0.1, or 0.0.0.0 for each of the machine').max(255);

/** Text of a form that has a name; `emptyIs` says whether none at all is fine. */
function formed(maxCharacters: number, faultOf: (text: string) => string | undefined, emptyIs: 'fine' | 'wrong') {
  return z
    .string()
    .max(maxCharacters)
    .superRefine((text, issues) => {
      const message = text === '' && emptyIs === 'fine' ? undefined : faultOf(text);
      if (message !== undefined) issues.addIssue({ code: 'custom', message });
    });
}

const tls = z
  .strictObject({
    certFile: path.default('').meta({ description: 'Certificate chain (PEM). Empty: no TLS.' }),
    keyFile: path.default('').meta({ description: 'Private key (PEM) of the certificate.' }),
    clientCaFile: path
      .default('')
      .meta({ description: 'When set, clients must show a certificate of this authority.' }),
  })
  .superRefine(checkTls)
  .prefault({});

const capture = z
  .strictObject({
    host: address.default('127.0.0.1').meta({ description: 'Address for ext_proc and access-log streams.' }),
    port: port.default(7070).meta({ description: 'Port for ext_proc and access-log streams.' }),
    defaultProfile: z
      .enum(['inline', 'strict'])
      .default('inline')
      .meta({ description: 'Profile of streams in the path of the call that don’t name theirs.' }),
    tls,
    strictWindowBytes: z.int().min(786_432).max(Number.MAX_SAFE_INTEGER).default(1_048_576).meta({
      description:
        'Of a long stream in strict, how many bytes may pass before they are durable: then no answer is given, and the stream stands still, until an exchange_part record is.',
    }),
    partBytes: bytes.default(4_194_304).meta({
      description:
        'A long stream gets an exchange_part record after so many bytes; in strict no later than strictWindowBytes says.',
    }),
    partIntervalMs: milliseconds
      .default(30_000)
      .meta({ description: 'A long stream gets an exchange_part record at least so often while bytes flow.' }),
    maxBufferedBytes: bytes.default(268_435_456).meta({
      description:
        'Bytes waiting for work, over all calls, 20 KiB for each call and what it carries: beyond it, or when as many wait in the writer, observe gives up bodies (the records say so) and begins no further call; beyond it calls in inline and strict are read no further until there is room. At half of it (of either) calls that begin in inline wait for 2 s at most; at three quarters those that have waited go by unrecorded, and Envoy counts them.',
    }),
    maxStreamBufferedBytes: bytes.default(8_388_608).meta({
      description:
        'The same for a single call: beyond it observe gives up the body, and in inline and strict the call is read no further until half of it is done.',
    }),
    maxLagMs: milliseconds.default(1_500).meta({
      description:
        'In observe, how long work may wait: beyond it bodies over 64 KiB are given up, a third later all bodies (the records say so), two thirds later no further call is begun, until Envoy’s circuit breaker lets calls go by and counts them.',
    }),
    maxBodyBytes: z.int().min(1).max(MAX_BODY_BYTES).default(MAX_BODY_BYTES).meta({
      description:
        'A longer body is not kept; the record says so. In strict the call fails with it, also a stream that lasts.',
    }),
    maxAccessLogBytes: bytes.default(16_777_216).meta({
      description:
        'Bytes of an access-log stream that are not recorded yet: beyond it the stream is read no further until they are.',
    }),
    maxOpenExchanges: z.int().min(1).max(10_000_000).default(100_000).meta({
      description:
        'Calls that may be open at once: the stream of a further one ends with RESOURCE_EXHAUSTED; in strict the call fails, elsewhere it goes on unrecorded and is counted: by Envoy, or of observe in a gap record. One whose bodies are on their way takes up to half a MiB; when that comes to over maxBufferedBytes bodies are given up, and in strict calls are refused that bring more of one over 64 KiB; at twice as much, of any. A further call is refused in the same way while open ones hold more than maxBufferedBytes of headers.',
    }),
    lingerMs: milliseconds.default(2_000).meta({
      description:
        'How long the rest of a request is awaited after its response has ended: then the call is recorded as request_cut.',
    }),
    strictDeadlineMs: z.int().min(100).max(3_600_000).default(8_000).meta({
      description:
        'In strict, how long Envoy may wait for an answer because a record is not durable yet: then the call gets 503, or a reset once its response has begun. Looked at once a second; with that and strictLingerMs it must be shorter than message_timeout of Envoy.',
    }),
    strictMaxWaiting: z.int().min(1).max(1_000_000).default(10_000).meta({
      description: 'Calls of strict that may wait for their records at once: a further one gets 503 when it begins.',
    }),
    strictLingerMs: milliseconds.default(200).meta({
      description:
        'The same in strict, where the end of the response waits for it: then the call is recorded as request_cut (complete, if only the end of the response was missing), and the response ends.',
    }),
    callCutLingerMs: milliseconds.default(10_000).meta({
      description:
        'In observe, how long the rest of a call is awaited after its last message once the access log says it was cut: then it is recorded as response_cut, no_response or request_cut, by how far it had come.',
    }),
    drainTimeoutMs: milliseconds.default(30_000).meta({
      description:
        'On SIGTERM, SIGINT or SIGHUP, how long to wait for open calls before they are recorded as given up.',
    }),
  })
  .prefault({});

const accessLog = z
  .strictObject({
    host: address.default('127.0.0.1').meta({
      description: 'Address of affidavit accesslog, for Envoy’s access log and counters without a recorder.',
    }),
    port: port.default(7071).meta({ description: 'Its port.' }),
    directory: path.default('').meta({
      description: 'Folder of its key and its spool. Empty: accesslog in the data folder.',
    }),
    tls,
    maxStreamBytes: bytes.default(16_777_216).meta({
      description:
        'Bytes of a stream that are not durable yet: beyond it the stream is read no further until they are.',
    }),
  })
  .prefault({});

const seal = z
  .strictObject({
    intervalMs: z.int().min(100).max(60_000).default(60_000).meta({
      description:
        'How long an interval key seals payloads, which is what a thief of the recorder’s memory could open: then the next key is used, and this one is let go.',
    }),
    gatherMs: z.int().min(0).max(1_000).default(10).meta({
      description:
        'How long records that no call waits for (those of observe and inline) gather for a batch: a crash loses so much more of them. 512 KiB, or a record of strict, end the wait.',
    }),
    ingestKeysFile: path
      .default('')
      .meta({ description: 'The signed set of public ingest keys. Empty: ingest.json in the keys folder.' }),
    maxBatchRecords: z
      .int()
      .min(1)
      .max(MAX_BATCH_RECORDS)
      .default(1024)
      .meta({ description: 'Most records in a signed batch: further ones go into the next.' }),
    maxBacklogBytes: z.int().min(1).max(MAX_BACKLOG_BYTES).default(134_217_728).meta({
      description:
        'Sealed bytes that may wait for the disk: beyond it bodies wait, and at four times as much records are refused: 503 in strict, elsewhere bodies are given up, then calls counted in a gap record.',
    }),
  })
  .prefault({});

const spool = z
  .strictObject({
    directory: path
      .default('')
      .meta({ description: 'Folder of the write-ahead log. Empty: spool in the data folder.' }),
    segmentBytes: z
      .int()
      .min(1_048_576)
      .max(536_870_912)
      .default(67_108_864)
      .meta({ description: 'Size at which a segment file is followed by a new one; files are let go whole.' }),
    maxBytes: bytes.default(10_737_418_240).meta({
      description:
        'Size of the spool, beside 4 MiB that only starts and stops may take: when it is full, records are refused until some are released: strict calls get 503, those of inline and observe go on and are counted in a gap record. From nine tenths on, frames that Kafka has acknowledged are let go before the ledger has them.',
    }),
    maxAgeDays: z.int().min(1).max(36_500).default(14).meta({
      description:
        'How long frames that Kafka has acknowledged are kept for a ledger that doesn’t have them: then the topic alone has them, which is an alarm. Those that Kafka hasn’t acknowledged stay.',
    }),
    hungAfterMs: milliseconds.default(30_000).meta({
      description:
        'How long a process that ends in order waits for its disk, at each step: then it ends with exit code 3, and the next start says that its epoch was cut. That of a ledger, too.',
    }),
  })
  .prefault({});

const kafka = z
  .strictObject({
    brokers: z
      .array(formed(255, brokerFault, 'wrong'))
      .max(100)
      .default([])
      .meta({ description: 'host:port of brokers.' }),
    topic: label.default('affidavit.records.v1').meta({ description: 'Topic of batches and chunks.' }),
    createTopic: z.boolean().default(true).meta({ description: 'Create the topic when it isn’t there.' }),
    replicationFactor: z
      .int()
      .min(-1)
      .max(100)
      .default(-1)
      .meta({ description: 'Replicas of a topic that is created; -1 takes the broker’s default.' }),
    topicChecks: z.enum(['enforce', 'warn']).default('enforce').meta({
      description: 'What to do about a topic whose settings would lose records: refuse it, or go on with a warning.',
    }),
    lingerMs: z
      .int()
      .min(0)
      .max(1_000)
      .default(20)
      .meta({
        description: `Least time from one send to the next: what becomes durable meanwhile shares it. Skipped after a send of 1 MiB or ${MAX_LOT_MESSAGES} messages: more waits.`,
      }),
    clientId: label.default('affidavit').meta({ description: 'Client id shown to the brokers.' }),
    groupId: label.default('affidavit-ledger').meta({ description: 'Consumer group of the ledger.' }),
    tls: z.boolean().default(false).meta({ description: 'Connect with TLS.' }),
    caFile: path.default('').meta({ description: 'Authority of the brokers’ certificates (PEM).' }),
    certFile: path.default('').meta({ description: 'Certificate chain that is shown to the brokers (PEM).' }),
    keyFile: path.default('').meta({ description: 'Private key (PEM) of that certificate.' }),
    saslMechanism: z
      .enum(['none', 'scram-sha-256', 'scram-sha-512'])
      .default('none')
      .meta({ description: 'SASL mechanism.' }),
    saslUsername: z.string().max(255).default('').meta({ description: 'SASL user.' }),
    saslPasswordFile: path.default('').meta({ description: 'File that holds the SASL password.' }),
    saslWithoutTls: z.boolean().default(false).meta({
      description: 'Allow SASL on a connection without TLS: others on the way can read it and guess the password.',
    }),
  })
  .superRefine(checkKafkaSecurity)
  .prefault({});

const ledger = z
  .strictObject({
    directory: path.default('').meta({ description: 'Folder of the log. Empty: ledger in the data folder.' }),
    host: address.default('127.0.0.1').meta({ description: 'Address of the HTTP endpoint.' }),
    port: port.default(7080).meta({ description: 'Port of the HTTP endpoint.' }),
    url: formed(2048, urlFault, 'fine').default('').meta({
      description: 'The ledger’s endpoint, for a recorder in another process: it releases what the ledger has.',
    }),
    tls,
    client: z
      .strictObject({
        caFile: path.default('').meta({
          description: 'For who asks an https ledger: authority of its certificate (PEM). Empty: the system’s.',
        }),
        certFile: path.default('').meta({ description: 'Certificate chain that is shown to the ledger (PEM).' }),
        keyFile: path.default('').meta({ description: 'Private key (PEM) of that certificate.' }),
      })
      .superRefine(checkPair)
      .prefault({}),
    commitIntervalMs: z
      .int()
      .min(0)
      .max(60_000)
      .default(100)
      .meta({
        description: `Least time from one commit to the next: what comes meanwhile shares it. Records are provable so much later. Skipped after 1 MiB or ${MAX_LOT_MESSAGES / 2} messages: more wait.`,
      }),
    maxCommitLeaves: z.int().min(1).max(65_536).default(4096).meta({
      description: 'Most leaves in one commit: what comes after goes into the next; a batch is never divided.',
    }),
    maxWaiting: z.int().min(0).max(1_000_000).default(10_000).meta({
      description: 'Messages that wait for a key to be enrolled. Further ones are kept aside, and the log says so.',
    }),
    maxDeadLetterBytes: bytes.default(1_073_741_824).meta({
      description:
        'Bytes of messages kept that could not be accepted. Of further ones the log says that they were not kept.',
    }),
    maxUnclaimedDays: z.int().min(1).max(36_500).default(30).meta({
      description:
        'Days that chunks sent ahead wait for their record: then they are removed, the log says so, and a record that comes later lacks them. Longer than spool and topic keep anything.',
    }),
  })
  .prefault({});

const telemetry = z
  .strictObject({
    address: formed(260, listenFault, 'fine').default('').meta({
      description:
        'host:port on which /metrics (Prometheus), /healthz and /readyz are served, port 0 taking a free one; of several recorders each serves on the next port. Without TLS or sign-in, and who reaches it can keep checks from getting an answer: not for strangers. Empty: none.',
    }),
    otlpUrl: formed(2048, urlFault, 'fine').default('').meta({
      description: 'OpenTelemetry collector that metrics are sent to, whole: http://host:4318/v1/metrics. Empty: none.',
    }),
    otlpIntervalMs: z.int().min(1_000).max(3_600_000).default(60_000).meta({
      description: 'How often metrics are sent there; what happens between two sends shows in the next.',
    }),
  })
  .prefault({});

const audit = z
  .strictObject({
    enabled: z.boolean().default(true).meta({ description: 'Certify completeness in affidavit up.' }),
    directory: path.default('').meta({
      description: 'Folder of the key and the spool of affidavit audit. Empty: auditor in the data folder.',
    }),
    windowMs: z.int().min(1_000).max(86_400_000).default(60_000).meta({
      description: 'Length of a window, for which each Envoy gets a certificate, by the time at which its calls ended.',
    }),
    graceMs: z.int().min(0).max(86_400_000).default(60_000).meta({
      description: 'How long after a window it is judged. What comes later revises its certificate.',
    }),
    unloggedGraceMs: z.int().min(0).max(86_400_000).default(600_000).meta({
      description:
        'The same for calls that are recorded and that no access log names (yet): Envoy writes its entry when the client has the last byte.',
    }),
    logDelayMs: z.int().min(0).max(3_600_000).default(2_000).meta({
      description:
        'How long an entry of the access log may take from the end of its call to the recorder: buffer_flush_interval, and the way. What a killed recorder leaves unknown begins so much earlier.',
    }),
    silentMs: z.int().min(1_000).max(86_400_000).default(35_000).meta({
      description: 'How long a recorder, or an Envoy whose counters are read, may be silent before that is said.',
    }),
    compareBytes: z.boolean().default(true).meta({
      description:
        'Compare sizes of bodies with those that Envoy says. Not where filters in front of the recording one change bodies.',
    }),
    unrecordedRoutes: z.array(z.string().min(1).max(256)).max(100).default([]).meta({
      description: 'Names of routes on which the recording filter is switched off: their calls are not missed.',
    }),
    intervalMs: z.int().min(100).max(3_600_000).default(5_000).meta({
      description: 'How often the auditor looks for new leaves.',
    }),
  })
  .prefault({});

/** The one schema of the configuration: validation, defaults, and the reference page are made of it. */
export const configSchema = z
  .strictObject({
    dataDir: path.min(1).default('./affidavit-data').meta({ description: 'Folder under which everything is kept.' }),
    keysDir: path.default('').meta({ description: 'Folder of the keys. Empty: keys in the data folder.' }),
    environment: label.default('default').meta({ description: 'Stands in each record: production, staging …' }),
    tenant: label.default('').meta({ description: 'Stands in each record.' }),
    retentionClass: retentionClass
      .default('default')
      .meta({ description: 'Retention class of records without a rule.' }),
    origin: origin
      .default('affidavit.local/log')
      .meta({ description: 'Name of the log. Choose your own before the first record: it can’t be changed.' }),
    shard: z.int().min(0).max(1023).default(0).meta({ description: 'The shard that this process writes to or keeps.' }),
    shardCount: z.int().min(1).max(1024).default(1).meta({ description: 'Number of shards, pinned in genesis.' }),
    logLevel: z
      .enum(['debug', 'info', 'warn', 'error'])
      .default('info')
      .meta({ description: 'Least level of log lines.' }),
    trust: z
      .strictObject({
        logKey: formed(1024, logKeyFault, 'fine').default('').meta({
          description: 'Verifier key of the log (affidavit keys prints it). Empty: the one in the keys folder.',
        }),
        rootKey: formed(128, rootKeyFault, 'fine')
          .default('')
          .meta({ description: 'Root public key, base64. Empty: the one in the keys folder.' }),
        logKeyFile: path
          .default('')
          .meta({ description: 'File that holds logKey, when that is empty (affidavit keys export writes it).' }),
        rootKeyFile: path
          .default('')
          .meta({ description: 'File that holds rootKey, when that is empty (affidavit keys export writes it).' }),
      })
      .prefault({}),
    capture,
    accessLog,
    redact,
    seal,
    spool,
    bus: z
      .strictObject({
        kind: z
          .enum(['embedded', 'kafka'])
          .default('embedded')
          .meta({ description: 'embedded: the ledger reads the spool in the same process (affidavit up).' }),
        kafka,
      })
      .prefault({}),
    ledger,
    telemetry,
    audit,
  })
  .superRefine(checkShard)
  .superRefine(checkBacklog)
  .superRefine(checkPorts);

/** The configuration, whole. */
export type Config = z.infer<typeof configSchema>;
