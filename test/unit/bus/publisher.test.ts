import assert from 'node:assert/strict';
import { Publisher } from '../../../src/bus/index.ts';
import type { BusSink } from '../../../src/bus/index.ts';
import { AffidavitError } from '../../../src/record/index.ts';
import { Pace } from '../../../src/runtime/index.ts';
import type { Spool, SpoolFrame, SpoolReader } from '../../../src/spool/index.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { frameOf, openSpool } from '../../support/spool.ts';

/** A sink that keeps what it gets, and waits for `gate` before it acknowledges. */
class RecordingSink implements BusSink {
  readonly frames: SpoolFrame[] = [];
  gate: Promise<void> = Promise.resolve();
  calls = 0;

  async publish(frames: readonly SpoolFrame[], signal: AbortSignal): Promise<void> {
    this.calls++;
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => {
      reject(new AffidavitError('shutting_down', 'stopped'));
    });
    await Promise.race([this.gate, promise]);
    this.frames.push(...frames);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function spoolOf(count: number, size: number): Promise<Spool> {
  const spool = await openSpool(new SimulatedDisk(1).files());
  await spool.append(Array.from({ length: count }, (_, at) => frameOf(`frame ${at}`, size)));
  return spool;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('bus: publisher', () => {
  it('publishes what is there and what comes, in order, and says how far it is', async () => {
    const spool = await spoolOf(1200, 20);
    const sink = new RecordingSink();
    const publisher = new Publisher({ spool, sink });
    const stop = new AbortController();
    const running = publisher.run(stop.signal);
    await until(() => publisher.published === 1200);
    await spool.append([frameOf('later')]);
    await until(() => publisher.published === 1201);
    stop.abort();
    await running;
    const numbers = sink.frames.map((frame) => frame.number);
    assert.deepEqual(
      numbers,
      Array.from({ length: 1201 }, (_, at) => at),
    );
  });

  it('lets go of the memory of what is large once it is acknowledged, and publishes the same again when told to', async () => {
    const spool = await spoolOf(2, 300_000);
    const sink = new RecordingSink();
    const { promise: acknowledged, resolve: acknowledge } = Promise.withResolvers<undefined>();
    let sent: string[] = [];
    sink.gate = acknowledged;
    const publish = sink.publish.bind(sink);
    sink.publish = async (frames, signal) => {
      await publish(frames, signal);
      sent = frames.map(({ bytes }) => Buffer.from(bytes).toString());
    };
    const publisher = new Publisher({ spool, sink });
    const stop = new AbortController();
    const running = publisher.run(stop.signal);
    await turns(5);
    acknowledge(undefined);
    await until(() => publisher.published === 2);
    const first = sent;
    publisher.rewind(0);
    await until(() => sink.frames.length === 4);
    stop.abort();
    await running;
    assert.ok(first.every((text) => text.length === 300_000));
    assert.deepEqual(sent, first);
    assert.ok(sink.frames.every(({ bytes }) => bytes.length === 0));
  });

  it('publishes again from where it is told to, also while it waits, and then goes on in order', async () => {
    const spool = await spoolOf(10, 20);
    const sink = new RecordingSink();
    const publisher = new Publisher({ spool, sink });
    const stop = new AbortController();
    const running = publisher.run(stop.signal);
    await until(() => publisher.published === 10);
    await turns(5);
    publisher.rewind(7);
    publisher.rewind(4);
    assert.equal(publisher.published, 4);
    await until(() => publisher.published === 10);
    const gate = Promise.withResolvers<undefined>();
    sink.gate = gate.promise.then(() => undefined);
    await spool.append([frameOf('later')]);
    await until(() => sink.calls === 3);
    publisher.rewind(9);
    gate.resolve(undefined);
    await until(() => publisher.published === 11);
    stop.abort();
    await running;
    const numbers = sink.frames.map((frame) => frame.number);
    assert.deepEqual(numbers.slice(0, 16), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(numbers.slice(16), [10, 9, 10]);
  });

  it('begins where it is told to, and skips nothing that is durable', async () => {
    const spool = await spoolOf(10, 20);
    const sink = new RecordingSink();
    const publisher = new Publisher({ spool, sink, from: 6 });
    const stop = new AbortController();
    const running = publisher.run(stop.signal);
    await until(() => publisher.published === 10);
    stop.abort();
    await running;
    assert.deepEqual(
      sink.frames.map((frame) => frame.number),
      [6, 7, 8, 9],
    );
  });

  it('reads again what could not be read for want of a file descriptor', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files());
    await spool.append([frameOf('a'), frameOf('b')]);
    await spool.close();
    const again = await openSpool(disk.files());
    disk.onCall = ({ operation }) => (operation === 'open' ? 'no_descriptors' : 'ok');
    const stop = new AbortController();
    const publisher = new Publisher({ spool: again, sink: new RecordingSink() });
    const running = publisher.run(stop.signal);
    const calls = disk.calls;
    await until(() => disk.calls >= calls + 2);
    assert.equal(publisher.published, 0);
    disk.onCall = () => 'ok';
    await until(() => publisher.published === 2);
    stop.abort();
    await running;
  });

  it('ends when it is told to while nothing can be read', async () => {
    const spool = await spoolOf(1, 20);
    const refused = new AffidavitError('io.no_descriptors', 'none left');
    const unreadable: SpoolReader = {
      id: spool.id,
      firstFrame: 0,
      nextFrame: 1,
      waitFor: () => assert.fail('there is a frame'),
      read: () => Promise.reject(refused),
    };
    const stop = new AbortController();
    const running = new Publisher({ spool: unreadable, sink: new RecordingSink() }).run(stop.signal);
    await turns(3);
    stop.abort();
    await running;
  });

  it('holds one bounded lot in memory while the bus does not answer, and counts nothing as published', async () => {
    const spool = await spoolOf(4000, 2000);
    let reads = 0;
    let bytes = 0;
    const counting: SpoolReader = {
      id: spool.id,
      firstFrame: 0,
      nextFrame: spool.nextFrame,
      waitFor: (number, signal) => spool.waitFor(number, signal),
      read: async (from, limits) => {
        reads++;
        const frames = await spool.read(from, limits);
        bytes += frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
        return frames;
      },
    };
    const sink = new RecordingSink();
    sink.gate = new Promise(() => undefined);
    const publisher = new Publisher({ spool: counting, sink });
    const stop = new AbortController();
    const running = publisher.run(stop.signal);
    await until(() => sink.calls === 1);
    await turns(50);
    assert.equal(reads, 1);
    assert(bytes <= 2 * 1024 * 1024);
    assert.equal(publisher.published, 0);
    stop.abort();
    await running;
    assert.equal(publisher.published, 0);
  });

  it('publishes every durable frame of a spool that failed before it ends', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files());
    await spool.append([frameOf('a'), frameOf('b')]);
    disk.onCall = ({ operation }) => (operation === 'sync' ? 'not_done' : 'ok');
    await assert.rejects(spool.append([frameOf('c')]), { code: 'spool.failed' });
    const sink = new RecordingSink();
    const publisher = new Publisher({ spool, sink });
    await assert.rejects(publisher.run(new AbortController().signal), { code: 'spool.failed' });
    assert.equal(sink.frames.length, 2);
  });

