import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/redact/index.ts';
import { redact, redactJsonValue } from './bodies.ts';

const redactor = createRedactor();
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
const textOf = (text: string): string => redactor.text(utf8(text)).text;

interface Case {
  entity: string;
  /** The number with a right check digit, and how it is printed. */
  value: string;
  printed: readonly string[];
  /** A mistyped one. */
  wrong: string;
  names: readonly string[];
  /** Text that ends before the number. */
  prose: readonly string[];
}

const CASES: readonly Case[] = [
  {
    ...{ entity: 'us_itin', value: '912701234', printed: ['912-70-1234'], wrong: '912101234' },
    names: ['itin', 'ITIN', 'taxpayerItin', 'itin_number'],
    prose: ['ITIN: ', 'Individual Taxpayer Identification Number ', 'filed with ITIN '],
  },
  {
    ...{ entity: 'us_ein', value: '123456789', printed: ['12-3456789'], wrong: '003456789' },
    names: ['ein', 'companyEin', 'federal_tax_id', 'employerIdentificationNumber', 'employer-id-number'],
    prose: ['EIN: ', 'Our federal tax ID is ', 'Form W-9 lists EIN '],
  },
  {
    ...{ entity: 'us_npi', value: '1234567802', printed: [], wrong: '1234567803' },
    names: ['npi', 'providerNpi', 'NPI_NUMBER', 'nationalProviderIdentifier', 'renderingprovidernpi'],
    prose: ['NPI ', 'Prescriber NPI: '],
  },
  {
    ...{ entity: 'us_routing', value: '021000005', printed: [], wrong: '021000006' },
    names: ['routingNumber', 'routing_number', 'aba-routing-number', 'bankRoutingNumber'],
    prose: ['Routing number: ', 'ABA routing no. '],
  },
  {
    ...{ entity: 'uk_nhs', value: '9434765919', printed: ['943 476 5919', '943-476-5919'], wrong: '9434765918' },
    names: ['nhsNumber', 'nhs_number', 'NHS-No', 'patientNhsNumber'],
    prose: ['NHS number: ', 'Patient with NHS No '],
  },
  {
    ...{ entity: 'de_tax_id', value: '86095742001', printed: ['86 095 742 001'], wrong: '86095742002' },
    names: ['steuerId', 'steuer_id', 'SteuerIdNr', 'steueridentifikationsnummer'],
    prose: ['Steuer-ID: ', 'Ihre steuerliche Identifikationsnummer lautet ', 'IdNr. '],
  },
  {
    ...{ entity: 'fr_nir', value: '185057800608491', printed: ['1 85 05 78 006 084 91'], wrong: '985057800608490' },
    names: ['nir', 'numeroSecu', 'numéro_de_sécurité_sociale', 'numeroSecuriteSociale'],
    prose: ['NIR ', 'Numéro de sécurité sociale : ', 'Son n° de sécu est le '],
  },
  {
    ...{ entity: 'pl_pesel', value: '85031212305', printed: [], wrong: '85031212306' },
    names: ['pesel', 'PESEL', 'numerPesel', 'pesel_number'],
    prose: ['PESEL: ', 'numer PESEL '],
  },
  {
    ...{ entity: 'nl_bsn', value: '123456708', printed: ['123 456 708', '1234.56.708'], wrong: '123456709' },
    names: ['bsn', 'BSN', 'burgerservicenummer', 'bsnNummer', 'patientbsn'],
    prose: ['BSN: ', 'Uw burgerservicenummer is ', 'Patiënt met BSN '],
  },
  {
    ...{
      entity: 'in_aadhaar',
      value: '234123412346',
      printed: ['2341 2341 2346', '2341-2341-2346'],
      wrong: '234123412347',
    },
    names: ['aadhaar', 'aadhaarNumber', 'aadhar_no', 'AADHAAR-NUMBER'],
    prose: ['Aadhaar: ', 'Aadhar card no. ', 'आधार संख्या '],
  },
  {
    ...{ entity: 'au_tfn', value: '123456707', printed: ['123 456 707', '123-456-707'], wrong: '123456706' },
    names: ['tfn', 'taxFileNumber', 'tax_file_number', 'employeeTfn'],
    prose: ['TFN: ', 'My tax file number is '],
  },
  {
    ...{ entity: 'au_medicare', value: '2428517431', printed: ['2428 51743 1', '2428-51743-1'], wrong: '2428517421' },
    names: ['medicareNumber', 'medicare_card_number', 'medicare-no'],
    prose: ['Medicare: ', 'Medicare card number '],
  },
  {
    ...{ entity: 'ca_sin', value: '193456704', printed: ['193 456 704', '193-456-704'], wrong: '193456705' },
    names: ['socialInsuranceNumber', 'social_insurance_number', 'sinNumber'],
    prose: ['Social Insurance Number: ', 'social insurance no. '],
  },
  {
    ...{ entity: 'br_cpf', value: '52998224725', printed: ['529.982.247-25'], wrong: '52998224724' },
    names: ['cpf', 'CPF', 'numero_cpf', 'clienteCpf', 'braziliancpf'],
    prose: ['CPF: ', 'inscrito no CPF sob o nº '],
  },
  {
    ...{ entity: 'br_cnpj', value: '11222333000181', printed: ['11.222.333/0001-81'], wrong: '11222333000182' },
    names: ['cnpj', 'CNPJ', 'numero-cnpj', 'empresaCnpj'],
    prose: ['CNPJ: ', 'O CNPJ da empresa é '],
  },
];

