import assert from 'node:assert/strict';
import kafkajs from 'kafkajs';
import type { Admin } from 'kafkajs';
import { freePort } from '../../../scripts/processes.ts';
import { checkTopic, KafkaSink, KafkaSource, Publisher } from '../../../src/bus/index.ts';
import type { KafkaSettings, KafkaTopic } from '../../../src/bus/index.ts';
import { silentLogger, systemRandom } from '../../../src/runtime/index.ts';
import type { Spool } from '../../../src/spool/index.ts';
import { busContract, newRun, readMessages, stopRuns } from '../../support/bus-contract.ts';
import { startProxiedKafka } from '../../support/kafka.ts';
import type { ProxiedKafka } from '../../support/kafka.ts';
import { FETCH, JOIN_GROUP, LIST_OFFSETS, PRODUCE } from '../../support/kafka-proxy.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { frameOf, openSpool } from '../../support/spool.ts';
import { requireOrSkip } from '../../support/tools.ts';

const common = { random: systemRandom, logger: silentLogger };

describe('bus: Kafka', function () {
  this.timeout(120_000);
  let kafka: ProxiedKafka;
  before(async function () {
    await requireOrSkip(this, 'kafka');
    kafka = await startProxiedKafka();
  });
  after(async () => {
    // Where the suite is skipped there is none.
    await (kafka as ProxiedKafka | undefined)?.close();
  });
  afterEach(() => {
    stopRuns();
    kafka.proxy.fate = () => 'pass';
    kafka.proxy.losesRequest = () => false;
  });

  const sourceOf = (settings: KafkaSettings, topic: KafkaTopic): KafkaSource =>
    new KafkaSource({ settings, topic, groupPrefix: 'affidavit-ledger', ...common });

  /** Everything that stands in the partition. */
  async function contentOf(settings: KafkaSettings, last: string): Promise<string[]> {
    const stop = newRun();
    const read: string[] = [];
    const source = sourceOf(settings, await checkTopic(settings, silentLogger));
    await source.run(
      undefined,
      (messages) => {
        for (const { value } of messages) read.push(Buffer.from(value).toString('latin1'));
        if (read.includes(last)) stop.abort();
        return Promise.resolve();
      },
      stop.signal,
    );
    return read;
  }

  describe('as every bus', () => {
    busContract(async () => {
      const settings = kafka.settings();
      const topic = await checkTopic(settings, silentLogger);
      const sink = new KafkaSink({ settings, ...common });
      let number = 0;
      return {
        publish: (frames) =>
          sink.publish(
            frames.map((bytes) => ({ number: number++, bytes })),
            newRun().signal,
          ),
        source: () => sourceOf(settings, topic),
        close: () => sink.close(),
      };
    });
  });

  it('loses nothing when 40 replies to 120 sends are lost, and 10 sends on their way, and never changes bytes', async () => {
    const settings = kafka.settings({ requestTimeoutMs: 1000 });
    const sink = new KafkaSink({ settings, ...common });
    const random = new SeededRandom(11);
    let lost = 0;
    kafka.proxy.fate = (apiKey) => {
      if (apiKey !== PRODUCE || lost === 40 || !random.chance(0.4)) return 'pass';
      lost++;
      return lost % 20 === 0 ? 'lose' : 'cut';
    };
    let lostRequests = 0;
    kafka.proxy.losesRequest = (apiKey) => {
      const loses = apiKey === PRODUCE && lostRequests < 10 && random.chance(0.2);
      if (loses) lostRequests++;
      return loses;
    };
    const sent = Array.from({ length: 120 }, (_, at) => `send ${at}`);
    for (const [number, text] of sent.entries())
      await sink.publish([{ number, bytes: frameOf(text) }], newRun().signal);
    await sink.close();
    assert.equal(lost, 40);
    assert.equal(lostRequests, 10);
    kafka.proxy.fate = () => 'pass';
    const content = await contentOf(settings, 'send 119');
    assert.deepEqual([...new Set(content)], sent);
  });

  it('reads everything once while fetches are lost', async () => {
    const settings = kafka.settings({ requestTimeoutMs: 2000 });
    const topic = await checkTopic(settings, silentLogger);
    const sink = new KafkaSink({ settings, ...common });
    const sent = Array.from({ length: 30 }, (_, at) => `fetched ${at}`);
    for (const [number, text] of sent.entries())
      await sink.publish([{ number, bytes: frameOf(text) }], newRun().signal);
    await sink.close();
    let fetches = 0;
    kafka.proxy.fate = (apiKey) => (apiKey === FETCH && fetches++ < 6 ? 'cut' : 'pass');
    const read = await readMessages(sourceOf(settings, topic), 4, 26);
    assert.deepEqual(
      read.map(({ value }) => Buffer.from(value).toString('latin1')),
      sent.slice(4),
    );
    assert.deepEqual(
      read.map(({ position }) => position),
      Array.from({ length: 26 }, (_, at) => at + 4),
    );
    assert(fetches > 6);
  });

  for (const [request, silentKey] of [
    ['where the partition ends', LIST_OFFSETS],
    ['for a place in the group', JOIN_GROUP],
  ] as const)
    it(`ends when it is told to, also while the broker does not answer who asks ${request}`, async () => {
      const settings = kafka.settings({ requestTimeoutMs: 600_000 });
      const topic = await checkTopic(settings, silentLogger);
      const stop = newRun();
      kafka.proxy.fate = (apiKey) => {
        if (apiKey !== silentKey) return 'pass';
        stop.abort();
        return 'lose';
      };
      await sourceOf(settings, topic).run(0, () => Promise.resolve(), stop.signal);
      assert.ok(stop.signal.aborted);
    });

  it('publishes and reads on when the broker was killed and comes back', async () => {
    const settings = kafka.settings({ requestTimeoutMs: 2000, connectionTimeoutMs: 1000 });
    const topic = await checkTopic(settings, silentLogger);
    const spool = await openSpool(new SimulatedDisk(3).files());
    const sink = new KafkaSink({ settings, ...common });
    const publisher = new Publisher({ spool, sink });
    const stop = newRun();
    const publishing = publisher.run(stop.signal);
    const read: string[] = [];
    const reading = sourceOf(settings, topic).run(
      undefined,
      (messages) => {
        for (const { value } of messages) read.push(Buffer.from(value).toString('latin1'));
        return Promise.resolve();
      },
      stop.signal,
    );
    await appendAll(spool, 0, 10);
    await until(() => publisher.published === 10 && read.includes('restart 9'));
    await kafka.broker.kill9();
    kafka.proxy.cutAll();
    await appendAll(spool, 10, 20);
    await kafka.broker.restart();
    await appendAll(spool, 20, 30);
    // A message may be read before its acknowledgement has come back to the publisher.
    await until(() => publisher.published === 30 && read.includes('restart 29'));
    stop.abort();
    await Promise.all([reading, publishing]);
    await sink.close();
    assert.deepEqual(
      [...new Set(read)],
      Array.from({ length: 30 }, (_, at) => `restart ${at}`),
    );
  });

  it('passes on a jump of the position where the broker has deleted messages', async () => {
    const settings = kafka.settings();
    const topic = await checkTopic(settings, silentLogger);
    await publishNamed(settings, 10);
    await withAdmin(settings, async (admin) => {
      // The client must know the partition's leader first.
      await admin.fetchTopicOffsets(settings.topic);
      await admin.deleteTopicRecords({ topic: settings.topic, partitions: [{ partition: 0, offset: '6' }] });
    });
    const read = await readMessages(sourceOf(settings, topic), 2, 4);
    assert.deepEqual(
      read.map(({ position }) => position),
      [6, 7, 8, 9],
    );
  });

  /** Deletes a topic, and waits until it is gone. */
  async function deleteTopic(settings: KafkaSettings): Promise<void> {
    await withAdmin(settings, async (admin) => {
      await admin.deleteTopics({ topics: [settings.topic] });
      await untilDone(async () => !(await admin.listTopics()).includes(settings.topic));
    });
  }

  it('reads a topic that was made anew below its position from the beginning, also while it reads, and says so', async () => {
    const settings = kafka.settings({ requestTimeoutMs: 2000 });
    const topic = await checkTopic(settings, silentLogger);
    await publishNamed(settings, 10);
    const stop = newRun();
    const seen: [position: number, text: string][] = [];
    const errors: string[] = [];
    const logger = { ...silentLogger, error: (_facts: unknown, message: string) => void errors.push(message) };
    const source = new KafkaSource({ settings, topic, groupPrefix: 'affidavit-ledger', random: systemRandom, logger });
    const reading = source.run(
      undefined,
      (messages) => {
        for (const { position, value } of messages) seen.push([position, Buffer.from(value).toString('latin1')]);
        return Promise.resolve();
      },
      stop.signal,
    );
    await until(() => seen.length === 10);
    await deleteTopic(settings);
    await checkTopic(settings, silentLogger);
    await publishNamed(settings, 3);
    await until(() => seen.length === 13);
    stop.abort();
    await reading;
    assert.deepEqual(
      seen.slice(10).map(([position]) => position),
      [0, 1, 2],
    );
    assert.match(errors.join(), /ends before what was read of it: it was cut or made anew/);
    assert.equal((await readMessages(sourceOf(settings, topic), 10, 3))[0]?.position, 0);
  });

  it('makes a topic anew that is gone while it publishes, and says that what was there is lost', async () => {
    const settings = kafka.settings({ requestTimeoutMs: 2000 });
    const cuts: number[] = [];
    let number = 0;
    const sink = new KafkaSink({ settings, ...common, onCut: () => void cuts.push(number) });
    const send = async (): Promise<void> => {
      await sink.publish([{ number, bytes: frameOf(`sent ${number}`) }], newRun().signal);
      number++;
    };
    for (let at = 0; at < 3; at++) await send();
    assert.deepEqual(cuts, []);
    await deleteTopic(settings);
    for (let at = 0; at < 2; at++) await send();
    assert.deepEqual(cuts, [3]);
    await sink.close();
    assert.deepEqual(await contentOf(settings, 'sent 4'), ['sent 3', 'sent 4']);
  });

  it('waits for a topic that is gone while it publishes and that it may not make', async () => {
    const made = kafka.settings({ requestTimeoutMs: 2000 });
    await checkTopic(made, silentLogger);
    const settings = { ...made, createTopic: false };
    const sink = new KafkaSink({ settings, ...common });
    await sink.publish([{ number: 0, bytes: frameOf('first') }], newRun().signal);
    await deleteTopic(settings);
    const { failedSends } = sink;
    const sending = sink.publish([{ number: 1, bytes: frameOf('second') }], newRun().signal);
    await until(() => sink.failedSends > failedSends + 1);
    await checkTopic(made, silentLogger);
    await sending;
    await sink.close();
    assert.deepEqual(await contentOf(settings, 'second'), ['second']);
  });

  it('finds a broker that answers behind one that does not', async () => {
    const dead = `127.0.0.1:${await freePort()}`;
    const settings = kafka.settings();
    const both = { ...settings, brokers: [dead, ...settings.brokers] };
    const topic = await checkTopic(both, silentLogger);
    await publishNamed(both, 2);
    assert.equal((await readMessages(sourceOf(both, topic), undefined, 2)).length, 2);
  });

  it('writes and reads only its own partition', async () => {
    const both = [0, 1].map((partition) => kafka.settings({ topic: 'two.partitions', partitions: 2, partition }));
    for (const settings of both) {
      const sink = new KafkaSink({ settings, ...common });
      const frames = [0, 1, 2].map((number) => ({ number, bytes: frameOf(`p${settings.partition} ${number}`) }));
      await sink.publish(frames, newRun().signal);
      await sink.close();
    }
    for (const settings of both) {
      const topic = await checkTopic(settings, silentLogger);
      const read = await readMessages(sourceOf(settings, topic), undefined, 3);
      assert.deepEqual(
        read.map(({ position, value }) => `${position} ${Buffer.from(value).toString()}`),
        [0, 1, 2].map((n) => `${n} p${settings.partition} ${n}`),
      );
    }
  });

  it('refuses a topic with another number of partitions, and one that is missing and may not be made', async () => {
    const settings = kafka.settings({ partitions: 2 });
    await checkTopic(settings, silentLogger);
    const wrong = { ...settings, partitions: 3 };
    await assert.rejects(checkTopic(wrong, silentLogger), {
      code: 'bus.topic',
      message: /has 2 partitions, configured are 3/,
    });
    const sink = new KafkaSink({ settings: wrong, ...common });
    await assert.rejects(sink.publish([{ number: 0, bytes: frameOf('x') }], newRun().signal), { code: 'bus.topic' });
    const missing = kafka.settings({ createTopic: false });
    await assert.rejects(checkTopic(missing, silentLogger), { code: 'bus.topic', message: /no topic/ });
    await assert.rejects(checkTopic({ ...settings, partition: 2 }, silentLogger), { code: 'bus.topic' });
  });
});

async function appendAll(spool: Spool, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at++) await spool.append([frameOf(`restart ${at}`)]);
}

async function publishNamed(settings: KafkaSettings, count: number): Promise<void> {
  const sink = new KafkaSink({ settings, ...common });
  const frames = Array.from({ length: count }, (_, number) => ({ number, bytes: frameOf(`named ${number}`) }));
  await sink.publish(frames, newRun().signal);
  await sink.close();
}

async function withAdmin(settings: KafkaSettings, work: (admin: Admin) => Promise<void>): Promise<void> {
  const client = new kafkajs.Kafka({ brokers: [...settings.brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  await work(admin);
  await admin.disconnect();
}

async function untilDone(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
