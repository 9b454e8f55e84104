import assert from 'node:assert/strict';
import { getCountryCallingCode, getCountries, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { isInPlan } from '../../../../src/redact/checks/numbering-plans.ts';

const SEED = 20_260_101;
const NUMBERS_A_CODE = 60;
const LENGTHS = [5, 6, 7, 8, 8, 9, 9, 9, 10, 10, 10, 11, 12];
const FIRST_DIGITS = '1234567890';

/** Numbers that a seed repeats (xorshift). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function isValid(digits: string): boolean {
  return parsePhoneNumberFromString(`+${digits}`, { extract: false })?.isValid() === true;
}

describe('numbering plans', () => {
  it('judge every number as the library does whose patterns they have', () => {
    const next = numbers(SEED);
    let [known, valid] = [0, 0];
    for (const code of new Set(getCountries().map((country) => getCountryCallingCode(country))))
      for (let count = 0; count < NUMBERS_A_CODE; count += 1) {
        const first = FIRST_DIGITS.charAt(count % FIRST_DIGITS.length);
        const rest = Array.from({ length: (LENGTHS[next(LENGTHS.length)] ?? 1) - 1 }, () => String(next(10)));
        const digits = code + first + rest.join('');
        const isKnown = isInPlan(digits);
        if (isKnown === undefined) continue;
        assert.equal(isKnown, isValid(digits), digits);
        known += 1;
        if (isKnown) valid += 1;
      }
    assert.ok(known > 8000, `${known} known`);
    assert.ok(valid > 500, `${valid} valid`);
  });

  it('leave what takes more than patterns to the library', () => {
    for (const digits of ['80012345678', '8835100123456', '4402079460958', '999123456789', ''])
      assert.equal(isInPlan(digits), undefined, digits);
  });
});
