import { AffidavitError, type Header, WIRE, WireReader } from '../record/index.ts';
import { reasonOf } from './reason.ts';
import { type Attributes, type AttributeValue, readAttributesEntry } from './attributes.ts';

/**
 * Reads `envoy.service.ext_proc.v3.ProcessingRequest` (proto/envoy/…/external_processor.proto) by scanning its bytes:
 * bodies and header values are views of the message, fields that we don't need are passed over.
 */

/** A direction of an exchange. */
export type Side = 'request' | 'response';

/** Headers of one direction. */
export interface HeadersMessage {
  readonly type: 'headers';
  readonly side: Side;
  readonly headers: readonly Header[];
  /** Nothing follows in this direction. */
  readonly endOfStream: boolean;
}

/** A piece of one direction's body. */
export interface BodyMessage {
  readonly type: 'body';
  readonly side: Side;
  /** View of the message. */
  readonly bytes: Uint8Array;
  /** Nothing follows in this direction. */
  readonly endOfStream: boolean;
  /** The same, and `bytes` are not a gRPC message (body mode GRPC). */
  readonly endOfStreamWithoutMessage: boolean;
  /** `bytes` are a compressed gRPC message (body mode GRPC). */
  readonly compressed: boolean;
}

/** Trailers: the end of one direction. */
export interface TrailersMessage {
  readonly type: 'trailers';
  readonly side: Side;
  readonly headers: readonly Header[];
}

/** What Envoy tells of an exchange. */
export type EnvoyMessage = HeadersMessage | BodyMessage | TrailersMessage;

/** How Envoy sends a direction's body (ProcessingMode.BodySendMode). */
export const BODY_MODE = { none: 0, streamed: 1, buffered: 2, bufferedPartial: 3, fullDuplex: 4, grpc: 5 } as const;

/** One message of the stream. */
export interface ProcessingRequest {
  /** Absent in a message that only a newer Envoy knows: nothing is to be answered. */
  readonly message: EnvoyMessage | undefined;
  /** True when Envoy waits for no answer. */
  readonly observability: boolean;
  /** Properties of connection, request and response; in the first message of each direction. */
  readonly attributes: Attributes | undefined;
  /** {@link BODY_MODE} of each direction; in the first message only. */
  readonly bodyModes: { readonly request: number; readonly response: number } | undefined;
}

/** Most bytes of a message's headers or trailers, in however many maps. */
export const MAX_HEADER_BYTES = 8 * 1024 * 1024;
/** Most fields in one set of headers or trailers. */
const MAX_HEADERS = 10_000;

const MESSAGE_FIELDS: readonly (readonly [EnvoyMessage['type'], Side] | undefined)[] = [
  undefined,
  undefined,
  ['headers', 'request'],
  ['headers', 'response'],
  ['body', 'request'],
  ['body', 'response'],
  ['trailers', 'request'],
  ['trailers', 'response'],
];
const ATTRIBUTES = 9;
const OBSERVABILITY = 10;
const PROTOCOL_CONFIG = 11;
const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Reads one message. @throws protocol for bytes that are none: it concerns this stream only. */
export function decodeProcessingRequest(bytes: Uint8Array): ProcessingRequest {
  try {
    return readRequest(new WireReader(bytes));
  } catch (error) {
    throw protocolError('a ProcessingRequest', error);
  }
}

/** What a peer sent that isn't what it should be, as code `protocol`: it isn't evidence. */
export function protocolError(what: string, error: unknown): AffidavitError {
  if (error instanceof AffidavitError && error.code === 'protocol') return error;
  return new AffidavitError('protocol', `${what} can't be read: ${reasonOf(error)}`, { cause: error });
}

