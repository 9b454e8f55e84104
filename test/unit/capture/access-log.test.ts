import assert from 'node:assert/strict';
import { AccessLogSession, encodeAccessLogs } from '../../../src/capture/access-log.ts';
import { decodeAccessLogMessage } from '../../../src/capture/access-log-wire.ts';
import { AccessLog, AccessLogEntry, AffidavitError, Gap, KIND, MAX_RECORD_BYTES } from '../../../src/record/index.ts';
import { ClockReadings } from '../../../src/capture/clock-readings.ts';
import { Losses } from '../../../src/capture/losses.ts';
import { CaptureCounters } from '../../../src/capture/stats.ts';
import { silentLogger, systemClock, systemRandom } from '../../../src/runtime/index.ts';
import { MemoryWriter } from '../../integration/capture/support/memory-writer.ts';
import { encode } from './support/protos.ts';

const MESSAGE = 'envoy.service.accesslog.v3.StreamAccessLogsMessage';
const ID = '11111111-2222-4333-8444-555555555555';
const ENTRY = {
  common_properties: {
    start_time: { seconds: 1_700_000_000, nanos: 123_456_789 },
    time_to_last_rx_byte: { nanos: 5_000 },
    time_to_last_downstream_tx_byte: { seconds: 2 },
    upstream_remote_address: { socket_address: { address: '10.0.0.7', port_value: 8080 } },
    upstream_cluster: 'orders',
    route_name: 'orders',
    response_flags: { upstream_connection_failure: true, unauthorized_details: { reason: 'EXTERNAL_SERVICE' } },
    custom_tags: { connection_id: '42', other: 'x' },
    duration: { seconds: 2, nanos: 1_000 },
    upstream_request_attempt_count: 3,
    access_log_type: 'DownstreamEnd',
  },
  protocol_version: 'HTTP2',
  request: {
    request_method: 'POST',
    request_headers_bytes: 10,
    request_body_bytes: 20,
    request_headers: { 'x-affidavit-id': ID },
  },
  response: {
    response_code: { value: 503 },
    response_headers_bytes: 30,
    response_body_bytes: 40,
    response_code_details: 'upstream_reset{x y}',
  },
};
const ORIGIN = { nodeId: 'n', nodeCluster: 'c', logName: 'l', streamId: new Uint8Array(16).fill(9), messageNo: 0 };
const identifier = { node: { id: 'envoy-1', cluster: 'edge' }, log_name: 'affidavit' };

describe('reading a message of the access log', () => {
  it('takes of each entry what a leaf may hold', () => {
    const message = decodeAccessLogMessage(encode(MESSAGE, { identifier, http_logs: { log_entry: [ENTRY] } }));
    assert.deepEqual(message.identifier, { nodeId: 'envoy-1', nodeCluster: 'edge', logName: 'affidavit' });
    assert.deepEqual(message.entries, [
      {
        ...{ exchangeId: ID, startedUs: 1_700_000_000_123_456, connectionId: 42, durationUs: 2_000_001 },
        ...{ protocol: 'HTTP/2', method: 'POST', route: 'orders', cluster: 'orders', upstreamHost: '10.0.0.7:8080' },
        ...{ status: 503, responseFlags: ['UF', 'UAEX'], responseCodeDetails: 'upstream_reset' },
        ...{ requestHeaderBytes: 10, requestBodyBytes: 20, responseHeaderBytes: 30, responseBodyBytes: 40 },
        ...{ upstreamAttempts: 3, type: 6, timings: [6, 0, 2_000_001] },
      },
    ]);
  });

  it('leaves out what a client made up and has no right shape', () => {
    const forged = {
      ...ENTRY,
      request: { ...ENTRY.request, request_headers: { 'x-affidavit-id': 'jane@example.org' } },
    };
    const { entries } = decodeAccessLogMessage(encode(MESSAGE, { http_logs: { log_entry: [forged] } }));
    assert.equal(entries[0]?.exchangeId, '');
  });

  it('takes connections that are no HTTP', () => {
    const tcp = {
      common_properties: ENTRY.common_properties,
      connection_properties: { received_bytes: 7, sent_bytes: 8 },
    };
    const { entries } = decodeAccessLogMessage(encode(MESSAGE, { tcp_logs: { log_entry: [tcp] } }));
    assert.deepEqual([entries[0]?.method, entries[0]?.requestBodyBytes, entries[0]?.responseBodyBytes], ['', 7, 8]);
  });

  it('names flags of a newer Envoy by their number', () => {
    // http_logs.log_entry.common_properties.response_flags, of which field 29 is set.
    const flags = [0x82, 0x01, 3, 0xe8, 0x01, 1];
    const common = [0x0a, flags.length, ...flags];
    const logged = [0x0a, common.length, ...common];
    const { entries } = decodeAccessLogMessage(Uint8Array.of(0x12, logged.length, ...logged));
    assert.deepEqual(entries[0]?.responseFlags, ['flag-29']);
  });

  it('gives a typed error for a cut message', () => {
    const whole = encode(MESSAGE, { identifier, http_logs: { log_entry: [ENTRY] } });
    assert.throws(
      () => decodeAccessLogMessage(whole.subarray(0, -1)),
      (error) => error instanceof AffidavitError && error.code === 'protocol',
    );
  });
});

