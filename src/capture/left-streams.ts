import type { EventEmitter } from 'node:events';
import { constants, type ServerHttp2Stream } from 'node:http2';
import { ALL_GIVEN } from './grpc-calls.ts';
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
  /** Its service has given the whole answer. */
  isGiven: boolean;
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
    // Before grpc-js: a service may answer as soon as it has the stream.
    for (const server of servers) server.prependListener('stream', this.#onStream);
    this.#timer = setInterval(this.#look, graceMs).unref();
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  readonly #onStream = (stream: ServerHttp2Stream): void => {
    const seat: Seat<OpenStream> = this.#seats.next();
    const open: OpenStream = { stream, isAnswered: false, isGiven: false, unreadLooks: 0 };
    seat.holder = open;
    stream.once(ALL_GIVEN, () => {
      open.isGiven = true;
    });
    stream.once('close', () => {
      this.#seats.leave(seat);
    });
  };

  readonly #look = (): void => {
    const unread: OpenStream[] = [];
    for (const open of this.#seats.taken()) {
      const { stream } = open;
      if (open.isAnswered) stream.close(constants.NGHTTP2_NO_ERROR);
      open.isAnswered = stream.writableFinished;
      if (open.isAnswered || !(open.isGiven || stream.writableEnded)) continue;
      open.unreadLooks += 1;
      unread.push(open);
    }
    cancelUnread(unread);
  };
}

/**
 * Those give way that have waited longest. One that is seen for the first time never does: thousands of calls that waited
 * for one sync of the disk are answered in one turn, and what they were told is still on its way.
 */
function cancelUnread(unread: OpenStream[]): void {
  const beyond = unread.length - MAX_UNREAD;
  unread.sort((a, b) => b.unreadLooks - a.unreadLooks);
  for (const [at, { stream, unreadLooks }] of unread.entries())
    if (unreadLooks > UNREAD_LOOKS || (at < beyond && unreadLooks > 1)) stream.close(constants.NGHTTP2_CANCEL);
}
