import assert from 'node:assert/strict';
import type { FileSystem } from '../../../src/runtime/index.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { frameOf, openSpool, readAll } from '../../support/spool.ts';

/** Files in which the making of a segment waits, once armed, until it is let go. */
function gated(files: FileSystem): { files: FileSystem; arm: () => void; reached: Promise<void>; letGo: () => void } {
  const reached = Promise.withResolvers<undefined>();
  const gate = Promise.withResolvers<undefined>();
  let armed = false;
  const create: FileSystem['create'] = async (path) => {
    if (armed && path.endsWith('.seg')) {
      reached.resolve(undefined);
      await gate.promise;
    }
    return files.create(path);
  };
  return {
    files: { ...files, create },
    arm: () => {
      armed = true;
    },
    reached: reached.promise,
    letGo: () => {
      gate.resolve(undefined);
    },
  };
}

describe('spool: releasing while a segment is begun', () => {
  it('loses no acknowledged frame', async () => {
    const disk = new SimulatedDisk(1);
    const gate = gated(disk.files());
    const spool = await openSpool(gate.files, { segmentBytes: 200 });
    for (let at = 0; at < 4; at++) await spool.append([frameOf(`frame ${at}`, 100)]);
    gate.arm();
    const rotating = spool.append([frameOf('frame 4', 100)]);
    await gate.reached;
    await spool.release(4);
    gate.letGo();
    const number = await rotating;
    await spool.append([frameOf('frame 5', 100)]);
    assert.deepEqual(
      (await readAll(spool, number)).map((frame) => frame.number),
      [4, 5],
    );
    const reopened = await openSpool(disk.crash());
    assert.equal(reopened.nextFrame, 6);
    assert.deepEqual(reopened.damage, []);
  });

  it('loses none at any interleaving of many appends and releases', async () => {
    const disk = new SimulatedDisk(2);
    const spool = await openSpool(disk.files(), { segmentBytes: 200 });
    let released = 0;
    for (let round = 0; round < 50; round++) {
      const appends = [0, 1, 2].map((at) => spool.append([frameOf(`frame ${round}/${at}`, 100)]));
      const releases = [spool.release(spool.nextFrame), spool.release(spool.nextFrame)];
      released = spool.nextFrame;
      await Promise.all([...appends, ...releases]);
    }
    const kept = await readAll(spool, released);
    assert.equal(kept.at(-1)?.number, spool.nextFrame - 1);
    assert.equal((await openSpool(disk.crash())).nextFrame, 150);
  });
});
