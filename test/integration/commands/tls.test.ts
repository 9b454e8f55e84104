import assert from 'node:assert/strict';
import { Client, credentials } from '@grpc/grpc-js';
import { join } from 'node:path';
import { ACCESS_LOG_SERVICE } from '../../../src/capture/index.ts';
import { issueCertificate } from '../../support/certificates.ts';
import { PASSWORDS, startSecuredKafka } from '../../support/secured-kafka.ts';
import type { SecuredKafka } from '../../support/secured-kafka.ts';
import { until } from '../../support/system-log.ts';
import { untilRefused } from '../../support/tls-client.ts';
import { TlsFolder } from '../../support/tls-folder.ts';
import { encode } from '../../unit/capture/support/protos.ts';
import { WHOLE } from '../capture/support/calls.ts';
import { EnvoyStream } from '../capture/support/envoy-client.ts';
import { affidavit, jsonLines, messageLines, removeFolders, Running, temporaryFolder, Up } from './support/cli.ts';
import type { Settings } from './support/cli.ts';

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

describe('a receiver of the access log with mutual TLS, from the command line', function () {
  this.timeout(60_000);
  let files: TlsFolder;
  let receiver: Running;
  let port: number;

  before(async () => {
    files = await TlsFolder.make();
    const named = { addresses: ['127.0.0.1'], dnsNames: ['log.test'] };
    await files.put('own', issueCertificate({ commonName: 'log', ...named, issuer: authority }));
    await files.put('authority', authority);
    receiver = await Running.run('accesslog', join(await temporaryFolder(), 'data'), 'the access log is received', {
      AFFIDAVIT_BUS_KIND: 'kafka',
      AFFIDAVIT_BUS_KAFKA_BROKERS: '127.0.0.1:1',
      AFFIDAVIT_ACCESS_LOG_PORT: '0',
      AFFIDAVIT_ACCESS_LOG_TLS_CERT_FILE: files.file('own.crt'),
      AFFIDAVIT_ACCESS_LOG_TLS_KEY_FILE: files.file('own.key'),
      AFFIDAVIT_ACCESS_LOG_TLS_CLIENT_CA_FILE: files.file('authority.crt'),
    });
    port = Number(receiver.line('the access log is received')?.['port']);
  });
  after(async () => {
    await receiver.service.stop();
    await files.remove();
    await removeFolders();
  });

  it('takes it from who shows a certificate of the authority', async () => {
    const pems = [authority.certificate, auditor.key, auditor.certificate].map((pem) => Buffer.from(pem));
    const secured = credentials.createSsl(...pems);
    const envoy = new Client(`127.0.0.1:${port}`, secured, { 'grpc.ssl_target_name_override': 'log.test' });
    const { path, requestSerialize, responseDeserialize } = ACCESS_LOG_SERVICE.streamAccessLogs;
    const message = { identifier: { node: { id: 'envoy-1' }, log_name: 'affidavit' } };
    const failure = await new Promise<unknown>((resolve) => {
      const stream = envoy.makeClientStreamRequest(path, requestSerialize, responseDeserialize, resolve);
      stream.end(encode('envoy.service.accesslog.v3.StreamAccessLogsMessage', message));
    });
    envoy.close();
    assert.equal(failure, null);
  });

  it('refuses who shows none, and one line says so', async () => {
    await untilRefused({ port, authority, protocol: 'h2' });
    const said = 'refused a connection to the access log: it showed no certificate';
    assert.ok(await until(() => receiver.line(said) !== undefined, 10_000));
  });
});

