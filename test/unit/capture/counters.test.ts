import assert from 'node:assert/strict';
import { CountersSession, encodeCounters } from '../../../src/capture/counters.ts';
import { decodeMetricsMessage } from '../../../src/capture/metrics-wire.ts';
import { LogCounters } from '../../../src/capture/stats.ts';
import { AffidavitError, COUNTER_SOURCE, Counters, CounterValue, MAX_RECORD_BYTES } from '../../../src/record/index.ts';
import { silentLogger, systemClock, systemRandom } from '../../../src/runtime/index.ts';
import { MemoryWriter } from '../../integration/capture/support/memory-writer.ts';
import { encode } from './support/protos.ts';

const MESSAGE = 'envoy.service.metrics.v3.StreamMetricsMessage';
const TAKEN_MS = 1_795_659_220_971;
const identifier = { node: { id: 'envoy-1', cluster: 'edge' } };

const counter = (name: string, value: number, label: object[] = []): object => ({
  ...{ name, type: 'COUNTER' },
  metric: [{ label, counter: { value }, timestamp_ms: TAKEN_MS }],
});
const gauge = (name: string, value: number): object => ({
  ...{ name, type: 'GAUGE' },
  metric: [{ gauge: { value }, timestamp_ms: TAKEN_MS }],
});
const message = (...families: object[]): Uint8Array => encode(MESSAGE, { identifier, envoy_metrics: families });

describe('reading a message of Envoy’s counters', () => {
  it('keeps those that count calls, their recording and their log, and when the process started', () => {
    const kept = [
      'http.recorded.downstream_rq_total',
      'http.recorded.downstream_rq_completed',
      'http.in.side.downstream_rq_5xx',
      'http.recorded.downstream_rq_rx_reset',
      'http.recorded.ext_proc.affidavit.streams_started',
      'http.recorded.ext_proc.affidavit.failure_mode_allowed',
      'access_logs.grpc_access_log.logs_written',
    ];
    const passed = [
      'http.admin.downstream_rq_completed',
      'http.async-client.downstream_rq_total',
      'http.recorded.downstream_cx_total',
      'http.recorded.downstream_rq_active',
      'listener.0.0.0.0_80.http.recorded.downstream_rq_completed',
      'cluster.orders.upstream_rq_total',
      'http.rec orded.downstream_rq_completed\u0001',
    ];
    const families = [...kept, ...passed].map((name, index) => counter(name, index));
    const read = decodeMetricsMessage(message(...families, gauge('server.uptime', 7)));
    const values = kept.map((name, value) => ({ name, value }));
    const facts = { takenUs: TAKEN_MS * 1000, uptimeSeconds: 7, isLabelled: false };
    assert.deepEqual(read, { node: { nodeId: 'envoy-1', nodeCluster: 'edge' }, values, ...facts });
  });

  it('takes no gauge for a counter, and nothing of what has no value', () => {
    const { values } = decodeMetricsMessage(
      message(gauge('http.recorded.downstream_rq_total', 3), {
        ...{ name: 'http.recorded.downstream_rq_completed', type: 'COUNTER' },
        metric: [{ gauge: { value: 3 } }],
      }),
    );
    assert.deepEqual(values, []);
  });

  it('sees that tags were sent as labels: then a name doesn’t say of which listener', () => {
    const label = [{ name: 'envoy.http_conn_manager_prefix', value: 'recorded' }];
    const labelled = decodeMetricsMessage(message(counter('http.downstream_rq_total', 3, label)));
    assert.deepEqual([labelled.values, labelled.isLabelled], [[], true]);
    const half = decodeMetricsMessage(message(counter('http.recorded.downstream_rq_total', 3, label)));
    assert.deepEqual([half.values, half.isLabelled], [[], true]);
  });

  it('gives a typed error for a cut message, and for counters that count no calls', () => {
    const name = 'http.recorded.downstream_rq_total';
    const hostile = [
      message(counter(name, 3)).subarray(0, -1),
      ...[-1, 0.5, Infinity, NaN, 2 ** 60].map((value) => message(counter(name, value))),
      encode(MESSAGE, { envoy_metrics: Array.from({ length: 10_001 }, () => counter(name, 1)) }),
    ];
    for (const bytes of hostile)
      assert.throws(
        () => decodeMetricsMessage(bytes),
        (error) => error instanceof AffidavitError && error.code === 'protocol',
      );
  });

  it('ends at a million metrics, however small each is', () => {
    const empty = new Uint8Array(2_000_002);
    for (let at = 0; at < empty.length; at += 2) empty[at] = 0x12;
    assert.throws(() => decodeMetricsMessage(empty), /more than 1000000 metrics/);
    assert.deepEqual(decodeMetricsMessage(empty.subarray(2)).values, []);
  });
});