describe('an access_log record', () => {
  const entry = AccessLogEntry.create({ exchangeId: ID, route: 'r'.repeat(250), timings: [1, 2, 3] });

  it('stays below the largest record, however large the message is', () => {
    const bodies = encodeAccessLogs({ ...ORIGIN, messageNo: 3 }, new Array<AccessLogEntry>(1000).fill(entry), 7);
    assert.ok(bodies.length > 1);
    for (const body of bodies) assert.ok(body.length < MAX_RECORD_BYTES - 2_000, `${body.length} bytes`);
    const logs = bodies.map((body) => AccessLog.decode(body));
    assert.deepEqual(
      logs.map(({ partNo }) => partNo),
      bodies.map((_, index) => index),
    );
    assert.ok(logs.every(({ partCount, receivedUs }) => partCount === bodies.length && receivedUs === 7));
    assert.ok(logs.every(({ streamId, messageNo }) => streamId[0] === 9 && messageNo === 3));
    assert.equal(
      logs.reduce((sum, { entries }) => sum + entries.length, 0),
      1000,
    );
  });

  it('isn’t made of a message without entries', () => {
    assert.deepEqual(encodeAccessLogs(ORIGIN, [], 7), []);
  });
});

/** A stream, and what came of it. */
function opened() {
  const cut: string[] = [];
  const writer = new MemoryWriter();
  const [clock, random, logger] = [systemClock, systemRandom, silentLogger];
  const counters = new CaptureCounters();
  const losses = new Losses(writer, clock, logger);
  const shared = { clock, random, logger, writer, counters, losses, clocks: new ClockReadings(clock) };
  const onCut = (exchangeId: string): void => void cut.push(exchangeId);
  const session = new AccessLogSession(
    { ...shared, maxPendingBytes: 1_000_000, unanswered: new Set(), onCut },
    { pause: () => undefined, resume: () => undefined },
  );
  return { session, cut, writer, counters, losses };
}

