import assert from 'node:assert/strict';
import { type ServiceError, status } from '@grpc/grpc-js';
import {
  ACCESS_LOG_SERVICE,
  EXTERNAL_PROCESSOR,
  HEALTH,
  LogServer,
  METRICS_SERVICE,
} from '../../../src/capture/index.ts';
import { AccessLog, Counters, KIND } from '../../../src/record/index.ts';
import { silentLogger, systemClock, systemRandom } from '../../../src/runtime/index.ts';
import { decode, encode } from '../../unit/capture/support/protos.ts';
import { connect } from './support/envoy-client.ts';
import { MemoryWriter } from './support/memory-writer.ts';

const MAX_PENDING_BYTES = 100_000;
const identifier = { node: { id: 'envoy-1', cluster: 'edge' }, log_name: 'affidavit' };

function logged(entries: number): Uint8Array {
  const log_entry = Array.from({ length: entries }, () => ({ protocol_version: 'HTTP2' }));
  return encode('envoy.service.accesslog.v3.StreamAccessLogsMessage', { identifier, http_logs: { log_entry } });
}

const counted = encode('envoy.service.metrics.v3.StreamMetricsMessage', {
  identifier: { node: identifier.node },
  envoy_metrics: [{ name: 'http.recorded.downstream_rq_total', metric: [{ counter: { value: 3 } }] }],
});

describe('a server for access log and counters alone', function () {
  this.timeout(60_000);
  let writer: MemoryWriter;
  let server: LogServer;
  let client: ReturnType<typeof connect>;

  beforeEach(async () => {
    writer = new MemoryWriter();
    const common = { clock: systemClock, random: systemRandom, logger: silentLogger };
    server = await LogServer.start({
      ...{ ...common, host: '127.0.0.1', port: 0, writer, maxPendingBytes: MAX_PENDING_BYTES },
    });
    client = connect(server.port);
  });
  afterEach(async () => {
    client.close();
    await server.drain(0);
  });

  function stream({ path, requestSerialize, responseDeserialize }: typeof METRICS_SERVICE.streamMetrics) {
    const { promise: answer, resolve } = Promise.withResolvers<ServiceError | null>();
    const call = client.makeClientStreamRequest(path, requestSerialize, responseDeserialize, resolve);
    return { call, answer };
  }

  it('makes records of both, and takes no calls', async () => {
    const log = stream(ACCESS_LOG_SERVICE.streamAccessLogs);
    const metrics = stream(METRICS_SERVICE.streamMetrics);
    log.call.end(logged(2));
    metrics.call.end(counted);
    assert.deepEqual(await Promise.all([log.answer, metrics.answer]), [null, null]);
    await writer.until(() => writer.records.length === 2);
    const [entries] = writer.ofKind(KIND.access_log).map(({ body }) => AccessLog.decode(body));
    const [counters] = writer.ofKind(KIND.counters).map(({ body }) => Counters.decode(body));
    assert.deepEqual([entries?.nodeId, entries?.entries.length], ['envoy-1', 2]);
    assert.deepEqual([counters?.nodeId, counters?.values[0]?.value], ['envoy-1', 3]);
    const { accessLogMessages, counterMessages } = server.stats();
    assert.deepEqual([accessLogMessages, counterMessages], [1, 1]);

    const { path, requestSerialize, responseDeserialize } = EXTERNAL_PROCESSOR.process;
    const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    const refused = await new Promise<ServiceError>((resolve) => call.on('error', resolve));
    assert.equal(refused.code, status.UNIMPLEMENTED);
  });

  it('reads a stream no further than it is durable, and all of it in the end', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<undefined>();
    writer.beforeDurable = async () => {
      await gate;
    };
    const { call, answer } = stream(ACCESS_LOG_SERVICE.streamAccessLogs);
    const message = logged(1_000);
    const messages = 500;
    let sent = 0;
    for (let count = 0; count < messages; count += 1) call.write(message, () => (sent += 1));
    call.end();
    let before = -1;
    while (sent !== before) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assert.ok(server.stats().accessLogMessages < messages / 2, `${server.stats().accessLogMessages} messages are read`);
    open(undefined);
    assert.equal(await answer, null);
    await writer.until(() => server.stats().accessLogEntries === messages * 1_000);
  });

  it('answers health checks, says in time that it ends, and then takes what Envoy still has', async () => {
    const { path, requestSerialize, responseDeserialize } = HEALTH.check;
    const check = (service: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const asked = encode('grpc.health.v1.HealthCheckRequest', { service });
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, asked, (error, bytes) => {
          if (error !== null) reject(error);
          else resolve(decode('grpc.health.v1.HealthCheckResponse', bytes ?? new Uint8Array())['status']);
        });
      });
    assert.equal(await check('envoy.service.metrics.v3.MetricsService'), 'SERVING');
    await assert.rejects(check('envoy.service.ext_proc.v3.ExternalProcessor'));
    const { call, answer } = stream(ACCESS_LOG_SERVICE.streamAccessLogs);
    call.write(logged(1));
    await writer.until(() => writer.records.length === 1);
    const drained = server.drain(3_000);
    assert.equal(server.isServing, false);
    assert.equal(await check(''), 'NOT_SERVING');
    call.write(logged(1));
    assert.equal(await answer, null);
    await drained;
    assert.equal(writer.records.length, 2);
  });
});
