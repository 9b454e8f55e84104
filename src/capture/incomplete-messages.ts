import type { ServerHttp2Stream } from 'node:http2';
import { status } from '@grpc/grpc-js';
import type { ServerInterceptingCall, ServerInterceptor } from '@grpc/grpc-js';
import type { Logger } from '../runtime/index.ts';
import { asCall, refuse, streamOf } from './grpc-calls.ts';

/** Bytes of messages whose end hasn't come yet, of all streams together. */
export const MAX_INCOMPLETE_BYTES = 256 * 1024 * 1024;
const LOOK_MS = 50;

/** What grpc-js knows of the message that is coming in on a stream (build/src/stream-decoder.js). */
interface Decoder {
  readonly readMessageSize: number;
  readonly readMessageRemaining: number;
  readPartialMessage: Uint8Array[];
  readCompressFlag: Uint8Array;
}

interface Incoming {
  readonly decoder: Decoder;
  end(): void;
}

/**
 * Bounds what waits in grpc-js for the end of its message: each stream may have up to the largest message there, and nobody
 * but grpc-js is told before it is whole. When all streams together have too much, those with most end with
 * RESOURCE_EXHAUSTED, as one does whose message alone is too large.
 */
export class IncompleteMessages {
  readonly #logger: Logger;
  readonly #mostBytes: number;
  readonly #incoming = new Map<ServerHttp2Stream, Incoming>();
  readonly #timer: NodeJS.Timeout;
  #isBlind = false;

  constructor(logger: Logger, mostBytes = MAX_INCOMPLETE_BYTES) {
    this.#logger = logger;
    this.#mostBytes = mostBytes;
    this.#timer = setInterval(this.#look, LOOK_MS).unref();
  }

  /** For the option `interceptors` of a server. It stands in nothing's way: the call is only noted. */
  readonly interceptor: ServerInterceptor = (_method, wrapped) => {
    const call = asCall(wrapped);
    this.#note(call);
    return call;
  };

  #note(call: ServerInterceptingCall): void {
    const stream = streamOf(call);
    const decoder: unknown = Reflect.get(call, 'decoder');
    if (stream === undefined || !isDecoder(decoder)) {
      this.#sayBlind();
      return;
    }
    const incoming = this.#incoming;
    incoming.set(stream, {
      decoder,
      end: () => {
        refuse(call, { code: status.RESOURCE_EXHAUSTED, details: 'too many bytes of incomplete messages' });
        decoder.readPartialMessage = [];
      },
    });
    stream.once('close', () => {
      incoming.delete(stream);
    });
  }

  /** Calls are served all the same: what is missing is a bound that only who sends too much ever reaches. */
  #sayBlind(): void {
    if (this.#isBlind) return;
    this.#isBlind = true;
    this.#logger.warn(
      { mostBytes: this.#mostBytes },
      'this version of grpc-js does not show what waits for the end of its message: that memory is not bounded; use the version in package-lock.json',
    );
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  readonly #look = (): void => {
    let total = 0;
    for (const { decoder } of this.#incoming.values()) {
      forgetWhole(decoder);
      total += bytesOf(decoder);
    }
    if (total <= this.#mostBytes) return;
    const most = [...this.#incoming.values()].toSorted((a, b) => bytesOf(b.decoder) - bytesOf(a.decoder));
    let ended = 0;
    for (const each of most) {
      if (total <= this.#mostBytes) break;
      total -= bytesOf(each.decoder);
      each.end();
      ended++;
    }
    this.#logger.error({ streams: ended }, 'streams are ended: too many bytes of incomplete messages');
  };
}

/** A piece of a message is a buffer of its own, also when it has one byte. */
const PIECE_BYTES = 200;

/** What that takes which has come of a message that isn't whole. */
function bytesOf({ readMessageSize, readMessageRemaining, readPartialMessage }: Decoder): number {
  const pieces = readPartialMessage.length;
  return pieces === 0 || readMessageRemaining === 0 ? 0 : readMessageSize - readMessageRemaining + pieces * PIECE_BYTES;
}

/**
 * Of a message that is whole grpc-js keeps the pieces, and what its first byte came in, until the next one begins. A call
 * that waits for its service would keep as much again of its last message, as large as that is, and nobody counts it.
 */
function forgetWhole(decoder: Decoder): void {
  if (decoder.readPartialMessage.length === 0 || decoder.readMessageRemaining > 0) return;
  decoder.readPartialMessage = [];
  decoder.readCompressFlag = Buffer.alloc(1);
}

function isDecoder(value: unknown): value is Decoder {
  if (typeof value !== 'object' || value === null) return false;
  const { readMessageSize, readMessageRemaining, readPartialMessage, readCompressFlag } = value as Record<
    string,
    unknown
  >;
  return (
    typeof readMessageSize === 'number' &&
    typeof readMessageRemaining === 'number' &&
    Array.isArray(readPartialMessage) &&
    readCompressFlag instanceof Uint8Array
  );
}
