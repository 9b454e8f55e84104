import assert from 'node:assert/strict';
import { AffidavitError } from '../../../src/record/index.ts';
import { crc32c } from '../../../src/spool/crc32c.ts';
import type { SpoolDamage } from '../../../src/spool/index.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { frameOf, openSpool, readAll, SPOOL_DIRECTORY } from '../../support/spool.ts';

const FRAME_BYTES = 80;
const STORED_BYTES = FRAME_BYTES + 20;
const HEADER_BYTES = 32;

/** A disk with a spool of ten frames in one segment, each synced alone; closed in order, or left as a crash would. */
async function tenFrames(orderly = false): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(1);
  const spool = await openSpool(disk.files());
  for (let at = 0; at < 10; at++) await spool.append([frameOf(`frame ${at}`, FRAME_BYTES)]);
  if (orderly) await spool.close();
  return disk;
}

const segment = (first: number): string => `${SPOOL_DIRECTORY}/${String(first).padStart(20, '0')}.seg`;
const placeOf = (frame: number): number => HEADER_BYTES + frame * STORED_BYTES;
const ranges = (damage: readonly SpoolDamage[]): number[][] => damage.map((each) => [each.firstFrame, each.lastFrame]);

async function numbersAfterReopening(
  disk: SimulatedDisk,
): Promise<{ numbers: number[]; damage: number[][]; next: number }> {
  const spool = await openSpool(disk.files());
  const frames = await readAll(spool, spool.firstFrame);
  for (const frame of frames) assert.deepEqual(frame.bytes, frameOf(`frame ${frame.number}`, FRAME_BYTES));
  return { numbers: frames.map((frame) => frame.number), damage: ranges(spool.damage), next: spool.nextFrame };
}

