import type { EventEmitter } from 'node:events';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { type Seat, Seats } from './seats.ts';

/** How long a client may leave a stream open that has been answered to its end, at least; twice that at most. */
const LEFT_GRACE_MS = 1_000;

/** How many times as long an answer may take to be read once all of it was given. */
const UNREAD_LOOKS = 30;
/** Answers at once that were given and aren't read. */
const MAX_UNREAD = 2_000;

interface OpenStream {
  readonly stream: ServerHttp2Stream;
  /** It was answered to its end when it was looked at last. */
  isAnswered: boolean;
  /** How often it was looked at since its answer was given whole, and is not read. */
  unreadLooks: number;
}

/**
 * Closes the streams that were answered to their end and that their client leaves open: neither Node nor grpc-js does,
 * and each keeps some 6 kB. Envoy resets a stream as soon as it has the last of the answer, so it never sees this. The
 * reset says NO_ERROR, which a client that still sends has to take as such (RFC 9113, section 8.1). A client that gives no
 * window for the answer has half a minute, as long as there are few of those.
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
    seat.holder = { stream, isAnswered: false, unreadLooks: 0 };
    stream.once('close', () => {
      this.#seats.leave(seat);
    });
  };

  readonly #look = (): void => {
    let unread = 0;
    for (const open of this.#seats.taken()) {
      const { stream } = open;
      if (open.isAnswered) stream.close(constants.NGHTTP2_NO_ERROR);
      open.isAnswered = stream.writableFinished;
      if (open.isAnswered || !stream.writableEnded) continue;
      open.unreadLooks += 1;
      unread += 1;
      if (open.unreadLooks > UNREAD_LOOKS || unread > MAX_UNREAD) stream.close(constants.NGHTTP2_CANCEL);
    }
  };
}
