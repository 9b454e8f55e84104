import assert from 'node:assert/strict';
import { redact, redactJsonValue } from './bodies.ts';

async function textOf(text: string): Promise<string> {
  return (await redact(text, 'text/plain')).output;
}

async function formOf(note: string): Promise<string> {
  const { output } = await redact(new URLSearchParams({ note }).toString(), 'application/x-www-form-urlencoded');
  return new URLSearchParams(output).get('note') ?? '';
}

const TOKEN = 'eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2xvZ2luIn0.c2lnbmF0dXJl';

describe('a header in running text', () => {
  const cases = [
    ['Cookie: a=1; b=2; theme=dark then jane@example.com', 'Cookie: [redacted:credential] then [redacted:email]'],
    [
      'Cookie: sid=W0b78 cc jane@example.com; see BE68 5390 0754 7034',
      'Cookie: [redacted:credential] cc [redacted:email]; see [redacted:iban:7034]',
    ],
    [
      'Set-Cookie: sid=abc; Expires=Wed, 09 Jun 2021 10:18:14 GMT; Path=/; HttpOnly; Secure then jane@example.com',
      'Set-Cookie: [redacted:credential] then [redacted:email]',
    ],
    [
      `Authorization: Bearer ${TOKEN} Vielen Dank, jane@example.com`,
      'Authorization: [redacted:jwt] Vielen Dank, [redacted:email]',
    ],
    [
      'Authorization: Custom abc123def456 for jane@example.com',
      'Authorization: [redacted:credential] for [redacted:email]',
    ],
    ['Authorization: Custom abcdef', 'Authorization: [redacted:credential]'],
    ['Authorization: hunter2', 'Authorization: [redacted:credential]'],
    [
      'Authorization: Digest username="Mufasa", realm="a b", response="6629fae49393a05397450978507c4ef1" at noon',
      'Authorization: [redacted:credential] at noon',
    ],
    ['used tokens: 15 Thanks for your patience', 'used tokens: 15 Thanks for your patience'],
  ] as const;

  it('ends where its value ends', async () => {
    for (const [text, redacted] of cases) assert.equal(await textOf(text), redacted);
  });

  it('ends there in a form too, however its spaces are written', async () => {
    for (const [text, redacted] of cases) {
      assert.equal(await formOf(text), redacted);
      const encoded = await redact(`note=${encodeURIComponent(text)}`, 'application/x-www-form-urlencoded');
      assert.equal(decodeURIComponent(encoded.output), `note=${redacted}`);
    }
  });
});

describe('a name and password in base64', () => {
  it('is known under the names that the Basic scheme has', async () => {
    const value = Buffer.from('user:password1').toString('base64');
    for (const name of ['basic', 'auth', 'basicAuth', 'http_basic'])
      assert.deepEqual(await redactJsonValue({ [name]: value }), { [name]: '[redacted:credential]' }, name);
    assert.deepEqual(await redactJsonValue({ auths: { 'registry.example': { auth: value } } }), {
      auths: { 'registry.example': { auth: '[redacted:credential]' } },
    });
    assert.equal(await textOf(`sent with Basic ${value} to it`), 'sent with Basic [redacted:credential] to it');
    for (const short of ['dXNlcjpwYXNz', 'Basic dTpw'])
      assert.deepEqual(await redactJsonValue({ basic: short }), { basic: '[redacted:credential]' }, short);
    for (const word of ['plan', 'contact1', 'Basic plan'])
      assert.deepEqual(await redactJsonValue({ basic: word }), { basic: word }, word);
  });
});
