import { COUNTER_SOURCE, Counters, type CounterValue, KIND } from '../record/index.ts';
import type { Clock, Logger, Random } from '../runtime/index.ts';
import type { EnvoyNode } from './envoy-node.ts';
import { decodeMetricsMessage, type MetricsMessage } from './metrics-wire.ts';
import { type LogStream, PacedWriter, type PacedWriterOptions } from './paced-writer.ts';
import type { LogCounters } from './stats.ts';

/** Bytes of counters in one record: with its envelope and the node's name it stays below MAX_RECORD_BYTES. */
const MAX_VALUES_BYTES = 60_000;
/** Most that a counter takes beside its name: the number, tags and lengths. */
const VALUE_OVERHEAD_BYTES = 16;
const STREAM_ID_BYTES = 16;
const NOBODY: EnvoyNode = { nodeId: '', nodeCluster: '' };

/** What all streams of counters share. */
export interface CountersContext extends PacedWriterOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly counters: LogCounters;
}

/**
 * Takes the messages of one stream of Envoy's counters; each becomes one `counters` record, or more when it is large. One
 * that is lost leaves no gap in what is known: the next one counts from the start of the process, too.
 */
export class CountersSession {
  readonly #context: CountersContext;
  readonly #writer: PacedWriter;
  readonly #streamId: Uint8Array;
  #nextMessageNo = 0;
  #node = NOBODY;
  #saysLabelled = false;

  constructor(context: CountersContext, stream: LogStream) {
    this.#context = context;
    this.#writer = new PacedWriter(context, stream);
    this.#streamId = context.random.bytes(STREAM_ID_BYTES);
  }

  /** Takes one message. One that can't be read is counted and takes a number, and the stream goes on. */
  onMessage(bytes: Uint8Array): void {
    const { counters, logger } = this.#context;
    const messageNo = this.#nextMessageNo++;
    try {
      const message = decodeMetricsMessage(bytes);
      this.#node = message.node ?? this.#node;
      counters.counterMessages += 1;
      if (message.isLabelled) this.#warnOfLabels();
      this.#record(message, messageNo);
    } catch (error) {
      counters.undecodable += 1;
      logger.warn({ reason: String(error) }, 'Envoy sent a message of counters that cannot be read');
    }
  }

  #record({ values, takenUs, uptimeSeconds }: MetricsMessage, messageNo: number): void {
    const { clock, counters, logger } = this.#context;
    const processStartedUs = uptimeSeconds === undefined ? 0 : Math.max(0, takenUs - uptimeSeconds * 1_000_000);
    const facts = { ...this.#node, receivedUs: clock.nowUs(), takenUs, processStartedUs };
    const origin = { ...facts, source: COUNTER_SOURCE.metrics_service, streamId: this.#streamId, messageNo };
    for (const body of encodeCounters(origin, values))
      this.#writer.append({ kind: KIND.counters, body, patient: true }, (error) => {
        counters.countersLost += 1;
        logger.error({ reason: String(error) }, 'a message of Envoy’s counters was not recorded');
      });
  }

  #warnOfLabels(): void {
    if (this.#saysLabelled) return;
    this.#saysLabelled = true;
    const { nodeId } = this.#node;
    this.#context.logger.warn(
      { nodeId },
      'Envoy sends its counters under names without their listener: leave emit_tags_as_labels out of its stats sink',
    );
  }
}

/**
 * Bodies of `counters` records for one message: those that its values take, and one when there are none, since that
 * says that the process lives.
 */
export function encodeCounters(origin: Omit<Counters, 'values'>, values: readonly CounterValue[]): Uint8Array[] {
  const parts: CounterValue[][] = [[]];
  let roomBytes = MAX_VALUES_BYTES;
  for (const value of values) {
    // Names have one byte a character.
    const size = value.name.length + VALUE_OVERHEAD_BYTES;
    if (size > roomBytes) {
      parts.push([]);
      roomBytes = MAX_VALUES_BYTES;
    }
    parts.at(-1)?.push(value);
    roomBytes -= size;
  }
  return parts.map((part) => Counters.encode({ ...origin, values: part }));
}
