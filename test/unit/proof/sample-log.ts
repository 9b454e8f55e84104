import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  BatchStatement,
  encodeLeaf,
  Exchange,
  FORMAT,
  Gap,
  Genesis,
  KEY_ACTION,
  KEY_ROLE,
  KeyStatement,
  KIND,
  LedgerRecord,
  PRODUCER_EVENT,
  ProducerStatus,
  SignedKey,
} from '../../../src/record/index.ts';
import type { Attachment } from '../../../src/record/index.ts';
import { AffidavitError } from '../../../src/record/index.ts';
import {
  BATCH_PAYLOAD_TYPE,
  bundlesToWrite,
  encodeBundle,
  entriesPath,
  formatCheckpoint,
  formatVerifierKey,
  KEY_PAYLOAD_TYPE,
  keyIdOf,
  leafHash,
  MerkleTree,
  NO_PREVIOUS_BATCH,
  noteKey,
  preAuthEncoding,
  signNote,
  statementHash,
  TileEdge,
  tilePath,
} from '../../../src/proof/index.ts';
import type { Tile, TileSource } from '../../../src/proof/index.ts';

/** A log in memory, written the short way: for tests that verify, or break, what a ledger wrote. */

export const ORIGIN = 'log.example/affidavit/0';

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** An Ed25519 key that is always the same for a name. */
export class TestKey {
  readonly publicKey: Uint8Array;
  private readonly key: KeyObject;

  constructor(name: string) {
    const seed = createHash('sha256').update(name).digest();
    this.key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
    this.publicKey = Uint8Array.from(createPublicKey(this.key).export({ format: 'der', type: 'spki' }).subarray(-32));
  }

  get keyId(): Uint8Array {
    return keyIdOf(this.publicKey);
  }

  sign(message: Uint8Array): Uint8Array {
    return Uint8Array.from(sign(null, message, this.key));
  }
}

export const rootKey = new TestKey('root');
export const logKey = new TestKey('log');
export const ledgerKey = new TestKey('ledger');
export const recorderKey = new TestKey('recorder');
export const logNoteKey = noteKey(ORIGIN, logKey.publicKey);
export const logVerifierKey = formatVerifierKey(logNoteKey);
/** Everything pinned. */
export const pinned = { logKey: logVerifierKey, rootKey: rootKey.publicKey, origin: ORIGIN };

/** 16 bytes that name an epoch. */
export function epochOf(number: number): Uint8Array {
  return createHash('sha256').update(`epoch ${number}`).digest().subarray(0, 16);
}

export interface Body {
  kind: number;
  body: Uint8Array;
  attachments?: Attachment[];
}

/** A batch with its leaves. */
export interface SignedBatch {
  statement: Uint8Array;
  signature: Uint8Array;
  records: Uint8Array[];
  leaves: Uint8Array[];
}

/** Writes one epoch's batches, each chained to the one before. */
export class EpochWriter {
  private readonly key: TestKey;
  private readonly epoch: Uint8Array;
  private batchNo = 0;
  private seq = 0;
  private previous: Uint8Array = NO_PREVIOUS_BATCH;

  constructor(key: TestKey, epoch: Uint8Array) {
    this.key = key;
    this.epoch = epoch;
  }

  batch(bodies: readonly Body[], change: Partial<BatchStatement> = {}): SignedBatch {
    const { keyId } = this.key;
    const records = bodies.map(({ kind, body, attachments = [] }, i) =>
      LedgerRecord.encode(
        LedgerRecord.create({
          format: FORMAT,
          kind,
          keyId,
          epoch: this.epoch,
          seq: this.seq + i,
          timeUs: 1_700_000_000_000_000 + this.seq + i,
          environment: 'test',
          body,
          attachments,
        }),
      ),
    );
    const tree = new MerkleTree(records.map((record) => leafHash(record)));
    const statement = BatchStatement.encode({
      format: FORMAT,
      logOrigin: ORIGIN,
      keyId,
      epoch: this.epoch,
      batchNo: this.batchNo,
      firstSeq: this.seq,
      count: records.length,
      previousBatchHash: this.previous,
      merkleRoot: tree.root,
      ...change,
    });
    const signature = this.key.sign(preAuthEncoding(BATCH_PAYLOAD_TYPE, statement));
    this.batchNo += 1;
    this.seq += records.length;
    this.previous = statementHash(statement);
    const leaves = records.map((record, index) =>
      encodeLeaf({ statement, signature, index, path: tree.path(index), record }),
    );
    return { statement, signature, records, leaves };
  }
}

export function genesisBody(change: Partial<Genesis> = {}): Body {
  const genesis = Genesis.create({
    origin: ORIGIN,
    shard: 0,
    shardCount: 1,
    rootPublicKey: rootKey.publicKey,
    logPublicKey: logKey.publicKey,
    shardOrigins: [ORIGIN],
    ...change,
  });
  return { kind: KIND.genesis, body: Genesis.encode(genesis) };
}

