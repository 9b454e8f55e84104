import assert from 'node:assert/strict';
import { AffidavitError } from '../../../src/record/index.ts';
import { frameOf, openSpool, readAll, SPOOL_DIRECTORY } from '../../support/spool.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { damaged, diskWith, diskWithout, readFolder } from './support/stored-bytes.ts';
import type { StoredFiles } from './support/stored-bytes.ts';

const FRAMES = 7;
const FRAME_BYTES = 24;
const STORED_BYTES = FRAME_BYTES + 20;
const HEADER_BYTES = 32;
/** Three frames. */
const SEGMENT_BYTES = 3 * STORED_BYTES;
const LAST_SEGMENT = 6;

/** A spool of three segments, whose first one was let go; closed in order, or left as a crash would. */
async function smallSpool(frames = FRAMES, orderly = true): Promise<StoredFiles> {
  const disk = new SimulatedDisk(1);
  const spool = await openSpool(disk.files(), { segmentBytes: SEGMENT_BYTES });
  for (let at = 0; at < frames; at++) await spool.append([frameOf(`frame ${at}`, FRAME_BYTES)]);
  await spool.release(3);
  if (orderly) await spool.close();
  return readFolder(disk.files(), SPOOL_DIRECTORY);
}

/**
 * Opens a spool: each frame is there as it was written, or said to be lost. Gives those that are lost.
 * @param least how many of its frames must be one or the other
 */
async function lostFrames(disk: SimulatedDisk, least = FRAMES, most = least): Promise<number[]> {
  const spool = await openSpool(disk.files(), { segmentBytes: SEGMENT_BYTES });
  const frames = await readAll(spool, spool.firstFrame);
  for (const { number, bytes } of frames)
    assert.deepEqual(bytes, frameOf(number < most ? `frame ${number}` : 'next', FRAME_BYTES));
  const kept = new Set(frames.map(({ number }) => number));
  const lost = spool.damage.flatMap(({ firstFrame, lastFrame }) =>
    Array.from({ length: lastFrame - firstFrame + 1 }, (_, index) => firstFrame + index),
  );
  for (let number = 3; number < least; number++)
    assert.notEqual(kept.has(number), lost.includes(number), `frame ${number} is either kept or said to be lost`);
  // No number is given twice, and what is appended now is there.
  const next = await spool.append([frameOf('next', FRAME_BYTES)]);
  assert.ok(next >= least, `frame ${next} had been another`);
  await spool.close();
  return lost.filter((number) => number >= 3);
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

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

  for (const first of [3, LAST_SEGMENT])
    it(`segment ${first}: a frame is whole or said to be lost, and the damaged file is kept aside`, async () => {
      const name = segment(first);
      for (const [what, bytes] of damaged(bytesOf(name))) {
        const disk = await diskWithout(stored, pathOf(name), bytes);
        try {
          const lost = await lostFrames(disk);
          assert.ok(lost.length <= 1 || what.startsWith('cut'), `${lost.join()} are lost`);
          const kept = await readFolder(disk.files(), pathOf('damaged'));
          const isShorter = first !== LAST_SEGMENT && (bytes.length - HEADER_BYTES) % STORED_BYTES === 0;
          assert.deepEqual([...kept.values()].map(hexOf), isShorter && kept.size === 0 ? [] : [hexOf(bytes)]);
        } catch (thrown) {
          throw new Error(`${name}: ${what}`, { cause: thrown });
        }
      }
    });

  it('after a crash: the same, but of the frame written last, whose write may not have been whole', async () => {
    const crashed = await smallSpool(FRAMES + 1, false);
    for (const first of [3, LAST_SEGMENT])
      for (const [what, bytes] of damaged(crashed.get(pathOf(segment(first))) ?? new Uint8Array(0)))
        try {
          const disk = await diskWithout(crashed, pathOf(segment(first)), bytes);
          const isCut = first === LAST_SEGMENT && what.startsWith('cut');
          const least = first === 3 ? FRAMES + 1 : FRAMES;
          const lost = await lostFrames(disk, isCut ? LAST_SEGMENT : least, FRAMES + 1);
          assert.ok(lost.length <= 1 || what.startsWith('cut'), `${lost.join()} are lost`);
        } catch (thrown) {
          throw new Error(`segment ${first}: ${what}`, { cause: thrown });
        }
  });

  it('files that only hold room or a name: nothing is lost for what is in them, or for their want', async () => {
    for (const name of ['spool.reserve', 'spool.owner'])
      for (const bytes of [undefined, new Uint8Array(0), Buffer.from('more'), new Uint8Array(100_000)])
        assert.deepEqual(await lostFrames(await diskWithout(stored, pathOf(name), bytes)), []);
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
