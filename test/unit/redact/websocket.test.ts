import assert from 'node:assert/strict';
import { createExplainer, createRedactor, type RedactContext, type Redactor } from '../../../src/redact/index.ts';
import { cut, hmac, PLANTED, redactPieces, type Redacted } from './bodies.ts';
import { deflated, frameOf, fromClient, readFrames } from './websocket-frames.ts';

const WEBSOCKET = { upgrade: 'websocket', contentType: 'text/html', contentEncoding: 'gzip' } as const;

async function redact(frames: readonly Buffer[], redactor?: Redactor, more: Partial<RedactContext> = {}) {
  return redactPieces([Buffer.concat(frames)], { ...WEBSOCKET, ...more }, redactor);
}

function reasonOf({ outcome }: Redacted): string {
  return outcome.state === 'withdrawn' ? outcome.reason : outcome.state;
}

const payloadsOf = ({ output }: Redacted) => readFrames(output).map(({ payload }) => payload);

describe('messages of a WebSocket', () => {
  it('are read unmasked and whole, by what they are, and written as plain frames', async () => {
    const email = `mail ${PLANTED.email}`;
    const long = `${'x '.repeat(40_000)}${PLANTED.email}`;
    const redacted = await redact([
      fromClient('{"password":"hunter2","n":1}'),
      frameOf({ payload: email }),
      fromClient(email.slice(0, 12), { last: false }),
      fromClient('are you there', { opcode: 9 }),
      fromClient(email.slice(12, 15), { opcode: 0, last: false }),
      fromClient('', { opcode: 0, last: false }),
      fromClient(email.slice(15), { opcode: 0 }),
      fromClient(long),
      fromClient(''),
      frameOf({ opcode: 8, payload: Buffer.concat([Buffer.from([3, 0xe8]), Buffer.from(`bye ${PLANTED.email}`)]) }),
    ]);
    assert.deepEqual(readFrames(redacted.output), [
      { opcode: 1, payload: '{"password":"[redacted:credential]","n":1}' },
      { opcode: 1, payload: 'mail [redacted:email]' },
      { opcode: 9, payload: 'are you there' },
      { opcode: 1, payload: 'mail [redacted:email]' },
      { opcode: 1, payload: long.replace(PLANTED.email, '[redacted:email]') },
      { opcode: 1, payload: '' },
      { opcode: 8, payload: Buffer.from([3, 0xe8]).toString() + 'bye [redacted:email]' },
    ]);
    const again = await redact([Buffer.from(redacted.output, 'latin1')]);
    assert.equal(again.output, redacted.output, 'twice is once');
  });

  it('are JSON behind the prefixes of protocols on top', async () => {
    const json = '["login",{"password":"hunter2"}]';
    const prefixes = ['42', '42/admin,17', '451-', 'a', ''];
    const redacted = await redact(prefixes.map((prefix) => fromClient(prefix + json)));
    const clean = '["login",{"password":"[redacted:credential]"}]';
    assert.deepEqual(
      payloadsOf(redacted),
      prefixes.map((prefix) => prefix + clean),
    );
  });

  it('are the same however the connection is cut', async () => {
    const [first, second] = await deflated([`to ${PLANTED.email}`, `again to ${PLANTED.email}`]);
    const frames = [
      fromClient('x'.repeat(300), { last: false }),
      fromClient(PLANTED.email, { opcode: 0 }),
      fromClient(first ?? '', { compressed: true }),
      fromClient('y'.repeat(70_000)),
      fromClient(second ?? '', { compressed: true }),
      fromClient(Buffer.alloc(1000), { opcode: 2 }),
    ];
    const whole = await redact(frames);
    for (const sizes of [[1], [3, 1, 7], [777]]) {
      const pieces = await redactPieces(cut(Buffer.concat(frames), sizes), WEBSOCKET);
      assert.equal(pieces.output, whole.output);
      assert.deepEqual(pieces.outcome.commitment, whole.outcome.commitment);
    }
    for (const blockBytes of [1, 13, 1000]) {
      const blocks = await redact(frames, createRedactor({ limits: { blockBytes } }));
      assert.equal(blocks.output, whole.output);
    }
  });

  it('of bytes are replaced by a text with their length, or what a policy says', async () => {
    const bytes = Buffer.from(`\0\u0001 ${PLANTED.email}`);
    const frame = fromClient(bytes, { opcode: 2 });
    const hashed = await redact([frame]);
    assert.deepEqual(readFrames(hashed.output), [{ opcode: 1, payload: `[redacted:binary:${bytes.length}]` }]);
    const scanning = createRedactor({ policy: { unknownContent: 'text' } });
    assert.deepEqual(readFrames((await redact([frame], scanning)).output), [
      { opcode: 2, payload: '\0\u0001 [redacted:email]' },
    ]);
    const keeping = createRedactor({ policy: { unknownContent: 'keep' } });
    assert.deepEqual(readFrames((await redact([frame], keeping)).output), [{ opcode: 2, payload: bytes.toString() }]);
    const noText = await redact([fromClient(Buffer.from([0xff, 0xfe, 0x41]))]);
    assert.deepEqual(readFrames(noText.output), [{ opcode: 1, payload: '[redacted:binary:3]' }]);
    const ping = await redact([fromClient(Buffer.from([0, 1, 2]), { opcode: 9 })]);
    assert.deepEqual(readFrames(ping.output), [{ opcode: 9, payload: '[redacted:binary:3]' }]);
  });

  it('that are longer than may be held are replaced, and the next ones are read', async () => {
    const redactor = createRedactor({ limits: { maxMessageBytes: 100 } });
    const redacted = await redact(
      [
        fromClient(`${PLANTED.email} ${'x'.repeat(60)}`, { last: false }),
        fromClient('y'.repeat(60), { opcode: 0, last: false }),
        fromClient('ping', { opcode: 9 }),
        fromClient(PLANTED.email, { opcode: 0 }),
        fromClient('z'.repeat(101)),
        fromClient('fine'),
      ],
      redactor,
    );
    const bytes = PLANTED.email.length * 2 + 121;
    const expected = ['ping', `[redacted:over_limit:${bytes}]`, '[redacted:over_limit:101]', 'fine'];
    assert.deepEqual(payloadsOf(redacted), expected);
  });

  it('are gone where the connection breaks within one', async () => {
    const whole = fromClient('fine');
    for (const rest of [
      fromClient(PLANTED.email).subarray(0, 20),
      fromClient(PLANTED.email).subarray(0, 1),
      fromClient(PLANTED.email, { last: false }),
    ])
      for (const early of [true, false]) {
        const redacted = await redactPieces([whole, rest], WEBSOCKET, undefined, early);
        assert.deepEqual(payloadsOf(redacted), ['fine', '[redacted:cut_off]']);
      }
  });

  it('are withdrawn together when something is no frame', async () => {
    const wrong = {
      'an opcode that nobody knows': frameOf({ opcode: 3, payload: '' }),
      'bits of unknown extensions': Buffer.from([0xa1, 0]),
      'a ping in parts': frameOf({ opcode: 9, last: false, payload: '' }),
      'a ping that is too long': frameOf({ opcode: 9, payload: 'x'.repeat(126) }),
      'a part of nothing': frameOf({ opcode: 0, payload: '' }),
      'a message within another': Buffer.concat([frameOf({ last: false, payload: '' }), frameOf({ payload: '' })]),
      'a length beyond all': Buffer.from([0x81, 127, ...Buffer.alloc(8, 0xff)]),
      'a part that is compressed by itself': Buffer.concat([
        frameOf({ last: false, payload: '' }),
        frameOf({ opcode: 0, compressed: true, payload: '' }),
      ]),
    };
    for (const [name, frame] of Object.entries(wrong))
      assert.equal(reasonOf(await redact([frameOf({ payload: 'fine' }), frame])), 'unparseable', name);
  });

  it('are committed to as they were before masking, parts and compression', async () => {
    const text = '{"note":"a text","cvv":"123"}';
    const [compressed = ''] = await deflated([text]);
    const expected = hmac(frameOf({ payload: '{"note":"a text","cvv":""}' }));
    for (const frames of [
      [fromClient(text)],
      [fromClient(compressed, { compressed: true })],
      [fromClient(text.slice(0, 9), { last: false }), fromClient(text.slice(9), { opcode: 0 })],
    ])
      assert.equal(Buffer.from((await redact(frames)).outcome.commitment).toString('hex'), expected);
  });

  it('say where in their plain frames something was found', async () => {
    const texts = ['hello', `["${PLANTED.email}"]`, `42["${PLANTED.email}"]`];
    const context = { part: 'request_body', ...WEBSOCKET } as const;
    const { findings } = await createExplainer()(context, Buffer.concat(texts.map((text) => fromClient(text))));
    const plain = Buffer.concat(texts.map((payload) => frameOf({ payload }))).toString('latin1');
    assert.deepEqual(
      findings.map(({ start, end }) => plain.slice(start, end)),
      [PLANTED.email, PLANTED.email],
    );
  });
});

