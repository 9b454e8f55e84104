import assert from 'node:assert/strict';
import {
  Exchange,
  FORMAT,
  Frame,
  Gap,
  KEY_ACTION,
  KEY_ROLE,
  KIND,
  LedgerRecord,
  Manifest,
  PART,
  PAYLOAD_CLASS,
  PRODUCER_EVENT,
  ProducerStatus,
} from '../../src/record/index.ts';
import type { Batch, Part, PayloadItem, SealedKey, SignedKey } from '../../src/record/index.ts';
import {
  decodeBase64,
  encodeHex,
  formatVerifierKey,
  keyCommitment,
  leafHash,
  manifestHash,
  noteKey,
  openLeaf,
  sha256,
  statementHash,
  treeRoot,
  verifyLog,
} from '../../src/proof/index.ts';
import type { LogReport, OpenedLeaf } from '../../src/proof/index.ts';
import { silentLogger } from '../../src/runtime/index.ts';
import type { FileSystem } from '../../src/runtime/index.ts';
import { signBatch, SigningKey, signKeyStatement } from '../../src/seal/index.ts';
import type { ChainPlace, KeyService } from '../../src/seal/index.ts';
import { Ledger, LedgerReader, noLock } from '../../src/ledger/index.ts';
import type { LedgerOptions, Signer, SourceMessage } from '../../src/ledger/index.ts';
import { SeededRandom } from './seeded-random.ts';

/** Origin of the logs of tests. */
export const ORIGIN = 'ledger.example/affidavit/0';
/** Folder of the ledgers that tests open on a simulated disk. */
export const LEDGER_DIRECTORY = '/ledger';
export const SOURCE_ID = 'embedded:test';

function testKey(name: string): SigningKey {
  return SigningKey.fromSeed(sha256(Buffer.from(name)));
}

export const rootKey = testKey('root');
export const ledgerKey = testKey('ledger');
export const recorderKey = testKey('recorder');
export const logVerifierKey = formatVerifierKey(noteKey(ORIGIN, testKey('log').publicKey));
export const trust = { logKey: logVerifierKey, rootKey: rootKey.publicKey, origin: ORIGIN };

/** What the root key says of a key. */
export function enrolment(
  key: { publicKey: Uint8Array },
  role: number = KEY_ROLE.producer,
  action: number = KEY_ACTION.enrolled,
  timeUs = 1,
): SignedKey {
  const statement = {
    format: FORMAT,
    logOrigin: ORIGIN,
    action,
    role,
    publicKey: key.publicKey,
    name: 'test',
    timeUs,
  };
  return signKeyStatement(rootKey, statement);
}

/** A log key that remembers every checkpoint it ever signed, published or not. */
export class RememberingLogKey implements Signer {
  private readonly key = testKey('log');
  readonly publicKey = this.key.publicKey;
  readonly keyId = this.key.keyId;
  readonly signed: { size: number; root: Uint8Array }[] = [];

  sign(message: Uint8Array): Uint8Array {
    const [origin, size, root = ''] = Buffer.from(message).toString('utf8').split('\n');
    if (origin === ORIGIN) this.signed.push({ size: Number(size), root: decodeBase64(root) });
    return this.key.sign(message);
  }
}

/** A key service that wraps nothing, and keeps count. */
export class FakeKeyService implements Pick<KeyService, 'rewrap'> {
  calls = 0;

  rewrap(items: Parameters<KeyService['rewrap']>[0]): ReturnType<KeyService['rewrap']> {
    this.calls += 1;
    return Promise.resolve(items.map(({ wrappedKey }) => ({ periodKeyId: new Uint8Array(16).fill(7), wrappedKey })));
  }
}

let opens = 0;