describe('spool: torn tail and damage', () => {
  it('cuts a frame off that the file ends within, and numbers go on after the last whole one', async () => {
    const disk = await tenFrames();
    const bytes = await disk.files().readFile(segment(0), 1e6);
    for (const cut of [1, 19, 20, 21, 99]) {
      disk.replace(segment(0), bytes.subarray(0, placeOf(9) + cut));
      assert.deepEqual(await numbersAfterReopening(disk), {
        numbers: [0, 1, 2, 3, 4, 5, 6, 7, 8],
        damage: [],
        next: 9,
      });
    }
  });

  it('cuts garbage off that follows the last frame', async () => {
    const disk = await tenFrames();
    const bytes = await disk.files().readFile(segment(0), 1e6);
    disk.replace(segment(0), Buffer.concat([bytes, Buffer.alloc(300, 0xa7)]));
    const found = await numbersAfterReopening(disk);
    assert.deepEqual(found, { numbers: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], damage: [], next: 10 });
    assert.equal(await disk.files().size(segment(0)), bytes.length);
  });

  for (const [what, offset] of [
    ['marker', 0],
    ['length', 2],
    ['checksum', 5],
    ['number', 15],
    ['group', 19],
    ['payload', 60],
  ] as const)
    it(`reports a frame in the middle whose ${what} has changed, keeps the file aside and all other frames`, async () => {
      const disk = await tenFrames();
      const original = await disk.files().readFile(segment(0), 1e6);
      disk.flip(segment(0), placeOf(4) + offset);
      const changed = await disk.files().readFile(segment(0), 1e6);
      assert.notDeepEqual(changed, original);
      const found = await numbersAfterReopening(disk);
      assert.deepEqual(found, { numbers: [0, 1, 2, 3, 5, 6, 7, 8, 9], damage: [[4, 4]], next: 10 });
      const kept = `${SPOOL_DIRECTORY}/damaged/${String(0).padStart(20, '0')}.seg`;
      assert.deepEqual(await disk.files().readFile(kept, 1e6), changed);
    });

  it('keeps every frame of a segment whose header has changed', async () => {
    const disk = await tenFrames();
    disk.flip(segment(0), 9);
    const found = await numbersAfterReopening(disk);
    assert.deepEqual(found, { numbers: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], damage: [], next: 10 });
    assert.equal((await disk.files().list(`${SPOOL_DIRECTORY}/damaged`)).length, 1);
  });

  it('reports the last frame when it is there in full length but changed', async () => {
    const disk = await tenFrames();
    disk.flip(segment(0), placeOf(9) + 50);
    const found = await numbersAfterReopening(disk);
    assert.deepEqual(found, { numbers: [0, 1, 2, 3, 4, 5, 6, 7, 8], damage: [[9, 9]], next: 10 });
  });

  it('reports what is cut off a spool that was closed in order: no write was under way', async () => {
    const disk = await tenFrames(true);
    const bytes = await disk.files().readFile(segment(0), 1e6);
    for (const end of [placeOf(7), placeOf(7) + 3]) {
      disk.replace(segment(0), bytes.subarray(0, end));
      const again = new SimulatedDisk(2);
      const files = again.files();
      await files.makeDirectory(SPOOL_DIRECTORY);
      for (const name of await disk.files().list(SPOOL_DIRECTORY)) {
        const copy = await files.create(`${SPOOL_DIRECTORY}/${name}`);
        await copy.write(await disk.files().readFile(`${SPOOL_DIRECTORY}/${name}`, 1e6), 0);
      }
      assert.deepEqual(await numbersAfterReopening(again), {
        numbers: [0, 1, 2, 3, 4, 5, 6],
        damage: [[7, 9]],
        next: 10,
      });
    }
  });

  it('reports a segment that is gone from the middle, and one that is gone from the beginning', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files(), { segmentBytes: 3 * STORED_BYTES });
    for (let at = 0; at < 12; at++) await spool.append([frameOf(`frame ${at}`, FRAME_BYTES)]);
    await spool.close();
    disk.lose(segment(3));
    assert.deepEqual((await numbersAfterReopening(disk)).damage, [[3, 5]]);
    disk.lose(segment(0));
    const found = await numbersAfterReopening(disk);
    assert.deepEqual(found, { numbers: [6, 7, 8, 9, 10, 11], damage: [[0, 5]], next: 12 });
  });

  it('says damage again at each opening until it is declared reported, then no more', async () => {
    const disk = await tenFrames();
    disk.flip(segment(0), placeOf(2) + 40);
    for (let times = 0; times < 2; times++) assert.deepEqual((await numbersAfterReopening(disk)).damage, [[2, 2]]);
    const spool = await openSpool(disk.files());
    await spool.damageReported();
    await spool.close();
    assert.deepEqual((await numbersAfterReopening(disk)).damage, []);
    disk.flip(segment(0), placeOf(1) + 40);
    assert.deepEqual((await numbersAfterReopening(disk)).damage, [[1, 2]]);
  });

  it('comes to the same end when a repair is interrupted at any call', async () => {
    for (const outcome of ['crash_before', 'crash_after'] as const)
      for (let at = 0, done = false; !done; at++) {
        const disk = await tenFrames();
        for (const frame of [3, 6]) disk.flip(segment(0), placeOf(frame) + 40);
        const start = disk.calls;
        disk.onCall = ({ index }) => (index === start + at ? outcome : 'ok');
        await openSpool(disk.files()).catch((thrown: unknown) => {
          assert(thrown instanceof AffidavitError);
        });
        done = disk.calls <= start + at;
        disk.onCall = () => 'ok';
        disk.crash();
        const found = await numbersAfterReopening(disk);
        assert.deepEqual(found, {
          numbers: [0, 1, 2, 4, 5, 7, 8, 9],
          damage: [
            [3, 3],
            [6, 6],
          ],
          next: 10,
        });
      }
  });

  it('never hands out bytes that changed while it was open', async () => {
    const disk = await tenFrames();
    const spool = await openSpool(disk.files());
    disk.flip(segment(0), placeOf(5) + 30);
    const read = await spool.read(0, { maxFrames: 5, maxBytes: 1e6 });
    assert.equal(read.length, 5);
    await assert.rejects(spool.read(5, { maxFrames: 5, maxBytes: 1e6 }), { code: 'spool.damaged' });
  });

  it('refuses a used folder whose id is gone or malformed', async () => {
    const disk = await tenFrames();
    disk.replace(`${SPOOL_DIRECTORY}/spool.id`, Buffer.from('zz'));
    await assert.rejects(openSpool(disk.files()), { code: 'spool.damaged' });
    disk.lose(`${SPOOL_DIRECTORY}/spool.id`);
    await assert.rejects(openSpool(disk.files()), { code: 'spool.damaged' });
  });

  it('goes on without an unreadable state file', async () => {
    const disk = await tenFrames(true);
    for (const text of ['', '{"format":1}', '[', '{"format":1,"released":-1,"closed":null,"reported":[]}']) {
      disk.replace(`${SPOOL_DIRECTORY}/spool.state`, Buffer.from(text));
      assert.equal((await numbersAfterReopening(disk)).numbers.length, 10);
    }
  });

  it('refuses a state file of another version, which is whole, and loses nothing by that', async () => {
    const disk = await tenFrames(true);
    const path = `${SPOOL_DIRECTORY}/spool.state`;
    const ours = await disk.files().readFile(path, 10_000);
    const text = JSON.stringify({ format: 3, released: '0', more: true });
    disk.replace(path, Buffer.from(`${text}\n${crc32c(Buffer.from(text)).toString(16).padStart(8, '0')}\n`));
    await assert.rejects(openSpool(disk.files()), {
      code: 'spool.damaged',
      message: /spool\.state .*version that wrote it/,
    });
    disk.replace(path, ours);
    assert.equal((await numbersAfterReopening(disk)).numbers.length, 10);
  });

  it('refuses to read beyond its end: what that reader had seen is gone', async () => {
    const disk = await tenFrames();
    const spool = await openSpool(disk.files());
    assert.deepEqual(await spool.read(10, { maxFrames: 1, maxBytes: 1 }), []);
    await assert.rejects(spool.read(11, { maxFrames: 1, maxBytes: 1 }), { code: 'spool.damaged' });
  });
});
