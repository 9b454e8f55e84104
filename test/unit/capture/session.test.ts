import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { Session } from '../../../src/capture/session.ts';
import { parseConfig } from '../../../src/config/index.ts';
import { AffidavitError, BODY, ENDED, KIND, PROFILE, type Profile } from '../../../src/record/index.ts';
import { createRedactor, loadDescriptors } from '../../../src/redact/index.ts';
import { EngineRedactor, makeEngine } from '../../../src/redact/redactor.ts';
import { Held } from './support/held-session.ts';
import { headerMap } from './support/protos.ts';
import { bodyOf, REQUEST, WHOLE } from '../../integration/capture/support/calls.ts';
import { bodyText } from '../../integration/capture/support/memory-writer.ts';
import { descriptorSet } from '../redact/protobuf/descriptors.ts';
import { frame, message } from '../redact/protobuf/wire-bytes.ts';
import { frameOf, fromClient, readFrames } from '../redact/websocket-frames.ts';

const later: Readonly<Record<string, (session: Session) => void>> = {
  'the end of its stream': (session) => {
    session.onPeerEnded('closed');
  },
  'a reset': (session) => {
    session.onPeerEnded('reset');
  },
  'a tick': (session) => {
    session.onTick();
  },
  'a log entry': (session) => {
    session.onCallCut();
  },
  'being given up twice': (session) => {
    session.giveUp('drain_timeout');
    session.giveUp('shutdown');
  },
  'bytes that can’t be read': (session) => {
    session.onMessage(Uint8Array.of(0xff));
  },
};

