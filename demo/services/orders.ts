import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Metadata, type ServerDuplexStream } from '@grpc/grpc-js';
import { WebSocketServer } from 'ws';
import { isMain } from '../../scripts/processes.ts';
import { CALL_HEADER, callOfKey, markerOf, plantedFor } from '../client/planted.ts';
import { ordersService, type TrackReply, type TrackRequest } from './grpc-methods.ts';
import {
  type Operation,
  readBody,
  runAsProcess,
  type SampleService,
  send,
  type ServiceDefinitions,
  type ServiceOptions,
  startSampleService,
  writeAll,
} from './server.ts';

const EVENT_COUNT = 4;
const EVENT_PAUSE_MS = 5;
const MAX_EXPORT_RECORDS = 100_000;
/** Not a divisor of anything, so that values lie across the borders of chunks. */
const EXPORT_CHUNK_CHARS = 40_009;

function orderOf(call: number, seed: number): object {
  const person = plantedFor(seed, 'service', call);
  return {
    id: `order-${call}`,
    state: 'accepted',
    note: markerOf(call),
    customer: { email: person.email, ssn: person.ssn },
    paidWith: { card: person.card, iban: person.iban },
    text: `Sent to ${person.email}, charged to ${person.cardSpaced}.`,
  };
}

async function createOrder({ request, response, call, seed }: Operation): Promise<void> {
  const order: unknown = JSON.parse((await readBody(request)).toString('utf8'));
  const items = typeof order === 'object' && order !== null && 'items' in order ? order.items : [];
  response.setHeader('set-cookie', `session=${plantedFor(seed, 'service', call).cookie}; HttpOnly`);
  send(response, 201, { ...orderOf(call, seed), items });
}

function getOrder({ request, response, call, seed }: Operation): void {
  const isGzip = String(request.headers['accept-encoding']).includes('gzip');
  const json = Buffer.from(JSON.stringify(orderOf(call, seed)));
  response.setHeader('content-type', 'application/json');
  response.setHeader('vary', 'accept-encoding');
  if (isGzip) response.setHeader('content-encoding', 'gzip');
  const body = isGzip ? gzipSync(json) : json;
  response.setHeader('content-length', body.length.toString());
  // Node leaves the body away when the method is HEAD.
  response.end(body);
}

function deleteOrder({ response }: Operation): void {
  response.statusCode = 204;
  response.end();
}

async function sendEvents({ response, call, seed }: Operation): Promise<void> {
  const person = plantedFor(seed, 'service', call);
  response.setHeader('content-type', 'text/event-stream');
  for (let id = 0; id < EVENT_COUNT && !response.destroyed; id += 1) {
    const data = JSON.stringify({ note: markerOf(call), email: person.email, card: person.card, state: `step ${id}` });
    response.write(`id: ${id}\nevent: order\ndata: ${data}\n\n`);
    await delay(EVENT_PAUSE_MS);
  }
  response.end();
}

/** The export in pieces: an array of orders with those of several people in it. */
function* exportText(records: number, call: number, seed: number): Generator<string> {
  const people = [0, 1, 2].map((offset) => plantedFor(seed, 'service', call + offset));
  let text = '[';
  for (let record = 0; record < records; record += 1) {
    const person = people[record % people.length];
    const fields = { record, note: markerOf(call), email: person?.email, iban: person?.iban, amount: record * 7 };
    text += `${record === 0 ? '' : ',\n'}${JSON.stringify(fields)}`;
    while (text.length >= EXPORT_CHUNK_CHARS) {
      yield text.slice(0, EXPORT_CHUNK_CHARS);
      text = text.slice(EXPORT_CHUNK_CHARS);
    }
  }
  yield `${text}]\n`;
}

async function exportOrders({ response, url, call, seed }: Operation): Promise<void> {
  const records = Number(url.searchParams.get('records') ?? 10);
  if (!Number.isSafeInteger(records) || records < 0 || records > MAX_EXPORT_RECORDS) {
    send(response, 400, { error: `records must be 0 to ${MAX_EXPORT_RECORDS}` });
    return;
  }
  response.setHeader('content-type', 'application/json');
  if (await writeAll(response, exportText(records, call, seed))) response.end();
}

async function takeAttachment({ request, response, call }: Operation): Promise<void> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  send(response, 200, { note: markerOf(call), size, sha256: hash.digest('hex') });
}

const LINGER_MS = 1_000;

/**
 * Lets the client close first. A proxy whose filters hold data, as a recorder in the path does, drops what they hold
 * when the upstream ends an upgraded connection: here that would be the closing handshake's last frame.
 */
function lingerAtEnd(socket: Duplex): void {
  const endNow = socket.end.bind(socket) as () => Duplex;
  socket.end = () => {
    if (socket.readableEnded) return endNow();
    socket.once('end', endNow);
    setTimeout(endNow, LINGER_MS).unref();
    return socket;
  };
}

const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024 });

/** Echoes each message as it came, text as text and bytes as bytes. */
function openSocket(request: IncomingMessage, socket: Duplex, head: Buffer): string | undefined {
  if (request.url?.startsWith('/orders/socket') !== true) return undefined;
  lingerAtEnd(socket);
  sockets.handleUpgrade(request, socket, head, (client) => {
    client.on('message', (message: Buffer, binary) => {
      client.send(message, { binary });
    });
    client.on('error', () => {
      client.terminate();
    });
  });
  return 'socket';
}

function track(stream: ServerDuplexStream<TrackRequest, TrackReply>, seed: number): void {
  const call = callOfKey(stream.metadata.get(CALL_HEADER)[0]?.toString());
  const hash = createHash('sha256');
  stream.on('data', (request: TrackRequest) => {
    hash.update(request.orderId);
    const recipientEmail = plantedFor(seed, 'service', call).email;
    stream.write({ orderId: request.orderId, state: 'under way', recipientEmail, note: request.note });
  });
  stream.on('end', () => {
    const trailers = new Metadata();
    trailers.set('x-orders-checksum', hash.digest('hex'));
    stream.end(trailers);
  });
}

const definitions: ServiceDefinitions = {
  name: 'orders',
  route(method, path) {
    const resource = `${method} ${path}`;
    if (resource === 'POST /orders') return { name: 'create', run: createOrder };
    if (resource === 'GET /orders/events') return { name: 'events', run: sendEvents };
    if (resource === 'GET /orders/export') return { name: 'export', run: exportOrders };
    if (resource === 'PUT /orders/attachments') return { name: 'upload', run: takeAttachment };
    if (!/^\/orders\/[^/]+$/.test(path)) return undefined;
    if (method === 'GET') return { name: 'get', run: getOrder };
    if (method === 'HEAD') return { name: 'head', run: getOrder };
    return method === 'DELETE' ? { name: 'delete', run: deleteOrder } : undefined;
  },
  upgrade: openSocket,
  grpc: (count, seed) => ({
    definition: ordersService,
    implementation: {
      Track: (stream: ServerDuplexStream<TrackRequest, TrackReply>) => {
        count('track');
        track(stream, seed);
      },
    },
  }),
};

/** Starts the sample service "orders": JSON, gzip, HEAD and DELETE, events, a WebSocket, upload, download, a gRPC stream. */
export function startOrders(options?: ServiceOptions): Promise<SampleService> {
  return startSampleService(definitions, options);
}

if (isMain(import.meta.url)) await runAsProcess(definitions, { port: 8081, grpcPort: 9081, seed: 1 });
