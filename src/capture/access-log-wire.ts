import { AccessLogEntry, WIRE, WireReader } from '../record/index.ts';
import { configuredName, type EnvoyNode, NODE } from './envoy-node.ts';
import { protocolError } from './ext-proc-wire.ts';
import { readFields, readNested, type Readers, readersOf, tryNested } from './field-readers.ts';
import { ID_HEADER } from './head.ts';
import { reasonOf } from './reason.ts';
import { flagName } from './response-flags.ts';
import { isExchangeId, isHostAddress, isMethod, responseCodeDetails, shaped, statusOf } from './shapes.ts';

/**
 * Reads `envoy.service.accesslog.v3.StreamAccessLogsMessage` (proto/envoy/service/accesslog/v3/als.proto), and of each
 * entry only what a leaf may hold: addresses of clients, paths and user agents are passed over unread.
 */

/** Who sends the log; in the first message of a stream. */
export interface LogIdentifier extends EnvoyNode {
  readonly logName: string;
}

/** One message of the stream. */
export interface AccessLogMessage {
  readonly identifier: LogIdentifier | undefined;
  readonly entries: readonly AccessLogEntry[];
  /** Entries that can't be read, and why the first of them can't: the others are as good as they were. */
  readonly unreadable: number;
  readonly reason: string;
}

/** The custom tags in which a configuration may carry Envoy's `%CONNECTION_ID%`. */
const CONNECTION_TAGS: ReadonlySet<string> = new Set(['connection.id', 'connection_id']);
const PROTOCOLS = ['', 'HTTP/1.0', 'HTTP/1.1', 'HTTP/2', 'HTTP/3'];
const METHODS = ['', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];
/** Most entries in a message: Envoy flushes at 16 KiB by default. */
const MAX_ENTRIES = 100_000;
/** Most entries in a message that can't be read: with more of them it isn't one. */
const MAX_UNREADABLE = 1_000;
const NANOS = 1_000_000_000;

/** Reads one message. @throws protocol for bytes that are none: it concerns this stream only. */
export function decodeAccessLogMessage(bytes: Uint8Array): AccessLogMessage {
  const message: MutableMessage = { identifier: undefined, entries: [], unreadable: 0, reason: '' };
  try {
    readFields(bytes, MESSAGE, message);
  } catch (error) {
    throw protocolError('a StreamAccessLogsMessage', error);
  }
  return message;
}

interface MutableMessage {
  identifier: LogIdentifier | undefined;
  readonly entries: AccessLogEntry[];
  unreadable: number;
  reason: string;
}

type MutableIdentifier = { -readonly [K in keyof LogIdentifier]: string };

const IDENTIFIER = readersOf<MutableIdentifier>({
  1: (reader, found) => readNested(reader, NODE, found),
  2: (reader, found) => (found.logName = configuredName(reader)),
});

/** google.protobuf.Timestamp or Duration. */
const TIME = readersOf<{ seconds: number; nanos: number }>(
  {},
  {
    1: (reader, time) => (time.seconds = reader.varint()),
    2: (reader, time) => (time.nanos = reader.varint()),
  },
);

/** The same in whole microseconds; a negative number isn't one that can be read. */
function readTimeUs(reader: WireReader): number {
  const { seconds, nanos } = readNested(reader, TIME, { seconds: 0, nanos: 0 });
  const timeUs = seconds * 1_000_000 + Math.floor(nanos / 1000);
  if (nanos >= NANOS || !Number.isSafeInteger(timeUs)) throw protocolError('a time', 'it is out of range');
  return timeUs;
}

/** A map entry of two strings. */
const PAIR = readersOf<{ key: string; value: string }>({
  1: (reader, pair) => (pair.key = reader.name()),
  2: (reader, pair) => (pair.value = reader.string()),
});

function readPair(reader: WireReader): { readonly key: string; readonly value: string } {
  return readNested(reader, PAIR, { key: '', value: '' });
}

interface Address {
  text: string;
  port: number;
}

const SOCKET = readersOf<Address>(
  { 2: (reader, address) => (address.text = reader.string()) },
  { 3: (reader, address) => (address.port = reader.varint()) },
);
const NAMED = readersOf<Address>({ 1: (reader, address) => (address.text = reader.string()) });
const ADDRESS = readersOf<Address>({
  1: (reader, address) => {
    const { text, port } = readNested(reader, SOCKET, { text: '', port: 0 });
    address.text = text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`;
  },
  2: (reader, address) => readNested(reader, NAMED, address),
  3: (reader, address) => {
    address.text = `envoy://${readNested(reader, NAMED, { text: '', port: 0 }).text}`;
  },
});

function readAddress(reader: WireReader): string {
  return readNested(reader, ADDRESS, { text: '', port: 0 }).text;
}

function timing(index: number) {
  return (reader: WireReader, entry: AccessLogEntry) => {
    entry.timings[index] = readTimeUs(reader) + 1;
  };
}

