import assert from 'node:assert/strict';
import type { BusMessage, BusSource } from '../../src/bus/index.ts';
import { MAX_FRAME_BYTES } from '../../src/record/index.ts';
import { frameOf } from './spool.ts';

/** A bus under test, fresh and empty. */
export interface BusUnderTest {
  /** Puts frames in, in order; resolves when they can be read. */
  publish(frames: readonly Uint8Array[]): Promise<void>;
  /** A source as a new process would make it. */
  source(): BusSource;
  close(): Promise<void>;
}

const runs = new Set<AbortController>();

/** A controller that {@link stopRuns} aborts: what a failed test leaves running must not keep the process alive. */
export function newRun(): AbortController {
  const run = new AbortController();
  runs.add(run);
  return run;
}

/** Aborts every run; for afterEach. */
export function stopRuns(): void {
  for (const run of runs) run.abort();
  runs.clear();
}

/** Reads from a position until `count` messages have come. */
export async function readMessages(source: BusSource, from: number | undefined, count: number): Promise<BusMessage[]> {
  const stop = newRun();
  const read: BusMessage[] = [];
  if (count === 0) return read;
  await source.run(
    from,
    (messages) => {
      for (const { position, value } of messages) read.push({ position, value: value.slice() });
      if (read.length >= count) stop.abort();
      return Promise.resolve();
    },
    stop.signal,
  );
  return read;
}

const named = (from: number, count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, at) => frameOf(`message ${from + at}`));
const texts = (messages: readonly BusMessage[]): string[] =>
  messages.map(({ value }) => Buffer.from(value).toString('latin1'));

/** What every bus does; call it within a describe. */
export function busContract(open: () => Promise<BusUnderTest>): void {
  let bus: BusUnderTest;
  beforeEach(async () => {
    bus = await open();
  });
  afterEach(async () => {
    stopRuns();
    await bus.close();
  });

  it('delivers everything once, in order, byte for byte, at positions that rise', async () => {
    const frames = named(0, 1500);
    await bus.publish(frames);
    const read = await readMessages(bus.source(), undefined, 1500);
    assert.deepEqual(
      texts(read),
      frames.map((frame) => Buffer.from(frame).toString('latin1')),
    );
    for (const [at, message] of read.entries()) assert(at === 0 || message.position > (read[at - 1]?.position ?? NaN));
  });

  it('carries frames of the largest size', async () => {
    const frames = [3, 5, 7].map((value) => new Uint8Array(MAX_FRAME_BYTES).fill(value));
    await bus.publish(frames);
    const read = await readMessages(bus.source(), undefined, 3);
    assert.deepEqual(
      read.map(({ value }) => [value.length, value[0], value.at(-1)]),
      [3, 5, 7].map((v) => [MAX_FRAME_BYTES, v, v]),
    );
  });

  it('goes on exactly where it is told to', async () => {
    await bus.publish(named(0, 20));
    const all = await readMessages(bus.source(), undefined, 20);
    for (const at of [0, 1, 13, 19]) {
      const read = await readMessages(bus.source(), all[at]?.position, 20 - at);
      assert.deepEqual(texts(read), texts(all).slice(at));
    }
  });

  it('waits at the end for what comes later', async () => {
    await bus.publish(named(0, 3));
    const source = bus.source();
    const first = await readMessages(source, undefined, 3);
    const later = readMessages(source, (first.at(-1)?.position ?? 0) + 1, 2);
    await bus.publish(named(3, 2));
    assert.deepEqual(texts(await later), ['message 3', 'message 4']);
  });

  it('calls the handler again only after its promise has resolved', async () => {
    await bus.publish(named(0, 1200));
    const stop = newRun();
    let running = 0;
    let lots = 0;
    let count = 0;
    await bus.source().run(
      undefined,
      async (messages) => {
        running++;
        assert.equal(running, 1);
        lots++;
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        count += messages.length;
        if (count === 1200) stop.abort();
      },
      stop.signal,
    );
    assert(lots > 1);
  });

  it('ends with what the handler throws, and delivers the same again to the next run', async () => {
    await bus.publish(named(0, 5));
    const broken = new Error('the handler can not');
    const seen: string[] = [];
    const never = newRun().signal;
    const run = bus.source().run(
      undefined,
      (messages) => {
        seen.push(...texts(messages));
        return Promise.reject(broken);
      },
      never,
    );
    await assert.rejects(run, broken);
    assert.equal(seen[0], 'message 0');
    assert.equal(texts(await readMessages(bus.source(), undefined, 5))[0], 'message 0');
  });

  it('ends when the signal comes while nothing is there to read', async () => {
    const stop = newRun();
    const run = bus.source().run(undefined, () => Promise.resolve(), stop.signal);
    stop.abort();
    await run;
    await bus.source().run(undefined, () => Promise.resolve(), stop.signal);
  });

  it('has the same id in each process', () => {
    assert.equal(bus.source().id, bus.source().id);
    assert.match(bus.source().id, /^(embedded:[0-9a-f]{32}|kafka:[^/]+\/[^/]+\/[0-9]+)$/);
  });
}
