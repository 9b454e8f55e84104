import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { startKafka } from '../../scripts/kafka.ts';
import { freePort, ROOT } from '../../scripts/processes.ts';
import { issueCertificate } from './certificates.ts';
import type { Issued } from './certificates.ts';

/** The topic that docs/operations.md gives ACLs for. */
export const SECURED_TOPIC = 'affidavit.records.v1';
/** Who may connect. `recorder` and `ledger` may do what docs/operations.md says, `bare` only write and describe. */
export const PASSWORDS = {
  recorder: 'recorder-secret',
  ledger: 'ledger-secret',
  bare: 'bare-secret',
  nobody: 'nobody-secret',
};

/** A real broker that asks its clients for a certificate and a password. */
export interface SecuredKafka {
  /** Folder that is removed with it. */
  readonly dir: string;
  /** `127.0.0.1:port` of its listener with SASL_SSL. */
  readonly bootstrap: string;
  stop(): Promise<void>;
}

/** Starts one; its certificate and those of its clients come from `authority`. The topic has one partition. */
export async function startSecuredKafka(authority: Issued): Promise<SecuredKafka> {
  const dir = await mkdtemp(join(tmpdir(), 'affidavit-kafka-tls-'));
  const ports = { plain: await freePort(), secured: await freePort(), controller: await freePort() };
  const settings = { ...securedListeners(ports), ...(await pemStores(dir, authority)) };
  const kafka = await startKafka({ dir, port: ports.plain, settings, scramUsers: PASSWORDS });
  const admin = new kafkajs.Kafka({ brokers: [kafka.bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: SECURED_TOPIC, numPartitions: 1, replicationFactor: 1 }] });
  const bare = ['Write', 'Describe'].map((name) => ({
    principal: 'User:bare',
    ...allowed('TOPIC', SECURED_TOPIC, name),
  }));
  await admin.createAcls({ acl: [...documentedAcls(), ...bare] });
  await admin.disconnect();
  const stop = async (): Promise<void> => {
    await kafka.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return { dir, bootstrap: `127.0.0.1:${ports.secured}`, stop };
}

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
async function pemStores(dir: string, authority: Issued): Promise<Record<string, string>> {
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
