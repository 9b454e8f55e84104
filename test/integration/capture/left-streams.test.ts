import assert from 'node:assert/strict';
import { once } from 'node:events';
import { RawClient, wireMessage } from '../../fault/input/support/raw-grpc.ts';
import { processingRequest } from '../../unit/capture/support/protos.ts';
import { REQUEST } from './support/calls.ts';
import { Capture } from './support/capture.ts';

const RESOURCE_EXHAUSTED = 8;
const NO_ERROR = 0;
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

  it('cost the connection when their headers are long, however few bytes say them again; others go on', async () => {
    await capture.start();
    client = new RawClient(capture.server.port);
    const other = new RawClient(capture.server.port);
    const modest = other.open({ authorization: 'x'.repeat(7_000) }).send(wireMessage(processingRequest(REQUEST)));
    await once(modest.stream, 'response');
    const closed = once(client.session, 'close');
    client.open({ 'x-long': 'x'.repeat(9_000) });
    await closed;
    assert.equal(modest.stream.closed, false);
    assert.equal(capture.server.stats().opened, 1);
    other.close();
  });

  it('have a bound on each connection, which the client is told', async () => {
    await capture.start();
    client = new RawClient(capture.server.port);
    if (client.session.connecting) await once(client.session, 'remoteSettings');
    assert.equal(client.session.remoteSettings.maxConcurrentStreams, 16_384);
  });
});
