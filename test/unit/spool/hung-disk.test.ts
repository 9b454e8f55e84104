import assert from 'node:assert/strict';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { frameOf, openSpool, SPOOL_DIRECTORY } from '../../support/spool.ts';

describe('spool: a disk that does not answer', () => {
  it('says for how long the disk has not answered', async () => {
    let nowUs = 0;
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files(), {}, SPOOL_DIRECTORY, { nowUs: () => 0, monotonicUs: () => nowUs });
    assert.equal(spool.waitsUs, 0);
    let waitedUs = 0;
    disk.onCall = ({ operation }) => {
      if (operation === 'sync') {
        nowUs += 9_000_000;
        waitedUs = spool.waitsUs;
      }
      return 'ok';
    };
    await spool.append([frameOf('a')]);
    assert.equal(waitedUs, 9_000_000);
    assert.equal(spool.waitsUs, 0);
  });

  it('says so also of a new segment, and of one that is written anew', async () => {
    for (const kind of ['new', 'anew']) {
      let nowUs = 0;
      const disk = new SimulatedDisk(1);
      const clock = { nowUs: () => 0, monotonicUs: () => nowUs };
      const spool = await openSpool(disk.files(), { segmentBytes: 100 }, SPOOL_DIRECTORY, clock);
      await spool.append([frameOf('a', kind === 'new' ? 100 : 10)]);
      const waited: number[] = [];
      let failures = kind === 'anew' ? 1 : 0;
      disk.onCall = ({ operation }) => {
        if (operation === 'sync' && failures-- > 0) return 'not_done';
        if (operation === 'syncDirectory') {
          nowUs += 9_000_000;
          waited.push(spool.waitsUs);
        }
        return 'ok';
      };
      await spool.append([frameOf('b')]);
      assert.deepEqual(waited, [9_000_000], kind);
    }
  });
});
