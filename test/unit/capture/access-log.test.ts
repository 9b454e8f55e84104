import assert from 'node:assert/strict';
import { AccessLogSession, encodeAccessLogs } from '../../../src/capture/access-log.ts';
import { decodeAccessLogMessage } from '../../../src/capture/access-log-wire.ts';
import { AccessLog, AccessLogEntry, AffidavitError, MAX_RECORD_BYTES } from '../../../src/record/index.ts';
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

describe('a stream of access-log messages', () => {
  it('tells of the calls that were cut, and of no other: what is left of these may come after their entry', () => {
    const cut: string[] = [];
    const writer = new MemoryWriter();
    const common = { clock: systemClock, random: systemRandom, logger: silentLogger };
    const session = new AccessLogSession(
      {
        ...{
          ...common,
          writer,
          counters: new CaptureCounters(),
          losses: new Losses(writer, systemClock, silentLogger),
          clocks: new ClockReadings(systemClock),
        },
        ...{ maxPendingBytes: 1_000_000, unanswered: new Set(), onCut: (exchangeId) => cut.push(exchangeId) },
      },
      { pause: () => undefined, resume: () => undefined },
    );
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
});
