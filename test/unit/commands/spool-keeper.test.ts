import assert from 'node:assert/strict';
import { SentBatches } from '../../../src/commands/sent-batches.ts';
import { SpoolKeeper } from '../../../src/commands/spool-keeper.ts';
import type { EpochPosition, LedgerPositions } from '../../../src/ledger/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';
import type { Spool } from '../../../src/spool/index.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { openSpool } from '../../support/spool.ts';
import { batchFrame, KEY_ID, position } from './support/batches.ts';

const DAY_US = 86_400_000_000;
const BEGIN_US = 1_000 * DAY_US;
/** Each frame is larger: one frame a file. */
const SEGMENT_BYTES = 100;

/** A spool whose frames are batches of one epoch, all of them acknowledged by Kafka unless it says otherwise. */
class Stage {
  nowUs = BEGIN_US;
  readonly rewinds: number[] = [];
  readonly errors: string[] = [];
  published = 0;
  readonly sent: SentBatches;
  readonly spool: Spool;
  readonly keeper: SpoolKeeper;

  private constructor(spool: Spool, maxBytes: number) {
    this.spool = spool;
    this.sent = new SentBatches(KEY_ID);
    this.keeper = new SpoolKeeper({
      spool,
      sent: this.sent,
      release: (before) => spool.release(before),
      publisher: this,
      clock: { nowUs: () => this.nowUs, monotonicUs: () => this.nowUs - BEGIN_US },
      logger: { ...silentLogger, error: (_facts: unknown, message: string) => this.errors.push(message) },
      maxBytes,
      maxAgeDays: 2,
    });
  }

  static async of(frames: number, maxBytes = 1e9): Promise<Stage> {
    const stage = new Stage(await openSpool(new SimulatedDisk(1).files(), { segmentBytes: SEGMENT_BYTES }), maxBytes);
    await stage.write(frames);
    stage.publish();
    return stage;
  }

  /** Batches that become durable, an hour apart. */
  async write(count: number): Promise<void> {
    for (let at = 0; at < count; at++) {
      await this.spool.append([batchFrame(0, this.spool.nextFrame, this.nowUs)]);
      this.nowUs += DAY_US / 24;
    }
  }

  /** Kafka acknowledges all frames before a number. */
  publish(before = this.spool.nextFrame): void {
    for (; this.published < before; this.published++)
      this.sent.note({
        number: this.published,
        bytes: batchFrame(0, this.published, BEGIN_US + this.published * (DAY_US / 24)),
      });
  }

  /** As the publisher that it stands for. */
  rewind(from: number): void {
    this.rewinds.push(from);
    this.published = Math.min(this.published, from);
  }

  take(batches: number, next = batches, jumps = 0): Promise<void> {
    const epochs: EpochPosition[] = [position(0, batches, next)];
    const positions: LedgerPositions = { origin: '', size: 1, root: new Uint8Array(32), jumps, epochs };
    return this.keeper.take(positions);
  }
}

describe('what a spool keeps until the ledger has it', () => {
  it('goes as far as the positions cover it, and what Kafka alone has stays', async () => {
    const stage = await Stage.of(10);
    await stage.take(0);
    assert.equal(stage.spool.firstFrame, 0);
    await stage.take(4);
    assert.equal(stage.spool.firstFrame, 4);
    assert.equal(stage.keeper.uncovered, 6);
    await stage.keeper.enforceBounds();
    assert.deepEqual([stage.spool.firstFrame, stage.keeper.forcedOut, stage.rewinds], [4, 0, []]);
  });

  it('is forced out at the bound of size, oldest first, as far as Kafka has it and no further, and that is an alarm', async () => {
    const stage = await Stage.of(10);
    const { bytes } = stage.spool;
    const tight = await Stage.of(0, bytes);
    await tight.write(10);
    tight.publish(3);
    await tight.keeper.enforceBounds();
    // Nine tenths: two of ten files go.
    assert.deepEqual([tight.spool.firstFrame, tight.keeper.forcedOut], [2, 2]);
    assert.match(tight.errors.join(), /let go that Kafka has acknowledged and the ledger is not known to have/);
    await tight.write(8);
    await tight.keeper.enforceBounds();
    assert.deepEqual([tight.spool.firstFrame, tight.keeper.forcedOut], [3, 3]);
    await tight.keeper.enforceBounds();
    assert.equal(tight.spool.firstFrame, 3);
  });

  it('waits longer for a ledger that is taking what the spool has', async () => {
    const { bytes } = (await Stage.of(20)).spool;
    const tight = await Stage.of(0, bytes * 1.05);
    await tight.write(20);
    tight.publish();
    await tight.take(1);
    await tight.take(2);
    await tight.keeper.enforceBounds();
    assert.deepEqual([tight.spool.firstFrame, tight.keeper.forcedOut], [2, 0]);
    tight.nowUs += 31_000_000;
    await tight.write(2);
    await tight.keeper.enforceBounds();
    assert.ok(tight.keeper.forcedOut > 0);
  });

  it('is forced out at the bound of age, unless Kafka has not acknowledged it', async () => {
    const stage = await Stage.of(10);
    stage.nowUs = BEGIN_US + 2 * DAY_US + (DAY_US / 24) * 5;
    await stage.keeper.enforceBounds();
    assert.deepEqual([stage.spool.firstFrame, stage.keeper.forcedOut], [6, 6]);
    await stage.write(1);
    stage.nowUs += 100 * DAY_US;
    await stage.keeper.enforceBounds();
    // The newest file always stays.
    assert.deepEqual([stage.spool.firstFrame, stage.keeper.forcedOut], [10, 10]);
  });

  it('is no older for a clock that was set forward', async () => {
    const stage = await Stage.of(10);
    const keeperClock = stage.nowUs - BEGIN_US;
    const wall = { nowUs: () => stage.nowUs + 50 * DAY_US, monotonicUs: () => keeperClock };
    let forward = false;
    const keeper = new SpoolKeeper({
      spool: stage.spool,
      sent: stage.sent,
      release: (before) => stage.spool.release(before),
      publisher: { published: 10, rewind: () => undefined },
      clock: { nowUs: () => (forward ? wall.nowUs() : stage.nowUs), monotonicUs: wall.monotonicUs },
      logger: silentLogger,
      maxBytes: 1e9,
      maxAgeDays: 2,
    });
    forward = true;
    await keeper.enforceBounds();
    assert.equal(stage.spool.firstFrame, 0);
  });
});

