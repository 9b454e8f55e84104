import {
  isBrazilianPhone,
  isInternationalPhone,
  isNationalPhone,
  isNorthAmericanPhone,
} from '../../../../src/redact/checks/index.ts';
import { accepts, refuses } from './cases.ts';

describe('phone numbers by their numbering plan', () => {
  it('are those of a country that has such numbers', () => {
    accepts(isInternationalPhone, ['14155552671', '442079460958', '4915112345678', '6591234567', '35312345678']);
    refuses(isInternationalPhone, ['', '1', '19999999999', '2101234567', '1415555267', '4420794609581234', '12345678']);
  });

  it('are national ones of large countries', () => {
    accepts(isNationalPhone, ['4155552671', '02079460958', '0612345678', '015112345678', '612345678', '9876543210']);
    refuses(isNationalPhone, ['', '1234567', '0000000000', '1111111111', '1234567890123']);
  });

  it('are those of North America and Brazil by their groups', () => {
    accepts(isNorthAmericanPhone, ['4155552671', '14155552671']);
    refuses(isNorthAmericanPhone, ['1155552671', '4151552671', '24155552671', '415555267']);
    accepts(isBrazilianPhone, ['11987654321', '1132345678']);
    refuses(isBrazilianPhone, ['01987654321', '119876543', '00000000000']);
  });
});
