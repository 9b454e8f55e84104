import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders, Settings } from 'node:http2';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { EXTERNAL_PROCESSOR } from '../../../../src/capture/index.ts';

/** How a stream ended: its gRPC status, or that there was none. */
export type StreamEnd = number | 'reset';

/** A gRPC message as it stands on the wire: a flag, its length, its bytes. The length may be a lie. */
export function wireMessage(bytes: Uint8Array, length = bytes.length, flag = 0): Uint8Array {
  const framed = Buffer.alloc(5 + bytes.length);
  framed.writeUInt8(flag, 0);
  framed.writeUInt32BE(length, 1);
  framed.set(bytes, 5);
  return framed;
}

/** HTTP/2 connections to a recorder that send whatever they are told. */
export class RawClient {
  readonly session: ClientHttp2Session;

  /** @param settings of HTTP/2 that it tells */
  constructor(port: number, settings: Settings = {}) {
    this.session = connectHttp2(`http://127.0.0.1:${port}`, { maxSessionMemory: 1_000, settings });
    this.session.on('error', () => undefined);
  }

  /** Opens an ext_proc stream. */
  open(headers: Readonly<Record<string, string>> = {}): RawStream {
    return new RawStream(
      this.session.request({
        ':method': 'POST',
        ':path': EXTERNAL_PROCESSOR.process.path,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...headers,
      }),
    );
  }

  close(): void {
    this.session.destroy();
  }
}

/** One stream of bytes. */
export class RawStream {
  readonly stream: ClientHttp2Stream;
  /** Resolves once the other side has ended it. */
  readonly ended: Promise<StreamEnd>;

  constructor(stream: ClientHttp2Stream) {
    this.stream = stream;
    let status: number | undefined;
    const look = (headers: IncomingHttpHeaders): void => {
      if (headers['grpc-status'] !== undefined) status = Number(headers['grpc-status']);
    };
    stream.on('error', () => undefined);
    stream.on('response', look);
    stream.on('trailers', look);
    stream.resume();
    this.ended = new Promise((resolve) => {
      for (const event of ['end', 'close'])
        stream.once(event, () => {
          resolve(status ?? 'reset');
        });
    });
  }

  /** Sends bytes; doesn't wait for them to be taken. */
  send(...parts: readonly Uint8Array[]): this {
    for (const part of parts) this.stream.write(part);
    return this;
  }

  /** Says that nothing follows. */
  end(): this {
    this.stream.end();
    return this;
  }
}

/** Sends bytes over TCP until all are taken or the other side closes; gives how many were handed over. */
export async function sendTcp(port: number, parts: Iterable<Uint8Array>): Promise<number> {
  const socket = connectTcp(port, '127.0.0.1');
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });
  socket.on('error', () => undefined);
  socket.resume();
  let sent = 0;
  for (const part of parts) {
    if (socket.destroyed) break;
    if (!socket.write(part)) await Promise.race([once(socket, 'drain').catch(() => undefined), closed]);
    sent += part.length;
  }
  socket.end();
  await closed;
  return sent;
}
