import { AffidavitError, WIRE, WireReader, WireWriter } from '../record/index.ts';

/** Where the wrapped key and the bytes of a payload part are. */
export interface KeyEntry {
  leaf: number;
  /** Index in the record's parts. */
  part: number;
  class: number;
  name: number;
  retentionClass: string;
  periodKeyId: Uint8Array;
  wrappedKey: Uint8Array;
  /** Name of the pack that holds the manifest, followed by the chunks unless they were sent ahead. */
  pack: string;
  offset: number;
  manifestBytes: number;
  /** Bytes of chunks in the pack; 0 when they are objects of their own, named by the manifest. */
  chunkBytes: number;
}

/**
 * The mark of a part or an attachment that had not come, or had come spoilt, when its record was appended. It is the
 * only permission to put a payload in its place later, and is used up by that. What has neither entry nor mark was
 * erased: no message that is read again brings it back.
 */
export interface MissingPart {
  leaf: number;
  /** Index in the record's parts, or in its attachments. */
  index: number;
  isAttachment: boolean;
  /** Month of the append, UTC, `YYYY-MM`: that of the period key which the part belongs under. */
  month: string;
}

/** What stands on a key page, in the order of leaves and parts. */
export interface KeyPage {
  entries: readonly KeyEntry[];
  missing: readonly MissingPart[];
}

/** What a commit changes on key pages. */
export interface KeyPageChange extends KeyPage {
  /** Marks of earlier commits that are used up. */
  arrived: readonly MissingPart[];
}

/** The page of leaves without payloads. */
export const EMPTY_KEY_PAGE: KeyPage = { entries: [], missing: [] };

const FIELD = { key: 3, missing: 4 } as const;

/** A key page's bytes, in protobuf's wire format. */
export function encodeKeyPage({ entries, missing }: KeyPage): Uint8Array {
  const writer = new WireWriter(64 + entries.length * 320 + missing.length * 32);
  for (const entry of entries) writer.bytes(FIELD.key, encodeKeyEntry(entry));
  for (const mark of missing) writer.bytes(FIELD.missing, encodeMissingPart(mark));
  return writer.finish();
}

/** Reads a key page. @throws evidence.malformed */
export function decodeKeyPage(bytes: Uint8Array): KeyPage {
  const entries: KeyEntry[] = [];
  const missing: MissingPart[] = [];
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const [field] = reader.tag();
    if (field === FIELD.key) entries.push(decodeKeyEntry(reader.view()));
    else if (field === FIELD.missing) missing.push(decodeMissingPart(reader.view()));
    else throw new AffidavitError('evidence.malformed', `a key page has no field ${field}`);
  }
  return { entries, missing };
}

/** A page with a commit's changes to it. Pure, and the same again when done twice: a start after a crash does that. */
export function mergeKeyPage(page: KeyPage, change: KeyPageChange): KeyPage {
  const entries = new Map([...page.entries, ...change.entries].map((entry) => [`${entry.leaf}/${entry.part}`, entry]));
  const missing = new Map([...page.missing, ...change.missing].map((mark) => [placeOf(mark), mark]));
  for (const mark of change.arrived) missing.delete(placeOf(mark));
  return {
    entries: [...entries.values()].toSorted((a, b) => a.leaf - b.leaf || a.part - b.part),
    missing: [...missing.values()].toSorted((a, b) => a.leaf - b.leaf || compare(placeOf(a), placeOf(b))),
  };
}

function placeOf({ leaf, index, isAttachment }: MissingPart): string {
  return `${leaf}/${isAttachment ? 'attachment' : 'part'}/${index}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A mark's bytes, as they stand on a page and in a staged file. */
export function encodeMissingPart({ leaf, index, isAttachment, month }: MissingPart): Uint8Array {
  return new WireWriter(32)
    .uint(1, leaf)
    .uint(2, index)
    .uint(3, isAttachment ? 1 : 0)
    .string(4, month)
    .finish();
}

/** Reads a mark. @throws evidence.malformed */
export function decodeMissingPart(bytes: Uint8Array): MissingPart {
  const fields = readFields(bytes);
  return { leaf: fields.uint(1), index: fields.uint(2), isAttachment: fields.uint(3) !== 0, month: fields.string(4) };
}

/** An entry's bytes, as they stand on a page and in a staged file. */
export function encodeKeyEntry(entry: KeyEntry): Uint8Array {
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

/** Reads an entry. @throws evidence.malformed */
export function decodeKeyEntry(bytes: Uint8Array): KeyEntry {
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

interface Fields {
  uint(field: number): number;
  bytes(field: number): Uint8Array;
  string(field: number): string;
}

const NO_BYTES = new Uint8Array(0);

/** The fields of a small message by number; the last of each counts. @throws evidence.malformed */
export function readFields(encoded: Uint8Array): Fields {
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
