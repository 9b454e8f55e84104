import { AffidavitError } from './errors.ts';
import { WIRE, WireReader, WireWriter } from './wire.ts';

/**
 * Message types as tables: field name → number and type. One table is the type, the encoder and the decoder.
 * As in proto3, a field with its zero value isn't written; fields are written in the order of their numbers, so
 * one value has one encoding. A reader passes over fields that it doesn't know.
 */

interface Scalar<T> {
  readonly wire: number;
  readonly zero: () => T;
  readonly isZero: (value: T) => boolean;
  readonly write: (writer: WireWriter, field: number, value: T) => void;
  readonly read: (reader: WireReader) => T;
}

/** Methods, not properties: a table holds fields of many types, which needs their bivariance. */
interface Field<T> {
  readonly number: number;
  readonly wire: number;
  zero(): T;
  write(writer: WireWriter, value: T): void;
  read(reader: WireReader, before: T): T;
  /** The same field with another type for its messages; of fields that hold some. */
  of?<U>(type: MessageType<U>): Field<unknown>;
}

const UINT: Scalar<number> = {
  wire: WIRE.varint,
  zero: () => 0,
  isZero: (value) => value === 0,
  write: (writer, field, value) => writer.uint(field, value),
  read: (reader) => reader.varint(),
};
const BOOL: Scalar<boolean> = {
  wire: WIRE.varint,
  zero: () => false,
  isZero: (value) => !value,
  write: (writer, field, value) => writer.uint(field, value ? 1 : 0),
  read: (reader) => reader.varint() !== 0,
};
const STRING: Scalar<string> = {
  wire: WIRE.bytes,
  zero: () => '',
  isZero: (value) => value === '',
  write: (writer, field, value) => writer.string(field, value),
  read: (reader) => reader.string(),
};
const NO_BYTES = new Uint8Array(0);
const BYTES: Scalar<Uint8Array> = {
  wire: WIRE.bytes,
  zero: () => NO_BYTES,
  isZero: (value) => value.length === 0,
  write: (writer, field, value) => writer.bytes(field, value),
  read: (reader) => reader.view(),
};

function single<T>(number: number, scalar: Scalar<T>): Field<T> {
  return {
    number,
    wire: scalar.wire,
    zero: scalar.zero,
    write: (writer, value) => {
      if (!scalar.isZero(value)) scalar.write(writer, number, value);
    },
    read: (reader) => scalar.read(reader),
  };
}

function many<T>(number: number, scalar: Scalar<T>): Field<T[]> {
  return {
    number,
    wire: scalar.wire,
    zero: () => [],
    write: (writer, values) => {
      for (const value of values) scalar.write(writer, number, value);
    },
    read: (reader, before) => {
      before.push(scalar.read(reader));
      return before;
    },
  };
}

/** An unsigned integer up to 2^53-1 (`uint32` or `uint64`). */
export const uint = (number: number): Field<number> => single(number, UINT);
/** A boolean. */
export const bool = (number: number): Field<boolean> => single(number, BOOL);
/** A UTF-8 string. */
export const string = (number: number): Field<string> => single(number, STRING);
/** Bytes; when read, a view of the input. */
export const bytes = (number: number): Field<Uint8Array> => single(number, BYTES);
/** A list of unsigned integers, not packed. */
export const uints = (number: number): Field<number[]> => many(number, UINT);
/** A list of strings. */
export const strings = (number: number): Field<string[]> => many(number, STRING);
/** A list of byte strings. */
export const byteStrings = (number: number): Field<Uint8Array[]> => many(number, BYTES);
/** A message that may be absent (`undefined`). */
export function optional<T>(number: number, type: MessageType<T>): Field<T | undefined> {
  return {
    number,
    wire: WIRE.bytes,
    zero: () => undefined,
    write: (writer, value) => {
      if (value !== undefined) writeNested(writer, number, type, value);
    },
    read: (reader) => readNested(reader, type),
    of: (other) => optional(number, other),
  };
}
/** A list of messages. */
export function list<T>(number: number, type: MessageType<T>): Field<T[]> {
  const messages = many(number, {
    wire: WIRE.bytes,
    zero: () => type.decode(NO_BYTES),
    isZero: () => false,
    write: (writer, field, value) => {
      writeNested(writer, field, type, value);
    },
    read: (reader) => readNested(reader, type),
  });
  return { ...messages, of: (other) => list(number, other) };
}

function readNested<T>(reader: WireReader, type: MessageType<T>): T {
  const outerEnd = reader.enter();
  const value = type.read(reader);
  reader.leave(outerEnd);
  return value;
}

function writeNested<T>(writer: WireWriter, number: number, type: MessageType<T>, value: T): void {
  const start = writer.open(number);
  type.write(writer, value);
  writer.close(start);
}

