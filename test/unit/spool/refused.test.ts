import assert from 'node:assert/strict';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { frameOf, openSpool, readAll } from '../../support/spool.ts';

describe('spool: what it refused', () => {
  it('keeps nothing of what found no room, also when it ends right after it was refused', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files());
    await spool.append([frameOf('good')]);
    disk.onCall = (call) => (call.operation === 'write' ? 'full' : 'ok');
    await assert.rejects(spool.append([frameOf('refused', 50), frameOf('too', 50)]), { code: 'io.full' });
    disk.onCall = () => 'ok';
    const again = await openSpool(disk.crash());
    assert.deepEqual(
      (await readAll(again)).map(({ bytes }) => bytes),
      [frameOf('good')],
    );
    assert.equal(await again.append([frameOf('other')]), 1);
  });

  it('keeps nothing of what a sync that failed had left in the file, once that was refused', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files());
    await spool.append([frameOf('good')]);
    let failed = false;
    disk.onCall = ({ operation }) => {
      if (operation !== 'sync' || failed) return failed ? 'read_only' : 'ok';
      failed = true;
      return 'not_done';
    };
    await assert.rejects(spool.append([frameOf('no 1'), frameOf('no 2')]), { code: 'io.read_only' });
    disk.onCall = () => 'ok';
    // Numbers that were refused are used again, with other bytes.
    assert.equal(await spool.append([frameOf('else')]), 1);
    const again = await openSpool(disk.files());
    assert.deepEqual(
      (await readAll(again)).map(({ bytes }) => bytes),
      [frameOf('good'), frameOf('else')],
    );
    assert.equal(again.nextFrame, 2);
  });
});
