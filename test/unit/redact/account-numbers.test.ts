import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { redact, redactJsonValue } from './bodies.ts';

const redactor = createRedactor();

function textOf(text: string): string {
  return redactor.text(text).text;
}

describe('the number of a payment card', () => {
  it('is not what stands under the name of an id', async () => {
    for (const name of ['id', 'variant_id', 'messageId', 'trace', 'merchantid', 'correlation-id', 'ref'])
      for (const value of ['4211734763407153', 4211734763407153, '36700102000000'])
        assert.deepEqual(await redactJsonValue({ [name]: value }), { [name]: value });
  });

  it('is one under the name of an id that is written as on a card, and under one of payments', async () => {
    assert.deepEqual(
      await redactJsonValue({ id: '4111 1111 1111 1111', cardId: '4111111111111111', paid: '4111111111111111' }),
      {
        id: '[redacted:card:1111]',
        cardId: '[redacted:card:1111]',
        paid: '[redacted:card:1111]',
      },
    );
    assert.deepEqual(await redactJsonValue({ card: { id: '4111111111111111' } }), {
      card: { id: '[redacted:card:1111]' },
    });
    assert.deepEqual(await redactJsonValue({ note: '4111111111111111' }), { note: '[redacted:card:1111]' });
  });

  it('leaves nothing of the track that it stands on', () => {
    for (const [track, left] of [
      [';4111111111111111=25121010000012345678?', ';[redacted:card:1111][redacted:card_code]'],
      ['4111111111111111=2512101', '[redacted:card:1111][redacted:card_code]'],
      ['4111111111111111D25121010000012345678F', '[redacted:card:1111][redacted:card_code]'],
      [
        '%B4111111111111111^DOE/JANE Q^25121010000000012300456000000?',
        '%B[redacted:card:1111]^[redacted:person_name]^[redacted:card_code]',
      ],
    ] as const) {
      assert.equal(textOf(`swiped ${track} today`), `swiped ${left} today`);
      assert.equal(textOf(textOf(`swiped ${track} today`)), `swiped ${left} today`);
    }
  });
});

/** Digits of ASCII in another script, by its zero. */
function inScript(zero: number, digits: string): string {
  return digits.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
}

describe('a number in digits that are not those of ASCII', () => {
  const scripts = { wide: 0xff10, Arabic: 0x660, Persian: 0x6f0, Devanagari: 0x966, Thai: 0xe50, bold: 0x1d7ce };

  for (const [script, zero] of Object.entries(scripts))
    it(`is found: ${script}`, async () => {
      for (const number of ['4111111111111111', '4111 1111 1111 1111']) {
        const written = inScript(zero, number);
        const masked = '[redacted:card]';
        assert.deepEqual(await redactJsonValue({ a: written, b: `card ${written} ok` }), {
          a: masked,
          b: `card ${masked} ok`,
        });
        const body = await redact(`see ${written} ok`, 'text/plain');
        assert.equal(body.output, `see ${masked} ok`);
        const escapes = written.replace(/[^ ]/gu, (c) =>
          Array.from({ length: c.length }, (_, i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
        );
        if (zero < 0x10000)
          assert.equal((await redact(`{"a":"${escapes}"}`, 'application/json')).output, `{"a":"${masked}"}`);
      }
    });

  it('is found with letters that are as wide', async () => {
    const wide = (text: string): string => text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
    assert.deepEqual(await redactJsonValue({ a: wide('jane@example.com'), b: wide('GB82WEST12345698765432') }), {
      a: '[redacted:email]',
      b: '[redacted:iban]',
    });
  });

  it('is left when it is short', async () => {
    const harmless = { a: '\uff11\uff12\uff13\uff14', b: '\u6771\u4eac\u90fd\uff11\u4e01\u76ee\uff12\uff0d\uff13' };
    assert.deepEqual(await redactJsonValue(harmless), harmless);
  });
});

describe('an IBAN', () => {
  it('has letters and digits where its country has them, unless it is called one', async () => {
    for (const code of ['be21-6eb31a8ba5af', 'BE216EB31A8BA5AF'])
      assert.equal(textOf(`see ${code} there`), `see ${code} there`);
    assert.equal(textOf('IBAN: BE21 6EB3 1A8B A5AF'), 'IBAN: [redacted:iban:A5AF]');
    assert.deepEqual(await redactJsonValue({ iban: 'BE216EB31A8BA5AF', etag: 'BE216EB31A8BA5AF' }), {
      iban: '[redacted:iban:A5AF]',
      etag: 'BE216EB31A8BA5AF',
    });
    assert.equal(textOf('pay to be68 5390 0754 7034 now'), 'pay to [redacted:iban:7034] now');
  });
});

describe('numbers of documents', () => {
  it('of hospitals may be pairs of digits, and of passports nearly all letters', () => {
    assert.equal(textOf('MRN: 55-66-36'), 'MRN: [redacted:medical_record]');
    assert.equal(textOf('MRN: 10-11-71'), 'MRN: [redacted:medical_record]');
    assert.equal(
      textOf('The passport number is CKWMTFRT4, issued'),
      'The passport number is [redacted:passport], issued',
    );
    for (const text of ['medical record 12-10-2020', 'passport 12-10-20', 'passport structure4'])
      assert.equal(textOf(text), text);
  });
});

describe('names in one piece', () => {
  it('tell what number stands under them by their start or end', async () => {
    assert.deepEqual(
      await redactJsonValue({
        companyein: '83-1669483',
        cnpjfornecedor: '22986756000356',
        dnititular: '10058355H',
        hw_address: 'B80C2784BD7A',
      }),
      {
        companyein: '[redacted:us_ein]',
        cnpjfornecedor: '[redacted:br_cnpj]',
        dnititular: '[redacted:es_dni]',
        hw_address: '[redacted:mac_address]',
      },
    );
  });
});
