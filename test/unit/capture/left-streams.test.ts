import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { LeftStreams } from '../../../src/capture/left-streams.ts';

const CANCEL = 8;
const MOST_UNREAD = 2_000;
const LOOK_MS = 5;

/** A stream that was given its whole answer, of which nothing is read. */
class UnreadStream extends EventEmitter {
  readonly writableFinished = false;
  readonly #onClosed: (closed: UnreadStream, code: number) => void;
  /** Resolves when it is looked at. */
  readonly seen: Promise<void>;
  #see: () => void = () => undefined;

  constructor(onClosed: (closed: UnreadStream, code: number) => void) {
    super();
    this.#onClosed = onClosed;
    this.seen = new Promise((resolve) => (this.#see = resolve));
  }

  get writableEnded(): boolean {
    this.#see();
    return true;
  }

  close(code: number): void {
    this.#onClosed(this, code);
    this.emit('close');
  }
}

describe('answers that their clients do not read', () => {
  let server: EventEmitter;
  let watching: LeftStreams;
  const closed: UnreadStream[] = [];
  let onClosed: () => void = () => undefined;
  let codes = new Set<number>();

  beforeEach(() => {
    server = new EventEmitter();
    watching = new LeftStreams([server], LOOK_MS);
    closed.length = 0;
    codes = new Set();
  });
  afterEach(() => {
    watching.stop();
  });

  function open(count: number): UnreadStream[] {
    const streams = Array.from(
      { length: count },
      () =>
        new UnreadStream((stream, code) => {
          closed.push(stream);
          codes.add(code);
          onClosed();
        }),
    );
    for (const stream of streams) server.emit('stream', stream);
    return streams;
  }

  /** Resolves when the next one is closed. */
  const untilClosed = (): Promise<void> => new Promise((resolve) => (onClosed = resolve));

  it('are waited for longest when they are the newest: beyond the most, the oldest give way', async () => {
    const [oldest] = open(1);
    await oldest?.seen;
    const first = untilClosed();
    open(MOST_UNREAD);
    await first;
    assert.equal(closed[0], oldest);
    assert.equal(closed.length, 1);
    assert.deepEqual([...codes], [CANCEL]);
  });

  it('are never closed when they are seen for the first time, however many were given at once', async () => {
    const streams = open(MOST_UNREAD + 500);
    await streams.at(-1)?.seen;
    assert.equal(closed.length, 0);
    await untilClosed();
    assert.equal(closed.length, 500);
  });

  it('are closed after a while also when they are few', async () => {
    const [only] = open(1);
    await untilClosed();
    assert.deepEqual(closed, [only]);
    assert.deepEqual([...codes], [CANCEL]);
  });
});
