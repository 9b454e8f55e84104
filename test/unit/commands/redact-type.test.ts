import assert from 'node:assert/strict';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { HEAD_BYTES, inputType } from '../../../src/commands/redact-type.ts';

function guess(name: string | undefined, content: string | Uint8Array, said = {}): string {
  const taken = inputType(said, name, Buffer.from(content).subarray(0, HEAD_BYTES));
  return taken === undefined ? 'nothing' : [taken.contentType, taken.contentEncoding, taken.guessedBy].join(' ');
}

describe('what the content to redact is taken for', () => {
  for (const [name, content, expected] of [
    ['a.json', 'x', 'application/json  name'],
    ['A.JSONL.GZ', '', 'application/x-ndjson gzip name'],
    ['x.log.zst', '', 'text/plain zstd name'],
    ['x.csv.br', '', 'text/csv br name'],
    [undefined, ' \n{"a":1}', 'application/json  content'],
    [undefined, '\ufeff[1]', 'application/json  content'],
    [undefined, '<?xml version="1.0"?><a/>', 'application/xml  content'],
    [undefined, '<soap:Envelope xmlns="x">', 'application/xml  content'],
    [undefined, '<!DOCTYPE html><p>', 'text/html  content'],
    [undefined, 'event: a\ndata: {"b":1}\n\n', 'text/event-stream  content'],
    [undefined, 'a=1&b=%20c\n', 'application/x-www-form-urlencoded  content'],
    [undefined, 'a = 1 and b = 2', 'text/plain  content'],
    [undefined, 'x < y', 'text/plain  content'],
    [undefined, '', 'text/plain  content'],
    ['core.dump', '{', 'application/json  content'],
    [undefined, gzipSync('{"a":1}'), 'application/json gzip content'],
    [undefined, gzipSync(`[${'"abcdefgh",'.repeat(100_000)}1]`), 'application/json gzip content'],
    [undefined, zstdCompressSync('{}'), 'nothing'],
    ['a.br', brotliCompressSync('{}', {}), 'nothing'],
    [undefined, Buffer.from('1f8b00', 'hex'), 'text/plain gzip content'],
  ] as const)
    it(`${name ?? 'no name'}, ${JSON.stringify(Buffer.from(content).toString('latin1').slice(0, 20))}: ${expected}`, () => {
      assert.equal(guess(name, content), expected);
    });

  it('is what somebody said, whatever it looks like', () => {
    assert.equal(guess('a.json', '{', { type: 'text/plain' }), 'text/plain  ');
    assert.equal(guess('a.json', '{', { encoding: 'br' }), 'application/json br name');
    assert.equal(guess(undefined, zstdCompressSync('{}'), { type: 'text/csv' }), 'text/csv zstd ');
    assert.equal(guess(undefined, '{', { encoding: 'deflate' }), 'nothing');
    assert.equal(guess(undefined, '{', { encoding: 'identity' }), 'application/json identity content');
  });
});
