import { type Field, message } from './wire-bytes.ts';

/** Numbers of google.protobuf.FieldDescriptorProto.Type. */
const TYPES = {
  ...{ double: 1, float: 2, int64: 3, uint64: 4, int32: 5, fixed64: 6, fixed32: 7, bool: 8, string: 9, bytes: 12 },
  ...{ uint32: 13, sfixed32: 15, sfixed64: 16, sint32: 17, sint64: 18 },
} as const;

/**
 * A type: name of each field → `number type`, with `repeated` before the type where it is, and `enum`, or a full name of a
 * message with `group` before it for a group.
 */
export interface TypeOf {
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly nested?: readonly TypeOf[];
  readonly isMapEntry?: boolean;
}

/** One file of a descriptor set. */
export interface FileOf {
  readonly name: string;
  readonly package?: string;
  readonly imports?: readonly string[];
  readonly types?: readonly TypeOf[];
  /** Service → method → full names of its types. */
  readonly services?: Readonly<Record<string, Readonly<Record<string, readonly [input: string, output: string]>>>>;
  /** Full name of a type → what extends it. */
  readonly extensions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

function field(name: string, text: string, extendee?: string): Field[] {
  const words = text.split(' ');
  const isRepeated = words[1] === 'repeated';
  const [kind = '', typeName] = words.slice(isRepeated ? 2 : 1);
  const scalar = kind === 'enum' ? 14 : (TYPES as Record<string, number | undefined>)[kind];
  const isGroup = kind === 'group';
  return [
    [1, name],
    ...(extendee === undefined ? [] : [[2, `.${extendee}`] as const]),
    [3, Number(words[0])],
    [4, isRepeated ? 3 : 1],
    [5, scalar ?? (isGroup ? 10 : 11)],
    ...(scalar === undefined ? [[6, `.${isGroup ? (typeName ?? '') : kind}`] as const] : []),
    [10, name],
  ];
}

function type({ name, fields, nested = [], isMapEntry = false }: TypeOf): Field[] {
  return [
    [1, name],
    ...Object.entries(fields).map(([each, text]) => [2, field(each, text)] as const),
    ...nested.map((each) => [3, type(each)] as const),
    ...(isMapEntry ? [[7, [[7, 1]]] as const] : []),
  ];
}

function file({ name, imports = [], types = [], services = {}, extensions = {}, ...rest }: FileOf): Field[] {
  return [
    [1, name],
    ...(rest.package === undefined ? [] : [[2, rest.package] as const]),
    ...imports.map((each) => [3, each] as const),
    ...types.map((each) => [4, type(each)] as const),
    ...Object.entries(services).map(
      ([service, methods]) =>
        [
          6,
          [
            [1, service],
            ...Object.entries(methods).map(([method, [input, output]]): Field => [
              2,
              [
                [1, method],
                [2, `.${input}`],
                [3, `.${output}`],
              ],
            ]),
          ] as Field[],
        ] as const,
    ),
    ...Object.entries(extensions).flatMap(([extendee, fields]) =>
      Object.entries(fields).map(([each, text]) => [7, field(each, text, extendee)] as const),
    ),
    [12, 'proto3'],
  ];
}

/** A google.protobuf.FileDescriptorSet in binary form. */
export function descriptorSet(...files: readonly FileOf[]): Buffer {
  return message(files.map((each) => [1, file(each)] as const));
}

/** The types that come with protobuf, as far as they are walked in a way of their own. */
export const WELL_KNOWN: FileOf = {
  name: 'google/protobuf/well_known.proto',
  package: 'google.protobuf',
  types: [
    { name: 'Any', fields: { type_url: '1 string', value: '2 bytes' } },
    { name: 'Timestamp', fields: { seconds: '1 int64', nanos: '2 int32' } },
    { name: 'StringValue', fields: { value: '1 string' } },
    { name: 'Int64Value', fields: { value: '1 int64' } },
    {
      name: 'Struct',
      fields: { fields: '1 repeated google.protobuf.Struct.FieldsEntry' },
      nested: [
        { name: 'FieldsEntry', fields: { key: '1 string', value: '2 google.protobuf.Value' }, isMapEntry: true },
      ],
    },
    {
      name: 'Value',
      fields: {
        null_value: '1 enum',
        number_value: '2 double',
        string_value: '3 string',
        bool_value: '4 bool',
        struct_value: '5 google.protobuf.Struct',
        list_value: '6 google.protobuf.ListValue',
      },
    },
    { name: 'ListValue', fields: { values: '1 repeated google.protobuf.Value' } },
  ],
};