function readRequest(reader: WireReader): ProcessingRequest {
  let message: EnvoyMessage | undefined;
  let observability = false;
  let attributes: Map<string, AttributeValue> | undefined;
  let bodyModes: ProcessingRequest['bodyModes'];
  while (!reader.done) {
    const [field, wire] = reader.tag();
    const known = wire === WIRE.bytes ? MESSAGE_FIELDS[field] : undefined;
    if (known !== undefined) message = readMessage(known[0], known[1], reader);
    else if (field === ATTRIBUTES && wire === WIRE.bytes) {
      attributes ??= new Map();
      readAttributesEntry(reader, attributes);
    } else if (field === OBSERVABILITY && wire === WIRE.varint) observability = reader.varint() !== 0;
    else if (field === PROTOCOL_CONFIG && wire === WIRE.bytes) bodyModes = readBodyModes(reader.view());
    else reader.skip(wire);
  }
  return { message, observability, attributes, bodyModes };
}

function readMessage(type: EnvoyMessage['type'], side: Side, reader: WireReader): EnvoyMessage {
  const outer = reader.enter();
  const message = type === 'body' ? readBody(side, reader) : readFields(type, side, reader);
  reader.leave(outer);
  return message;
}

function readFields(type: 'headers' | 'trailers', side: Side, reader: WireReader): EnvoyMessage {
  const headers: Header[] = [];
  let bytes = 0;
  let endOfStream = false;
  while (!reader.done) {
    const [field, wire] = reader.tag();
    if (field === 1 && wire === WIRE.bytes) bytes += readHeaderMap(reader, headers, bytes);
    else if (field === 3 && wire === WIRE.varint && type === 'headers') endOfStream = reader.varint() !== 0;
    else reader.skip(wire);
  }
  return type === 'headers' ? { type, side, headers, endOfStream } : { type, side, headers };
}

function readBody(side: Side, reader: WireReader): BodyMessage {
  let bytes = NO_BYTES;
  const flags = [false, false, false];
  while (!reader.done) {
    const [field, wire] = reader.tag();
    if (field === 1 && wire === WIRE.bytes) bytes = reader.view();
    else if (field >= 2 && field <= 4 && wire === WIRE.varint) flags[field - 2] = reader.varint() !== 0;
    else reader.skip(wire);
  }
  const [endOfStream = false, endOfStreamWithoutMessage = false, compressed = false] = flags;
  return { type: 'body', side, bytes, endOfStream, endOfStreamWithoutMessage, compressed };
}

/** Adds the fields of one map, before which there were `before` bytes, and gives how many it has. */
function readHeaderMap(reader: WireReader, headers: Header[], before: number): number {
  const outer = reader.enter();
  const length = reader.end - reader.position;
  if (before + length > MAX_HEADER_BYTES)
    throw new AffidavitError('protocol', `headers of ${before + length} bytes are over ${MAX_HEADER_BYTES}`);
  while (!reader.done) {
    const [field, wire] = reader.tag();
    if (field !== 1 || wire !== WIRE.bytes) reader.skip(wire);
    else if (headers.push(readHeader(reader)) > MAX_HEADERS)
      throw new AffidavitError('protocol', `more than ${MAX_HEADERS} header fields`);
  }
  reader.leave(outer);
  return length;
}

/** Envoy fills `raw_value` and leaves `value` empty; older ones did the opposite. */
function readHeader(reader: WireReader): Header {
  const outer = reader.enter();
  let name = '';
  let value = NO_BYTES;
  while (!reader.done) {
    const [field, wire] = reader.tag();
    if (field === 1 && wire === WIRE.bytes) name = reader.name();
    else if ((field === 2 || field === 3) && wire === WIRE.bytes) {
      const candidate = reader.view();
      if (candidate.length > 0) value = candidate;
    } else reader.skip(wire);
  }
  reader.leave(outer);
  return { name, value };
}

function readBodyModes(view: Uint8Array): { request: number; response: number } {
  const reader = new WireReader(view);
  const modes = { request: 0, response: 0 };
  while (!reader.done) {
    const [field, wire] = reader.tag();
    if (field === 1 && wire === WIRE.varint) modes.request = reader.varint();
    else if (field === 2 && wire === WIRE.varint) modes.response = reader.varint();
    else reader.skip(wire);
  }
  return modes;
}
