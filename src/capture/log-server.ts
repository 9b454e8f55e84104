import { setTimeout as pause } from 'node:timers/promises';
import type { ClockReading, RecordWriter } from '../record/index.ts';
import type { Random } from '../runtime/index.ts';
import { ClockReadings } from './clock-readings.ts';
import { GrpcListener, type ListenerOptions } from './grpc-listener.ts';
import { ACCESS_LOG_SERVICE, HEALTH, METRICS_SERVICE } from './grpc-services.ts';
import { HealthService } from './health.ts';
import { LogStreams, type LogStreamsOptions } from './log-streams.ts';
import { Losses } from './losses.ts';
import { LogCounters, type LogStats } from './stats.ts';

/** What Envoy calls them: health checks may ask for one of them. */
export const LOG_SERVICES = [
  'envoy.service.accesslog.v3.AccessLogService',
  'envoy.service.metrics.v3.MetricsService',
] as const;
/** Longer than the second for which Envoy gathers entries of its access log before it sends them. */
export const LOG_GRACE_MS = 1_500;
/** How often what was lost is recorded. */
const TICK_MS = 1_000;

/** What a {@link LogServer} needs. */
export interface LogServerOptions extends ListenerOptions {
  readonly writer: RecordWriter;
  readonly random: Random;
  /** Bytes of a stream that aren't durable: beyond it the stream is read no further until they are. */
  readonly maxPendingBytes: number;
}

/**
 * Receives Envoy's access log and counters in a process without a recorder: what shows that calls are missing mustn't be
 * lost with that which missed them.
 */
export class LogServer {
  /** The port that it listens on. */
  readonly port: number;
  readonly #listener: GrpcListener;
  readonly #health: HealthService;
  readonly #streams: LogStreams;
  readonly #counters: LogCounters;
  readonly #clocks: ClockReadings;
  readonly #losses: Losses;
  readonly #timer: NodeJS.Timeout;
  #stopping: Promise<void> | undefined;

  private constructor(
    listener: GrpcListener,
    health: HealthService,
    streams: LogStreams,
    counted: Pick<LogStreamsOptions, 'counters' | 'clocks' | 'losses'>,
  ) {
    this.#listener = listener;
    this.port = listener.port;
    this.#health = health;
    this.#streams = streams;
    this.#counters = counted.counters;
    this.#clocks = counted.clocks;
    this.#losses = counted.losses;
    this.#timer = setInterval(() => void counted.losses.record(), TICK_MS).unref();
  }

  /** Listens; resolves with the server once streams are taken. @throws what {@link GrpcListener.start} throws */
  static async start(options: LogServerOptions): Promise<LogServer> {
    const { writer, clock, logger } = options;
    const health = new HealthService(LOG_SERVICES, clock);
    const losses = new Losses(writer, clock, logger);
    const counted = { counters: new LogCounters(), clocks: new ClockReadings(clock), losses };
    const streams = new LogStreams({ ...options, ...counted, onCut: () => undefined });
    const listener = await GrpcListener.start(options, 'the access log', (server) => {
      server.addService(ACCESS_LOG_SERVICE, { streamAccessLogs: streams.streamAccessLogs });
      server.addService(METRICS_SERVICE, { streamMetrics: streams.streamMetrics });
      server.addService(HEALTH, { check: health.check, watch: health.watch });
    });
    return new LogServer(listener, health, streams, counted);
  }

  /** False once it says that it takes no new streams. */
  get isServing(): boolean {
    return this.#health.isServing;
  }

  /** What was done so far. */
  stats(): LogStats {
    return this.#counters.logStats();
  }

  /** How far our clock is from those of the Envoys whose log came lately. */
  clocks(): ClockReading[] {
    return this.#clocks.recent();
  }

  /** True while messages that were lost are in no `gap` record: after {@link drain}, they never will be. */
  get hasUnrecordedLosses(): boolean {
    return this.#losses.isUnrecorded;
  }

  /**
   * Ends in order: says NOT_SERVING, and until who checks its health has noticed goes on taking streams; then says GOAWAY,
   * takes no new streams, and ends those that are open after a moment for what Envoy still gathers. Resolves when all that
   * was received has been handed to the writer and answered by it.
   */
  drain(timeoutMs: number): Promise<void> {
    this.#stopping ??= this.#stop(timeoutMs);
    return this.#stopping;
  }

  async #stop(timeoutMs: number): Promise<void> {
    this.#listener.forgetCertificates();
    this.#health.stopServing();
    await pause(Math.min(timeoutMs, this.#health.noticedWithinMs));
    this.#streams.refuseNew();
    const close = this.#listener.shutdown();
    this.#health.close();
    await this.#streams.end(Math.min(timeoutMs, LOG_GRACE_MS));
    await close();
    clearInterval(this.#timer);
  }
}
