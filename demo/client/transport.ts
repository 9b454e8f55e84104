import { createHash } from 'node:crypto';
import { Agent, request as requestHttp1 } from 'node:http';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import type { Readable } from 'node:stream';
import { Client, credentials } from '@grpc/grpc-js';
import type { SampleService } from '../services/server.ts';

/** A host and port that is called. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where each service is reached. */
export interface Target {
  readonly orders: Address;
  readonly ordersGrpc: Address;
  readonly payments: Address;
  readonly paymentsGrpc: Address;
}

/** Everything through one listener of Envoy on this machine. */
export function throughEnvoy(port: number): Target {
  const envoy = { host: '127.0.0.1', port };
  return { orders: envoy, ordersGrpc: envoy, payments: envoy, paymentsGrpc: envoy };
}

/** The services themselves, without Envoy: what the answers are compared with. */
export function directTarget(orders: SampleService, payments: SampleService): Target {
  const at = (port: number): Address => ({ host: '127.0.0.1', port });
  return {
    orders: at(orders.port),
    ordersGrpc: at(orders.grpcPort),
    payments: at(payments.port),
    paymentsGrpc: at(payments.grpcPort),
  };
}

/** How long a call may take before it counts as failed. */
export const CALL_TIMEOUT_MS = 30_000;

/** One HTTP request. */
export interface HttpCall {
  readonly address: Address;
  readonly protocol: 'http1' | 'http2';
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Pieces that are written one by one; without Content-Length when there are several. */
  readonly body?: readonly Buffer[];
  /** Leave after the first line of the response. */
  readonly givesUp?: boolean;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  /** SHA-256 (hex) of status, the headers that matter, body and trailers. */
  readonly digest: string;
  readonly responseBytes: number;
  /** The first 64 KiB of the body. */
  readonly start: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

const KEPT_BYTES = 64 * 1024;
/** Those that a proxy in between must not change. */
const DIGESTED_HEADERS = ['content-type', 'content-encoding', 'content-length', 'set-cookie'];

/** Open connections of a client: kept-alive HTTP/1.1, an HTTP/2 connection and a gRPC channel for each address. */
export class Connections {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });
  readonly #sessions = new Map<string, ClientHttp2Session>();
  readonly #clients = new Map<string, Client>();

  /** Makes a request and reads the whole answer. Rejects when there is none. */
  async call(call: HttpCall): Promise<Answer> {
    return call.protocol === 'http1' ? this.#http1(call) : this.#http2(call);
  }

  /** The gRPC channel to an address. */
  grpc(address: Address): Client {
    const key = keyOf(address);
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const client = new Client(key, credentials.createInsecure());
    this.#clients.set(key, client);
    return client;
  }

  /** Closes them all. */
  close(): void {
    this.#agent.destroy();
    for (const session of this.#sessions.values()) session.destroy();
    for (const client of this.#clients.values()) client.close();
  }

  #http1({ address, method, path, headers, body, givesUp }: HttpCall): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
      const options = {
        ...address,
        method,
        path,
        headers: { ...headers, ...lengthOf(body) },
        agent: this.#agent,
        signal,
      };
      const request = requestHttp1(options, (response) => {
        const trailers = (): Fields => response.trailers;
        readAnswer(response, response.statusCode ?? 0, response.headers, trailers, givesUp === true)
          .then(resolve, reject)
          .finally(() => {
            if (givesUp === true) request.destroy();
          });
      });
      request.on('error', reject);
      for (const piece of body ?? []) request.write(piece);
      request.end();
    });
  }

  #http2({ address, method, path, headers, body, givesUp }: HttpCall): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
      const pseudo = { ':method': method, ':path': path };
      const stream = this.#session(address).request(
        { ...pseudo, ...headers, ...lengthOf(body) },
        { signal, endStream: false },
      );
      let trailers: Fields = {};
      let isAnswered = false;
      stream.on('trailers', (received: Fields) => {
        trailers = received;
      });
      stream.on('response', (received) => {
        isAnswered = true;
        readAnswer(stream, received[':status'] ?? 0, received, () => trailers, givesUp === true)
          .then(resolve, reject)
          .finally(() => {
            if (givesUp === true) stream.close(constants.NGHTTP2_CANCEL);
          });
      });
      stream.on('error', reject);
      stream.on('close', () => {
        if (!isAnswered)
          reject(new Error(`the HTTP/2 stream was closed with code ${stream.rstCode} and without an answer`));
      });
      for (const piece of body ?? []) stream.write(piece);
      stream.end();
    });
  }

  #session(address: Address): ClientHttp2Session {
    const key = keyOf(address);
    const known = this.#sessions.get(key);
    if (known !== undefined && !known.closed && !known.destroyed) return known;
    const session = connect(`http://${key}`);
    // Each of its streams fails with the same error; here it would only end the process.
    session.on('error', () => {
      session.destroy();
    });
    this.#sessions.set(key, session);
    return session;
  }
}

function keyOf({ host, port }: Address): string {
  return `${host}:${port}`;
}

function lengthOf(body: readonly Buffer[] | undefined): Record<string, string> {
  const [only, ...others] = body ?? [];
  return only === undefined || others.length > 0 ? {} : { 'content-length': only.length.toString() };
}

type Fields = Readonly<Record<string, string | string[] | number | undefined>>;

/** Hashes what a client gets, in an order that doesn't depend on the protocol. */
export class Digest {
  readonly #hash = createHash('sha256');
  responseBytes = 0;

  field(name: string, value: string): void {
    this.#hash.update(`${name}: ${value}\n`);
  }

  body(chunk: Uint8Array): void {
    this.responseBytes += chunk.length;
    this.#hash.update(chunk);
  }

  end(): string {
    return this.#hash.digest('hex');
  }
}

async function readAnswer(
  stream: Readable,
  status: number,
  headers: Fields,
  trailersAtEnd: () => Fields,
  givesUp: boolean,
): Promise<Answer> {
  const digest = new Digest();
  digest.field('status', String(status));
  for (const name of DIGESTED_HEADERS) digest.field(name, String(headers[name] ?? ''));
  const start: Buffer[] = [];
  let kept = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const end = givesUp ? chunk.indexOf('\n') + 1 : 0;
    const piece = end > 0 ? chunk.subarray(0, end) : chunk;
    digest.body(piece);
    if (kept < KEPT_BYTES) start.push(piece);
    kept += piece.length;
    if (end > 0) break;
  }
  const trailers: Record<string, string> = {};
  for (const [name, value] of Object.entries(trailersAtEnd()).sort(([a], [b]) => (a < b ? -1 : 1))) {
    trailers[name] = String(value);
    digest.field(name, String(value));
  }
  const { responseBytes } = digest;
  return { status, digest: digest.end(), responseBytes, start: Buffer.concat(start).subarray(0, KEPT_BYTES), trailers };
}
