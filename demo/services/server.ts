import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import {
  Server as GrpcServer,
  type Metadata,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import { CALL_HEADER, callOfKey } from '../client/planted.ts';

/** A request, over HTTP/1.1 or HTTP/2. */
export interface ServiceRequest extends Readable {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** Its response; the two protocols' classes have this in common. */
export interface ServiceResponse {
  statusCode: number;
  readonly destroyed: boolean;
  setHeader(name: string, value: string): unknown;
  write(chunk: string | Uint8Array): boolean;
  addTrailers(trailers: Record<string, string>): void;
  end(chunk?: string | Uint8Array): unknown;
  on(event: 'close' | 'drain', listener: () => void): unknown;
  off(event: 'close' | 'drain', listener: () => void): unknown;
}

/** What an operation gets. */
export interface Operation {
  readonly request: ServiceRequest;
  readonly response: ServiceResponse;
  readonly url: URL;
  /** Number of the call, from its key; 0 without one. */
  readonly call: number;
  /** What the service's own personal data is made from. */
  readonly seed: number;
}

/** A sample service: what it does, and under which names it counts that. */
export interface ServiceDefinitions {
  readonly name: string;
  /** The operation for a method and path, with the name that it is counted under. */
  route(method: string, path: string): { name: string; run(operation: Operation): void | Promise<void> } | undefined;
  /** Takes over an upgraded connection, and names what it counts as; undefined refuses it. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): string | undefined;
  grpc(
    count: (operation: string) => void,
    seed: number,
  ): {
    definition: ServiceDefinition;
    implementation: UntypedServiceImplementation;
  };
}

/** How a service is started; port 0 takes a free one. */
export interface ServiceOptions {
  port?: number;
  grpcPort?: number;
  /** Seed of the personal data in its responses; 1 by default. */
  seed?: number;
  /** Told of each call that comes: its key, and the id that Envoy gave it; an empty text for what it has none of. */
  onCall?: OnCall;
}

/** Takes the key of a call, and the id that Envoy gave it. */
export type OnCall = (key: string, exchangeId: string) => void;

/** What a service has served since its start, by operation. `/stats` on its own port gives the same as JSON. */
export interface ServiceStats {
  readonly service: string;
  readonly total: number;
  readonly operations: Record<string, number>;
}

/** A sample service that runs, on 127.0.0.1. */
export interface SampleService {
  /** HTTP/1.1, and HTTP/2 without TLS. */
  readonly port: number;
  readonly grpcPort: number;
  stats(): ServiceStats;
  /** Ends it with all its connections. */
  close(): Promise<void>;
}

/** Envoy's own id of a call, which no client can choose. */
const ID_HEADER = 'x-affidavit-id';
/** Longer than Envoy keeps an idle connection, so that it is never this side that closes one under a new call. */
const KEEP_ALIVE_MS = 120_000;

/** Starts a sample service. */
export async function startSampleService(
  definitions: ServiceDefinitions,
  options: ServiceOptions = {},
): Promise<SampleService> {
  const seed = options.seed ?? 1;
  const operations: Record<string, number> = {};
  const count = (operation: string): void => {
    operations[operation] = (operations[operation] ?? 0) + 1;
  };
  const stats = (): ServiceStats => ({
    service: definitions.name,
    total: Object.values(operations).reduce((sum, n) => sum + n, 0),
    operations: { ...operations },
  });
  const sockets = new Set<Duplex>();
  const onCall = options.onCall ?? (() => undefined);
  const server = httpServer(definitions, { seed, count, stats, sockets, onCall });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const interceptors = [tellingOf(onCall)];
  const grpc = new GrpcServer({ 'grpc.max_receive_message_length': 16 * 1024 * 1024, interceptors });
  const { definition, implementation } = definitions.grpc(count, seed);
  grpc.addService(definition, implementation);
  const grpcPort = await bindGrpc(grpc, options.grpcPort ?? 0);
  return {
    port: (server.address() as AddressInfo).port,
    grpcPort,
    stats,
    close: async () => {
      grpc.forceShutdown();
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function bindGrpc(server: GrpcServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
}

interface Serving {
  seed: number;
  count(operation: string): void;
  stats(): ServiceStats;
  sockets: Set<Duplex>;
  onCall: OnCall;
}

function tell(onCall: OnCall, headers: IncomingHttpHeaders): void {
  onCall(String(headers[CALL_HEADER] ?? ''), String(headers[ID_HEADER] ?? ''));
}

function tellingOf(onCall: OnCall): ServerInterceptor {
  const textOf = (metadata: Metadata, name: string): string => String(metadata.get(name)[0] ?? '');
  return (_method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) => {
        next({
          onReceiveMetadata: (metadata, proceed) => {
            onCall(textOf(metadata, CALL_HEADER), textOf(metadata, ID_HEADER));
            proceed(metadata);
          },
        });
      },
    });
}

/** One port for both protocols: the first bytes of a connection tell them apart (RFC 9113, 3.4). */
function httpServer(definitions: ServiceDefinitions, serving: Serving): NetServer {
  const handle = (request: ServiceRequest, response: ServiceResponse): void => {
    answer(definitions, serving, request, response).catch((error: unknown) => {
      if (!response.destroyed) send(response, 500, { error: String(error) });
    });
  };
  const http1 = createHttpServer({ keepAliveTimeout: KEEP_ALIVE_MS }, handle);
  const http2 = createHttp2Server(handle);
  http1.on('upgrade', (request, socket, head) => {
    tell(serving.onCall, request.headers);
    const counted = definitions.upgrade?.(request, socket, head);
    if (counted === undefined) socket.destroy();
    else serving.count(counted);
  });
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket: Socket) => {
    serving.sockets.add(socket);
    socket.on('close', () => serving.sockets.delete(socket));
    // A peer that resets its connection is part of the demo; each call learns of it by its own 'close'.
    socket.on('error', () => socket.destroy());
    socket.once('end', () => socket.end());
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      const server = first.subarray(0, 3).toString('latin1') === 'PRI' ? http2 : http1;
      server.emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
}

async function answer(
  definitions: ServiceDefinitions,
  serving: Serving,
  request: ServiceRequest,
  response: ServiceResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://service');
  if (url.pathname === '/stats') {
    send(response, 200, serving.stats());
    return;
  }
  tell(serving.onCall, request.headers);
  const operation = definitions.route(request.method ?? '', url.pathname);
  serving.count(operation?.name ?? 'not-found');
  if (operation === undefined) {
    request.resume();
    send(response, 404, { error: 'no such operation' });
    return;
  }
  const key = request.headers[CALL_HEADER];
  const call = callOfKey(typeof key === 'string' ? key : undefined);
  await operation.run({ request, response, url, call, seed: serving.seed });
}

/** Ends a response with a JSON document. */
export function send(response: ServiceResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.setHeader('content-length', bytes.length.toString());
  response.end(bytes);
}

const MAX_BODY_BYTES = 1024 * 1024;

/** A whole request body. Throws when it is larger than 1 MiB. */
export async function readBody(request: ServiceRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error(`request body is larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Writes all chunks, no faster than they are taken. False when the client left before the end. */
export async function writeAll(response: ServiceResponse, chunks: Iterable<string | Uint8Array>): Promise<boolean> {
  for (const chunk of chunks) {
    if (response.destroyed) return false;
    if (!response.write(chunk)) await drained(response);
  }
  return !response.destroyed;
}

function drained(response: ServiceResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

/** Runs a service as a process: `--port`, `--grpc-port` and `--seed`, until SIGTERM or SIGINT. */
export async function runAsProcess(
  definitions: ServiceDefinitions,
  defaults: Required<Omit<ServiceOptions, 'onCall'>>,
): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, 'grpc-port': { type: 'string' }, seed: { type: 'string' } },
  });
  const number = (text: string | undefined, otherwise: number): number => {
    const value = Number(text ?? otherwise);
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a number: ${text ?? ''}`);
    return value;
  };
  const service = await startSampleService(definitions, {
    port: number(values.port, defaults.port),
    grpcPort: number(values['grpc-port'], defaults.grpcPort),
    seed: number(values.seed, defaults.seed),
  });
  console.log(`${definitions.name}: HTTP on 127.0.0.1:${service.port}, gRPC on 127.0.0.1:${service.grpcPort}`);
  const stop = (): void => void service.close();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
