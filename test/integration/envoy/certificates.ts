import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Issued, issueCertificate } from '../../support/certificates.ts';

/** Fills a folder with what envoy/strict-tls.yaml names, and returns what a caller and a recorder need. */
export function writeTlsFolder(folder: string): { authority: Issued; caller: Issued; recorder: Issued } {
  const authority = issueCertificate({ commonName: 'test authority' });
  const envoy = issueCertificate({ commonName: 'envoy', dnsNames: ['localhost'], issuer: authority });
  const caller = issueCertificate({ commonName: 'caller', uris: ['spiffe://test/caller'], issuer: authority });
  const recorderName = 'recorder.affidavit.internal';
  const recorder = issueCertificate({ commonName: 'recorder', dnsNames: [recorderName], issuer: authority });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'envoy.crt'), envoy.certificate);
  writeFileSync(join(folder, 'envoy.key'), envoy.key, { mode: 0o600 });
  writeFileSync(join(folder, 'callers-ca.crt'), authority.certificate);
  writeFileSync(join(folder, 'recorder-ca.crt'), authority.certificate);
  return { authority, caller, recorder };
}
