import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerHttp2Session } from 'node:http2';
import { logVerbosity, Server, setLogVerbosity } from '@grpc/grpc-js';
import type { ServerCredentials } from '@grpc/grpc-js';
import { AffidavitError } from '../record/index.ts';
import type { Certificates } from '../runtime/index.ts';
import { ACCESS_LOG_SERVICE, EXTERNAL_PROCESSOR, HEALTH } from './grpc-services.ts';
import { HealthService } from './health.ts';
import type { CaptureOptions } from './options.ts';
import type { CaptureStats } from './stats.ts';
import { CaptureStreams } from './streams.ts';
import { keepCertificates, openCertificates, serverCredentials } from './tls.ts';

/** Largest message: a body sent in the mode BUFFERED is one (up to Envoy's buffer limit). */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** Resets per second that Node bears before it says GOAWAY; Envoy resets a stream at the end of every call. */
const RESET_RATE = 1_000_000;
/**
 * Bytes that may be under way on one connection. With the 64 KiB of RFC 9113 section 6.9.2 a connection carries only so
 * much in each turn of the event loop: while the process also works, streams that are merely observed pile up in Envoy.
 * Each stream keeps its own window of 64 KiB, which alone bounds what waits in memory.
 */
const CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024;
/**
 * How long until each connection is asked whether the other end is still there, and how long its answer may take: a
 * machine that vanished says nothing, and its calls would stay open here for ever. Much longer than we are ever busy, or
 * an answer that has come would be read too late.
 */
const KEEPALIVE_MS = 30_000;
/** How long connections may take to close by themselves when nothing is open on them any more. */
const CLOSE_GRACE_MS = 1_000;
/** Longer than the second for which Envoy gathers entries of its access log before it sends them. */
const ACCESS_LOG_GRACE_MS = 1_500;

/** Receives Envoy's ext_proc and access-log streams, and answers health checks. */
export class CaptureServer {
  /** The port that it listens on. */
  readonly port: number;
  readonly #server: Server;
  readonly #health: HealthService;
  readonly #streams: CaptureStreams;
  readonly #certificates: Certificates | undefined;
  #stopping: Promise<void> | undefined;

  private constructor(
    server: Server,
    port: number,
    health: HealthService,
    streams: CaptureStreams,
    certificates: Certificates | undefined,
  ) {
    this.#server = server;
    this.port = port;
    this.#health = health;
    this.#streams = streams;
    this.#certificates = certificates;
  }

  /**
   * Listens; resolves with the server once streams are taken.
   * @throws port.in_use; not_found or io.failed for TLS files that can't be read; config.invalid for an address or
   * TLS files that can't be used.
   */
  static async start(options: CaptureOptions): Promise<CaptureServer> {
    const services = ['envoy.service.ext_proc.v3.ExternalProcessor', 'envoy.service.accesslog.v3.AccessLogService'];
    const health = new HealthService(services, options.clock);
    const streams = new CaptureStreams(options);
    // grpc-js writes to the console by itself; whatever matters reaches us as an error too.
    setLogVerbosity(logVerbosity.NONE);
    const server = new Server({
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
      'grpc.keepalive_time_ms': options.keepaliveMs ?? KEEPALIVE_MS,
      'grpc.keepalive_timeout_ms': options.keepaliveMs ?? KEEPALIVE_MS,
    });
    liftResetLimit(server);
    server.addService(EXTERNAL_PROCESSOR, { process: streams.process });
    server.addService(ACCESS_LOG_SERVICE, { streamAccessLogs: streams.streamAccessLogs });
    server.addService(HEALTH, { check: health.check, watch: health.watch });
    const certificates = await openCertificates(options);
    const port = await bind(server, options, serverCredentials(certificates?.current));
    const servers = http2Servers(server);
    widenConnections(servers);
    if (certificates !== undefined) keepCertificates(certificates, servers, options);
    streams.start();
    return new CaptureServer(server, port, health, streams, certificates);
  }

  /** False once it says that it takes no new work. */
  get isServing(): boolean {
    return this.#health.isServing;
  }

  /** What was done so far. */
  stats(): CaptureStats {
    return this.#streams.stats();
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
    this.#certificates?.close();
    this.#health.stopServing();
    await pause(Math.min(timeoutMs, this.#health.noticedWithinMs));
    this.#streams.refuseNew();
    const closed = new Promise<void>((resolve) => {
      this.#server.tryShutdown(() => {
        resolve();
      });
    });
    await this.#streams.untilEmpty(timeoutMs);
    this.#streams.giveUpAll('drain_timeout');
    await this.#streams.untilEmpty(undefined);
    this.#health.close();
    await this.#streams.endAccessLogs(Math.min(timeoutMs, ACCESS_LOG_GRACE_MS));
    const force = setTimeout(() => {
      this.#server.forceShutdown();
    }, CLOSE_GRACE_MS);
    await closed;
    clearTimeout(force);
    this.#streams.stop();
  }
}

/**
 * Node counts the streams that a peer resets, and answers too many with GOAWAY (its answer to CVE-2023-44487); Envoy
 * resets one per call. grpc-js has no option that passes the limits on, so they are put where it keeps its own.
 */
function liftResetLimit(server: Server): void {
  const http2Options: unknown = Reflect.get(server, 'commonServerOptions');
  if (typeof http2Options !== 'object' || http2Options === null) return;
  Object.assign(http2Options, { streamResetBurst: RESET_RATE, streamResetRate: RESET_RATE });
}

/** What grpc-js listens with: it hands them to nobody. */
function http2Servers(server: Server): EventEmitter[] {
  const servers: unknown = Reflect.get(server, 'http2Servers');
  if (!(servers instanceof Map)) return [];
  const found: unknown[] = [...servers.keys()];
  return found.filter((each): each is EventEmitter => each instanceof EventEmitter);
}

/** grpc-js has an option for the window of a client's connections only. */
function widenConnections(servers: readonly EventEmitter[]): void {
  for (const server of servers)
    server.on('session', (session: ServerHttp2Session) => {
      session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    });
}

function bind(server: Server, { host, port }: CaptureOptions, secured: ServerCredentials): Promise<number> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, secured, (error, boundPort) => {
      if (error === null) resolve(boundPort);
      else if (error.message.includes('EADDRINUSE'))
        reject(new AffidavitError('port.in_use', `${address} is in use by another process`, { cause: error }));
      else reject(AffidavitError.from(error, 'config.invalid', `listening on ${address}`));
    });
  });
}
