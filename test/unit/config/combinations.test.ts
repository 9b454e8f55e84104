import assert from 'node:assert/strict';
import { parseConfig } from '../../../src/config/index.ts';

/** The paths that are refused of a configuration, in the order in which they are said. */
function refused(text: string): string[] {
  try {
    parseConfig(text, {});
    return [];
  } catch (thrown) {
    assert.ok(thrown instanceof Error);
    return [...thrown.message.matchAll(/^ {2}([\w.]+) is /gm)].map(([, path = '']) => path);
  }
}

describe('a path', () => {
  it('with a NUL character, which no file has, is refused where it stands', () => {
    for (const name of ['dataDir', 'keysDir', 'spool.directory', 'capture.tls.certFile']) {
      const text = name.split('.').reduceRight((inner, key) => `{${key}: ${inner}}`, '"a\\0b"');
      assert.ok(refused(text).includes(name), name);
    }
    for (const name of ['customRuleFiles', 'descriptorSets'])
      assert.equal(refused(`redact: {${name}: ["a\\0b"]}`).length, 1, name);
  });
});

describe('TLS by halves is refused, not taken for none', () => {
  for (const [tls, paths] of [
    ['{}', []],
    ['{certFile: c, keyFile: k}', []],
    ['{certFile: c, keyFile: k, clientCaFile: a}', []],
    ['{certFile: c}', ['keyFile']],
    ['{keyFile: k}', ['certFile']],
    ['{clientCaFile: a}', ['certFile']],
    ['{certFile: c, clientCaFile: a}', ['keyFile']],
    ['{keyFile: k, clientCaFile: a}', ['certFile', 'certFile']],
  ] as const)
    it(`capture.tls and ledger.tls ${tls}: ${paths.join(', ') || 'taken'}`, () => {
      for (const server of ['capture', 'ledger']) {
        const expected = paths.map((path) => `${server}.tls.${path}`);
        assert.deepEqual(refused(`${server}: {tls: ${tls}}`), expected);
      }
    });

  for (const [client, paths] of [
    ['{caFile: a}', []],
    ['{certFile: c, keyFile: k}', []],
    ['{certFile: c}', ['ledger.client.keyFile']],
    ['{keyFile: k}', ['ledger.client.certFile']],
  ] as const)
    it(`ledger.client ${client}: ${paths.join(', ') || 'taken'}`, () => {
      assert.deepEqual(refused(`ledger: {client: ${client}}`), paths);
    });

  it('as a variable as well, with a line that says what is needed', () => {
    assert.throws(() => parseConfig('', { AFFIDAVIT_CAPTURE_TLS_CLIENT_CA_FILE: 'ca.pem' }), {
      code: 'config.invalid',
      message: /capture\.tls\.certFile is "": clientCaFile is set, .* no client is checked/,
    });
  });
});

describe('the connection to Kafka is what the settings look like, or refused', () => {
  const user = 'saslUsername: u, saslPasswordFile: p';
  for (const [kafka, paths] of [
    ['{tls: true, caFile: c}', []],
    ['{caFile: c}', ['tls']],
    ['{tls: true, certFile: c, keyFile: k}', []],
    ['{certFile: c, keyFile: k}', ['tls']],
    ['{tls: true, certFile: c}', ['keyFile']],
    ['{tls: true, keyFile: k}', ['certFile']],
    [`{tls: true, saslMechanism: scram-sha-256, ${user}}`, []],
    [`{saslMechanism: scram-sha-512, ${user}}`, ['tls']],
    [`{saslMechanism: scram-sha-512, ${user}, saslWithoutTls: true}`, []],
    ['{tls: true, saslMechanism: scram-sha-256}', ['saslUsername', 'saslPasswordFile']],
    ['{tls: true, saslMechanism: scram-sha-256, saslUsername: u}', ['saslPasswordFile']],
    ['{tls: true, saslMechanism: scram-sha-256, saslPasswordFile: p}', ['saslUsername']],
    ['{tls: true, saslUsername: u}', ['saslMechanism']],
    ['{tls: true, saslPasswordFile: p}', ['saslMechanism']],
  ] as const)
    it(`bus.kafka ${kafka}: ${paths.join(', ') || 'taken'}`, () => {
      const expected = paths.map((path) => `bus.kafka.${path}`);
      assert.deepEqual(refused(`bus: {kafka: ${kafka}}`), expected);
    });

  it('SASL without TLS: says how to mend it and how to allow it', () => {
    assert.throws(() => parseConfig(`bus: {kafka: {saslMechanism: scram-sha-256, ${user}}}`, {}), {
      code: 'config.invalid',
      message: /bus\.kafka\.tls is false: .*set tls: true, or saslWithoutTls: true to allow it/,
    });
  });
});

describe('bounds that must be reached in their order', () => {
  it('observe gives up bodies before the producer refuses records', () => {
    assert.deepEqual(refused('seal: {maxBacklogBytes: 67108864}'), ['seal.maxBacklogBytes']);
    assert.deepEqual(refused('seal: {maxBacklogBytes: 67108865}'), []);
    assert.deepEqual(refused('{seal: {maxBacklogBytes: 1048577}, capture: {maxBufferedBytes: 4194304}}'), []);
  });
});

describe('a retention class', () => {
  for (const [text, paths] of [
    ['pci-2', []],
    ["''", ['retentionClass']],
    ['.hidden', ['retentionClass']],
    ['_x', ['retentionClass']],
    ['x'.repeat(65), ['retentionClass']],
  ] as const)
    it(`${text.slice(0, 20)}: ${paths.join() || 'taken'}`, () => {
      assert.deepEqual(refused(`retentionClass: ${text}`), paths);
    });
});