describe('the session of an exchange', () => {
  for (const [profileName, profile] of Object.entries(PROFILE))
    for (const [name, happen] of Object.entries(later))
      it(`isn’t over before its record is, in ${profileName}, whatever comes after: ${name}`, async () => {
        for (const failure of [undefined, new AffidavitError('io.full', 'disk full')]) {
          const held = new Held(profile);
          held.failure = failure;
          held.send(...WHOLE);
          // Once while the work still waits, once while the writer holds the append.
          happen(held.session);
          await held.asked;
          happen(held.session);
          assert.equal(held.order.length, 0);
          held.release();
          await held.done;
          assert.deepEqual([...new Set(held.order)], ['settled', 'done']);
          const { completed, lost, refused } = held.counters;
          const unsaid = lost + refused + held.unended.size;
          assert.deepEqual([completed, unsaid > 0], failure === undefined ? [1, false] : [0, true]);
        }
      });

  it('ends at the last message, whatever comes between it and the record', async () => {
    const held = new Held(PROFILE.inline).send(REQUEST);
    held.nowUs += 500;
    held.send(bodyOf('request', 'x'));
    held.nowUs += 7_000;
    held.session.onTick();
    held.session.onCallCut();
    held.session.giveUp('drain_timeout');
    held.session.onPeerEnded('closed');
    held.release();
    await held.done;
    assert.equal(held.exchange.endedAfterUs, 501);
    assert.equal(held.exchange.request?.ended, false);
  });

  it('keeps the frame that a restart would need until its record is durable', async () => {
    const held = new Held(PROFILE.strict).send(...WHOLE);
    await held.asked;
    assert.equal(held.openFrames.oldest, 0);
    held.release();
    await held.done;
    assert.equal(held.openFrames.oldest, undefined);
  });

  it('takes a gRPC status into the leaf only if there is one of that number', async () => {
    for (const [status, plusOne] of [
      ['0', 1],
      ['16', 17],
      ['17', 0],
      ['123', 0],
    ] as const) {
      const held = new Held(PROFILE.inline);
      const headers = headerMap({ ':status': '200', 'grpc-status': status });
      held.send(REQUEST, bodyOf('request', '{}', true), { response_headers: { headers, end_of_stream: true } });
      held.release();
      await held.done;
      assert.equal(held.exchange.grpcStatusPlusOne, plusOne, status);
    }
  });

  it('has the messages of gRPC read by their method, and decompressed', async () => {
    const descriptors = loadDescriptors(
      descriptorSet({
        name: 'a.proto',
        types: [{ name: 'Ask', fields: { password: '1 string' } }],
        services: { Users: { Get: ['Ask', 'Ask'] } },
      }),
    );
    const type = { 'content-type': 'application/grpc', 'grpc-encoding': 'gzip' };
    const held = new Held(PROFILE.inline, createRedactor({ descriptors }));
    const body = frame(gzipSync(message([[1, 'hunter2']])), 1);
    held.send(
      { request_headers: { headers: headerMap({ ':method': 'POST', ':path': '/Users/Get?x', ...type }) } },
      { request_body: { body, end_of_stream: true } },
      { response_headers: { headers: headerMap({ ':status': '200', ...type }) } },
      { response_body: { body, end_of_stream: true } },
    );
    held.release();
    await held.done;
    const [recorded] = held.writer.exchanges();
    const expected = frame([[1, '[redacted:credential]']]).toString('latin1');
    for (const side of ['request', 'response'] as const)
      assert.equal(bodyText(recorded?.parts ?? new Map<number, Uint8Array>(), side), expected);
  });

  it('has the messages of a WebSocket read, of both sides', async () => {
    const held = new Held(PROFILE.inline);
    const upgrade = { upgrade: 'WebSocket', connection: 'Upgrade' };
    held.send(
      { request_headers: { headers: headerMap({ ':method': 'GET', ':path': '/chat', ...upgrade }) } },
      { response_headers: { headers: headerMap({ ':status': '101', ...upgrade }) } },
      { request_body: { body: fromClient('{"password":"hunter2"}') } },
      { response_body: { body: frameOf({ payload: '{"token":"abcdef"}' }) } },
      { request_body: { body: fromClient(Buffer.from([3, 0xe8]), { opcode: 8 }) } },
      { response_body: { body: frameOf({ opcode: 8, payload: Buffer.from([3, 0xe8]) }) } },
    );
    held.session.onPeerEnded('closed');
    held.release();
    await held.done;
    const [recorded] = held.writer.exchanges();
    const parts = recorded?.parts ?? new Map<number, Uint8Array>();
    const first = (side: 'request' | 'response') => readFrames(bodyText(parts, side))[0]?.payload;
    assert.equal(first('request'), '{"password":"[redacted:credential]"}');
    assert.equal(first('response'), '{"token":"[redacted:credential]"}');
  });

  it('counts the parts that redaction could not judge, and records the rest', async () => {
    const failing = new EngineRedactor({
      ...makeEngine(),
      detect: () => {
        throw new Error('broken detector');
      },
    });
    const held = new Held(PROFILE.inline, failing).send(...WHOLE);
    held.release();
    await held.done;
    const { request, response, redactions } = held.exchange;
    assert.deepEqual([request?.body, request?.bodyReason], [BODY.withdrawn, 'engine_failed']);
    assert.deepEqual([response?.body, response?.bodyReason], [BODY.withdrawn, 'engine_failed']);
    assert.ok((redactions.find(({ rule }) => rule === 'engine.failed')?.count ?? 0) > 0);
    // Headers of both sides, the target, both bodies.
    assert.equal(held.counters.redactionFailed, 5);
    const fine = new Held(PROFILE.inline).send(...WHOLE);
    fine.release();
    await fine.done;
    assert.equal(fine.counters.redactionFailed, 0);
  });

  it('logs what was thrown while it redacted, and not a word of what that says', async () => {
    const failing = new EngineRedactor({
      ...makeEngine(),
      detect: () => {
        throw new TypeError('broken at jane.doe@example.org');
      },
    });
    const held = new Held(PROFILE.inline, failing).send(...WHOLE);
    held.release();
    await held.done;
    const [warning] = held.warnings.filter((facts) => 'thrown' in facts);
    assert.partialDeepStrictEqual(warning, { parts: 5, thrown: ['TypeError'] });
    assert.doesNotMatch(JSON.stringify(held.warnings), /jane/);
  });

  it('ends when its stream does', async () => {
    const held = new Held(PROFILE.inline).send(REQUEST);
    held.nowUs += 500;
    held.session.onPeerEnded('closed');
    held.nowUs += 500;
    held.session.onPeerEnded('closed');
    held.release();
    await held.done;
    assert.equal(held.exchange.endedAfterUs, 501);
  });

  it('has an id only of the shape of one', () => {
    const id = (value: string) => {
      const headers = headerMap({ ':method': 'GET', 'x-affidavit-id': value });
      return new Held(PROFILE.inline).send({ request_headers: { headers } }).session.exchangeId;
    };
    assert.equal(id('made up by a client'), undefined);
    assert.equal(id(''), undefined);
    assert.equal(id('11111111-2222-4333-8444-555555555555'), '11111111-2222-4333-8444-555555555555');
  });
});

