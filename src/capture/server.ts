import { setTimeout as pause } from 'node:timers/promises';
import type { ClockReading } from '../record/index.ts';
import { GrpcListener } from './grpc-listener.ts';
import { ACCESS_LOG_SERVICE, EXTERNAL_PROCESSOR, HEALTH, METRICS_SERVICE } from './grpc-services.ts';
import { HealthService } from './health.ts';
import { LOG_GRACE_MS, LOG_SERVICES } from './log-server.ts';
import type { CaptureOptions } from './options.ts';
import type { CaptureStats } from './stats.ts';
import { CaptureStreams } from './streams.ts';

const SERVICES = ['envoy.service.ext_proc.v3.ExternalProcessor', ...LOG_SERVICES];

/** Receives Envoy's streams of ext_proc, access log and counters, and answers health checks. */
export class CaptureServer {
  /** The port that it listens on. */
  readonly port: number;
  readonly #listener: GrpcListener;
  readonly #health: HealthService;
  readonly #streams: CaptureStreams;
  #stopping: Promise<void> | undefined;

  private constructor(listener: GrpcListener, health: HealthService, streams: CaptureStreams) {
    this.#listener = listener;
    this.port = listener.port;
    this.#health = health;
    this.#streams = streams;
  }

  /** Listens; resolves with the server once streams are taken. @throws what {@link GrpcListener.start} throws */
  static async start(options: CaptureOptions): Promise<CaptureServer> {
    const health = new HealthService(SERVICES, options.clock);
    const streams = new CaptureStreams(options);
    const listener = await GrpcListener.start(options, 'the recorder', (server) => {
      server.addService(EXTERNAL_PROCESSOR, { process: streams.process });
      server.addService(ACCESS_LOG_SERVICE, { streamAccessLogs: streams.logs.streamAccessLogs });
      server.addService(METRICS_SERVICE, { streamMetrics: streams.logs.streamMetrics });
      server.addService(HEALTH, { check: health.check, watch: health.watch });
    });
    streams.start();
    return new CaptureServer(listener, health, streams);
  }

  /** False once it says that it takes no new work. */
  get isServing(): boolean {
    return this.#health.isServing;
  }

  /** What was done so far. */
  stats(): CaptureStats {
    return this.#streams.stats();
  }

  /** How far our clock is from those of the Envoys that were heard of lately. */
  clocks(): ClockReading[] {
    return this.#streams.clocks.recent();
  }

  /** True while calls that went on unrecorded are in no `gap` record: after {@link drain}, they never will be. */
  get hasUnrecordedLosses(): boolean {
    return this.#streams.hasUnrecordedLosses;
  }

  /**
   * The oldest frame of the spool that must be kept so that a restart can record an end for each exchange which is open
   * now; `undefined` when there is none.
   */
  get oldestOpenFrame(): number | undefined {
    return this.#streams.oldestOpenFrame;
  }

  /**
   * Ends in order: says NOT_SERVING, and until who checks its health has noticed goes on taking calls; then says GOAWAY,
   * takes no new streams, waits until open exchanges have ended, at most `drainTimeoutMs`, records the rest as given up,
   * and closes. Never ends an open stream before that, because Envoy
   * would go on without us. Resolves when all that was seen has been handed to the writer and answered by it.
   */
  drain(): Promise<void> {
    this.#stopping ??= this.#stop(this.#streams.limits.drainTimeoutMs);
    return this.#stopping;
  }

  /** Ends at once: open exchanges are recorded as given up. */
  close(): Promise<void> {
    this.#streams.giveUpAll('shutdown');
    this.#stopping ??= this.#stop(0);
    return this.#stopping;
  }

  async #stop(timeoutMs: number): Promise<void> {
    this.#listener.forgetCertificates();
    this.#health.stopServing();
    await pause(Math.min(timeoutMs, this.#health.noticedWithinMs));
    this.#streams.refuseNew();
    const close = this.#listener.shutdown();
    await this.#streams.untilEmpty(timeoutMs);
    this.#streams.giveUpAll('drain_timeout');
    await this.#streams.untilEmpty(undefined);
    this.#health.close();
    await this.#streams.endLogs(Math.min(timeoutMs, LOG_GRACE_MS));
    await close();
    this.#streams.stop();
  }
}
