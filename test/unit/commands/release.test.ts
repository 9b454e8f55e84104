import assert from 'node:assert/strict';
import { guardedRelease, ReleaseTracker } from '../../../src/commands/release.ts';
import type { BusSink } from '../../../src/bus/index.ts';
import { encodeHex, NO_PREVIOUS_BATCH } from '../../../src/proof/index.ts';
import { Batch, BatchStatement, FORMAT, Frame } from '../../../src/record/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';

const keyId = new Uint8Array(32).fill(7);
const epochs = [1, 2, 3, 4, 5, 6].map((byte) => new Uint8Array(16).fill(byte));

function frame(epoch: Uint8Array, batchNo: number): Uint8Array {
  const statement = BatchStatement.encode({
    format: FORMAT,
    logOrigin: 'example/log',
    keyId,
    epoch,
    batchNo,
    firstSeq: batchNo,
    count: 1,
    previousBatchHash: batchNo === 0 ? NO_PREVIOUS_BATCH : new Uint8Array(32).fill(1),
    merkleRoot: new Uint8Array(32),
  });
  return Frame.encode({ format: FORMAT, batch: Batch.create({ statement }), chunk: undefined });
}

const sink: BusSink = { publish: () => Promise.resolve(), close: () => Promise.resolve() };

async function trackerOf(batches: readonly (readonly [epoch: number, batchNo: number])[]): Promise<ReleaseTracker> {
  const tracker = new ReleaseTracker(keyId);
  const frames = batches.map(([epoch, batchNo], number) => ({
    number: 100 + number,
    bytes: frame(epochs[epoch] ?? keyId, batchNo),
  }));
  await tracker.watch(sink).publish(frames, AbortSignal.timeout(60_000));
  return tracker;
}

function position(epoch: number, batches: number): { keyId: string; epoch: string; batches: number; stopped: boolean } {
  return { keyId: encodeHex(keyId), epoch: encodeHex(epochs[epoch] ?? keyId), batches, stopped: false };
}

describe('releasing what the ledger has', () => {
  it('covers frames up to the first batch that has not arrived', async () => {
    const tracker = await trackerOf([
      [0, 0],
      [0, 1],
      [0, 2],
    ]);
    assert.equal(tracker.covered([position(0, 2)]), 102);
    assert.equal(tracker.covered([position(0, 2)]), undefined);
    assert.equal(tracker.covered([position(0, 3)]), 103);
  });

  it('goes on behind a frame that can’t be read', async () => {
    const tracker = new ReleaseTracker(keyId);
    const broken = { number: 100, bytes: Uint8Array.of(0xff, 0xff) };
    const whole = { number: 101, bytes: frame(epochs[0] ?? keyId, 0) };
    await tracker.watch(sink).publish([broken, whole], AbortSignal.timeout(60_000));
    assert.equal(tracker.covered([position(0, 1)]), 102);
  });

  it('covers nothing for another key or an epoch that the ledger has never listed', async () => {
    const tracker = await trackerOf([[0, 0]]);
    assert.equal(tracker.covered([{ ...position(0, 9), keyId: 'ff' }]), undefined);
    assert.equal(tracker.covered([]), undefined);
  });

  it('covers closed epochs that the ledger no longer lists, but nothing after the last listed one', async () => {
    const tracker = await trackerOf([
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    assert.equal(tracker.covered([position(2, 1)]), 103);
    assert.equal(tracker.covered([position(2, 1)]), undefined);
  });
});

describe('what the next start would need', () => {
  async function released(before: number, needed: { open?: number; epoch?: number; bytes?: number }): Promise<number> {
    let until = -1;
    const spool = {
      bytes: needed.bytes ?? 10,
      release: (frame: number) => {
        until = frame;
        return Promise.resolve();
      },
    };
    const frames = { openExchanges: () => needed.open, epoch: () => needed.epoch };
    await guardedRelease(spool, 100, frames, silentLogger)(before);
    return until;
  }

  it('is kept: the oldest exchange that is open, and the newest batch', async () => {
    assert.equal(await released(50, {}), 50);
    assert.equal(await released(50, { epoch: 40 }), 40);
    assert.equal(await released(50, { open: 30, epoch: 40 }), 30);
    assert.equal(await released(50, { open: 60, epoch: 70 }), 50);
  });

  it('is let go for the sake of new records when the spool is half full, but never the newest batch', async () => {
    assert.equal(await released(50, { open: 30, epoch: 40, bytes: 50 }), 30);
    assert.equal(await released(50, { open: 30, epoch: 40, bytes: 51 }), 40);
  });
});
