import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AffidavitError } from '../../../src/record/index.ts';
import { nodeFiles } from '../../../src/runtime/index.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { frameOf, openSpool, readAll } from '../../support/spool.ts';

const PLENTY = { maxFrames: 1000, maxBytes: 1e6 };
const never = new AbortController().signal;

function countCalls(disk: SimulatedDisk, operation: string): () => number {
  let count = 0;
  disk.onCall = (call) => {
    if (call.operation === operation) count++;
    return 'ok';
  };
  return () => count;
}

describe('spool: appending', () => {
  it('numbers frames without a gap from 0, over appends and openings, under one id', async () => {
    const disk = new SimulatedDisk(1);
    const first = await openSpool(disk.files());
    assert.equal(await first.append([frameOf('a'), frameOf('b')]), 0);
    assert.equal(await first.append([frameOf('c')]), 2);
    await first.close();
    const second = await openSpool(disk.files());
    assert.equal(second.nextFrame, 3);
    assert.equal(await second.append([frameOf('d')]), 3);
    assert.deepEqual(second.id, first.id);
    const frames = await readAll(second);
    assert.deepEqual(
      frames.map(({ number, bytes }) => [number, Buffer.from(bytes).toString()]),
      [
        [0, 'a'],
        [1, 'b'],
        [2, 'c'],
        [3, 'd'],
      ],
    );
  });

  it('makes many appends durable with few syncs', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files());
    const syncs = countCalls(disk, 'sync');
    const numbers = await Promise.all(Array.from({ length: 200 }, (_, at) => spool.append([frameOf(`n${at}`)])));
    assert.deepEqual(
      numbers,
      Array.from({ length: 200 }, (_, at) => at),
    );
    assert.equal(syncs(), 2);
  });

  it('splits a group at its limit, never an append', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files(), { maxGroupBytes: 500 });
    const writes = countCalls(disk, 'write');
    const large = Array.from({ length: 6 }, (_, at) => frameOf(`large ${at}`, 200));
    await Promise.all([
      spool.append([frameOf('x')]),
      spool.append([frameOf('y', 400)]),
      spool.append(large),
      spool.append([frameOf('z')]),
    ]);
    assert.equal(writes(), 4);
    assert.equal(spool.nextFrame, 9);
  });

  it('acknowledges nothing before the sync has returned', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files());
    let synced = false;
    disk.onCall = ({ operation }) => {
      if (operation === 'sync') synced = true;
      return 'ok';
    };
    await spool.append([frameOf('a')]);
    assert(synced);
  });

  for (const operation of ['write', 'sync'])
    for (const outcome of ['not_done', 'done_but_failed'] as const)
      it(`never trusts a file again whose ${operation} was ${outcome}: its frames are written anew, and nothing is lost`, async () => {
        const disk = new SimulatedDisk(1);
        const spool = await openSpool(disk.files());
        await spool.append([frameOf('good')]);
        let failures = 0;
        disk.onCall = (call) => (call.operation === operation && failures++ === 0 ? outcome : 'ok');
        assert.deepEqual(await Promise.all([spool.append([frameOf('a')]), spool.append([frameOf('b')])]), [1, 2]);
        assert.equal(failures > 1, true);
        assert.equal(await spool.append([frameOf('c')]), 3);
        const texts = (await readAll(spool)).map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
        assert.equal(texts.length, 4);
        // A sync that failed has written nothing, and no later one of the same file would have.
        const kept = await readAll(await openSpool(disk.crash()));
        assert.deepEqual(
          kept.map(({ bytes }) => Buffer.from(bytes).toString('latin1')),
          texts,
        );
      });

  for (const operation of ['write', 'sync'])
    for (const outcome of ['not_done', 'done_but_failed'] as const)
      it(`acknowledges nothing any more when each ${operation} is ${outcome}, also of a new file`, async () => {
        const disk = new SimulatedDisk(1);
        const spool = await openSpool(disk.files());
        await spool.append([frameOf('good')]);
        const waiting = assert.rejects(spool.waitFor(5, never), { code: 'spool.failed' });
        disk.onCall = (call) => (call.operation === operation ? outcome : 'ok');
        const settled = await Promise.allSettled([spool.append([frameOf('a')]), spool.append([frameOf('b')])]);
        disk.onCall = () => 'ok';
        settled.push(...(await Promise.allSettled([spool.append([frameOf('c')])])));
        for (const each of settled) {
          assert(each.status === 'rejected' && each.reason instanceof AffidavitError);
          assert.equal(each.reason.code, 'spool.failed');
        }
        await waiting;
        assert.equal(spool.nextFrame, 1);
        assert.equal((await spool.read(0, PLENTY)).length, 1);
        await spool.close();

        const again = await openSpool(disk.files());
        const number = await again.append([frameOf('after')]);
        const frames = await readAll(await openSpool(disk.crash()));
        assert.deepEqual(frames[0]?.bytes, frameOf('good'));
        assert.deepEqual(frames[number]?.bytes, frameOf('after'));
      });

  it('refuses what finds no room on the disk, takes it back, and goes on once there is room', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files());
    await spool.append([frameOf('good')]);
    disk.onCall = (call) => (call.operation === 'write' ? 'full' : 'ok');
    for (const text of ['a', 'b']) await assert.rejects(spool.append([frameOf(text)]), { code: 'io.full' });
    assert.equal(spool.refusal?.code, 'io.full');
    assert.equal(spool.nextFrame, 1);
    disk.onCall = () => 'ok';
    assert.equal(await spool.append([frameOf('other')]), 1);
    assert.equal(spool.refusal, undefined);
    const kept = await readAll(await openSpool(disk.crash()));
    assert.deepEqual(
      kept.map(({ bytes }) => Buffer.from(bytes).toString('latin1')),
      ['good', 'other'].map((text) => Buffer.from(frameOf(text)).toString('latin1')),
    );
  });

  it('refuses while its disk can only be read, goes on by itself when it can be written again, and keeps nothing that it refused', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files());
    await spool.append([frameOf('good')]);
    disk.onCall = () => 'read_only';
    for (const text of ['a', 'b']) await assert.rejects(spool.append([frameOf(text)]), { code: 'io.read_only' });
    assert.equal(spool.refusal?.code, 'io.read_only');
    assert.equal((await readAll(spool)).length, 1);
    disk.onCall = () => 'ok';
    assert.equal(await spool.append([frameOf('other')]), 1);
    assert.equal(spool.refusal, undefined);
    const kept = await readAll(await openSpool(disk.crash()));
    assert.deepEqual(
      kept.map(({ bytes }) => bytes),
      [frameOf('good'), frameOf('other')],
    );
  });

  it('refuses while no file descriptor is left for its next file, goes on by itself, and loses nothing that it took', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files(), { segmentBytes: 100 });
    await spool.append([frameOf('good', 200)]);
    for (const operation of ['create', 'syncDirectory']) {
      disk.onCall = (call) => (call.operation === operation ? 'no_descriptors' : 'ok');
      for (const text of ['a', 'b']) await assert.rejects(spool.append([frameOf(text)]), { code: 'io.no_descriptors' });
      assert.equal(spool.refusal?.code, 'io.no_descriptors');
      disk.onCall = () => 'ok';
    }
    assert.equal(await spool.append([frameOf('other')]), 1);
    assert.equal(spool.refusal, undefined);
    const kept = await readAll(await openSpool(disk.crash(), { segmentBytes: 100 }));
    assert.deepEqual(
      kept.map(({ bytes }) => bytes),
      [frameOf('good', 200), frameOf('other')],
    );
  });

  for (const later of ['read_only', 'full', 'no_descriptors'] as const)
    it(`tries a new file again with each group when one failed and its disk says ${later} then`, async () => {
      const disk = new SimulatedDisk(1);
      const spool = await openSpool(disk.files());
      await spool.append([frameOf('good')]);
      let failed = false;
      disk.onCall = ({ operation }) => {
        if (operation === 'sync' && !failed) {
          failed = true;
          return 'not_done';
        }
        return failed && operation === 'create' ? later : 'ok';
      };
      for (const text of ['a', 'b']) await assert.rejects(spool.append([frameOf(text)]), { code: `io.${later}` });
      disk.onCall = () => 'ok';
      assert.deepEqual(await Promise.all([spool.append([frameOf('c')]), spool.append([frameOf('d')])]), [1, 2]);
      const kept = await readAll(await openSpool(disk.crash()));
      assert.deepEqual(
        kept.map(({ bytes }) => bytes),
        ['good', 'c', 'd'].map((text) => frameOf(text)),
      );
    });

  it('does not say that it closed in order while its file is not trusted: what is at its end is looked at again', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files());
    await spool.append([frameOf('good')]);
    disk.onCall = ({ operation }) => (operation === 'sync' ? 'not_done' : operation === 'create' ? 'read_only' : 'ok');
    await assert.rejects(spool.append([frameOf('refused')]), { code: 'io.read_only' });
    disk.onCall = () => 'ok';
    await spool.close();
    // The tail can be read, and no sync will ever write it: only a new file holds it.
    const again = await openSpool(disk.files());
    const count = again.nextFrame;
    assert.equal((await readAll(await openSpool(disk.crash()))).length, count);
  });

  it('begins a segment anew where the first try found no room', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files(), { segmentBytes: 100 });
    await spool.append([frameOf('first', 200)]);
    for (const operation of ['write', 'sync', 'syncDirectory']) {
      disk.onCall = (call) => (call.operation === operation ? 'full' : 'ok');
      await assert.rejects(spool.append([frameOf('no', 20)]), { code: 'io.full' });
      disk.onCall = () => 'ok';
    }
    assert.equal(await spool.append([frameOf('second', 200)]), 1);
    assert.equal((await readAll(await openSpool(disk.crash()))).length, 2);
  });

  it('refuses frames that are too large or empty, and no frames at all, and stays usable', async () => {
    const spool = await openSpool(new SimulatedDisk(1).files(), { maxFrameBytes: 100 });
    for (const frames of [[frameOf('x', 101)], [frameOf('ok'), new Uint8Array(0)], []])
      await assert.rejects(spool.append(frames), { code: 'limit.exceeded' });
    assert.equal(await spool.append([frameOf('x', 100)]), 0);
  });

  it('bounds what waits to be written', async () => {
    const spool = await openSpool(new SimulatedDisk(1).files(), { maxFrameBytes: 100, maxPendingBytes: 250 });
    const first = [spool.append([frameOf('a', 100)]), spool.append([frameOf('b', 100)])];
    await assert.rejects(spool.append([frameOf('c', 100)]), { code: 'limit.exceeded' });
    await Promise.all(first);
    assert.equal(await spool.append([frameOf('d', 100)]), 2);
  });

  it('refuses with io.full at its size limit, deletes nothing by itself, and goes on after a release', async () => {
    const spool = await openSpool(new SimulatedDisk(1).files(), { segmentBytes: 300, maxBytes: 2000 });
    const fill = async (): Promise<void> => {
      for (;;) await spool.append([frameOf('full', 100)]);
    };
    await assert.rejects(fill(), { code: 'io.full' });
    assert(spool.bytes <= 2000);
    assert.equal(spool.firstFrame, 0);
    assert.equal((await readAll(spool)).length, spool.nextFrame);
    await spool.release(spool.nextFrame);
    assert.equal(await spool.append([frameOf('more', 100)]), spool.nextFrame - 1);
  });

  it('refuses limits that can not work', async () => {
    const files = new SimulatedDisk(1).files();
    for (const limits of [
      { segmentBytes: 0 },
      { segmentBytes: 1e12 },
      { maxFrameBytes: 2 ** 24 },
      { maxPendingBytes: 1 },
    ])
      await assert.rejects(openSpool(files, limits), { code: 'config.invalid' });
  });
});

