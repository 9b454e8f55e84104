import type { EventEmitter } from 'node:events';
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Logger } from '../runtime/index.ts';
import { ACCESS_LOG_SERVICE, EXTERNAL_PROCESSOR, HEALTH, METRICS_SERVICE, PROFILE_METADATA } from './grpc-services.ts';

/**
 * Names and values of the headers of one stream, of those that are kept. A compressed block repeats a long one for a byte
 * each time (RFC 7541, section 6.1), and grpc-js keeps them while the stream is open; those of Envoy are a few hundred bytes.
 */
const MAX_STREAM_HEADER_BYTES = 8 * 1024;
/** Streams at once that aren't bounded by who serves them: health checks, and what there is no service for. */
const MAX_PASSING = 2_000;
/** How long such a stream may be open, unless it watches. */
const PASSING_MS = 10_000;
const LOOK_MS = 1_000;

/** What grpc-js reads, and what we do. Anything else can be a caller's: with tracing, Envoy sends its `tracestate` on. */
const KEPT = new Set([
  ...['content-type', 'te', 'host', 'grpc-timeout', 'grpc-encoding', 'grpc-accept-encoding'],
  PROFILE_METADATA,
]);

/** Services that bound their streams from the begin of each on. */
const BOUNDED = new Set<unknown>([
  EXTERNAL_PROCESSOR.process.path,
  ACCESS_LOG_SERVICE.streamAccessLogs.path,
  METRICS_SERVICE.streamMetrics.path,
]);

type Handler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, raw: string[]) => void;

/**
 * Stands between HTTP/2 and grpc-js, which keeps the headers of a stream, and every stream, for as long as its client
 * likes: takes away headers that nobody reads, and bounds the streams that no service bounds.
 */
export class StreamGate {
  /** Begun when, by the number of looks; the oldest first. */
  readonly #passing = new Map<ServerHttp2Stream, { readonly look: number; readonly watches: boolean }>();
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #looks = 0;

  /**
   * @param servers of HTTP/2 that grpc-js listens to already
   * @param lookMs how often it looks for streams that are open too long; 1,000 when not given
   */
  constructor(servers: readonly EventEmitter[], logger: Logger, lookMs = LOOK_MS) {
    this.#logger = logger;
    for (const server of servers) this.#standBefore(server);
    this.#timer = setInterval(this.#look, lookMs).unref();
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #standBefore(server: EventEmitter): void {
    const handlers = server.listeners('stream') as Handler[];
    server.removeAllListeners('stream');
    const pass: Handler = (stream, headers, flags, raw) => {
      if (!this.#admit(stream, headers)) return;
      for (const handler of handlers) handler.call(server, stream, headers, flags, raw);
    };
    server.on('stream', pass);
  }

  /** False when its connection was closed. */
  #admit(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): boolean {
    const bytes = keepNeeded(headers);
    if (bytes > MAX_STREAM_HEADER_BYTES) {
      const { remoteAddress: peer } = stream.session?.socket ?? {};
      this.#logger.warn({ peer, bytes }, 'a connection is closed: the headers of one of its streams are too long');
      stream.session?.destroy();
      return false;
    }
    const path = headers[':path'];
    if (!BOUNDED.has(path)) this.#follow(stream, path === HEALTH.watch.path);
    return true;
  }

  /** The oldest gives way: a check that is one is answered within milliseconds, and has gone. */
  #follow(stream: ServerHttp2Stream, watches: boolean): void {
    this.#passing.set(stream, { look: this.#looks, watches });
    stream.once('close', () => this.#passing.delete(stream));
    const [oldest] = this.#passing.keys();
    if (this.#passing.size > MAX_PASSING && oldest !== undefined) this.#cancel(oldest);
  }

  #cancel(stream: ServerHttp2Stream): void {
    this.#passing.delete(stream);
    stream.close(constants.NGHTTP2_CANCEL);
  }

  readonly #look = (): void => {
    this.#looks += 1;
    const patience = Math.ceil(PASSING_MS / LOOK_MS);
    for (const [stream, { look, watches }] of this.#passing)
      if (!watches && this.#looks - look > patience) this.#cancel(stream);
  };
}

/** Takes away all that nobody reads; gives the size of the rest. */
function keepNeeded(headers: IncomingHttpHeaders): number {
  let bytes = 0;
  for (const name of Object.keys(headers)) {
    if (name.startsWith(':') || KEPT.has(name)) bytes += name.length + lengthOf(headers[name]);
    else Reflect.deleteProperty(headers, name);
  }
  return bytes;
}

function lengthOf(value: string | string[] | undefined): number {
  if (typeof value === 'string') return value.length;
  return (value ?? []).reduce((sum, one) => sum + one.length, 0);
}
