import kafkajs from 'kafkajs';
import type { Admin, Consumer, Producer } from 'kafkajs';
import type { SeededRandom } from '../seeded-random.ts';

/** What a relay does with messages. */
export interface RelayMode {
  /** Whether those of a lot arrive in another order. */
  readonly shuffles: boolean;
  /** How likely a message is to arrive once more, later. */
  readonly doubles: number;
  /** How likely a copy with one wrong bit is to arrive beside a message. */
  readonly corrupts: number;
}

const AS_THEY_ARE: RelayMode = { shuffles: false, doubles: 0, corrupts: 0 };
/** Lots are held so long, so that there is something to put into another order. */
const LOT_MS = 400;

/** Stands between the topic that is written to and the one that the ledger reads, and hands messages on as it is told. */
export class Relay {
  /** What it does from now on. */
  mode: RelayMode = AS_THEY_ARE;
  /** How many messages it has handed on, and how many more it has made of them. */
  readonly handedOn = { messages: 0, doubles: 0, corrupted: 0 };
  private readonly consumer: Consumer;
  private readonly producer: Producer;
  private readonly random: SeededRandom;
  private readonly to: string;
  private waiting: Buffer[] = [];
  private timer: NodeJS.Timeout | undefined;
  private sending = Promise.resolve();
  private isClosed = false;

  private constructor(client: kafkajs.Kafka, to: string, random: SeededRandom) {
    this.consumer = client.consumer({ groupId: `relay-${to}` });
    this.producer = client.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
    this.random = random;
    this.to = to;
  }

  /** Hands on from one topic to another; both are there. */
  static async start(broker: string, from: string, to: string, random: SeededRandom): Promise<Relay> {
    const client = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING });
    const relay = new Relay(client, to, random);
    await relay.producer.connect();
    await relay.consumer.connect();
    await relay.consumer.subscribe({ topics: [from], fromBeginning: true });
    await relay.consumer.run({
      eachMessage: ({ message }) => {
        relay.waiting.push(message.value ?? Buffer.alloc(0));
        return Promise.resolve();
      },
    });
    relay.timer = setInterval(() => {
      relay.sending = relay.sending.then(() => relay.handOn());
    }, LOT_MS);
    return relay;
  }

  /** Hands on what it has, and ends; does nothing once it has. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    clearInterval(this.timer);
    await this.consumer.disconnect();
    await this.sending.then(() => this.handOn());
    await this.producer.disconnect();
  }

  private async handOn(): Promise<void> {
    const { mode, random, handedOn } = this;
    const lot = this.waiting.splice(0);
    const doubled = lot.filter(() => random.chance(mode.doubles));
    const corrupted = lot.filter(() => random.chance(mode.corrupts)).map((value) => this.corrupt(value));
    const all = [...lot, ...doubled, ...corrupted];
    if (mode.shuffles) shuffle(all, random);
    handedOn.messages += lot.length;
    handedOn.doubles += doubled.length;
    handedOn.corrupted += corrupted.length;
    // One by one: what is sent together is compressed, and bounded, together.
    for (const value of all) await this.producer.send({ topic: this.to, messages: [{ value }] });
  }

  private corrupt(value: Buffer): Buffer {
    const copy = Buffer.from(value);
    const at = this.random.below(copy.length);
    if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << this.random.below(8));
    return copy;
  }
}

function shuffle(items: Buffer[], random: SeededRandom): void {
  for (let at = items.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1);
    [items[at], items[other]] = [items[other] as Buffer, items[at] as Buffer];
  }
}

/** Works on a broker's topics. */
export async function withTopics(broker: string, work: (admin: Admin) => Promise<unknown>): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Makes a topic of one partition, or more of them. */
export async function makeTopics(broker: string, ...names: readonly string[]): Promise<void> {
  const configEntries = [{ name: 'compression.type', value: 'uncompressed' }];
  const topics = names.map((topic) => ({ topic, numPartitions: 1, replicationFactor: 1, configEntries }));
  await withTopics(broker, (admin) => admin.createTopics({ topics, waitForLeaders: true }));
}
