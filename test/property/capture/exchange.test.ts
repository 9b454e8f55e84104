import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ENDED, PROFILE, type Profile } from '../../../src/record/index.ts';
import { IDLE, step } from '../../../src/capture/exchange.ts';
import type {
  ExchangeEffect,
  ExchangeEvent,
  ExchangeSettings,
  ExchangeState,
} from '../../../src/capture/exchange-state.ts';
import type { EnvoyMessage, Side } from '../../../src/capture/ext-proc-wire.ts';

type Input = EnvoyMessage | ExchangeEvent;

const side = fc.constantFrom<Side>('request', 'response');
const bytes = fc.uint8Array({ maxLength: 40 });
const header = (name: string, value: string) => ({ name, value: new Uint8Array(Buffer.from(value)) });
const fieldsOf: Record<Side, fc.Arbitrary<ReturnType<typeof header>[]>> = {
  request: fc.constantFrom('GET', 'HEAD', 'POST', 'CONNECT').map((method) => [header(':method', method)]),
  response: fc.constantFrom('100', '101', '200', '204', '304', '500', 'x').map((status) => [header(':status', status)]),
};

const headers: fc.Arbitrary<Input> = side.chain((of) =>
  fc
    .record({ headers: fieldsOf[of], endOfStream: fc.boolean() })
    .map((rest) => ({ type: 'headers', side: of, ...rest })),
);
const body: fc.Arbitrary<Input> = fc
  .record({ side, bytes, endOfStream: fc.boolean(), endOfStreamWithoutMessage: fc.boolean() })
  .map((rest) => ({ type: 'body', compressed: false, ...rest }));
const trailers: fc.Arbitrary<Input> = side.map((of) => ({ type: 'trailers', side: of, headers: [] }));
const end: fc.Arbitrary<Input> = fc.constantFrom<Input>(
  { type: 'peer_ended', how: 'closed' },
  { type: 'peer_ended', how: 'reset' },
  { type: 'give_up', reason: 'drain' },
  { type: 'broken', reason: 'undecodable' },
);
const tick = fc.constantFrom<Input>({ type: 'tick' }, { type: 'call_cut' });
const input = fc.oneof(
  { weight: 6, arbitrary: headers },
  { weight: 8, arbitrary: body },
  { weight: 2, arbitrary: trailers },
  { weight: 2, arbitrary: tick },
  { weight: 1, arbitrary: end },
);
const sequence = fc.array(fc.tuple(input, fc.nat({ max: 900_000 })), { maxLength: 40 });

/** A whole call as HTTP allows it: after the request's headers, both directions interleave as they like. */
const legal = fc
  .tuple(
    fc.array(bytes, { maxLength: 6 }),
    fc.array(bytes, { maxLength: 6 }),
    fc.boolean(),
    fc.boolean(),
    fc.boolean(),
    fc.infiniteStream(fc.boolean()),
  )
  .map(([up, down, upTrailers, downTrailers, declared, coin]) => {
    const request = direction('request', [header(':method', 'POST')], up, upTrailers);
    const length = down.reduce((sum, chunk) => sum + chunk.length, 0);
    const fields = [header(':status', '200'), ...(declared ? [header('content-length', String(length))] : [])];
    const response = direction('response', fields, down, downTrailers);
    const merged = request.splice(0, 1);
    while (request.length + response.length > 0) {
      const next = (response.length === 0 || coin.next().value ? request.shift() : undefined) ?? response.shift();
      if (next !== undefined) merged.push(next);
    }
    return merged;
  });

function direction(
  of: Side,
  fields: ReturnType<typeof header>[],
  chunks: Uint8Array[],
  withTrailers: boolean,
): Input[] {
  const bare = chunks.length === 0 && !withTrailers;
  const inputs: Input[] = [{ type: 'headers', side: of, headers: fields, endOfStream: bare }];
  for (const [index, chunk] of chunks.entries()) {
    const last = index === chunks.length - 1 && !withTrailers;
    inputs.push({
      type: 'body',
      side: of,
      bytes: chunk,
      endOfStream: last,
      endOfStreamWithoutMessage: false,
      compressed: false,
    });
  }
  if (withTrailers) inputs.push({ type: 'trailers', side: of, headers: [] });
  return inputs;
}