describe('what Kafka acknowledged and the ledger never got', () => {
  it('is sent again from the first batch that is missing once a later one has arrived', async () => {
    const stage = await Stage.of(10);
    await stage.take(4, 4);
    assert.deepEqual(stage.rewinds, []);
    await stage.take(4, 8);
    assert.deepEqual([stage.rewinds, stage.keeper.resends], [[4], 1]);
  });

  it('is sent again once, and nothing is let go, until the ledger has something that was sent after it', async () => {
    const stage = await Stage.of(10);
    await stage.take(4, 10);
    stage.publish();
    stage.nowUs += 3_600_000_000;
    await stage.take(4, 10);
    await stage.take(10, 10);
    assert.deepEqual([stage.rewinds, stage.spool.firstFrame], [[4], 0]);
    await stage.write(1);
    stage.publish();
    await stage.take(11, 11);
    assert.equal(stage.spool.firstFrame, 10);
    assert.equal(stage.keeper.resends, 1);
  });

  it('is sent again later and later when the ledger takes it for nothing', async () => {
    const stage = await Stage.of(10);
    const round = async (pauseUs: number): Promise<number> => {
      stage.publish();
      await stage.spool.append([batchFrame(0, stage.spool.nextFrame)]);
      stage.publish();
      stage.nowUs += pauseUs;
      await stage.take(4, stage.spool.nextFrame);
      return stage.keeper.resends;
    };
    assert.equal(await round(0), 1);
    assert.equal(await round(30_000_000), 1);
    assert.equal(await round(31_000_000), 2);
    assert.equal(await round(61_000_000), 2);
    assert.equal(await round(61_000_000), 3);
  });

  it('is sent again when Kafka puts messages where others were, and when the ledger finds positions missing', async () => {
    const stage = await Stage.of(10);
    await stage.take(3, 3);
    stage.keeper.busWasCut();
    assert.deepEqual(stage.rewinds, [3]);
    stage.publish();
    await stage.take(10, 10, 1);
    assert.deepEqual([stage.rewinds, stage.spool.firstFrame], [[3, 3], 3]);
    stage.publish();
    await stage.write(1);
    stage.publish();
    await stage.take(11, 11, 1);
    assert.deepEqual([stage.rewinds, stage.spool.firstFrame], [[3, 3], 10]);
  });

  it('is sent again when the first answer of the ledger tells of missing positions: chunks may be among them', async () => {
    const stage = await Stage.of(10);
    await stage.take(10, 10, 2);
    assert.deepEqual([stage.rewinds, stage.spool.firstFrame], [[0], 0]);
    stage.publish();
    await stage.write(1);
    stage.publish();
    await stage.take(11, 11, 2);
    assert.deepEqual([stage.rewinds, stage.spool.firstFrame], [[0], 10]);
  });

  it('is nothing to send when nothing was published yet', async () => {
    const stage = await Stage.of(0);
    await stage.write(2);
    stage.keeper.busWasCut();
    assert.deepEqual([stage.rewinds, stage.keeper.resends], [[], 0]);
  });
});
