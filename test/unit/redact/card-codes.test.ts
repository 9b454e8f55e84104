import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { ruleApplies } from '../../../src/redact/words/key-rule.ts';
import { keyClassifier } from '../../../src/redact/words/keys.ts';
import { cut, redact, redactJsonValue, redactPieces } from './bodies.ts';

const CODE = '[redacted:card_code]';
const classify = keyClassifier();
const redactor = createRedactor();

const textOf = (text: string): string => redactor.text(text).text;
const bodyOf = async (text: string, type = 'text/plain'): Promise<string> => (await redact(text, type)).output;

describe('card verification codes', () => {
  it('are known by the names that payment services give them', async () => {
    const names =
      'card_csc cardCsc card_cvn EWAY_CARDCVN ccv creditCardCcv cc_cvn cardCvn cc_cid cardCvd cv2Number cardCv2 cv_code ' +
      'cardSecurityNumber payment_cvn cvn_value card.cid creditcardcsc CardCV2Code';
    for (const name of names.split(' ')) {
      assert.deepEqual(await redactJsonValue({ [name]: '987' }), { [name]: CODE }, name);
      assert.deepEqual(await redactJsonValue({ [name]: 9876 }), { [name]: CODE }, name);
    }
  });

  it('are known in objects and elements under a short name', async () => {
    assert.deepEqual(
      await redactJsonValue({ cvn: { number: '987' }, csc: { value: '987' }, cid: { code: '9876', of: ['987'] } }),
      { cvn: { number: CODE }, csc: { value: CODE }, cid: { code: CODE, of: [CODE] } },
    );
    assert.equal(
      await bodyOf('<cvn><number>987</number></cvn>', 'application/xml'),
      `<cvn><number>${CODE}</number></cvn>`,
    );
  });

  it('and what a chip tells beside them are known by their name, as bytes in hexadecimal and Base64', async () => {
    const hex = '5A0841111111111111115F24032712319F2608A1B2C3D4E5F60708';
    const spaced = hex.replaceAll(/..(?=.)/g, '$& ').toLowerCase();
    for (const value of [hex, spaced, Buffer.from(hex, 'hex').toString('base64')])
      for (const name of ['emvData', 'icc_data', 'IccRltdData', 'field55', 'EMV'])
        assert.deepEqual(await redactJsonValue({ [name]: value }), { [name]: CODE }, `${name}: ${value}`);
    const harmless = { emv: true, emvData: 'contactless-supported', emvTags: ['9F02', '5F2A'], field55: 'not present' };
    assert.deepEqual(await redactJsonValue(harmless), harmless);
  });

  it('are left where a short name stands for something else', async () => {
    const harmless = {
      ...{ cid: 'c-81723', csc: 'Customer Service Center', cvd: 12, cvn: { name: 'x' }, card_id: '987', ccid: '98765' },
      ...{ cvnResult: '123', card_cvn_status: '200', accident: 987, cvs: '987', cv: '987', customerCid: '987' },
    };
    assert.deepEqual(await redactJsonValue(harmless), harmless);
    const rule = classify('card_cid');
    assert.ok(rule !== undefined && !ruleApplies(rule, '17') && !ruleApplies(rule, 'abc'));
  });

  it('are known in running text by a label of several words', () => {
    for (const label of ['Security code', 'Card security code', 'CVV code', 'CVV#', 'CVV #', 'my CVV no.', 'CVV*'])
      assert.equal(textOf(`x, ${label}: 987. Thanks`), `x, ${label}: ${CODE}. Thanks`, label);
    assert.equal(textOf('Security code (CVV): 987'), `Security code (CVV): ${CODE}`);
    for (const harmless of [
      'Country code: 987',
      'exit code: 137',
      'Order #: 98765',
      'Order number: 987',
      'set(token): string',
      'cvv: 1.234',
      'cvv: 2024-01-02',
      'cvv code: see the back',
      'pin: 12:30',
    ])
      assert.equal(textOf(harmless), harmless);
  });

  it('are known in JSON that is sent as text, and on the line behind their name', async () => {
    for (const text of [
      'cvv:\n987',
      'cvv:\r\n  987',
      '{"cvv":[987]}',
      '{"cvv":\n987}',
      '{"cvv": [\n    "987"\n  ]}',
      '{cvv:987}',
    ])
      assert.equal(await bodyOf(text), text.replace('987', CODE), text);
    for (const harmless of ['codes:\n987', 'the cvv\n987', 'cvv:\n\n987', 'password:\nnext: 1'])
      assert.equal(await bodyOf(harmless), harmless);
  });

  it('are known behind a card number and its month and year, or before those', () => {
    for (const [number, list] of [
      ['4111111111111111', '#|12|2027|«737»|Jane'],
      ['4111111111111111', '#,12,27,«737»,10001'],
      ['4111111111111111', '#;01;2027;«737»'],
      ['4111111111111111', '#:12/27:«737»'],
      ['4111111111111111', '#:«737»:12:27'],
      ['4111111111111111', '#\t1\t2027\t«737»'],
      ['4111 1111 1111 1111', '# 12/27 «737»'],
      ['4111-1111-1111-1111', 'card # exp 12/27, «737».'],
      ['378282246310005', '"#","1227","«7373»"'],
      ['378282246310005', '#%7C12%7C2027%7C«7373»'],
    ] as const) {
      const text = list.replace('#', number).replace(/[«»]/g, '');
      const marked = list.replace('#', `[redacted:card:${number.slice(-4)}]`).replace(/«\d+»/, CODE);
      assert.equal(textOf(text), marked);
    }
  });

  it('are known so in the cells of a table without names', async () => {
    const card = '[redacted:card:1111]';
    for (const [row, redacted] of [
      ['4111111111111111,12,2027,737,Jane', `${card},12,2027,${CODE},Jane`],
      ['x;"4111 1111 1111 1111";"12/27";"737"', `x;"${card}";"12/27";"${CODE}"`],
      ['4111111111111111,12,2027,73712', `${card},12,2027,73712`],
      ['4111111111111112,12,2027,737', '4111111111111112,12,2027,737'],
    ] as const)
      assert.equal(await bodyOf(`${row}\n${row}\n`, 'text/csv'), `${redacted}\n${redacted}\n`);
    const named = 'card,quantity,year,amount\n4111111111111111,12,2027,737\n';
    assert.equal(await bodyOf(named, 'text/csv'), named.replace('4111111111111111', card));
  });

  it('are none behind a card number and a time, an amount or another number', () => {
    for (const behind of [
      ' 2024-01-12 12:30:45',
      ' 12/27 100.00',
      '|13|2027|737',
      '|12|2087|737',
      ',12,2027',
      ' 12/27 73712',
      ' 12/27 737x',
    ])
      assert.equal(textOf(`4111111111111111${behind}`), `[redacted:card:1111]${behind}`);
    assert.equal(textOf('4111111111111112|12|2027|737'), '4111111111111112|12|2027|737');
  });

  it('on the line behind their name come out the same however the body is cut', async () => {
    const text = `${'a b:\n'.repeat(40)}cvv:\n987\n${'x'.repeat(300)} cvv=\n[987] ${'key:\n'.repeat(5000)}cvv:\r\n987`;
    const whole = await bodyOf(text);
    assert.equal(whole, text.replaceAll('987', CODE));
    for (const [size, blockBytes] of [
      [1, 16_384],
      [7, 5],
      [1000, 1],
      [5, 4096],
    ] as const) {
      const pieces = cut(Buffer.from(text), [size]);
      const { output } = await redactPieces(
        pieces,
        { contentType: 'text/plain' },
        createRedactor({ limits: { blockBytes } }),
      );
      assert.equal(output, whole);
    }
  });
});