function settings(profile: Profile, takesTrailers: boolean): ExchangeSettings {
  const passOn = { request: false, response: false };
  return {
    profile,
    passOn,
    takesTrailers,
    partBytes: 100,
    partIntervalUs: 1_000_000,
    windowBytes: 50,
    lingerUs: 500_000,
    callCutLingerUs: 500_000,
  };
}

interface Taken {
  readonly input: Input;
  readonly before: ExchangeState;
  readonly effects: readonly ExchangeEffect[];
}

function run(
  profile: Profile,
  inputs: readonly (readonly [Input, number])[],
  takesTrailers = false,
): { taken: Taken[]; state: ExchangeState } {
  let state: ExchangeState = IDLE;
  let nowUs = 0;
  const taken: Taken[] = [];
  for (const [next, waitUs] of inputs) {
    nowUs += waitUs;
    const before = state;
    const result = step(settings(profile, takesTrailers), state, next, nowUs);
    state = result.state;
    taken.push({ input: next, before, effects: result.effects });
  }
  return { taken, state };
}

const profiles = [PROFILE.observe, PROFILE.inline, PROFILE.strict];
const isMessage = (value: Input): value is EnvoyMessage =>
  value.type === 'headers' || value.type === 'body' || value.type === 'trailers';
const lengthIn = (fields: readonly { name: string; value: Uint8Array }[]) => {
  const found = fields.find(({ name }) => name === 'content-length');
  return found === undefined ? undefined : Buffer.from(found.value).toString();
};
const repliesIn = (effects: readonly ExchangeEffect[]) => effects.filter((effect) => effect.type === 'reply');

