import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envoyConfig } from '../../../demo/envoy-config.ts';
import { freePort } from '../../../scripts/processes.ts';
import { type Envoy, startEnvoy } from '../../../scripts/start-envoy.ts';
import { ENDED } from '../../../src/record/index.ts';
import { Capture } from './support/capture.ts';
import { requireOrSkip } from '../../support/tools.ts';

const CONTENT = 'all of it';

describe('strict behind a real Envoy, when a response is whole before the stream ends', function () {
  this.timeout(60_000);
  const capture = new Capture();
  /** What the upstream sent its content on, and has not ended. */
  const unended: ServerHttp2Stream[] = [];
  let upstream: Http2Server;
  let envoy: Envoy | undefined;
  let listener = 0;
  let dir = '';

  before(async function () {
    await requireOrSkip(this, 'envoy');
    upstream = createServer();
    upstream.on('stream', (stream, headers) => {
      const isEmpty = headers[':method'] === 'HEAD';
      const waitForTrailers = headers[':path'] === '/payments/trailers';
      const announced = waitForTrailers ? { trailer: 'x-checked' } : {};
      stream.respond(
        { ':status': 200, 'content-length': CONTENT.length.toString(), ...announced },
        { waitForTrailers },
      );
      stream.on('wantTrailers', () => {
        stream.sendTrailers({ 'x-checked': 'yes' });
      });
      if (!isEmpty) stream.write(CONTENT);
      // A client that has what it came for may leave before the end.
      stream.on('error', () => undefined);
      unended.push(stream);
    });
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    dir = await mkdtemp(join(tmpdir(), 'affidavit-whole-'));
    const { port: recorder } = await capture.start();
    listener = await freePort();
    const { port } = upstream.address() as AddressInfo;
    const ports = { orders: port, ordersGrpc: port, payments: port, paymentsGrpc: port, listener, recorder };
    envoy = await startEnvoy({ config: envoyConfig({ profile: 'strict', ports }), dir });
  });
  beforeEach(() => {
    capture.writer.records.length = 0;
  });
  afterEach(() => {
    for (const stream of unended.splice(0)) stream.end();
  });
  after(async () => {
    await envoy?.stop();
    await capture.close();
    // Where the suite is skipped there is none.
    (upstream as Http2Server | undefined)?.close();
    if (dir !== '') await rm(dir, { recursive: true });
  });

  it('lets an HTTP/1.1 client have the last byte that Content-Length declares only once it is recorded', async () => {
    const response = await fetch(`http://127.0.0.1:${listener}/payments/1`);
    assert.equal(await response.text(), CONTENT);
    const { exchange } = capture.only();
    assert.deepEqual([exchange.ended, exchange.endedReason], [ENDED.complete, 'length_reached']);
    assert.equal(exchange.response?.bodyBytes, CONTENT.length);
  });

  it('does the same with the headers that answer a HEAD', async () => {
    const response = await fetch(`http://127.0.0.1:${listener}/payments/1`, { method: 'HEAD' });
    assert.equal(response.headers.get('content-length'), CONTENT.length.toString());
    assert.equal(capture.only().exchange.ended, ENDED.complete);
  });

  it('does the same for HTTP/2, where many clients ask for no more than that', async () => {
    const session = connect(`http://127.0.0.1:${listener}`);
    const call = session.request({ ':path': '/payments/1', ':authority': 'payments' });
    let length = 0;
    for await (const chunk of call as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length === CONTENT.length) break;
    }
    assert.equal(capture.only().exchange.ended, ENDED.complete);
    session.destroy();
  });

  it('holds the end of the stream of one that announces trailers, and records them', async () => {
    const session = connect(`http://127.0.0.1:${listener}`);
    const call = session.request({ ':path': '/payments/trailers', ':authority': 'payments' });
    const trailed = once(call, 'trailers');
    await once(call, 'data');
    assert.equal(capture.writer.exchanges().length, 0);
    unended[0]?.end();
    const [trailers] = (await trailed) as [Record<string, string>];
    assert.equal(trailers['x-checked'], 'yes');
    const { exchange } = capture.only();
    assert.deepEqual([exchange.ended, exchange.endedReason, exchange.response?.trailerCount], [ENDED.complete, '', 1]);
    session.close();
  });
});
