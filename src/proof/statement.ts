import {
  AffidavitError,
  BatchStatement,
  BODY_TYPES,
  decodeLeaf,
  FORMAT,
  KEY_ACTION,
  KEY_ROLE,
  KeyStatement,
  KIND,
  LedgerRecord,
  MAX_BATCH_RECORDS,
  MAX_RECORD_BYTES,
} from '../record/index.ts';
import type { Batch, Leaf, SignedKey } from '../record/index.ts';
import { checkLength, concatBytes, encodeUtf8, equalBytes } from './bytes.ts';
import { isKeyName } from './note.ts';
import { at } from './place.ts';
import { encodeHex, HASH_BYTES, PUBLIC_KEY_BYTES, sha256, SIGNATURE_BYTES, verifyEd25519 } from './platform.ts';
import { leafHash, rootFromInclusion, treeRoot } from './tree.ts';

/** DSSE payload type of a batch statement. */
export const BATCH_PAYLOAD_TYPE = 'application/vnd.affidavit.batch.v1';
/** DSSE payload type of a key statement. */
export const KEY_PAYLOAD_TYPE = 'application/vnd.affidavit.key.v1';
/** Bytes of an epoch. */
export const EPOCH_BYTES = 16;
/** Most payload parts of a record. */
export const MAX_RECORD_PARTS = 16;
/** Most attachments of a record. */
export const MAX_RECORD_ATTACHMENTS = 16;
/** What stands for the statement before in an epoch's batch 0. */
export const NO_PREVIOUS_BATCH: Uint8Array = new Uint8Array(HASH_BYTES);

function malformed(what: string): AffidavitError {
  return new AffidavitError('evidence.malformed', what);
}

/**
 * What is signed: PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body, lengths in bytes and decimal
 * (https://github.com/secure-systems-lab/dsse/blob/master/protocol.md).
 */
export function preAuthEncoding(type: string, payload: Uint8Array): Uint8Array {
  const typeBytes = encodeUtf8(type);
  return concatBytes(encodeUtf8(`DSSEv1 ${typeBytes.length} `), typeBytes, encodeUtf8(` ${payload.length} `), payload);
}

/** A key's fingerprint: SHA-256 of its 32 raw bytes. */
export function keyIdOf(publicKey: Uint8Array): Uint8Array {
  return sha256(publicKey);
}

/** A batch's name in the chain of its epoch: SHA-256 of the encoded statement. */
export function statementHash(statement: Uint8Array): Uint8Array {
  return sha256(statement);
}

/** Root over a batch's encoded records (RFC 6962). */
export function batchRoot(records: readonly Uint8Array[]): Uint8Array {
  return treeRoot(records.map((record) => leafHash(record)));
}

/** Reads a batch statement and checks its shape, no signature. @throws evidence.malformed */
export function parseBatchStatement(bytes: Uint8Array): BatchStatement {
  const statement = BatchStatement.decode(bytes);
  if (statement.format !== FORMAT) throw malformed(`a batch statement of format ${statement.format}`);
  if (!isKeyName(statement.logOrigin)) throw malformed('a batch statement without a log origin');
  checkLength(statement.keyId, HASH_BYTES, "a batch statement's key id");
  checkLength(statement.epoch, EPOCH_BYTES, "a batch statement's epoch");
  checkLength(statement.previousBatchHash, HASH_BYTES, "a batch statement's previous hash");
  checkLength(statement.merkleRoot, HASH_BYTES, "a batch statement's root");
  if (statement.count < 1 || statement.count > MAX_BATCH_RECORDS)
    throw malformed(`a batch of ${statement.count} records; it has 1 to ${MAX_BATCH_RECORDS}`);
  if (!Number.isSafeInteger(statement.firstSeq + statement.count)) throw malformed('a sequence number over 2^53-1');
  if ((statement.batchNo === 0) !== equalBytes(statement.previousBatchHash, NO_PREVIOUS_BATCH))
    throw malformed('a batch statement names a batch before exactly when it is not the first');
  if ((statement.batchNo === 0) !== (statement.firstSeq === 0))
    throw malformed('the first batch of an epoch, and no other, begins with record 0');
  return statement;
}

