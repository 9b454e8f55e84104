import { AffidavitError, CHUNK_BYTES, HARD_BACKLOG_FACTOR, MAX_BATCH_RECORDS } from '../record/index.ts';
import { isKeyName } from '../proof/index.ts';
import type { Clock, Random } from '../runtime/index.ts';
import type { SpoolWriter } from '../spool/index.ts';
import { checkRetentionClass } from './checks.ts';
import type { IngestKeySet } from './ingest-keys.ts';
import { MAX_BATCH_BYTES } from './queue.ts';
import type { SigningKey } from './signing-key.ts';

/** Bounds of a producer. */
export interface ProducerLimits {
  /** Most records in a batch; at most {@link MAX_BATCH_RECORDS}. */
  readonly maxBatchRecords: number;
  /** Most bytes of records and small payloads in a batch; a larger single record stands alone. */
  readonly maxBatchBytes: number;
  /**
   * Bytes that may wait for the spool before parts are held back. Records are refused (limit.exceeded) at
   * {@link HARD_BACKLOG_FACTOR} times as much.
   */
  readonly maxBacklogBytes: number;
  /** Payload parts up to this size travel inside their batch; at most a chunk. */
  readonly inlinePartBytes: number;
}

/** The bounds that are no settings. */
const PRODUCER_BOUNDS: Omit<ProducerLimits, 'maxBatchRecords' | 'maxBacklogBytes'> = {
  maxBatchBytes: MAX_BATCH_BYTES,
  inlinePartBytes: 64 * 1024,
};

/** What a producer needs. */
export interface ProducerOptions {
  /** Signs the batches. */
  readonly key: SigningKey;
  /** Origin of the log that the records are for. */
  readonly logOrigin: string;
  readonly spool: SpoolWriter;
  /** Public keys that payloads are sealed to. */
  readonly ingestKeys: IngestKeySet;
  readonly clock: Clock;
  readonly random: Random;
  readonly environment: string;
  readonly tenant: string;
  /** Retention class of records that don't say another. */
  readonly retentionClass: string;
  readonly softwareVersion: string;
  /** `recorder`, `auditor` … */
  readonly role: string;
  /** The producer's epoch before this one, and how many batches it had. */
  readonly previous?: { readonly epoch: Uint8Array; readonly batches: number } | undefined;
  /** Records in a batch, and what may wait; what else differs from the producer's own bounds. */
  readonly limits: Pick<ProducerLimits, 'maxBatchRecords' | 'maxBacklogBytes'> & Partial<ProducerLimits>;
  /** How long an interval key is used; at most, and by default, 60,000. */
  readonly intervalMs?: number;
  /** How long a batch of patient records gathers company; 0 when not given. */
  readonly gatherMs?: number;
}

/** A leaf holds statement and record; a longer origin would leave too little room for a record of full size. */
const MAX_ORIGIN_BYTES = 512;
const MAX_WORD_BYTES = 256;

function checkRange(name: keyof ProducerLimits, value: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < 1 || value > most)
    throw new AffidavitError('limit.exceeded', `${name} is ${value}; allowed is 1 … ${most}`);
}

/** The limits of a producer, checked together with its other options. @throws limit.exceeded, usage */
export function checkProducerOptions(options: ProducerOptions): ProducerLimits {
  const limits = { ...PRODUCER_BOUNDS, ...options.limits };
  checkRange('maxBatchRecords', limits.maxBatchRecords, MAX_BATCH_RECORDS);
  checkRange('maxBatchBytes', limits.maxBatchBytes, MAX_BATCH_BYTES);
  checkRange('maxBacklogBytes', limits.maxBacklogBytes, Number.MAX_SAFE_INTEGER / HARD_BACKLOG_FACTOR);
  checkRange('inlinePartBytes', limits.inlinePartBytes, CHUNK_BYTES);
  checkRetentionClass(options.retentionClass);
  if (!isKeyName(options.logOrigin) || Buffer.byteLength(options.logOrigin) > MAX_ORIGIN_BYTES)
    throw new AffidavitError('usage', `not the origin of a log: ${JSON.stringify(options.logOrigin)}`);
  const { environment, tenant, softwareVersion, role } = options;
  for (const [name, word] of Object.entries({ environment, tenant, softwareVersion, role }))
    if (Buffer.byteLength(word) > MAX_WORD_BYTES)
      throw new AffidavitError('limit.exceeded', `${name} is longer than ${MAX_WORD_BYTES} bytes`);
  return limits;
}
