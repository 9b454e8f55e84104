import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { redact, redactJsonValue } from './bodies.ts';

const PHONE = '[redacted:phone]';
const redactor = createRedactor({ limits: { maxHeaderValueBytes: 1_000_000 } });
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
const textOf = (text: string): string => redactor.text(utf8(text)).text;

describe('phone numbers', () => {
  it('are known by themselves with their country code', () => {
    for (const number of [
      ...['+14155552671', '+1 415-555-2671', '+1 (415) 555-2671', '+442079460958', '+44 20 7946 0958'],
      ...['+44 (0)20 7946 0958', '+49 151 12345678', '+49-30-2345678', '+33 6 12 34 56 78', '+55 11 98765-4321'],
      ...['+65 9123 4567', '+91 98765 43210', '+61 412 345 678', '(+34) 612 34 56 78', '0049 151 12345678'],
    ])
      assert.equal(
        textOf(`from ${number}, twice`).replace(`(${PHONE})`, PHONE).replace(`(${PHONE}`, PHONE),
        `from ${PHONE}, twice`,
        number,
      );
  });

  it('are no cards behind a plus, though they have the check digit of one', async () => {
    assert.deepEqual(await redactJsonValue([{ to: '+4917640317013' }, { to: '4917640317013' }]), [
      { to: PHONE },
      { to: '[redacted:card:7013]' },
    ]);
    assert.equal(textOf('+378282246310005'), '+[redacted:card:0005]');
    const { output } = await redact('{"to":"\\u002B4917640317013"}', 'application/json');
    assert.equal(output, `{"to":"${PHONE}"}`);
  });

  it('are known by themselves in the groups of North America and Brazil', () => {
    for (const number of [
      '(415) 555-2671',
      '(415)555-2671',
      '415-555-2671',
      '415.555.2671',
      '1-415-555-2671',
      '(11) 98765-4321',
    ])
      assert.equal(textOf(`see ${number} there`), `see ${PHONE} there`, number);
  });

  it('are known by the name of their field, in any form', async () => {
    const numbers = ['0151 12345678', '06 12 34 56 78', '020 7946 0958', '4155552671', '98765 43210', '555-0100'];
    const names = ['phone', 'phoneNumber', 'phone_number', 'MOBILE', 'mobile-number', 'tel', 'homePhone', 'cellphone'];
    const others = ['Telefon', 'handynummer', 'téléphone', 'teléfono', 'móvil', 'celular', 'msisdn', '電話番号'];
    for (const name of [...names, ...others, 'customerphonenumber', 'emergencyContactPhone', 'fax'])
      for (const number of numbers)
        assert.deepEqual(await redactJsonValue({ [name]: number }), { [name]: PHONE }, `${name} ${number}`);
    assert.deepEqual(await redactJsonValue({ phone: 4155552671, phones: [{ type: 'home', value: '0151 12345678' }] }), {
      ...{ phone: PHONE, phones: [{ type: 'home', value: PHONE }] },
    });
    assert.deepEqual(await redactJsonValue([{ system: 'phone', value: '078 692 77 95' }]), [
      { system: 'phone', value: PHONE },
    ]);
  });

  it('are known by the words around', async () => {
    for (const [before, behind] of [
      ...[
        ['Phone: ', ''],
        ['Call me on ', ' after five.'],
        ['You can reach us by telephone at ', '.'],
        ['Tel. ', ''],
      ],
      ...[
        ['mobile=', ' verified'],
        ['Appelez-nous au ', ' (téléphone)'],
        ['Teléfono: ', ''],
        ['My cell is ', '.'],
      ],
    ] as [string, string][])
      for (const number of ['0151 12345678', '06 12 34 56 78', '612 34 56 78', '020 7946 0958'])
        assert.equal(textOf(`${before}${number}${behind}`), utf8(`${before}${PHONE}${behind}`), before + number);
    const form = await redact('a=1&phone=0151+12345678&b=2', 'application/x-www-form-urlencoded');
    assert.equal(decodeURIComponent(form.output), `a=1&phone=${PHONE}&b=2`);
  });

  it('are replaced with their extension', () => {
    for (const extension of ['x123', ' ext. 5', ' ext 42', ' #12', ', extension 7'])
      assert.equal(textOf(`call 415-555-2671${extension}.`), `call ${PHONE}.`, extension);
  });

  it('are left where nothing speaks for them, and where they are something else', async () => {
    for (const harmless of [
      ...['order 4155552671', 'ticket 415-555-2671', 'id 0151 12345678', '2019-2024', '1990-2005 phone', '12.03.1984'],
      ...['1700000000', '2026-11-25 23:34:06', 'phone v5.12.1', '52.520008 13.404954', '3908-1606-3012'],
      ...['+1234567', 'a+4915112345679', 'GMT+0100 (2026)', '550e8400-e29b-41d4-a716-446655440000', '9300-48163-2'],
      ...[
        'mobile app 63696316-R',
        'see 46071 200 364',
        'The call took 12345678 ms; job 131338154 is done',
        '978-0-306-40615-7',
      ],
    ])
      assert.equal(textOf(harmless), harmless);
    const about = {
      phoneId: '4155552671',
      phone_model: '12345678',
      phoneCount: 1234567,
      order: { number: '4155552671' },
    };
    assert.deepEqual(await redactJsonValue(about), about);
  });

  it('that nobody has are found as they are in examples, and by words for phones', () => {
    for (const number of ['(555) 123-4567', '+1 (555) 010-9999', '+1-555-123-4567'])
      assert.equal(textOf(`see ${number}.`), `see ${PHONE}.`);
    assert.equal(textOf('sent SMS to +44 7700 440147 today'), `sent SMS to ${PHONE} today`);
    for (const harmless of ['RMA (123) 456-7890', 'score +12 345 678', 'see +44 7700 440147'])
      assert.equal(textOf(harmless), harmless);
  });

  it('are looked up in numbering plans a bounded number of times for one text, and then believed by their shape', () => {
    const invalid = '+44 000 000 0000, ';
    const redacted = textOf(invalid.repeat(1000));
    assert.ok(redacted.startsWith(invalid.repeat(10)));
    assert.ok(redacted.endsWith(`${PHONE}, ${PHONE}, `));
  });
});
