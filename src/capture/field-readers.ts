import { WIRE, WireReader } from '../record/index.ts';

/** How a field of a message is read into what is made of it. The tables are made once: a log has many entries. */
interface FieldReader<T> {
  readonly wire: number;
  readonly read: (reader: WireReader, into: T) => void;
}

/** Readers by field number. */
export type Readers<T> = readonly (FieldReader<T> | undefined)[];

type Reads<T> = Readonly<Record<number, FieldReader<T>['read']>>;

/** Readers by field number: of messages, strings and maps, of numbers, and of doubles. */
export function readersOf<T>(lengthDelimited: Reads<T>, varints: Reads<T> = {}, doubles: Reads<T> = {}): Readers<T> {
  const readers: (FieldReader<T> | undefined)[] = [];
  for (const [number, read] of Object.entries(lengthDelimited)) readers[Number(number)] = { wire: WIRE.bytes, read };
  for (const [number, read] of Object.entries(varints)) readers[Number(number)] = { wire: WIRE.varint, read };
  for (const [number, read] of Object.entries(doubles)) readers[Number(number)] = { wire: WIRE.fixed64, read };
  return readers;
}

/** Reads each field that has a reader, and passes over the others, or those of another wire type. */
export function readFields<T>(bytes: Uint8Array, readers: Readers<T>, into: T): T {
  return readAll(new WireReader(bytes), readers, into);
}

/** The same of the message in a field that a reader is at: in place, since a log has many. */
export function readNested<T>(reader: WireReader, readers: Readers<T>, into: T): T {
  const outerEnd = reader.enter();
  readAll(reader, readers, into);
  reader.leave(outerEnd);
  return into;
}

/** The same of a message that may be wrong in itself: the reader goes on after it. Gives what is wrong, if anything is. */
export function tryNested<T>(reader: WireReader, readers: Readers<T>, into: T): unknown {
  const outerEnd = reader.enter();
  const { end } = reader;
  try {
    readAll(reader, readers, into);
    return undefined;
  } catch (thrown) {
    return thrown;
  } finally {
    // It may stand anywhere in a message within that one.
    reader.leave(outerEnd);
    reader.position = end;
  }
}

function readAll<T>(reader: WireReader, readers: Readers<T>, into: T): T {
  while (!reader.done) {
    const [field, wire] = reader.tag();
    const known = readers[field];
    if (known?.wire === wire) known.read(reader, into);
    else reader.skip(wire);
  }
  return into;
}

/** A double, where a reader stands. */
export function readDouble(reader: WireReader): number {
  const start = reader.advance(8);
  const { buffer, byteOffset } = reader.bytes;
  return new DataView(buffer, byteOffset + start, 8).getFloat64(0, true);
}
