import { noteKey, sha256 } from '../../../src/proof/index.ts';
import { SigningKey } from '../../../src/seal/index.ts';
import { ORIGIN, RememberingLogKey } from '../../support/ledger.ts';

/** The log's public key, as its readers pin it. */
export const logNoteKey = noteKey(ORIGIN, new RememberingLogKey().publicKey);
/** Of a second recorder. */
export const secondKey = SigningKey.fromSeed(sha256(Buffer.from('second recorder')));
/** Of who receives the access log in a process of its own, and of the auditor. */
export const accessLogKey = SigningKey.fromSeed(sha256(Buffer.from('access log')));
export const auditorKey = SigningKey.fromSeed(sha256(Buffer.from('auditor')));
/** What the ledger reads from the simulated Kafka. */
export const KAFKA_SOURCE_ID = 'kafka:simulated/affidavit.records.v1/0';

/** What both sides of the simulated Kafka are told. */
export function kafkaSettings(clientId: string) {
  return {
    brokers: ['broker:9092'],
    clientId,
    topic: 'affidavit.records.v1',
    partition: 0,
    partitions: 1,
    createTopic: false,
    replicationFactor: 3,
    connectionTimeoutMs: 1_000,
    requestTimeoutMs: 1_000,
  };
}
