import { AffidavitError, WireReader, WireWriter } from '../record/index.ts';
import { encodeHex } from '../proof/index.ts';
import { decodeKeyEntry, decodeMissingPart, encodeKeyEntry, encodeMissingPart, readFields } from './key-page.ts';
import type { KeyEntry, MissingPart } from './key-page.ts';

/** A row of an epoch's index: where an accepted batch begins. */
export interface EpochRow {
  keyId: Uint8Array;
  epoch: Uint8Array;
  batchNo: number;
  leaf: number;
  statementHash: Uint8Array;
}

/** What a commit publishes, exactly. */
export interface Staged {
  oldSize: number;
  leaves: Uint8Array[];
  keys: KeyEntry[];
  rows: EpochRow[];
  /** Marks of what of the new leaves' payloads is missing. */
  missing: MissingPart[];
  /** Marks of earlier leaves that are used up: what they stand for is among `keys`, or an attachment. */
  arrived: MissingPart[];
}

/** Largest staged file that is read: twice the largest commit. */
export const MAX_STAGED_BYTES = 256 * 1024 * 1024;

const FIELD = { oldSize: 1, leaf: 2, key: 3, row: 4, missing: 5, arrived: 6 } as const;

/** The staged file's bytes, in protobuf's wire format. */
export function encodeStaged(staged: Staged): Uint8Array {
  const leafBytes = staged.leaves.reduce((sum, leaf) => sum + leaf.length + 8, 0);
  const writer = new WireWriter(leafBytes + 1024 + staged.keys.length * 320 + staged.rows.length * 128);
  writer.uint(FIELD.oldSize, staged.oldSize);
  for (const leaf of staged.leaves) writer.bytes(FIELD.leaf, leaf);
  for (const key of staged.keys) writer.bytes(FIELD.key, encodeKeyEntry(key));
  for (const row of staged.rows) writer.bytes(FIELD.row, encodeRow(row));
  for (const mark of staged.missing) writer.bytes(FIELD.missing, encodeMissingPart(mark));
  for (const mark of staged.arrived) writer.bytes(FIELD.arrived, encodeMissingPart(mark));
  return writer.finish();
}

/** Reads a staged file; leaves are views of it. @throws evidence.malformed */
export function decodeStaged(bytes: Uint8Array): Staged {
  const staged: Staged = { oldSize: 0, leaves: [], keys: [], rows: [], missing: [], arrived: [] };
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const [field] = reader.tag();
    if (field === FIELD.oldSize) staged.oldSize = reader.varint();
    else if (field === FIELD.leaf) staged.leaves.push(reader.view());
    else if (field === FIELD.key) staged.keys.push(decodeKeyEntry(reader.view()));
    else if (field === FIELD.row) staged.rows.push(decodeRow(reader.view()));
    else if (field === FIELD.missing) staged.missing.push(decodeMissingPart(reader.view()));
    else if (field === FIELD.arrived) staged.arrived.push(decodeMissingPart(reader.view()));
    else throw new AffidavitError('evidence.malformed', `a staged file has no field ${field}`);
  }
  return staged;
}

function encodeRow(row: EpochRow): Uint8Array {
  return new WireWriter(112)
    .bytes(1, row.keyId)
    .bytes(2, row.epoch)
    .uint(3, row.batchNo)
    .uint(4, row.leaf)
    .bytes(5, row.statementHash)
    .finish();
}

function decodeRow(bytes: Uint8Array): EpochRow {
  const fields = readFields(bytes);
  return {
    keyId: fields.bytes(1),
    epoch: fields.bytes(2),
    batchNo: fields.uint(3),
    leaf: fields.uint(4),
    statementHash: fields.bytes(5),
  };
}

/** Key of an epoch in maps. */
export function epochKey(keyId: Uint8Array, epoch: Uint8Array): string {
  return `${encodeHex(keyId)}/${encodeHex(epoch)}`;
}
