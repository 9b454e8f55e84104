import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AffidavitError } from '../../../src/record/index.ts';
import { nodeFiles } from '../../../src/runtime/index.ts';
import type { Spool } from '../../../src/spool/index.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import { frameOf, openSpool, readAll } from '../../support/spool.ts';

const taken = (thrown: unknown): boolean =>
  thrown instanceof AffidavitError && /another process has opened/.test(thrown.message);

/** Appends until it is refused; gives what was acknowledged. */
async function appendUntilRefused(spool: Spool, count: number): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let at = 0; at < count; at++) {
    const text = `old ${at}`;
    try {
      await spool.append([frameOf(text)]);
    } catch (thrown) {
      assert.ok(taken(thrown), String(thrown));
      break;
    }
    acknowledged.push(text);
  }
  return acknowledged;
}

describe('spool: two processes that open one folder and see no lock of each other', () => {
  it('lose nothing that either acknowledged, at whichever call the second one comes', async () => {
    let refusals = 0;
    for (let comesAt = 0; comesAt < 60; comesAt++) {
      const disk = new SimulatedDisk(comesAt);
      const old = await openSpool(disk.files(), { segmentBytes: 200 });
      const base = disk.calls;
      let second: Promise<Spool> | undefined;
      disk.onCall = ({ index }) => {
        if (index - base === comesAt) second ??= openSpool(disk.files(), { segmentBytes: 200 });
        return 'ok';
      };
      const acknowledged = await appendUntilRefused(old, 12);
      second ??= openSpool(disk.files());
      const owner = await second;
      if (acknowledged.length < 12) refusals++;
      await owner.append([frameOf('new')]);
      await assert.rejects(old.append([frameOf('late')]), taken);
      await old.close().catch((thrown: unknown) => {
        assert.ok(taken(thrown), String(thrown));
      });
      await owner.append([frameOf('newer')]);
      await owner.close();
      const after = await openSpool(disk.files());
      const frames = (await readAll(after)).map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
      assert.deepEqual(after.damage, [], `second at call ${comesAt}`);
      assert.deepEqual(frames.slice(0, acknowledged.length), acknowledged, `second at call ${comesAt}`);
      assert.deepEqual(frames.slice(-2), ['new', 'newer'], `second at call ${comesAt}`);
    }
    assert.ok(refusals > 20, `only ${refusals} second processes came while the first wrote`);
  });

  it('so that the one that lost it begins no file, writes none anew and lets none go', async () => {
    const disk = new SimulatedDisk(3);
    const old = await openSpool(disk.files(), { segmentBytes: 100 });
    for (let at = 0; at < 6; at++) await old.append([frameOf(`frame ${at}`, 60)]);
    const owner = await openSpool(disk.files(), { segmentBytes: 100 });
    const files = (): Promise<string[]> => disk.files().list('/spool');
    const before = await files();
    await assert.rejects(old.release(4), taken);
    disk.onCall = ({ operation }) => (operation === 'sync' ? 'not_done' : 'ok');
    await assert.rejects(old.append([frameOf('late')]), taken);
    disk.onCall = () => 'ok';
    assert.deepEqual(await files(), before);
    assert.equal((await readAll(owner)).length, 6);
  });

  it('on the file system of this machine', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'affidavit-test-'));
    try {
      const old = await openSpool(nodeFiles, {}, directory);
      await old.append([frameOf('old')]);
      const owner = await openSpool(nodeFiles, {}, directory);
      await assert.rejects(old.append([frameOf('late')]), taken);
      await assert.rejects(old.append([frameOf('later')]), taken);
      await owner.append([frameOf('new')]);
      const frames = (await readAll(owner)).map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
      assert.deepEqual(frames, ['old', 'new']);
      await old.close();
      await owner.close();
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
