import { concat, encode, type Marked } from './marked.ts';

/** Wire types of protobuf's encoding. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

/** A number of up to 64 bits as a varint; a character for each byte. */
export function varint(value: number | bigint): string {
  let text = '';
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) text += String.fromCharCode(Number(rest & 0x7fn) | 0x80);
  return text + String.fromCharCode(Number(rest));
}

/** The text's UTF-8, a character for each byte. */
export function utf8(source: Marked): Marked {
  return encode(source, (text) => Buffer.from(text).toString('latin1'));
}

/** A field of bytes, text or a message: `content` has a character for each byte. */
export function bytesField(number: number, content: Marked | string): Marked {
  const value = typeof content === 'string' ? concat(content) : content;
  return concat(varint(number * 8 + BYTES) + varint(value.text.length), value);
}

/** A field of the number whose decimal text is marked; the marks are of its bytes then. */
export function numberField(number: number, decimal: Marked): Marked {
  const isDouble = decimal.text.includes('.');
  const text = isDouble ? doubleBytes(Number(decimal.text)) : varint(BigInt(decimal.text));
  const marks = decimal.marks.map((mark) => ({ ...mark, start: 0, end: text.length, encoded: true }));
  return concat(varint(number * 8 + (isDouble ? FIXED64 : VARINT)), { text, marks });
}

function doubleBytes(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes.toString('latin1');
}

/** What a field holds; an object of another type by that type's name. */
export type FieldKind = 'string' | 'int64' | 'double' | 'bool' | { readonly message: string };

/** A field of a message type. */
export interface FieldOf {
  readonly name: string;
  readonly number: number;
  readonly kind: FieldKind;
  readonly isRepeated?: boolean;
}

/** A message type. */
export interface TypeOf {
  readonly name: string;
  readonly fields: readonly FieldOf[];
}

/** Numbers of google.protobuf.FieldDescriptorProto.Type. */
const TYPE_NUMBERS = { double: 1, int64: 3, bool: 8, string: 9, message: 11 } as const;

function fieldDescriptor({ name, number, kind, isRepeated = false }: FieldOf, packageName: string): string {
  const isMessage = typeof kind === 'object';
  return concat(
    bytesField(1, name),
    varint(3 * 8) + varint(number),
    varint(4 * 8) + varint(isRepeated ? 3 : 1),
    varint(5 * 8) + varint(TYPE_NUMBERS[isMessage ? 'message' : kind]),
    isMessage ? bytesField(6, `.${packageName}.${kind.message}`) : '',
  ).text;
}

function typeDescriptor({ name, fields }: TypeOf, packageName: string): string {
  return concat(bytesField(1, name), ...fields.map((field) => bytesField(2, fieldDescriptor(field, packageName)))).text;
}

/** A service with one method. */
export interface ServiceOf {
  readonly packageName: string;
  readonly service: string;
  readonly method: string;
  /** Name of the method's request and response type. */
  readonly type: string;
}

/** A google.protobuf.FileDescriptorSet (descriptor.proto) of one file with `types` and one service. */
export function descriptorSet(types: readonly TypeOf[], { packageName, service, method, type }: ServiceOf): Uint8Array {
  const full = `.${packageName}.${type}`;
  const methodDescriptor = concat(bytesField(1, method), bytesField(2, full), bytesField(3, full));
  const file = concat(
    bytesField(1, `${packageName.replaceAll('.', '/')}/api.proto`),
    bytesField(2, packageName),
    ...types.map((one) => bytesField(4, typeDescriptor(one, packageName))),
    bytesField(6, concat(bytesField(1, service), bytesField(2, methodDescriptor))),
    bytesField(12, 'proto3'),
  );
  return Buffer.from(bytesField(1, file).text, 'latin1');
}
