import type { Broker, BrokerMessage } from './broker.ts';

/**
 * What stands in for `kafkajs` in a simulation: as much of the client as src/bus uses, over one partition of the broker
 * that {@link connectTo} named. What a client promises is what kafkajs promises, and no more.
 */
let broker: Broker | undefined;

/** From now on clients talk to this broker. */
export function connectTo(next: Broker): void {
  broker = next;
}

function connected(): Broker {
  if (broker === undefined) throw new Error('no broker is simulated');
  return broker;
}

const FETCH_MESSAGES = 8;
const TOPIC = 'affidavit.records.v1';
const CRASH = 'consumer.crash';
const GROUP_JOIN = 'consumer.group_join';

interface Sent {
  readonly timeout: number;
  readonly topicMessages: readonly { readonly messages: readonly { readonly value: Uint8Array }[] }[];
}

class SimulatedProducer {
  private readonly broker = connected();
  private isOpen = false;

  async connect(): Promise<void> {
    await this.broker.request('connect', () => undefined);
    this.isOpen = true;
  }

  async sendBatch({ timeout, topicMessages }: Sent): Promise<object[]> {
    if (!this.isOpen) throw new Error('simulated kafkajs: not connected');
    // The broker has bytes of its own: those of the sender may be let go once they are acknowledged.
    const values = topicMessages.flatMap(({ messages }) => messages.map(({ value }) => Uint8Array.from(value)));
    const baseOffset = await this.broker.send(values, timeout);
    return [{ topicName: TOPIC, partition: 0, errorCode: 0, baseOffset: String(baseOffset) }];
  }

  disconnect(): Promise<void> {
    this.isOpen = false;
    return Promise.resolve();
  }
}

class SimulatedAdmin {
  private readonly broker = connected();

  connect(): Promise<void> {
    return this.broker.request('connect', () => undefined);
  }

  listTopics(): Promise<string[]> {
    return this.broker.request('list topics', () => [TOPIC]);
  }

  fetchTopicMetadata(): Promise<object> {
    const partitions = [{ partitionId: 0, replicas: [1, 2, 3] }];
    return this.broker.request('metadata', () => ({ topics: [{ name: TOPIC, partitions }] }));
  }

  describeConfigs(): Promise<object> {
    const configEntries = Object.entries({
      'cleanup.policy': 'delete',
      'max.message.bytes': '1048588',
      'min.insync.replicas': '2',
      'unclean.leader.election.enable': 'false',
      'retention.ms': '-1',
      'retention.bytes': '-1',
      'compression.type': 'uncompressed',
    }).map(([configName, configValue]) => ({ configName, configValue }));
    return this.broker.request('describe', () => ({ resources: [{ resourceName: TOPIC, configEntries }] }));
  }

  describeCluster(): Promise<object> {
    return this.broker.request('describe', () => ({ clusterId: 'simulated' }));
  }

  fetchTopicOffsets(): Promise<object> {
    return this.broker.request('offsets', () => [
      { partition: 0, low: String(this.broker.low), high: String(this.broker.high) },
    ]);
  }

  disconnect(): Promise<void> {
    return Promise.resolve();
  }
}

type Listener = (event: { readonly payload: object }) => void;
type EachBatch = (payload: object) => Promise<void>;

class SimulatedConsumer {
  readonly events = { CRASH, GROUP_JOIN };
  private readonly broker = connected();
  private readonly listeners = new Map<string, Listener>();
  private isOpen = true;
  private position = 0;
  private generation = 0;

  on(event: string, listener: Listener): void {
    this.listeners.set(event, listener);
  }

  connect(): Promise<void> {
    return this.broker.request('connect', () => undefined);
  }

  subscribe(): Promise<void> {
    return Promise.resolve();
  }

  pause(): void {
    // There is one partition.
  }

  seek({ offset }: { offset: string }): void {
    this.position = Number(offset);
    this.generation += 1;
  }

  run({ eachBatch }: { eachBatch: EachBatch }): Promise<void> {
    this.join();
    this.fetch(eachBatch);
    return Promise.resolve();
  }

  disconnect(): Promise<void> {
    this.isOpen = false;
    return Promise.resolve();
  }

  private join(): void {
    this.listeners.get(GROUP_JOIN)?.({ payload: { memberAssignment: { [TOPIC]: [0] } } });
  }

  private crash(error: unknown): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.listeners.get(CRASH)?.({ payload: { error } });
  }

  private fetch(eachBatch: EachBatch): void {
    const { broker: from } = this;
    if (from.chance(from.faults.disturbed)) this.disturb();
    const { generation } = this;
    from
      .request('fetch', () => from.read(this.position, FETCH_MESSAGES))
      .then(
        (messages) => {
          if (this.isOpen) this.take(eachBatch, messages, generation);
        },
        (thrown: unknown) => {
          this.crash(thrown);
        },
      );
  }

  /** What happens to members of a group now and then. */
  private disturb(): void {
    this.broker.world.disturb('consumer sent back', 'broker: a consumer is sent back');
    if (this.broker.random.chance(0.5)) this.join();
    else this.position = Math.max(this.broker.low, this.position - this.broker.random.between(1, 3));
  }

  private take(eachBatch: EachBatch, messages: readonly BrokerMessage[], generation: number): void {
    const { world } = this.broker;
    const owner = world.scheduler.current;
    const again = (): void => {
      if (this.isOpen) this.fetch(eachBatch);
    };
    if (messages.length === 0) {
      // What came while the answer was on its way wakes nobody.
      if (this.position < this.broker.high) again();
      else
        this.broker.onAppend(() => {
          world.scheduler.after(this.broker.latencyUs(), again, owner);
        });
      return;
    }
    const payload = {
      batch: {
        partition: 0,
        highWatermark: String(this.broker.high),
        messages: messages.map(({ offset, value }) => ({ offset: String(offset), value: Buffer.from(value) })),
      },
      heartbeat: () => Promise.resolve(),
      isStale: () => this.generation !== generation,
      resolveOffset: (offset: string) => {
        if (this.generation === generation) this.position = Number(offset) + 1;
      },
    };
    eachBatch(payload).then(again, (thrown: unknown) => {
      this.crash(thrown);
    });
  }
}

class Kafka {
  producer(): SimulatedProducer {
    return new SimulatedProducer();
  }

  consumer(): SimulatedConsumer {
    return new SimulatedConsumer();
  }

  admin(): SimulatedAdmin {
    return new SimulatedAdmin();
  }
}

export default {
  Kafka,
  logLevel: { WARN: 2 },
  CompressionTypes: { GZIP: 1, ZSTD: 4 },
  CompressionCodecs: {},
  ConfigResourceTypes: { TOPIC: 2 },
};