/** Reads a batch statement that `publicKey` (32 raw bytes) signed. @throws evidence.malformed, evidence.signature */
export function verifyBatchStatement(bytes: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): BatchStatement {
  const statement = parseBatchStatement(bytes);
  checkSignature(BATCH_PAYLOAD_TYPE, bytes, signature, publicKey, `batch ${statement.batchNo}`);
  if (!equalBytes(statement.keyId, keyIdOf(publicKey)))
    throw new AffidavitError('evidence.signature', `batch ${statement.batchNo} names another key than its signer's`);
  return statement;
}

function checkSignature(
  type: string,
  payload: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
  what: string,
): void {
  checkLength(signature, SIGNATURE_BYTES, `the signature of ${what}`);
  if (!verifyEd25519(publicKey, preAuthEncoding(type, payload), signature))
    throw new AffidavitError('evidence.signature', `the signature of ${what} is wrong`);
}

/** Kinds that only a key enrolled as `ledger` may write. A `gap` is anyone's: producers lose things too. */
const LEDGER_KINDS: ReadonlySet<number> = new Set([KIND.genesis, KIND.key, KIND.quarantined]);

/** Kinds of which only an auditor may write: who records must not certify that nothing of it is missing. */
const AUDITOR_KINDS: ReadonlySet<number> = new Set([KIND.certificate]);
/** What an auditor says of itself and of what it lost, like any producer. */
const AUDITOR_OWN_KINDS: ReadonlySet<number> = new Set([KIND.producer, KIND.gap]);

/** True when a key of this role ({@link KEY_ROLE}) may sign a batch with a record of this kind. */
export function mayWrite(role: number, kind: number): boolean {
  if (AUDITOR_KINDS.has(kind)) return role === KEY_ROLE.auditor;
  if (role === KEY_ROLE.auditor) return AUDITOR_OWN_KINDS.has(kind);
  return role === KEY_ROLE.ledger || (role === KEY_ROLE.producer && !LEDGER_KINDS.has(kind));
}

/** True for the roles whose keys sign what comes over the bus. */
export function isProducerRole(role: number): boolean {
  return role === KEY_ROLE.producer || role === KEY_ROLE.auditor;
}

/**
 * Reads the record at `index` of a batch and checks that it says what the statement says; the body of a
 * known kind must decode.
 * @throws evidence.malformed, also for wrong numbering.
 */
export function parseRecord(bytes: Uint8Array, statement: BatchStatement, index: number): LedgerRecord {
  const place = `record ${index} of batch ${statement.batchNo}`;
  if (bytes.length > MAX_RECORD_BYTES) throw malformed(`${place} has ${bytes.length} bytes, over ${MAX_RECORD_BYTES}`);
  if (index >= statement.count) throw malformed(`${place} is outside of its batch`);
  const record = at(place, () => LedgerRecord.decode(bytes));
  if (record.format !== FORMAT) throw malformed(`${place} is of format ${record.format}`);
  if (record.kind === 0) throw malformed(`${place} has no kind`);
  if (!equalBytes(record.keyId, statement.keyId)) throw malformed(`${place} names another key than its batch`);
  if (!equalBytes(record.epoch, statement.epoch)) throw malformed(`${place} is of another epoch than its batch`);
  if (record.seq !== statement.firstSeq + index) throw malformed(`${place} is numbered ${record.seq}`);
  if (record.parts.length > MAX_RECORD_PARTS)
    throw malformed(`${place} has ${record.parts.length} parts, over ${MAX_RECORD_PARTS}`);
  if (record.attachments.length > MAX_RECORD_ATTACHMENTS)
    throw malformed(`${place} has ${record.attachments.length} attachments, over ${MAX_RECORD_ATTACHMENTS}`);
  for (const part of record.parts) {
    checkLength(part.manifestHash, HASH_BYTES, `${place}: a manifest hash`);
    checkLength(part.keyCommitment, HASH_BYTES, `${place}: a key commitment`);
  }
  for (const { hash } of record.attachments) checkLength(hash, HASH_BYTES, `${place}: an attachment's hash`);
  at(`${place}: its body`, () => BODY_TYPES.get(record.kind)?.decode(record.body));
  return record;
}

