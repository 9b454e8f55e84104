import { once } from 'node:events';
import { createServer as createHttp1, type Server } from 'node:http';
import { createServer as createHttp2, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { WebSocketServer } from 'ws';
import type { ServiceRequest, ServiceResponse } from '../../../demo/services/server.ts';
import { CALL_HEADER, type Received, type Reply } from './messages.ts';
import { serveSockets } from './sockets.ts';

/** What responses of HTTP/1.1 can do beside. */
interface Stream {
  flushHeaders(): void;
  write(chunk: Uint8Array, taken: () => void): boolean;
  destroy(): unknown;
}

type Response = ServiceResponse & Stream;

/** A service that answers each call as it was told to, over HTTP/1.1 on one port and HTTP/2 on another. */
export class Upstream {
  /** What came, by call. */
  readonly received = new Map<string, Received>();
  private readonly replies: ReadonlyMap<string, Reply>;
  private readonly servers: readonly [Server, Http2Server];
  private readonly sockets: WebSocketServer;
  private readonly sessions = new Set<ServerHttp2Session>();

  private constructor(replies: ReadonlyMap<string, Reply>) {
    this.replies = replies;
    const handle = (request: ServiceRequest, response: ServiceResponse): void => {
      void this.answer(request, response);
    };
    this.servers = [createHttp1({ keepAliveTimeout: 120_000 }, handle), createHttp2(handle)];
    this.sockets = serveSockets(this.servers[0], this.received, replies);
    this.servers[1].on('session', (session) => this.sessions.add(session));
  }

  /** @param replies by the value of {@link CALL_HEADER} */
  static async start(replies: ReadonlyMap<string, Reply>): Promise<Upstream> {
    const upstream = new Upstream(replies);
    for (const server of upstream.servers) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    return upstream;
  }

  get http1Port(): number {
    return (this.servers[0].address() as AddressInfo).port;
  }

  get http2Port(): number {
    return (this.servers[1].address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const [http1, http2] = this.servers;
    const closed = Promise.all([once(http1, 'close'), once(http2, 'close')]);
    for (const socket of this.sockets.clients) socket.terminate();
    http1.close();
    http1.closeAllConnections();
    http2.close();
    for (const session of this.sessions) session.destroy();
    await closed;
  }

  private async answer(request: ServiceRequest, response: ServiceResponse): Promise<void> {
    const call = String(request.headers[CALL_HEADER]);
    const reply = this.replies.get(call);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        if (reply?.isEarly === true) (response as Response).flushHeaders();
      }
    } catch {
      // A client that leaves on purpose.
      response.end();
      return;
    }
    const { trailers = {} } = request as { trailers?: Received['trailers'] };
    const { headers, url: path = '' } = request;
    this.received.set(call, { path, headers, body: Buffer.concat(chunks), trailers });
    send(response, reply);
  }
}

function send(response: ServiceResponse, reply: Reply | undefined): void {
  response.statusCode = reply === undefined ? 404 : 200;
  for (const [name, value] of Object.entries(reply?.headers ?? {})) response.setHeader(name, value as string);
  const names = Object.keys(reply?.trailers ?? {});
  if (names.length > 0) response.setHeader('trailer', names.join(', '));
  if (reply?.breaksOff === true) {
    breakOff(response, reply.body);
    return;
  }
  // In two steps: with a length, HTTP/1.1 has no room for trailers.
  if (reply !== undefined && reply.body.length > 0) response.write(reply.body);
  response.addTrailers({ ...reply?.trailers });
  response.end();
}

/** Cuts the connection once half of the body is handed over. */
function breakOff(response: ServiceResponse, body: Uint8Array): void {
  response.setHeader('content-length', String(body.length));
  (response as Response).write(body.subarray(0, body.length / 2), () => {
    (response as Response).destroy();
  });
}
