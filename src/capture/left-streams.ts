import type { EventEmitter } from 'node:events';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { type Seat, Seats } from './seats.ts';

/** How long a client may leave a stream open that has been answered to its end, at least; twice that at most. */
const LEFT_GRACE_MS = 1_000;

interface OpenStream {
  readonly stream: ServerHttp2Stream;
  /** It was answered to its end when it was looked at last. */
  isAnswered: boolean;
}

/**
 * Closes the streams that were answered to their end and that their client leaves open: neither Node nor grpc-js does,
 * and each keeps some 6 kB. Envoy resets a stream as soon as it has the last of the answer, so it never sees this. The
 * reset says NO_ERROR, which a client that still sends has to take as such (RFC 9113, section 8.1).
 */
export class LeftStreams {
  readonly #seats = new Seats<OpenStream>();
  readonly #timer: NodeJS.Timeout;

  /**
   * @param servers of HTTP/2, whose streams are watched from now on
   * @param graceMs {@link LEFT_GRACE_MS} when not given
   */
  constructor(servers: readonly EventEmitter[], graceMs = LEFT_GRACE_MS) {
    for (const server of servers) server.on('stream', this.#onStream);
    this.#timer = setInterval(this.#look, graceMs).unref();
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  readonly #onStream = (stream: ServerHttp2Stream): void => {
    const seat: Seat<OpenStream> = this.#seats.next();
    seat.holder = { stream, isAnswered: false };
    stream.once('close', () => {
      this.#seats.leave(seat);
    });
  };

  readonly #look = (): void => {
    for (const open of this.#seats.taken()) {
      if (open.isAnswered) open.stream.close(constants.NGHTTP2_NO_ERROR);
      open.isAnswered = open.stream.writableFinished;
    }
  };
}
