import assert from 'node:assert/strict';
import { parseConfig } from '../../../src/config/index.ts';
import { formatVerifierKey, noteKey } from '../../../src/proof/index.ts';

const LOG_KEY = formatVerifierKey(noteKey('example.org/log/0', new Uint8Array(32).fill(7)));
const ROOT_KEY = Buffer.alloc(32, 9).toString('base64');

function yaml(path: string, value: unknown): string {
  return JSON.stringify(path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value));
}

describe('settings that could not work are refused where they stand', () => {
  for (const [path, good, bad] of [
    [
      'ledger.url',
      ['', 'http://127.0.0.1:7080', 'https://ledger.example/base/'],
      [
        'ledger:7080',
        'ftp://ledger',
        'http://',
        'http:ledger',
        'https://a:b@ledger',
        'http://ledger?x=1',
        'http://l#x',
      ],
    ],
    ['trust.logKey', ['', LOG_KEY], ['nonsense', LOG_KEY.slice(0, -2), ROOT_KEY]],
    ['trust.rootKey', ['', ROOT_KEY], ['nonsense', ROOT_KEY.slice(4), `${ROOT_KEY}=`, LOG_KEY]],
    ['capture.host', ['127.0.0.1', '::1', 'localhost'], ['']],
    ['ledger.host', ['0.0.0.0'], ['']],
  ] as const)
    it(path, () => {
      for (const value of good) parseConfig(yaml(path, value), {});
      for (const value of bad)
        assert.throws(() => parseConfig(yaml(path, value), {}), {
          code: 'config.invalid',
          message: new RegExp(`^configuration is not valid:\\n {2}${path.replace('.', '\\.')} is .{2,}: \\w.*$`),
        });
    });

  it('bus.kafka.brokers, each by its place', () => {
    parseConfig(yaml('bus.kafka.brokers', ['kafka:9092', '127.0.0.1:1', 'b-1.example:65535']), {});
    for (const broker of [
      '',
      'kafka',
      'kafka:',
      ':9092',
      'kafka:0',
      'kafka:65536',
      '[::1]:9092',
      'http://kafka:9092',
      'a b:1',
    ])
      assert.throws(() => parseConfig(yaml('bus.kafka.brokers', ['kafka:9092', broker]), {}), {
        code: 'config.invalid',
        message: /^configuration is not valid:\n {2}bus\.kafka\.brokers\.1 is ".*": not host:port/,
      });
    assert.throws(() => parseConfig('', { AFFIDAVIT_BUS_KAFKA_BROKERS: 'kafka' }), /not host:port/);
  });

  it('a shard that is not one of those that are counted', () => {
    for (const [shard, shardCount] of [
      [0, 1],
      [3, 4],
    ])
      assert.equal(parseConfig(JSON.stringify({ shard, shardCount }), {}).shard, shard);
    for (const [shard, shardCount] of [
      [1, 1],
      [4, 4],
      [1023, 4],
    ])
      assert.throws(() => parseConfig(JSON.stringify({ shard, shardCount }), {}), {
        code: 'config.invalid',
        message:
          /^configuration is not valid:\n {2}shard is \d+: shardCount is \d+: shards are numbered from 0 to \d+$/,
      });
  });
});
