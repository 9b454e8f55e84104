import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { HttpTileSource } from '../../../src/ledger/index.ts';
import { verifyLog } from '../../../src/proof/index.ts';
import type { Credentials } from '../../../src/runtime/index.ts';
import { issueCertificate } from '../../support/certificates.ts';
import type { Issued } from '../../support/certificates.ts';
import { serveHttpsLedger } from '../../support/https-ledger.ts';
import type { HttpsLedger } from '../../support/https-ledger.ts';
import { trust } from '../../support/ledger.ts';
import { until } from '../../support/system-log.ts';
import { connectTls, nameShown, untilRefused } from '../../support/tls-client.ts';
import { TlsFolder } from '../../support/tls-folder.ts';

const YESTERDAY = new Date(Date.now() - 86_400_000);
const addresses = ['127.0.0.1'];
const authority = issueCertificate({ commonName: 'operators' });
const stranger = issueCertificate({ commonName: 'somebody else' });
const first = issueCertificate({ commonName: 'first', addresses, issuer: authority });
const second = issueCertificate({ commonName: 'second', addresses, issuer: authority });
const auditor = issueCertificate({ commonName: 'auditor', issuer: authority });

/** Asks for the log's health on an open connection; gives the status line. */
async function ask(socket: TLSSocket): Promise<string> {
  const answered = once(socket, 'data') as Promise<[Buffer]>;
  socket.write('GET /healthz HTTP/1.1\r\nhost: ledger\r\n\r\n');
  const [bytes] = await answered;
  return bytes.toString('latin1').split('\r\n')[0] ?? '';
}

describe('certificates of the ledger', () => {
  let folder: TlsFolder;
  let ledger: HttpsLedger;
  const client = (shown?: Issued) => ({
    port: Number(new URL(ledger.endpoint.url).port),
    authority,
    shown,
    protocol: 'http/1.1',
  });
  const serve = async (asksClients: boolean): Promise<void> => {
    ledger = await serveHttpsLedger(folder, asksClients);
  };
  const source = (ca: Issued | undefined, shown?: Issued): HttpTileSource => {
    const credentials: Credentials = {
      ...(ca === undefined ? {} : { ca: Buffer.from(ca.certificate) }),
      ...(shown === undefined ? {} : { cert: Buffer.from(shown.certificate), key: Buffer.from(shown.key) }),
    };
    return new HttpTileSource(ledger.endpoint.url, { tls: () => Promise.resolve(credentials) });
  };

  beforeEach(async () => {
    folder = await TlsFolder.make();
    await folder.put('ledger', first);
    await folder.put('clients', authority);
  });
  afterEach(async () => {
    await ledger.endpoint.close();
    await folder.remove();
  });

  it('prove the ledger to a verifier that names their authority, and to no other', async () => {
    await serve(false);
    assert.match(ledger.endpoint.url, /^https:/);
    assert.equal((await verifyLog(source(authority), trust)).trusted, true);
    for (const other of [undefined, stranger])
      await assert.rejects(source(other).readCheckpoint(), {
        code: 'io.failed',
        message: /issuer is unknown; name its authority with --ca-file, or in ledger\.client\.caFile/,
      });
  });

  it('are replaced for new connections, and one that is open goes on', async () => {
    await serve(false);
    const open = await connectTls(client());
    assert.equal(await ask(open), 'HTTP/1.1 200 OK');
    await folder.put('ledger', second);
    assert.ok(await until(() => ledger.lines.some((line) => line.startsWith('info TLS files were read anew')), 10_000));
    assert.equal(await nameShown(client()), 'second');
    assert.equal(await ask(open), 'HTTP/1.1 200 OK');
    assert.equal(open.getPeerCertificate().subject.CN, 'first');
    open.destroy();
  });

  it('of clients are asked for when their authority is named', async () => {
    await serve(true);
    assert.equal((await verifyLog(source(authority, auditor), trust)).trusted, true);
    await assert.rejects(source(authority).readCheckpoint(), {
      code: 'io.failed',
      message: /it wants a certificate of its client; set ledger\.client\.certFile and keyFile/,
    });
  });

  for (const [what, shown, why] of [
    ['no certificate', undefined, 'it showed no certificate'],
    [
      'an expired one',
      issueCertificate({ commonName: 'auditor', issuer: authority, notAfter: YESTERDAY }),
      'its certificate has expired',
    ],
    [
      'one of another authority',
      issueCertificate({ commonName: 'auditor', issuer: stranger }),
      'its certificate is of another authority than those of clientCaFile',
    ],
  ] as const)
    it(`of clients: ${what} is refused, and one line says why`, async () => {
      await serve(true);
      await untilRefused(client(shown));
      await untilRefused(client(shown));
      assert.ok(await until(() => ledger.lines.length > 0, 10_000));
      assert.deepEqual(ledger.lines, [`warn refused a connection to the ledger: ${why}`]);
    });
});
