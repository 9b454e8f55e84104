import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../../src/config/index.ts';
import { Exchange, Frame, KIND, LedgerRecord, Manifest, PAYLOAD_CLASS } from '../../../src/record/index.ts';
import type {
  AffidavitError,
  Batch,
  Chunk,
  Part,
  PartNumber,
  PayloadClass,
  PayloadItem,
  RecordDraft,
  SealedPart,
} from '../../../src/record/index.ts';
import { encodeHex as hex, parseBatchStatement, sha256 as sha } from '../../../src/proof/index.ts';
import { systemRandom } from '../../../src/runtime/index.ts';
import type { Clock } from '../../../src/runtime/index.ts';
import { KeyFolder, nodeKeyFiles, Producer } from '../../../src/seal/index.ts';
import type { IngestKeySet, ProducerLimits, ProducerOptions, RewrapItem, SigningKey } from '../../../src/seal/index.ts';
import type { SpoolWriter } from '../../../src/spool/index.ts';

/** A clock that stands until it is moved. */
export class TestClock implements Clock {
  us = 1_790_000_000_000_000;
  nowUs(): number {
    return this.us;
  }
  monotonicUs(): number {
    return this.us;
  }
  advanceMs(ms: number): void {
    this.us += ms * 1000;
  }
}

/** A spool in memory. Held, it keeps its appends waiting until told how they end. */
export class FakeSpool implements SpoolWriter {
  readonly frames: Uint8Array[] = [];
  /** Appends that wait. */
  readonly waiting: { frames: readonly Uint8Array[]; release: () => void; fail: (reason: AffidavitError) => void }[] =
    [];
  held = false;
  /** When set, the next append rejects with it and nothing is written. */
  nextFailure: AffidavitError | undefined;
  appends = 0;

  append(frames: readonly Uint8Array[]): Promise<number> {
    this.appends++;
    const failure = this.nextFailure;
    this.nextFailure = undefined;
    if (failure !== undefined) return Promise.reject(failure);
    if (!this.held) return Promise.resolve(this.write(frames));
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const release = (): void => {
      resolve(this.write(frames));
    };
    this.waiting.push({ frames, release, fail: reject });
    return promise;
  }

  /** Lets the oldest waiting append end well. */
  release(): void {
    this.waiting.shift()?.release();
  }

  /** Every batch written, with its frame's number. */
  batches(): { number: number; batch: Batch }[] {
    return this.frames.flatMap((bytes, number) => {
      const { batch } = Frame.decode(bytes);
      return batch === undefined ? [] : [{ number, batch }];
    });
  }

  /** Every chunk written, with its frame's number. */
  chunks(): { number: number; chunk: Chunk }[] {
    return this.frames.flatMap((bytes, number) => {
      const { chunk } = Frame.decode(bytes);
      return chunk === undefined ? [] : [{ number, chunk }];
    });
  }

  /** Every record written, decoded. */
  records(): LedgerRecord[] {
    return this.batches().flatMap(({ batch }) => batch.records.map((record) => LedgerRecord.decode(record)));
  }

  private write(frames: readonly Uint8Array[]): number {
    // A copy, as a disk has: nobody can change later what was written.
    this.frames.push(...frames.map((frame) => frame.slice()));
    return this.frames.length - frames.length;
  }
}

/** Lets everything that can go on go on, a few turns of the event loop. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const MOST_TURNS = 100_000;

/** Waits until something holds; fails when it never does. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn++) {
    if (turn === MOST_TURNS) throw new Error(`never true: ${condition.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A temporary folder, removed afterwards. */
export async function withFolder<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'affidavit-seal-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

let shared: Promise<{ ingestKeys: IngestKeySet; key: SigningKey }> | undefined;

/** Keys that a producer needs, made once for all tests. */
export function producerKeys(): Promise<{ ingestKeys: IngestKeySet; key: SigningKey }> {
  shared ??= withFolder(async (directory) => {
    const folder = await KeyFolder.init({ directory: `${directory}/keys`, files: nodeKeyFiles, random: systemRandom });
    return { ingestKeys: await folder.ingestKeys(), key: await folder.signingKey('recorder') };
  });
  return shared;
}

export const ORIGIN = 'example.org/log';

/** A producer on a fake spool, past its first record. */
export async function startProducer(
  spool: SpoolWriter,
  { limits, ...options }: Omit<Partial<ProducerOptions>, 'limits'> & { limits?: Partial<ProducerLimits> } = {},
): Promise<Producer> {
  const { maxBatchRecords, maxBacklogBytes } = parseConfig('', {}).seal;
  return Producer.start({
    ...(await producerKeys()),
    logOrigin: ORIGIN,
    spool,
    clock: new TestClock(),
    random: systemRandom,
    environment: 'test',
    tenant: 'one',
    retentionClass: 'standard',
    softwareVersion: '0.1.0',
    role: 'recorder',
    ...options,
    limits: { maxBatchRecords, maxBacklogBytes, ...limits },
  });
}

/** A part written in one go. */
export function sealPart(
  producer: Producer,
  payloadClass: PayloadClass,
  name: PartNumber,
  bytes: Uint8Array,
): SealedPart {
  const writer = producer.openPart(payloadClass, name);
  void writer.write(bytes);
  return writer.finish();
}

/** A record of kind `exchange` that holds a text. */
export function draft(text: string): RecordDraft {
  return { kind: KIND.exchange, body: Exchange.encode(Exchange.create({ endedReason: text })) };
}

/** A record of kind `exchange` that takes a little more than so many bytes. */
export function largeDraft(bytes: number): RecordDraft {
  return draft('x'.repeat(bytes));
}

/** One part of one record of a spool, with all that its opening takes. */
export interface FoundPart {
  part: Part;
  item: PayloadItem;
  rewrap: RewrapItem;
  /** Its ciphertext chunks, from the batch or sent ahead. */
  chunks: Uint8Array[];
}

/** Finds the payload parts in a spool, as a ledger does. */
export function findParts(spool: FakeSpool): FoundPart[] {
  const ahead = new Map(spool.chunks().map(({ chunk }) => [hex(sha(chunk.ciphertext)), chunk.ciphertext]));
  return spool.batches().flatMap(({ batch }) => {
    const statement = parseBatchStatement(batch.statement);
    return batch.payloads.map((item) => foundPart(batch, item, statement, ahead));
  });
}

function foundPart(
  batch: Batch,
  item: PayloadItem,
  statement: { keyId: Uint8Array; epoch: Uint8Array },
  ahead: Map<string, Uint8Array>,
): FoundPart {
  const record = LedgerRecord.decode(batch.records[item.record] ?? new Uint8Array());
  const part = record.parts[item.part];
  const sealedKey = batch.keys.find(({ id }) => hex(id) === hex(item.intervalKeyId));
  if (part === undefined || sealedKey === undefined) throw new Error('a payload item points nowhere');
  const manifest = Manifest.decode(item.manifest);
  const sent = manifest.chunkHashes.map((hash) => ahead.get(hex(hash)) ?? new Uint8Array());
  const { keyId: producerKeyId, epoch } = statement;
  const { wrappedKey, keyNo } = item;
  const { retentionClass } = record;
  const rewrap = { ...part, sealedKey, producerKeyId, epoch, wrappedKey, keyNo, retentionClass };
  return { part, item, rewrap, chunks: item.chunks.length > 0 ? item.chunks : sent };
}

/** Every payload class. */
export const CLASSES = Object.values(PAYLOAD_CLASS);
