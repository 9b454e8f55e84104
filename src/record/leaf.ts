import { AffidavitError } from './errors.ts';

/**
 * A leaf: what the Merkle tree commits to. It holds everything that proves one record alone: the batch statement,
 * its signature, the record's place in the batch, and the record, each verbatim.
 *
 * ```
 * u8 version = 1 · u16 length, statement · 64 signature · u32 index in batch · u8 n, n × 32 path · u16 length, record
 * ```
 *
 * Numbers are big-endian; nothing may follow.
 */
export interface Leaf {
  /** Encoded BatchStatement. */
  statement: Uint8Array;
  /** Ed25519 over the statement's DSSE pre-authentication encoding, 64 bytes. */
  signature: Uint8Array;
  /** Place of the record in its batch, from 0. */
  index: number;
  /** RFC 6962 audit path of the record in its batch, leaf to root. */
  path: readonly Uint8Array[];
  /** Encoded Record. */
  record: Uint8Array;
}

/** Version byte of the leaf encoding. */
export const LEAF_VERSION = 1;
/** A tlog-tiles entry has a 16-bit length. */
export const MAX_LEAF_BYTES = 65_535;

const SIGNATURE_BYTES = 64;
const HASH_BYTES = 32;
const MAX_PATH = 64;
const MAX_FIELD = 65_535;

/** A leaf's bytes. @throws limit.exceeded when larger than a tlog-tiles entry; internal for a wrong length. */
export function encodeLeaf(leaf: Leaf): Uint8Array {
  if (leaf.signature.length !== SIGNATURE_BYTES) throw new AffidavitError('internal', 'a signature has 64 bytes');
  if (leaf.path.length > MAX_PATH) throw new AffidavitError('internal', 'a path has at most 64 hashes');
  const total =
    1 + 2 + leaf.statement.length + SIGNATURE_BYTES + 4 + 1 + leaf.path.length * HASH_BYTES + 2 + leaf.record.length;
  if (total > MAX_LEAF_BYTES || leaf.statement.length > MAX_FIELD)
    throw new AffidavitError('limit.exceeded', `a leaf of ${total} bytes is over ${MAX_LEAF_BYTES}`);
  const out = new Uint8Array(total);
  const view = new DataView(out.buffer);
  let at = 0;
  const put = (bytes: Uint8Array): void => {
    out.set(bytes, at);
    at += bytes.length;
  };
  view.setUint8(at, LEAF_VERSION);
  view.setUint16(at + 1, leaf.statement.length);
  at += 3;
  put(leaf.statement);
  put(leaf.signature);
  view.setUint32(at, leaf.index);
  view.setUint8(at + 4, leaf.path.length);
  at += 5;
  for (const hash of leaf.path) {
    if (hash.length !== HASH_BYTES) throw new AffidavitError('internal', 'a hash has 32 bytes');
    put(hash);
  }
  view.setUint16(at, leaf.record.length);
  at += 2;
  put(leaf.record);
  return out;
}

/** Reads a leaf; its fields are views of the input. @throws evidence.malformed for anything but an exact leaf. */
export function decodeLeaf(bytes: Uint8Array): Leaf {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const take = (count: number): number => {
    const start = at;
    if (count > bytes.length - at) throw new AffidavitError('evidence.malformed', 'a leaf is cut off');
    at += count;
    return start;
  };
  const slice = (count: number): Uint8Array => {
    const start = take(count);
    return bytes.subarray(start, start + count);
  };
  const version = view.getUint8(take(1));
  if (version !== LEAF_VERSION) throw new AffidavitError('evidence.malformed', `leaf version ${version} is not known`);
  const statement = slice(view.getUint16(take(2)));
  const signature = slice(SIGNATURE_BYTES);
  const index = view.getUint32(take(4));
  const hashes = view.getUint8(take(1));
  if (hashes > MAX_PATH) throw new AffidavitError('evidence.malformed', `a path of ${hashes} hashes`);
  const path = Array.from({ length: hashes }, () => slice(HASH_BYTES));
  const record = slice(view.getUint16(take(2)));
  if (at !== bytes.length) throw new AffidavitError('evidence.malformed', 'bytes follow a leaf');
  return { statement, signature, index, path, record };
}