const COMMON = readersOf<AccessLogEntry>(
  {
    5: (reader, entry) => (entry.startedUs = readTimeUs(reader)),
    6: timing(0),
    9: timing(1),
    12: timing(2),
    13: (reader, entry) => (entry.upstreamHost = shaped(readAddress(reader), isHostAddress)),
    15: (reader, entry) => (entry.cluster = configuredName(reader)),
    16: (reader, entry) => (entry.responseFlags = readFlags(reader.view())),
    19: (reader, entry) => (entry.route = configuredName(reader)),
    22: (reader, entry) => {
      const { key, value } = readPair(reader);
      if (CONNECTION_TAGS.has(key) && /^[0-9]{1,15}$/.test(value)) entry.connectionId = Number(value);
    },
    23: (reader, entry) => (entry.durationUs = readTimeUs(reader)),
  },
  {
    24: (reader, entry) => (entry.upstreamAttempts = reader.varint()),
    33: (reader, entry) => (entry.type = reader.varint()),
  },
);

const REQUEST = readersOf<AccessLogEntry>(
  {
    13: (reader, entry) => {
      const { key, value } = readPair(reader);
      if (key === ID_HEADER) entry.exchangeId = shaped(value, isExchangeId);
    },
  },
  {
    1: (reader, entry) => (entry.method = shaped(METHODS[reader.varint()] ?? '', isMethod)),
    11: (reader, entry) => (entry.requestHeaderBytes = reader.varint()),
    12: (reader, entry) => (entry.requestBodyBytes = reader.varint()),
  },
);

const STATUS = readersOf<AccessLogEntry>({}, { 1: (reader, entry) => (entry.status = statusOf(reader.varint())) });
const RESPONSE = readersOf<AccessLogEntry>(
  {
    1: (reader, entry) => readNested(reader, STATUS, entry),
    6: (reader, entry) => (entry.responseCodeDetails = responseCodeDetails(reader.string())),
  },
  {
    2: (reader, entry) => (entry.responseHeaderBytes = reader.varint()),
    3: (reader, entry) => (entry.responseBodyBytes = reader.varint()),
  },
);

const HTTP_ENTRY = readersOf<AccessLogEntry>(
  {
    1: (reader, entry) => readNested(reader, COMMON, entry),
    3: (reader, entry) => readNested(reader, REQUEST, entry),
    4: (reader, entry) => readNested(reader, RESPONSE, entry),
  },
  { 2: (reader, entry) => (entry.protocol = PROTOCOLS[reader.varint()] ?? '') },
);

const TCP_PROPERTIES = readersOf<AccessLogEntry>(
  {},
  {
    1: (reader, entry) => (entry.requestBodyBytes = reader.varint()),
    2: (reader, entry) => (entry.responseBodyBytes = reader.varint()),
  },
);
const TCP_ENTRY = readersOf<AccessLogEntry>({
  1: (reader, entry) => readNested(reader, COMMON, entry),
  2: (reader, entry) => readNested(reader, TCP_PROPERTIES, entry),
});

function entriesOf(readers: Readers<AccessLogEntry>): Readers<MutableMessage> {
  return readersOf<MutableMessage>({
    1: (reader, message) => {
      const entry = { ...AccessLogEntry.create(), timings: [0, 0, 0] };
      const wrong = tryNested(reader, readers, entry) ?? whatIsWrong(entry);
      if (wrong !== undefined) leaveOut(message, wrong);
      else if (message.entries.push(entry) > MAX_ENTRIES)
        throw protocolError('a StreamAccessLogsMessage', `more than ${MAX_ENTRIES} entries`);
    },
  });
}

/** A call that ends at a time that is none. */
function whatIsWrong({ startedUs, durationUs }: AccessLogEntry): unknown {
  return Number.isSafeInteger(startedUs + durationUs) ? undefined : protocolError('a time', 'it is out of range');
}

function leaveOut(message: MutableMessage, wrong: unknown): void {
  message.unreadable += 1;
  if (message.unreadable > MAX_UNREADABLE) throw wrong;
  if (message.reason === '') message.reason = reasonOf(wrong);
}

const HTTP_ENTRIES = entriesOf(HTTP_ENTRY);
const TCP_ENTRIES = entriesOf(TCP_ENTRY);
const MESSAGE = readersOf<MutableMessage>({
  1: (reader, message) => {
    message.identifier = readNested(reader, IDENTIFIER, { nodeId: '', nodeCluster: '', logName: '' });
  },
  2: (reader, message) => readNested(reader, HTTP_ENTRIES, message),
  3: (reader, message) => readNested(reader, TCP_ENTRIES, message),
});

function readFlags(bytes: Uint8Array): string[] {
  // A set: a hostile message may repeat a field as often as it has room for.
  const flags = new Set<string>();
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const [field, wire] = reader.tag();
    let set = wire === WIRE.bytes;
    if (wire === WIRE.varint) set = reader.varint() !== 0;
    else reader.skip(wire);
    const name = flagName(field);
    if (set && name !== undefined) flags.add(name);
  }
  return [...flags];
}
