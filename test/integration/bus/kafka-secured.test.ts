import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkTopic, KafkaSink, KafkaSource } from '../../../src/bus/index.ts';
import type { KafkaSettings } from '../../../src/bus/index.ts';
import { Certificates, nodeFiles, silentLogger, systemClock, systemRandom } from '../../../src/runtime/index.ts';
import type { Logger } from '../../../src/runtime/index.ts';
import { newRun, readMessages, stopRuns } from '../../support/bus-contract.ts';
import { issueCertificate } from '../../support/certificates.ts';
import type { Issued } from '../../support/certificates.ts';
import { PASSWORDS, SECURED_TOPIC, startSecuredKafka } from '../../support/secured-kafka.ts';
import type { SecuredKafka } from '../../support/secured-kafka.ts';
import { frameOf } from '../../support/spool.ts';

const YESTERDAY = new Date(Date.now() - 86_400_000);

const common = { random: systemRandom, logger: silentLogger };
const authority = issueCertificate({ commonName: 'brokers and their clients' });
const stranger = issueCertificate({ commonName: 'somebody else' });
const client = issueCertificate({ commonName: 'recorder', issuer: authority });

describe('bus: Kafka over mutual TLS with SASL SCRAM-SHA-512', function () {
  this.timeout(120_000);
  let kafka: SecuredKafka;

  before(async () => {
    kafka = await startSecuredKafka(authority);
  });
  after(() => kafka.stop());
  afterEach(stopRuns);

  /** Settings of a client that shows a certificate and says who it is. */
  function settingsOf(user: keyof typeof PASSWORDS, shown = client, ca = authority): KafkaSettings {
    const pair = { cert: Buffer.from(shown.certificate), key: Buffer.from(shown.key) };
    return {
      brokers: [kafka.bootstrap],
      clientId: 'affidavit-test',
      ...{ topic: SECURED_TOPIC, partition: 0, partitions: 1, createTopic: false, replicationFactor: -1 },
      tls: () => ({ ...pair, ca: Buffer.from(ca.certificate) }),
      sasl: { mechanism: 'scram-sha-512', username: user, password: PASSWORDS[user] },
      connectionTimeoutMs: 3000,
    };
  }

  const refused = (settings: KafkaSettings, message: RegExp): Promise<void> =>
    assert.rejects(checkTopic(settings, silentLogger), { code: 'bus.unavailable', message });

  it('carries records from recorder to ledger, each with no more than the ACLs of docs/operations.md', async () => {
    const warned: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (_fields, message) => warned.push(message) };
    const sink = new KafkaSink({ settings: settingsOf('recorder'), random: systemRandom, logger });
    await sink.publish([{ number: 0, bytes: frameOf('over TLS') }], newRun().signal);
    await sink.close();
    assert.deepEqual(
      warned.filter((message) => !message.includes('has 1 replica')),
      [],
    );
    const settings = settingsOf('ledger');
    const topic = await checkTopic(settings, silentLogger);
    const source = new KafkaSource({ settings, topic, groupPrefix: 'affidavit-ledger', ...common });
    const [read] = await readMessages(source, undefined, 1);
    assert.equal(Buffer.from(read?.value ?? []).toString(), 'over TLS');
  });

  it('says that topic settings could not be checked when the user may not read them, and goes on', async () => {
    const warned: string[] = [];
    await checkTopic(settingsOf('bare'), { ...silentLogger, warn: (_fields, message) => warned.push(message) });
    assert.equal(warned.filter((message) => /could not be checked.*DescribeConfigs/.test(message)).length, 1);
  });

  it('refuses who may nothing, who knows no password, and a broker of another authority, each in words', async () => {
    await assert.rejects(checkTopic(settingsOf('nobody'), silentLogger), {
      code: 'bus.topic',
      message: /there is no topic/,
    });
    const wrong = { mechanism: 'scram-sha-512', username: 'recorder', password: 'guessed' } as const;
    await refused({ ...settingsOf('recorder'), sasl: wrong }, /authentication failed|invalid credentials/i);
    await refused(
      settingsOf('recorder', client, stranger),
      /unable to verify the first certificate of the broker: bus\.kafka\.caFile/,
    );
  });

  it('is refused by the broker with a missing, expired or foreign client certificate', async () => {
    const expired = issueCertificate({ commonName: 'recorder', issuer: authority, notAfter: YESTERDAY });
    const foreign = issueCertificate({ commonName: 'recorder', issuer: stranger });
    const without = { ...settingsOf('recorder'), tls: () => ({ ca: Buffer.from(authority.certificate) }) };
    for (const settings of [without, settingsOf('recorder', expired), settingsOf('recorder', foreign)])
      await refused(
        settings,
        /: the broker refused the certificate that bus\.kafka\.certFile names, or wants one \(.*\)$/,
      );
  });

  it('uses a client certificate whose files were replaced for the next connection', async () => {
    const names = {
      certFile: join(kafka.dir, 'c.crt'),
      keyFile: join(kafka.dir, 'c.key'),
      caFile: join(kafka.dir, 'ca.crt'),
    };
    const put = async (issued: Issued): Promise<void> => {
      await writeFile(names.certFile, issued.certificate);
      await writeFile(names.keyFile, issued.key);
    };
    await writeFile(names.caFile, authority.certificate);
    await put(issueCertificate({ commonName: 'recorder', issuer: authority, notAfter: YESTERDAY }));
    const files = { files: nodeFiles, clock: systemClock, logger: silentLogger };
    const certificates = await Certificates.open({ names, ...files });
    const settings = { ...settingsOf('recorder'), tls: () => certificates.current };
    await refused(settings, /refused the certificate/);
    await put(client);
    assert.equal(await certificates.look(), true);
    await checkTopic(settings, silentLogger);
  });
});
