import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { Capture } from './support/capture.ts';
import { observed, REQUEST, WHOLE } from './support/calls.ts';

const MEBIBYTE = 1024 * 1024;

describe('connections of Envoy to the recorder', () => {
  let capture: Capture;
  let session: ClientHttp2Session | undefined;

  beforeEach(() => {
    capture = new Capture();
  });
  afterEach(async () => {
    session?.destroy();
    await capture.close();
  });

  it('take megabytes ahead of the reader, so that one turn of the event loop isn’t one small window', async () => {
    const { port } = await capture.start();
    session = connect(`http://127.0.0.1:${port}`);
    const { promise: answered, resolve: answer } = Promise.withResolvers<undefined>();
    await once(session, 'remoteSettings');
    // What the server says first has arrived with the answer to this.
    session.ping(() => {
      answer(undefined);
    });
    await answered;
    const { remoteWindowSize = 0 } = session.state;
    assert.ok(remoteWindowSize >= 4 * MEBIBYTE, `${remoteWindowSize} bytes`);
  });

  it('leave nothing behind that Envoy has ended and the drain would not wait for', async () => {
    const written: string[] = [];
    const { promise: gate, resolve: release } = Promise.withResolvers<undefined>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
    capture.writer.beforeDurable = async () => {
      begin(undefined);
      await gate;
      written.push('recorded');
    };
    const stream = await capture.open(undefined, { limits: { drainTimeoutMs: 100 } });
    stream.send(...observed(WHOLE));
    stream.halfClose();
    await stream.ended();
    await begun;
    // Its answer tells that the end of the first stream has been read.
    const next = await capture.open('inline');
    await next.ask(REQUEST);
    assert.equal(capture.server.stats().open, 2);
    const drained = capture.server.drain().then(() => written.push('drained'));
    release(undefined);
    await drained;
    assert.deepEqual(written, ['recorded', 'recorded', 'drained']);
  });
});
