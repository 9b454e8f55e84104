import assert from 'node:assert/strict';
import { surveySpool } from '../../../src/spool/index.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { frameOf, openSpool, SPOOL_DIRECTORY } from '../../support/spool.ts';

describe('a spool that is looked at from outside', () => {
  it('tells its frames and bytes, and nothing of it is changed', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files(), { segmentBytes: 300 });
    for (let at = 0; at < 10; at++) await spool.append([frameOf(`frame ${at}`, 100)]);
    await spool.release(4);
    const { firstFrame, nextFrame, bytes } = spool;
    disk.onCall = () => 'read_only';
    const look = (from?: number): ReturnType<typeof surveySpool> => surveySpool(disk.files(), SPOOL_DIRECTORY, from);
    assert.deepEqual(await look(), { firstFrame, nextFrame, bytes });
    assert.deepEqual(await look(7), { firstFrame, nextFrame, bytes: spool.bytesFrom(7) });
    assert.ok(spool.bytesFrom(7) < bytes);
    await assert.rejects(surveySpool(disk.files(), '/elsewhere'), { code: 'not_found' });
  });
});