describe('an exchange that finds no room', () => {
  const noRoom = () => Promise.reject(new AffidavitError('io.full', 'disk full'));

  it('has an end in the log once there is room again, when it has a beginning there', async () => {
    const held = new Held(PROFILE.strict);
    held.failure = new AffidavitError('io.full', 'disk full');
    held.send(...WHOLE);
    await held.asked;
    held.release();
    await held.done;
    assert.deepEqual([held.counters.refused, held.counters.lost, held.writer.exchanges().length], [1, 0, 0]);
    assert.equal(held.openFrames.oldest, 0, 'a restart before that needs its beginning');
    held.failure = undefined;
    await held.unended.record();
    const { ended, endedReason, openedSeqPlusOne, response } = held.exchange;
    assert.deepEqual([ended, endedReason, openedSeqPlusOne], [ENDED.recorder_gave_up, 'response_begun.no_room', 1]);
    assert.deepEqual([response?.body, response?.bodyReason], [BODY.given_up, 'recorder_error']);
    assert.equal(held.openFrames.oldest, undefined);
  });

  it('is refused and leaves nothing when it has no beginning there', async () => {
    const held = new Held(PROFILE.strict);
    held.writer.beforeDurable = noRoom;
    held.send(...WHOLE);
    await held.done;
    assert.deepEqual([held.counters.refused, held.unended.size], [1, 0]);
  });

  it('is recorded without its bodies, outside strict, when it is they that were lost', async () => {
    for (const profile of [PROFILE.observe, PROFILE.inline]) {
      const held = new Held(profile);
      let failures = 0;
      held.writer.beforeDurable = (draft) =>
        draft.kind === KIND.exchange && failures++ === 0 ? noRoom() : Promise.resolve();
      held.send(...WHOLE);
      await held.done;
      assert.deepEqual([held.counters.completed, held.counters.lost], [1, 0]);
      const { ended, request, response } = held.exchange;
      assert.equal(ended, ENDED.complete);
      assert.deepEqual([request?.body, response?.body], [BODY.given_up, BODY.given_up]);
    }
  });
});

