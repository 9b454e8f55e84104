import assert from 'node:assert/strict';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { createExplainer, createRedactor, loadDescriptors, type RedactContext } from '../../../../src/redact/index.ts';
import { EngineRedactor, makeEngine } from '../../../../src/redact/redactor.ts';
import { cut, hmac, redactPieces, type Redacted, SALT } from '../bodies.ts';
import { descriptorSet } from './descriptors.ts';
import { frame, framesOf, message, textAt, varint } from './wire-bytes.ts';

const CREDENTIAL = '[redacted:credential]';
const EMAIL = message([[1, 'to jane@example.com']]);
const KEPT = message([[1, 'kept-as-it-was']]);

const descriptors = loadDescriptors(
  descriptorSet({
    name: 'users.proto',
    package: 'users.v1',
    types: [
      { name: 'Ask', fields: { password: '1 string' } },
      { name: 'Answer', fields: { name: '1 string', session_token: '2 string' } },
    ],
    services: { Users: { Get: ['users.v1.Ask', 'users.v1.Answer'] } },
  }),
);

async function run(bytes: Uint8Array, context: Partial<RedactContext>, early = false): Promise<Redacted> {
  return redactPieces([bytes], { contentType: 'application/grpc', ...context }, createRedactor({ descriptors }), early);
}

/** Contents of the frames that are left, each with its flags. */
async function left(bytes: Uint8Array, context: Partial<RedactContext> = {}): Promise<[number, string][]> {
  const { output, outcome } = await run(bytes, context);
  assert.equal(outcome.state, 'kept');
  return framesOf(Buffer.from(output, 'latin1')).map(({ flags, content }) => [flags, content.toString('latin1')]);
}

async function reasonOf(bytes: Uint8Array, context: Partial<RedactContext> = {}): Promise<string> {
  const { outcome } = await run(bytes, context);
  assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac(bytes));
  return outcome.state === 'withdrawn' ? outcome.reason : outcome.state;
}

/** A message that stands for one that was replaced. */
function standIn(text: string): string {
  return message([[19_999, text]]).toString('latin1');
}