/** Options of a ledger on a file system; what tests don't name is always the same, random numbers excepted. */
export function ledgerOptions(files: FileSystem, changes: Partial<LedgerOptions> = {}): LedgerOptions {
  let timeUs = 1_700_000_000_000_000;
  const tick = (): number => (timeUs += 1000);
  return {
    directory: LEDGER_DIRECTORY,
    files,
    clock: { nowUs: tick, monotonicUs: tick },
    random: new SeededRandom((opens += 1)),
    logger: silentLogger,
    origin: ORIGIN,
    shard: 0,
    shardCount: 1,
    logKey: testKey('log'),
    ledgerKey,
    rootPublicKey: rootKey.publicKey,
    enrolments: [enrolment(ledgerKey, KEY_ROLE.ledger), enrolment(recorderKey)],
    keyService: new FakeKeyService(),
    sourceId: SOURCE_ID,
    environment: 'test',
    tenant: '',
    retentionClass: 'standard',
    lock: noLock,
    ...changes,
  };
}

/** Opens a ledger as {@link ledgerOptions} says. */
export function openLedger(files: FileSystem, changes: Partial<LedgerOptions> = {}): Promise<Ledger> {
  return Ledger.open(ledgerOptions(files, changes));
}

/** A sealed payload part made by hand. */
export interface TestPart {
  part: Part;
  item: Omit<PayloadItem, 'record' | 'part'>;
  key: SealedKey;
  /** The sealed chunks: in the item too unless sent ahead. */
  chunks: Uint8Array[];
}

/** A part whose sealed bytes are what is given. */
export function testPart(content: Uint8Array, sentAhead = false): TestPart {
  const manifest = Manifest.encode({
    format: FORMAT,
    class: PAYLOAD_CLASS.content,
    name: PART.request_body,
    plainBytes: content.length - 16,
    chunkBytes: 256 * 1024,
    chunkHashes: [sha256(content)],
  });
  const id = new Uint8Array(16).fill(3);
  return {
    part: {
      class: PAYLOAD_CLASS.content,
      name: PART.request_body,
      manifestHash: manifestHash(manifest),
      keyCommitment: keyCommitment(new Uint8Array(32)),
    },
    item: {
      manifest,
      keyNo: 0,
      intervalKeyId: id,
      wrappedKey: new Uint8Array(60).fill(9),
      chunks: sentAhead ? [] : [content],
    },
    key: {
      id,
      class: PAYLOAD_CLASS.content,
      ingestKeyId: new Uint8Array(16),
      encapsulated: new Uint8Array(32),
      ciphertext: new Uint8Array(48),
    },
    chunks: [content],
  };
}

/** A frame with a chunk that is sent ahead. */
export function chunkFrame(key: SigningKey, ciphertext: Uint8Array): Uint8Array {
  const chunk = { keyId: key.keyId, epoch: new Uint8Array(16), stream: new Uint8Array(16), chunkNo: 0, ciphertext };
  return Frame.encode({ format: FORMAT, batch: undefined, chunk });
}

/** A record's kind, body and payload. */
export interface TestRecord {
  kind: number;
  body: Uint8Array;
  /** When it was written; 1 by default. */
  timeUs?: number;
  parts?: TestPart[];
  attachments?: Uint8Array[];
}

/** An `exchange` record of some size. */
export function exchange(text: string, parts: TestPart[] = []): TestRecord {
  return { kind: KIND.exchange, body: Exchange.encode(Exchange.create({ endedReason: text })), parts };
}

/** A `producer` record. */
export function status(
  event: keyof typeof PRODUCER_EVENT,
  previous?: { epoch: Uint8Array; batches: number },
): TestRecord {
  const body = ProducerStatus.create({
    event: PRODUCER_EVENT[event],
    previousEpoch: previous?.epoch ?? new Uint8Array(0),
    previousBatches: previous?.batches ?? 0,
  });
  return { kind: KIND.producer, body: ProducerStatus.encode(body) };
}

/** A batch as its frame, and what it is known by. */
export interface TestBatch {
  frame: Uint8Array;
  hash: string;
  count: number;
}

/** One epoch of a producer: signs batch after batch. */
export class TestEpoch {
  readonly epoch: Uint8Array;
  private readonly key: SigningKey;
  private readonly origin: string;
  place: ChainPlace = { batchNo: 0, firstSeq: 0, previousBatchHash: new Uint8Array(32) };

  constructor(name: string, key: SigningKey = recorderKey, origin = ORIGIN) {
    this.epoch = sha256(Buffer.from(name)).subarray(0, 16);
    this.key = key;
    this.origin = origin;
  }

