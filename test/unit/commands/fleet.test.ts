import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Fleet, MAX_PROCESSES } from '../../../src/commands/fleet.ts';
import { slotEnvironment } from '../../../src/commands/recorder-fleet.ts';
import { parseConfig } from '../../../src/config/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';

/** A process that ends when it is told to: by the fleet in order, or by the test. */
class FakeMember {
  readonly gone: Promise<number | undefined>;
  asked = 0;
  exit!: (code: number | undefined) => void;

  constructor(endsWhenAsked: boolean) {
    this.gone = new Promise((resolve) => (this.exit = resolve));
    this.end = () => {
      this.asked += 1;
      if (endsWhenAsked) this.exit(0);
    };
  }

  readonly end: () => void;

  kill(): void {
    this.exit(undefined);
  }
}

const KILL_AFTER_MS = 123_456;

class FakeWorld {
  /** Every process of each slot, in the order of their starts. */
  readonly started: FakeMember[][] = [];
  readonly pausesMs: number[] = [];
  nowUs = 0;
  endsWhenAsked = true;
  /** Resolves when a process has had time enough to end; never, when not set. */
  patience: Promise<void> | undefined;
  /** Replaces the pauses, which take no time. */
  pausing: ((signal: AbortSignal) => Promise<void>) | undefined;
  readonly fleet = new Fleet({
    start: (slot) => {
      const member = new FakeMember(this.endsWhenAsked);
      (this.started[slot] ??= []).push(member);
      return member;
    },
    pause: (ms, signal) => {
      if (ms === KILL_AFTER_MS) return this.patience ?? once(signal, 'abort').then(() => undefined);
      this.pausesMs.push(ms);
      return this.pausing?.(signal) ?? Promise.resolve();
    },
    clock: { monotonicUs: () => this.nowUs },
    logger: silentLogger,
    mostProcesses: MAX_PROCESSES,
    killAfterMs: KILL_AFTER_MS,
  });

  /** How many were started in each slot, once nothing more happens by itself. */
  async starts(): Promise<number[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.started.map((members) => members.length);
  }
}

