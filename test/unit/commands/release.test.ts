import assert from 'node:assert/strict';
import { guardedRelease } from '../../../src/commands/release.ts';
import { AffidavitError } from '../../../src/record/index.ts';
import { silentLogger } from '../../../src/runtime/index.ts';

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

  it('stays when the disk takes nothing now, and that ends nothing', async () => {
    for (const code of ['io.full', 'io.read_only', 'io.no_descriptors'] as const) {
      const spool = { bytes: 1, release: () => Promise.reject(new AffidavitError(code, 'no')) };
      const needs = { openExchanges: () => undefined, epoch: () => undefined };
      await guardedRelease(spool, 100, needs, silentLogger)(50);
    }
  });

  it('is let go for the sake of new records when the spool is half full, but never the newest batch', async () => {
    assert.equal(await released(50, { open: 30, epoch: 40, bytes: 50 }), 30);
    assert.equal(await released(50, { open: 30, epoch: 40, bytes: 51 }), 40);
  });
});
