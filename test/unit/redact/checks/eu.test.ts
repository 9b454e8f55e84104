import assert from 'node:assert/strict';
import {
  isDeTaxId,
  isEsCif,
  isEsDni,
  isFrNir,
  isItCodiceFiscale,
  isNlBsn,
  isPlPesel,
} from '../../../../src/redact/checks/index.ts';
import { accepts, readsWhole, refuses } from './cases.ts';

/** The number with the key that whole numbers give it. */
function nir(number: string): string {
  const digits = number.replace('2A', '19').replace('2B', '18');
  return number + String(97n - (BigInt(digits) % 97n)).padStart(2, '0');
}

/** The text with the one last character of `alphabet` that the check accepts, or undefined. */
function completed(check: (text: string) => boolean, body: string, alphabet: string): string | undefined {
  return Array.from(alphabet, (last) => body + last).find(check);
}

describe('numbers of the European Union', () => {
  it('are German tax ids by check digit', () => {
    accepts(isDeTaxId, ['86095742719', '65929970489', '47036892816']);
    refuses(isDeTaxId, ['86095742718', '68095742719', '06095742719', '8609574271']);
    readsWhole(isDeTaxId, '86095742719');
  });

  it('are German tax ids only with one digit that repeats', () => {
    const bodies: [body: string, isPossible: boolean][] = [
      ['1023456789', false],
      ['1123456789', true],
      ['1213456781', true],
      ['1112345678', false],
      ['1122345678', false],
      ['1212121234', false],
      ['1111234567', false],
      ['3333333311', false],
      ['9999999999', false],
    ];
    for (const [body, isPossible] of bodies)
      assert.equal(completed(isDeTaxId, body, '0123456789') !== undefined, isPossible, body);
  });

  it('are French social security numbers by their key', () => {
    accepts(isFrNir, ['255081416802538', nir('1840375123456'), nir('2991297401999'), nir('7200699352010')]);
    refuses(isFrNir, ['255081416802537', '25508141680253', '2550814168025381']);
    readsWhole(isFrNir, '255081416802538');
  });

  it('are French numbers of Corsica too', () => {
    accepts(isFrNir, [nir('184032A004012'), nir('284072B033150')]);
    refuses(isFrNir, [nir('184032A004012').replace('2A', '2B'), nir('184032A004012').replace('2A', '2C')]);
    refuses(isFrNir, [nir('184032A004012').replace('2A', '1A')]);
  });

  it('are French numbers of a month, or of one that is not known', () => {
    for (const month of ['01', '12', '20', '31', '42', '50', '99']) accepts(isFrNir, [nir(`184${month}75123456`)]);
    for (const month of ['00', '13', '19', '43', '49']) refuses(isFrNir, [nir(`184${month}75123456`)]);
    refuses(isFrNir, [nir('0840375123456'), nir('5840375123456'), nir('9840375123456')]);
    refuses(isFrNir, [nir('1840300123456'), nir('1840375123000')]);
  });

  it('are Spanish DNI and NIE by their letter', () => {
    accepts(isEsDni, ['12345678Z', '00000000T', 'X1234567L', 'Y1234567X', 'Z1234567R', 'K1234567L']);
    refuses(isEsDni, ['12345678A', 'X1234567R', 'W1234567L', '1234567Z', '12345678z', '123456789', '12345678Ñ']);
    readsWhole(isEsDni, '12345678Z');
  });

  it('are Spanish CIF by their control character', () => {
    accepts(isEsCif, ['A58818501', 'B64717838', 'P4698162G', 'Q2876031B', 'J99216582', 'U4839822F']);
    refuses(isEsCif, ['A58818502', 'A5881850A', 'P46981627', 'P4698162A', 'O58818501', '158818501']);
    readsWhole(isEsCif, 'A58818501');
  });

  it('are Polish PESEL by weights and date', () => {
    accepts(isPlPesel, ['44051401359', '02070803628', '02221407563']);
    refuses(isPlPesel, ['44051401358', '44051410359', '4405140135']);
    readsWhole(isPlPesel, '44051401359');
    const withDate = (date: string): string | undefined => completed(isPlPesel, `${date}1234`, '0123456789');
    for (const date of ['000229', '002229', '991231', '012131']) {
      const exists = date === '002229' || date === '991231' || date === '012131';
      assert.equal(withDate(date) !== undefined, exists, date);
    }
    for (const date of ['840230', '841301', '840001', '840100', '840132', '842001', '843301', '844101'])
      assert.equal(withDate(date), undefined, date);
  });

  it('are Dutch citizen service numbers by the 11-test', () => {
    accepts(isNlBsn, ['111222333', '123456782', '010464554']);
    refuses(isNlBsn, ['111222334', '111223233', '000000000', '11122233']);
    readsWhole(isNlBsn, '111222333');
  });

  it('are Italian codici fiscali by their check letter', () => {
    accepts(isItCodiceFiscale, ['RSSMRA85T10A562S', 'MRTMTT25D09F205Z']);
    refuses(isItCodiceFiscale, ['RSSMRA85T10A562T', 'RSSMAR85T10A562S', 'RSSMRA85T10A562', 'rssmra85t10a562s']);
    readsWhole(isItCodiceFiscale, 'RSSMRA85T10A562S');
  });

  it('are Italian codici fiscali also where letters stand for digits', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    for (const body of ['MRTMTTNRDLVF2LR', 'MRTMTT25D09F20R', 'RSSMRA85T50A56N'])
      assert.notEqual(completed(isItCodiceFiscale, body, letters), undefined, body);
    for (const body of ['MRTMTT2AD09F205', 'MRTMTT25F09F205', 'MRTMTT25D32F205', 'MRTMTT25D40F205', 'MRTMTT25D72F205'])
      assert.equal(completed(isItCodiceFiscale, body, letters), undefined, body);
    for (const body of ['MRTMTT25B30F205', 'MRTMTT25D71F205', 'MRTMTT25D81F205', 'MRTMTT25D0912F2', 'MRTMTT25D00F205'])
      assert.equal(completed(isItCodiceFiscale, body, letters), undefined, body);
    assert.notEqual(completed(isItCodiceFiscale, 'MRTMTT25B29F205', letters), undefined);
  });
});
