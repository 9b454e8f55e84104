import assert from 'node:assert/strict';
import { once } from 'node:events';
import { RawClient, wireMessage } from '../../fault/input/support/raw-grpc.ts';
import {
  ACCESS_LOG_SERVICE,
  EXTERNAL_PROCESSOR,
  HEALTH,
  METRICS_SERVICE,
  PROFILE_METADATA,
} from '../../../src/capture/index.ts';
import { processingRequest } from '../../unit/capture/support/protos.ts';
import { REQUEST } from './support/calls.ts';
import { Capture } from './support/capture.ts';

const RESOURCE_EXHAUSTED = 8;
const NO_ERROR = 0;
const CANCEL = 8;
const GRACE_MS = 50;
const STREAMS = 500;

describe('streams that a client leaves open', function () {
  this.timeout(30_000);
  const capture = new Capture();
  let client: RawClient;
  afterEach(async () => {
    client.close();
    await capture.close();
  });

  it('are closed without an error once they were answered to their end; a call that is open goes on', async () => {
    await capture.start({ limits: { maxOpenExchanges: 1 }, leftGraceMs: GRACE_MS });
    client = new RawClient(capture.server.port);
    const open = client.open().send(wireMessage(processingRequest(REQUEST)));
    await once(open.stream, 'response');
    const refused = Array.from({ length: STREAMS }, () => client.open());
    for (const { ended } of refused) assert.equal(await ended, RESOURCE_EXHAUSTED);
    for (const { stream } of refused) {
      if (!stream.closed) await once(stream, 'close');
      assert.equal(stream.rstCode, NO_ERROR);
    }
    assert.equal(open.stream.closed, false);
    assert.equal(capture.server.stats().open, 1);
  });

  it('lose headers that nobody reads, however long: a caller may have sent them', async () => {
    await capture.start();
    client = new RawClient(capture.server.port);
    const modest = client.open().send(wireMessage(processingRequest(REQUEST)));
    await once(modest.stream, 'response');
    const long = client.open({ tracestate: 'x'.repeat(60_000) }).send(wireMessage(processingRequest(REQUEST)));
    await once(long.stream, 'response');
    assert.deepEqual([modest.stream.closed, long.stream.closed], [false, false]);
    assert.equal(capture.server.stats().opened, 2);
  });

  it('cost the connection when headers that are read are long, however few bytes say them again; others go on', async () => {
    await capture.start();
    client = new RawClient(capture.server.port);
    const other = new RawClient(capture.server.port);
    const modest = other.open({ [PROFILE_METADATA]: 'x'.repeat(7_000) }).send(wireMessage(processingRequest(REQUEST)));
    await once(modest.stream, 'response');
    const closed = once(client.session, 'close');
    client.open({ [PROFILE_METADATA]: 'x'.repeat(9_000) });
    await closed;
    assert.equal(modest.stream.closed, false);
    assert.equal(capture.server.stats().opened, 1);
    other.close();
  });

  for (const [service, path, message] of [
    ['ext_proc', EXTERNAL_PROCESSOR.process.path, processingRequest(REQUEST)],
    ['the access log', ACCESS_LOG_SERVICE.streamAccessLogs.path, new Uint8Array()],
    ['the metrics', METRICS_SERVICE.streamMetrics.path, new Uint8Array()],
  ] as const)
    it(`and whose answer by ${service} they do not read are closed after a while, once it was given whole`, async () => {
      await capture.start({ leftGraceMs: GRACE_MS });
      client = new RawClient(capture.server.port, { initialWindowSize: 0 });
      const open = client.open().send(wireMessage(processingRequest(REQUEST)));
      await once(open.stream, 'response');
      const { stream } = client.open({ ':path': path }).send(wireMessage(message)).end();
      await once(stream, 'close');
      assert.equal(stream.rstCode, CANCEL);
      assert.equal(open.stream.closed, false);
    });

  it('and who do not read that a strict call is refused are closed after a while', async () => {
    await capture.start({ limits: { maxOpenExchanges: 1 }, leftGraceMs: GRACE_MS });
    client = new RawClient(capture.server.port, { initialWindowSize: 0 });
    const open = client.open().send(wireMessage(processingRequest(REQUEST)));
    await once(open.stream, 'response');
    const { stream } = client.open({ [PROFILE_METADATA]: 'strict' });
    await once(stream, 'close');
    assert.equal(open.stream.closed, false);
    assert.equal(stream.rstCode, CANCEL);
  });

  it('and over which they ask for nothing are closed after a while; one that watches goes on', async () => {
    await capture.start({ leftGraceMs: GRACE_MS });
    client = new RawClient(capture.server.port);
    const watching = client.open({ ':path': HEALTH.watch.path }).send(wireMessage(new Uint8Array())).end();
    await once(watching.stream, 'response');
    const { stream } = client.open({ ':path': HEALTH.check.path });
    await once(stream, 'close');
    assert.equal(stream.rstCode, CANCEL);
    assert.equal(watching.stream.closed, false);
  });

  it('and over which they ask for nothing give way, the oldest first, to others', async () => {
    await capture.start();
    client = new RawClient(capture.server.port);
    // Of those that watch none is closed after a while.
    const left = Array.from({ length: 2_001 }, () => client.open({ ':path': HEALTH.watch.path }));
    const [first, second] = left.map(({ stream }) => stream);
    if (first !== undefined) await once(first, 'close');
    assert.equal(first?.rstCode, CANCEL);
    const asked = client.open({ ':path': HEALTH.check.path }).send(wireMessage(new Uint8Array())).end();
    assert.equal(await asked.ended, 0);
    assert.equal(second?.rstCode, CANCEL);
  });

  it('have a bound on each connection, which the client is told', async () => {
    await capture.start();
    client = new RawClient(capture.server.port);
    if (client.session.connecting) await once(client.session, 'remoteSettings');
    assert.equal(client.session.remoteSettings.maxConcurrentStreams, 16_384);
  });
});
