import { constants } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';
import type { ServerDuplexStream, ServerInterceptingCall, ServerReadableStream, StatusObject } from '@grpc/grpc-js';
import { AffidavitError } from '../record/index.ts';

/** As an interceptor may give back what it was given; grpc-js's type for it is narrower than its own use. */
export function asCall(call: unknown): ServerInterceptingCall {
  if (isCall(call)) return call;
  throw new AffidavitError('internal', 'a call of grpc-js has no status to send');
}

/** What the HTTP/2 stream of a call is told by {@link giveAll}. */
export const ALL_GIVEN = Symbol('all of the answer was given');

/**
 * Says that a service has given the whole answer of a call: grpc-js ends the HTTP/2 stream only once what comes before
 * the status was read, so that nothing else tells an answer that nobody reads from one that isn't given yet.
 */
export function giveAll(call: ServerReadableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>): void {
  const intercepting: unknown = Reflect.get(call, 'call');
  if (isCall(intercepting)) streamOf(intercepting)?.emit(ALL_GIVEN);
}

/** The HTTP/2 stream of a call; grpc-js keeps it to itself. */
export function streamOf(call: ServerInterceptingCall): ServerHttp2Stream | undefined {
  const stream: unknown = Reflect.get(call, 'stream');
  return isStream(stream) ? stream : undefined;
}

/** Ends a call with a status, and asks for no more of it (RFC 9113 section 8.1). */
export function refuse(call: ServerInterceptingCall, status: Pick<StatusObject, 'code' | 'details'>): void {
  call.sendStatus(status);
  streamOf(call)?.close(constants.NGHTTP2_NO_ERROR);
}

function isCall(value: unknown): value is ServerInterceptingCall {
  return typeof value === 'object' && value !== null && 'sendStatus' in value;
}

function isStream(value: unknown): value is ServerHttp2Stream {
  return typeof value === 'object' && value !== null && 'close' in value && 'once' in value;
}
