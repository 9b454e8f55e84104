import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { redact, redactJsonValue } from './bodies.ts';

const SSN = '[redacted:us_ssn]';
const redactor = createRedactor();
const textOf = (text: string): string => redactor.text(text).text;
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

describe('social security numbers', () => {
  it('are known by their name, in groups with any space or dash', async () => {
    for (const number of [
      '123 45 6789',
      '123-45-6789',
      '123456789',
      '123\u201145\u20116789',
      '123\u00a045\u00a06789',
    ]) {
      for (const before of ['SSN: ', 'ssn=', 'Social security number: ', '"ssn": "', 'SSN:\n'])
        assert.equal(textOf(utf8(`${before}${number}, x`)), `${before}${SSN}, x`, before + number);
      assert.deepEqual(await redactJsonValue({ ssn: number, applicantSsn: number }), { ssn: SSN, applicantSsn: SSN });
    }
    assert.deepEqual(await redactJsonValue({ ssn_of_spouse: 123456789, borrowerssn: '123456789' }), {
      ...{ ssn_of_spouse: SSN, borrowerssn: SSN },
    });
  });

  it('are known by their name in parts', async () => {
    assert.deepEqual(await redactJsonValue({ ssn: ['123', '45', 6789], a: ['123', '45'] }), {
      ...{ ssn: [SSN, SSN, SSN], a: ['123', '45'] },
    });
    assert.deepEqual(await redactJsonValue({ ssn: { area: '123', group: 45, serial: '6789', valid: true } }), {
      ssn: { area: SSN, group: SSN, serial: SSN, valid: true },
    });
  });

  it('are known by their name as the last four digits alone', async () => {
    for (const name of ['ssn_last4', 'ssnLast4', 'last4_ssn', 'ssn_last_four', 'last_4_of_ssn', 'socialSecurityLast4'])
      assert.deepEqual(await redactJsonValue([{ [name]: '6789' }, { [name]: 6789 }]), [
        { [name]: SSN },
        { [name]: SSN },
      ]);
    const others = { last4: '6789', ssn_last_checked: '2025', card_last4: '6789' };
    assert.deepEqual(await redactJsonValue(others), others);
  });

  it('are known by their dashes, those of Unicode among them, and behind a word', async () => {
    for (const dash of ['-', '\u2010', '\u2011', '\u2012', '\u2013', '\u2212']) {
      const number = ['219', '45', '6780'].join(dash);
      assert.equal(textOf(utf8(`no ${number}!`)), `no ${SSN}!`, dash);
      const escaped = JSON.stringify({ a: number }).replaceAll(
        dash,
        `\\u${dash.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
      assert.equal((await redact(escaped, 'application/json')).output, `{"a":"${SSN}"}`, dash);
    }
    assert.equal(textOf('id-219-45-6780'), `id-${SSN}`);
  });

  it('are left where digits are something else', () => {
    for (const harmless of [
      '219-45\u20136780',
      '1-219-45-6780',
      '219-45-6780-1',
      '219 45 6780',
      '219-45-6780-X',
      '666-45-6780',
      'order 219\u201345',
      'ssn: 12345',
      'ssn=none',
      'ssn: 123-45-6789-1',
      'lesson: 123',
      'class: 1234',
      '0af76519-16cd-43dd-219-45-6780-a81c',
      'id 555-0100 or 219-456-780',
    ])
      assert.equal(textOf(utf8(harmless)), utf8(harmless));
  });
});

describe('payment cards', () => {
  it('are known in printed groups with spaces and dashes mixed, and with those of Unicode', async () => {
    assert.equal(textOf('no 4111-1111 1111-1111!'), 'no [redacted:card:1111]!');
    assert.equal(textOf('3782 822463-10005'), '[redacted:card:0005]');
    for (const space of ['\u2003', '\u2011', '\u202f', '\u3000', '\u00a0']) {
      const card = ['4111', '1111', '1111', '1111'].join(space);
      assert.equal(textOf(utf8(card)), '[redacted:card:1111]', space);
      const body = `{"a":"${card.replaceAll(space, `\\u${space.charCodeAt(0).toString(16).padStart(4, '0')}`)}"}`;
      assert.equal((await redact(body, 'application/json')).output, '{"a":"[redacted:card:1111]"}', space);
    }
  });

  it('are left where mixed groups are printed in no such way', () => {
    for (const harmless of ['411-11111 111-11111', '4111-1111-1111 11-11', '41-11 1111 1111 1111'])
      assert.equal(textOf(harmless), harmless);
  });
});
