import type { MessageOf } from './schema.ts';
import { byteStrings, bytes, bool, list, message, optional, string, strings, uint, uints } from './schema.ts';

/** The format number of everything in this file (docs/record-format.md). */
export const FORMAT = 1;

/** Largest encoded record; with its statement, path and signature it fits a tlog-tiles entry (65,535 bytes). */
export const MAX_RECORD_BYTES = 64_000;
/** Most records in a batch. */
export const MAX_BATCH_RECORDS = 4096;
/** Most frames or messages that a bus hands on at once. */
export const MAX_LOT_MESSAGES = 500;
/** Largest frame: one Kafka message. */
export const MAX_FRAME_BYTES = 768 * 1024;
/** Plain bytes in a payload chunk, the last one excepted. */
export const CHUNK_BYTES = 256 * 1024;

/** A payload part that a record commits to. */
export const Part = message('Part', { class: uint(1), name: uint(2), manifestHash: bytes(3), keyCommitment: bytes(4) });
/** {@link Part} as a value. */
export type Part = MessageOf<typeof Part>;

/** A public list that is too long for a leaf: the leaf holds its hash and count. */
export const Attachment = message('Attachment', { name: uint(1), hash: bytes(2), count: uint(3), size: uint(4) });
/** {@link Attachment} as a value. */
export type Attachment = MessageOf<typeof Attachment>;

/** One signed ledger entry. `body` is the encoded message of its kind. */
export const LedgerRecord = message('Record', {
  format: uint(1),
  kind: uint(2),
  keyId: bytes(3),
  epoch: bytes(4),
  seq: uint(5),
  timeUs: uint(6),
  monotonicUs: uint(7),
  environment: string(8),
  tenant: string(9),
  retentionClass: string(10),
  parts: list(11, Part),
  body: bytes(12),
  attachments: list(13, Attachment),
});
/** {@link LedgerRecord} as a value. */
export type LedgerRecord = MessageOf<typeof LedgerRecord>;

/** What a producer signs once per batch. `previousBatchHash` is SHA-256 of the statement before, 32 zeros in batch 0. */
export const BatchStatement = message('BatchStatement', {
  format: uint(1),
  logOrigin: string(2),
  keyId: bytes(3),
  epoch: bytes(4),
  batchNo: uint(5),
  firstSeq: uint(6),
  count: uint(7),
  previousBatchHash: bytes(8),
  merkleRoot: bytes(9),
});
/** {@link BatchStatement} as a value. */
export type BatchStatement = MessageOf<typeof BatchStatement>;

/** An interval key, sealed with HPKE to the ingest key of its class. */
export const SealedKey = message('SealedKey', {
  id: bytes(1),
  class: uint(2),
  ingestKeyId: bytes(3),
  encapsulated: bytes(4),
  ciphertext: bytes(5),
});
/** {@link SealedKey} as a value. */
export type SealedKey = MessageOf<typeof SealedKey>;

/** What a payload part consists of. Chunk hashes are SHA-256 of each chunk's ciphertext (with its tag). */
export const Manifest = message('Manifest', {
  format: uint(1),
  class: uint(2),
  name: uint(3),
  plainBytes: uint(4),
  chunkBytes: uint(5),
  chunkHashes: byteStrings(6),
});
/** {@link Manifest} as a value. */
export type Manifest = MessageOf<typeof Manifest>;

/** A payload part on its way: of the batch's record `record`, part `part`; without chunks when they went ahead. */
export const PayloadItem = message('PayloadItem', {
  record: uint(1),
  part: uint(2),
  manifest: bytes(3),
  intervalKeyId: bytes(4),
  wrappedKey: bytes(5),
  chunks: byteStrings(6),
  /** Number of a data key that is made of the interval key; then there is no wrap. */
  keyNo: uint(7),
});
/** {@link PayloadItem} as a value. */
export type PayloadItem = MessageOf<typeof PayloadItem>;

/** A signed batch with its records, verbatim, and their small payloads. */
export const Batch = message('Batch', {
  statement: bytes(1),
  signature: bytes(2),
  records: byteStrings(3),
  keys: list(4, SealedKey),
  payloads: list(5, PayloadItem),
  attachments: byteStrings(6),
});
/** {@link Batch} as a value. */
export type Batch = MessageOf<typeof Batch>;

/** A chunk of a payload sent ahead of its record. Unsigned: accepted through the manifest of a later record only. */
export const Chunk = message('Chunk', {
  keyId: bytes(1),
  epoch: bytes(2),
  stream: bytes(3),
  chunkNo: uint(4),
  ciphertext: bytes(5),
});
/** {@link Chunk} as a value. */
export type Chunk = MessageOf<typeof Chunk>;

/** One spool frame, one Kafka message: exactly one of `batch` and `chunk`. */
export const Frame = message('Frame', { format: uint(1), batch: optional(2, Batch), chunk: optional(3, Chunk) });
/** {@link Frame} as a value. */
export type Frame = MessageOf<typeof Frame>;