describe('a stream of access-log messages', () => {
  it('tells of the calls that were cut, and of no other: what is left of these may come after their entry', () => {
    const { session, cut } = opened();
    const idOf = (last: number): string => ID.slice(0, -1) + String(last);
    const entries = [
      [{}, 'DownstreamEnd'],
      [{ downstream_connection_termination: true }, 'DownstreamEnd'],
      [{ downstream_connection_termination: true }, 'DownstreamPeriodic'],
      [{ upstream_connection_termination: true }, 'NotSet'],
    ].map(([flags, type], at) => ({
      ...ENTRY,
      common_properties: { ...ENTRY.common_properties, response_flags: flags, access_log_type: type },
      request: { ...ENTRY.request, request_headers: { 'x-affidavit-id': idOf(at) } },
    }));
    session.onMessage(encode(MESSAGE, { identifier, http_logs: { log_entry: entries } }));
    assert.deepEqual(cut, [idOf(1), idOf(3)]);
  });

  const OUT_OF_RANGE: readonly (readonly [what: string, change: object])[] = [
    ['a start before 1970', { start_time: { seconds: -1 } }],
    ['a start in a year that nobody writes', { start_time: { seconds: 253_402_300_800 } }],
    ['a start of more nanoseconds than a second has', { start_time: { seconds: 1, nanos: 1_000_000_000 } }],
    ['a start of less nanoseconds than none', { start_time: { seconds: 1, nanos: -1 } }],
    ['a duration below nothing', { duration: { seconds: -1, nanos: -1 } }],
    ['an end that is out of range', { start_time: { seconds: 9_007_199_254 }, duration: { seconds: 9_007_199_254 } }],
  ];
  for (const [what, change] of OUT_OF_RANGE)
    it(`loses of a message with ${what} that entry alone, and says so`, async () => {
      const { session, writer, counters, losses } = opened();
      const common_properties = { ...ENTRY.common_properties, ...change };
      const log_entry = [ENTRY, { ...ENTRY, common_properties }, ENTRY];
      session.onMessage(encode(MESSAGE, { identifier, http_logs: { log_entry } }));
      await losses.recordAll();
      const [log] = writer.ofKind(KIND.access_log).map(({ body }) => AccessLog.decode(body));
      assert.deepEqual(
        log?.entries.map(({ exchangeId, startedUs }) => [exchangeId, startedUs]),
        [1, 2].map(() => [ID, 1_700_000_000_123_456]),
      );
      const [gap] = writer.ofKind(KIND.gap).map(({ body }) => Gap.decode(body));
      assert.deepEqual([gap?.count, gap?.detail], [1, 'access_log']);
      const { accessLogEntries, accessLogEntriesUnreadable, undecodable } = counters;
      assert.deepEqual([accessLogEntries, accessLogEntriesUnreadable, undecodable], [2, 1, 0]);
    });

  it('numbers a message none of whose entries can be read, so that it is missing', async () => {
    const { session, writer } = opened();
    const bad = { ...ENTRY, common_properties: { start_time: { seconds: -1 } } };
    for (const entry of [ENTRY, bad, ENTRY])
      session.onMessage(encode(MESSAGE, { identifier, http_logs: { log_entry: [entry] } }));
    await writer.until(() => writer.records.length === 2);
    const numbers = writer.ofKind(KIND.access_log).map(({ body }) => AccessLog.decode(body).messageNo);
    assert.deepEqual(numbers, [0, 2]);
  });

  it('keeps the entries beside one whose texts are none', () => {
    // http_logs.log_entry.response.response_code_details, of a byte that is no UTF-8.
    const entry = [0x22, 3, 0x32, 1, 0xff];
    const whole = encode(MESSAGE, { http_logs: { log_entry: [ENTRY] } });
    const bad = Uint8Array.of(0x12, entry.length + 2, 0x0a, entry.length, ...entry);
    const { entries, unreadable, reason } = decodeAccessLogMessage(Buffer.concat([whole, bad, whole]));
    assert.deepEqual([entries.length, unreadable], [2, 1]);
    assert.match(reason, /UTF-8/);
  });

  it('takes a message in which nearly nothing can be read for none', () => {
    const bad = { ...ENTRY, common_properties: { start_time: { seconds: -1 } } };
    const log_entry = new Array<object>(1_001).fill(bad);
    assert.throws(() => decodeAccessLogMessage(encode(MESSAGE, { http_logs: { log_entry } })), /larger than/);
  });
});
