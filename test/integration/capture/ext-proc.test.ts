import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import {
  AffidavitError,
  BODY,
  ENDED,
  ExchangeContent,
  ExchangeIndex,
  Gap,
  KIND,
  PART,
  PROFILE,
  PROVENANCE,
} from '../../../src/record/index.ts';
import { headerMap, processingRequest } from '../../unit/capture/support/protos.ts';
import { bodyOf, ID, observed, REQUEST, RESPONSE, WHOLE } from './support/calls.ts';
import { Capture } from './support/capture.ts';
import { bodyText } from './support/memory-writer.ts';

describe('ext_proc', () => {
  let capture: Capture;

  beforeEach(() => {
    capture = new Capture();
  });
  afterEach(() => capture.close());

  it('records a call in observe, answers nothing, and ends the stream by itself', async () => {
    const stream = await capture.open();
    stream.send(...observed(WHOLE));
    assert.equal(await stream.ended(), status.OK);
    await capture.recorded();
    assert.deepEqual(stream.replies, []);
    const { exchange, parts } = capture.only();
    assert.equal(exchange.ended, ENDED.complete);
    assert.equal(exchange.head?.profile, PROFILE.observe);
    assert.equal(bodyText(parts, 'request'), '{"note":"hello world"}');
    assert.equal(bodyText(parts, 'response'), '{"ok":1}');
    assert.equal(capture.writer.openParts, 0);
  });

  it('puts into the leaf what Envoy tells and what passed its shape check', async () => {
    const stream = await capture.open();
    stream.send(...observed(WHOLE));
    await capture.recorded();
    const { exchange } = capture.only();
    const { head } = exchange;
    assert.ok(head !== undefined);
    assert.deepEqual(
      [head.exchangeId, head.method, head.protocol, head.cluster, head.route, head.upstreamHost, head.connectionId],
      [ID, 'POST', 'HTTP/2', 'orders', 'orders', '10.0.0.7:8080', 42],
    );
    assert.equal(head.startedUs, Date.parse('2026-01-02T03:04:05Z') * 1000 + 678_901);
    assert.equal(Buffer.from(head.traceId).toString('hex'), '0af7651916cd43dd8448eb211c80319c');
    assert.deepEqual({ ...head.workload }, { provenance: PROVENANCE.mtls, id: 'spiffe://example.org/billing' });
    assert.equal(head.sessionKey.length, 16);
    assert.deepEqual([exchange.status, exchange.localReply], [200, false]);
    assert.deepEqual(
      [exchange.request?.bodyBytes, exchange.request?.body, exchange.request?.ended],
      [22, BODY.kept, true],
    );
    assert.ok(exchange.requestEndedAfterUs <= exchange.responseStartedAfterUs);
    assert.ok(exchange.responseStartedAfterUs <= exchange.endedAfterUs);
  });

  it('keeps credentials out of every part', async () => {
    const stream = await capture.open('inline');
    for (const message of WHOLE) await stream.ask(message);
    await capture.recorded();
    const { parts, exchange } = capture.only();
    const index = ExchangeIndex.decode(parts.get(PART.index) ?? new Uint8Array());
    assert.equal(index.path, '/orders');
    assert.ok(!index.query.includes('verysecretvalue'));
    for (const bytes of parts.values()) {
      assert.ok(!Buffer.from(bytes).includes('verysecretvalue'));
      assert.ok(!Buffer.from(bytes).includes('abcdefghijklmnopqrstuvwxyz'));
    }
    const content = ExchangeContent.decode(parts.get(PART.message) ?? new Uint8Array());
    assert.deepEqual(
      content.requestHeaders.slice(0, 3).map((header) => header.name),
      [':method', ':path', ':authority'],
    );
    assert.ok(parts.has(PART.originals));
    assert.ok(exchange.redactions.length > 0);
  });

  it('answers each message of an inline call with its type, at once, also when nothing can be recorded', async () => {
    capture.writer.beforeDurable = () => Promise.reject(new AffidavitError('spool.failed', 'disk'));
    const stream = await capture.open('inline');
    for (const message of WHOLE) await stream.ask(message);
    assert.equal(await stream.ended(), status.OK);
    assert.deepEqual(
      stream.replies.map((reply) => reply['response']),
      ['request_headers', 'request_body', 'request_body', 'response_headers', 'response_body'],
    );
  });

  it('counts what it lost in a gap record once it can write again', async () => {
    let failing = true;
    capture.writer.beforeDurable = () =>
      failing ? Promise.reject(new AffidavitError('spool.failed', 'disk')) : Promise.resolve();
    const stream = await capture.open('inline');
    for (const message of WHOLE) await stream.ask(message);
    await stream.ended();
    failing = false;
    await capture.writer.until(() => capture.writer.ofKind(KIND.gap).length === 1);
    assert.equal(capture.server.stats().lost, 1);
    const gap = Gap.decode(capture.writer.ofKind(KIND.gap)[0]?.body ?? new Uint8Array());
    assert.ok(gap.fromUs > 0 && gap.fromUs <= gap.untilUs, `${gap.fromUs} to ${gap.untilUs}`);
    assert.deepEqual([gap.count, gap.detail], [1, 'not recorded']);
  });

  it('counts a call whose first message can’t be read as lost, also when it shuts down next', async () => {
    const stream = await capture.open();
    await stream.sendBytes(Uint8Array.of(0x12, 0x7f));
    assert.equal(await stream.ended(), status.INTERNAL);
    await capture.server.drain();
    const [gap] = capture.writer.ofKind(KIND.gap).map(({ body }) => Gap.decode(body));
    assert.deepEqual([gap?.count, capture.server.stats().lost], [1, 1]);
  });

  it('passes bodies on in full duplex', async () => {
    const stream = await capture.open('inline');
    await stream.ask({
      ...REQUEST,
      protocol_config: { request_body_mode: 'FULL_DUPLEX_STREAMED', response_body_mode: 'STREAMED' },
    });
    const reply = (await stream.ask(bodyOf('request', 'abc', true)))['request_body'] as Record<
      string,
      Record<string, object>
    >;
    assert.deepEqual(reply['response']?.['body_mutation'], {
      mutation: 'streamed_response',
      streamed_response: { body: Buffer.from('abc').toString('base64'), end_of_stream: true },
    });
  });

  it('records what a reset cut off, with what had arrived', async () => {
    const stream = await capture.open('inline');
    await stream.ask(REQUEST);
    await stream.ask(bodyOf('request', '{}', true));
    await stream.ask(RESPONSE);
    await stream.ask(bodyOf('response', 'a line\n'));
    stream.reset();
    await capture.recorded();
    const { exchange } = capture.only();
    assert.equal(exchange.ended, ENDED.response_cut);
    assert.equal(exchange.response?.ended, false);
    assert.equal(exchange.response.bodyBytes, 7);
  });

  it('ends only that stream on which bytes can’t be read', async () => {
    const broken = await capture.open('inline');
    const fine = await capture.open('inline');
    await broken.ask(REQUEST);
    await fine.ask(REQUEST);
    await broken.sendBytes(Uint8Array.of(0x12, 0x7f));
    assert.equal(await broken.ended(), status.INTERNAL);
    await capture.recorded();
    assert.equal(capture.only().exchange.ended, ENDED.protocol_error);
    for (const message of WHOLE.slice(1)) await fine.ask(message);
    await capture.recorded(2);
    assert.equal(capture.server.stats().undecodable, 1);
  });

  it('gives up bodies first under overload in observe, and records the exchange', async () => {
    const stream = await capture.open(undefined, { limits: { maxStreamBufferedBytes: 10_000 } });
    let release: (() => void) | undefined;
    const sealing = new Promise<void>((resolve) => (release = resolve));
    capture.writer.beforeSealed = () => sealing;
    const line = 'x'.repeat(4_000);
    const text = {
      ...RESPONSE,
      response_headers: { headers: headerMap({ ':status': '200', 'content-type': 'text/plain' }) },
    };
    stream.send(...observed([REQUEST, bodyOf('request', '{}', true), text]));
    for (let index = 0; index < 20; index++) stream.send(...observed([bodyOf('response', line)]));
    stream.send(...observed([bodyOf('response', '', true)]));
    await stream.ended();
    release?.();
    await capture.recorded();
    const { exchange, parts } = capture.only();
    assert.equal(exchange.ended, ENDED.complete);
    assert.deepEqual([exchange.response?.body, exchange.response?.bodyReason], [BODY.given_up, 'overload']);
    assert.equal(exchange.response?.bodyBytes, 80_000);
    assert.equal(bodyText(parts, 'response'), '');
    // 20 KiB of it for the exchange itself.
    assert.ok(capture.server.stats().highestBufferedBytes < 40_000);
  });

  it('reads a large inline body no faster than it is sealed, in bounded memory', async function () {
    this.timeout(60_000);
    const chunk = Buffer.from('a line of harmless text\n'.repeat(2730));
    const message = processingRequest({ response_body: { body: chunk } });
    const count = Math.ceil((200 * 1024 * 1024) / chunk.length);
    capture.writer.forgetful = true;
    // Slower than reading.
    capture.writer.beforeSealed = async () => {
      for (let turns = 0; turns < 4; turns++) await new Promise(setImmediate);
    };
    const stream = await capture.open('inline', { limits: { maxStreamBufferedBytes: 1_000_000 } });
    await stream.ask({ request_headers: { headers: headerMap({ ':method': 'GET' }), end_of_stream: true } });
    await stream.ask({ response_headers: { headers: headerMap({ ':status': '200', 'content-type': 'text/plain' }) } });
    for (let index = 0; index < count; index++) await stream.sendBytes(message);
    await stream.ask(bodyOf('response', '', true));
    await capture.recorded();
    const { exchange } = capture.only();
    assert.equal(exchange.response?.bodyBytes, count * chunk.length);
    assert.equal(exchange.response.body, BODY.kept);
    assert.ok(exchange.parts >= 40, `${exchange.parts} parts`);
    assert.ok(capture.server.stats().highestBufferedBytes < 1_300_000);
    assert.ok(capture.writer.takenBytes >= 200 * 1024 * 1024);
  });

  it('takes a profile that there is not for strict, and says so: a slip in Envoy’s configuration must not let a call by', async () => {
    for (const name of ['Strict', 'strikt', '']) {
      const stream = await capture.open(name);
      for (const message of WHOLE) stream.send(message);
      await stream.ended();
    }
    await capture.recorded(3);
    for (const { exchange } of capture.writer.exchanges()) assert.equal(exchange.head?.profile, PROFILE.strict);
  });

  it('turns streams away beyond the limit', async () => {
    const first = await capture.open('inline', { limits: { maxOpenExchanges: 1 } });
    await first.ask(REQUEST);
    const second = await capture.open('inline');
    assert.equal(await second.ended(), status.RESOURCE_EXHAUSTED);
    assert.equal(capture.server.stats().turnedAway, 1);
  });

  it('counts in a gap record those of observe that it turns away: Envoy doesn’t', async () => {
    const first = await capture.open('inline', { limits: { maxOpenExchanges: 1 } });
    await first.ask(REQUEST);
    for (const profile of ['observe', 'inline', 'observe']) await (await capture.open(profile)).ended();
    await capture.server.close();
    const counted = capture.writer.records
      .filter(({ kind }) => kind === KIND.gap)
      .map(({ body }) => Gap.decode(body).count);
    assert.equal(
      counted.reduce((sum, count) => sum + count, 0),
      2,
    );
  });

  it('drains: open calls end by themselves, those that don’t are recorded as given up', async () => {
    const ending = await capture.open('inline', { limits: { drainTimeoutMs: 300 } });
    const staying = await capture.open('inline');
    await ending.ask(REQUEST);
    await staying.ask(REQUEST);
    const drained = capture.server.drain();
    for (const message of WHOLE.slice(1)) await ending.ask(message);
    assert.equal(await ending.ended(), status.OK);
    assert.equal(staying.status, undefined);
    await drained;
    assert.equal(await staying.ended(), status.OK);
    assert.deepEqual(
      capture.writer.exchanges().map(({ exchange }) => exchange.ended),
      [ENDED.complete, ENDED.recorder_gave_up],
    );
  });

  it('survives more resets than Node’s HTTP/2 allows by itself', async function () {
    this.timeout(60_000);
    const staying = await capture.open('inline');
    await staying.ask(REQUEST);
    const streams = await Promise.all(Array.from({ length: 1_500 }, () => capture.open('inline')));
    await Promise.all(streams.map((stream) => stream.ask(REQUEST)));
    for (const stream of streams) stream.reset();
    await capture.recorded(streams.length);
    assert.equal((await staying.ask(bodyOf('request', '{}', true)))['response'], 'request_body');
  });

  it('says that a port is taken', async () => {
    const { port } = await capture.start();
    const inUse = (error: unknown): boolean => error instanceof AffidavitError && error.code === 'port.in_use';
    await assert.rejects(new Capture().start({ port }), inUse);
  });
});
