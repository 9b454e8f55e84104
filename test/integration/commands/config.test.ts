import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../../scripts/processes.ts';
import { affidavit, removeFolders, temporaryFolder } from './support/cli.ts';

describe('affidavit config', function () {
  this.timeout(60_000);
  let file = '';

  before(async () => {
    file = join(await temporaryFolder(), 'affidavit.yaml');
    await writeFile(file, 'environment: staging\nledger:\n  port: 1234\n');
  });
  after(removeFolders);

  it('check: a valid file is fine', async () => {
    const { status, stdout } = await affidavit(['config', 'check', '--config', file, '--json']);
    assert.deepEqual([status, JSON.parse(stdout)], [0, { valid: true }]);
  });

  it('check: names path, value and what is allowed, in the file and in the environment', async () => {
    const wrong = join(await temporaryFolder(), 'wrong.yaml');
    await writeFile(wrong, 'ledger:\n  port: 70000\nbogus: 1\n');
    const { status, stderr } = await affidavit(['config', 'check'], {
      AFFIDAVIT_CONFIG: wrong,
      AFFIDAVIT_LOG_LEVEL: 'loud',
      AFFIDAVIT_LEDGER_PORT: '70000',
    });
    assert.equal(status, 2);
    assert.match(stderr, /wrong\.yaml is not valid/);
    assert.match(stderr, /ledger\.port is 70000: .*allowed: 0 to 65535/);
    assert.match(stderr, /logLevel is "loud": .*allowed: debug, info, warn, error/);
    assert.match(stderr, /bogus/);
  });

  for (const command of [['config', 'check'], ['up'], ['list'], ['keys']])
    it(`${command.join(' ')}: a variable that means nothing is wrong configuration, not passed over`, async () => {
      const settings = { AFFIDAVIT_CAPTURE_TLS_CERTFILE: 'cert.pem' };
      const { status, stdout, stderr } = await affidavit([...command, '--data', '/nonexistent'], settings);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, /AFFIDAVIT_CAPTURE_TLS_CERTFILE is no setting; nearest: AFFIDAVIT_CAPTURE_TLS_CERT_FILE/);
    });

  it('check: half of TLS is wrong configuration, not no TLS', async () => {
    const { status, stderr } = await affidavit(['config', 'check'], { AFFIDAVIT_CAPTURE_TLS_KEY_FILE: 'key.pem' });
    assert.equal(status, 2);
    assert.match(stderr, /capture\.tls\.certFile is "": keyFile is set/);
  });

  it('check: a bus without brokers is wrong configuration; what needs no bus runs all the same', async () => {
    const settings = { AFFIDAVIT_BUS_KIND: 'kafka' };
    const { status, stderr } = await affidavit(['config', 'check'], settings);
    assert.deepEqual([status, stderr], [2, 'affidavit: bus.kafka.brokers is empty: name at least one host:port\n']);
    assert.equal((await affidavit(['config', 'print'], settings)).status, 0);
  });

  it('check: a file that is not there is wrong configuration', async () => {
    const { status, stderr } = await affidavit(['config', 'check', '--config', '/nonexistent/affidavit.yaml']);
    assert.deepEqual([status, stderr], [2, 'affidavit: there is no configuration file /nonexistent/affidavit.yaml\n']);
  });

  it('print: file, environment over it, --data over both; the same as YAML and JSON', async () => {
    const settings = { AFFIDAVIT_LEDGER_PORT: '4321', AFFIDAVIT_DATA_DIR: 'there' };
    const args = ['config', 'print', '--config', file, '--data', 'here'];
    const [yaml, json] = [await affidavit(args, settings), await affidavit([...args, '--json'], settings)];
    assert.deepEqual(parse(yaml.stdout), JSON.parse(json.stdout));
    const config = JSON.parse(json.stdout) as { environment: string; dataDir: string; ledger: { port: number } };
    assert.deepEqual([config.environment, config.dataDir, config.ledger.port], ['staging', 'here', 4321]);
  });

  it('print --reference: docs/configuration.md is what it prints', async () => {
    const { stdout } = await affidavit(['config', 'print', '--reference', '--json']);
    const { reference } = JSON.parse(stdout) as { reference: string };
    assert.equal(await readFile(join(ROOT, 'docs', 'configuration.md'), 'utf8'), reference);
    assert.match(reference, /`trust\.logKeyFile`/);
  });
});
