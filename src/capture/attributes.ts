import { WIRE, WireReader } from '../record/index.ts';

/** An attribute as Envoy writes it into a `google.protobuf.Struct`: times are RFC 3339, large integers are decimal text. */
export type AttributeValue = string | number | boolean;
/** Attributes by Envoy's names (https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/advanced/attributes). */
export type Attributes = ReadonlyMap<string, AttributeValue>;

/** What we read of what the configuration asks for; anything else is passed over unread. */
const WANTED: ReadonlySet<string> = new Set([
  'request.time',
  'request.protocol',
  "request.headers['x-affidavit-id']",
  'response.code_details',
  'source.address',
  'upstream.address',
  'connection.id',
  'connection.mtls',
  'connection.uri_san_peer_certificate',
  'connection.dns_san_peer_certificate',
  'connection.subject_peer_certificate',
  'xds.cluster_name',
  'xds.route_name',
]);

/** Longest text that is taken; a longer one is passed over. */
const MAX_TEXT = 4096;

/** Reads one entry of `ProcessingRequest.attributes` (filter name → Struct) into `into`. @throws evidence.malformed */
export function readAttributesEntry(entry: Uint8Array, into: Map<string, AttributeValue>): void {
  const reader = new WireReader(entry);
  while (!reader.done) {
    const [field, wire] = reader.tag();
    if (field === 2 && wire === WIRE.bytes) readStruct(reader.view(), into);
    else reader.skip(wire);
  }
}

function readStruct(struct: Uint8Array, into: Map<string, AttributeValue>): void {
  const reader = new WireReader(struct);
  while (!reader.done) {
    const [field, wire] = reader.tag();
    if (field === 1 && wire === WIRE.bytes) readField(reader.view(), into);
    else reader.skip(wire);
  }
}

function readField(entry: Uint8Array, into: Map<string, AttributeValue>): void {
  const reader = new WireReader(entry);
  let name = '';
  let value: Uint8Array | undefined;
  while (!reader.done) {
    const [field, wire] = reader.tag();
    if (field === 1 && wire === WIRE.bytes) name = reader.name();
    else if (field === 2 && wire === WIRE.bytes) value = reader.view();
    else reader.skip(wire);
  }
  if (value === undefined || !WANTED.has(name)) return;
  const read = readValue(value);
  if (read !== undefined) into.set(name, read);
}

function readValue(value: Uint8Array): AttributeValue | undefined {
  const reader = new WireReader(value);
  let read: AttributeValue | undefined;
  while (!reader.done) {
    const [field, wire] = reader.tag();
    if (field === 2 && wire === WIRE.fixed64) {
      const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
      read = view.getFloat64(reader.advance(8), true);
    } else if (field === 3 && wire === WIRE.bytes) {
      const text = reader.string();
      read = text.length <= MAX_TEXT ? text : undefined;
    } else if (field === 4 && wire === WIRE.varint) read = reader.varint() !== 0;
    else reader.skip(wire);
  }
  return read;
}
