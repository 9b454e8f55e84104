import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { redact, redactJsonValue } from './bodies.ts';

const redactor = createRedactor();

async function check(contentType: string, cases: readonly (readonly [content: string, redacted: string])[]) {
  for (const [content, redacted] of cases) assert.equal((await redact(content, contentType)).output, redacted);
}

describe('what stands near a secret', () => {
  it('is none where its name only begins like one', async () => {
    const harmless = {
      secret_santa: 'IETF',
      cookiesAllowed: 'cl100k_base',
      cvv_provided: 'match',
      PWD: '/srv',
      tokens_used: 'some',
    };
    assert.deepEqual(await redactJsonValue(harmless), harmless);
    assert.deepEqual(await redactJsonValue({ secret_slack: 'h4Kd93kdD', token_prod: 'abc123DEF', PWD: 'hunter2' }), {
      secret_slack: '[redacted:credential]',
      token_prod: '[redacted:credential]',
      PWD: '[redacted:credential]',
    });
    assert.deepEqual(await redactJsonValue({ db_password_admin: 'hunter', token_encrypted: 'abc' }), {
      db_password_admin: '[redacted:credential]',
      token_encrypted: '[redacted:credential]',
    });
  });

  it('is none where a client has only said where it was', () =>
    check('application/x-www-form-urlencoded', [
      ['state=eyJ0YWIiOiJzdGFnaW5nIiwicGFnZSI6MTJ9', 'state=eyJ0YWIiOiJzdGFnaW5nIiwicGFnZSI6MTJ9'],
      ['state=af0ifjsldkjAAA1234567890', 'state=%5Bredacted%3Acredential%5D'],
    ]));

  it('is told by its parts in an assertion that is XML', async () => {
    await check('application/xml', [
      [
        '<a:Assertion ID="_a"><a:NameID>jane@example.com</a:NameID><a:Attribute Name="groups"><a:AttributeValue>staff' +
          '</a:AttributeValue></a:Attribute><d:SignatureValue>abcDEF123+/=</d:SignatureValue></a:Assertion>',
        '<a:Assertion ID="_a"><a:NameID>[redacted:email]</a:NameID><a:Attribute Name="groups"><a:AttributeValue>staff' +
          '</a:AttributeValue></a:Attribute><d:SignatureValue>[redacted:credential]</d:SignatureValue></a:Assertion>',
      ],
      ['<r><assertion>PHNhbWw+abc123</assertion></r>', '<r><assertion>[redacted:credential]</assertion></r>'],
    ]);
    assert.deepEqual(await redactJsonValue({ assertion: 'PHNhbWw' }), { assertion: '[redacted:credential]' });
  });
});

describe('keys of known issuers', () => {
  it('are found without a digit in them', () => {
    for (const key of [
      'rk_test_PmxRPordDgSbfmApkJjdxmwe',
      'glrt-pymwCABNIfthr-EmdVzs',
      'glft-D_rHGx-gr-ZlFGZKYEDz',
      'glpat-zAWShsjEFvZNur-YK-NE',
      'ASIAJCEFVHHIVPPYZHEV',
    ])
      assert.match(redactor.text(`"${key}"`).text, /^"\[redacted:\w+\]"$/, key);
    for (const word of ['glpat-rotation-guide-for-admins', 'sk_live_rotation_guide_for_admins'])
      assert.equal(redactor.text(word).text, word);
  });

  it('are found in a path, and with dashes in them', () => {
    for (const key of [
      '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw',
      '8110201543:AAHdqTcvCH1v-WJxfSeof-As0K5PALDsaw1',
    ])
      assert.equal(
        redactor.text(`https://api.example/bot${key}/getMe or ${key}`).text,
        'https://api.example/[redacted:credential]/getMe or [redacted:credential]',
      );
    for (const harmless of [
      '110201543:AA',
      'at 12345678:AAHdqTcvCH1v',
      '110201543:ABHdqTcvCH1v-WJxfSeof-As0K5PALDsaw1',
    ])
      assert.equal(redactor.text(harmless).text, harmless);
  });

  it('are signatures of calls by the header that they stand in', () => {
    for (const name of ['stripe-signature', 'x-hub-signature-256', 'x-slack-signature', 'x-shopify-hmac-sha256']) {
      const value = 't=1492774577,v1=5257a869e7ec,v0=6ffbb59b2300';
      const { fields } = redactor.headers('request_headers', [{ name, value }]);
      assert.deepEqual(fields, [{ name, value: '[redacted:credential]' }]);
      assert.equal(redactor.text(`${name}: ${value}`).text, `${name}: [redacted:credential]`);
    }
  });

  it('have their names behind labels in running text', () => {
    for (const [label, entity] of [
      ['Azure openai key:   ', 'azure_key'],
      ['Ocp apim subscription key - ', 'azure_key'],
      ['Twilio auth token - ', 'twilio_key'],
      ['Twilio token\t', 'twilio_key'],
      ['Azure openai key:\n  ', 'azure_key'],
      ['Cognitive services key: \r\n\t', 'azure_key'],
    ] as const)
      assert.equal(redactor.text(`${label}c4effdfe4b5c5d87360dc3f6564d9636`).text, `${label}[redacted:${entity}]`);
  });
});

describe('words around a number', () => {
  it('belong to the sentence and the field that they stand in', () => {
    assert.equal(
      redactor.text('NHS number 526-781-3990 is on the referral. Contact: +39 347 231 7669.').text,
      'NHS number [redacted:uk_nhs] is on the referral. Contact: [redacted:phone].',
    );
    assert.equal(
      redactor.text('see ?count=2&up=77.146.39.189%3A80').text,
      'see ?count=2&up=[redacted:ip_address]%3A80',
    );
    assert.equal(redactor.text('?note=1&courriel=jane@example.com').text, '?note=1&courriel=[redacted:email]');
  });

  it('say nothing about when something was done', async () => {
    assert.deepEqual(
      await redactJsonValue({
        dob: { lastupdated: '2022-11-28', updated_at: '2022-11-28', value: '1986-03-20' },
        patient: { created: 1755494165, 'last-seen': '1551039486' },
      }),
      {
        dob: { lastupdated: '2022-11-28', updated_at: '2022-11-28', value: '[redacted:date_of_birth]' },
        patient: { created: 1755494165, 'last-seen': '1551039486' },
      },
    );
  });

  it('say of an id in an object about somebody what the object is about', async () => {
    assert.deepEqual(await redactJsonValue({ nhs: { id: '9434765919' }, address: { id: 4841245131563 } }), {
      nhs: { id: '[redacted:uk_nhs]' },
      address: { id: 4841245131563 },
    });
  });

  it('name a number that another country has under the same name', async () => {
    assert.deepEqual(await redactJsonValue({ socialSecurityNumber: '62484476248' }), {
      socialSecurityNumber: '[redacted:br_cpf]',
    });
  });
});
