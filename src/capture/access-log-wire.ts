import { AccessLogEntry, WIRE, WireReader } from '../record/index.ts';
import { protocolError } from './ext-proc-wire.ts';
import { ID_HEADER } from './head.ts';
import { flagName } from './response-flags.ts';
import {
  isConfiguredName,
  isExchangeId,
  isHostAddress,
  isMethod,
  parseStatus,
  responseCodeDetails,
  type Shape,
} from './shapes.ts';

/**
 * Reads `envoy.service.accesslog.v3.StreamAccessLogsMessage` (proto/envoy/service/accesslog/v3/als.proto), and of each
 * entry only what a leaf may hold: addresses of clients, paths and user agents are passed over unread.
 */

/** Who sends the log; in the first message of a stream. */
export interface LogIdentifier {
  readonly nodeId: string;
  readonly nodeCluster: string;
  readonly logName: string;
}

/** One message of the stream. */
export interface AccessLogMessage {
  readonly identifier: LogIdentifier | undefined;
  readonly entries: readonly AccessLogEntry[];
}

/** The custom tags in which a configuration may carry Envoy's `%CONNECTION_ID%`. */
const CONNECTION_TAGS: ReadonlySet<string> = new Set(['connection.id', 'connection_id']);
const PROTOCOLS = ['', 'HTTP/1.0', 'HTTP/1.1', 'HTTP/2', 'HTTP/3'];
const METHODS = ['', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];
/** Most entries in a message: Envoy flushes at 16 KiB by default. */
const MAX_ENTRIES = 100_000;

/** Reads one message. @throws protocol for bytes that are none: it concerns this stream only. */
export function decodeAccessLogMessage(bytes: Uint8Array): AccessLogMessage {
  let identifier: LogIdentifier | undefined;
  const entries: AccessLogEntry[] = [];
  try {
    fields(bytes, {
      1: (reader) => (identifier = readIdentifier(reader.view())),
      2: (reader) => {
        readEntries(reader.view(), entries, readHttpEntry);
      },
      3: (reader) => {
        readEntries(reader.view(), entries, readTcpEntry);
      },
    });
  } catch (error) {
    throw protocolError('a StreamAccessLogsMessage', error);
  }
  return { identifier, entries };
}

type FieldReader = (reader: WireReader) => void;
/** Readers by field number: of messages, strings and maps … */
type Readers = Readonly<Record<number, FieldReader | undefined>>;

/** Calls the reader of each field that has one, and passes over the others, or those of another wire type. */
function fields(bytes: Uint8Array, lengthDelimited: Readers, varints: Readers = {}): void {
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const [field, wire] = reader.tag();
    const readers = wire === WIRE.bytes ? lengthDelimited : wire === WIRE.varint ? varints : {};
    const read = readers[field];
    if (read === undefined) reader.skip(wire);
    else read(reader);
  }
}

function readIdentifier(bytes: Uint8Array): LogIdentifier {
  const found = { nodeId: '', nodeCluster: '', logName: '' };
  const name = (reader: WireReader): string => shaped(reader.string(), isConfiguredName);
  fields(bytes, {
    1: (reader) => {
      fields(reader.view(), {
        1: (node) => (found.nodeId = name(node)),
        2: (node) => (found.nodeCluster = name(node)),
      });
    },
    2: (reader) => (found.logName = name(reader)),
  });
  return found;
}

function shaped(text: string, shape: Shape): string {
  return shape(text) ? text : '';
}

function readEntries(
  bytes: Uint8Array,
  entries: AccessLogEntry[],
  readEntry: (bytes: Uint8Array) => AccessLogEntry,
): void {
  fields(bytes, {
    1: (reader) => {
      if (entries.push(readEntry(reader.view())) > MAX_ENTRIES)
        throw protocolError('a StreamAccessLogsMessage', `more than ${MAX_ENTRIES} entries`);
    },
  });
}

function readHttpEntry(bytes: Uint8Array): AccessLogEntry {
  const entry = AccessLogEntry.create();
  fields(
    bytes,
    {
      1: (reader) => {
        readCommon(reader.view(), entry);
      },
      3: (reader) => {
        readRequest(reader.view(), entry);
      },
      4: (reader) => {
        readResponse(reader.view(), entry);
      },
    },
    { 2: (reader) => (entry.protocol = PROTOCOLS[reader.varint()] ?? '') },
  );
  return entry;
}