/** Body of `genesis`: the log says what it is. */
export const Genesis = message('Genesis', {
  origin: string(1),
  shard: uint(2),
  shardCount: uint(3),
  rootPublicKey: bytes(4),
  logPublicKey: bytes(5),
  shardOrigins: strings(6),
  predecessorOrigin: string(7),
  predecessorCheckpoint: bytes(8),
});
/** {@link Genesis} as a value. */
export type Genesis = MessageOf<typeof Genesis>;

/** What the root key signs about another key. */
export const KeyStatement = message('KeyStatement', {
  format: uint(1),
  logOrigin: string(2),
  action: uint(3),
  role: uint(4),
  publicKey: bytes(5),
  name: string(6),
  timeUs: uint(7),
});
/** {@link KeyStatement} as a value. */
export type KeyStatement = MessageOf<typeof KeyStatement>;

/** Body of `key`: a {@link KeyStatement}, verbatim, and the root key's signature. */
export const SignedKey = message('SignedKey', { statement: bytes(1), signature: bytes(2) });
/** {@link SignedKey} as a value. */
export type SignedKey = MessageOf<typeof SignedKey>;

/** Sizes of one direction of an exchange. */
export const Direction = message('Direction', {
  headerCount: uint(1),
  headerBytes: uint(2),
  bodyBytes: uint(3),
  trailerCount: uint(4),
  /** {@link BODY}. */
  body: uint(5),
  /** Why a body was withdrawn or given up. */
  bodyReason: string(6),
  /** HMAC-SHA-256 of the original under a salt in the unmask part; absent when there's no body. */
  bodyCommitment: bytes(7),
  /** Bytes after content decoding. */
  decodedBytes: uint(8),
  /** True when the end of this direction was seen. */
  ended: bool(9),
});
/** {@link Direction} as a value. */
export type Direction = MessageOf<typeof Direction>;

/** How often a rule acted in an exchange. */
export const RedactionCount = message('RedactionCount', {
  rule: string(1),
  version: uint(2),
  entity: string(3),
  action: string(4),
  count: uint(5),
});
/** {@link RedactionCount} as a value. */
export type RedactionCount = MessageOf<typeof RedactionCount>;

/** A workload's identity; people stand in the index part only. */
export const Workload = message('Workload', { provenance: uint(1), id: string(2) });
/** {@link Workload} as a value. */
export type Workload = MessageOf<typeof Workload>;

/** What `exchange_opened`, `exchange` and `exchange_part` say alike. Everything a client made up is shape-checked. */
export const ExchangeHead = message('ExchangeHead', {
  /** `envoy`; later others. */
  source: string(1),
  exchangeId: string(2),
  parentId: string(3),
  traceId: bytes(4),
  spanId: bytes(5),
  protocol: string(6),
  method: string(7),
  route: string(8),
  cluster: string(9),
  upstreamHost: string(10),
  startedUs: uint(11),
  profile: uint(12),
  workload: optional(13, Workload),
  sessionKey: bytes(14),
  configHash: bytes(15),
  /** The connection's number in its Envoy: with `startedUs` the second key for joining the access log. */
  connectionId: uint(16),
});
/** {@link ExchangeHead} as a value. */
export type ExchangeHead = MessageOf<typeof ExchangeHead>;

/** Body of `exchange_opened`: durable before a strict call goes on. */
export const ExchangeOpened = message('ExchangeOpened', { head: optional(1, ExchangeHead) });
/** {@link ExchangeOpened} as a value. */
export type ExchangeOpened = MessageOf<typeof ExchangeOpened>;

/** Body of `exchange`. Times are microseconds after `head.startedUs`, plus one; zero means not seen. */
export const Exchange = message('Exchange', {
  head: optional(1, ExchangeHead),
  status: uint(2),
  /** grpc-status plus one; zero means none seen. */
  grpcStatusPlusOne: uint(3),
  request: optional(4, Direction),
  response: optional(5, Direction),
  /** {@link ENDED}. */
  ended: uint(6),
  endedReason: string(7),
  requestEndedAfterUs: uint(8),
  responseStartedAfterUs: uint(9),
  endedAfterUs: uint(10),
  redactions: list(11, RedactionCount),
  /** Version of the redaction engine. */
  redactionEngine: string(12),
  /** `websocket` …: the protocol that an upgraded connection speaks. */
  upgrade: string(13),
  /** How many `exchange_part` records came before. */
  parts: uint(14),
  /** Sequence number of `exchange_opened` plus one; zero means none. */
  openedSeqPlusOne: uint(15),
  /** The epoch of `exchange_opened` or, without one, of its `exchange_part` records, when it isn't this record's. */
  openedEpoch: bytes(16),
  /** Envoy answered itself: the response came without a request to an upstream. */
  localReply: bool(17),
  policyVerdict: string(18),
  /** How many values were replaced and listed; the list stands in the part `message`. */
  redactedValues: uint(19),
  /** RFC 6962 tree hash over that list, 32 bytes; none for an empty one. */
  redactedRoot: bytes(20),
  /** Version of the key that tokens were made with; zero means that none were. */
  tokenKey: uint(21),
});
/** {@link Exchange} as a value. */
export type Exchange = MessageOf<typeof Exchange>;

