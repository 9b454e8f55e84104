import { EventEmitter } from 'node:events';
import type { ServerHttp2Session } from 'node:http2';
import { Server as NetServer } from 'node:net';
import { logVerbosity, Server, setLogVerbosity } from '@grpc/grpc-js';
import type { ServerCredentials } from '@grpc/grpc-js';
import { AffidavitError } from '../record/index.ts';
import { connectionsWithin } from '../runtime/index.ts';
import type { Certificates, Clock, Logger } from '../runtime/index.ts';
import { refuseCompressed } from './compressed-messages.ts';
import { IncompleteMessages } from './incomplete-messages.ts';
import { LeftStreams } from './left-streams.ts';
import type { CaptureTls } from './options.ts';
import { StreamGate } from './stream-gate.ts';
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
/** How long a TLS handshake may take: until then nobody knows who it is. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** How long connections may take to close by themselves when nothing is open on them any more. */
const CLOSE_GRACE_MS = 1_000;

/**
 * Connections at once. Envoy opens one for each of its worker threads, with health checks, logs and counters a few more;
 * each takes a file descriptor, and without one nothing can be recorded.
 */
const MAX_CONNECTIONS = 4_096;
/** Streams at once on one connection: told when it begins, so that an Envoy which needs more opens another one. */
const MAX_CONNECTION_STREAMS = 16_384;
/** Where a listener listens, and with what. */
export interface ListenerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls?: CaptureTls;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds after which a connection is asked whether the other end is there, and for its answer; 30,000 when not given. */
  readonly keepaliveMs?: number;
  /** Milliseconds after which a stream that was answered to its end is closed, if its client doesn't; 1,000 when not given. */
  readonly leftGraceMs?: number;
}

/** A gRPC server that bears what Envoy does to it, with TLS files that may change. */
export class GrpcListener {
  /** The port that it listens on. */
  readonly port: number;
  readonly #server: Server;
  readonly #certificates: Certificates | undefined;
  readonly #watching: readonly { stop: () => void }[];

  private constructor(
    server: Server,
    port: number,
    certificates: Certificates | undefined,
    watching: readonly { stop: () => void }[],
  ) {
    this.#server = server;
    this.#watching = watching;
    this.port = port;
    this.#certificates = certificates;
  }

  /**
   * Listens with what `addServices` adds.
   * @param name of the process, for the log
   * @throws port.in_use; not_found or io.failed for TLS files that can't be read; config.invalid for an address or
   * TLS files that can't be used.
   */
  static async start(
    options: ListenerOptions,
    name: string,
    addServices: (server: Server) => void,
  ): Promise<GrpcListener> {
    // grpc-js writes to the console by itself; whatever matters reaches us as an error too.
    setLogVerbosity(logVerbosity.NONE);
    const incomplete = new IncompleteMessages(options.logger);
    const server = new Server({
      interceptors: [refuseCompressed, incomplete.interceptor],
      // Nobody asks for its counts, and each stream and message would be told to it.
      'grpc.enable_channelz': 0,
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_concurrent_streams': MAX_CONNECTION_STREAMS,
      'grpc.keepalive_time_ms': options.keepaliveMs ?? KEEPALIVE_MS,
      'grpc.keepalive_timeout_ms': options.keepaliveMs ?? KEEPALIVE_MS,
    });
    setHttp2Limits(server);
    addServices(server);
    const certificates = await openCertificates(options);
    const port = await bind(server, options, serverCredentials(certificates?.current));
    const servers = http2Servers(server);
    widenConnections(servers);
    limitConnections(servers);
    if (certificates !== undefined) keepCertificates(certificates, servers, { ...options, name });
    const gate = new StreamGate(servers, options.logger, options.leftGraceMs);
    const watching = [incomplete, gate, new LeftStreams(servers, options.leftGraceMs)];
    return new GrpcListener(server, port, certificates, watching);
  }

  /** Its TLS files are read no more. */
  forgetCertificates(): void {
    this.#certificates?.close();
  }

  /** Says GOAWAY and takes no new connections; open streams go on. What it gives closes all that is left. */
  shutdown(): () => Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.tryShutdown(() => {
        resolve();
      });
    });
    return async () => {
      const force = setTimeout(() => {
        this.#server.forceShutdown();
      }, CLOSE_GRACE_MS);
      await closed;
      clearTimeout(force);
      for (const watcher of this.#watching) watcher.stop();
    };
  }
}

/**
 * Node counts the streams that a peer resets, and answers too many with GOAWAY (its answer to CVE-2023-44487); Envoy
 * resets one per call. grpc-js has no option that passes the limits on, nor that of a handshake, so they are put where it keeps its own.
 */
function setHttp2Limits(server: Server): void {
  const http2Options: unknown = Reflect.get(server, 'commonServerOptions');
  if (typeof http2Options !== 'object' || http2Options === null)
    throw new AffidavitError('internal', 'grpc-js keeps the options of HTTP/2 elsewhere');
  const limits = { streamResetBurst: RESET_RATE, streamResetRate: RESET_RATE, handshakeTimeout: HANDSHAKE_TIMEOUT_MS };
  Object.assign(http2Options, limits);
}

/** What grpc-js listens with: it hands them to nobody. */
function http2Servers(server: Server): EventEmitter[] {
  const servers: unknown = Reflect.get(server, 'http2Servers');
  if (!(servers instanceof Map)) throw new AffidavitError('internal', 'grpc-js keeps its servers elsewhere');
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

/** A further connection is closed. */
function limitConnections(servers: readonly EventEmitter[]): void {
  for (const server of servers)
    if (server instanceof NetServer) server.maxConnections = connectionsWithin(MAX_CONNECTIONS, 1 / 2);
}

function bind(server: Server, { host, port }: ListenerOptions, secured: ServerCredentials): Promise<number> {
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