  /** The next batch; `at` signs another one for an earlier place. */
  batch(records: readonly TestRecord[], at: ChainPlace = this.place): TestBatch {
    const encoded = records.map((record, i) => this.encode(record, at.firstSeq + i));
    const signed = signBatch(this.key, this.origin, this.epoch, at, encoded);
    if (at === this.place) this.place = signed.next;
    const items = records.flatMap(({ parts = [] }, record) =>
      parts.map(({ item }, part) => ({ ...item, record, part })),
    );
    const keys = records.flatMap(({ parts = [] }) => parts.map(({ key }) => key)).slice(0, 1);
    const batch = {
      statement: signed.statement,
      signature: signed.signature,
      records: encoded,
      keys,
      payloads: items,
      attachments: records.flatMap(({ attachments = [] }) => attachments),
    };
    const hash = encodeHex(statementHash(signed.statement));
    return { frame: Frame.encode({ format: FORMAT, batch, chunk: undefined }), hash, count: records.length };
  }

  private encode({ kind, body, timeUs = 1, parts = [], attachments = [] }: TestRecord, seq: number): Uint8Array {
    return LedgerRecord.encode(
      LedgerRecord.create({
        format: FORMAT,
        kind,
        keyId: this.key.keyId,
        epoch: this.epoch,
        seq,
        timeUs,
        retentionClass: 'standard',
        body,
        parts: parts.map(({ part }) => part),
        attachments: attachments.map((bytes) => ({ name: 1, hash: sha256(bytes), count: 1, size: bytes.length })),
      }),
    );
  }
}

/** A copy of a batch's frame in which something was changed that its statement doesn't cover. */
export function altered(frame: Uint8Array, change: (batch: Batch) => void): Uint8Array {
  const decoded = Frame.decode(frame.slice());
  assert.ok(decoded.batch !== undefined);
  change(decoded.batch);
  return Frame.encode(decoded);
}

/** Bodies of the log's gap records. */
export function gapsOf(log: WholeLog): Gap[] {
  return log.leaves.flatMap(({ record }) => (record.kind === KIND.gap ? [Gap.decode(record.body)] : []));
}

/** Frames as messages of the bus, from a position on. */
export function messages(frames: readonly Uint8Array[], first = 0): SourceMessage[] {
  return frames.map((value, i) => ({ position: first + i, value }));
}

/** Everything in a log, verified. */
export interface WholeLog {
  report: LogReport;
  leaves: OpenedLeaf[];
  bytes: Uint8Array[];
  /** Leaves by statement hash. */
  byBatch: ReadonlyMap<string, number>;
}

/** Verifies a ledger's folder from outside and reads all of it. */
export async function readLog(files: FileSystem, directory = LEDGER_DIRECTORY): Promise<WholeLog> {
  const reader = new LedgerReader(files, directory);
  const report = await verifyLog(reader, trust);
  const bytes: Uint8Array[] = [];
  for await (const leaf of reader.leaves(report.checkpoint.size)) bytes.push(leaf.bytes);
  const leaves = bytes.map(openLeaf);
  const byBatch = new Map<string, number>();
  for (const { leaf } of leaves) {
    const hash = encodeHex(statementHash(leaf.statement));
    byBatch.set(hash, (byBatch.get(hash) ?? 0) + 1);
  }
  return { report, leaves, bytes, byBatch };
}

/** Each of these batches is in the log whole, once. */
export function assertOnce(log: WholeLog, batches: readonly TestBatch[]): void {
  for (const [i, { hash, count }] of batches.entries())
    assert.equal(log.byBatch.get(hash) ?? 0, count, `leaves of batch ${i}`);
}

/** Every checkpoint ever signed is of this log: none was rolled back, none forked. */
export function assertAllExtended(log: WholeLog, signed: readonly { size: number; root: Uint8Array }[]): void {
  for (const { size, root } of signed) {
    assert.ok(size <= log.bytes.length, `a checkpoint of ${size} leaves was rolled back to ${log.bytes.length}`);
    assert.deepEqual(root, treeRoot(log.bytes.slice(0, size).map(leafHash)), `the checkpoint of ${size} leaves forked`);
  }
}
