import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as checks from '../../../src/redact/checks/index.ts';

type Check = (text: string) => boolean;

/** A scheme that notices every single changed digit: how to make a body, and where its check characters go. */
interface Scheme {
  readonly name: string;
  readonly check: Check;
  readonly body: fc.Arbitrary<string>;
  /** The check characters to try behind the body; the scheme lets at most one of them pass. */
  readonly endings: readonly string[];
}

const DIGITS = Array.from('0123456789');
const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const PAIRS = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'));

function digits(count: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...DIGITS), minLength: count, maxLength: count });
}

/** Arbitrary text whose parts are one of some strings each, or as many digits as a number says. */
function parts(...of: (readonly string[] | number)[]): fc.Arbitrary<string> {
  const arbitraries = of.map((part) => (typeof part === 'number' ? digits(part) : fc.constantFrom(...part)));
  return fc.tuple(...arbitraries).map((texts) => texts.join(''));
}

const SCHEMES: readonly Scheme[] = [
  {
    name: 'card',
    check: checks.isCardNumber,
    body: parts(['4', '51', '55'], 14).map((text) => text.slice(0, 15)),
    endings: DIGITS,
  },
  { name: 'NPI', check: checks.isUsNpi, body: parts(['1', '2'], 8), endings: DIGITS },
  { name: 'routing number', check: checks.isUsRoutingNumber, body: parts(['0', '2', '6'], 7), endings: DIGITS },
  { name: 'NHS number', check: checks.isUkNhsNumber, body: digits(9), endings: DIGITS },
  { name: 'German tax id', check: checks.isDeTaxId, body: taxIdBody(), endings: DIGITS },
  { name: 'NIR', check: checks.isFrNir, body: parts(['1', '2'], 2, ['01', '07', '12'], 2, 6), endings: PAIRS },
  { name: 'DNI', check: checks.isEsDni, body: digits(8), endings: LETTERS },
  { name: 'NIE', check: checks.isEsDni, body: parts(['X', 'Y', 'Z'], 7), endings: LETTERS },
  { name: 'CIF', check: checks.isEsCif, body: parts(['A', 'B', 'E', 'H'], 7), endings: DIGITS },
  {
    name: 'codice fiscale',
    check: checks.isItCodiceFiscale,
    body: parts(['RSSMRA', 'XYZABC'], 2, ['A', 'T'], ['01', '28', '41'], ['H', 'F'], 3),
    endings: LETTERS,
  },
  { name: 'PESEL', check: checks.isPlPesel, body: parts(2, ['01', '12', '21'], ['01', '28'], 4), endings: DIGITS },
  { name: 'BSN', check: checks.isNlBsn, body: digits(8), endings: DIGITS },
  { name: 'Aadhaar', check: checks.isInAadhaar, body: parts(['2', '9'], 10), endings: DIGITS },
  { name: 'TFN', check: checks.isAuTfn, body: digits(8), endings: DIGITS },
  { name: 'SIN', check: checks.isCaSin, body: parts(['1', '9'], 7), endings: DIGITS },
  { name: 'NRIC', check: checks.isSgNric, body: parts(['S', 'T', 'F', 'G', 'M'], 7), endings: LETTERS },
  { name: 'IBAN', check: reversedIban, body: parts(18), endings: PAIRS },
];

/** Ten digits of which the first and one other are the same. */
function taxIdBody(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.shuffledSubarray(DIGITS, { minLength: 9, maxLength: 9 }), fc.nat({ max: 8 }))
    .map(([chosen, at]) => [...chosen.slice(0, at + 1), chosen[0], ...chosen.slice(at + 1)].join(''));
}

/** The check digits of an IBAN stand in front: here they stand behind, like those of the others. */
function reversedIban(text: string): boolean {
  return checks.isIban(`DE${text.slice(18)}${text.slice(0, 18)}`);
}

describe('check digits of any number', () => {
  for (const { name, check, body, endings } of SCHEMES)
    it(`of the scheme ${name} notice each single changed digit`, () => {
      let validCount = 0;
      fc.assert(
        fc.property(body, (text) => {
          const valid = endings.map((ending) => text + ending).filter(check);
          assert.ok(valid.length <= 1, `two endings of ${text} pass`);
          const [number] = valid;
          if (number === undefined) return;
          validCount += 1;
          for (let i = 0; i < number.length; i += 1)
            for (const digit of /\d/.test(number.charAt(i)) ? DIGITS : [])
              if (digit !== number.charAt(i))
                assert.equal(check(number.slice(0, i) + digit + number.slice(i + 1)), false);
        }),
        { numRuns: 60 },
      );
      assert.ok(validCount >= 20, `${validCount} of 60 bodies had check digits`);
    });

  it('of Aadhaar numbers notice two neighbours that change places', () => {
    fc.assert(
      fc.property(parts(['2', '9'], 10), fc.integer({ min: 1, max: 10 }), (text, at) => {
        const number = DIGITS.map((digit) => text + digit).find(checks.isInAadhaar) ?? '';
        const swapped = number.slice(0, at) + number.charAt(at + 1) + number.charAt(at) + number.slice(at + 2);
        assert.equal(checks.isInAadhaar(swapped), swapped === number);
      }),
    );
  });
});

describe('checks of any text', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789ABCXYZabcxyz.:-/ +%')), maxLength: 60 }),
  );

  it('answer, and never throw', () => {
    const named = Object.entries(checks).filter(([name]) => /^(?:is|has)[A-Z]/.test(name));
    assert.ok(named.length > 25);
    fc.assert(
      fc.property(text, (value) => {
        for (const [name, check] of named) assert.equal(typeof (check as Check)(value), 'boolean', name);
      }),
      { numRuns: 300 },
    );
  });

  it('find a card number wherever one stands in it', () => {
    fc.assert(
      fc.property(text, digits(14), text, (before, body, after) => {
        const number = DIGITS.map((digit) => `4${body}${digit}`).find(checks.isCardNumber) ?? '';
        assert.equal(checks.holdsCardNumber(before + number + after, 12), true);
      }),
    );
  });
});
