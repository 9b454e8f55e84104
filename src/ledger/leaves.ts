import {
  AffidavitError,
  BatchStatement,
  encodeLeaf,
  FORMAT,
  LedgerRecord,
  MAX_LEAF_BYTES,
  MAX_RECORD_BYTES,
} from '../record/index.ts';
import type { Kind } from '../record/index.ts';
import {
  BATCH_PAYLOAD_TYPE,
  leafHash,
  MerkleTree,
  NO_PREVIOUS_BATCH,
  preAuthEncoding,
  statementHash,
} from '../proof/index.ts';

/** An Ed25519 key that signs; `SigningKey` of seal/ is one. */
export interface Signer {
  /** 32 raw bytes. */
  readonly publicKey: Uint8Array;
  /** SHA-256 of the public key. */
  readonly keyId: Uint8Array;
  /** 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** A record that the ledger writes itself. */
export interface OwnRecord {
  kind: Kind;
  body: Uint8Array;
}

/** What the ledger's own records of one commit attempt have in common. */
export interface OwnContext {
  signer: Signer;
  origin: string;
  /** 16 bytes, fresh for each attempt: numbers of an attempt that failed are never used with other bytes. */
  epoch: Uint8Array;
  timeUs: number;
  monotonicUs: number;
  environment: string;
  tenant: string;
  retentionClass: string;
}

const OWN_BATCH_RECORDS = 1024;

/** A batch's records as leaves. @throws limit.exceeded when one is too large for a tlog-tiles entry */
export function batchLeaves(
  statement: Uint8Array,
  signature: Uint8Array,
  records: readonly Uint8Array[],
  tree: MerkleTree,
): Uint8Array[] {
  return records.map((record, index) => encodeLeaf({ statement, signature, index, path: tree.path(index), record }));
}

/** The Merkle tree over a batch's records. */
export function batchTree(records: readonly Uint8Array[]): MerkleTree {
  return new MerkleTree(records.map((record) => leafHash(record)));
}

/** True when every record of a batch fits its leaf. */
export function leavesFit(statement: Uint8Array, records: readonly Uint8Array[], tree: MerkleTree): boolean {
  const longest = records.reduce((max, { length }) => Math.max(max, length), 0);
  return longest <= MAX_RECORD_BYTES && 74 + statement.length + tree.path(0).length * 32 + longest <= MAX_LEAF_BYTES;
}

/** The ledger's own records as leaves: batches from 0 of the context's epoch, signed by the ledger's key. */
export function ownLeaves(records: readonly OwnRecord[], context: OwnContext): Uint8Array[] {
  const leaves: Uint8Array[] = [];
  let previous = NO_PREVIOUS_BATCH;
  for (let first = 0, batchNo = 0; first < records.length; first += OWN_BATCH_RECORDS, batchNo++) {
    const encoded = records
      .slice(first, first + OWN_BATCH_RECORDS)
      .map((record, i) => encodeOwn(record, context, first + i));
    const tree = batchTree(encoded);
    const statement = BatchStatement.encode({
      format: FORMAT,
      logOrigin: context.origin,
      keyId: context.signer.keyId,
      epoch: context.epoch,
      batchNo,
      firstSeq: first,
      count: encoded.length,
      previousBatchHash: previous,
      merkleRoot: tree.root,
    });
    const signature = context.signer.sign(preAuthEncoding(BATCH_PAYLOAD_TYPE, statement));
    if (signature.length !== 64) throw new AffidavitError('internal', 'the ledger key gave no Ed25519 signature');
    leaves.push(...batchLeaves(statement, signature, encoded, tree));
    previous = statementHash(statement);
  }
  return leaves;
}

function encodeOwn(record: OwnRecord, context: OwnContext, seq: number): Uint8Array {
  return LedgerRecord.encode(
    LedgerRecord.create({
      format: FORMAT,
      kind: record.kind,
      keyId: context.signer.keyId,
      epoch: context.epoch,
      seq,
      timeUs: context.timeUs,
      monotonicUs: context.monotonicUs,
      environment: context.environment,
      tenant: context.tenant,
      retentionClass: context.retentionClass,
      body: record.body,
    }),
  );
}
