import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { AffidavitError, MAX_LOT_MESSAGES } from '../record/index.ts';
import { pause } from '../runtime/index.ts';
import type { Logger, Random } from '../runtime/index.ts';
import { Backoff } from './backoff.ts';
import { unreadableBatch } from './compression.ts';
import { disconnect, kafkaClient, reasonOf, retriesOf, withAdmin } from './kafka.ts';
import type { KafkaSettings, KafkaTopic } from './kafka.ts';
import type { BusHandler, BusMessage, BusSource } from './types.ts';

/** What a {@link KafkaSource} needs. */
export interface KafkaSourceOptions {
  readonly settings: KafkaSettings;
  /** What checkTopic gave. */
  readonly topic: KafkaTopic;
  /** Consumer groups are named `<prefix>-<partition>-<random>`: what an ACL has to allow. */
  readonly groupPrefix: string;
  /** Names the group, and spreads retries in time. */
  readonly random: Random;
  readonly logger: Logger;
}

const FETCH_BYTES = 2 * 1024 * 1024;
const FETCH_WAIT_MS = 500;
const HEARTBEAT_MS = 3000;
const CLIENT_RETRIES = 3;

/**
 * Reads one partition. The position is the caller's: each connection seeks to it exactly, and whatever the broker or the
 * client would choose instead is noticed, because every offset is compared with it. Each run has a consumer group of its
 * own and commits nothing, so that a restart doesn't wait for the session of the process before; who may write is
 * the ledger's decision, not the broker's.
 */
export class KafkaSource implements BusSource {
  readonly id: string;
  private readonly options: KafkaSourceOptions;
  private high: number | undefined;

  constructor(options: KafkaSourceOptions) {
    this.options = options;
    this.id = options.topic.sourceId;
  }

  get end(): number | undefined {
    return this.high;
  }

  async run(from: number | undefined, handler: BusHandler, signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(this.options.random);
    const delivery = new Delivery(from, async (messages) => {
      await handler(messages);
      backoff.reset();
    });
    while (!signal.aborted) {
      try {
        await this.readOn(delivery, signal);
      } catch (thrown) {
        await this.untilNextTry(thrown, delivery, backoff.take(), signal);
      }
      delivery.rethrow();
    }
  }

  /** Throws what another try would not mend. */
  private async untilNextTry(thrown: unknown, delivery: Delivery, waitMs: number, signal: AbortSignal): Promise<void> {
    // Whoever leaves in the middle of something may be told so.
    if (signal.aborted) return;
    if (thrown instanceof AffidavitError && thrown.code === 'bus.topic') throw thrown;
    const { settings, logger } = this.options;
    const { topic, partition } = settings;
    const place = `partition ${partition} of ${topic}, at or after offset ${delivery.position ?? 0},`;
    const unreadable = unreadableBatch(thrown, place);
    if (unreadable !== undefined) throw unreadable;
    logger.warn({ topic, partition, waitMs, reason: reasonOf(thrown) }, 'reading from Kafka failed; trying again');
    await pause(waitMs, signal);
  }

