/** What a field holds, as far as its encoding and its redaction differ. */
export type FieldKind =
  | 'string'
  | 'bytes'
  | 'message'
  | 'group'
  | 'int'
  | 'uint'
  | 'sint'
  | 'choice'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed32'
  | 'sfixed64'
  | 'float'
  | 'double';

/** A field of a message type. `choice` stands for enumerations and booleans. */
export interface FieldType {
  readonly name: string;
  readonly number: number;
  readonly kind: FieldKind;
  /** Full name of a message's or group's type; empty for others. */
  readonly typeName: string;
  readonly isRepeated: boolean;
}

/**
 * What a type stands for beside a plain message:
 * - `entry`: one entry of a map;
 * - `transparent`: a wrapper, whose fields mean what it means itself (google.protobuf.StringValue, Value, Struct);
 * - `any`: a message with its type (google.protobuf.Any);
 * - `timestamp`, `date`: a point in time (google.protobuf.Timestamp), a day (google.type.Date).
 */
export type MessageForm = 'plain' | 'entry' | 'transparent' | 'any' | 'timestamp' | 'date';

/** A message type. */
export interface MessageType {
  /** Full name, without a dot before it. */
  readonly name: string;
  readonly form: MessageForm;
  /** By their number. */
  readonly fields: ReadonlyMap<number, FieldType>;
  /** Number of the field that names the value beside it, in a list of named values; 0 for none. */
  readonly nameField: number;
}

/** The types of a method's messages; undefined for one that the set lacks. */
export interface MethodTypes {
  readonly input: MessageType | undefined;
  readonly output: MessageType | undefined;
}

/** Message types and methods by their names. */
export interface Descriptors {
  /** The type of this full name, without a dot before it. */
  message(name: string): MessageType | undefined;
  /** The method of a path whose last two segments are `package.Service/Method`. */
  method(path: string): MethodTypes | undefined;
}
