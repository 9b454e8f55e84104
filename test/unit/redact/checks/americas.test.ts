import { isBrCnpj, isBrCpf, isCaSin, isClRut } from '../../../../src/redact/checks/index.ts';
import { accepts, readsWhole, refuses } from './cases.ts';

describe('numbers of Canada, Brazil and Chile', () => {
  it("are social insurance numbers by Luhn's check and region", () => {
    accepts(isCaSin, ['193456787', '130692544']);
    refuses(isCaSin, ['193456788', '046454286', '800000002', '000000000', '19345678']);
    readsWhole(isCaSin, '193456787');
  });

  it('are CPF by two check digits', () => {
    accepts(isBrCpf, ['11144477735', '52998224725', '12345678909']);
    refuses(isBrCpf, ['11144477745', '11144477736', '11111111111', '00000000000', '1114447773']);
    readsWhole(isBrCpf, '11144477735');
  });

  it('are CNPJ of digits, and of letters', () => {
    accepts(isBrCnpj, ['11222333000181', '00000000000191', '12ABC34501DE35']);
    refuses(isBrCnpj, ['11222333000182', '11222333000171', '00000000000000', '12ABC34501DE36', '12ABC34501DEAB']);
    readsWhole(isBrCnpj, '11222333000181');
  });

  it('are RUT by one check digit, or a K', () => {
    accepts(isClRut, ['123456785', '760860980', '10000013K', '12252110']);
    refuses(isClRut, ['123456786', '12345678K', '100000130', '123456', '1234567890']);
  });
});
