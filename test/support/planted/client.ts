import { Agent, type ClientRequest, type IncomingMessage, request as requestHttp1 } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import type { Readable } from 'node:stream';
import type { Answer, Fields, Request } from './messages.ts';
import { callSocket } from './sockets.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Not a divisor of anything, so that values lie across the borders of what is written. */
const PIECE_BYTES = 6_007;

/** Connections to one listener. */
export class Client {
  private readonly port: number;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 16 });
  private session: ClientHttp2Session | undefined;

  constructor(port: number) {
    this.port = port;
  }

  /** Makes a request, its body in pieces, and reads the whole answer. Rejects when there is none. */
  call(request: Request): Promise<Answer> {
    switch (request.protocol) {
      case 'http1':
        return this.http1(request);
      case 'http2':
        return this.http2(request);
      default:
        return callSocket(this.port, request);
    }
  }

  close(): void {
    this.agent.destroy();
    this.session?.destroy();
  }

  private http1({ method, path, headers, body, trailers, leaves = false }: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
      const chunked = Object.keys(trailers).length > 0 ? { 'transfer-encoding': 'chunked', trailer: 'x-end' } : {};
      const options = { host: '127.0.0.1', port: this.port, method, path, agent: this.agent, signal };
      const request: ClientRequest = requestHttp1(
        { ...options, headers: { ...headers, ...chunked } },
        (response: IncomingMessage) => {
          if (leaves) request.destroy(new Error('left'));
          readAll(response)
            .then((answered) => {
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: answered,
                trailers: response.trailers,
              });
            })
            .catch(reject);
        },
      );
      request.on('error', reject);
      for (const piece of piecesOf(body)) request.write(piece);
      if (leaves) return;
      if (Object.keys(trailers).length > 0) request.addTrailers(trailers);
      request.end();
    });
  }

  private http2({ method, path, headers, body, trailers }: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
      const hasTrailers = Object.keys(trailers).length > 0;
      const stream = this.connected().request(
        { ':method': method, ':path': path, ...headers },
        { signal, endStream: false, waitForTrailers: hasTrailers },
      );
      let received: Fields = {};
      stream.on('wantTrailers', () => {
        stream.sendTrailers(trailers);
      });
      stream.on('trailers', (fields: Fields) => {
        received = fields;
      });
      stream.on('response', (fields) => {
        readAll(stream)
          .then((answered) => {
            resolve({ status: fields[':status'] ?? 0, headers: fields, body: answered, trailers: received });
          })
          .catch(reject);
      });
      stream.on('error', reject);
      for (const piece of piecesOf(body)) stream.write(piece);
      stream.end();
    });
  }

  private connected(): ClientHttp2Session {
    if (this.session === undefined || this.session.closed) {
      this.session = connect(`http://127.0.0.1:${this.port}`);
      // Each of its streams fails with the same error; here it would only end the process.
      this.session.on('error', () => undefined);
    }
    return this.session;
  }
}

function* piecesOf(body: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < body.length; at += PIECE_BYTES) yield body.subarray(at, at + PIECE_BYTES);
}

async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
