import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';

const redactor = createRedactor();

function textOf(text: string): string {
  return Buffer.from(redactor.text(Buffer.from(text).toString('latin1')).text, 'latin1').toString();
}

function assertLeft(...texts: readonly string[]): void {
  for (const text of texts) assert.equal(textOf(text), text);
}

describe('words around a number', () => {
  it('belong to the field that they stand in', () => {
    assertLeft(
      '{"component":"mobile","order_number":"987-988-65132"}',
      'component=mobile&order_number=415-555-2671',
      '{"unit":"mobile","build":"2126655410"}',
    );
    assert.equal(textOf('{"kind":"invoice","to":"+55 21 99310-5161"}'), '{"kind":"invoice","to":"[redacted:phone]"}');
    assert.equal(
      textOf('{"unit":"mobile","socialInsuranceNumber":"359-984-226"}'),
      '{"unit":"mobile","socialInsuranceNumber":"[redacted:ca_sin]"}',
    );
  });

  it('say nothing where the label is that of a count, a size or a model', () => {
    assertLeft(
      'NHS requests: 9434765919',
      'phone count: 2025550123',
      '"mobile_queue_size": 2025550123',
      'ssn-count: 219456780',
      '{"ssn_total":"219456780","customerphonecount":"2025550123"}',
      'article S1234567D',
    );
    for (const [text, found] of [
      ['NHS number verified: 943 476 5919', 'NHS number verified: [redacted:uk_nhs]'],
      ['routing number of the account: 021000021', 'routing number of the account: [redacted:us_routing]'],
      ['phone: 2025550123, count: 3', 'phone: [redacted:phone], count: 3'],
    ] as const)
      assert.equal(textOf(text), found);
  });

  it('belong to their sentence', () => {
    assert.equal(
      textOf('Nothing changed since the last release. http://192.168.0.32:8080/ answered'),
      'Nothing changed since the last release. http://[redacted:ip_address]:8080/ answered',
    );
    assertLeft('the last release 192.168.0.32 is out');
  });

  it('may be the name of a thing', () => {
    assertLeft(
      'call id 9500753155',
      'mobile app version 101.2.7055.154',
      'routing key orders.243200926',
      'routing table 063867934',
    );
    assert.equal(textOf('call 415 555 2671'), 'call [redacted:phone]');
    assert.equal(textOf('routing 063867934'), 'routing [redacted:us_routing]');
  });

  it('make a number that was mistyped one only when they stand right before it', () => {
    assert.equal(textOf('NHS number is 6051091509'), 'NHS number is [redacted:uk_nhs]');
    assertLeft('the NHS answered 6051091509 calls');
  });

  it('name a phone in phrases, too', () => {
    for (const phrase of ['my new number is', 'reach me on', 'meine Nummer ist', 'Rückruf unter', 'mon numéro est le'])
      assert.match(textOf(`${phrase} 0171 2345678`), /\[redacted:phone/);
    assertLeft('the order number is 0171 2345678');
  });
});

describe('a number with letters', () => {
  it('may have spaces and dashes of Unicode', () => {
    for (const gap of ['\u00a0', '\u2009', '\u202f', '\u2011', '\u2013']) {
      assert.match(textOf(`NINO ${['AB', '23', '10', '46', 'D'].join(gap)}.`), /^NINO \[redacted:uk_nino/);
      assert.match(textOf(`DNI 10058355${gap}H`), /^DNI \[redacted:es_dni/);
    }
  });
});

describe('an address of a network', () => {
  it('of decimal digits alone is one when no time has such a number', () => {
    assert.equal(textOf('station 02:99:09:79:78:45 left'), 'station [redacted:mac_address] left');
    assertLeft('timecode 10:11:12:13:14:15');
  });

  it('is no version of a product in what a form encodes', () => {
    assertLeft('Gecko)+Chrome/101.0.0.0+Safari/537.36', 'like+Gecko%29+Chrome%2f101.0.0.0+Safari%2f537.36');
  });
});

describe('a secret', () => {
  const secret = 'JmvotDluWo1BZxdRDDqYD768CM3HwgpABPZNtMt0';

  it('of AWS is found behind its id, and by words', () => {
    assert.equal(textOf(`aws: ${secret}`), 'aws: [redacted:aws_key]');
    assert.equal(textOf(`AKIAGKRBWFQMGYUJLMUG / ${secret}`), '[redacted:aws_key] / [redacted:aws_key]');
    assertLeft(`object ${secret}`, `aws commit ${secret.toLowerCase()}`);
  });

  it('may have marks in it that end the fields of other texts', () => {
    assert.equal(textOf('the password is Tr0ub4dor&3, really'), 'the password is [redacted:credential], really');
    assert.equal(
      textOf('Server=db;Password=Tr0ub4dor&3;Timeout=5'),
      'Server=db;Password=[redacted:credential];Timeout=5',
    );
    assert.equal(textOf('a=1&password=Tr0ub4dor&b=3'), 'a=1&password=[redacted:credential]&b=3');
  });
});

describe('a code of a card', () => {
  it('is named in several languages', () => {
    for (const name of ['code de sécurité :', 'código de seguridad', 'beveiligingscode:', 'three digit code'])
      assert.equal(textOf(`${name} 533.`), `${name} [redacted:card_code].`);
  });
});

describe('a path', () => {
  it('has no phone number of several of its parts', () => {
    assertLeft('/var/lib/mobile/313188/30923425.log');
    assert.match(textOf('Mobil 0171/2345678'), /\[redacted:phone/);
  });
});

describe('an id of digits', () => {
  it('is no card number behind the label of a harmless number, unless it is written as one', () => {
    assertLeft('Order number: 4111111111111111', 'ref=4111111111111111', 'invoice no. 4111111111111111');
    for (const text of ['Order number: 4111 1111 1111 1111', 'order paid by card 4111111111111111', '4111111111111111'])
      assert.match(textOf(text), /\[redacted:card:1111\]/);
  });

  it('says nothing against an address that stands farther behind', () => {
    for (const text of ['job on 10.2.3.4 failed', 'build agent 10.2.3.4', 'order from 10.2.3.4'])
      assert.match(textOf(text), /\[redacted:ip_address\]/);
    assertLeft('build: 10.2.3.4', 'app_version=10.2.3.4');
  });
});

describe('how letters end', () => {
  it('gives phones away by initials', () => {
    assert.equal(textOf('T: 030/718846 | M: 0171 2345678'), 'T: [redacted:phone] | M: [redacted:phone]');
    assertLeft('T: 4512345 | M: 12345678');
  });
});

describe('groups of digits', () => {
  it('of a longer number are no card, unless they are as on one', () => {
    assertLeft('order 967-3850134-8849103');
    assert.equal(textOf('12 4111 1111 1111 1111 77'), '12 [redacted:card:1111] 77');
  });
});