function readTcpEntry(bytes: Uint8Array): AccessLogEntry {
  const entry = AccessLogEntry.create();
  fields(bytes, {
    1: (reader) => {
      readCommon(reader.view(), entry);
    },
    2: (reader) => {
      fields(
        reader.view(),
        {},
        {
          1: (properties) => (entry.requestBodyBytes = properties.varint()),
          2: (properties) => (entry.responseBodyBytes = properties.varint()),
        },
      );
    },
  });
  return entry;
}

function readCommon(bytes: Uint8Array, entry: AccessLogEntry): void {
  const timings = [0, 0, 0];
  const timing = (index: number) => (reader: WireReader) => {
    timings[index] = readTimeUs(reader.view()) + 1;
  };
  fields(
    bytes,
    {
      5: (reader) => (entry.startedUs = readTimeUs(reader.view())),
      6: timing(0),
      9: timing(1),
      12: timing(2),
      13: (reader) => (entry.upstreamHost = shaped(readAddress(reader.view()), isHostAddress)),
      15: (reader) => (entry.cluster = shaped(reader.string(), isConfiguredName)),
      16: (reader) => (entry.responseFlags = readFlags(reader.view())),
      19: (reader) => (entry.route = shaped(reader.string(), isConfiguredName)),
      22: (reader) => {
        const [tag, value] = readPair(reader.view());
        if (CONNECTION_TAGS.has(tag) && /^[0-9]{1,15}$/.test(value)) entry.connectionId = Number(value);
      },
      23: (reader) => (entry.durationUs = readTimeUs(reader.view())),
    },
    {
      24: (reader) => (entry.upstreamAttempts = reader.varint()),
      33: (reader) => (entry.type = reader.varint()),
    },
  );
  entry.timings = timings;
}

function readRequest(bytes: Uint8Array, entry: AccessLogEntry): void {
  fields(
    bytes,
    {
      13: (reader) => {
        const [name, value] = readPair(reader.view());
        if (name === ID_HEADER) entry.exchangeId = shaped(value, isExchangeId);
      },
    },
    {
      1: (reader) => (entry.method = shaped(METHODS[reader.varint()] ?? '', isMethod)),
      11: (reader) => (entry.requestHeaderBytes = reader.varint()),
      12: (reader) => (entry.requestBodyBytes = reader.varint()),
    },
  );
}

function readResponse(bytes: Uint8Array, entry: AccessLogEntry): void {
  fields(
    bytes,
    {
      1: (reader) => {
        fields(reader.view(), {}, { 1: (value) => (entry.status = parseStatus(String(value.varint()))) });
      },
      6: (reader) => (entry.responseCodeDetails = responseCodeDetails(reader.string())),
    },
    {
      2: (reader) => (entry.responseHeaderBytes = reader.varint()),
      3: (reader) => (entry.responseBodyBytes = reader.varint()),
    },
  );
}

/** A map entry of two strings. */
function readPair(bytes: Uint8Array): [key: string, value: string] {
  const pair: [string, string] = ['', ''];
  fields(bytes, { 1: (reader) => (pair[0] = reader.string()), 2: (reader) => (pair[1] = reader.string()) });
  return pair;
}

/** google.protobuf.Timestamp or Duration in whole microseconds. */
function readTimeUs(bytes: Uint8Array): number {
  let seconds = 0;
  let nanos = 0;
  fields(bytes, {}, { 1: (reader) => (seconds = reader.varint()), 2: (reader) => (nanos = reader.varint()) });
  const timeUs = seconds * 1_000_000 + Math.floor(nanos / 1000);
  if (!Number.isSafeInteger(timeUs)) throw protocolError('a time', 'it is out of range');
  return timeUs;
}

function readAddress(bytes: Uint8Array): string {
  let address = '';
  fields(bytes, {
    1: (reader) => {
      let port = 0;
      fields(
        reader.view(),
        { 2: (socket) => (address = socket.string()) },
        { 3: (socket) => (port = socket.varint()) },
      );
      address = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
    },
    2: (reader) => {
      fields(reader.view(), { 1: (pipe) => (address = pipe.string()) });
    },
    3: (reader) => {
      fields(reader.view(), { 1: (internal) => (address = `envoy://${internal.string()}`) });
    },
  });
  return address;
}

function readFlags(bytes: Uint8Array): string[] {
  const flags: string[] = [];
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const [field, wire] = reader.tag();
    let set = wire === WIRE.bytes;
    if (wire === WIRE.varint) set = reader.varint() !== 0;
    else reader.skip(wire);
    const name = flagName(field);
    if (set && name !== undefined && !flags.includes(name)) flags.push(name);
  }
  return flags;
}
