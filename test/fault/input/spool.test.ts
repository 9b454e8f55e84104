import assert from 'node:assert/strict';
import { AffidavitError } from '../../../src/record/index.ts';
import { frameOf, openSpool, readAll, SPOOL_DIRECTORY } from '../../support/spool.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { damaged, diskWith, diskWithout, readFolder } from './support/stored-bytes.ts';
import type { StoredFiles } from './support/stored-bytes.ts';

const FRAMES = 7;
const FRAME_BYTES = 24;
/** Three frames of 24 bytes with their headers and the header of the segment. */
const SEGMENT_BYTES = 3 * (FRAME_BYTES + 20);

/** A spool of three segments, whose first one was let go. */
async function smallSpool(): Promise<StoredFiles> {
  const disk = new SimulatedDisk(1);
  const spool = await openSpool(disk.files(), { segmentBytes: SEGMENT_BYTES });
  for (let at = 0; at < FRAMES; at++) await spool.append([frameOf(`frame ${at}`, FRAME_BYTES)]);
  await spool.release(3);
  await spool.close();
  return readFolder(disk.files(), SPOOL_DIRECTORY);
}

/** Opens a spool: each frame is there as it was written, or said to be lost. Gives those that are lost. */
async function lostFrames(disk: SimulatedDisk): Promise<number[]> {
  const spool = await openSpool(disk.files(), { segmentBytes: SEGMENT_BYTES });
  const frames = await readAll(spool, spool.firstFrame);
  for (const { number, bytes } of frames)
    assert.deepEqual(bytes, frameOf(number < FRAMES ? `frame ${number}` : 'next', FRAME_BYTES));
  const kept = new Set(frames.map(({ number }) => number));
  const lost = spool.damage.flatMap(({ firstFrame, lastFrame }) =>
    Array.from({ length: lastFrame - firstFrame + 1 }, (_, index) => firstFrame + index),
  );
  for (let number = 3; number < FRAMES; number++)
    assert.notEqual(kept.has(number), lost.includes(number), `frame ${number} is either kept or said to be lost`);
  // No number is given twice, and what is appended now is there.
  const next = await spool.append([frameOf('next', FRAME_BYTES)]);
  assert.ok(next >= FRAMES, `frame ${next} had been another`);
  await spool.close();
  return lost.filter((number) => number >= 3);
}

describe('bad input: each byte of a small spool', function () {
  this.timeout(60_000);
  let stored: StoredFiles = new Map();
  before(async () => {
    stored = await smallSpool();
    assert.deepEqual(await lostFrames(await diskWith(stored)), []);
  });

  const pathOf = (name: string): string => `${SPOOL_DIRECTORY}/${name}`;
  const bytesOf = (name: string): Uint8Array => {
    const bytes = stored.get(pathOf(name));
    assert.ok(bytes !== undefined, name);
    return bytes;
  };
  const segment = (first: number): string => `${String(first).padStart(20, '0')}.seg`;

  for (const first of [3, 6])
    it(`segment ${first}: a frame is whole or said to be lost, and the damaged file is kept aside`, async () => {
      const name = segment(first);
      for (const [what, bytes] of damaged(bytesOf(name))) {
        const disk = await diskWithout(stored, pathOf(name), bytes);
        try {
          const lost = await lostFrames(disk);
          assert.ok(lost.length <= 1 || what.startsWith('cut'), `${lost.join()} are lost`);
          const kept = await readFolder(disk.files(), pathOf('damaged'));
          assert.deepEqual([...kept.values()], [bytes]);
        } catch (thrown) {
          throw new Error(`${name}: ${what}`, { cause: thrown });
        }
      }
    });

  it('spool.state: no frame is let go for what a changed byte says, and none is passed over in silence', async () => {
    for (const [what, bytes] of damaged(bytesOf('spool.state')))
      try {
        assert.deepEqual(await lostFrames(await diskWithout(stored, pathOf('spool.state'), bytes)), []);
      } catch (thrown) {
        throw new Error(`spool.state: ${what}: ${Buffer.from(bytes).toString('latin1')}`, { cause: thrown });
      }
  });

  it('spool.id: one error that says where and what to do, or every frame under the id that is there', async () => {
    for (const [what, bytes] of damaged(bytesOf('spool.id'))) {
      const disk = await diskWithout(stored, pathOf('spool.id'), bytes);
      try {
        assert.deepEqual(await lostFrames(disk), []);
      } catch (thrown) {
        assert.ok(thrown instanceof AffidavitError, `${what}: ${String(thrown)}`);
        assert.equal(thrown.code, 'spool.damaged');
        assert.match(thrown.message, /spool\.id holds no spool id .*restore it, or move the folder away/);
      }
      // Nothing was thrown away: with the id back, every frame is there.
      disk.replace(pathOf('spool.id'), bytesOf('spool.id'));
      assert.deepEqual(await lostFrames(disk), [], what);
    }
  });
});
