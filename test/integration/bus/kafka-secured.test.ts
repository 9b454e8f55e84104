import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { startKafka } from '../../../scripts/kafka.ts';
import type { Kafka } from '../../../scripts/kafka.ts';
import { freePort, ROOT } from '../../../scripts/processes.ts';
import { checkTopic, KafkaSink, KafkaSource } from '../../../src/bus/index.ts';
import type { KafkaSettings } from '../../../src/bus/index.ts';
import { Certificates, nodeFiles, silentLogger, systemClock, systemRandom } from '../../../src/runtime/index.ts';
import type { Logger } from '../../../src/runtime/index.ts';
import { newRun, readMessages, stopRuns } from '../../support/bus-contract.ts';
import { issueCertificate } from '../../support/certificates.ts';
import type { Issued } from '../../support/certificates.ts';
import { frameOf } from '../../support/spool.ts';

const TOPIC = 'affidavit.records.v1';
const PASSWORDS = {
  recorder: 'recorder-secret',
  ledger: 'ledger-secret',
  bare: 'bare-secret',
  nobody: 'nobody-secret',
};
const YESTERDAY = new Date(Date.now() - 86_400_000);

const common = { random: systemRandom, logger: silentLogger };
const authority = issueCertificate({ commonName: 'brokers and their clients' });
const stranger = issueCertificate({ commonName: 'somebody else' });
const client = issueCertificate({ commonName: 'recorder', issuer: authority });

/** Listeners: one as a cluster should have it, and a plain one for the test's own administration. */
function securedListeners(ports: { plain: number; secured: number; controller: number }): Record<string, string> {
  const at = (name: string, port: number): string => `${name}://127.0.0.1:${port}`;
  const clients = `${at('PLAINTEXT', ports.plain)},${at('SASL_SSL', ports.secured)}`;
  return {
    listeners: `${clients},${at('CONTROLLER', ports.controller)}`,
    'advertised.listeners': clients,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'listener.name.sasl_ssl.ssl.client.auth': 'required',
  };
}

/** Puts the broker's certificate and its clients' authority into a folder; gives the settings that name them. */
async function pemStores(dir: string): Promise<Record<string, string>> {
  const broker = issueCertificate({ commonName: 'broker', addresses: ['127.0.0.1'], issuer: authority });
  const [keystore, truststore] = [join(dir, 'broker.pem'), join(dir, 'clients.pem')];
  await writeFile(keystore, broker.key + broker.certificate);
  await writeFile(truststore, authority.certificate);
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keystore,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': truststore,
  };
}

type Acl = kafkajs.AclEntry;

/** What the commands in docs/operations.md allow: those who follow it must get along with it. */
function documentedAcls(): Acl[] {
  const text = readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8');
  return [...text.matchAll(/^kafka-acls --add (.*)$/gm)].flatMap(([, line = '']) => {
    const valueOf = (option: string): string | undefined => new RegExp(`--${option} (\\S+)`).exec(line)?.[1];
    const topic = valueOf('topic');
    return [...line.matchAll(/--operation (\w+)/g)].map(([, name = '']) => ({
      principal: valueOf('allow-principal') ?? '',
      ...allowed(topic === undefined ? 'GROUP' : 'TOPIC', topic ?? valueOf('group') ?? '', name),
      resourcePatternType: valueOf('resource-pattern-type') === 'prefixed' ? PREFIXED : LITERAL,
    }));
  });
}

const { LITERAL, PREFIXED } = kafkajs.ResourcePatternTypes;
const OPERATIONS: Readonly<Record<string, kafkajs.AclOperationTypes>> = {
  Write: kafkajs.AclOperationTypes.WRITE,
  Read: kafkajs.AclOperationTypes.READ,
  Describe: kafkajs.AclOperationTypes.DESCRIBE,
  DescribeConfigs: kafkajs.AclOperationTypes.DESCRIBE_CONFIGS,
};

function allowed(type: 'GROUP' | 'TOPIC', resourceName: string, operation: string): Omit<Acl, 'principal'> {
  return {
    host: '*',
    permissionType: kafkajs.AclPermissionTypes.ALLOW,
    resourceType: kafkajs.AclResourceTypes[type],
    resourceName,
    resourcePatternType: LITERAL,
    operation: OPERATIONS[operation] ?? kafkajs.AclOperationTypes.UNKNOWN,
  };
}

describe('bus: Kafka over mutual TLS with SASL SCRAM-SHA-512', function () {
  this.timeout(120_000);
  let dir: string;
  let kafka: Kafka;
  let secured: string;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'affidavit-kafka-tls-'));
    const ports = { plain: await freePort(), secured: await freePort(), controller: await freePort() };
    const settings = { ...securedListeners(ports), ...(await pemStores(dir)) };
    kafka = await startKafka({ dir, port: ports.plain, settings, scramUsers: PASSWORDS });
    secured = `127.0.0.1:${ports.secured}`;
    const admin = new kafkajs.Kafka({ brokers: [kafka.bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1, replicationFactor: 1 }] });
    const bare = ['Write', 'Describe'].map((name) => ({ principal: 'User:bare', ...allowed('TOPIC', TOPIC, name) }));
    await admin.createAcls({ acl: [...documentedAcls(), ...bare] });
    await admin.disconnect();
  });
  after(async () => {
    await kafka.stop();
    await rm(dir, { recursive: true, force: true });
  });
  afterEach(stopRuns);

  /** Settings of a client that shows a certificate and says who it is. */
  function settingsOf(user: keyof typeof PASSWORDS, shown = client, ca = authority): KafkaSettings {
    const pair = { cert: Buffer.from(shown.certificate), key: Buffer.from(shown.key) };
    return {
      brokers: [secured],
      clientId: 'affidavit-test',
      ...{ topic: TOPIC, partition: 0, partitions: 1, createTopic: false, replicationFactor: -1 },
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
    const names = { certFile: join(dir, 'c.crt'), keyFile: join(dir, 'c.key'), caFile: join(dir, 'ca.crt') };
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