describe('the exchange, whatever arrives', () => {
  for (const profile of profiles) {
    it(`is finished and closed once at most, and nothing follows (profile ${profile})`, () => {
      fc.assert(
        fc.property(sequence, (inputs) => {
          const { taken, state } = run(profile, inputs);
          const effects = taken.flatMap((one) => one.effects);
          const finishes = effects.filter((effect) => effect.type === 'finish').length;
          const opens = effects.filter((effect) => effect.type === 'open').length;
          assert.equal(finishes, state.phase === 'finished' ? opens : 0);
          assert.ok(opens <= 1);
          assert.equal(effects.filter((effect) => effect.type === 'close').length, state.phase === 'finished' ? 1 : 0);
          for (const { before, effects: now } of taken) if (before.phase === 'finished') assert.deepEqual(now, []);
        }),
      );
    });
  }

  it('is always finished by the end of its stream', () => {
    fc.assert(
      fc.property(fc.constantFrom(...profiles), sequence, end, (profile, inputs, last) => {
        assert.equal(run(profile, [...inputs, [last, 0]]).state.phase, 'finished');
      }),
    );
  });

  it('gives no answers in observe', () => {
    fc.assert(
      fc.property(sequence, (inputs) => {
        assert.deepEqual(repliesIn(run(PROFILE.observe, inputs).taken.flatMap((one) => one.effects)), []);
      }),
    );
  });

  it('answers each message once, in the order of its direction, or ends the stream with an error', () => {
    fc.assert(
      fc.property(fc.constantFrom(PROFILE.inline, PROFILE.strict), sequence, (profile, inputs) => {
        const { taken, state } = run(profile, inputs);
        const failed = taken.some(({ effects }) =>
          effects.some((one) => one.type === 'close' && one.error !== undefined),
        );
        const peerGone = taken.some((one) => one.input.type === 'peer_ended');
        for (const name of ['request', 'response'] as const) {
          const asked = taken.filter((one) => one.before.phase !== 'finished').map((one) => one.input);
          const messages = asked.filter(isMessage).filter((message) => message.side === name);
          const own = repliesIn(taken.flatMap((one) => one.effects)).filter((reply) => reply.side === name);
          assert.deepEqual(
            own.map(({ to }) => to),
            messages.slice(0, own.length).map(({ type }) => type),
          );
          const held = state.phase === 'open' && name === 'response' ? state.held.length : 0;
          if (!failed && !peerGone) assert.equal(own.length, messages.length - held);
        }
      }),
    );
  });

  it('in strict, lets no client have the whole of a response before its record', () => {
    fc.assert(
      fc.property(legal, fc.boolean(), (inputs, takesTrailers) => {
        const { taken } = run(
          PROFILE.strict,
          inputs.map((one) => [one, 10] as const),
          takesTrailers,
        );
        const effects = taken.flatMap((one) => one.effects);
        const recorded = effects.findIndex((effect) => effect.type === 'finish');
        const answered = repliesIn(effects.slice(0, recorded)).filter(({ side }) => side === 'response').length;
        const messages = inputs.filter(isMessage).filter(({ side }) => side === 'response');
        let declared = Infinity;
        let passed = 0;
        for (const message of messages.slice(0, answered)) {
          if (message.type === 'headers') declared = Number(lengthIn(message.headers) ?? Infinity);
          if (message.type === 'body') passed += message.bytes.length;
          assert.ok(passed < declared, `${passed} of ${declared} bytes passed`);
          assert.ok(message.type !== 'trailers' && !message.endOfStream);
        }
      }),
    );
  });

  it('keeps a state of bounded size', () => {
    fc.assert(
      fc.property(fc.constantFrom(...profiles), sequence, (profile, inputs) => {
        const { state } = run(profile, inputs);
        const text = JSON.stringify(state);
        assert.ok(text.length < 2_000, text);
      }),
    );
  });

  it('is complete with all its bytes, in any interleaving that HTTP allows', () => {
    fc.assert(
      fc.property(fc.constantFrom(...profiles), legal, (profile, inputs) => {
        const { taken } = run(
          profile,
          inputs.map((one) => [one, 10] as const),
        );
        const effects = taken.flatMap((one) => one.effects);
        const finish = effects.find((effect) => effect.type === 'finish');
        assert.equal(finish?.ended, ENDED.complete);
        for (const name of ['request', 'response'] as const) {
          const sent = inputs
            .filter((one) => one.type === 'body' && one.side === name)
            .flatMap((one) => [...(one as { bytes: Uint8Array }).bytes]);
          const seen = effects
            .filter((one) => one.type === 'body' && one.side === name)
            .flatMap((one) => [...(one as { bytes: Uint8Array }).bytes]);
          assert.deepEqual(seen, sent);
        }
      }),
    );
  });

  it('in strict, never lets more than the window pass without a part, and the last answer follows the record', () => {
    fc.assert(
      fc.property(legal, (inputs) => {
        const effects = run(
          PROFILE.strict,
          inputs.map((one) => [one, 10] as const),
        ).taken.flatMap((one) => one.effects);
        let undurable = 0;
        for (const effect of effects) {
          if (effect.type === 'body') undurable += effect.bytes.length;
          if (effect.type === 'part' || effect.type === 'finish') undurable = 0;
          if (effect.type === 'reply') assert.ok(undurable < 50, `${undurable} bytes passed`);
        }
        const recorded = effects.findIndex((effect) => effect.type === 'finish');
        const lastAnswer = effects.findLastIndex((effect) => effect.type === 'reply' && effect.side === 'response');
        assert.ok(recorded >= 0 && recorded < lastAnswer);
        assert.ok(
          effects.findIndex((effect) => effect.type === 'record_opened') <
            effects.findIndex((one) => one.type === 'reply'),
        );
      }),
    );
  });
});