describe('recorder and ledger with mutual TLS wherever they connect', function () {
  this.timeout(180_000);
  let files: TlsFolder;
  let kafka: SecuredKafka | undefined;
  const processes: Running[] = [];

  before(async () => {
    files = await TlsFolder.make();
    const named = { addresses: ['127.0.0.1'], dnsNames: ['recorder.test'] };
    await files.put('server', issueCertificate({ commonName: 'both', ...named, issuer: authority }));
    await files.put('client', issueCertificate({ commonName: 'client', issuer: authority }));
    await files.put('authority', authority);
    for (const user of ['recorder', 'ledger'] as const) await files.replace(user, PASSWORDS[user]);
    kafka = await startSecuredKafka(authority);
  });
  after(async () => {
    for (const running of processes) await running.service.stop();
    await kafka?.stop();
    await files.remove();
    await removeFolders();
  });

  const clientFiles = (prefix: string): Settings => ({
    [`AFFIDAVIT_${prefix}_CA_FILE`]: files.file('authority.crt'),
    [`AFFIDAVIT_${prefix}_CERT_FILE`]: files.file('client.crt'),
    [`AFFIDAVIT_${prefix}_KEY_FILE`]: files.file('client.key'),
  });
  const serverFiles = (prefix: string): Settings => ({
    [`AFFIDAVIT_${prefix}_TLS_CERT_FILE`]: files.file('server.crt'),
    [`AFFIDAVIT_${prefix}_TLS_KEY_FILE`]: files.file('server.key'),
    [`AFFIDAVIT_${prefix}_TLS_CLIENT_CA_FILE`]: files.file('authority.crt'),
  });
  const common = (user: keyof typeof PASSWORDS): Settings => ({
    AFFIDAVIT_BUS_KIND: 'kafka',
    AFFIDAVIT_BUS_KAFKA_BROKERS: kafka?.bootstrap ?? '',
    AFFIDAVIT_BUS_KAFKA_TLS: 'true',
    ...clientFiles('BUS_KAFKA'),
    AFFIDAVIT_BUS_KAFKA_SASL_MECHANISM: 'scram-sha-512',
    AFFIDAVIT_BUS_KAFKA_SASL_USERNAME: user,
    AFFIDAVIT_BUS_KAFKA_SASL_PASSWORD_FILE: files.file(user),
  });
  const start = async (command: string, data: string, ready: string, settings: Settings): Promise<Running> => {
    const running = await Running.run(command, data, ready, settings);
    processes.push(running);
    return running;
  };

  it('carry a call from Envoy into the log, and nobody is refused or warned of but for the one replica', async () => {
    const data = join(await temporaryFolder(), 'data');
    await affidavit(['keys', 'init', '--data', data]);
    const made = await affidavit(['keys', 'producer', '--data', data]);
    await affidavit(['keys', 'enroll', made.stdout.trim(), '--data', data]);
    const ledger = await start('ledger', data, 'the ledger is open', { ...common('ledger'), ...serverFiles('LEDGER') });
    const url = String(ledger.line('the ledger is open')?.['url']);
    const { stdout } = await affidavit(['keys', '--data', data, '--json']);
    const { logKey } = JSON.parse(stdout) as { logKey: string };
    const trusted = { AFFIDAVIT_LEDGER_URL: url, AFFIDAVIT_TRUST_LOG_KEY: logKey };
    const asking = { ...clientFiles('LEDGER_CLIENT'), ...trusted };
    const recorder = await start('recorder', data, 'the recorder takes calls', {
      ...common('recorder'),
      ...serverFiles('CAPTURE'),
      ...asking,
    });
    const port = Number(recorder.line('the recorder takes calls')?.['port']);
    const secured = credentials.createSsl(
      Buffer.from(authority.certificate),
      ...[auditor.key, auditor.certificate].map((pem) => Buffer.from(pem)),
    );
    const envoy = new Client(`127.0.0.1:${port}`, secured, { 'grpc.ssl_target_name_override': 'recorder.test' });
    const stream = new EnvoyStream(envoy, 'strict');
    for (const message of WHOLE) stream.send(message);
    assert.equal(await stream.ended(), 0);
    envoy.close();
    const listed = async (): Promise<boolean> => {
      const { stdout } = await affidavit(
        ['list', '--log', url, '--kind', 'exchange', '--json', '--data', data],
        asking,
      );
      return stdout !== '';
    };
    assert.ok(await until(listed, 60_000));
    // A new broker may need a moment until it coordinates groups.
    const expected = /has 1 replica|trying again: .*coordinator/;
    const warned = processes.flatMap((running) => running.warnings());
    assert.deepEqual(
      warned.filter((message) => !expected.test(message)),
      [],
    );
  });
});
