import assert from 'node:assert/strict';
import { BODY, ENDED } from '../../../src/record/index.ts';
import { systemClock } from '../../../src/runtime/index.ts';
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
    const { held: left, lost, bufferedBytes } = capture.server.stats();
    assert.deepEqual([left, lost, bufferedBytes], [0, 0, 0]);
  });

  it('do not hold up calls that wait for an answer', async () => {
    await held(WHOLE);
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