describe('a fleet of processes', () => {
  it('starts as many as are wanted, adds and drains the last ones, and ends all in order', async () => {
    const world = new FakeWorld();
    world.fleet.resize(2);
    assert.deepEqual(await world.starts(), [1, 1]);
    world.fleet.resize(3);
    assert.deepEqual(await world.starts(), [1, 1, 1]);
    world.fleet.resize(1);
    assert.deepEqual(
      world.started.map(([first]) => first?.asked),
      [0, 1, 1],
    );
    assert.equal(world.fleet.size, 1);
    assert.equal(await world.fleet.end(), 0);
    assert.deepEqual(await world.starts(), [1, 1, 1]);
  });

  it('starts what ended by itself again, each time in a row after a longer pause', async () => {
    const world = new FakeWorld();
    world.fleet.resize(1);
    await world.starts();
    for (const code of [3, undefined, 0]) {
      world.started[0]?.at(-1)?.exit(code);
      await world.starts();
    }
    assert.deepEqual(await world.starts(), [4]);
    assert.deepEqual(world.pausesMs, [1_000, 2_000, 4_000]);
    await world.fleet.end();
  });

  it('counts anew after one that ran well for a while', async () => {
    const world = new FakeWorld();
    world.fleet.resize(1);
    await world.starts();
    for (const ranUs of [0, 59_000_000, 60_000_000, 0]) {
      world.nowUs += ranUs;
      world.started[0]?.at(-1)?.exit(3);
      await world.starts();
    }
    assert.deepEqual(world.pausesMs, [1_000, 2_000, 1_000, 2_000]);
    await world.fleet.end();
  });

  it('ends at once while a process stays down, and starts it no more', async () => {
    const world = new FakeWorld();
    world.pausing = async (signal) => {
      await once(signal, 'abort');
    };
    world.fleet.resize(1);
    await world.starts();
    world.started[0]?.[0]?.exit(3);
    await world.starts();
    assert.equal(await world.fleet.end(), 0);
    assert.deepEqual(await world.starts(), [1]);
  });

  it('doesn’t try again what can never run, and says so', async () => {
    const world = new FakeWorld();
    world.fleet.resize(2);
    await world.starts();
    world.started[1]?.[0]?.exit(2);
    assert.equal(await world.fleet.hopeless, 2);
    assert.equal(await world.fleet.end(), 2);
    assert.deepEqual(await world.starts(), [1, 1]);
  });

  it('goes on while one that was able to run is not any more: it is tried again', async () => {
    for (const endedMeanwhile of [false, true]) {
      const world = new FakeWorld();
      world.fleet.resize(2);
      await world.starts();
      world.nowUs += 10_000_000;
      if (endedMeanwhile) world.started[0]?.[0]?.exit(3);
      world.started[1]?.[0]?.exit(2);
      assert.deepEqual(await world.starts(), endedMeanwhile ? [2, 2] : [1, 2]);
      world.started[1]?.[1]?.exit(2);
      assert.deepEqual(await world.starts(), endedMeanwhile ? [2, 3] : [1, 3]);
      assert.equal(await world.fleet.end(), 0);
    }
  });

  it('kills one that does not end in time, and says so by its exit code', async () => {
    const world = new FakeWorld();
    world.endsWhenAsked = false;
    world.fleet.resize(2);
    await world.starts();
    let late = (): void => undefined;
    world.patience = new Promise((resolve) => (late = resolve));
    const ended = world.fleet.end();
    world.started[0]?.[0]?.exit(0);
    late();
    assert.equal(await ended, 3);
  });

  it('starts the next process of a slot only when the last one is gone: they share a folder', async () => {
    const world = new FakeWorld();
    world.endsWhenAsked = false;
    world.fleet.resize(2);
    await world.starts();
    world.fleet.resize(1);
    world.fleet.resize(2);
    assert.deepEqual(await world.starts(), [1, 1]);
    world.started[1]?.[0]?.exit(0);
    assert.deepEqual(await world.starts(), [1, 2]);
    const ended = world.fleet.end();
    for (const members of world.started) members.at(-1)?.exit(3);
    assert.equal(await ended, 3);
  });

  it('keeps within its bounds', async () => {
    const world = new FakeWorld();
    world.fleet.resize(1_000);
    assert.equal((await world.starts()).length, MAX_PROCESSES);
    world.fleet.resize(0);
    assert.equal(world.fleet.size, 1);
    await world.fleet.end();
  });
});

describe('a recorder process beside others', () => {
  const config = (text: string) => parseConfig(text, {});
  const trust = `trust: { rootKey: ${Buffer.alloc(32, 7).toString('base64')} }`;

  it('has a folder, a key and a port of its own, and the others’ ingest keys and root key', async () => {
    const settings = await slotEnvironment(config(`dataDir: /data\n${trust}`), 2);
    assert.deepEqual(settings, {
      AFFIDAVIT_DATA_DIR: '/data/recorders/2',
      AFFIDAVIT_CAPTURE_PORT: '7072',
      AFFIDAVIT_SEAL_INGEST_KEYS_FILE: '/data/keys/ingest.json',
      AFFIDAVIT_TRUST_ROOT_KEY: Buffer.alloc(32, 7).toString('base64'),
    });
  });

  it('shares no folder that the configuration names', async () => {
    const text = `dataDir: /data\nkeysDir: /keys\nspool: { directory: /spool }\n${trust}`;
    const settings = await slotEnvironment(config(text), 1);
    assert.equal(settings['AFFIDAVIT_KEYS_DIR'], '/keys/recorders/1');
    assert.equal(settings['AFFIDAVIT_SPOOL_DIRECTORY'], '/spool/recorders/1');
    assert.equal(settings['AFFIDAVIT_SEAL_INGEST_KEYS_FILE'], '/keys/ingest.json');
  });

  it('is, as the first of them, the recorder that runs alone', async () => {
    const settings = await slotEnvironment(config(`dataDir: /data\n${trust}`), 0);
    assert.deepEqual(settings, { AFFIDAVIT_DATA_DIR: '/data', AFFIDAVIT_CAPTURE_PORT: '7070' });
  });
});
