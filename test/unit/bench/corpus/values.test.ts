import assert from 'node:assert/strict';
import { Random } from '../../../../bench/corpus/random.ts';
import * as crypto from '../../../../bench/corpus/values/crypto-address.ts';
import * as europe from '../../../../bench/corpus/values/europe.ts';
import { keccak256 } from '../../../../bench/corpus/values/keccak.ts';
import * as national from '../../../../bench/corpus/values/national.ts';
import * as payment from '../../../../bench/corpus/values/payment.ts';
import * as secrets from '../../../../bench/corpus/values/secrets.ts';
import * as world from '../../../../bench/corpus/values/world.ts';
import * as checks from './checks.ts';

type Check = readonly [
  name: string,
  make: (random: Random) => string,
  check: (text: string) => boolean,
  published: string,
];

/** Numbers that the specifications or authorities print as examples stand beside the generators. */
const CHECKS: readonly Check[] = [
  ['card', payment.card, checks.luhn, '79927398713'],
  ['IBAN', payment.iban, checks.iban, 'GB82 WEST 1234 5698 7654 32'],
  ['routing number', payment.routingNumber, checks.routing, '111000025'],
  ['NHS number', europe.nhsNumber, checks.nhs, '943 476 5919'],
  ['NINO', europe.nino, checks.nino, 'AB 12 34 56 C'],
  ['German tax id', europe.deTaxId, checks.deTaxId, '86095742719'],
  ['NIR', europe.frNir, checks.nir, '2 55 08 14 168 025 38'],
  ['DNI', europe.esDni, checks.dni, '12345678Z'],
  ['NIE', europe.esNie, checks.dni, 'X1234567L'],
  ['codice fiscale', europe.codiceFiscale, checks.codiceFiscale, 'RSSMRA85T10A562S'],
  ['PESEL', europe.pesel, checks.pesel, '44051401359'],
  ['BSN', europe.bsn, checks.bsn, '111222333'],
  ['Aadhaar', world.aadhaar, checks.aadhaar, '2341 2341 2346'],
  ['PAN', world.indianPan, checks.indianPan, 'ABCPE1234F'],
  ['TFN', world.taxFileNumber, checks.taxFileNumber, '123 456 782'],
  ['Medicare', world.medicareNumber, checks.medicare, '2123 45670 1'],
  ['SIN', world.socialInsuranceNumber, checks.sin, '130 692 544'],
  ['CPF', world.cpf, checks.cpf, '111.444.777-35'],
  ['CNPJ', world.cnpj, checks.cnpj, '12.ABC.345/01DE-35'],
  ['NRIC', world.nric, checks.nric, 'S1234567D'],
  ['SSN', world.ssn, checks.ssn, '219-09-9999'],
  ['ITIN', world.itin, checks.itin, '911-70-1234'],
  ['NPI', world.npi, checks.npi, '1234567893'],
  ['DEA', world.dea, checks.dea, 'AB1234563'],
  ['npm token', secrets.npmToken, checks.tokenChecksum, secrets.npmToken(new Random(1))],
  ['Bitcoin base 58', crypto.bitcoinBase58, checks.base58Check, '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2'],
];

describe('generated numbers', () => {
  for (const [name, make, check, published] of CHECKS) {
    it(`pass the public check: ${name}`, () => {
      assert.ok(check(published), `${published} is a published example`);
      const random = new Random(7);
      for (let time = 0; time < 500; time++) {
        const value = make(random);
        assert.ok(check(value), value);
      }
    });
  }

  it('have a check that can fail', () => {
    for (const [name, , check, published] of CHECKS) {
      if (['NINO', 'PAN', 'SSN', 'ITIN', 'Medicare'].includes(name)) continue;
      const wrong = published.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));
      assert.ok(!check(wrong), `${name} ${wrong}`);
    }
  });

  it('are addresses of Bitcoin by BIP 173 and BIP 350, whose checksums come to 1 and to 0x2bc830a3', () => {
    const random = new Random(3);
    const published = [
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
      'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
    ];
    for (const address of [...published, ...Array.from({ length: 200 }, () => crypto.bitcoinBech32(random))]) {
      const data = Array.from(address.slice(3)).map((letter) => 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'.indexOf(letter));
      const sum = crypto.bech32Polymod([...crypto.bech32Expanded('bc'), ...data]);
      assert.equal(sum, data[0] === 0 ? 1 : 0x2bc830a3, address);
    }
  });

  it('are addresses of Ethereum in the case of EIP-55, by Keccak-256', () => {
    assert.equal(keccak256(''), 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
    for (const address of ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359'])
      assert.equal(crypto.eip55(address.slice(2).toLowerCase()), address);
  });

  it('are GitHub tokens whose last six characters are their checksum', () => {
    const random = new Random(4);
    const classic = Array.from({ length: 50 }, () => secrets.githubToken(random)).filter(
      (one) => !one.startsWith('github_pat_'),
    );
    assert.ok(classic.length > 20 && classic.every(checks.tokenChecksum));
  });

  it('are personnummer whose last ten digits pass the Luhn check, and RUT by modulo 11', () => {
    const random = new Random(6);
    assert.ok(checks.rut('12.345.678-5') && !checks.rut('12.345.678-6'));
    for (let time = 0; time < 200; time++) {
      assert.ok(checks.luhn(national.personnummer(random).replace(/\D/g, '').slice(-10)));
      assert.ok(checks.rut(national.rut(random)));
    }
  });

  it('fail their check where a look-alike wants that', () => {
    const random = new Random(5);
    for (let time = 0; time < 200; time++) assert.ok(!checks.iban(payment.wrongIban(random)));
  });
});