export function signedKey(key: TestKey, role: number, change: Partial<KeyStatement> = {}, signer = rootKey): SignedKey {
  const statement = KeyStatement.encode({
    format: FORMAT,
    logOrigin: ORIGIN,
    action: KEY_ACTION.enrolled,
    role,
    publicKey: key.publicKey,
    name: 'a key',
    timeUs: 1_700_000_000_000_000,
    ...change,
  });
  return { statement, signature: signer.sign(preAuthEncoding(KEY_PAYLOAD_TYPE, statement)) };
}

export function keyBody(key: TestKey, role: number, change: Partial<KeyStatement> = {}, signer = rootKey): Body {
  return { kind: KIND.key, body: SignedKey.encode(signedKey(key, role, change, signer)) };
}

export function producerBody(event: number, change: Partial<ProducerStatus> = {}): Body {
  return { kind: KIND.producer, body: ProducerStatus.encode(ProducerStatus.create({ event, ...change })) };
}

export function exchangeBody(status: number): Body {
  return { kind: KIND.exchange, body: Exchange.encode(Exchange.create({ status })) };
}

export function gapBody(change: Partial<Gap>): Body {
  return { kind: KIND.gap, body: Gap.encode(Gap.create(change)) };
}

/** The leaves that every log begins with: genesis, the ledger's key, the recorder's key. */
export function openingLeaves(): Uint8Array[] {
  return new EpochWriter(ledgerKey, epochOf(0)).batch([
    genesisBody(),
    keyBody(ledgerKey, KEY_ROLE.ledger, { name: 'ledger' }),
    keyBody(recorderKey, KEY_ROLE.producer, { name: 'recorder' }),
  ]).leaves;
}

/** Leaves that the ledger writes of itself, in an epoch of its own. */
export function ledgerLeaves(epoch: number, ...bodies: Body[]): Uint8Array[] {
  return new EpochWriter(ledgerKey, epochOf(epoch)).batch(bodies).leaves;
}

/** A log of `size` leaves (at least 5): the opening, then one epoch of a recorder that starts and stops. */
export function sampleLeaves(size: number, batchRecords = 5): Uint8Array[] {
  const leaves = openingLeaves();
  const writer = new EpochWriter(recorderKey, epochOf(1));
  const bodies = [
    producerBody(PRODUCER_EVENT.started, { role: 'recorder' }),
    ...Array.from({ length: size - leaves.length - 2 }, (_, i) => exchangeBody(200 + (i % 300))),
    producerBody(PRODUCER_EVENT.stopped, { records: size - leaves.length - 1 }),
  ];
  for (let at = 0; at < bodies.length; at += batchRecords)
    leaves.push(...writer.batch(bodies.slice(at, at + batchRecords)).leaves);
  return leaves;
}

/** Files of a log, by path. */
export type LogFiles = Map<string, Uint8Array>;

/** The files that a ledger serves for these leaves, published once. */
export function writeLog(leaves: readonly Uint8Array[], key = logKey): LogFiles {
  const files: LogFiles = new Map();
  const edge = new TileEdge();
  const put = ({ level, index, width, bytes }: Tile): void => {
    files.set(tilePath(level, index, width), bytes);
  };
  for (const leaf of leaves) edge.append(leafHash(leaf)).forEach(put);
  edge.partials().forEach(put);
  for (const { index, width } of bundlesToWrite(0, leaves.length))
    files.set(entriesPath(index, width), encodeBundle(leaves.slice(index * 256, index * 256 + width)));
  files.set('checkpoint', signedCheckpoint(leaves.length, edge.root(), key));
  return files;
}

export function signedCheckpoint(size: number, root: Uint8Array, key = logKey): Uint8Array {
  const text = formatCheckpoint({ origin: ORIGIN, size, root, extensions: [] });
  return signNote(text, noteKey(ORIGIN, key.publicKey), (message) => key.sign(message));
}

/** Reads what {@link writeLog} wrote. */
export function sourceOf(files: LogFiles): TileSource {
  const read = (path: string): Promise<Uint8Array> => {
    const bytes = files.get(path);
    return bytes === undefined
      ? Promise.reject(new AffidavitError('not_found', `${path} is not there`))
      : Promise.resolve(bytes);
  };
  return {
    readTile: (level, index, width) => read(tilePath(level, index, width)),
    readEntries: (index, width) => read(entriesPath(index, width)),
    readCheckpoint: () => read('checkpoint'),
  };
}

/** The same bytes with one bit of one byte changed. */
export function flipped(bytes: Uint8Array, at: number, mask = 0x01): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ mask;
  return copy;
}