describe('numbers that authorities give out', () => {
  for (const { entity, value, printed, wrong, names, prose } of CASES) {
    const marker = `[redacted:${entity}]`;

    it(`are known by the name of their field: ${entity}`, async () => {
      for (const name of names)
        for (const number of [value, ...printed, wrong])
          assert.deepEqual(await redactJsonValue({ [name]: number }), { [name]: marker }, `${name} ${number}`);
      if (value.startsWith('0')) return;
      const [name = ''] = names;
      assert.deepEqual(await redactJsonValue({ [name]: Number(value) }), { [name]: marker });
    });

    it(`are known in an object and a list under their name: ${entity}`, async () => {
      const [name = ''] = names;
      assert.deepEqual(await redactJsonValue({ [name]: { value }, x: { [name]: [value] } }), {
        ...{ [name]: { value: marker }, x: { [name]: [marker] } },
      });
      assert.deepEqual(await redactJsonValue([{ name, value }]), [{ name, value: marker }]);
    });

    it(`are known in running text and forms by the words before them: ${entity}`, async () => {
      for (const before of prose)
        for (const number of [value, ...printed])
          assert.equal(textOf(`${before}${number}, ok.`), utf8(`${before}${marker}, ok.`), before + number);
      const form = await redact(`a=1&${names[0] ?? ''}=${value}&b=2`, 'application/x-www-form-urlencoded');
      assert.equal(decodeURIComponent(form.output), `a=1&${names[0] ?? ''}=${marker}&b=2`);
    });

    it(`are left where nothing speaks for them: ${entity}`, async () => {
      // Whose check is that of few numbers only they are known by themselves.
      const bare = entity === 'fr_nir' ? [] : [value];
      for (const number of [...bare, wrong]) {
        const harmless = { order_number: number, reference: number, id: number, items: [number] };
        assert.deepEqual(await redactJsonValue(harmless), harmless);
        for (const before of ['Your order ', 'batch ', 'See ticket '])
          assert.equal(textOf(`${before}${number} is done`), `${before}${number} is done`);
      }
    });
  }

  it('are known by themselves when they are written as nothing else is', () => {
    for (const [number, entity] of [
      ['529.982.247-25', 'br_cpf'],
      ['11.222.333/0001-81', 'br_cnpj'],
      ['12.ABC.345/01DE-35', 'br_cnpj'],
      ['1 85 05 78 006 084 91', 'fr_nir'],
      ['1 85 05 2A 006 084 35', 'fr_nir'],
      ['185057800608491', 'fr_nir'],
      ['912-70-1234', 'us_itin'],
    ] as const)
      assert.equal(textOf(`see ${number} there`), `see [redacted:${entity}] there`, number);
  });

  it('are known with letters among their digits', async () => {
    assert.deepEqual(await redactJsonValue({ cnpj: '12ABC34501DE35', nir: '185052A00608435' }), {
      ...{ cnpj: '[redacted:br_cnpj]', nir: '[redacted:fr_nir]' },
    });
    assert.equal(textOf('CNPJ 12ABC34501DE35.'), 'CNPJ [redacted:br_cnpj].');
    assert.equal(textOf('key 12ABC34501DE35.'), 'key 12ABC34501DE35.');
  });

  it('are told apart by the length of what stands under a name of several', async () => {
    assert.deepEqual(
      await redactJsonValue({ taxId: ['12-3456789', '123456789', '912-70-1234', '86095742001', '52998224725'] }),
      {
        taxId: ['us_ein', 'us_ein', 'us_itin', 'de_tax_id', 'br_cpf'].map((entity) => `[redacted:${entity}]`),
      },
    );
  });

  it('are left in codes, times, fractions, ids and names of files', () => {
    for (const harmless of [
      ...['IMG_943476591.jpg NHS', 'NHS A9434765919B', 'BSN-code X123456708', 'lot 219-36-9822-S'],
      ...['0.9434765919 nhs', '943476591.9 nhs', 'nhs $9434765919', 'npi_1234567802'],
      ...['550e8400-e29b-41d4-a716-446655440000', '2026-11-25T23:34:06.123Z nhs', '1700000000000', '10.0.19045.3803'],
      ...['9780306406157', '978-0-306-40615-7', '1Z999AA10123456784', '00340434161094042557', '52.520008,13.404954'],
      ...['1.234.567,89', '1,234,567.89', '4006381333931', 'ts=1597426504', 'v1.22.333', '1234-5678-9012'],
    ])
      assert.equal(textOf(harmless), harmless);
  });

  it('are not known by a word that belongs to another number', () => {
    assert.equal(
      textOf('{"nhs":"9434765919","createdAt":1597426504}'),
      '{"nhs":"[redacted:uk_nhs]","createdAt":1597426504}',
    );
    assert.equal(textOf('SSN 123-45-6789 account 021000005'), 'SSN [redacted:us_ssn] account 021000005');
    assert.equal(textOf('TFN 123456707 and 123456707'), 'TFN [redacted:au_tfn] and [redacted:au_tfn]');
  });

  it('are known on the line after their label', () => {
    assert.equal(textOf('NHS number:\n  943 476 5919\n'), 'NHS number:\n  [redacted:uk_nhs]\n');
    assert.equal(textOf('NHS number\n\n9434765919\n'), 'NHS number\n\n9434765919\n');
  });
});