describe('compressed messages of a WebSocket', () => {
  it('are read with those before them', async () => {
    const texts = [`to ${PLANTED.email}`, '', `to ${PLANTED.email} once more`, 'z'.repeat(100_000), 'to z'];
    const frames = (await deflated(texts)).map((payload) => fromClient(payload, { compressed: true }));
    const redacted = await redact(frames);
    assert.deepEqual(
      payloadsOf(redacted),
      texts.map((text) => text.replace(PLANTED.email, '[redacted:email]')),
    );
  });

  it('are dropped when they can’t be read, and so are those behind them', async () => {
    const [first = '', second = ''] = await deflated(['a text that is said', 'a text that is said twice']);
    const broken = fromClient(Buffer.from([0xff, 0xff]), { compressed: true });
    const [good, next] = [fromClient(first, { compressed: true }), fromClient(second, { compressed: true })];
    assert.deepEqual(payloadsOf(await redact([good, broken, next, fromClient('plain')])), [
      'a text that is said',
      '[redacted:undecodable:2]',
      `[redacted:undecodable:${second.length}]`,
      'plain',
    ]);
    // No policy keeps what nobody could read.
    const keeping = createRedactor({ policy: { unknownContent: 'keep' } });
    assert.deepEqual(payloadsOf(await redact([broken], keeping)), ['[redacted:undecodable:2]']);
  });

  it('are dropped when one is too long, and withdrawn when they are a bomb', async () => {
    const [long = '', next = ''] = await deflated(['ab'.repeat(5000), 'ab']);
    const frames = [long, next].map((payload) => fromClient(payload, { compressed: true }));
    const small = createRedactor({ limits: { maxMessageBytes: 1000 } });
    assert.deepEqual(payloadsOf(await redact(frames, small)), [
      `[redacted:over_limit:${long.length}]`,
      `[redacted:undecodable:${next.length}]`,
    ]);
    const [bomb = ''] = await deflated([Buffer.alloc(3_000_000)]);
    assert.equal(reasonOf(await redact([fromClient(bomb, { compressed: true })])), 'undecodable');
  });
});

describe('what follows another upgrade', () => {
  it('is of unknown type', async () => {
    for (const upgrade of ['connect', 'h2c', 'tls/1.0'])
      assert.equal(reasonOf(await redact([fromClient('hello')], undefined, { upgrade })), 'unknown_type');
  });
});
