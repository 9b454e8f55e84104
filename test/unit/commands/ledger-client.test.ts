import assert from 'node:assert/strict';
import { positionsOf } from '../../../src/commands/ledger-client.ts';
import { systemPorts } from '../../../src/commands/ports.ts';
import { parseConfig } from '../../../src/config/index.ts';
import { encodeHex } from '../../../src/proof/index.ts';
import type { Config } from '../../../src/config/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';
import { issueCertificate } from '../../support/certificates.ts';
import { serveHttpsLedger } from '../../support/https-ledger.ts';
import type { HttpsLedger } from '../../support/https-ledger.ts';
import { logVerifierKey, recorderKey } from '../../support/ledger.ts';
import { TlsFolder } from '../../support/tls-folder.ts';

const authority = issueCertificate({ commonName: 'operators' });
const server = issueCertificate({ commonName: 'ledger', addresses: ['127.0.0.1'], issuer: authority });
const recorder = issueCertificate({ commonName: 'recorder', issuer: authority });

describe('what a recorder asks of an https ledger', () => {
  let folder: TlsFolder;
  let ledger: HttpsLedger;
  before(async () => {
    folder = await TlsFolder.make();
    await folder.put('ledger', server);
    await folder.put('clients', authority);
    await folder.put('recorder', recorder);
    ledger = await serveHttpsLedger(folder, true);
  });
  after(async () => {
    await ledger.endpoint.close();
    await folder.remove();
  });

  const config = (client: object): Config =>
    parseConfig(
      JSON.stringify({ ledger: { url: `${ledger.endpoint.url}/`, client }, trust: { logKey: logVerifierKey } }),
      {},
    );
  const files = () => ({
    caFile: folder.file('clients.crt'),
    certFile: folder.file('recorder.crt'),
    keyFile: folder.file('recorder.key'),
  });

  it('are its positions, over mutual TLS', async () => {
    const reader = await positionsOf(config(files()), systemPorts, silentLogger);
    const { epochs } = (await reader?.read(encodeHex(recorderKey.keyId))) ?? { epochs: [] };
    assert.ok(epochs.some(({ batches }) => batches === 1));
  });

  it('is refused in words without the authority, and without a certificate', async () => {
    const { caFile } = files();
    for (const [client, message] of [
      [{}, /ledger\.client\.caFile/],
      [{ caFile }, /ledger\.client\.certFile/],
    ] as const) {
      const reader = await positionsOf(config(client), systemPorts, silentLogger);
      await assert.rejects(async () => reader?.read(encodeHex(recorderKey.keyId)), { code: 'io.failed', message });
    }
  });

  it('is refused at the start when a file can not be used', async () => {
    const client = { ...files(), caFile: folder.file('recorder.key') };
    await assert.rejects(positionsOf(config(client), systemPorts, silentLogger), { code: 'config.invalid' });
  });

  it('is nothing without the URL or the log’s key', async () => {
    assert.equal(await positionsOf(parseConfig('', {}), systemPorts, silentLogger), undefined);
  });
});
