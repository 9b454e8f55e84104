import assert from 'node:assert/strict';
import { ENDED, PROFILE, type Profile } from '../../../src/record/index.ts';
import { IDLE, lingerDeadlineUs, step } from '../../../src/capture/exchange.ts';
import type { ExchangeEffect, ExchangeEvent, ExchangeState } from '../../../src/capture/exchange-state.ts';
import type { EnvoyMessage, Side } from '../../../src/capture/ext-proc-wire.ts';

type Input = EnvoyMessage | ExchangeEvent;

const MB = 1024 * 1024;
const LINGER_US = 1_000;
const PART_US = 30_000_000;

const fields = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, value]) => ({ name, value: new Uint8Array(Buffer.from(value)) }));
const request = (values: Readonly<Record<string, string>> = {}, endOfStream = false): Input => ({
  ...{ type: 'headers', side: 'request', endOfStream },
  headers: fields({ ':method': 'GET', ...values }),
});
const response = (status: string, endOfStream = false, values: Readonly<Record<string, string>> = {}): Input => ({
  ...{ type: 'headers', side: 'response', endOfStream },
  headers: fields({ ':status': status, ...values }),
});
const piece = (side: Side, bytes: Uint8Array | string, endOfStream = false): Input => ({
  ...{ type: 'body', side, endOfStream, endOfStreamWithoutMessage: false, compressed: false },
  bytes: typeof bytes === 'string' ? new Uint8Array(Buffer.from(bytes)) : bytes,
});
const trailers = (side: Side): Input => ({ type: 'trailers', side, headers: [] });
const tick: Input = { type: 'tick' };
const closed: Input = { type: 'peer_ended', how: 'closed' };
const reset: Input = { type: 'peer_ended', how: 'reset' };

/** Runs one exchange; what `wait` adds to the clock passes before the next input. */
class Run {
  readonly #settings;
  state: ExchangeState = IDLE;
  effects: ExchangeEffect[] = [];
  #nowUs = 0;

  constructor(profile: Profile = PROFILE.observe, takesTrailers = false) {
    const passOn = { request: false, response: false };
    const limits = {
      takesTrailers,
      partBytes: 4 * MB,
      partIntervalUs: PART_US,
      windowBytes: MB,
      lingerUs: LINGER_US,
      callCutLingerUs: LINGER_US,
    };
    this.#settings = { profile, passOn, ...limits };
  }