  it('leaves time between two sends, so that what becomes durable meanwhile shares one', async () => {
    const spool = await spoolOf(1, 20);
    const sink = new RecordingSink();
    const clock = { nowUs: () => 0, monotonicUs: () => 0 };
    const publisher = new Publisher({ spool, sink, pace: new Pace(clock, 1000) });
    const stop = new AbortController();
    const running = publisher.run(stop.signal);
    await until(() => publisher.published === 1);
    for (const name of ['a', 'b', 'c']) {
      await spool.append([frameOf(name)]);
      await turns(10);
    }
    assert.equal(sink.calls, 1);
    await until(() => publisher.published === 4);
    assert.equal(sink.calls, 2);
    stop.abort();
    await running;
  });

  for (const [what, count, size] of [
    ['500 frames', 1000, 20],
    ['1 MiB', 8, 600_000],
  ] as const)
    it(`leaves none after ${what}: more waits`, async () => {
      const spool = await spoolOf(count, size);
      const sink = new RecordingSink();
      const publisher = new Publisher({ spool, sink, pace: new Pace({ nowUs: () => 0, monotonicUs: () => 0 }, 1e6) });
      const stop = new AbortController();
      const running = publisher.run(stop.signal);
      await until(() => publisher.published === count);
      assert.ok(sink.calls > 1);
      stop.abort();
      await running;
    });
});
