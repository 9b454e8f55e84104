import { AffidavitError, WIRE, WireReader, WireWriter } from '../record/index.ts';
import { encodeHex } from '../proof/index.ts';

/** Where the wrapped key and the bytes of a payload part are. Erasure takes entries out of their page. */
export interface KeyEntry {
  leaf: number;
  /** Index in the record's parts. */
  part: number;
  class: number;
  name: number;
  retentionClass: string;
  periodKeyId: Uint8Array;
  wrappedKey: Uint8Array;
  /** {@link attemptName} of the pack that holds the manifest, followed by the chunks unless they were sent ahead. */
  pack: string;
  offset: number;
  manifestBytes: number;
  /** Bytes of chunks in the pack; 0 when they are objects of their own, named by the manifest. */
  chunkBytes: number;
}

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
}

/** Largest staged file that is read: twice the largest commit. */
export const MAX_STAGED_BYTES = 256 * 1024 * 1024;

const FIELD = { oldSize: 1, leaf: 2, key: 3, row: 4 } as const;

/** The staged file's bytes, in protobuf's wire format. */
export function encodeStaged(staged: Staged): Uint8Array {
  const leafBytes = staged.leaves.reduce((sum, leaf) => sum + leaf.length + 8, 0);
  const writer = new WireWriter(leafBytes + 1024 + staged.keys.length * 320 + staged.rows.length * 128);
  writer.uint(FIELD.oldSize, staged.oldSize);
  for (const leaf of staged.leaves) writer.bytes(FIELD.leaf, leaf);
  for (const key of staged.keys) writer.bytes(FIELD.key, encodeKeyEntry(key));
  for (const row of staged.rows) writer.bytes(FIELD.row, encodeRow(row));
  return writer.finish();
}

/** Reads a staged file; leaves are views of it. @throws evidence.malformed */
export function decodeStaged(bytes: Uint8Array): Staged {
  const staged: Staged = { oldSize: 0, leaves: [], keys: [], rows: [] };
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const [field] = reader.tag();
    if (field === FIELD.oldSize) staged.oldSize = reader.varint();
    else if (field === FIELD.leaf) staged.leaves.push(reader.view());
    else if (field === FIELD.key) staged.keys.push(decodeKeyEntry(reader.view()));
    else if (field === FIELD.row) staged.rows.push(decodeRow(reader.view()));
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

function encodeKeyEntry(entry: KeyEntry): Uint8Array {
  return new WireWriter(288)
    .uint(1, entry.leaf)
    .uint(2, entry.part)
    .uint(3, entry.class)
    .uint(4, entry.name)
    .string(5, entry.retentionClass)
    .bytes(6, entry.periodKeyId)
    .bytes(7, entry.wrappedKey)
    .string(8, entry.pack)
    .uint(9, entry.offset)
    .uint(10, entry.manifestBytes)
    .uint(11, entry.chunkBytes)
    .finish();
}

function decodeKeyEntry(bytes: Uint8Array): KeyEntry {
  const fields = readFields(bytes);
  return {
    leaf: fields.uint(1),
    part: fields.uint(2),
    class: fields.uint(3),
    name: fields.uint(4),
    retentionClass: fields.string(5),
    periodKeyId: fields.bytes(6).slice(),
    wrappedKey: fields.bytes(7).slice(),
    pack: fields.string(8),
    offset: fields.uint(9),
    manifestBytes: fields.uint(10),
    chunkBytes: fields.uint(11),
  };
}

/** A key page: its entries in the order of leaves and parts. */
export function encodeKeyPage(entries: readonly KeyEntry[]): Uint8Array {
  const writer = new WireWriter(64 + entries.length * 320);
  for (const entry of entries) writer.bytes(FIELD.key, encodeKeyEntry(entry));
  return writer.finish();
}

/** Reads a key page. @throws evidence.malformed */
export function decodeKeyPage(bytes: Uint8Array): KeyEntry[] {
  const entries: KeyEntry[] = [];
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const [field] = reader.tag();
    if (field !== FIELD.key) throw new AffidavitError('evidence.malformed', `a key page has no field ${field}`);
    entries.push(decodeKeyEntry(reader.view()));
  }
  return entries;
}

/** A page with entries added; the same leaf and part is replaced, so that adding twice changes nothing. */
export function mergeKeyPage(page: readonly KeyEntry[], added: readonly KeyEntry[]): KeyEntry[] {
  const byPlace = new Map([...page, ...added].map((entry) => [`${entry.leaf}/${entry.part}`, entry]));
  return [...byPlace.values()].toSorted((a, b) => a.leaf - b.leaf || a.part - b.part);
}

interface Fields {
  uint(field: number): number;
  bytes(field: number): Uint8Array;
  string(field: number): string;
}

const NO_BYTES = new Uint8Array(0);

function readFields(encoded: Uint8Array): Fields {
  const numbers = new Map<number, number>();
  const views = new Map<number, Uint8Array>();
  const reader = new WireReader(encoded);
  while (!reader.done) {
    const [field, wire] = reader.tag();
    if (wire === WIRE.varint) numbers.set(field, reader.varint());
    else if (wire === WIRE.bytes) views.set(field, reader.view());
    else reader.skip(wire);
  }
  return {
    uint: (field) => numbers.get(field) ?? 0,
    bytes: (field) => views.get(field) ?? NO_BYTES,
    string: (field) => Buffer.from(views.get(field) ?? NO_BYTES).toString('utf8'),
  };
}

/** Key of an epoch in maps. */
export function epochKey(keyId: Uint8Array, epoch: Uint8Array): string {
  return `${encodeHex(keyId)}/${encodeHex(epoch)}`;
}
