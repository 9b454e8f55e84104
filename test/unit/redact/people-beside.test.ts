import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { checkHoweverCut, pairOf, redact, redactJsonValue } from './bodies.ts';

const NAME = '[redacted:person_name]';
const ADDRESS = '[redacted:postal_address]';
const FORM = 'application/x-www-form-urlencoded';

async function checkCsv(marked: string, entity = 'person_name'): Promise<void> {
  const [text, redacted] = pairOf(marked, entity);
  assert.equal((await redact(text, 'text/csv')).output, redacted);
}

function asForm(marked: string): readonly [text: string, redacted: string] {
  return [marked.replace(/[«»]/g, ''), marked.replace(/«[^»]*»/g, '%5Bredacted%3Aperson_name%5D')];
}

describe('a name that may be that of a thing', () => {
  it("is somebody's in a table with a column that only persons have", async () => {
    await checkCsv('nom,prenom,ville\n«Dupont»,«Jean»,Paris\n«Martin»,«Anna»,Lyon\n');
    await checkCsv('name;email;plan\n«Jane Roe»;;basic\nAcme GmbH;;pro\n');
    await checkCsv('nom,ville\nDupont,Paris\n');
    await checkCsv('name,city,stock\nGarden Chair,Paris,12\n');
  });

  it("is somebody's in a form with a field that only persons have, before it or behind", async () => {
    for (const marked of [
      'nom=«Dupont»&ville=Paris&prenom=«Jean»&x=1',
      'prenom=«Jean»&ville=Paris&nom=«Dupont»',
      'nom=Dupont&ville=Paris',
      'name=Garden+Chair&city=Paris&email=',
    ]) {
      const [text, redacted] = asForm(marked);
      assert.equal((await redact(text, FORM)).output, redacted);
      assert.equal(createRedactor().target(`/x?${text}`).query, redacted);
    }
  });

  it('is put out the same however the form is cut', async () => {
    await checkHoweverCut('nom=Dupont&ville=Paris&x=%41&name=Anna', FORM);
    const [text, redacted] = asForm('nom=«Dupont»&a=1&b=%42&prenom=«Jean»&c=3');
    const redactor = createRedactor();
    const body = redactor.body({ part: 'request_body', contentType: FORM }, new Uint8Array(32));
    const outputs: Uint8Array[] = [];
    for (const byte of Buffer.from(text)) outputs.push(await body.write(Uint8Array.of(byte)));
    const outcome = await body.end();
    assert.ok(outcome.state === 'kept');
    assert.equal(Buffer.concat([...outputs, outcome.tail]).toString(), redacted);
  });
});

describe('several codes of cards', () => {
  it('in one cell of a column for them are never kept', async () => {
    await checkCsv('order,csc\n1,«737»\n2,"«737;738»"\n3,«737|7381|739»\n4,unknown\n', 'card_code');
    assert.deepEqual(await redactJsonValue({ csc: '737, 738', cvn: '1,234,567', cid: 'a737' }), {
      csc: '[redacted:card_code]',
      cvn: '1,234,567',
      cid: 'a737',
    });
  });
});

describe('numbers by the names that they stand under', () => {
  it('are those of taxpayers, of patients and of accounts at banks', async () => {
    for (const [name, value, marker] of [
      ['steuernummer', '12/345/67890', '[redacted:national_id]'],
      ['Steuer-Nr', '133/8150/8159', '[redacted:national_id]'],
      ['patientId', 'P-1234567', '[redacted:medical_record]'],
      ['patient_id', '884123', '[redacted:medical_record]'],
      ['kontonummer', '1234567890', '[redacted:iban:7890]'],
      ['utr', '12345 67890', '[redacted:national_id]'],
      ['knownTravelerNumber', '123456789', '[redacted:national_id]'],
      ['ip_pin', '123456', '[redacted:pin]'],
      ['debtorBban', '370400440532013000', '[redacted:iban:3000]'],
      ['bankAccountNumber', '0012 3456 789', '[redacted:iban:6789]'],
      ['numero_de_cuenta', '20854503000233041576', '[redacted:iban:1576]'],
    ] as const) {
      assert.deepEqual(await redactJsonValue({ [name]: value }), { [name]: marker });
      const csv = (await redact(`a,${name}\n1,${value}\n`, 'text/csv')).output;
      assert.equal(csv, `a,${name}\n1,${marker}\n`);
    }
    assert.deepEqual(
      await redactJsonValue({ bankAccount: { accountNumber: '000123456789', type: 'checking', id: '12345' } }),
      {
        bankAccount: { accountNumber: '[redacted:iban:6789]', type: 'checking', id: '12345' },
      },
    );
  });

  it('are nothing under names that only are like those', async () => {
    for (const document of [
      { steuernummer: 'unbekannt', steuersatz: '19', kontoart: '1234567', kontostand: '1234567' },
      { patientId: '6f1d7c1e-0b1e-4a55-9a53-0f0a6a1f2b11', patientCount: '123456', bank_account_type: '1234567' },
      { accountNumber: '12345678', bankAccount: 'acct_1MvJvq', bankAccountStatus: '123456' },
      { utr: '12345', zip_pin: '12', pins_ip: 'none', lunch: '4821', gateCode: 'open', redress: '1234567' },
      { bankDetails: { bic: 'DEUTDEFF', id: 12345678, accounts: 3 } },
    ])
      assert.deepEqual(await redactJsonValue(document), document);
  });
});

describe('what stands under a name of somebody or of a place', () => {
  it('is a list of people, or the lines of an address in the party that something goes to', async () => {
    assert.deepEqual(await redactJsonValue({ witnesses: ['Carl Weiss', 'Dana White'], judges: ['Ann Roe'] }), {
      witnesses: [NAME, NAME],
      judges: [NAME],
    });
    assert.deepEqual(
      await redactJsonValue({
        shipTo: { address: { addressLine: ['Mill Lane 5'], city: 'Berlin', countryName: 'Germany' } },
      }),
      { shipTo: { address: { addressLine: [ADDRESS], city: 'Berlin', countryName: 'Germany' } } },
    );
    assert.deepEqual(await redactJsonValue({ billTo: { address: 'Mill Lane 5' }, street: 'Elm' }), {
      billTo: { address: ADDRESS },
      street: ADDRESS,
    });
  });

  it('is a thing at times: how many, what for, which leg of a plug', async () => {
    for (const document of [
      { witnesses: 3, judges: ['panel', 'remote'] },
      { street: 'food', music: { street: 'jazz' }, type: 'street' },
      { 'gpio.pin': 17, led_pin: '12', gpio: { pin: 'D17' } },
      { payer: { tax_id_type: 'BR_CPF' }, pool: { size: 1024 } },
    ])
      assert.deepEqual(await redactJsonValue(document), document);
    assert.deepEqual(await redactJsonValue({ street: 'hauptstr', pin: '1712' }), {
      street: ADDRESS,
      pin: '[redacted:pin]',
    });
  });
});
