import assert from 'node:assert/strict';
import { silentLogger } from '../../../src/runtime/index.ts';
import { keepReserve } from '../../../src/spool/reserve.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { frameOf, openSpool, SPOOL_DIRECTORY } from '../../support/spool.ts';

const PLENTY = { maxFrames: 1000, maxBytes: 1e6 };

describe('spool: releasing', () => {
  it('deletes segments of released frames only, never the last one', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files(), { segmentBytes: 300 });
    for (let at = 0; at < 12; at++) await spool.append([frameOf(`frame ${at}`, 100)]);
    const segments = async (): Promise<number[]> =>
      (await disk.files().list(SPOOL_DIRECTORY))
        .filter((name) => name.endsWith('.seg'))
        .map((name) => Number.parseInt(name, 10));
    assert.deepEqual(await segments(), [0, 3, 6, 9]);
    await spool.release(5);
    assert.deepEqual(await segments(), [3, 6, 9]);
    assert.equal(spool.firstFrame, 3);
    await spool.release(12);
    assert.deepEqual(await segments(), [9]);
    await spool.release(3);
    assert.deepEqual(
      (await spool.read(0, PLENTY)).map((frame) => frame.number),
      [9, 10, 11],
    );
    const again = await openSpool(disk.crash());
    assert.deepEqual(again.damage, []);
    assert.equal(again.firstFrame, 9);
  });
});

describe('spool: releasing on a full disk', () => {
  it('deletes what is released all the same, and keeps a reserve for the next time', async () => {
    const disk = new SimulatedDisk(1);
    const files = disk.files();
    const spool = await openSpool(files, { segmentBytes: 300 });
    for (let at = 0; at < 12; at++) await spool.append([frameOf(`frame ${at}`, 100)]);
    for (const before of [5, 12]) {
      let hasRoom = false;
      disk.onCall = ({ operation, path }) => {
        if (operation === 'remove' && !path.endsWith('.tmp')) hasRoom = true;
        return operation === 'write' && !hasRoom ? 'full' : 'ok';
      };
      await spool.release(before);
      disk.onCall = () => 'ok';
    }
    assert.equal(spool.firstFrame, 9);
    assert.deepEqual((await openSpool(disk.crash())).damage, []);
  });

  it('ends in order all the same, so that the next start has nothing to write anew', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files());
    await spool.append([frameOf('frame 0')]);
    let hasRoom = false;
    const isReserve = (path: string): boolean => path.endsWith('spool.reserve');
    disk.onCall = ({ operation, path }) => {
      if (operation === 'remove' && isReserve(path)) hasRoom = true;
      return operation === 'write' && !hasRoom ? 'full' : 'ok';
    };
    await spool.close();
    disk.onCall = ({ operation, path }) => (operation === 'write' && path.includes('.seg') ? 'full' : 'ok');
    assert.equal((await openSpool(disk.files())).nextFrame, 1);
  });

  it('opens where there is no room for a reserve', async () => {
    const disk = new SimulatedDisk(1);
    await (await openSpool(disk.files())).close();
    disk.lose(`${SPOOL_DIRECTORY}/spool.reserve`);
    disk.onCall = ({ operation, path }) => (operation === 'write' && path.endsWith('reserve') ? 'full' : 'ok');
    assert.equal((await openSpool(disk.files())).nextFrame, 0);
  });

  it('says so where the reserve fails for another reason, and goes on', async () => {
    const disk = new SimulatedDisk(1);
    await (await openSpool(disk.files())).close();
    disk.lose(`${SPOOL_DIRECTORY}/spool.reserve`);
    const lines: string[] = [];
    const logger = { ...silentLogger, warn: (_: object, message: string) => void lines.push(message) };
    for (const outcome of ['not_done', 'full'] as const) {
      disk.onCall = ({ operation }) => (operation === 'write' ? outcome : 'ok');
      await keepReserve(disk.files(), SPOOL_DIRECTORY, logger);
    }
    assert.deepEqual(lines, ['the spool has no reserve: on a full disk it may not let go what it could']);
  });
});
