import { type sendUnaryData, type ServerReadableStream, status } from '@grpc/grpc-js';
import { setTimeout as pause } from 'node:timers/promises';
import type { RecordWriter } from '../record/index.ts';
import type { Clock, Logger, Random } from '../runtime/index.ts';
import { AccessLogSession } from './access-log.ts';
import type { ClockReadings } from './clock-readings.ts';
import { CountersSession } from './counters.ts';
import { giveAll } from './grpc-calls.ts';
import type { Losses } from './losses.ts';
import { readRest } from './process-stream.ts';
import type { LogCounters } from './stats.ts';

/** How often an end looks whether the streams have ended by themselves. */
const GRACE_POLL_MS = 25;

/** Streams at once: one for each worker thread of an Envoy and log, and one for its counters. */
const MAX_STREAMS = 10_000;

type LogCall = ServerReadableStream<Uint8Array, Uint8Array>;
type Answer = sendUnaryData<Uint8Array>;

/** What the streams need. */
export interface LogStreamsOptions {
  readonly writer: RecordWriter;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly counters: LogCounters;
  readonly losses: Losses;
  readonly clocks: ClockReadings;
  /** Bytes of a stream that aren't durable: beyond it the stream is read no further until they are. */
  readonly maxPendingBytes: number;
  /** Told of each call that the log says was cut short. */
  onCut(exchangeId: string): void;
}

/** The open streams of Envoy's access log and counters: nothing waits for them, and each message becomes a record. */
export class LogStreams {
  readonly #clock: Clock;
  readonly #losses: Losses;
  readonly #context: LogStreamsOptions & { readonly unanswered: Set<Promise<void>> };
  readonly #calls = new Map<LogCall, () => void>();
  #refusing = false;

  constructor(options: LogStreamsOptions) {
    this.#clock = options.clock;
    this.#losses = options.losses;
    this.#context = { ...options, unanswered: new Set() };
  }

  /** Handler of `AccessLogService.StreamAccessLogs`. */
  readonly streamAccessLogs = (call: LogCall, callback: Answer): void => {
    this.#open(call, callback, new AccessLogSession(this.#context, call));
  };

  /** Handler of `MetricsService.StreamMetrics`. */
  readonly streamMetrics = (call: LogCall, callback: Answer): void => {
    this.#open(call, callback, new CountersSession(this.#context, call));
  };

  /** From now on new streams are turned away. */
  refuseNew(): void {
    this.#refusing = true;
  }

  /**
   * Answers and ends the streams, Envoy opens new ones elsewhere; then records what was lost. Waits `graceMs` before that:
   * Envoy keeps entries for a second, and those of the last calls would be written to a stream that is gone.
   */
  async end(graceMs: number): Promise<void> {
    const deadlineUs = this.#clock.monotonicUs() + graceMs * 1000;
    while (this.#calls.size > 0 && this.#clock.monotonicUs() < deadlineUs) await pause(GRACE_POLL_MS);
    for (const [call, end] of [...this.#calls]) {
      readRest(call);
      end();
    }
    await Promise.all(this.#context.unanswered);
    await this.#losses.recordAll();
  }

  #open(call: LogCall, callback: Answer, session: { onMessage(bytes: Uint8Array): void }): void {
    if (this.#refusing) {
      callback({ code: status.UNAVAILABLE, details: 'draining' });
      return;
    }
    if (this.#calls.size >= MAX_STREAMS) {
      callback({ code: status.RESOURCE_EXHAUSTED, details: 'too many streams of logs and counters' });
      return;
    }
    const end = (): void => {
      if (!this.#calls.delete(call)) return;
      callback(null, new Uint8Array(0));
      giveAll(call);
    };
    this.#calls.set(call, end);
    call.on('data', (bytes: Uint8Array) => {
      session.onMessage(bytes);
    });
    call.on('end', end);
    call.on('cancelled', () => {
      readRest(call);
      this.#calls.delete(call);
    });
  }
}