describe('spool: reading', () => {
  it('reads from any frame over all segments, within its limits', async () => {
    const spool = await openSpool(new SimulatedDisk(1).files(), { segmentBytes: 700 });
    const texts = Array.from({ length: 60 }, (_, at) => frameOf(`frame ${at}`, 40 + at));
    for (const text of texts) await spool.append([text]);
    for (const from of [0, 1, 17, 59, 30, 3]) {
      const frames = await readAll(spool, from);
      assert.deepEqual(
        frames.map((frame) => frame.number),
        texts.map((_, at) => at).slice(from),
      );
      for (const frame of frames) assert.deepEqual(frame.bytes, texts[frame.number]);
    }
    assert.equal((await spool.read(0, { maxFrames: 3, maxBytes: 1e6 })).length, 3);
    assert.equal((await spool.read(0, { maxFrames: 10, maxBytes: 100 })).length, 2);
    assert.equal((await spool.read(0, { maxFrames: 10, maxBytes: 1 })).length, 1);
  });

  it('gives durable frames only', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files());
    await spool.append([frameOf('a')]);
    const seen: number[] = [];
    disk.onCall = ({ operation }) => {
      if (operation === 'sync') seen.push(spool.nextFrame);
      return 'ok';
    };
    const appended = spool.append([frameOf('b')]);
    assert.equal((await spool.read(0, PLENTY)).length, 1);
    await appended;
    assert.deepEqual(seen, [1]);
    assert.equal((await spool.read(0, PLENTY)).length, 2);
  });

  it('wakes those who wait for a frame once it is durable, and those whose signal comes', async () => {
    const spool = await openSpool(new SimulatedDisk(1).files());
    const third = spool.waitFor(2, never).then(() => spool.nextFrame);
    await spool.append([frameOf('a')]);
    await spool.append([frameOf('b'), frameOf('c')]);
    assert.equal(await third, 3);
    await spool.waitFor(0, never);
    const stop = new AbortController();
    const stopped = assert.rejects(spool.waitFor(9, stop.signal), { code: 'shutting_down' });
    stop.abort();
    await stopped;
    await assert.rejects(spool.waitFor(9, stop.signal), { code: 'shutting_down' });
  });

  it('ends everything at close, after what waits is durable', async () => {
    const disk = new SimulatedDisk(1);
    const spool = await openSpool(disk.files());
    const appended = spool.append([frameOf('last')]);
    const waiting = assert.rejects(spool.waitFor(7, never), { code: 'spool.closed' });
    await Promise.all([spool.close(), spool.close()]);
    assert.equal(await appended, 0);
    await waiting;
    await assert.rejects(spool.append([frameOf('x')]), { code: 'spool.closed' });
    await assert.rejects(spool.read(0, PLENTY), { code: 'spool.closed' });
    await assert.rejects(spool.release(0), { code: 'spool.closed' });
    assert.equal((await readAll(await openSpool(disk.crash()))).length, 1);
  });
});

describe('spool: on the file system of this machine', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'affidavit-spool-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it('appends, reads, rotates, releases and opens again', async () => {
    const path = join(directory, 'a', 'spool');
    const spool = await openSpool(nodeFiles, { segmentBytes: 2000 }, path);
    await Promise.all(Array.from({ length: 50 }, (_, at) => spool.append([frameOf(`frame ${at}`, 700)])));
    for (let at = 50; at < 60; at++) await spool.append([frameOf(`frame ${at}`, 700)]);
    assert.equal((await readAll(spool)).length, 60);
    await spool.release(55);
    const { firstFrame } = spool;
    assert(firstFrame > 0 && firstFrame <= 55);
    await spool.close();
    assert.deepEqual(
      (await readdir(path)).filter((name) => name.endsWith('.tmp')),
      [],
    );
    const again = await openSpool(nodeFiles, {}, path);
    assert.deepEqual(again.damage, []);
    assert.deepEqual((await readAll(again, firstFrame)).map((frame) => frame.number).at(-1), 59);
    await again.close();
  });
});
