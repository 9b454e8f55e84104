import assert from 'node:assert/strict';
import { MAX_FRAME_BYTES } from '../../../src/record/index.ts';
import { JUDGED_SETTINGS, judgeTopic, LARGEST_BATCH_BYTES } from '../../../src/bus/topic-settings.ts';

/** Three replicas, and nothing to complain of. */
const GOOD: Readonly<Record<string, string>> = {
  'cleanup.policy': 'delete',
  'max.message.bytes': '1048588',
  'min.insync.replicas': '2',
  'unclean.leader.election.enable': 'false',
  'retention.ms': '604800000',
  'retention.bytes': '-1',
  'compression.type': 'uncompressed',
};
const LARGEST = String(LARGEST_BATCH_BYTES);
const TOO_SMALL = String(LARGEST_BATCH_BYTES - 1);

/** `refusal` or `warning` with the setting that it names, in their order. */
function judged(changes: Readonly<Record<string, string>>, replicas: number): string[] {
  const settings = new Map(Object.entries({ ...GOOD, ...changes }));
  return judgeTopic({ topic: 'records', replicas, settings }).map(({ severity, message }) => {
    assert.match(message, /the topic records/);
    return `${severity} ${JUDGED_SETTINGS.find((name) => message.includes(`${name}=`)) ?? message}`;
  });
}

describe('bus: what a topic must be like for records that may not be lost', () => {
  const oneReplica =
    'warning the topic records has 1 replica: a disk that is lost takes with it what the ledger has not read';
  for (const [name, changes, replicas, findings] of [
    ['three replicas, two in sync, kept for a week', {}, 3, []],
    ['kept for ever', { 'retention.ms': '-1' }, 3, []],
    ['one replica', { 'min.insync.replicas': '1' }, 1, [oneReplica]],
    ['compacted', { 'cleanup.policy': 'compact' }, 3, ['refusal cleanup.policy']],
    ['compacted and deleted', { 'cleanup.policy': 'delete,compact' }, 3, ['refusal cleanup.policy']],
    ['just large enough for a send', { 'max.message.bytes': LARGEST }, 3, []],
    ['a byte too small for a send', { 'max.message.bytes': TOO_SMALL }, 3, ['refusal max.message.bytes']],
    ['more in sync than there are replicas', { 'min.insync.replicas': '4' }, 3, ['refusal min.insync.replicas']],
    ['two in sync of one replica', {}, 1, ['refusal min.insync.replicas', oneReplica]],
    ['one in sync of three', { 'min.insync.replicas': '1' }, 3, ['warning min.insync.replicas']],
    ['unclean elections', { 'unclean.leader.election.enable': 'true' }, 3, ['warning unclean.leader.election.enable']],
    ['kept for less than a week', { 'retention.ms': '604799999' }, 3, ['warning retention.ms']],
    ['kept for an hour', { 'retention.ms': '3600000' }, 3, ['warning retention.ms']],
    ['packed by the brokers so that we can read it', { 'compression.type': 'zstd' }, 3, []],
    ['packed by the brokers with Snappy', { 'compression.type': 'snappy' }, 3, ['refusal compression.type']],
    ['packed by the brokers with LZ4', { 'compression.type': 'lz4' }, 3, ['refusal compression.type']],
    ['packed as each client likes', { 'compression.type': 'producer' }, 3, ['warning compression.type']],
    ['bounded in bytes', { 'retention.bytes': '1000000000000' }, 3, ['warning retention.bytes']],
    [
      'several at once, refusals first',
      { 'unclean.leader.election.enable': 'true', 'cleanup.policy': 'compact', 'max.message.bytes': '1000' },
      3,
      ['refusal cleanup.policy', 'refusal max.message.bytes', 'warning unclean.leader.election.enable'],
    ],
  ] as const)
    it(`${name}: ${findings.join(', ') || 'fine'}`, () => {
      assert.deepEqual(judged(changes, replicas), findings);
    });

  it('a send has room for the largest frame', () => {
    assert.ok(LARGEST_BATCH_BYTES > MAX_FRAME_BYTES + 64);
    assert.ok(LARGEST_BATCH_BYTES <= 1_048_588);
  });

  it('a refusal names topic, setting, value, what is needed and how to mend it', () => {
    const settings = new Map(Object.entries({ ...GOOD, 'cleanup.policy': 'compact' }));
    const [finding] = judgeTopic({ topic: 'records', replicas: 3, settings });
    assert.match(
      finding?.message ?? '',
      /records has cleanup\.policy=compact: .*set it to delete \(kafka-configs --alter .*--entity-name records --add-config cleanup\.policy=delete\)/,
    );
  });

  it('settings that may not be read are said not to be checked, not taken for good', () => {
    const findings = judgeTopic({ topic: 'records', replicas: 3, settings: undefined });
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ['warning'],
    );
    assert.match(findings[0]?.message ?? '', /could not be checked.*DescribeConfigs --topic records/);
  });

  it('a setting that the brokers leave out is said not to be checked', () => {
    const settings = new Map(Object.entries(GOOD).filter(([name]) => name !== 'retention.ms'));
    const [finding, ...more] = judgeTopic({ topic: 'records', replicas: 3, settings });
    assert.deepEqual(more, []);
    assert.match(finding?.message ?? '', /don't say retention\.ms/);
  });
});
