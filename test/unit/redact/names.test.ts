import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRedactor } from '../../../src/redact/index.ts';
import { ruleApplies } from '../../../src/redact/words/key-rule.ts';
import { keyClassifier } from '../../../src/redact/words/keys.ts';

const anywhere = keyClassifier();
const header = keyClassifier([], 'header');
const parameter = keyClassifier([], 'parameter');

const IS_SECRET = /^name\.(?:credential|aws_key|azure_key)$/;
const SECRETS =
  'accountKey dbPass user_pass passwordHash privateKeyPem recoveryCode backup_codes aws_access_key_id ' +
  'apiKeyId tokenValue token_hash secretValue passwort kennwort clave mnemonic signature sid pw security_answer ' +
  'subscription-key functions_key licenseKey consumerKey masterKey encrypted_password oauth2Token';
const HEADERS =
  'x-gateway-subscription-key x-functions-key x-auth x-original-authorization x-authorization-original x-app-key x-cookie ' +
  'x-original-cookie x-credential x-sid x-session x-signature x-hub-signature authentication authentication-info ' +
  'x-client-key x-consumer-key x-master-key x-license-key';
const CARD_CODES =
  'cvvCode cvcCode cvv_code cvv_number cvvNumber cvc_number cvvValue CVV2Val cvNumber cv2 cvd cvdValue cvx cvn ' +
  'cardCvvNumber securityCode card_verification_value verificationValue encryptedCvv';
const HARMLESS =
  'author authority tokenizer tokenType token_endpoint tokenExpiresAt sessionCount session_duration pinned shipping ' +
  'postcode postalCode zip_code zipcode statusCode countryCode errorCode code key keyboard primaryKey partition_key ' +
  'public_key cacheKey idempotency-key passenger boardingPass compass secretary passwordPolicy password_expires_at ' +
  'hasPasswordChanged cookiePolicy cookie_consent cvvCheck cvc_check cvvResult total_tokens max_tokens promptTokens ' +
  'signatureAlgorithm authMethod authenticationMethod credentialType design assignee customerCid signal monkey turkey';

describe('names', () => {
  it('of secrets are known by their words', () => {
    for (const name of SECRETS.split(' ')) assert.match(anywhere(name)?.rule.id ?? '', IS_SECRET, name);
    for (const name of HEADERS.split(' ')) assert.match(header(name)?.rule.id ?? '', IS_SECRET, name);
  });

  it('of card verification codes are known by their words', () => {
    for (const name of CARD_CODES.split(' ')) {
      const rule = anywhere(name);
      assert.ok(rule?.rule.id === 'name.card_code' && ruleApplies(rule, '123'), name);
    }
  });

  it('that only look like them are left', () => {
    for (const name of HARMLESS.split(' '))
      for (const value of ['7', 'hello', 'AB-1234'])
        for (const classify of [anywhere, header, parameter]) {
          const rule = classify(name);
          assert.ok(rule === undefined || !ruleApplies(rule, value), `${name} ${value}`);
        }
  });

  it('of a caller’s id that reads CID are no card code, unless they have a code’s digits', () => {
    const rule = anywhere('cid');
    assert.ok(
      rule !== undefined && ruleApplies(rule, '123') && !ruleApplies(rule, 'c-81723') && !ruleApplies(rule, '12345'),
    );
  });

  it('of numbers of tokens are left, and of tokens are not', () => {
    const rule = anywhere('tokens');
    assert.ok(rule !== undefined && !ruleApplies(rule, '1200') && ruleApplies(rule, 'abc1'));
  });

  it('are known in any spelling of their words', () => {
    const words = fc.constantFrom('password', 'secret', 'token', 'credential', 'apikey');
    const noise = fc.constantFrom('db', 'user', 'app', 'main', 'x', 'svc');
    const spell = fc.constantFrom(
      (parts: string[]) => parts.join('_'),
      (parts: string[]) => parts.join('-').toUpperCase(),
      (parts: string[]) => parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join(''),
      (parts: string[]) => parts.join('.'),
    );
    const tail = fc.constantFrom('value', 'hash', 'old', 'id', 'for');
    fc.assert(
      fc.property(noise, words, fc.option(tail, { nil: undefined }), spell, (before, word, after, write) => {
        const name = write([before, word, ...(after === undefined ? [] : [after])]);
        assert.equal(anywhere(name)?.rule.id, 'name.credential', name);
      }),
    );
  });
});

describe('names in queries and forms', () => {
  const redactor = createRedactor();
  const opaque = 'hyizNXKrezi8ZsYMwZYAyTzJ3j2n4HEU';

  it('may mean a secret by the shape of their value', () => {
    for (const name of ['code', 'key', 'sig', 'signature', 'sid', 'pw', 'state', 'ticket', 'subscription-key', 'hmac'])
      assert.ok(!redactor.target(`/x?${name}=${opaque}`).query.includes(opaque), name);
    for (const query of ['code=DE', 'code=4711', 'key=name', 'state=CA', 'state=open', 'code=invalid_request_error'])
      assert.equal(redactor.target(`/x?${query}`).query, query);
  });

  it('of codes that sign in are known, by what these look like where the name says too little', () => {
    for (const [name, value] of [
      ['device_code', '1LJlBVMu4rID1CSdiIHpvQOPs5GO'],
      ['user_code', 'WDJB-MJHT'],
      ['transactionKey', '8IaAwXvG7XyGKXg5'],
      ['csrf', 'a8Jd72Kdmw82'],
      ['xsrf', 'a8Jd72Kdmw82'],
      ['tarjetaVerificationCode', '360'],
    ] as const) {
      const rule = anywhere(name);
      assert.ok(rule !== undefined && ruleApplies(rule, value), name);
    }
    for (const [name, value] of [
      ['device_code', 'A12'],
      ['user_code', 'u1001'],
      ['csrf', 'true'],
      ['cvv', 'unchecked'],
      ['cvvProvided', 'match'],
      ['clave_curp', 'DOLB680114MDFGGL28'],
    ] as const) {
      const rule = anywhere(name);
      assert.ok(rule?.rule.entity === 'national_id' || rule === undefined || !ruleApplies(rule, value), name);
    }
  });

  it('of numbers of social security stand beside those of other countries, too', () => {
    const body = createRedactor().text(
      '{"socialSecurityNumber":"07475073092","companyein":"27-2345678","protein":"27-2345678"}',
    );
    assert.match(body.text, /"\[redacted:br_cpf[^"]*","companyein":"\[redacted:us_ein[^"]*","protein":"27-2345678"/);
  });
});
