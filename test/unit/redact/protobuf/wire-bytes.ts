/** Values of fields as they are written: by what they are, or as a wire type says. */
export type FieldValue =
  | string
  | Uint8Array
  | number
  | bigint
  | readonly Field[]
  | { readonly fixed32: number }
  | { readonly fixed64: bigint }
  | { readonly double: number }
  | { readonly float: number }
  | { readonly group: readonly Field[] }
  | { readonly packed: readonly (number | bigint)[] };

/** A field's number and value. */
export type Field = readonly [number: number, value: FieldValue];

/** A number of up to 64 bits as a varint. */
export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

function fixed(wire: number, bytes: number, write: (buffer: Buffer) => void): [number, Buffer] {
  const buffer = Buffer.alloc(bytes);
  write(buffer);
  return [wire, buffer];
}

function valueOf(value: Exclude<FieldValue, { group: readonly Field[] }>): [wire: number, bytes: Buffer] {
  if (typeof value === 'number' || typeof value === 'bigint') return [0, varint(value)];
  if (typeof value === 'string' || value instanceof Uint8Array || Array.isArray(value)) {
    const content = Array.isArray(value) ? message(value as readonly Field[]) : Buffer.from(value as string);
    return [2, Buffer.concat([varint(content.length), content])];
  }
  if ('packed' in value) return valueOf(Buffer.concat(value.packed.map(varint)));
  if ('fixed32' in value) return fixed(5, 4, (buffer) => buffer.writeUInt32LE(value.fixed32));
  if ('float' in value) return fixed(5, 4, (buffer) => buffer.writeFloatLE(value.float));
  if ('double' in value) return fixed(1, 8, (buffer) => buffer.writeDoubleLE(value.double));
  if ('fixed64' in value) return fixed(1, 8, (buffer) => buffer.writeBigUInt64LE(value.fixed64));
  throw new Error('no such value');
}

/** A message of these fields. */
export function message(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (typeof value === 'object' && 'group' in value)
        return [varint(number * 8 + 3), message(value.group), varint(number * 8 + 4)];
      const [wire, bytes] = valueOf(value);
      return [varint(number * 8 + wire), bytes];
    }),
  );
}

/** A frame of gRPC: flags, length, message. */
export function frame(content: Uint8Array | readonly Field[], flags = 0): Buffer {
  const bytes = content instanceof Uint8Array ? content : message(content);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flags);
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}

/** The contents of frames, with their flags. */
export function framesOf(bytes: Buffer): { flags: number; content: Buffer }[] {
  const frames: { flags: number; content: Buffer }[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at + 1);
    frames.push({ flags: bytes[at] ?? 0, content: bytes.subarray(at + 5, at + 5 + length) });
    at += 5 + length;
  }
  return frames;
}

function readVarint(bytes: Buffer, at: number): [value: bigint, end: number] {
  let value = 0n;
  for (let shift = 0n, end = at; end < bytes.length; shift += 7n) {
    const byte = bytes[end++] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return [value, end];
  }
  throw new Error('a varint is cut off');
}

/** A field as it was read: of a group's start and end no value. */
export type ReadField = readonly [number: number, value: Buffer | bigint | undefined];

/** The fields of a message, flat. @throws when it isn't one */
export function read(bytes: Buffer): ReadField[] {
  const fields: ReadField[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag, start] = readVarint(bytes, at);
    const [number, wire] = [Number(tag >> 3n), Number(tag & 7n)];
    if (wire === 0) {
      const [value, end] = readVarint(bytes, start);
      fields.push([number, value]);
      at = end;
    } else {
      const [length, from] = wire === 2 ? readVarint(bytes, start) : [{ 1: 8n, 3: 0n, 4: 0n, 5: 4n }[wire], start];
      if (length === undefined || number === 0) throw new Error('no field');
      at = from + Number(length);
      if (at > bytes.length) throw new Error('a field is cut off');
      fields.push([number, wire === 3 || wire === 4 ? undefined : bytes.subarray(from, at)]);
    }
  }
  return fields;
}

/** What stands under a path of field numbers, as text; of several the first. */
export function textAt(bytes: Buffer, ...path: number[]): string | undefined {
  let value: Buffer | bigint | undefined = bytes;
  for (const number of path) {
    if (!(value instanceof Buffer)) return undefined;
    value = read(value).find(([found]) => found === number)?.[1];
  }
  return value instanceof Buffer ? value.toString() : value?.toString();
}
