import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { cut, redact, redactJsonValue, redactPieces } from './bodies.ts';

const redactor = createRedactor();
const textOf = (text: string): string => redactor.text(text).text;
const base64 = (text: string): string => Buffer.from(text).toString('base64url');
const JWT = '[redacted:jwt]';

describe('JSON web tokens', () => {
  const payload = base64('{"sub":"42","n":1}');

  it('are known by header and payload, whatever members they have and wherever those stand', () => {
    const headers = [
      '{"nothing":1}',
      '{"\\u0061lg":"none"}',
      ' {"alg":"none"}',
      '\n{"alg":"none"}',
      '\t{ "alg":"none"}',
      '  {"alg":"none"}',
      '\r\n{"alg":"none"}',
      `{"x":"${'p'.repeat(900)}","alg":"none"}`,
      `{"x5c":["${'q'.repeat(1300)}"],"alg":"none"}`,
      `{"x":"${'r'.repeat(8000)}","alg":"none"}`,
    ];
    for (const header of headers)
      for (const end of ['', '.', '.c2ln'])
        assert.equal(textOf(`a ${base64(header)}.${payload}${end}, b`), `a ${JWT}, b`, header.slice(0, 20));
    assert.equal(textOf(`${base64('{"\\u0061lg":"dir"}')}.AAAA.BBBB.CCCC.DDDD`), JWT);
    assert.equal(textOf(`${base64('{"nothing":1}')}.${base64(' {"sub":1}')}.c2ln`), JWT);
  });

  it('of any length are gone from long lines, however those are cut', async () => {
    for (const length of [100, 1000, 1500, 3000, 20_000])
      for (const before of [10, 14_000, 14_300, 15_000, 16_300]) {
        const token = `${base64(`{"x":"${'s'.repeat(length)}","alg":"none"}`)}.${payload}.c2ln`;
        const line = `${'- '.repeat(before / 2)}${token} ${'- '.repeat(9000)}`;
        const { output } = await redact(line, 'text/plain');
        assert.equal(output, line.replace(token, JWT), `${length} ${before}`);
        const pieces = await redactPieces(cut(Buffer.from(line), [777]), { contentType: 'text/plain' });
        assert.equal(pieces.output, output);
      }
  });

  it('are not what only starts like one', async () => {
    const blob = base64(JSON.stringify({ page: 3, after: 'x'.repeat(300) }));
    const long = Buffer.from(JSON.stringify({ a: 'x'.repeat(3000) })).toString('base64');
    const harmless = [
      blob,
      `${blob}.txt`,
      `${blob}.${blob.slice(0, 4)}`,
      'IHs.eyJ',
      'eyewitness.eyelid.eyebrow',
      `${long}=`,
    ];
    for (const text of harmless) assert.equal(textOf(text), text);
    assert.deepEqual(await redactJsonValue({ next: blob }), { next: blob });
  });
});

describe('bearer tokens', () => {
  it('are known whatever they begin with, quoted or not', () => {
    for (const token of ['-abc1234', '_x9Kq2LmP', '--ab12cd34', 'mF_9.B5f-4.1JqM', '-'.repeat(20)])
      for (const [before, behind] of [
        ['', ''],
        ['"', '"'],
        ["'", "'"],
        ['\\"', '\\"'],
      ] as const)
        assert.equal(
          textOf(`sent Bearer ${before}${token}${behind} on`),
          `sent Bearer ${before}[redacted:credential]${behind} on`,
        );
    assert.equal(textOf('Bearer "abcdefgh"'), 'Bearer "[redacted:credential]"');
    assert.equal(textOf('basic "dXNlcjpwYXNzd29yZA=="'), 'basic "[redacted:credential]"');
  });

  it('of letters alone are known when no word looks like that', () => {
    for (const token of ['abcdefghijklmnop', 'QwErTyUiOp', 'xKqLmZpRtA'])
      assert.equal(textOf(`Bearer ${token}, ok`), 'Bearer [redacted:credential], ok', token);
    for (const harmless of [
      'bearer of bad news',
      'bearer authentication',
      'Bearer Authorization',
      'the bearer token-based flow',
      'bearer "token"',
      'bearer tokenScheme',
      'the bearer -- whoever it is --',
      'Bearer realm="x", error="invalid_token"',
      'Bearer --header',
      'a ring bearer called Frodo',
      'standard-bearer responsible',
      'basic "needs" of people',
    ])
      assert.equal(textOf(harmless), harmless);
  });
});
