import {
  AffidavitError,
  CHUNK_BYTES,
  FORMAT,
  Frame,
  kindName,
  MAX_FRAME_BYTES,
  PRODUCER_EVENT,
  QUARANTINE_REASON,
} from '../record/index.ts';
import type { Batch, BatchStatement, Chunk, LedgerRecord, QuarantineReason } from '../record/index.ts';
import type { MerkleTree } from '../proof/index.ts';
import {
  EPOCH_BYTES,
  equalBytes,
  HASH_BYTES,
  mayWrite,
  parseBatchStatement,
  parseRecord,
  sha256,
  verifyBatchStatement,
} from '../proof/index.ts';
import { producerStatus } from './epoch-index.ts';
import { batchTree, leavesFit } from './leaves.ts';

/** AES-GCM's tag, the most that encryption adds to a chunk. */
const TAG_BYTES = 16;

/** A message that can't be accepted, and why. */
export interface Refusal {
  readonly type: 'refused';
  readonly reason: QuarantineReason;
  readonly detail: string;
  /** The key that the message names, empty when it names none. */
  readonly keyId: Uint8Array;
}

/** What a message turned out to be; nothing is verified yet. */
export type Opened =
  | Refusal
  | { readonly type: 'chunk'; readonly ciphertext: Uint8Array; readonly hash: Uint8Array }
  | { readonly type: 'batch'; readonly batch: Batch; readonly statement: BatchStatement; readonly hash: Uint8Array };

/** A batch that holds. */
export interface Verified {
  readonly type: 'verified';
  readonly records: LedgerRecord[];
  readonly tree: MerkleTree;
}

const NO_KEY = new Uint8Array(0);

function refusal(reason: QuarantineReason, detail: string, keyId: Uint8Array = NO_KEY): Refusal {
  return { type: 'refused', reason, detail, keyId };
}

/**
 * What is bad, as its code; anything else goes on upwards. What the log says of a message is never in the message's own
 * words: nobody has vouched for them, and the log keeps them for ever.
 */
function badEvidence(thrown: unknown): string {
  if (thrown instanceof AffidavitError && thrown.isEvidence) return thrown.code;
  throw thrown;
}

/** Takes a message of the bus apart. Never throws for what it holds. */
export function openMessage(value: Uint8Array, origin: string): Opened {
  if (value.length > MAX_FRAME_BYTES)
    return refusal(QUARANTINE_REASON.oversized, `a message of ${value.length} bytes is over ${MAX_FRAME_BYTES}`);
  try {
    const frame = Frame.decode(value);
    if (frame.format !== FORMAT)
      return refusal(QUARANTINE_REASON.unsupported_format, `a frame of format ${frame.format}`);
    if (frame.batch !== undefined && frame.chunk === undefined) return openBatch(frame.batch, origin);
    if (frame.chunk !== undefined && frame.batch === undefined) return openChunk(frame.chunk);
    return refusal(QUARANTINE_REASON.malformed, 'a frame holds exactly one of a batch and a chunk');
  } catch (thrown) {
    return refusal(QUARANTINE_REASON.malformed, `not a message that can be read: ${badEvidence(thrown)}`);
  }
}

function openChunk({ keyId, epoch, ciphertext }: Chunk): Opened {
  if (keyId.length !== HASH_BYTES || epoch.length !== EPOCH_BYTES)
    return refusal(QUARANTINE_REASON.malformed, 'a chunk without key id or epoch');
  if (ciphertext.length < TAG_BYTES || ciphertext.length > CHUNK_BYTES + TAG_BYTES)
    return refusal(QUARANTINE_REASON.malformed, `a chunk of ${ciphertext.length} bytes`, keyId);
  return { type: 'chunk', ciphertext, hash: sha256(ciphertext) };
}

function openBatch(batch: Batch, origin: string): Opened {
  const statement = parseBatchStatement(batch.statement);
  if (statement.logOrigin !== origin)
    return refusal(QUARANTINE_REASON.foreign_log, 'a batch for another log', statement.keyId);
  return { type: 'batch', batch, statement, hash: sha256(batch.statement) };
}

/** Verifies a batch’s signature, root, records and their size, and that a key of this role may write them. Never throws for what it holds. */
export function verifyMessage(
  batch: Batch,
  statement: BatchStatement,
  publicKey: Uint8Array,
  role: number,
): Verified | Refusal {
  const { keyId, batchNo } = statement;
  try {
    verifyBatchStatement(batch.statement, batch.signature, publicKey);
  } catch (thrown) {
    const detail = `the signature of batch ${batchNo} doesn't hold: ${badEvidence(thrown)}`;
    return refusal(QUARANTINE_REASON.bad_signature, detail, keyId);
  }
  if (batch.records.length !== statement.count)
    return refusal(
      QUARANTINE_REASON.bad_merkle_root,
      `${batch.records.length} records instead of ${statement.count}`,
      keyId,
    );
  const tree = batchTree(batch.records);
  if (!equalBytes(tree.root, statement.merkleRoot))
    return refusal(QUARANTINE_REASON.bad_merkle_root, `the root of batch ${batchNo} is not over its records`, keyId);
  if (!leavesFit(batch.statement, batch.records, tree))
    return refusal(QUARANTINE_REASON.oversized, `a record of batch ${batchNo} is too large for a leaf`, keyId);
  let index = 0;
  try {
    const records = batch.records.map((record) => parseRecord(record, statement, index++));
    const wrong = records.map((record, at) => wrongOf(record, at, statement, role)).find((what) => what !== undefined);
    if (wrong !== undefined) return refusal(QUARANTINE_REASON.malformed, `batch ${batchNo} ${wrong}`, keyId);
    return { type: 'verified', records, tree };
  } catch (thrown) {
    const detail = `record ${index - 1} of batch ${batchNo} is wrong: ${badEvidence(thrown)}`;
    return refusal(QUARANTINE_REASON.malformed, detail, keyId);
  }
}

/**
 * What a record says that a producer may not say there; `undefined` when all is well. A verifier of the whole log relies
 * on it: `started` opens an epoch, `stopped` ends it, and only the ledger writes the ledger's kinds.
 */
function wrongOf(
  record: LedgerRecord,
  index: number,
  { batchNo, count, epoch }: BatchStatement,
  role: number,
): string | undefined {
  if (!mayWrite(role, record.kind))
    return `holds a ${kindName(record.kind)} record, which a key of role ${role} may not write`;
  const status = producerStatus(record);
  if (status?.event === PRODUCER_EVENT.started) {
    if (batchNo !== 0 || index !== 0) return 'says `started` after the first record of its epoch';
    if (equalBytes(status.previousEpoch, epoch)) return 'names its own epoch as the one before';
  }
  if (status?.event === PRODUCER_EVENT.stopped && index !== count - 1) return 'says `stopped` before its last record';
  return undefined;
}