describe('a counters record', () => {
  const origin = Counters.create({
    nodeId: 'envoy-1',
    receivedUs: 7,
    messageNo: 3,
    streamId: new Uint8Array(16).fill(9),
  });

  it('stays below the largest record: a large message becomes several, which share stream and number', () => {
    const values = Array.from({ length: 1000 }, (_, index) =>
      CounterValue.create({ name: `http.${'x'.repeat(200)}.${index}`, value: 2 ** 53 - 1 }),
    );
    const bodies = encodeCounters(origin, values);
    assert.ok(bodies.length > 1);
    for (const body of bodies) assert.ok(body.length < MAX_RECORD_BYTES - 2_000, `${body.length} bytes`);
    const records = bodies.map((body) => Counters.decode(body));
    assert.deepEqual(
      records.flatMap((record) => record.values),
      values,
    );
    assert.ok(records.every(({ streamId, messageNo }) => streamId[0] === 9 && messageNo === 3));
  });

  it('is made of a message without counters as well: it says that the process lives', () => {
    assert.deepEqual(
      encodeCounters(origin, []).map((body) => Counters.decode(body)),
      [origin],
    );
  });
});

describe('a stream of Envoy’s counters', () => {
  let isPaused = false;
  const stream = { pause: () => (isPaused = true), resume: () => (isPaused = false) };

  function session(writer: MemoryWriter, maxPendingBytes = 1_000_000) {
    const counters = new LogCounters();
    const unanswered = new Set<Promise<void>>();
    const common = { clock: systemClock, random: systemRandom, logger: silentLogger };
    const context = { ...common, writer, counters, unanswered, maxPendingBytes };
    return { counters, unanswered, session: new CountersSession(context, stream) };
  }

  it('is recorded message by message under the node of the first one; what can’t be read takes a number', async () => {
    const writer = new MemoryWriter();
    const { session: taking, counters, unanswered } = session(writer);
    taking.onMessage(message(counter('http.a.downstream_rq_total', 1), gauge('server.uptime', 60)));
    taking.onMessage(Uint8Array.of(0xff));
    taking.onMessage(encode(MESSAGE, { envoy_metrics: [counter('http.a.downstream_rq_total', 4)] }));
    await Promise.all(unanswered);
    const [first, second, ...more] = writer.records.map(({ body }) => Counters.decode(body));
    assert.ok(first !== undefined && second !== undefined && more.length === 0);
    assert.deepEqual([first.nodeId, first.nodeCluster], ['envoy-1', 'edge']);
    assert.deepEqual([first.source, first.takenUs], [COUNTER_SOURCE.metrics_service, TAKEN_MS * 1000]);
    assert.equal(first.processStartedUs, TAKEN_MS * 1000 - 60_000_000);
    assert.deepEqual([second.nodeId, second.processStartedUs, second.values[0]?.value], ['envoy-1', 0, 4]);
    assert.deepEqual([first.messageNo, second.messageNo], [0, 2]);
    assert.deepEqual(first.streamId, second.streamId);
    assert.equal(first.streamId.length, 16);
    assert.deepEqual([counters.counterMessages, counters.undecodable, counters.countersLost], [2, 1, 0]);
  });

  it('is read no further while the writer is behind, and goes on when a record can’t be written', async () => {
    const writer = new MemoryWriter();
    writer.beforeDurable = () => Promise.reject(new AffidavitError('io.full', 'the spool is full'));
    const { session: taking, counters, unanswered } = session(writer, 10);
    taking.onMessage(message(counter('http.a.downstream_rq_total', 1)));
    assert.ok(isPaused);
    await Promise.all(unanswered);
    assert.deepEqual([isPaused, counters.countersLost], [false, 1]);
  });
});
