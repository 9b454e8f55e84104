import assert from 'node:assert/strict';
import { createExplainer, createRedactor, type RedactionFindings, type Redactor } from '../../../src/redact/index.ts';
import { hmac, PLANTED, redactPieces } from './bodies.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64url');
const HEADER = base64('{"alg":"RS256","typ":"JWT"}');
const SIGNATURE = base64('a signature of it');
const jwtOf = (claims: unknown) => `${HEADER}.${base64(JSON.stringify(claims))}.${SIGNATURE}`;
const JWT = jwtOf({ sub: '42', email: PLANTED.email, exp: 1_767_225_600 });

const tokenKey = { version: 1, key: new Uint8Array(32).fill(3) };
const redactor = createRedactor({ tokenKey });
const masking = createRedactor({ tokenKey, policy: { entities: { jwt: { action: 'mask' } } } });

const tokensOf = ({ subjectTokens = [] }: RedactionFindings) =>
  subjectTokens.map((token) => Buffer.from(token).toString('hex'));
const byEmail = tokensOf(redactor.text(PLANTED.email));

async function body(by: Redactor, text: string, contentType = 'application/json') {
  return redactPieces([Buffer.from(text)], { contentType }, by);
}

function claimsOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

describe('the claims of a web token', () => {
  it('find the calls of whom they speak of, wherever the token stands, and nothing of it is left', async () => {
    assert.equal(byEmail.length, 1);
    const headers = ['authorization', 'cookie', 'x-token', 'x-note'].map((name) => ({
      name,
      value: { authorization: `Bearer ${JWT}`, cookie: `sid=${JWT}` }[name] ?? JWT,
    }));
    for (const header of headers) {
      const redacted = redactor.headers('request_headers', [header]);
      assert.deepEqual(tokensOf(redacted), byEmail, header.name);
      assert.ok(!JSON.stringify(redacted.fields).includes('eyJ'));
    }
    const target = redactor.target(`/cb?id_token=${JWT}&note=${JWT}`);
    assert.deepEqual(tokensOf(target), byEmail);
    for (const [text, type] of [
      [`{"note":"${JWT}"}`, 'application/json'],
      [`{"access_token":"${JWT}"}`, 'application/json'],
      [`got ${JWT}.\n`, 'text/plain'],
      [`a=${JWT}`, 'application/x-www-form-urlencoded'],
    ] as const) {
      const { outcome, output } = await body(redactor, text, type);
      assert.deepEqual(tokensOf(outcome), byEmail, text.slice(0, 12));
      assert.ok(!output.includes('eyJ'));
      assert.deepEqual(
        outcome.counts.map(({ count }) => count),
        [1],
        'what is dropped with its token isn’t counted',
      );
    }
  });

  it('are read no further than one token deep, and only of what has some', async () => {
    const others = [
      jwtOf({ inner: JWT }),
      `${HEADER}.AAAA.BBBB.CCCC.DDDD`,
      `${HEADER}.${base64('{"a":')}.${SIGNATURE}`,
    ];
    for (const other of others) {
      const { outcome, output } = await body(redactor, `{"note":"${other}"}`);
      assert.deepEqual([tokensOf(outcome), output], [[], '{"note":"[redacted:jwt]"}']);
    }
  });
});

describe('a web token that is masked', () => {
  it('keeps header and redacted claims, and loses its signature', async () => {
    const { output, outcome } = await body(masking, `{"note":"${JWT}"}`);
    const { note } = JSON.parse(output) as { note: string };
    const [header, , signature] = note.split('.');
    assert.deepEqual([header, signature], [HEADER, '[redacted:jwt]']);
    const claims = claimsOf(note) as Record<string, unknown>;
    assert.match(String(claims['email']), /^\[redacted:email:t1\./);
    assert.deepEqual({ ...claims, email: '' }, { sub: '42', email: '', exp: 1_767_225_600 });
    assert.deepEqual(tokensOf(outcome), byEmail);
    assert.deepEqual(
      outcome.counts.map(({ entity, action }) => [entity, action]),
      [
        ['email', 'token'],
        ['jwt', 'mask'],
      ],
    );
    assert.equal(Buffer.from(outcome.commitment).toString('hex'), hmac(`{"note":"${JWT}"}`));
  });

  it('is the same after being masked again, and without anything found in it', async () => {
    const clean = jwtOf({ sub: '42' });
    for (const text of [`{"note":"${JWT}"}`, `{"a":"Bearer ${JWT}"}`, `{"u":"https://h.example/?x=${JWT}&y=1"}`]) {
      const once = await body(masking, text);
      assert.ok(once.output.includes('.[redacted:jwt]'), once.output);
      assert.equal((await body(masking, once.output)).output, once.output);
    }
    const line = await body(masking, `token ${clean} was used, ${clean}.`, 'text/plain');
    const masked = clean.replace(SIGNATURE, '[redacted:jwt]');
    assert.equal(line.output, `token ${masked} was used, ${masked}`);
    assert.equal((await body(masking, line.output, 'text/plain')).output, line.output);
  });

  it('is believed to have been masked before only as far as its claims show it', async () => {
    const made = JWT.replace(SIGNATURE, '[redacted:jwt]');
    const { output } = await body(masking, `{"note":"${made}","other":"${PLANTED.email}.[redacted:jwt]"}`);
    assert.ok(!output.includes(made.split('.')[1] ?? ''));
    assert.ok(!output.includes(PLANTED.email));
    assert.equal((await body(redactor, `{"note":"${made}"}`)).output, '{"note":"[redacted:jwt]"}');
  });

  it('is dropped when its claims can’t be read', async () => {
    for (const other of [`${HEADER}.AAAA.BBBB.CCCC.DDDD`, `${HEADER}.${base64('{"a":')}.${SIGNATURE}`])
      assert.equal((await body(masking, `{"note":"${other}"}`)).output, '{"note":"[redacted:jwt]"}');
  });

  it('says where in it something was found', async () => {
    const explain = createExplainer({ policy: { entities: { jwt: { action: 'mask' } } } });
    const text = `{"note":"${JWT}"}`;
    const { findings } = await explain({ part: 'request_body', contentType: 'application/json' }, Buffer.from(text));
    const jwt = findings.find(({ entity }) => entity === 'jwt');
    const email = findings.find(({ entity }) => entity === 'email');
    assert.equal(text.slice(jwt?.start, jwt?.end), JWT);
    const payload = 9 + HEADER.length + 1;
    const from = payload + Math.floor(((email?.start ?? 0) - payload) / 4) * 4;
    assert.ok(Buffer.from(text.slice(from, email?.end), 'base64url').toString().includes('jane.roe+tag@mail'));
  });
});
