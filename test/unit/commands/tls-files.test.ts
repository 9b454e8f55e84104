import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { kafkaSettings } from '../../../src/commands/kafka-settings.ts';
import { watchedCredentials } from '../../../src/commands/ledger-client.ts';
import { systemPorts } from '../../../src/commands/ports.ts';
import { parseConfig } from '../../../src/config/index.ts';
import type { Config } from '../../../src/config/index.ts';
import type { Credentials, Logger } from '../../../src/runtime/index.ts';
import { issueCertificate } from '../../support/certificates.ts';
import { until } from '../../support/system-log.ts';
import { keptLog } from '../../support/tls-client.ts';
import { TlsFolder } from '../../support/tls-folder.ts';

const LOOK_MS = 10_000;
const LIMIT_MS = 10_000;
const authority = issueCertificate({ commonName: 'operators' });
const first = issueCertificate({ commonName: 'first', issuer: authority });
const second = issueCertificate({ commonName: 'second', issuer: authority });

type Shown = (config: Config, logger: Logger) => Promise<(() => Credentials) | undefined>;

const CONNECTIONS: readonly (readonly [what: string, settings: (client: object) => object, shown: Shown])[] = [
  [
    'a broker',
    (client) => ({ bus: { kind: 'kafka', kafka: { brokers: ['127.0.0.1:1'], tls: true, ...client } } }),
    async (config, logger) => (await kafkaSettings(config, systemPorts, logger)).tls,
  ],
  [
    'a ledger',
    (client) => ({ ledger: { url: 'https://127.0.0.1:1', client } }),
    (config, logger) => watchedCredentials(config, systemPorts, logger),
  ],
];

describe('the certificate that a process shows to', () => {
  let folder: TlsFolder;
  beforeEach(async () => {
    folder = await TlsFolder.make();
    await folder.put('own', first);
    mock.timers.enable({ apis: ['setInterval'] });
  });
  afterEach(async () => {
    mock.timers.reset();
    await folder.remove();
  });

  for (const [what, settings, shown] of CONNECTIONS)
    it(`${what} is the new one for its next connection, once the files were replaced`, async () => {
      const { lines, logger } = keptLog();
      const client = { certFile: folder.file('own.crt'), keyFile: folder.file('own.key') };
      const current = await shown(parseConfig(JSON.stringify(settings(client)), {}), logger);
      assert.equal(current?.().cert?.toString(), first.certificate);
      await folder.put('own', second);
      mock.timers.tick(LOOK_MS);
      assert.ok(await until(() => lines.length > 0, LIMIT_MS));
      assert.deepEqual(lines, ['info TLS files were read anew: new connections use them']);
      assert.equal(current().cert?.toString(), second.certificate);
    });
});
