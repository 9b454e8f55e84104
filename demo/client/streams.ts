import { Metadata, status as GRPC, type StatusObject } from '@grpc/grpc-js';
import { WebSocket } from 'ws';
import { authorizeMethod, trackMethod, type AuthorizeReply, type TrackReply } from '../services/grpc-methods.ts';
import type { CallContext, Outcome } from './kinds.ts';
import { CALL_HEADER, callKey, markerOf, type Planted } from './planted.ts';
import { CALL_TIMEOUT_MS, Digest } from './transport.ts';

/** Flag and length in front of each gRPC message. */
const GRPC_PREFIX_BYTES = 5;
const TRACKED_ORDERS = 3;

function metadataOf(call: number, person: Planted): Metadata {
  const metadata = new Metadata();
  metadata.set(CALL_HEADER, callKey(call));
  metadata.set('authorization', `Bearer ${person.bearer}`);
  return metadata;
}

function grpcOutcome(digest: Digest, requestBytes: number, status: StatusObject, isComplete: boolean): Outcome {
  digest.field('grpc-status', String(status.code));
  digest.field('checksum', status.metadata.get('x-orders-checksum').join());
  const { responseBytes } = digest;
  const error = status.code === GRPC.OK ? 'replies are missing' : `grpc-status ${status.code}: ${status.details}`;
  return {
    answer: { status: status.code, digest: digest.end(), responseBytes },
    requestBytes,
    error: status.code === GRPC.OK && isComplete ? '' : error,
  };
}

/** A gRPC call with one message each way. */
export function callGrpcUnary(context: CallContext, person: Planted): Promise<Outcome> {
  const { connections, target, call } = context;
  const request = {
    orderId: `order-${call}`,
    cardNumber: person.card,
    holderEmail: person.email,
    amountCents: call * 10,
    note: markerOf(call),
  };
  const { path, requestSerialize, responseDeserialize, responseSerialize } = authorizeMethod;
  const requestBytes = requestSerialize(request).length + GRPC_PREFIX_BYTES;
  const options = { deadline: Date.now() + CALL_TIMEOUT_MS };
  return new Promise((resolve) => {
    const digest = new Digest();
    let isComplete = false;
    connections
      .grpc(target.paymentsGrpc)
      .makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadataOf(call, person),
        options,
        (_, reply) => {
          if (reply === undefined) return;
          digest.body(Buffer.concat([Buffer.alloc(GRPC_PREFIX_BYTES), responseSerialize(reply)]));
          isComplete = isOwnReply(reply, call);
        },
      )
      .on('status', (status) => {
        // The status may come before the reply's callback; that one comes in the same turn.
        setImmediate(() => {
          resolve(grpcOutcome(digest, requestBytes, status, isComplete));
        });
      });
  });
}

function isOwnReply(reply: AuthorizeReply, call: number): boolean {
  return reply.note === markerOf(call) && reply.approved;
}

/** A gRPC call with several messages each way; every answer is waited for before the next request is sent. */
export function callGrpcStream(context: CallContext, person: Planted): Promise<Outcome> {
  const { connections, target, call } = context;
  const { path, requestSerialize, responseDeserialize, responseSerialize } = trackMethod;
  const options = { deadline: Date.now() + CALL_TIMEOUT_MS };
  return new Promise((resolve) => {
    const digest = new Digest();
    let requestBytes = 0;
    let replies = 0;
    const stream = connections
      .grpc(target.ordersGrpc)
      .makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadataOf(call, person), options);
    const send = (): void => {
      const request = { orderId: `order-${call}-${replies}`, customerEmail: person.email, note: markerOf(call) };
      requestBytes += requestSerialize(request).length + GRPC_PREFIX_BYTES;
      stream.write(request);
    };
    stream.on('data', (reply: TrackReply) => {
      replies += 1;
      digest.body(Buffer.concat([Buffer.alloc(GRPC_PREFIX_BYTES), responseSerialize(reply)]));
      if (replies < TRACKED_ORDERS) send();
      else stream.end();
    });
    // The status, which always follows, says the same.
    stream.on('error', () => undefined);
    stream.on('status', (status) => {
      resolve(grpcOutcome(digest, requestBytes, status, replies === TRACKED_ORDERS));
    });
    send();
  });
}

/** A WebSocket: three messages, each waited for as an echo, then closed. */
export function callWebSocket(context: CallContext, person: Planted): Promise<Outcome> {
  const { call, target } = context;
  const { host, port } = target.orders;
  const messages: (string | Buffer)[] = [
    JSON.stringify({ note: markerOf(call), email: person.email, card: person.card }),
    Buffer.from(`${markerOf(call)} ${person.iban}`),
    markerOf(call),
  ];
  return new Promise((resolve, reject) => {
    const digest = new Digest();
    const socket = new WebSocket(`ws://${host}:${port}/orders/socket`, {
      headers: { [CALL_HEADER]: callKey(call), authorization: `Bearer ${person.bearer}` },
      handshakeTimeout: CALL_TIMEOUT_MS,
    });
    const timer = setTimeout(() => {
      socket.terminate();
    }, CALL_TIMEOUT_MS);
    let echoed = 0;
    let isSame = true;
    const next = (): void => {
      const message = messages[echoed];
      if (message === undefined) socket.close(1000);
      else socket.send(message);
    };
    socket.on('open', next);
    socket.on('message', (data: Buffer, isBinary) => {
      digest.field('message', isBinary ? 'binary' : 'text');
      digest.body(data);
      isSame &&= Buffer.from(messages[echoed] ?? '').equals(data);
      echoed += 1;
      next();
    });
    socket.on('error', reject);
    socket.on('close', (code) => {
      clearTimeout(timer);
      digest.field('close', String(code));
      const requestBytes = messages.reduce((sum, message) => sum + Buffer.byteLength(message), 0);
      const { responseBytes } = digest;
      const isFine = isSame && echoed === messages.length && code === 1000;
      const error = isFine ? '' : `${echoed} echoes, closed with ${code}`;
      resolve({ answer: { status: 101, digest: digest.end(), responseBytes }, requestBytes, error });
    });
  });
}