  /** One connection: resolves when the signal or a failure of the handler ends it, however long the broker takes to answer. */
  private async readOn(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const { settings, logger } = this.options;
    const consumer = this.makeConsumer();
    const { promise: ended, resolve: end, reject: crash } = Promise.withResolvers<undefined>();
    ended.catch(() => undefined);
    const stop = (): void => {
      end(undefined);
    };
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      crash(payload.error);
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.seek(consumer, delivery, payload.memberAssignment[settings.topic] ?? []);
    });
    let open = true;
    const isOpen = (): boolean => open && !signal.aborted;
    try {
      await Promise.race([this.begin(consumer, delivery, { isOpen, stop, crash }), ended]);
      await ended;
    } finally {
      open = false;
      signal.removeEventListener('abort', stop);
      await disconnect(consumer, logger);
      await delivery.idle;
    }
  }

  /** Begins to read, unless the connection has been given up meanwhile. */
  private async begin(consumer: Consumer, delivery: Delivery, connection: Connection): Promise<void> {
    const { settings, logger } = this.options;
    const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
      if (payload.batch.partition !== settings.partition) return;
      this.high = Number(payload.batch.highWatermark);
      await delivery.take(payload, connection);
    };
    const steps = [
      () => this.checkEnd(delivery),
      () => consumer.connect(),
      () => consumer.subscribe({ topics: [settings.topic], fromBeginning: true }),
      () => consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch }),
    ];
    for (const step of steps) if (connection.isOpen()) await step();
    // What came to be after it was given up would be left open.
    if (!connection.isOpen()) await disconnect(consumer, logger);
  }

  private makeConsumer(): Consumer {
    const { settings, random, groupPrefix, logger } = this.options;
    const suffix = Buffer.from(random.bytes(6)).toString('hex');
    return kafkaClient(settings, logger, CLIENT_RETRIES).consumer({
      groupId: `${groupPrefix}-${settings.partition}-${suffix}`,
      allowAutoTopicCreation: false,
      heartbeatInterval: HEARTBEAT_MS,
      maxBytesPerPartition: FETCH_BYTES,
      maxBytes: FETCH_BYTES,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      retry: { ...retriesOf(CLIENT_RETRIES), restartOnFailure: () => Promise.resolve(false) },
    });
  }

  /** The client begins wherever the broker says unless it is told at each join. */
  private seek(consumer: Consumer, delivery: Delivery, assigned: readonly number[]): void {
    const { topic, partition } = this.options.settings;
    const others = assigned.filter((each) => each !== partition);
    if (others.length > 0) consumer.pause([{ topic, partitions: others }]);
    consumer.seek({ topic, partition, offset: String(delivery.position ?? 0) });
  }

  /**
   * A partition that ends before the position isn't the one that was read: from its oldest message on, whatever it has now
   * is read, and what was read before shows as a duplicate. The client would start over too, but silently.
   */
  private async checkEnd(delivery: Delivery): Promise<void> {
    const { settings, logger } = this.options;
    const { topic, partition } = settings;
    const offsets = await withAdmin(settings, logger, (admin) => admin.fetchTopicOffsets(topic));
    const found = offsets.find((each) => each.partition === partition);
    if (found === undefined) throw new AffidavitError('bus.topic', `the topic ${topic} has no partition ${partition}`);
    this.high = Number(found.high);
    delivery.position ??= Number(found.low);
    if (delivery.position <= Number(found.high)) return;
    logger.error(
      { topic, partition, end: Number(found.high), read: delivery.position, from: Number(found.low) },
      'the topic ends before what was read of it: it was cut or made anew, and is read from its oldest message on',
    );
    delivery.position = Number(found.low);
  }
}

interface Connection {
  /** False once nothing may be delivered through it any more. */
  readonly isOpen: () => boolean;
  /** Ends the connection and the run. */
  readonly stop: () => void;
  /** Ends the connection. */
  readonly crash: (reason: Error) => void;
}

/** Where the reader stands, over all connections, and what the handler threw. */
class Delivery {
  /** The next offset to deliver; undefined until the oldest one is known. */
  position: number | undefined;
  /** Resolves when no call of the handler is under way. */
  idle: Promise<void> = Promise.resolve();
  private readonly handler: BusHandler;
  private failure: { readonly thrown: unknown } | undefined;

  constructor(position: number | undefined, handler: BusHandler) {
    this.position = position;
    this.handler = handler;
  }

  /** Hands a fetched batch to the handler in bounded lots. */
  async take(payload: EachBatchPayload, connection: Connection): Promise<void> {
    const { messages: fetched } = payload.batch;
    const beat = setInterval(() => {
      // A heartbeat that fails shows again at the next fetch, where the client joins anew.
      payload.heartbeat().catch(() => undefined);
    }, HEARTBEAT_MS);
    try {
      for (let at = 0; at < fetched.length && connection.isOpen() && !payload.isStale(); at += MAX_LOT_MESSAGES) {
        const messages = fetched.slice(at, at + MAX_LOT_MESSAGES).map(toBusMessage);
        const [first] = messages;
        if (first !== undefined && this.position !== undefined && first.position < this.position) {
          connection.crash(
            new AffidavitError('bus.unavailable', `Kafka went back to offset ${first.position} from ${this.position}`),
          );
          return;
        }
        const handled = this.deliver(messages);
        this.idle = handled.then(() => undefined);
        if (!(await handled)) {
          connection.stop();
          return;
        }
        payload.resolveOffset(String(messages.at(-1)?.position ?? 0));
      }
    } finally {
      clearInterval(beat);
    }
  }

  /** Throws what the handler threw, if it did. */
  rethrow(): void {
    if (this.failure !== undefined) throw this.failure.thrown;
  }

  /** False once the handler has failed. */
  private async deliver(messages: BusMessage[]): Promise<boolean> {
    if (this.failure !== undefined) return false;
    try {
      await this.handler(messages);
    } catch (thrown) {
      this.failure = { thrown };
      return false;
    }
    const last = messages.at(-1);
    if (last !== undefined) this.position = last.position + 1;
    return true;
  }
}

function toBusMessage({ offset, value }: KafkaMessage): BusMessage {
  return { position: Number(offset), value: value ?? new Uint8Array(0) };
}
