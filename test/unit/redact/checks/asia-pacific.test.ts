import { isAuMedicare, isAuTfn, isInAadhaar, isInPan, isSgNric } from '../../../../src/redact/checks/index.ts';
import { accepts, readsWhole, refuses } from './cases.ts';

describe('numbers of India, Australia and Singapore', () => {
  it("are Aadhaar numbers by Verhoeff's check", () => {
    accepts(isInAadhaar, ['999941057058', '234123412346']);
    refuses(isInAadhaar, ['999941057059', '999941057508', '099941057058', '99994105705']);
    readsWhole(isInAadhaar, '999941057058');
  });

  it('are permanent account numbers by the kind of holder', () => {
    accepts(
      isInPan,
      Array.from('PCHFATBLJG', (kind) => `AAA${kind}L1234C`),
    );
    refuses(isInPan, ['AAAQL1234C', 'AAAPL0000C', 'AAAPL123CC', 'AAAPL12345', 'AAAPL1234', 'aaapl1234c']);
    readsWhole(isInPan, 'AAAPL1234C');
  });

  it('are tax file numbers of nine and of eight digits', () => {
    accepts(isAuTfn, ['123456782', '876543210', '81854402', '37118629', '38593474']);
    refuses(isAuTfn, ['123456789', '123456728', '81854403', '000000000', '00000000', '1234567']);
    readsWhole(isAuTfn, '123456782');
  });

  it('are Medicare numbers with issue, and with or without reference', () => {
    accepts(isAuMedicare, ['2123456701', '21234567011', '3987654351']);
    refuses(isAuMedicare, ['2123456711', '1123456701', '7123456701', '2123456700', '21234567010', '212345670']);
    readsWhole(isAuMedicare, '2123456701');
  });

  it('are NRIC and FIN of all series', () => {
    accepts(isSgNric, ['S1234567D', 'T1234567J', 'F1234567N', 'G1234567X', 'M1234567K']);
    refuses(isSgNric, ['S1234567J', 'T1234567D', 'F1234567X', 'M1234567L', 'A1234567D', 'S123456D', 's1234567d']);
    readsWhole(isSgNric, 'S1234567D');
  });
});
