import { AccessLog, type AccessLogEntry, KIND } from '../record/index.ts';
import type { Clock, Logger, Random } from '../runtime/index.ts';
import { type AccessLogMessage, decodeAccessLogMessage, type LogIdentifier } from './access-log-wire.ts';
import type { ClockReadings } from './clock-readings.ts';
import type { Losses } from './losses.ts';
import { type LogStream, PacedWriter, type PacedWriterOptions } from './paced-writer.ts';
import type { LogCounters } from './stats.ts';

/** Bytes of entries in one record: with its envelope and the log's name it stays below MAX_RECORD_BYTES. */
const MAX_ENTRIES_BYTES = 60_000;
/** Most that an entry takes beside its texts: numbers, tags and lengths. */
const ENTRY_OVERHEAD_BYTES = 256;
/** Tag and length of a text. */
const FIELD_BYTES = 4;
const STREAM_ID_BYTES = 16;
const NOBODY: LogIdentifier = { nodeId: '', nodeCluster: '', logName: '' };

/** What all access-log streams share. */
export interface AccessLogContext extends PacedWriterOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly counters: LogCounters;
  readonly losses: Losses;
  readonly clocks: ClockReadings;
  /** Told of each call that the log says was cut short. */
  onCut(exchangeId: string): void;
}

/** Where a message comes from, and which one it is. */
export interface AccessLogOrigin extends LogIdentifier {
  /** 16 random bytes. */
  readonly streamId: Uint8Array;
  /** From 0 on each stream. */
  readonly messageNo: number;
}

/** Takes the messages of one access-log stream; each becomes one `access_log` record, or more when it is large. */
export class AccessLogSession {
  readonly #context: AccessLogContext;
  readonly #writer: PacedWriter;
  readonly #streamId: Uint8Array;
  #nextMessageNo = 0;
  #identifier = NOBODY;

  constructor(context: AccessLogContext, stream: LogStream) {
    this.#context = context;
    this.#writer = new PacedWriter(context, stream);
    this.#streamId = context.random.bytes(STREAM_ID_BYTES);
  }

  /**
   * Takes one message. One that can't be read is counted and takes a number, and the stream goes on; so do the other entries
   * of a message in which one can't.
   */
  onMessage(bytes: Uint8Array): void {
    const { counters, logger, clock, losses } = this.#context;
    try {
      const message = decodeAccessLogMessage(bytes);
      this.#identifier = message.identifier ?? this.#identifier;
      counters.accessLogMessages += 1;
      counters.accessLogEntries += message.entries.length;
      if (message.unreadable > 0) this.#leaveOut(message);
      for (const entry of message.entries) if (saysCut(entry)) this.#context.onCut(entry.exchangeId);
      if (message.entries.length > 0) this.#record(message.entries);
      else if (message.unreadable > 0) this.#nextMessageNo += 1;
    } catch (error) {
      this.#nextMessageNo += 1;
      counters.undecodable += 1;
      losses.add('access_log', clock.nowUs());
      logger.warn({ reason: String(error) }, 'Envoy sent an access-log message that cannot be read');
    }
  }

  /** Of entries that can't be read nobody knows of which calls they are: they are lost, and said to be. */
  #leaveOut({ unreadable, reason }: AccessLogMessage): void {
    const { counters, losses, clock, logger } = this.#context;
    counters.accessLogEntriesUnreadable += unreadable;
    losses.add('access_log', clock.nowUs(), unreadable);
    logger.warn({ entries: unreadable, reason }, 'Envoy sent access-log entries that cannot be read');
  }

  #record(entries: readonly AccessLogEntry[]): void {
    const origin = { ...this.#identifier, streamId: this.#streamId, messageNo: this.#nextMessageNo };
    const receivedUs = this.#context.clock.nowUs();
    const lastUs = Math.max(...entries.map(({ startedUs, durationUs }) => startedUs + durationUs));
    if (lastUs > 0) this.#context.clocks.takeLog(lastUs, receivedUs, origin.nodeId);
    const bodies = encodeAccessLogs(origin, entries, receivedUs);
    this.#nextMessageNo += 1;
    for (const body of bodies) this.#append(body);
  }

  #append(body: Uint8Array): void {
    const { clock, counters, losses, logger } = this.#context;
    const receivedUs = clock.nowUs();
    this.#writer.append({ kind: KIND.access_log, body, patient: true }, (error) => {
      counters.accessLogLost += 1;
      losses.add('access_log', receivedUs);
      logger.error({ reason: String(error) }, 'an access-log message was not recorded');
    });
  }
}

/**
 * Whether a call is over and didn't go as it should: Envoy sets a response flag then. AccessLogType is not set, or
 * DownstreamEnd; a call in progress has entries too.
 */
function saysCut({ type, responseFlags }: AccessLogEntry): boolean {
  return (type === 0 || type === 6) && responseFlags.length > 0;
}

/** What an entry takes of a record, at most; its texts have one byte a character. */
function mostBytes(entry: AccessLogEntry): number {
  const { exchangeId, method, protocol, route, cluster, upstreamHost, responseCodeDetails, responseFlags } = entry;
  const texts = [exchangeId, method, protocol, route, cluster, upstreamHost, responseCodeDetails];
  return [...texts, ...responseFlags].reduce((sum, text) => sum + text.length + FIELD_BYTES, ENTRY_OVERHEAD_BYTES);
}

/** Bodies of `access_log` records for one message; none when it has no entries. */
export function encodeAccessLogs(
  origin: AccessLogOrigin,
  entries: readonly AccessLogEntry[],
  receivedUs: number,
): Uint8Array[] {
  const parts: AccessLogEntry[][] = [];
  let roomBytes = 0;
  for (const entry of entries) {
    const size = mostBytes(entry);
    const last = parts.at(-1);
    if (last === undefined || size > roomBytes) {
      parts.push([entry]);
      roomBytes = MAX_ENTRIES_BYTES - size;
    } else {
      last.push(entry);
      roomBytes -= size;
    }
  }
  return parts.map((part, partNo) =>
    AccessLog.encode({ ...origin, receivedUs, entries: part, partNo, partCount: parts.length }),
  );
}
