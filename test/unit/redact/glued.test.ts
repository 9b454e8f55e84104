import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { PLANTED, redact } from './bodies.ts';

const redactor = createRedactor();
const HEX = Buffer.from('mail jane@example.com').toString('hex');
const BASE64 = Buffer.from('{"email":"jane.roe@example.com"}').toString('base64url');

describe('values right beside others', () => {
  function assertBoth(text: string, ...kinds: string[]): void {
    const left = redactor.text(`see ${text} now`).text;
    assert.equal(
      left.replace(/\[redacted:([a-z_]+)[^\]]*\]/g, '<$1>'),
      `see ${kinds.map((kind) => `<${kind}>`).join('')} now`,
    );
  }

  it('are found behind an address, which is cut where they start', () => {
    for (const domain of ['example.com', 'example.co.uk', 'example.de', 'EXAMPLE.COM', 'mail.example.network']) {
      assertBoth(`jane.roe@${domain}${PLANTED.card}`, 'email', 'card');
      assertBoth(`jane.roe@${domain}${PLANTED.ssn}`, 'email', 'us_ssn');
      assertBoth(`jane.roe@${domain}+49 151 12345678`, 'email', 'phone');
    }
    assertBoth(`jane.roe@example.com${PLANTED.iban}`, 'email', 'iban');
  });

  it('are found before an address', () => {
    assertBoth(`${PLANTED.iban}jane.roe@example.com`, 'iban', 'email');
  });

  it('are found behind what is encoded', () => {
    assertBoth(`${HEX}${PLANTED.card}`, 'email', 'card');
    assertBoth(`${HEX}${PLANTED.iban}`, 'email', 'iban');
    assertBoth(`${HEX}378282246310005`, 'email', 'card');
  });

  it('are found behind what has no length of its own, by the groups that follow', () => {
    assertBoth(`${PLANTED.jwt}${PLANTED.card}`, 'jwt', 'card');
    assertBoth(`ghp_16C7e42F292c6912E7710c838347Ae178B4a${PLANTED.card}`, 'github_token', 'card');
  });

  it('are found one behind the other', () => {
    assertBoth(`jane@example.com${HEX}${PLANTED.card}`, 'email', 'email', 'card');
    assertBoth(`jane@example.com${PLANTED.card}joe@example.com${PLANTED.ssn}`, 'email', 'card', 'email', 'us_ssn');
  });

  it('have the same token as elsewhere', async () => {
    const { outcome } = await redact(`jane.roe@example.com${PLANTED.card}`, 'text/plain');
    const { outcome: alone } = await redact('jane.roe@example.com', 'text/plain');
    assert.ok(outcome.state === 'kept' && alone.state === 'kept');
    assert.deepEqual(outcome.values?.[0]?.commitment, alone.values?.[0]?.commitment);
  });

  it('take nothing away from an address that only ends like one', () => {
    assertBoth('jane.roe@example.community', 'email');
    assertBoth('jane.roe@example.com4711', 'email');
    assertBoth('2024jane@example.com', 'email');
  });
});

describe('base64 behind a prefix', () => {
  it('is found in values, paths and queries', () => {
    for (const text of [`v1_${BASE64}`, `see token-${BASE64} now`, `id35${BASE64}`]) {
      const { text: left } = redactor.text(text);
      assert.ok(left.includes('[redacted:email]') && !left.includes(BASE64.slice(12)), left);
    }
    const { path, query } = redactor.target(`/v1/x_${BASE64}?state=abc.${BASE64}`);
    assert.ok(!path.includes(BASE64.slice(12)), path);
    assert.ok(!query.includes(BASE64.slice(12)), query);
  });
});

describe('hexadecimal digits', () => {
  it('are read as far as they are text', () => {
    const { text } = redactor.text(
      `see ${Buffer.from('mail jane@example.com \xc3\xa9', 'latin1').toString('hex')}00ff01 now`,
    );
    assert.equal(text, 'see [redacted:email] now');
  });
});
