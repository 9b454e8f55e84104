import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { createRedactor, type UnknownContent } from '../../../src/redact/index.ts';
import { redactPieces } from './bodies.ts';

const TEXT = Buffer.from('mail jane@example.com');
const BINARY = Buffer.from([...TEXT, 0, 1, 255]);

async function left(unknownContent: UnknownContent | undefined, content: Buffer, encoding?: string): Promise<string> {
  const policy = { routes: [{ route: 'files', unknownContent }] };
  const context = { route: 'files', contentType: 'application/x-own', ...(encoding && { contentEncoding: encoding }) };
  const { output, outcome } = await redactPieces([content], context, createRedactor({ policy }));
  return outcome.state === 'kept' ? output : outcome.reason;
}

describe('content of unknown type', () => {
  it('is a hash and a length unless a route says otherwise', async () => {
    assert.equal(await left(undefined, TEXT), 'unknown_type');
    assert.equal(await left('hash', TEXT), 'unknown_type');
  });

  it('text: is scanned as running text, when it is text', async () => {
    assert.equal(await left('text', TEXT), 'mail [redacted:email]');
    assert.equal(await left('text', gzipSync(TEXT), 'gzip'), 'mail [redacted:email]');
    assert.equal(await left('text', BINARY), 'undecodable');
  });

  it('keep: stays as it came', async () => {
    assert.equal(await left('keep', BINARY), BINARY.toString('latin1'));
  });

  it('is none when it only isn’t what it says it is', async () => {
    const redactor = createRedactor({ policy: { unknownContent: 'keep' } });
    const { outcome } = await redactPieces([TEXT], { contentType: 'application/json' }, redactor);
    assert.equal(outcome.state, 'withdrawn');
  });
});
