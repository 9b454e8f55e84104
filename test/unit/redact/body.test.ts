import assert from 'node:assert/strict';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { createRedactor, type RedactContext } from '../../../src/redact/index.ts';
import { cut, hmac, redact, redactPieces, SALT } from './bodies.ts';

const JSON_TYPE = 'application/json';
const TEXT = JSON.stringify({ email: 'jane@example.com', items: Array.from({ length: 300 }, (_, i) => ({ id: i })) });
const REDACTED = TEXT.replace('jane@example.com', '[redacted:email]');
const ENCODERS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };

async function reasonOf(content: string | Uint8Array, context: Partial<RedactContext>): Promise<string> {
  const { output, outcome } = await redactPieces([Buffer.from(content)], context);
  if (outcome.state === 'kept') return 'kept';
  assert.equal(output, '');
  assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac(Buffer.from(content)));
  assert.equal(outcome.originalBytes, Buffer.from(content).length);
  assert.deepEqual(outcome.counts, []);
  return outcome.reason;
}

describe('bodies', () => {
  it('without a byte are kept, whatever their type and encoding', async () => {
    for (const context of [
      {},
      { grpc: true },
      { contentType: JSON_TYPE, contentEncoding: 'gzip' },
      { contentType: 'x' },
    ]) {
      const { output, outcome } = await redactPieces([new Uint8Array(0)], context);
      assert.equal(outcome.state, 'kept');
      assert.equal(output, '');
      assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac(''));
    }
  });

  it('of unknown type are withdrawn', async () => {
    const types = ['application/octet-stream', 'image/png', 'application/grpc+thrift', 'json', ''];
    for (const contentType of [...types, 'text/plain, application/json', 'application/flatbuffers'])
      assert.equal(await reasonOf('hello', { contentType }), 'unknown_type');
    assert.equal(await reasonOf('hello', {}), 'unknown_type');
    assert.equal(await reasonOf('hello', { contentType: 'text/plain', grpc: true }), 'unknown_type');
    assert.equal(await reasonOf('hello', { contentType: 'text/plain', upgrade: 'h2c' }), 'unknown_type');
  });

  it('of every known type are kept', async () => {
    const types = [
      'application/problem+json',
      'Text/HTML; charset=UTF-8',
      'application/xml',
      'image/svg+xml',
      'text/csv',
    ];
    for (const contentType of [...types, 'application/x-www-form-urlencoded'])
      assert.equal(await reasonOf('1', { contentType }), 'kept');
  });

  it('are decoded, and kept as they were decoded', async () => {
    for (const [name, encode] of Object.entries({ ...ENCODERS, 'x-gzip': gzipSync })) {
      const wire = encode(TEXT);
      const { output, outcome } = await redact(wire, JSON_TYPE, name.toUpperCase());
      assert.equal(output, REDACTED, name);
      assert.equal(outcome.originalBytes, wire.length);
      assert.equal(outcome.decodedBytes, TEXT.length);
      assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac(TEXT));
    }
    assert.equal((await redact(deflateRawSync(TEXT), JSON_TYPE, 'deflate')).output, REDACTED);
    assert.equal((await redact(TEXT, JSON_TYPE, 'identity')).output, REDACTED);
  });

  it('are decoded through layers of encodings, as many as the limit says', async () => {
    const layered = brotliCompressSync(zstdCompressSync(gzipSync(TEXT)));
    assert.equal((await redact(layered, JSON_TYPE, 'gzip, zstd,br')).output, REDACTED);
    assert.equal(
      await reasonOf(gzipSync(layered), { contentType: JSON_TYPE, contentEncoding: 'gzip, zstd, br, gzip' }),
      'undecodable',
    );
  });

  it('are withdrawn when their encoding is unknown, cut, damaged or followed by something', async () => {
    const context = (contentEncoding: string): Partial<RedactContext> => ({ contentType: JSON_TYPE, contentEncoding });
    assert.equal(await reasonOf('hello', context('compress')), 'undecodable');
    for (const [name, encode] of Object.entries(ENCODERS)) {
      const wire = encode(TEXT);
      assert.equal(await reasonOf(wire.subarray(0, wire.length - 3), context(name)), 'undecodable', `cut ${name}`);
      assert.equal(
        await reasonOf(Buffer.concat([wire, Buffer.from('trailing')]), context(name)),
        'undecodable',
        `more ${name}`,
      );
      assert.equal(await reasonOf(Buffer.from(TEXT), context(name)), 'undecodable', `not ${name}`);
    }
    const damaged = gzipSync(TEXT);
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 6) ^ 1, damaged.length - 6);
    assert.equal(await reasonOf(damaged, context('gzip')), 'undecodable');
  });

  it('are withdrawn when they are bombs', async () => {
    const spaces = Buffer.alloc(20_000_000, 32);
    for (const [name, encode] of Object.entries(ENCODERS))
      assert.equal(
        await reasonOf(encode(spaces), { contentType: JSON_TYPE, contentEncoding: name }),
        'undecodable',
        name,
      );
    const redactor = createRedactor({ limits: { maxDecodedBytes: 1000 } });
    const { outcome } = await redactPieces(
      [gzipSync(TEXT)],
      { contentType: JSON_TYPE, contentEncoding: 'gzip' },
      redactor,
    );
    assert.equal(outcome.state, 'withdrawn');
  });

  it('stay withdrawn, and are counted and hashed to their end', async () => {
    for (const pieceBytes of [1000, 120_000]) {
      const body = createRedactor().body({ part: 'request_body', contentType: JSON_TYPE }, SALT);
      const pieces = cut(Buffer.from('[1],'.repeat(30_000)), [pieceBytes]);
      for (const piece of pieces) await body.write(piece);
      const outcome = await body.end();
      assert.equal(outcome.state === 'withdrawn' && outcome.reason, 'unparseable');
      assert.equal(outcome.originalBytes, 120_000);
      assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac('[1],'.repeat(30_000)));
    }
  });

  it('that were cut off are withdrawn when nothing certain can be said', async () => {
    const cutOff = await redactPieces([Buffer.from('{"a":1')], { contentType: JSON_TYPE }, undefined, true);
    assert.equal(cutOff.outcome.state === 'withdrawn' && cutOff.outcome.reason, 'ended_early');
    const context = { contentType: 'text/plain', contentEncoding: 'gzip' };
    const encoded = await redactPieces([gzipSync('hello').subarray(0, 12)], context, undefined, true);
    assert.equal(encoded.outcome.state === 'withdrawn' && encoded.outcome.reason, 'ended_early');
  });

  it('are committed to as they were, without what may never be kept', async () => {
    const commitmentOf = async (content: string, type: string): Promise<string> =>
      Buffer.from((await redact(content, type)).outcome.commitment).toString('hex');
    const json =
      '{"email":"jane@example.com","cvv":"123","pin":1234,"in":"{\\"cvc\\":\\"777\\",\\"a\\":1}","t":"cvv=999 x"}';
    const without = '{"email":"jane@example.com","cvv":"","pin":,"in":"{\\"cvc\\":\\"\\",\\"a\\":1}","t":"cvv= x"}';
    assert.equal(await commitmentOf(json, JSON_TYPE), hmac(without));
    const form = 'application/x-www-form-urlencoded';
    assert.equal(await commitmentOf('a=jane%40example.com&cvv=123&b=1', form), hmac('a=jane%40example.com&cvv=&b=1'));
    assert.equal(await commitmentOf('jane@example.com cvv: 123\n', 'text/plain'), hmac('jane@example.com cvv: \n'));
    assert.equal(await commitmentOf('data: {"pin":"1234"}\n\n', 'text/event-stream'), hmac('data: {"pin":""}\n\n'));
  });

  it('have different commitments under different salts', () => {
    const commitmentOf = (salt: Uint8Array): string => {
      const body = createRedactor().body({ part: 'request_body', contentType: 'text/plain' }, salt);
      void body.write(Buffer.from('hello'));
      const outcome = body.end();
      assert.ok(!(outcome instanceof Promise));
      return Buffer.from(outcome.commitment).toString('hex');
    };
    assert.notEqual(commitmentOf(SALT), commitmentOf(new Uint8Array(32)));
  });

  it('of identity encoding are redacted without waiting', () => {
    const body = createRedactor().body({ part: 'response_body', contentType: 'text/plain' }, SALT);
    assert.ok(body.write(Buffer.from('hello\n'.repeat(10_000))) instanceof Uint8Array);
    assert.ok(!(body.end() instanceof Promise));
  });

  it('can be given up at any time', async () => {
    for (const contentEncoding of ['identity', 'gzip']) {
      const body = createRedactor().body({ part: 'request_body', contentType: 'text/plain', contentEncoding }, SALT);
      const writing = body.write(gzipSync(Buffer.alloc(1_000_000, 'hello ')));
      body.abort();
      await writing;
    }
  });

  it('refuse to be used after their end', async () => {
    const body = createRedactor().body({ part: 'request_body', contentType: 'text/plain' }, SALT);
    await body.end();
    assert.throws(() => body.write(new Uint8Array(1)), { code: 'internal' });
    assert.throws(() => body.end(), { code: 'internal' });
  });
});

describe('redaction limits', () => {
  it('are refused when they are not positive integers', () => {
    for (const blockBytes of [0, -1, 1.5, NaN])
      assert.throws(() => createRedactor({ limits: { blockBytes } }), { code: 'config.invalid' });
  });
});
