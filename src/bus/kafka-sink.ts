import type { Message, Producer, RecordMetadata } from 'kafkajs';
import { AffidavitError } from '../record/index.ts';
import { holdOn, pause } from '../runtime/index.ts';
import type { Logger, Random } from '../runtime/index.ts';
import type { SpoolFrame } from '../spool/index.ts';
import { Backoff, within } from './backoff.ts';
import { checkTopic, disconnect, kafkaClient, reasonOf, requestTimeoutMs, retriesOf } from './kafka.ts';
import type { KafkaSettings } from './kafka.ts';
import { MAX_SEND_BYTES, MESSAGE_OVERHEAD_BYTES } from './topic-settings.ts';
import type { BusSink } from './types.ts';

/** What a {@link KafkaSink} needs. */
export interface KafkaSinkOptions {
  readonly settings: KafkaSettings;
  /** Spreads retries in time. */
  readonly random: Random;
  readonly logger: Logger;
  /** Told when Kafka puts a message where one was before: the topic was cut or made anew, and what it had is gone. */
  readonly onCut?: () => void;
}

const ACKNOWLEDGED_BY_ALL = -1;
const NO_RETRIES = 0;

/**
 * Publishes to one partition. One send is under way at a time, with the client's own retries and its idempotence off:
 * with them, kafkajs loses acknowledged messages when a reply is lost. After a rejection comes a new producer and the same
 * bytes again; the ledger removes duplicates.
 */
export class KafkaSink implements BusSink {
  private readonly settings: KafkaSettings;
  private readonly logger: Logger;
  private readonly backoff: Backoff;
  private producer: Producer | undefined;
  private checked = false;
  private producers = 0;
  private busy = false;
  private failures = 0;
  private readonly onCut: (() => void) | undefined;
  private expectedOffset = 0;

  constructor(options: KafkaSinkOptions) {
    this.settings = options.settings;
    this.logger = options.logger;
    this.backoff = new Backoff(options.random);
    this.onCut = options.onCut;
  }

  /** Sends that were rejected, or not answered: each was made again with the same bytes. */
  get failedSends(): number {
    return this.failures;
  }

  /** See {@link BusSink.publish}. @throws bus.topic too, when the topic isn't as configured */
  async publish(frames: readonly SpoolFrame[], signal: AbortSignal): Promise<void> {
    if (this.busy) throw new AffidavitError('internal', 'a sink publishes one thing at a time');
    this.busy = true;
    try {
      for (const send of sends(frames)) await this.sendUntilAcknowledged(send, signal);
    } finally {
      this.busy = false;
    }
  }

  async close(): Promise<void> {
    const { producer } = this;
    this.producer = undefined;
    if (producer !== undefined) await disconnect(producer, this.logger);
  }

  private async sendUntilAcknowledged(frames: readonly SpoolFrame[], signal: AbortSignal): Promise<void> {
    const { topic, partition } = this.settings;
    const messages: Message[] = frames.map(({ bytes }) => ({ value: bufferOf(bytes), partition }));
    for (;;) {
      if (signal.aborted) throw new AffidavitError('shutting_down', 'stopped publishing');
      try {
        await this.send(messages, signal);
        this.backoff.reset();
        return;
      } catch (thrown) {
        // A send that was given up may still be under way, and read them after a later one was acknowledged.
        for (const { bytes } of frames) holdOn(bytes);
        await this.close();
        this.failures += 1;
        if (isFinal(thrown, this.expectedOffset > 0)) throw thrown;
        // The topic may be gone, or another one: it is looked at again, and made again where that is configured.
        this.checked = false;
        const waitMs = this.backoff.take();
        this.logger.warn({ topic, partition, waitMs, reason: reasonOf(thrown) }, 'publishing failed; trying again');
        await pause(waitMs, signal);
      }
    }
  }

  private async send(messages: Message[], signal: AbortSignal): Promise<void> {
    const { settings } = this;
    const timeoutMs = requestTimeoutMs(settings);
    // The client bounds each request itself; this bounds what it may do around them.
    const allMs = timeoutMs * 4;
    if (!this.checked) {
      await within(checkTopic(settings, this.logger), 'check the topic', allMs, signal);
      this.checked = true;
    }
    if (this.producer === undefined) {
      this.producer = this.makeProducer();
      await within(this.producer.connect(), 'connect to Kafka', allMs, signal);
    }
    const topicMessages = [{ topic: settings.topic, messages }];
    const sent = this.producer.sendBatch({ acks: ACKNOWLEDGED_BY_ALL, timeout: timeoutMs, topicMessages });
    this.note(await within(sent, 'publish to Kafka', allMs, signal), messages.length);
  }

  /** Offsets rise for the life of a partition. */
  private note(acknowledged: readonly RecordMetadata[], count: number): void {
    const base = Number(acknowledged.find(({ partition }) => partition === this.settings.partition)?.baseOffset);
    if (!Number.isSafeInteger(base) || base < 0) return;
    const { topic, partition } = this.settings;
    if (base < this.expectedOffset) {
      const facts = { topic, partition, offset: base, expected: this.expectedOffset };
      this.logger.error(
        facts,
        'the topic was cut or made anew: what it had is published again as far as the spool has it',
      );
      this.onCut?.();
    }
    this.expectedOffset = base + count;
  }

  private makeProducer(): Producer {
    const { partition, brokers } = this.settings;
    // A client that may not retry knows only the first of its brokers: each one gets its turn.
    const first = this.producers++ % Math.max(brokers.length, 1);
    const settings = { ...this.settings, brokers: [...brokers.slice(first), ...brokers.slice(0, first)] };
    return kafkaClient(settings, this.logger, NO_RETRIES).producer({
      allowAutoTopicCreation: false,
      idempotent: false,
      maxInFlightRequests: 1,
      retry: retriesOf(NO_RETRIES),
      createPartitioner: () => () => partition,
    });
  }
}

/**
 * What no later try could change: the signal, or a topic that isn't as configured. Once something was published, only the
 * signal: nothing is lost while the spool keeps the frames, and whoever makes the topic anew is told by the log.
 */
function isFinal(thrown: unknown, hasPublished: boolean): boolean {
  if (!(thrown instanceof AffidavitError) || thrown.code === 'bus.unavailable') return false;
  return thrown.code !== 'bus.topic' || !hasPublished;
}

/** Cuts frames into sends, in order, each small enough for what a topic must let through. */
function* sends(frames: readonly SpoolFrame[]): Generator<SpoolFrame[]> {
  let send: SpoolFrame[] = [];
  let bytes = 0;
  for (const frame of frames) {
    const size = frame.bytes.length + MESSAGE_OVERHEAD_BYTES;
    if (send.length > 0 && bytes + size > MAX_SEND_BYTES) {
      yield send;
      send = [];
      bytes = 0;
    }
    send.push(frame);
    bytes += size;
  }
  if (send.length > 0) yield send;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
