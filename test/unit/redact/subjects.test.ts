import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { redactPieces, SALT } from './bodies.ts';

const redactor = createRedactor({ tokenKey: { version: 1, key: SALT } });

async function tokensOf(body: string, contentType: string): Promise<readonly string[]> {
  const { outcome } = await redactPieces([Buffer.from(body)], { contentType }, redactor);
  return (outcome.subjectTokens ?? []).map((token) => Buffer.from(token).toString('hex'));
}

describe('whom values that are replaced as a whole name', () => {
  it('is found by erasure: e-mail addresses in secrets and names', async () => {
    const jane = await tokensOf('jane@example.com', 'text/plain');
    assert.equal(jane.length, 1);
    for (const [contentType, body] of [
      ['application/json', '{"password":"Jane@example.com"}'],
      ['application/json', '{"session_cookie":"user=jane@example.com; t=1"}'],
      ['application/json', '{"client_secret":"jane@example.com:tiger77"}'],
      ['text/plain', 'password=jane@example.com'],
      ['application/x-www-form-urlencoded', 'password=jane%40example.com'],
      ['text/xml', '<a><password>jane@example.com</password></a>'],
      ['text/csv', 'id,password\n1,jane@example.com\n'],
      ['text/html', '<input type="password" value="jane@example.com">'],
    ] as const) {
      const { output, outcome } = await redactPieces([Buffer.from(body)], { contentType }, redactor);
      assert.deepEqual(await tokensOf(body, contentType), jane, body);
      assert.ok(!/example\.com/i.test(output), output);
      assert.ok(!outcome.counts.some(({ entity }) => entity === 'email'), body);
    }
  });

  it('is nobody where no address is in them', async () => {
    for (const body of ['{"password":"p@ssword"}', '{"password":"hunter2"}', '{"token":"a@b"}'])
      assert.deepEqual(await tokensOf(body, 'application/json'), []);
  });
});
