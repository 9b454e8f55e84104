import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { BODY, ENDED } from '../../../src/record/index.ts';
import { systemClock } from '../../../src/runtime/index.ts';
import { headerMap } from '../../unit/capture/support/protos.ts';
import { bodyOf, observed, REQUEST, RESPONSE, WHOLE } from './support/calls.ts';
import { Capture } from './support/capture.ts';
import type { EnvoyStream } from './support/envoy-client.ts';

/** More than a recorder that is told nothing else can have waiting for the disk. */
const TOO_MUCH_BYTES = 1e12;
/** A call of more messages than gRPC keeps for who doesn't read. */
const LONG = [
  REQUEST,
  ...Array.from({ length: 40 }, (_, at) => bodyOf('request', `{"n":${at}}\n`)),
  bodyOf('request', '', true),
  RESPONSE,
  bodyOf('response', '{}', true),
];

/** Resolves once no work waits; a record may count as durable just before. */
async function nothingBuffered({ server }: Capture): Promise<void> {
  while (server.stats().bufferedBytes > 0) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('streams of observe while the recorder is overwhelmed', () => {
  let capture: Capture;
  beforeEach(() => {
    capture = new Capture();
    capture.writer.backlogBytes = TOO_MUCH_BYTES;
  });
  afterEach(() => capture.close());

  async function held(messages: readonly object[]): Promise<EnvoyStream> {
    const stream = await capture.open('observe');
    const before = capture.server.stats().held;
    stream.send(...observed(messages));
    while (capture.server.stats().held === before) await new Promise((resolve) => setTimeout(resolve, 2));
    return stream;
  }

  it('wait, and are recorded whole once it has caught up', async () => {
    const streams = [await held(WHOLE), await held(LONG), await held(WHOLE)];
    assert.deepEqual(capture.writer.exchanges(), []);
    assert.equal(capture.server.stats().opened, 0);
    capture.writer.backlogBytes = 0;
    await capture.recorded(3);
    assert.deepEqual(
      capture.writer.exchanges().map(({ exchange }) => exchange.ended),
      [ENDED.complete, ENDED.complete, ENDED.complete],
    );
    assert.deepEqual(await Promise.all(streams.map((stream) => stream.ended())), [0, 0, 0]);
    const { held: left, lost } = capture.server.stats();
    assert.deepEqual([left, lost], [0, 0]);
    await nothingBuffered(capture);
  });

  it('do not hold up calls that wait for an answer', async () => {
    await held(WHOLE);
    // What open bodies hold is nothing that these calls would wait for.
    capture.writer.openBytes = TOO_MUCH_BYTES;
    const inline = await capture.open('inline');
    assert.ok('request_headers' in (await inline.ask(REQUEST)));
  });

  it('are recorded as far as they were read when Envoy resets them', async () => {
    const stream = await held(WHOLE);
    stream.reset();
    await capture.recorded();
    assert.equal(capture.only().exchange.head?.method, 'POST');
    assert.deepEqual([capture.server.stats().held, capture.server.stats().lost], [0, 0]);
  });

  it('come in after 10 s all the same: Envoy would reset them, and nothing would count them', async () => {
    let lateUs = 0;
    const clock = { nowUs: () => systemClock.nowUs(), monotonicUs: () => systemClock.monotonicUs() + lateUs };
    await capture.open('observe', { clock });
    const stream = await held(WHOLE);
    lateUs = 9_000_000;
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(capture.server.stats().held, 1);
    lateUs = 10_000_000;
    await capture.recorded();
    assert.equal(await stream.ended(), 0);
    const { exchange } = capture.only();
    assert.deepEqual([exchange.ended, exchange.request?.body], [ENDED.complete, BODY.given_up]);
    assert.equal(capture.server.stats().held, 0);
  });

  it('are recorded when the recorder drains', async () => {
    await held(WHOLE);
    await capture.server.drain();
    assert.equal(capture.only().exchange.head?.method, 'POST');
    assert.deepEqual([capture.server.stats().held, capture.server.stats().lost], [0, 0]);
  });
});

describe('calls of inline that have ended for their clients', () => {
  let capture: Capture;
  beforeEach(() => (capture = new Capture()));
  afterEach(() => capture.close());

  it('hold up those that begin while many of them wait for their records, whatever little they carry', async () => {
    let release: () => void = () => undefined;
    const durable = new Promise<void>((resolve) => (release = resolve));
    capture.writer.beforeDurable = () => durable;
    for (let ended = 0; ended < 4; ended++) {
      // Room for two such exchanges in each half.
      const stream = await capture.open('inline', { limits: { maxBufferedBytes: 100_000 } });
      for (const message of WHOLE) await stream.ask(message);
      assert.equal(await stream.ended(), 0);
      if (capture.server.stats().bufferedBytes > 50_000) break;
    }
    assert(capture.server.stats().bufferedBytes > 50_000);
    const late = await capture.open('inline');
    late.send(REQUEST);
    while (capture.server.stats().held === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    const { opened } = capture.server.stats();
    assert(opened === 3 && late.replies.length === 0);
    release();
    await late.until(() => late.replies.length === 1);
    late.reset();
    await capture.recorded(opened + 1);
    await nothingBuffered(capture);
  });

  it('make those that have waited for 2 s go by, and be counted, when there is hardly room for what has begun', async () => {
    let lateUs = 0;
    const clock = { nowUs: () => systemClock.nowUs(), monotonicUs: () => systemClock.monotonicUs() + lateUs };
    capture.writer.backlogBytes = TOO_MUCH_BYTES;
    const stream = await capture.open('inline', { clock });
    stream.send(REQUEST);
    while (capture.server.stats().held === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    lateUs = 2_000_000;
    assert.equal(await stream.ended(), status.RESOURCE_EXHAUSTED);
    const { held, open, opened, turnedAway, lost, bufferedBytes } = capture.server.stats();
    assert.deepEqual([held, open, opened, turnedAway, lost, bufferedBytes], [0, 0, 0, 1, 0, 0]);
  });
});

describe('calls that are open and hold many bytes of headers', () => {
  let capture: Capture;
  beforeEach(() => (capture = new Capture()));
  afterEach(() => capture.close());

  it('leave no room for further ones until they end, in every profile', async () => {
    const note = 'a line of harmless text '.repeat(2_000);
    const first = await capture.open('inline', { limits: { maxBufferedBytes: 40_000 } });
    await first.ask({ request_headers: { headers: headerMap({ ':method': 'GET', ':path': '/', note }) } });
    await nothingBuffered(capture);
    const [inline, observe, strict] = [
      await capture.open('inline'),
      await capture.open('observe'),
      await capture.open('strict'),
    ];
    assert.deepEqual(
      [await inline.ended(), await observe.ended()],
      [status.RESOURCE_EXHAUSTED, status.RESOURCE_EXHAUSTED],
    );
    assert.equal(await strict.ended(), status.OK);
    assert('immediate_response' in (strict.replies[0] ?? {}));
    assert.equal(capture.server.stats().turnedAway, 3);
    first.halfClose();
    assert.equal(await first.ended(), status.OK);
    await capture.recorded();
    const next = await capture.open('inline');
    assert('request_headers' in (await next.ask(REQUEST)));
  });
});