describe('gRPC bodies', () => {
  it('are walked message by message, by the types of their method', async () => {
    const ask = frame([[1, 'hunter2']]);
    const answer = frame([
      [1, 'x'],
      [2, 'abc'],
    ]);
    const path = '/users.v1.Users/Get';
    for (const contentType of ['application/grpc', 'application/grpc+proto', 'APPLICATION/gRPC+Proto; x=y']) {
      const [request] = await left(Buffer.concat([ask, frame([])]), { contentType, path, part: 'request_body' });
      assert.equal(textAt(Buffer.from(request?.[1] ?? '', 'latin1'), 1), CREDENTIAL);
      const response = await left(answer, { contentType, path, part: 'response_body' });
      assert.equal(textAt(Buffer.from(response[0]?.[1] ?? '', 'latin1'), 2), CREDENTIAL);
    }
    for (const other of ['/users.v1.Users/Other', '/', '', 'x'])
      assert.deepEqual(await left(ask, { path: other }), [[0, message([[1, 'hunter2']]).toString('latin1')]]);
  });

  it('stay as they came, byte for byte, where nothing is found', async () => {
    const bytes = Buffer.concat([frame(KEPT), frame([]), frame(KEPT)]);
    const { output, outcome } = await run(bytes, {});
    assert.equal(output, bytes.toString('latin1'));
    assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac(bytes));
    assert.deepEqual(outcome.counts, []);
  });

  it('are decompressed message by message', async () => {
    const encodings = {
      gzip: gzipSync,
      deflate: deflateSync,
      br: brotliCompressSync,
      zstd: zstdCompressSync,
    } as const;
    for (const [messageEncoding, compress] of Object.entries(encodings)) {
      const bytes = Buffer.concat([frame(compress(EMAIL), 1), frame(KEPT), frame([], 1)]);
      const { output, outcome } = await run(bytes, { messageEncoding });
      const expected = [frame([[1, 'to [redacted:email]']]), frame(KEPT), frame([], 1)];
      assert.equal(output, Buffer.concat(expected).toString('latin1'), messageEncoding);
      const original = Buffer.concat([frame(EMAIL), frame(KEPT), frame([], 1)]);
      assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac(original));
    }
    assert.equal((await left(frame(deflateRawSync(EMAIL), 1), { messageEncoding: 'deflate' }))[0]?.[0], 0);
  });

  it('keep length and hash only of messages that can’t be judged', async () => {
    const broken = gzipSync(EMAIL).subarray(0, 20);
    const trailing = Buffer.concat([gzipSync(EMAIL), Buffer.from('jane@example.com')]);
    const cases = [
      [frame(Buffer.from([0xff, 1, 2])), undefined, '[redacted:unparseable:3]'],
      [frame(broken, 1), 'gzip', '[redacted:undecodable:20]'],
      [frame(trailing, 1), 'gzip', `[redacted:undecodable:${trailing.length}]`],
      [frame(gzipSync(EMAIL), 1), 'snappy', `[redacted:undecodable:${gzipSync(EMAIL).length}]`],
      [frame(gzipSync(EMAIL), 1), undefined, `[redacted:undecodable:${gzipSync(EMAIL).length}]`],
    ] as const;
    for (const [bytes, messageEncoding, text] of cases) {
      const { output, outcome } = await run(Buffer.concat([bytes, frame(KEPT)]), {
        messageEncoding,
        valueSalt: () => SALT,
      });
      assert.equal(outcome.state, 'kept');
      assert.deepEqual(
        framesOf(Buffer.from(output, 'latin1')).map(({ flags, content }) => [flags, content.toString('latin1')]),
        [
          [0, standIn(text)],
          [0, KEPT.toString('latin1')],
        ],
      );
      assert.equal(outcome.values?.length, 1);
      assert.equal(outcome.values[0]?.commitment.length, 32);
    }
  });

  it('lose messages that are too long, as they come and after decompression', async () => {
    const small = new EngineRedactor(makeEngine({ limits: { maxMessageBytes: 1000, blockBytes: 64 } }));
    const long = message([[1, 'jane@example.com '.repeat(100)]]);
    const zipped = gzipSync(long);
    const bytes = Buffer.concat([frame(long), frame(zipped, 1), frame(KEPT)]);
    const redactor = small.body(
      { part: 'request_body', contentType: 'application/grpc', messageEncoding: 'gzip' },
      new Uint8Array(32),
    );
    const outputs: Uint8Array[] = [];
    for (const piece of cut(bytes, [10])) {
      outputs.push(await redactor.write(piece));
      assert.ok(redactor.bufferedBytes <= 1000 + 5 + 64);
    }
    const outcome = await redactor.end();
    assert.ok(outcome.state === 'kept');
    assert.deepEqual(
      framesOf(Buffer.concat([...outputs, outcome.tail])).map(({ content }) => content.toString('latin1')),
      [
        standIn(`[redacted:over_limit:${long.length}]`),
        standIn(`[redacted:over_limit:${zipped.length}]`),
        KEPT.toString('latin1'),
      ],
    );
  });

  it('of decompression bombs are withdrawn', async () => {
    const bomb = gzipSync(message([[1, Buffer.alloc(3_000_000, 'a')]]));
    assert.equal(await reasonOf(frame(bomb, 1), { messageEncoding: 'gzip' }), 'undecodable');
    const small = frame(gzipSync(message([[1, Buffer.alloc(400_000, 'a')]])), 1);
    const many = Buffer.concat(Array<Buffer>(20).fill(small));
    assert.equal(await reasonOf(many, { messageEncoding: 'gzip' }), 'undecodable');
  });

  it('that aren’t framed are withdrawn', async () => {
    for (const text of ['<html>', '{"a":1}', '\x80\0\0\0\0', '\x02\0\0\0\0'])
      assert.equal(await reasonOf(Buffer.from(text, 'latin1')), 'unparseable', text);
    assert.equal(await reasonOf(frame(KEPT), { contentType: 'application/grpc+thrift' }), 'unknown_type');
    assert.equal(await reasonOf(frame(KEPT), { contentType: 'application/connect' }), 'unknown_type');
    assert.equal(await reasonOf(frame(KEPT), { upgraded: true }), 'unknown_type');
  });

  it('that are cut off keep their whole messages', async () => {
    const bytes = Buffer.concat([frame(KEPT), frame(EMAIL)]);
    for (let length = frame(KEPT).length + 1; length < bytes.length; length += 1) {
      const early = await run(bytes.subarray(0, length), {}, true);
      assert.equal(early.outcome.state, 'kept');
      assert.equal(early.output, frame(KEPT).toString('latin1'));
      assert.deepEqual(
        early.outcome.counts.map(({ rule }) => rule),
        ['engine.cut_off'],
      );
      const { output, outcome } = await run(bytes.subarray(0, length), {});
      assert.equal(outcome.state, 'kept');
      const last = framesOf(Buffer.from(output, 'latin1'))[1]?.content.toString('latin1') ?? '';
      assert.match(last, /\[redacted:unparseable:\d+\]$/);
      assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac(bytes.subarray(0, length)));
    }
  });

  it('of JSON are walked as JSON', async () => {
    const contentType = 'application/grpc+json';
    const bytes = Buffer.concat([frame(Buffer.from('{"password":"x"}')), frame(Buffer.from('{"pass'))]);
    assert.deepEqual(await left(bytes, { contentType }), [
      [0, `{"password":"${CREDENTIAL}"}`],
      [0, '"[redacted:unparseable:6]"'],
    ]);
  });

  it('tell where something was found, in bytes of the decompressed messages', async () => {
    const explain = createExplainer();
    const bytes = Buffer.concat([frame(KEPT), frame(gzipSync(EMAIL), 1), frame([[3, EMAIL]])]);
    const context = { part: 'request_body', contentType: 'application/grpc', messageEncoding: 'gzip' } as const;
    const plain = Buffer.concat([frame(KEPT), frame(EMAIL), frame([[3, EMAIL]])]);
    const { findings } = await explain(context, bytes);
    assert.deepEqual(
      findings.map(({ start, end }) => plain.subarray(start, end).toString()),
      ['jane@example.com', 'jane@example.com'],
    );
    assert.notEqual(findings[0]?.start, findings[1]?.start);
  });
});

