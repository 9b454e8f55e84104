import assert from 'node:assert/strict';
import kafkajs from 'kafkajs';
import { checkTopic, KafkaSource } from '../../../src/bus/index.ts';
import { KIND, Quarantined, QUARANTINE_REASON } from '../../../src/record/index.ts';
import { silentLogger, systemRandom } from '../../../src/runtime/index.ts';
import { affidavit, messageLines, removeFolders, temporaryFolder } from '../../integration/commands/support/cli.ts';
import { newRun, readMessages, stopRuns } from '../../support/bus-contract.ts';
import { startProxiedKafka } from '../../support/kafka.ts';
import type { ProxiedKafka } from '../../support/kafka.ts';
import { assertOnce, exchange, openLedger, readLog, status, TestEpoch } from '../../support/ledger.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';

/** As large as a broker takes by default, and larger than any frame. */
const HUGE_BYTES = 1_000_000;
const PARTITIONS = 3;
/** In one message: a client that copies all headers for each one is busy for a minute and more. */
const HEADERS = 20_000;

/** Snappy's raw format, literals only: what another client's library would make, and ours can't read. */
function snappy({ buffer }: { buffer: Buffer }): Promise<Buffer> {
  const length = buffer.length;
  const size = [(length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14];
  const literal = [61 << 2, (length - 1) & 0xff, (length - 1) >> 8];
  return Promise.resolve(Buffer.concat([Buffer.from([...size, ...literal]), buffer]));
}

describe('bad input: what is no message of ours on Kafka', function () {
  this.timeout(120_000);
  let kafka: ProxiedKafka;
  before(async () => {
    kafka = await startProxiedKafka();
  });
  after(async () => {
    await kafka.close();
    await removeFolders();
  });
  afterEach(stopRuns);

  it('foreign, huge, empty, compressed and reordered messages: quarantined with their reason, ours are all there', async () => {
    const settings = kafka.settings();
    const topic = await checkTopic(settings, silentLogger);
    const epoch = new TestEpoch('a');
    const sent = [epoch.batch([status('started')]), ...['0', '1', '2'].map((text) => epoch.batch([exchange(text)]))];
    const [first, second, third, fourth] = sent.map(({ frame }) => Buffer.from(frame));
    const foreign = Buffer.from(new TestEpoch('b', undefined, 'elsewhere.example/log/0').batch([exchange('x')]).frame);
    const garbage = Buffer.from(new SeededRandom(4).bytes(900));
    const client = new kafkajs.Kafka({ brokers: [...settings.brokers], logLevel: kafkajs.logLevel.NOTHING });
    const producer = client.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    const lots: [(Buffer | null | undefined)[], kafkajs.CompressionTypes][] = [
      [[garbage, first, Buffer.alloc(0), null], kafkajs.CompressionTypes.None],
      [[Buffer.from('{"json":true}'), fourth, foreign], kafkajs.CompressionTypes.GZIP],
      [[Buffer.alloc(HUGE_BYTES, 'h')], kafkajs.CompressionTypes.None],
      [[third, second, third], kafkajs.CompressionTypes.None],
    ];
    for (const [values, compression] of lots)
      await producer.send({
        topic: settings.topic,
        compression,
        messages: values.map((value) => ({ key: 'any', value: value ?? null, headers: { from: 'a stranger' } })),
      });
    await producer.disconnect();
    const disk = new SimulatedDisk(1);
    const ledger = await openLedger(disk.files(), { sourceId: topic.sourceId });
    const stop = newRun();
    const source = new KafkaSource({
      settings,
      topic,
      groupPrefix: 'input',
      random: systemRandom,
      logger: silentLogger,
    });
    const all = lots.flatMap(([values]) => values).length;
    await source.run(
      undefined,
      async (messages) => {
        await ledger.ingest(messages);
        if (ledger.position === all) stop.abort();
      },
      stop.signal,
    );
    const log = await readLog(disk.files());
    assertOnce(log, sent);
    const reasons = log.leaves
      .filter(({ record }) => record.kind === KIND.quarantined)
      .map(({ record }) => Quarantined.decode(record.body).reason);
    const { malformed, unsupported_format: empty, foreign_log, oversized } = QUARANTINE_REASON;
    const expected = [malformed, malformed, empty, empty, foreign_log, oversized];
    assert.deepEqual(reasons.toSorted(), expected.toSorted());
    await ledger.close();
  });

  it('a message with as many headers as it can hold keeps nobody busy: it and what follows it are read', async function () {
    this.timeout(30_000);
    const settings = kafka.settings();
    const topic = await checkTopic(settings, silentLogger);
    const client = new kafkajs.Kafka({ brokers: [...settings.brokers], logLevel: kafkajs.logLevel.NOTHING });
    const producer = client.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    const headers = Object.fromEntries(Array.from({ length: HEADERS }, (_, index) => [`k${index}`, '']));
    await producer.send({
      topic: settings.topic,
      messages: [{ value: 'a stranger', headers }, { value: 'in the same batch' }],
    });
    await producer.send({ topic: settings.topic, messages: [{ value: 'next' }] });
    await producer.disconnect();
    const source = new KafkaSource({
      settings,
      topic,
      groupPrefix: 'headers',
      random: systemRandom,
      logger: silentLogger,
    });
    const read = await readMessages(source, undefined, 3);
    assert.deepEqual(
      read.map(({ value }) => String(value)),
      ['a stranger', 'in the same batch', 'next'],
    );
  });

  /** A topic where each client packs as it likes, with a batch of ours, and one of another client behind it. */
  async function packedTopic(compression: kafkajs.CompressionTypes): Promise<{ source: KafkaSource; ours: Buffer[] }> {
    const settings = kafka.settings({ topicConfig: { 'compression.type': 'producer' } });
    const topic = await checkTopic(settings, silentLogger);
    const client = new kafkajs.Kafka({ brokers: [...settings.brokers], logLevel: kafkajs.logLevel.NOTHING });
    const producer = client.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    const ours = ['first', 'second'].map((text) => Buffer.from(text));
    const send = (value: Buffer, how: kafkajs.CompressionTypes): Promise<unknown> =>
      producer.send({ topic: settings.topic, compression: how, messages: [{ value }] });
    const [first, second] = ours as [Buffer, Buffer];
    await send(first, kafkajs.CompressionTypes.None);
    await send(Buffer.alloc(300, 'a stranger'), compression);
    await send(second, kafkajs.CompressionTypes.None);
    await producer.disconnect();
    const common = { random: systemRandom, logger: silentLogger };
    return { source: new KafkaSource({ settings, topic, groupPrefix: 'packed', ...common }), ours };
  }

  it('a batch that another client packed with zstd is unpacked', async () => {
    const { source, ours } = await packedTopic(kafkajs.CompressionTypes.ZSTD);
    const read = await readMessages(source, undefined, 3);
    assert.deepEqual([read[0]?.value, read[2]?.value].map(String), ours.map(String));
    assert.equal(read[1]?.value.length, 300);
  });

  it('a batch that another client packed with Snappy ends the ledger with what to do, and what came before it is read', async () => {
    const codecs = kafkajs.CompressionCodecs;
    const missing = codecs[kafkajs.CompressionTypes.Snappy];
    codecs[kafkajs.CompressionTypes.Snappy] = () => ({ compress: snappy });
    const { source, ours } = await packedTopic(kafkajs.CompressionTypes.Snappy).finally(() => {
      codecs[kafkajs.CompressionTypes.Snappy] = missing;
    });
    const read: string[] = [];
    const run = source.run(
      undefined,
      (messages) => {
        read.push(...messages.map(({ value }) => String(value)));
        return Promise.resolve();
      },
      newRun().signal,
    );
    await assert.rejects(run, { code: 'bus.topic', message: /offset [01],.*Snappy.*compression\.type=uncompressed/ });
    assert.deepEqual(read, ours.slice(0, read.length).map(String));
  });

  it('a topic that the recorder makes lets nobody send what the ledger can’t unpack', async () => {
    const settings = kafka.settings();
    const lines: string[] = [];
    const warn = (_fields: unknown, message: string): void => void lines.push(message);
    await checkTopic(settings, { ...silentLogger, warn });
    assert.ok(!lines.some((line) => line.includes('compression.type')), lines.join('\n'));
  });

  it('a topic with another number of partitions: the ledger refuses it in one line', async () => {
    const settings = kafka.settings({ partitions: PARTITIONS });
    await checkTopic(settings, silentLogger);
    const environment = {
      AFFIDAVIT_BUS_KIND: 'kafka',
      AFFIDAVIT_BUS_KAFKA_BROKERS: settings.brokers.join(),
      AFFIDAVIT_BUS_KAFKA_TOPIC: settings.topic,
    };
    const { status: code, stderr } = await affidavit(['ledger', '--data', await temporaryFolder()], environment);
    assert.deepEqual([code, messageLines(stderr).length], [3, 1], stderr);
    assert.match(
      messageLines(stderr)[0] ?? '',
      new RegExp(`${settings.topic} has ${PARTITIONS} partitions, configured are 1`),
    );
  });
});