/** A batch that was verified. */
export interface VerifiedBatch {
  statement: BatchStatement;
  records: LedgerRecord[];
}

/**
 * Checks a whole batch: its signature, the root over its records, and each record's shape and numbering. Payloads and
 * attachments are not looked at: records commit to them one by one.
 * @throws evidence.malformed, evidence.signature, evidence.hash (the root isn't over these records).
 */
export function verifyBatch(batch: Batch, publicKey: Uint8Array): VerifiedBatch {
  const statement = verifyBatchStatement(batch.statement, batch.signature, publicKey);
  if (batch.records.length !== statement.count)
    throw new AffidavitError(
      'evidence.hash',
      `batch ${statement.batchNo} has ${batch.records.length} records, its statement says ${statement.count}`,
    );
  if (!equalBytes(batchRoot(batch.records), statement.merkleRoot))
    throw new AffidavitError('evidence.hash', `the root of batch ${statement.batchNo} is not over its records`);
  return { statement, records: batch.records.map((record, index) => parseRecord(record, statement, index)) };
}

/** A leaf taken apart. */
export interface OpenedLeaf {
  leaf: Leaf;
  statement: BatchStatement;
  record: LedgerRecord;
}

/**
 * Takes a leaf apart and checks everything in it but the signature: shapes, and that the record is in the batch of the
 * statement. @throws evidence.malformed, evidence.inclusion
 */
export function openLeaf(bytes: Uint8Array): OpenedLeaf {
  const leaf = decodeLeaf(bytes);
  const statement = parseBatchStatement(leaf.statement);
  const record = parseRecord(leaf.record, statement, leaf.index);
  const root = rootFromInclusion(leaf.index, statement.count, leafHash(leaf.record), leaf.path);
  if (!equalBytes(root, statement.merkleRoot))
    throw new AffidavitError('evidence.inclusion', `the record is not in batch ${statement.batchNo} of its statement`);
  return { leaf, statement, record };
}

/**
 * Checks a leaf by itself: {@link openLeaf} and the batch's signature.
 * @param resolveKey gives the public key (32 raw bytes) of a key id that is trusted.
 * @throws evidence.malformed, evidence.inclusion, evidence.signature, evidence.untrusted_key
 */
export function verifyLeaf(bytes: Uint8Array, resolveKey: (keyId: Uint8Array) => Uint8Array | undefined): OpenedLeaf {
  const opened = openLeaf(bytes);
  const publicKey = resolveKey(opened.statement.keyId);
  if (publicKey === undefined)
    throw new AffidavitError('evidence.untrusted_key', `key ${encodeHex(opened.statement.keyId)} is not enrolled`);
  verifyBatchStatement(opened.leaf.statement, opened.leaf.signature, publicKey);
  return opened;
}

const ACTIONS: ReadonlySet<number> = new Set(Object.values(KEY_ACTION));
const ROLES: ReadonlySet<number> = new Set(Object.values(KEY_ROLE));

/**
 * Reads what the root key said of another key.
 * @param origin the log that it must be said for.
 * @throws evidence.malformed, evidence.signature, evidence.untrusted_key (said for another log).
 */
export function verifyKeyStatement(signed: SignedKey, rootPublicKey: Uint8Array, origin: string): KeyStatement {
  const statement = KeyStatement.decode(signed.statement);
  if (statement.format !== FORMAT) throw malformed(`a key statement of format ${statement.format}`);
  checkLength(statement.publicKey, PUBLIC_KEY_BYTES, 'the public key of a key statement');
  if (!ACTIONS.has(statement.action)) throw malformed(`a key statement with action ${statement.action}`);
  if (!ROLES.has(statement.role)) throw malformed(`a key statement with role ${statement.role}`);
  const key = encodeHex(keyIdOf(statement.publicKey));
  checkSignature(KEY_PAYLOAD_TYPE, signed.statement, signed.signature, rootPublicKey, `the statement about key ${key}`);
  if (statement.logOrigin !== origin)
    throw new AffidavitError(
      'evidence.untrusted_key',
      `key ${key} is enrolled in ${statement.logOrigin}, not ${origin}`,
    );
  return statement;
}
