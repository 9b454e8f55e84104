import assert from 'node:assert/strict';
import { keyClassifier } from '../../../src/redact/words/keys.ts';
import { createRedactor } from '../../../src/redact/index.ts';
import { redactJsonValue } from './bodies.ts';

async function leaves(...values: readonly unknown[]): Promise<void> {
  for (const value of values) assert.deepEqual(await redactJsonValue(value), value);
}

describe('names of fields', () => {
  const classify = keyClassifier();

  function ruleOf(name: string): string | undefined {
    return classify(name)?.rule.id;
  }

  it('of credentials are known in any spelling', () => {
    for (const name of [
      'password',
      'PASSWD',
      'dbPassword',
      'user[password]',
      'password_confirmation',
      'password2',
      'client_secret',
      'access_token',
      'refreshToken',
      'X-Api-Key',
      'x-amz-security-token',
      'x-goog-api-key',
      'Mcp-Session-Id',
      'private.key',
      'x-token-bin',
      'spring.datasource.password',
      'authorization',
      'session',
    ])
      assert.equal(ruleOf(name), 'name.credential', name);
  });

  it('of verification codes, PINs and social security numbers are known', () => {
    for (const name of ['cvv', 'CVC2', 'cardCvv', 'security_code', 'card_verification_value', 'cid'])
      assert.equal(ruleOf(name), 'name.card_code', name);
    for (const name of ['pin', 'PIN', 'card_pin', 'pinBlock', 'new_pin']) assert.equal(ruleOf(name), 'name.pin', name);
    for (const name of ['ssn', 'socialSecurityNumber']) assert.equal(ruleOf(name), 'name.us_ssn', name);
  });

  it('of other things are not', () => {
    for (const name of ['total_tokens', 'tokenType', 'mapping', 'secretary', 'idea', 'keyboard'])
      assert.equal(ruleOf(name), undefined, name);
  });

  it('of secrets say nothing where the value is a count, a version or a pin of a board', async () => {
    await leaves({ pass: 120, fail: 3 }, { pass: true }, { signature: 'v1' }, { pin: 'D13' }, { pin: 'A0' });
    for (const [name, value] of Object.entries({ pass: 'x17', signature: 'v1=ab', pin: '0171' }))
      assert.match(JSON.stringify(await redactJsonValue({ [name]: value })), /redacted/, name);
  });

  it('can be added', () => {
    const redactor = createRedactor({ credentialNames: ['X-Door-Code'] });
    const { fields } = redactor.headers('request_headers', [{ name: 'x-door-code', value: 'abc' }]);
    assert.deepEqual(fields, [{ name: 'x-door-code', value: '[redacted:credential]' }]);
  });

  it('are classified alike however many were seen', () => {
    for (let i = 0; i < 10_000; i += 1) assert.equal(ruleOf(`stage-${i}-x`), undefined);
    assert.equal(ruleOf('late_password'), 'name.credential');
  });
});