describe('work that falls behind', () => {
  const body = (bytes: number) => bodyOf('request', 'a line of harmless text\n'.repeat(Math.ceil(bytes / 24)));

  /** How the bodies end of a call whose work has waited for `lagMs`, with a request of so many bytes. */
  async function bodiesAfter(profile: Profile, lagMs: number, requestBytes: number): Promise<unknown[]> {
    const held = new Held(profile);
    held.send(REQUEST, body(requestBytes), bodyOf('request', '', true), ...WHOLE.slice(3));
    held.work.lagMs = lagMs;
    held.release();
    await held.done;
    const { request, response, ended } = held.exchange;
    assert.equal(ended, ENDED.complete);
    return [request?.body === BODY.given_up, response?.body === BODY.given_up];
  }

  it('costs observe the large bodies first, then all, and no exchange', async () => {
    assert.deepEqual(await bodiesAfter(PROFILE.observe, 2_100, 10_000), [true, true]);
    assert.deepEqual(await bodiesAfter(PROFILE.observe, 1_400, 100_000), [false, false]);
    assert.deepEqual(await bodiesAfter(PROFILE.observe, 1_600, 100_000), [true, false]);
    assert.deepEqual(await bodiesAfter(PROFILE.observe, 1_600, 10_000), [false, false]);
  });

  it('costs observe the bodies that come while what waits of all calls has no room for them', async () => {
    for (const profile of [PROFILE.observe, PROFILE.inline, PROFILE.strict]) {
      const held = new Held(profile);
      held.budget.take(held.budget.maxBytes);
      held.send(REQUEST, body(1_000));
      held.budget.give(held.budget.maxBytes);
      held.send(bodyOf('request', '', true), ...WHOLE.slice(3));
      held.release();
      await held.done;
      const { request, response, ended } = held.exchange;
      const given = [request?.body, response?.body].map((state) => state === BODY.given_up);
      assert.deepEqual([...given, ended], [profile === PROFILE.observe, false, ENDED.complete]);
    }
  });

  it('costs bodies, outside strict, when those that are on their way hold too much', async () => {
    for (const profile of [PROFILE.observe, PROFILE.inline, PROFILE.strict]) {
      const held = new Held(profile);
      held.backlogBytes = 1_000_000_000;
      held.send(REQUEST, bodyOf('request', '{"note":"a text"}', true), ...WHOLE.slice(3));
      held.release();
      await held.done;
      const { request, ended } = held.exchange;
      assert.deepEqual([request?.body === BODY.given_up, ended], [profile !== PROFILE.strict, ENDED.complete]);
    }
  });

  it('costs strict the calls that bring more of a body when those on their way hold too much: large ones first', async () => {
    const { maxBufferedBytes } = parseConfig('', {}).capture;
    const outcomeOf = async (
      requestBytes: number,
      openBytes: number,
    ): Promise<[completed: number, refused: number]> => {
      const held = new Held(PROFILE.strict);
      held.send(REQUEST, body(requestBytes));
      held.openBytes = openBytes;
      held.send(bodyOf('request', 'the rest\n', true), ...WHOLE.slice(3));
      held.release();
      await held.done;
      return [held.counters.completed, held.counters.refused];
    };
    assert.deepEqual(await outcomeOf(100_000, maxBufferedBytes), [1, 0]);
    assert.deepEqual(await outcomeOf(100_000, maxBufferedBytes + 1), [0, 1]);
    assert.deepEqual(await outcomeOf(1_000, 2 * maxBufferedBytes), [1, 0]);
    assert.deepEqual(await outcomeOf(1_000, 2 * maxBufferedBytes + 1), [0, 1]);
  });

  it('costs nothing where Envoy waits', async () => {
    for (const profile of [PROFILE.inline, PROFILE.strict])
      assert.deepEqual(await bodiesAfter(profile, 60_000, 100_000), [false, false]);
  });
});

describe('back-pressure', () => {
  const { maxStreamBufferedBytes } = parseConfig('', {}).capture;
  const WAITS = [PROFILE.inline, PROFILE.strict];
  const half = bodyOf('request', 'x'.repeat(maxStreamBufferedBytes / 2));

  /** A call whose work on its bodies waits; `seal` ends that. */
  function sealing(profile: Profile): { held: Held; seal: () => void } {
    const held = new Held(profile);
    const gate = Promise.withResolvers<undefined>();
    held.writer.beforeSealed = () => gate.promise;
    held.release();
    const seal = (): void => {
      gate.resolve(undefined);
    };
    return { held, seal };
  }

  it('keeps a stream from being read while too much of it waits, where Envoy waits, and no longer', async () => {
    for (const profile of WAITS) {
      const { held, seal } = sealing(profile);
      held.send(REQUEST, half);
      assert.equal(held.isPaused, false);
      held.send(half);
      assert.equal(held.isPaused, true, 'it is read on');
      const resumed = new Promise<void>((resolve) => (held.onResumed = resolve));
      seal();
      await resumed;
      held.send(bodyOf('request', '', true), ...WHOLE.slice(3));
      await held.done;
    }
  });

  it('keeps streams of which something waits from being read while all together hold too much', () => {
    for (const profile of WAITS) {
      const { held } = sealing(profile);
      held.budget.take(held.budget.maxBytes);
      held.send(REQUEST);
      assert.equal(held.isPaused, true, 'it is read on');
      held.budget.give(held.budget.maxBytes);
      assert.equal(held.isPaused, false, 'it is not read again');
    }
  });

  it('slows nothing down in observe', () => {
    const { held } = sealing(PROFILE.observe);
    held.budget.take(held.budget.maxBytes);
    held.send(REQUEST, half, half, half);
    assert.equal(held.isPaused, false);
  });
});
