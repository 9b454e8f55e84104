import type { Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { type Answer, CALL_HEADER, type Received, type Reply, type Request } from './messages.ts';

const CALL_TIMEOUT_MS = 30_000;
const SWITCHING_PROTOCOLS = 101;

/** Takes over upgrades: one message is read, one is sent, in two fragments. */
export function serveSockets(
  server: Server,
  received: Map<string, Received>,
  replies: ReadonlyMap<string, Reply>,
): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 0 } });
  server.on('upgrade', (request, connection, head) => {
    const call = String(request.headers[CALL_HEADER]);
    sockets.handleUpgrade(request, connection, head, (socket) => {
      socket.on('message', (body: Buffer) => {
        received.set(call, { path: request.url ?? '', headers: request.headers, body, trailers: {} });
        sendInTwo(socket, replies.get(call)?.body ?? new Uint8Array());
      });
      socket.on('error', () => {
        socket.terminate();
      });
    });
  });
  return sockets;
}

/** Opens a WebSocket, sends the body as one message of text in two fragments, and closes once one has come back. */
export function callSocket(port: number, { protocol, path, headers, body }: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
      headers,
      handshakeTimeout: CALL_TIMEOUT_MS,
      perMessageDeflate: protocol === 'websocket-deflate' ? { threshold: 0 } : false,
    });
    let answer: Answer | undefined;
    socket.on('open', () => {
      sendInTwo(socket, body);
    });
    socket.on('message', (message: Buffer) => {
      answer = { status: SWITCHING_PROTOCOLS, headers: {}, body: message, trailers: {} };
      socket.close(1000);
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (answer === undefined) reject(new Error('the WebSocket was closed without an answer'));
      else resolve(answer);
    });
  });
}

function sendInTwo(socket: WebSocket, message: Uint8Array): void {
  const half = Math.floor(message.length / 2);
  socket.send(message.subarray(0, half), { binary: false, fin: false });
  socket.send(message.subarray(half), { binary: false, fin: true });
}
