import assert from 'node:assert/strict';
import { Client, credentials } from '@grpc/grpc-js';
import { issueCertificate } from '../../support/certificates.ts';
import type { Issued } from '../../support/certificates.ts';
import { until } from '../../support/system-log.ts';
import { connectTls, keptLog, nameShown, untilRefused } from '../../support/tls-client.ts';
import { TlsFolder } from '../../support/tls-folder.ts';
import { REQUEST, RESPONSE } from './support/calls.ts';
import { Capture } from './support/capture.ts';
import { EnvoyStream } from './support/envoy-client.ts';

const YESTERDAY = new Date(Date.now() - 86_400_000);
const named = { addresses: ['127.0.0.1'], dnsNames: ['recorder.test'] };
const authority = issueCertificate({ commonName: 'mesh' });
const stranger = issueCertificate({ commonName: 'somebody else' });
const first = issueCertificate({ commonName: 'first', ...named, issuer: authority });
const second = issueCertificate({ commonName: 'second', ...named, issuer: authority });
const envoy = issueCertificate({ commonName: 'envoy', issuer: authority });
const RELOADED = 'info TLS files were read anew: new connections use them';

describe('certificates of the recorder', () => {
  let folder: TlsFolder;
  let capture: Capture;
  let port: number;
  let log: ReturnType<typeof keptLog>;

  const client = (shown?: Issued) => ({ port, authority, shown, protocol: 'h2' });
  const shownName = (): Promise<string> => nameShown(client(envoy));
  const logged = (line: string): Promise<boolean> => until(() => log.lines.includes(line), 10_000);

  beforeEach(async () => {
    folder = await TlsFolder.make();
    await folder.put('own', first);
    await folder.put('callers', authority);
    const [certFile, keyFile] = [folder.file('own.crt'), folder.file('own.key')];
    capture = new Capture();
    log = keptLog();
    const tls = { certFile, keyFile, clientCaFile: folder.file('callers.crt'), pollMs: 10 };
    ({ port } = await capture.start({ tls, logger: log.logger }));
  });
  afterEach(async () => {
    await capture.close();
    await folder.remove();
  });

  it('are replaced for new connections, and calls on an open one go on', async () => {
    const pem = [authority.certificate, envoy.key, envoy.certificate].map((text) => Buffer.from(text));
    const [ca = null, ...pair] = pem;
    const channel = new Client(`127.0.0.1:${port}`, credentials.createSsl(ca, ...pair), {
      'grpc.ssl_target_name_override': 'recorder.test',
    });
    const stream = new EnvoyStream(channel, 'inline');
    assert.ok('request_headers' in (await stream.ask(REQUEST)));
    assert.equal(await shownName(), 'first');
    await folder.put('own', second);
    assert.ok(await logged(RELOADED));
    assert.equal(await shownName(), 'second');
    assert.ok('response_headers' in (await stream.ask(RESPONSE)));
    assert.equal(stream.status, undefined);
    channel.close();
  });

  it('stay as they were when new files are broken, with one line', async () => {
    await folder.replace('own.crt', second.certificate);
    const broken = 'error new TLS files can not be used; the ones before stay in use';
    assert.ok(await logged(broken));
    assert.equal(await shownName(), 'first');
    await folder.put('own', second);
    assert.ok(await logged(RELOADED));
    assert.equal(await shownName(), 'second');
    assert.equal(log.lines.filter((line) => line === broken).length, 1);
  });

  it('of callers come from the authority that the file names now', async () => {
    const other = issueCertificate({ commonName: 'envoy', issuer: stranger });
    await untilRefused(client(other));
    const open = await connectTls(client(envoy));
    await folder.put('callers', stranger);
    assert.ok(await logged(RELOADED));
    await untilRefused(client(envoy));
    const accepted = await connectTls(client(other));
    // Whoever is refused is cut off with what comes next: HTTP/2 settings arrive at those who aren't.
    await Promise.all([accepted, open].map((socket) => new Promise((resolve) => socket.once('data', resolve))));
    for (const socket of [accepted, open]) socket.destroy();
  });

  for (const [what, shown, why] of [
    ['no certificate', undefined, 'it showed no certificate'],
    [
      'an expired one',
      issueCertificate({ commonName: 'envoy', issuer: authority, notAfter: YESTERDAY }),
      'its certificate has expired',
    ],
    [
      'one of another authority',
      issueCertificate({ commonName: 'envoy', issuer: stranger }),
      'its certificate is of another authority than those of clientCaFile',
    ],
    ['one that is an authority’s own', stranger, 'its certificate is not for clients'],
  ] as const)
    it(`of callers: ${what} is refused, and one line says why`, async () => {
      await untilRefused(client(shown));
      await untilRefused(client(shown));
      assert.ok(await until(() => log.lines.length > 0, 10_000));
      assert.deepEqual(log.lines, [`warn refused a connection to the recorder: ${why}`]);
      assert.equal(await shownName(), 'first');
    });
});
