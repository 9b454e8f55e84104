import assert from 'node:assert/strict';
import { checkTopic, KafkaSink, KafkaSource, LARGEST_BATCH_BYTES } from '../../../src/bus/index.ts';
import { silentLogger, systemRandom } from '../../../src/runtime/index.ts';
import type { Logger } from '../../../src/runtime/index.ts';
import { readMessages } from '../../support/bus-contract.ts';
import { startProxiedKafka } from '../../support/kafka.ts';
import type { ProxiedKafka } from '../../support/kafka.ts';

/** A logger, and what it warned of. */
function listening(): { logger: Logger; warned: string[] } {
  const warned: string[] = [];
  return { warned, logger: { ...silentLogger, warn: (_fields, message) => warned.push(message) } };
}

describe('bus: the settings of a topic of a real broker', function () {
  this.timeout(120_000);
  let kafka: ProxiedKafka;
  before(async () => {
    kafka = await startProxiedKafka();
  });
  after(async () => {
    await kafka.close();
  });

  it('are what its brokers have in force: one replica is warned of, and nothing else', async () => {
    const { logger, warned } = listening();
    await checkTopic(kafka.settings(), logger);
    assert.deepEqual(
      warned.map((message) => /has 1 replica/.test(message)),
      [true],
    );
  });

  for (const [name, value] of [
    ['cleanup.policy', 'compact'],
    ['cleanup.policy', 'compact,delete'],
    ['max.message.bytes', '800000'],
    ['min.insync.replicas', '2'],
  ] as const)
    it(`${name}=${value}: ledger and recorder refuse the topic, unless told to warn`, async () => {
      const settings = kafka.settings({ topicConfig: { [name]: value } });
      const expected = {
        code: 'bus.topic',
        message: new RegExp(`the topic ${settings.topic} has ${name}=${value}: .*set it to .*kafka-configs`),
      };
      await assert.rejects(checkTopic(settings, silentLogger), expected);
      const sink = new KafkaSink({ settings, random: systemRandom, logger: silentLogger });
      const frame = { number: 0, bytes: new Uint8Array(8) };
      await assert.rejects(sink.publish([frame], new AbortController().signal), expected);
      await sink.close();
      const { logger, warned } = listening();
      await checkTopic({ ...settings, topicChecks: 'warn' }, logger);
      assert.ok(
        warned.some((message) => expected.message.test(message)),
        warned.join('\n'),
      );
    });

  it('unclean elections and short retention are warned of, one line each', async () => {
    const topicConfig = {
      'unclean.leader.election.enable': 'true',
      'retention.ms': '3600000',
      'retention.bytes': '100000000',
    };
    const { logger, warned } = listening();
    await checkTopic(kafka.settings({ topicConfig }), logger);
    for (const name of Object.keys(topicConfig))
      assert.equal(warned.filter((message) => message.includes(`${name}=`)).length, 1, name);
  });

  it('let every send through at the least max.message.bytes that is accepted', async () => {
    const settings = kafka.settings({ topicConfig: { 'max.message.bytes': String(LARGEST_BATCH_BYTES) } });
    const topic = await checkTopic(settings, silentLogger);
    const sink = new KafkaSink({ settings, random: systemRandom, logger: silentLogger });
    // The first three make one send that is as full as sends get.
    const sizes = [400_000, 400_000, LARGEST_BATCH_BYTES - 61 - 800_000 - 3 * 64, 786_432];
    const frames = sizes.map((size, number) => ({ number, bytes: new Uint8Array(size) }));
    await sink.publish(frames, AbortSignal.timeout(30_000));
    await sink.close();
    const common = { random: systemRandom, logger: silentLogger };
    const source = new KafkaSource({ settings, topic, groupPrefix: 'affidavit-ledger', ...common });
    const read = await readMessages(source, undefined, sizes.length);
    assert.deepEqual(
      read.map(({ value }) => value.length),
      sizes,
    );
  });
});