describe('gRPC-Web bodies', () => {
  const trailers = 'grpc-status: 13\r\ngrpc-message:no jane%40example.com\r\nx-api-key:  abc\r\n';
  const redacted = `grpc-status: 13\r\ngrpc-message:no %5Bredacted%3Aemail%5D\r\nx-api-key:  ${CREDENTIAL}\r\n`;

  it('have their trailers redacted as fields', async () => {
    const bytes = Buffer.concat([frame(EMAIL), frame(Buffer.from(trailers), 0x80)]);
    const expected = Buffer.concat([frame([[1, 'to [redacted:email]']]), frame(Buffer.from(redacted), 0x80)]);
    for (const contentType of ['application/grpc-web', 'application/grpc-web+proto'])
      assert.equal((await run(bytes, { contentType })).output, expected.toString('latin1'));
    const zipped = frame(gzipSync(trailers), 0x81);
    assert.deepEqual(await left(zipped, { contentType: 'application/grpc-web', messageEncoding: 'gzip' }), [
      [0x80, redacted],
    ]);
    assert.deepEqual(await left(frame(Buffer.from('no fields'), 0x80), { contentType: 'application/grpc-web' }), [
      [0x80, 'grpc-message: [redacted:unparseable:9]\r\n'],
    ]);
  });

  it('in base64 are read in pieces and written in one', async () => {
    const contentType = 'application/grpc-web-text';
    const frames = [frame(EMAIL), frame(KEPT), frame(Buffer.from(trailers), 0x80)];
    const expected = Buffer.concat([
      frame([[1, 'to [redacted:email]']]),
      frame(KEPT),
      frame(Buffer.from(redacted), 0x80),
    ]).toString('base64');
    const inPieces = frames.map((each) => each.toString('base64')).join('');
    for (const text of [inPieces, Buffer.concat(frames).toString('base64')]) {
      assert.equal((await run(Buffer.from(text), { contentType })).output, expected);
      for (const sizes of [[1], [2], [3], [5, 1]]) {
        const pieces = cut(Buffer.from(text), sizes);
        for (const blockBytes of [1, 3, 16_384]) {
          const redactor = createRedactor({ limits: { blockBytes } });
          assert.equal((await redactPieces(pieces, { contentType }, redactor)).output, expected);
        }
      }
    }
    assert.equal(await reasonOf(Buffer.from('AAAA!AAA'), { contentType }), 'unparseable');
    assert.equal(await reasonOf(Buffer.from('AA=AAAAA'), { contentType }), 'unparseable');
  });
});