describe('payment cards that are rare', () => {
  it('need a word for cards', async () => {
    for (const number of ['501800000009', '6304000000000', '6759000000000']) {
      const digits = withLuhn(number);
      assert.equal(textOf(`id ${digits} ok`), `id ${digits} ok`);
      assert.equal(textOf(`debit card ${digits} ok`), `debit card [redacted:card:${digits.slice(-4)}] ok`);
      assert.deepEqual(await redactJsonValue({ card: { number: digits } }), {
        card: { number: `[redacted:card:${digits.slice(-4)}]` },
      });
    }
  });

  it('are not numbers of articles, devices and messages', async () => {
    const harmless = { ean: '4000000000006', imei: '352099001761481', message_id: withLuhn('560000000000000000') };
    assert.equal(textOf('id 52755051-2443-4353-a780-0b605b19bb9b'), 'id 52755051-2443-4353-a780-0b605b19bb9b');
    assert.deepEqual(await redactJsonValue(harmless), harmless);
  });

  it('are left behind a letter, unless a word for cards stands there', () => {
    assert.equal(textOf('see archives/p4111111111111111 there'), 'see archives/p4111111111111111 there');
    assert.equal(textOf('my card4111111111111111'), 'my card[redacted:card:1111]');
  });

  it('are numbers of JSON too', async () => {
    assert.deepEqual(await redactJsonValue({ a: [4111111111111111, 378282246310005] }), {
      a: ['[redacted:card:1111]', '[redacted:card:0005]'],
    });
  });
});

/** Digits with the one behind them that passes Luhn's check. */
function withLuhn(payload: string): string {
  let sum = 0;
  for (let i = payload.length - 1, isDoubled = true; i >= 0; i -= 1, isDoubled = !isDoubled) {
    const digit = Number(payload.charAt(i)) * (isDoubled ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return payload + String((10 - (sum % 10)) % 10);
}
