import { WIRE, type WireReader } from '../record/index.ts';
import { readDouble } from './field-readers.ts';

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

/**
 * Reads one entry of `ProcessingRequest.attributes` (filter name → Struct) into `into`; `reader` stands before its length.
 * @throws evidence.malformed
 */
export function readAttributesEntry(reader: WireReader, into: Map<string, AttributeValue>): void {
  const outer = reader.enter();
  while (!reader.done) {
    const [field, wire] = reader.tag();
    if (field === 2 && wire === WIRE.bytes) readStruct(reader, into);
    else reader.skip(wire);
  }
  reader.leave(outer);
}

function readStruct(reader: WireReader, into: Map<string, AttributeValue>): void {
  const outer = reader.enter();
  while (!reader.done) {
    const [field, wire] = reader.tag();
    if (field === 1 && wire === WIRE.bytes) readField(reader, into);
    else reader.skip(wire);
  }
  reader.leave(outer);
}

/** What a map has twice under one name counts once, as the last of them: so do name and value within an entry. */
function readField(reader: WireReader, into: Map<string, AttributeValue>): void {
  const outer = reader.enter();
  let name = '';
  let valueAt: number | undefined;
  while (!reader.done) {
    const [field, wire] = reader.tag();
    if (field === 1 && wire === WIRE.bytes) name = reader.name();
    else {
      if (field === 2 && wire === WIRE.bytes) valueAt = reader.position;
      reader.skip(wire);
    }
  }
  if (valueAt !== undefined && WANTED.has(name)) {
    reader.position = valueAt;
    const read = readValue(reader);
    if (read !== undefined) into.set(name, read);
  }
  reader.leave(outer);
}

function readValue(reader: WireReader): AttributeValue | undefined {
  const outer = reader.enter();
  let read: AttributeValue | undefined;
  while (!reader.done) {
    const [field, wire] = reader.tag();
    if (field === 2 && wire === WIRE.fixed64) read = readDouble(reader);
    else if (field === 3 && wire === WIRE.bytes) {
      const text = reader.string();
      read = text.length <= MAX_TEXT ? text : undefined;
    } else if (field === 4 && wire === WIRE.varint) read = reader.varint() !== 0;
    else reader.skip(wire);
  }
  reader.leave(outer);
  return read;
}
