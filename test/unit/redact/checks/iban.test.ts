import assert from 'node:assert/strict';
import { hasIbanChecksum, ibanLengthAt, isIban } from '../../../../src/redact/checks/index.ts';
import { accepts, readsWhole, refuses } from './cases.ts';

/** Examples printed in the SWIFT IBAN registry. */
const EXAMPLES =
  'AD1200012030200359100100 AE070331234567890123456 AL47212110090000000235698741 AT611904300234573201 ' +
  'AZ21NABZ00000000137010001944 BA391290079401028494 BE68539007547034 BG80BNBG96611020345678 BH67BMAG00001299123456 ' +
  'BR1800360305000010009795493C1 BY13NBRB3600900000002Z00AB00 CH9300762011623852957 CR05015202001026284066 ' +
  'CY17002001280000001200527600 CZ6508000000192000145399 DE89370400440532013000 DK5000400440116243 ' +
  'DO28BAGR00000001212453611324 EE382200221020145685 EG380019000500000000263180002 ES9121000418450200051332 ' +
  'FI2112345600000785 FO6264600001631634 FR1420041010050500013M02606 GB29NWBK60161331926819 GE29NB0000000101904917 ' +
  'GI75NWBK000000007099453 GL8964710001000206 GR1601101250000000012300695 GT82TRAJ01020000001210029690 ' +
  'HR1210010051863000160 HU42117730161111101800000000 IE29AIBK93115212345678 IL620108000000099999999 ' +
  'IQ98NBIQ850123456789012 IS140159260076545510730339 IT60X0542811101000000123456 JO94CBJO0010000000000131000302 ' +
  'KW81CBKU0000000000001234560101 KZ86125KZT5004100100 LB62099900000001001901229114 LC55HEMM000100010012001200023015 ' +
  'LI21088100002324013AA LT121000011101001000 LU280019400644750000 LV80BANK0000435195001 LY83002048000020100120361 ' +
  'MC5811222000010123456789030 MD24AG000225100013104168 ME25505000012345678951 MK07250120000058984 ' +
  'MR1300020001010000123456753 MT84MALT011000012345MTLCAST001S MU17BOMM0101101030300200000MUR NL91ABNA0417164300 ' +
  'NO9386011117947 PK36SCBL0000001123456702 PL61109010140000071219812874 PS92PALS000000000400123456702 ' +
  'PT50000201231234567890154 QA58DOHB00001234567890ABCDEFG RO49AAAA1B31007593840000 RS35260005601001611379 ' +
  'SA0380000000608010167519 SC18SSCB11010000000000001497USD SD2129010501234001 SE4550000000058398257466 ' +
  'SI56263300012039086 SK3112000000198742637541 SM86U0322509800000000270100 ST68000100010051845310112 ' +
  'SV62CENR00000000000000700025 TL380080012345678910157 TN5910006035183598478831 TR330006100519786457841326 ' +
  'UA213223130000026007233566001 VA59001123000012345678 VG96VPVG0000012345678901 XK051212012345678906';

/** Check digits by the arithmetic of whole numbers. */
function withCheckDigits(country: string, bban: string): string {
  const digits = Array.from(`${bban}${country}00`, (char) => parseInt(char, 36)).join('');
  return `${country}${String(98n - (BigInt(digits) % 97n)).padStart(2, '0')}${bban}`;
}

describe('IBANs', () => {
  it("are known by the registry's examples", () => {
    accepts(isIban, EXAMPLES.split(' '));
    accepts(hasIbanChecksum, EXAMPLES.split(' '));
  });

  it('are known by check digits that are worked out with whole numbers', () => {
    accepts(isIban, [
      withCheckDigits('DJ', '12345678901234567890123'),
      withCheckDigits('FK', 'SC123456789012'),
      withCheckDigits('HN', 'CABF00000000000250005469'),
      withCheckDigits('MN', '1234123456789123'),
      withCheckDigits('NI', 'BAPR00000013000003558124'),
      withCheckDigits('OM', '018AAAA123456789012'),
      withCheckDigits('RU', '044525225401178105380913Z'.padEnd(29, '0')),
      withCheckDigits('SO', '1000001001000100141'),
      withCheckDigits('YE', 'CBYE0001018861234567891234'),
      withCheckDigits('BI', '10000100010000332045181'),
    ]);
  });

  it('have the length of their country', () => {
    assert.equal(ibanLengthAt('DE', 0), 22);
    assert.equal(ibanLengthAt('x no', 2), 15);
    assert.equal(ibanLengthAt('mt84', 0), 31);
    for (const text of ['', 'D', 'US', 'ZZ', '12', '@[', '\u00c4\u00d6', 'd1']) assert.equal(ibanLengthAt(text, 0), 0);
    refuses(isIban, [
      withCheckDigits('DE', '37040044053201300'),
      withCheckDigits('DE', '3704004405320130000'),
      withCheckDigits('US', '370400440532013000'),
    ]);
  });

  it('have their checksum, which counts for itself when the structure is wrong', () => {
    refuses(isIban, ['DE88370400440532013000', 'DE89370400440532013001', 'GB29NWBK60161331926891']);
    const lettersForDigits = withCheckDigits('DE', 'ABCD00440532013000');
    const digitsForLetters = withCheckDigits('GB', '123460161331926819');
    for (const text of [lettersForDigits, digitsForLetters]) {
      assert.equal(isIban(text), false);
      assert.equal(hasIbanChecksum(text), true);
    }
    refuses(hasIbanChecksum, ['DE88370400440532013000', 'de89370400440532013000']);
  });

  it('have check digits from 02 to 98, as 98 minus a remainder gives', () => {
    // 97 more or less is the same remainder, and would pass.
    const bbans = Array.from({ length: 3_000 }, (_, i) => String(i).padStart(18, '3'));
    const small = bbans.find((bban) => withCheckDigits('DE', bban).slice(2, 4) === '02') ?? '';
    const large = bbans.find((bban) => withCheckDigits('DE', bban).slice(2, 4) === '98') ?? '';
    accepts(isIban, [`DE02${small}`, `DE98${large}`]);
    refuses(hasIbanChecksum, [`DE99${small}`, `DE01${large}`]);
  });

  it('are read to the last character', () => {
    readsWhole(isIban, 'GB29NWBK60161331926819');
    readsWhole(hasIbanChecksum, 'MT84MALT011000012345MTLCAST001S');
  });
});
