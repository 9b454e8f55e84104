import {
  isUsDea,
  isUsEin,
  isUsItin,
  isUsNpi,
  isUsRoutingNumber,
  isUsSsn,
} from '../../../../src/redact/checks/index.ts';
import { accepts, readsWhole, refuses } from './cases.ts';

describe('numbers of the United States', () => {
  it('are social security numbers outside of what is never issued', () => {
    accepts(isUsSsn, ['001010001', '665010001', '667999999', '899999999', '219099998', '123456789']);
    refuses(isUsSsn, ['000123456', '666123456', '900123456', '999999999', '123006789', '123450000', '12345678']);
    readsWhole(isUsSsn, '123456789');
  });

  it('are not the social security numbers of advertisements', () => {
    refuses(isUsSsn, ['078051120', '219099999', '457555462']);
  });

  it('are taxpayer numbers in the groups of the IRS', () => {
    const groups = [50, 65, 70, 88, 90, 92, 94, 99];
    accepts(
      isUsItin,
      groups.map((group) => `912${group}3456`),
    );
    refuses(
      isUsItin,
      [0, 49, 66, 69, 89, 93].map((group) => `912${String(group).padStart(2, '0')}3456`),
    );
    refuses(isUsItin, ['812703456', '91270345', '9127034567']);
    readsWhole(isUsItin, '912703456');
  });

  it("are employer numbers with a campus's prefix", () => {
    accepts(isUsEin, ['011234567', '101234567', '271234567', '311234567', '951234567', '991234567']);
    refuses(isUsEin, ['001234567', '071234567', '171234567', '491234567', '891234567', '971234567', '12345678']);
    readsWhole(isUsEin, '121234567');
  });

  it('are provider identifiers by Luhn with the prefix 80840', () => {
    accepts(isUsNpi, ['1234567893', '1245319599', '2000000002']);
    refuses(isUsNpi, ['1234567890', '1234567894', '3234567899', '0000000006', '123456789']);
    readsWhole(isUsNpi, '1234567893');
  });

  it('are DEA registrations by letters and check digit', () => {
    accepts(isUsDea, ['AB1234563', 'F91234563', 'MX5836727', 'XZ1234563']);
    refuses(isUsDea, ['AB1234564', 'NB1234563', 'IB1234563', 'A11234563', 'AB0000000', '991234563', 'ab1234563']);
    readsWhole(isUsDea, 'AB1234563');
  });

  it('are routing numbers in a district of the Federal Reserve', () => {
    accepts(isUsRoutingNumber, ['011000015', '021000021', '122105155', '325081403', '800000019', '000000518']);
    refuses(isUsRoutingNumber, ['011000016', '131000025', '330000019', '000000000', '888888888', '02100002']);
    readsWhole(isUsRoutingNumber, '021000021');
  });
});
