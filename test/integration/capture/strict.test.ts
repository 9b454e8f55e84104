import assert from 'node:assert/strict';
import { status } from '@grpc/grpc-js';
import { NOT_RECORDED } from '../../../src/capture/index.ts';
import {
  AffidavitError,
  CHUNK_BYTES,
  ENDED,
  ExchangeOpened,
  ExchangePart,
  KIND,
  PART,
} from '../../../src/record/index.ts';
import { headerMap } from '../../unit/capture/support/protos.ts';
import { Capture } from './support/capture.ts';
import { bodyOf, ID, REQUEST, RESPONSE, WHOLE } from './support/calls.ts';

describe('ext_proc in strict', () => {
  let capture: Capture;

  beforeEach(() => {
    capture = new Capture();
  });
  afterEach(() => capture.close());

  it('holds the request until exchange_opened is durable, and the last of the response until exchange is', async () => {
    const durable: string[] = [];
    let release: (() => void) | undefined;
    capture.writer.beforeDurable = (draft) =>
      new Promise((resolve) => {
        release = () => {
          durable.push(draft.kind === KIND.exchange ? 'exchange' : 'opened');
          resolve();
        };
        waiting?.();
      });
    let waiting: (() => void) | undefined;
    const asked = () => new Promise<void>((resolve) => (waiting = resolve));
    const stream = await capture.open('strict');
    let next = asked();
    stream.send(REQUEST);
    await next;
    assert.deepEqual([stream.replies.length, durable.length], [0, 0]);
    release?.();
    await stream.until(() => stream.replies.length === 1);
    await stream.ask(bodyOf('request', '{}', true));
    await stream.ask(RESPONSE);
    next = asked();
    stream.send(bodyOf('response', '{}', true));
    await next;
    assert.equal(stream.replies.length, 3);
    release?.();
    assert.equal(await stream.ended(), status.OK);
    assert.equal(stream.replies.length, 4);
    assert.deepEqual(durable, ['opened', 'exchange']);
    const opened = capture.writer.ofKind(KIND.exchange_opened)[0];
    assert.equal(ExchangeOpened.decode(opened?.body ?? new Uint8Array()).head?.exchangeId, ID);
    assert.deepEqual([...(opened?.parts.keys() ?? [])], [PART.index, PART.message]);
    assert.equal(capture.only().exchange.openedSeqPlusOne, 1);
  });

  it('answers 503 when exchange_opened can’t be recorded', async () => {
    capture.writer.beforeDurable = () => Promise.reject(new AffidavitError('io.full', 'disk full'));
    const stream = await capture.open('strict');
    const reply = await stream.ask(REQUEST);
    const immediate = reply['immediate_response'] as Record<string, unknown>;
    assert.deepEqual(immediate['status'], { code: 'ServiceUnavailable' });
    assert.equal(immediate['details'], `${NOT_RECORDED}.no_room`);
    await stream.ended();
    assert.equal(capture.server.stats().refused, 1);
  });

  it('ends the stream with an error when the record fails after the response’s headers went out', async () => {
    capture.writer.beforeDurable = (draft) =>
      draft.kind === KIND.exchange ? Promise.reject(new AffidavitError('spool.failed', 'disk')) : Promise.resolve();
    const stream = await capture.open('strict');
    for (const message of WHOLE.slice(0, -1)) await stream.ask(message);
    stream.send(...WHOLE.slice(-1));
    assert.equal(await stream.ended(), status.INTERNAL);
    assert.equal(stream.status?.details, `${NOT_RECORDED}.spool_failed`);
    assert.equal(stream.replies.length, 4);
  });

  it('answers 503 when the record of a response without body fails', async () => {
    capture.writer.beforeDurable = (draft) =>
      draft.kind === KIND.exchange ? Promise.reject(new AffidavitError('spool.failed', 'disk')) : Promise.resolve();
    const stream = await capture.open('strict');
    await stream.ask({ request_headers: { headers: headerMap({ ':method': 'GET' }), end_of_stream: true } });
    const reply = await stream.ask({
      response_headers: { headers: headerMap({ ':status': '204' }), end_of_stream: true },
    });
    assert.equal(reply['response'], 'immediate_response');
  });

  it('fails a call whose body can’t be stored', async () => {
    for (const code of ['io.full', 'limit.exceeded', 'spool.failed'] as const) {
      const calls = new Capture();
      const stream = await calls.open('strict');
      const headers = headerMap({ ':method': 'POST', 'content-type': 'text/plain' });
      await stream.ask({ request_headers: { headers } });
      calls.writer.beforeSealed = () => Promise.reject(new AffidavitError(code, 'no room'));
      const reply = await stream.ask(bodyOf('request', 'a line of harmless text\n'.repeat(4_000)));
      stream.halfClose();
      await stream.ended();
      assert.equal(reply['response'], 'immediate_response', code);
      assert.equal(calls.server.stats().refused, 1);
      assert.equal(calls.only().exchange.ended, ENDED.recorder_gave_up);
      await calls.close();
    }
  });

  it('refuses a call whose body is longer than may be kept: nothing passes without its whole record', async () => {
    const limits = { maxBodyBytes: 1_000 };
    const most = bodyOf('request', 'x'.repeat(1_000), true);
    const fits = await capture.open('strict', { limits });
    for (const message of [REQUEST, most, ...WHOLE.slice(3)]) await fits.ask(message);
    assert.equal(await fits.ended(), status.OK);

    const asking = await capture.open('strict');
    await asking.ask(REQUEST);
    await asking.ask(bodyOf('request', 'x'.repeat(1_000)));
    const reply = await asking.ask(bodyOf('request', 'x', true));
    const immediate = reply['immediate_response'] as Record<string, unknown>;
    assert.deepEqual(immediate['status'], { code: 'ServiceUnavailable' });
    assert.equal(immediate['details'], `${NOT_RECORDED}.body_too_long`);
    asking.halfClose();
    await asking.ended();

    const answered = await capture.open('strict');
    for (const message of [...WHOLE.slice(0, 4), bodyOf('response', 'x'.repeat(1_000))]) await answered.ask(message);
    answered.send(bodyOf('response', 'x', true));
    assert.equal(await answered.ended(), status.INTERNAL);
    assert.equal(answered.status?.details, `${NOT_RECORDED}.body_too_long`);
    assert.equal(answered.replies.length, 5);

    await capture.recorded(3);
    assert.equal(capture.server.stats().refused, 2);
    assert.deepEqual(
      capture.writer.exchanges().map(({ exchange }) => [exchange.ended, exchange.endedReason]),
      [
        [ENDED.complete, ''],
        [ENDED.recorder_gave_up, 'request_sent.body_too_long'],
        [ENDED.recorder_gave_up, 'response_begun.body_too_long'],
      ],
    );
  });

  it('makes a part durable before more than the window passes, chunks that are not full yet included', async () => {
    const stream = await capture.open('strict', { limits: { strictWindowBytes: 2 * CHUNK_BYTES + 1000 } });
    await stream.ask(REQUEST);
    await stream.ask(bodyOf('request', '{}', true));
    await stream.ask(RESPONSE);
    for (let index = 0; index < 5; index++) await stream.ask(bodyOf('response', 'x'.repeat(400)));
    const parts = capture.writer.ofKind(KIND.exchange_part).map(({ body }) => ExchangePart.decode(body));
    assert.deepEqual(
      parts.map(({ partNo, responseBytes, openedSeqPlusOne }) => [partNo, responseBytes, openedSeqPlusOne]),
      [[0, 1200, 1]],
    );
    await stream.ask(bodyOf('response', '', true));
    assert.equal(capture.only().exchange.parts, 1);
  });

  it('lets no more than the window pass until the part that covers it is durable', async () => {
    const disk = Promise.withResolvers<undefined>();
    const asked = Promise.withResolvers<undefined>();
    capture.writer.beforeDurable = async ({ kind }) => {
      if (kind !== KIND.exchange_part) return;
      asked.resolve(undefined);
      await disk.promise;
    };
    const stream = await capture.open('strict', { limits: { strictWindowBytes: 2 * CHUNK_BYTES + 1000 } });
    for (const message of [REQUEST, bodyOf('request', '{}', true), RESPONSE]) await stream.ask(message);
    const chunk = bodyOf('response', 'x'.repeat(400));
    stream.send(chunk, chunk, chunk, chunk);
    await asked.promise;
    // What another call is answered would have come after what this one was.
    await (await capture.open('strict')).ask(REQUEST);
    assert.deepEqual(stream.replies.map((reply) => reply['response']).slice(2), [
      'response_headers',
      'response_body',
      'response_body',
    ]);
    disk.resolve(undefined);
    await stream.until(() => stream.replies.length === 7);
  });

  it('holds the end of a response that overtakes its request, and calls it complete when the request follows', async () => {
    const stream = await capture.open('strict', { limits: { strictLingerMs: 60_000 } });
    await stream.ask(REQUEST);
    await stream.ask(RESPONSE);
    stream.send(bodyOf('response', '{}', true));
    await stream.ask(bodyOf('request', '{}', true));
    assert.equal(await stream.ended(), status.OK);
    assert.equal(capture.only().exchange.ended, ENDED.complete);
    assert.deepEqual(stream.replies.map((reply) => reply['response']).slice(2), ['response_body', 'request_body']);
  });

  it('calls it cut when the request doesn’t follow', async () => {
    const stream = await capture.open('strict', { limits: { strictLingerMs: 1 } });
    await stream.ask(REQUEST);
    await stream.ask(RESPONSE);
    await stream.ask(bodyOf('response', '{}', true));
    assert.equal(await stream.ended(), status.OK);
    assert.deepEqual(
      [capture.only().exchange.ended, capture.only().exchange.endedReason],
      [ENDED.request_cut, 'response_ended_first'],
    );
  });
});