  give(...inputs: Input[]): this {
    for (const input of inputs) {
      const { state, effects } = step(this.#settings, this.state, input, this.#nowUs);
      this.state = state;
      this.effects.push(...effects);
    }
    return this;
  }

  wait(us: number): this {
    this.#nowUs += us;
    return this;
  }

  get types(): string[] {
    return this.effects.map((effect) => effect.type);
  }

  get finish(): string {
    const found = this.effects.find((effect) => effect.type === 'finish');
    const name = Object.entries(ENDED).find(([, number]) => number === found?.ended)?.[0];
    return found === undefined ? '' : `${name ?? ''} ${found.reason}`.trim();
  }

  get answered(): number {
    return this.types.filter((type) => type === 'reply').length;
  }

  get deadlineUs(): number | undefined {
    return lingerDeadlineUs(this.#settings, this.state);
  }

  bytes(side: Side): string {
    const bodies = this.effects.filter((effect) => effect.type === 'body' && effect.side === side);
    return Buffer.concat(bodies.map((effect) => (effect as { bytes: Uint8Array }).bytes)).toString();
  }
}

describe('the exchange', () => {
  it('is complete when both directions have ended, and its stream is ended before its record is made', () => {
    const run = new Run().give(
      request({}, true),
      response('200'),
      piece('response', 'a'),
      piece('response', 'b', true),
    );
    assert.equal(run.finish, 'complete');
    assert.deepEqual(run.types.slice(-2), ['close', 'finish']);
    assert.equal(run.bytes('response'), 'ab');
  });

  it('takes a response that begins before its request has ended', () => {
    const run = new Run().give(request(), response('200'), piece('response', 'x'), piece('request', 'y', true));
    assert.equal(run.finish, '');
    assert.equal(run.give(piece('response', '', true)).finish, 'complete');
  });

  it('takes a response that ends before its request has, and waits for the rest', () => {
    const run = new Run().give(request(), response('200', true));
    assert.equal(run.deadlineUs, LINGER_US);
    assert.equal(run.give(tick).finish, '');
    assert.equal(run.give(piece('request', 'late', true)).finish, 'complete');
  });

  it('calls the request cut when the rest doesn’t come', () => {
    const run = new Run().give(request(), piece('request', 'half'), response('413', true));
    assert.equal(run.wait(LINGER_US).give(tick).finish, 'request_cut response_ended_first');
  });

  it('takes a local reply that comes without its request', () => {
    const run = new Run(PROFILE.inline).give(response('400'), piece('response', 'bad', true));
    assert.equal(run.finish, 'request_cut request_not_seen');
  });

  it('records a last chunk that comes twice once, and answers both (envoy#46237)', () => {
    const run = new Run(PROFILE.inline).give(request(), piece('request', 'body', true), piece('request', 'body', true));
    assert.equal(run.bytes('request'), 'body');
    assert.equal(run.types.filter((type) => type === 'reply').length, 3);
  });

  it('takes an empty chunk as the end', () => {
    const run = new Run().give(request(), piece('request', 'x'), piece('request', '', true), response('200', true));
    assert.equal(run.finish, 'complete');
    assert.equal(run.types.filter((type) => type === 'body').length, 1);
  });

  it('takes end_of_stream_without_message as the end', () => {
    const end = { ...piece('request', ''), endOfStreamWithoutMessage: true } as Input;
    assert.equal(new Run().give(request(), end, response('200'), trailers('response')).finish, 'complete');
  });

  it('takes trailers as the end of a direction', () => {
    const run = new Run().give(
      request(),
      piece('request', 'x'),
      trailers('request'),
      response('200'),
      trailers('response'),
    );
    assert.equal(run.finish, 'complete');
    assert.equal(run.types.filter((type) => type === 'trailers').length, 2);
  });

  for (const [name, first, status] of [
    ['HEAD', request({ ':method': 'HEAD' }, true), '200'],
    ['204', request({}, true), '204'],
    ['304', request({}, true), '304'],
  ] as const)
    it(`knows that nothing follows a response to ${name}`, () => {
      assert.equal(new Run().give(first, response(status, true)).finish, 'complete');
      assert.equal(new Run().give(first, response(status), closed).finish, 'complete');
    });

  it('passes over interim responses, and answers them', () => {
    const run = new Run(PROFILE.inline).give(request(), response('100'), response('103'), piece('request', '', true));
    assert.equal(run.types.filter((type) => type === 'headers').length, 1);
    assert.equal(run.types.filter((type) => type === 'reply').length, 4);
    assert.equal(run.give(response('200', true)).finish, 'complete');
  });

  describe('of a WebSocket', () => {
    const upgrade = request({ upgrade: 'WebSocket' });
    const close = Uint8Array.of(0x88, 0x82, 1, 2, 3, 4, 2, 234);

    it('is complete when it was closed with a Close frame, although no end is marked', () => {
      const run = new Run().give(
        upgrade,
        response('101'),
        piece('response', Uint8Array.of(0x81, 1, 65)),
        piece('request', close),
      );
      assert.equal(run.finish, '');
      assert.equal(run.give(closed).finish, 'complete tunnel_closed');
      assert.deepEqual(
        run.effects.filter((effect) => effect.type === 'ended').map((effect) => effect.side),
        ['request', 'response'],
      );
    });

    it('is cut when it breaks off', () => {
      const run = new Run().give(upgrade, response('101'), piece('response', Uint8Array.of(0x81, 1, 65)), closed);
      assert.equal(run.finish, 'response_cut stream_closed');
    });

    it('is an ordinary exchange when it is refused', () => {
      assert.equal(new Run().give(upgrade, piece('request', '', true), response('403', true)).finish, 'complete');
    });
  });

  it('takes a CONNECT for over when either side is', () => {
    const connect = request({ ':method': 'CONNECT' });
    assert.equal(
      new Run().give(connect, response('200'), piece('response', 'x', true)).finish,
      'complete tunnel_closed',
    );
    assert.equal(
      new Run().give(connect, response('200'), piece('request', 'x'), closed).finish,
      'complete tunnel_closed',
    );
    assert.equal(
      new Run().give(connect, response('200'), piece('request', 'x'), reset).finish,
      'response_cut stream_reset',
    );
  });

  it('says what a stream that ended early left open', () => {
    assert.equal(new Run().give(request(), closed).finish, 'request_cut stream_closed');
    assert.equal(new Run().give(request({}, true), reset).finish, 'no_response stream_reset');
    assert.equal(new Run().give(request({}, true), response('200'), reset).finish, 'response_cut stream_reset');
    assert.equal(new Run().give(request(), response('200', true), closed).finish, 'request_cut response_ended_first');
    assert.deepEqual(new Run().give(closed).types, ['close']);
  });

  it('records a long stream in parts, by bytes and by time with bytes in it', () => {
    const run = new Run().give(request({}, true), response('200'));
    run.give(piece('response', new Uint8Array(3 * MB)), piece('response', new Uint8Array(MB)));
    assert.equal(run.types.filter((type) => type === 'part').length, 1);
    run.wait(PART_US).give(tick);
    assert.equal(run.types.filter((type) => type === 'part').length, 1);
    run.give(piece('response', 'event')).wait(PART_US).give(tick);
    assert.deepEqual(
      run.effects.filter((effect) => effect.type === 'part').map((effect) => effect.partNo),
      [0, 1],
    );
  });

  it('is finished soon after the access log has it in observe, and not by that in the path of the call', () => {
    const logged: Input = { type: 'call_cut' };
    const run = new Run().give(request({}, true), response('200'), piece('response', 'half'), logged);
    assert.equal(run.wait(LINGER_US).give(tick).finish, 'response_cut call_cut');
    const inline = new Run(PROFILE.inline).give(request({}, true), response('200'), logged);
    assert.equal(inline.wait(LINGER_US).give(tick).finish, '');
  });

  it('breaks off with an error at what HTTP doesn’t allow', () => {
    for (const second of [request(), response('200')]) {
      const run = new Run(PROFILE.inline).give(second, second);
      assert.match(run.finish, /^protocol_error second/);
      assert.deepEqual(run.types.slice(-2), ['close', 'finish']);
    }
    assert.match(new Run().give(piece('request', 'x'), request()).finish, /^protocol_error/);
  });

  describe('in strict, whose response is whole for its client before its end is seen', () => {
    const five = response('200', false, { 'content-length': '5' });
    const asked = (...more: Input[]) => new Run(PROFILE.strict).give(request({}, true), ...more);

    it('answers the last byte that Content-Length declares only once the record is durable', () => {
      const run = asked(five, piece('response', 'hel'), piece('response', 'lo'));
      assert.deepEqual([run.answered, run.finish], [3, '']);
      run.give(piece('response', '', true));
      assert.equal(run.finish, 'complete');
      assert.deepEqual(run.types.slice(-4), ['finish', 'reply', 'reply', 'close']);
    });

    it('waits for trailers after that byte, and not for ever', () => {
      assert.equal(asked(five, piece('response', 'hello'), trailers('response')).finish, 'complete');
      const run = asked(five, piece('response', 'hello'));
      assert.equal(run.deadlineUs, LINGER_US);
      assert.equal(run.wait(LINGER_US).give(tick).finish, 'complete length_reached');
      assert.deepEqual(run.types.slice(-3), ['finish', 'reply', 'close']);
    });

    it('waits for trailers that are to come and can reach the client, which Envoy sends once that byte is answered', () => {
      const announced: Readonly<Record<string, string>>[] = [
        { trailer: 'x-checked' },
        { 'content-type': 'application/grpc+proto' },
      ];
      for (const more of announced) {
        const headers = response('200', false, { 'content-length': '5', ...more });
        const run = new Run(PROFILE.strict, true).give(request({}, true), headers, piece('response', 'hello'));
        assert.equal(run.answered, 3);
        run.give(trailers('response'));
        assert.equal(run.finish, 'complete');
        assert.deepEqual(run.types.slice(-3), ['finish', 'reply', 'close']);
        assert.equal(asked(headers, piece('response', 'hello')).answered, 2);
      }
      const plain = new Run(PROFILE.strict, true).give(request({}, true), five, piece('response', 'hello'));
      assert.equal(plain.answered, 2);
    });

    it('holds headers that no content can follow, although they don’t say that they are the end', () => {
      for (const [method, headers] of [
        ['HEAD', five],
        ['GET', response('204')],
        ['GET', response('304')],
        ['GET', response('200', false, { 'content-length': '0' })],
      ] as const) {
        const run = new Run(PROFILE.strict).give(request({ ':method': method }, true), headers);
        assert.equal(run.finish, 'complete');
        assert.deepEqual(run.types.slice(-4), ['ended', 'finish', 'reply', 'close']);
      }
    });

    it('takes a length that can’t be one, and that of a tunnel, for none', () => {
      for (const length of ['5, 5', '-1', '', '1e1', '9'.repeat(16)])
        assert.equal(
          asked(response('200', false, { 'content-length': length }), piece('response', 'hello')).answered,
          3,
        );
      const tunnel = new Run(PROFILE.strict).give(request({ ':method': 'CONNECT' }), five, piece('response', 'hello'));
      assert.equal(tunnel.answered, 3);
    });

    it('holds a bounded number of answers', () => {
      const run = asked(five, piece('response', 'hello'));
      for (let count = 0; count < 20; count += 1) run.give(piece('response', ''));
      assert.equal(run.finish, 'complete length_reached');
      assert.deepEqual(run.types.slice(-19, -16), ['ended', 'finish', 'reply']);
    });
  });

  it('has seen a response whole whose client left with its last byte', () => {
    for (const profile of Object.values(PROFILE)) {
      const five = response('200', false, { 'content-length': '5' });
      const run = new Run(profile, true).give(request({}, true), five, piece('response', 'hello'), reset);
      assert.equal(run.finish, 'complete length_reached');
      assert.equal(run.effects.filter((effect) => effect.type === 'ended').length, 2);
    }
  });

  it('ends a strict stream with an error when it is given up, others in order', () => {
    const give: Input = { type: 'give_up', reason: 'drain_timeout' };
    for (const [profile, error] of [
      [PROFILE.observe, undefined],
      [PROFILE.inline, undefined],
      [PROFILE.strict, 'drain_timeout'],
    ] as const) {
      const run = new Run(profile).give(request(), give);
      assert.equal(run.finish, 'recorder_gave_up drain_timeout');
      assert.deepEqual(
        run.effects.find((effect) => effect.type === 'close'),
        { type: 'close', error },
      );
    }
  });
});