/** Body of `exchange_part`: what of a long stream was seen so far. Bytes are totals since its start. */
export const ExchangePart = message('ExchangePart', {
  head: optional(1, ExchangeHead),
  partNo: uint(2),
  requestBytes: uint(3),
  responseBytes: uint(4),
  afterUs: uint(5),
  /** Sequence number of `exchange_opened` plus one; zero means none. */
  openedSeqPlusOne: uint(6),
});
/** {@link ExchangePart} as a value. */
export type ExchangePart = MessageOf<typeof ExchangePart>;

/** One call in Envoy's access log. */
export const AccessLogEntry = message('AccessLogEntry', {
  exchangeId: string(1),
  startedUs: uint(2),
  connectionId: uint(3),
  durationUs: uint(4),
  protocol: string(5),
  method: string(6),
  route: string(7),
  cluster: string(8),
  upstreamHost: string(9),
  status: uint(10),
  /** Envoy's short response flags (`UF`, `DC` …). */
  responseFlags: strings(11),
  responseCodeDetails: string(12),
  requestHeaderBytes: uint(13),
  requestBodyBytes: uint(14),
  responseHeaderBytes: uint(15),
  responseBodyBytes: uint(16),
  upstreamAttempts: uint(17),
  /** AccessLogType of Envoy. */
  type: uint(18),
  /** Microseconds after start, plus one: request fully received, first upstream byte received, last byte sent. */
  timings: uints(19),
});
/** {@link AccessLogEntry} as a value. */
export type AccessLogEntry = MessageOf<typeof AccessLogEntry>;

/** Body of `access_log`: one message of Envoy's access-log stream (or a part of one, when it is large). */
export const AccessLog = message('AccessLog', {
  nodeId: string(1),
  nodeCluster: string(2),
  logName: string(3),
  receivedUs: uint(4),
  entries: list(5, AccessLogEntry),
  /** Of the message that this is a part of. */
  partNo: uint(6),
  partCount: uint(7),
  /** 16 random bytes of the stream, and the message's number in it, from 0: one that is missing shows. */
  streamId: bytes(8),
  messageNo: uint(9),
});
/** {@link AccessLog} as a value. */
export type AccessLog = MessageOf<typeof AccessLog>;

/** One of Envoy's own counters, as Envoy names it. */
export const CounterValue = message('CounterValue', { name: string(1), value: uint(2) });
/** {@link CounterValue} as a value. */
export type CounterValue = MessageOf<typeof CounterValue>;

/**
 * Body of `counters`: how far Envoy's own counters had come, each counted since its process started. Envoy leaves one
 * out until it has counted something.
 */
export const Counters = message('Counters', {
  nodeId: string(1),
  nodeCluster: string(2),
  receivedUs: uint(3),
  /** {@link COUNTER_SOURCE}. */
  source: uint(4),
  /** When Envoy read them, by its own clock; zero means that it didn't say. */
  takenUs: uint(5),
  /** When the Envoy process started, from its uptime: right to a second or two. Zero means not known. */
  processStartedUs: uint(6),
  values: list(7, CounterValue),
  /**
   * 16 random bytes of the stream, and the message's number in it, from 0; of the metrics service only. Records that have
   * both in common are parts of one message.
   */
  streamId: bytes(8),
  messageNo: uint(9),
});
/** {@link Counters} as a value. */
export type Counters = MessageOf<typeof Counters>;

/** Body of `gap`: what is missing, or has been found. Both ends are inclusive. */
export const Gap = message('Gap', {
  /** {@link GAP_REASON}. */
  reason: uint(1),
  keyId: bytes(2),
  epoch: bytes(3),
  firstBatch: uint(4),
  lastBatch: uint(5),
  firstSeq: uint(6),
  lastSeq: uint(7),
  firstPosition: uint(8),
  lastPosition: uint(9),
  /** Leaf index plus one of the record whose payload is missing, or has arrived; `count` says how many parts. */
  leafPlusOne: uint(10),
  count: uint(11),
  detail: string(12),
  /** In `exchanges_lost`: when the first of them began, and when the last was found to be lost; zero means not known. */
  fromUs: uint(13),
  untilUs: uint(14),
});
/** {@link Gap} as a value. */
export type Gap = MessageOf<typeof Gap>;

/** Body of `quarantined`: a message that could not be accepted; its bytes lie in the dead-letter store. */
export const Quarantined = message('Quarantined', {
  /** {@link QUARANTINE_REASON}. */
  reason: uint(1),
  hash: bytes(2),
  size: uint(3),
  position: uint(4),
  keyId: bytes(5),
  detail: string(6),
  /** The bus and partition that it came from. */
  source: string(7),
});
/** {@link Quarantined} as a value. */
export type Quarantined = MessageOf<typeof Quarantined>;
