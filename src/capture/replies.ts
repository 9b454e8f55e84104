import { WIRE, WireWriter } from '../record/index.ts';
import type { BodyMessage, EnvoyMessage, Side } from './ext-proc-wire.ts';

/**
 * `envoy.service.ext_proc.v3.ProcessingResponse` as ready bytes. We never change a call, so nearly every answer is an
 * empty message in the field of its type: "go on".
 */

const FIELDS: Readonly<Record<EnvoyMessage['type'], Readonly<Record<Side, number>>>> = {
  headers: { request: 1, response: 2 },
  body: { request: 3, response: 4 },
  trailers: { request: 5, response: 6 },
};
const IMMEDIATE = 7;
const EMPTY = new Uint8Array(0);

const goOnBytes = Object.fromEntries(
  Object.values(FIELDS)
    .flatMap((sides) => Object.values(sides))
    .map((field) => [field, new WireWriter(4).bytes(field, EMPTY).finish()]),
);

/** "Go on", for a message of this type and direction. */
export function goOnReply(type: EnvoyMessage['type'], side: Side): Uint8Array {
  return goOnBytes[FIELDS[type][side]] ?? EMPTY;
}

/**
 * The answer to a body message in the modes FULL_DUPLEX_STREAMED and GRPC, in which only what we send back passes on:
 * the same bytes with the same marks.
 */
export function passOnReply(message: BodyMessage): Uint8Array {
  const streamed = new WireWriter(message.bytes.length + 16);
  if (message.bytes.length > 0) streamed.bytes(1, message.bytes);
  if (message.endOfStream) streamed.uint(2, 1);
  if (message.endOfStreamWithoutMessage) streamed.uint(3, 1);
  if (message.compressed) streamed.uint(4, 1);
  const mutation = wrap(3, streamed.finish());
  const common = wrap(3, mutation);
  return wrap(FIELDS.body[message.side], wrap(1, common));
}

/** Ends the call with an answer of our own: an HTTP status, and `details` for Envoy's access log. */
export function immediateReply(status: number, body: string, details: string): Uint8Array {
  const httpStatus = new WireWriter(8).tag(1, WIRE.varint).varint(status).finish();
  const immediate = new WireWriter().bytes(1, httpStatus).string(3, body).string(5, details).finish();
  return wrap(IMMEDIATE, immediate);
}

function wrap(field: number, bytes: Uint8Array): Uint8Array {
  return new WireWriter(bytes.length + 8).bytes(field, bytes).finish();
}
