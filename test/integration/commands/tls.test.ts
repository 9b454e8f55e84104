import assert from 'node:assert/strict';
import { join } from 'node:path';
import { issueCertificate } from '../../support/certificates.ts';
import { TlsFolder } from '../../support/tls-folder.ts';
import { affidavit, jsonLines, messageLines, removeFolders, temporaryFolder, Up } from './support/cli.ts';

const authority = issueCertificate({ commonName: 'operators' });
const server = issueCertificate({ commonName: 'ledger', addresses: ['127.0.0.1'], issuer: authority });
const auditor = issueCertificate({ commonName: 'auditor', issuer: authority });

describe('a ledger with mutual TLS, from the command line', function () {
  this.timeout(180_000);
  let files: TlsFolder;
  let up: Up;
  let data: string;
  let pins: string[];
  let shown: Readonly<Record<string, string>>;

  before(async () => {
    files = await TlsFolder.make();
    await files.put('ledger', server);
    await files.put('auditor', auditor);
    await files.put('authority', authority);
    const folder = await temporaryFolder();
    data = join(folder, 'data');
    up = await Up.start(data, {
      AFFIDAVIT_LEDGER_TLS_CERT_FILE: files.file('ledger.crt'),
      AFFIDAVIT_LEDGER_TLS_KEY_FILE: files.file('ledger.key'),
      AFFIDAVIT_LEDGER_TLS_CLIENT_CA_FILE: files.file('authority.crt'),
    });
    shown = {
      AFFIDAVIT_LEDGER_CLIENT_CERT_FILE: files.file('auditor.crt'),
      AFFIDAVIT_LEDGER_CLIENT_KEY_FILE: files.file('auditor.key'),
    };
    const { stdout } = await affidavit(['keys', '--data', data, '--json']);
    const { logKey, rootKey } = JSON.parse(stdout) as { logKey: string; rootKey: string };
    pins = ['--log-key', logKey, '--root-key', rootKey, '--data', join(folder, 'elsewhere')];
  });
  after(async () => {
    await up.service.stop();
    await files.remove();
    await removeFolders();
  });

  it('is verified by who names its authority, as option or setting', async () => {
    const caFile = files.file('authority.crt');
    assert.match(up.url, /^https:/);
    const byOption = await affidavit(['verify', up.url, ...pins, '--ca-file', caFile], shown);
    assert.equal(byOption.status, 0, byOption.stderr);
    const bySetting = { ...shown, AFFIDAVIT_LEDGER_CLIENT_CA_FILE: caFile };
    assert.equal((await affidavit(['verify', up.url, ...pins], bySetting)).status, 0);
    const listed = await affidavit(['list', '--log', up.url, '--json', ...pins.slice(4)], bySetting);
    assert.ok(jsonLines(listed.stdout).length > 0, listed.stderr);
  });

  it('takes a key that is enrolled over https', async () => {
    const settings = { ...shown, AFFIDAVIT_LEDGER_CLIENT_CA_FILE: files.file('authority.crt') };
    const key = Buffer.alloc(32, 7).toString('base64');
    const { status, stderr } = await affidavit(['keys', 'enroll', key, '--data', data, '--url', up.url], settings);
    assert.equal(status, 0, stderr);
  });

  for (const [what, args, message] of [
    ['without its authority', [], /can't read https:.*issuer is unknown; name its authority with --ca-file/],
    ['with an authority that isn’t there', ['--ca-file', 'nowhere.crt'], /nowhere\.crt/],
  ] as const)
    it(`is not read ${what}, and one line says so`, async () => {
      const { status, stderr } = await affidavit(['verify', up.url, ...pins, ...args], shown);
      assert.equal(status, 3);
      const [line = '', ...more] = messageLines(stderr);
      assert.match(line, message);
      assert.deepEqual(more, []);
    });

  it('is not read by who shows no certificate, and one line says so', async () => {
    const { status, stderr } = await affidavit(['verify', up.url, ...pins, '--ca-file', files.file('authority.crt')]);
    assert.equal(status, 3);
    assert.match(messageLines(stderr).join('\n'), /it wants a certificate of its client; set ledger\.client\.certFile/);
  });
});