/**
 * Encoding takes no time for itself: a buffer that grows to its size anew for each message would cost more than to fill
 * it. A writer that threw is not given back, nor one that a huge message has made huge.
 */
let spareWriter: WireWriter | undefined;
const SPARE_BYTES = 4096;
const MAX_SPARE_BYTES = 1024 * 1024;

function borrowWriter(): WireWriter {
  const writer = spareWriter ?? new WireWriter(SPARE_BYTES);
  spareWriter = undefined;
  return writer;
}

function returnWriter(writer: WireWriter): void {
  if (writer.capacity <= MAX_SPARE_BYTES) spareWriter = writer;
}

/** A message type made by {@link message}. */
export interface MessageType<T> {
  /** Name in proto/affidavit/v1. */
  readonly name: string;
  /** Field numbers by name. */
  readonly numbers: Readonly<Record<string, number>>;
  /** The message with every field at its zero. */
  create(values?: Partial<T>): T;
  /** The message's bytes. */
  encode(value: T): Uint8Array;
  /** The same at the end of what a writer has. */
  write(writer: WireWriter, value: T): void;
  /** Reads a message. Byte fields are views. @throws evidence.malformed */
  decode(encoded: Uint8Array): T;
  /** The same of what a reader is at, to its end. */
  read(reader: WireReader): T;
  /**
   * The type with these fields only, for who reads many and needs few: others are passed over as if they weren't known.
   * @param nested of fields that hold messages, such a type in the place of theirs
   */
  pick<K extends keyof T & string, N extends NestedTypes<T, K> = object>(
    keys: readonly K[],
    nested?: N,
  ): MessageType<Picked<T, K, N>>;
}

/** By field: a type in the place of that of its messages. */
type NestedTypes<T, K extends keyof T> = { readonly [F in K]?: MessageType<Partial<Inner<T[F]>>> };
/** The message in a field. */
type Inner<V> = V extends (infer E)[] ? E : NonNullable<V>;
type Replaced<V, U> = V extends unknown[] ? U[] : undefined extends V ? U | undefined : U;
/** What is left of a message. */
export type Picked<T, K extends keyof T, N> = {
  [F in K]: F extends keyof N ? (N[F] extends MessageType<infer U> ? Replaced<T[F], U> : T[F]) : T[F];
};

type Values<F> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** The TypeScript type of a message type. */
export type MessageOf<M> = M extends MessageType<infer T> ? T : never;

/** Makes a message type of a table of fields. Field names are the camelCase of those in proto/. */
export function message<F extends Record<string, Field<unknown>>>(name: string, fields: F): MessageType<Values<F>> {
  type T = Values<F>;
  const entries = Object.entries<Field<unknown>>(fields);
  const ordered = entries.toSorted((a, b) => a[1].number - b[1].number);
  const byNumber = new Map(ordered.map(([key, field]) => [field.number, { key, field }]));
  if (byNumber.size !== ordered.length) throw new AffidavitError('internal', `${name}: a field number is used twice`);

  const create = (values: Partial<T> = {}): T => {
    const made: Record<string, unknown> = {};
    for (const [key, field] of entries) made[key] = field.zero();
    return Object.assign(made, values) as T;
  };
  const write = (writer: WireWriter, value: T): void => {
    const source = value as Record<string, unknown>;
    for (const [key, field] of ordered) field.write(writer, source[key]);
  };
  const encode = (value: T): Uint8Array => {
    const writer = borrowWriter();
    write(writer, value);
    const encoded = writer.take();
    returnWriter(writer);
    return encoded;
  };
  const read = (reader: WireReader): T => {
    const made = create() as Record<string, unknown>;
    while (!reader.done) {
      const [number, wire] = reader.tag();
      const known = byNumber.get(number);
      if (known === undefined) reader.skip(wire);
      else if (known.field.wire === wire) made[known.key] = known.field.read(reader, made[known.key]);
      else throw new AffidavitError('evidence.malformed', `${name}.${known.key} has wire type ${wire}`);
    }
    return made as T;
  };
  const decode = (encoded: Uint8Array): T => read(new WireReader(encoded));
  const numbers = Object.fromEntries(entries.map(([key, field]) => [key, field.number]));
  const pick: MessageType<T>['pick'] = (keys, nested) => {
    const types = nested as Readonly<Record<string, MessageType<unknown>>> | undefined;
    const picked = keys.map((key) => {
      const [field, type] = [fields[key], types?.[key]];
      return [key, type === undefined ? field : field?.of?.(type)] as const;
    });
    return message(name, Object.fromEntries(picked) as Record<string, Field<unknown>>) as MessageType<never>;
  };
  return { name, numbers, create, encode, write, decode, read, pick };
}