describe('Connect streams', () => {
  it('end with JSON', async () => {
    const end = '{"error":{"code":"internal","message":"no jane@example.com"},"metadata":{"x-api-key":["abc"]}}';
    const expected = `{"error":{"code":"internal","message":"no [redacted:email]"},"metadata":{"x-api-key":["${CREDENTIAL}"]}}`;
    const bytes = Buffer.concat([frame(gzipSync(EMAIL), 1), frame(Buffer.from(end), 2)]);
    assert.deepEqual(await left(bytes, { contentType: 'application/connect+proto', messageEncoding: 'gzip' }), [
      [0, message([[1, 'to [redacted:email]']]).toString('latin1')],
      [2, expected],
    ]);
    const json = Buffer.concat([frame(Buffer.from('{"pin":1234}')), frame(gzipSync(end), 3)]);
    assert.deepEqual(await left(json, { contentType: 'application/connect+json', messageEncoding: 'gzip' }), [
      [0, '{"pin":"[redacted:pin]"}'],
      [2, expected],
    ]);
  });
});

describe('gRPC bodies made to be slow', () => {
  // Read again for each level or field, any of these would take minutes.
  const SIZE = 600_000;
  const behind = (tag: string, content: Buffer): Buffer =>
    Buffer.concat([Buffer.from(tag), varint(content.length), content]);
  const within = (tag: string, depth: number, leaf: Buffer): Buffer =>
    Array.from({ length: depth }).reduce<Buffer>((inner) => behind(tag, inner), leaf);
  const cases: Record<string, Buffer> = {
    'messages within each other': within('\n', 99, Buffer.alloc(SIZE, '\b')),
    'messages within each other, too deep': within('\n', 5000, Buffer.alloc(SIZE, '\b')),
    'text within each other that may be messages': within('"', 5000, Buffer.from('a'.repeat(SIZE))),
    'the same, with a byte behind it that is no text': within('"', 99, Buffer.from(`${'é'.repeat(SIZE / 2)}\0`)),
    'fields of a number each': Buffer.from('\b\x01'.repeat(SIZE / 2)),
    'fields that may be text': Buffer.from('0a'.repeat(SIZE / 2)),
    'fields some of which may be text': Buffer.from('0a0a0a0a\b\x01'.repeat(SIZE / 10)),
    'the same, with values to be found': message(
      Array.from({ length: SIZE / 50 }, (_, i) => [
        [5, 65] as const,
        [6, `to a${i}@b.example and others, so that it is long`] as const,
      ]).flat(),
    ),
    'text that may be fields': message([[1, '0a'.repeat(SIZE / 2)]]),
    'text of a kind that is looked for': message([[1, '@'.repeat(SIZE)]]),
    'short strings that may be messages': Buffer.from('\n\x020a'.repeat(SIZE / 4)),
    groups: Buffer.from(`${'\x0b'.repeat(100)}${'\f'.repeat(100)}`.repeat(SIZE / 200)),
    'empty frames': Buffer.alloc(SIZE),
  };
  for (const [name, content] of Object.entries(cases))
    it(`take time in proportion to their length: ${name}`, async () => {
      const isFrames = name.includes('frames');
      for (const context of [{}, { path: '/users.v1.Users/Get' }])
        assert.equal((await run(isFrames ? content : frame(content), context)).outcome.state, 'kept');
    });
});

describe('gRPC bodies that the policy keeps', () => {
  it('stay as they came where they can’t be judged', async () => {
    const redactor = createRedactor({ policy: { unknownContent: 'keep' } });
    const bytes = Buffer.concat([frame(Buffer.from([0xff])), frame(Buffer.from('no gzip'), 1)]);
    const body = redactor.body(
      { part: 'request_body', contentType: 'application/grpc', messageEncoding: 'gzip' },
      SALT,
    );
    const written = await body.write(bytes);
    const outcome = await body.end();
    assert.ok(outcome.state === 'kept');
    assert.deepEqual(Buffer.concat([written, outcome.tail]), bytes);
  });
});
