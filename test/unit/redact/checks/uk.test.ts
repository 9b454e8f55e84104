import { isUkNhsNumber, isUkNino } from '../../../../src/redact/checks/index.ts';
import { accepts, readsWhole, refuses } from './cases.ts';

describe('numbers of the United Kingdom', () => {
  it('are NHS numbers by their check digit', () => {
    accepts(isUkNhsNumber, ['9434765919', '4010232137', '9876543210']);
    refuses(isUkNhsNumber, ['9434765918', '9434765991', '943476591', '0000000000', '1111111111']);
    readsWhole(isUkNhsNumber, '9434765919');
  });

  it('are no NHS numbers where the check digit would be ten', () => {
    // Twice six is 1 modulo 11, and 11 less 1 is no digit.
    refuses(
      isUkNhsNumber,
      Array.from({ length: 10 }, (_, last) => `000000006${last}`),
    );
  });

  it('are National Insurance numbers by prefix and suffix', () => {
    accepts(isUkNino, ['AB123456C', 'JG103759A', 'ZY987654D', 'AA000000B']);
    refuses(isUkNino, ['QQ123456C', 'DA123456A', 'AV123456A', 'AO123456A', 'AB123456E', 'AB123456', 'ab123456c']);
    refuses(
      isUkNino,
      ['BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ'].map((prefix) => `${prefix}123456A`),
    );
    readsWhole(isUkNino, 'AB123456C');
  });
});
