import assert from 'node:assert/strict';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { affidavit, removeFolders, temporaryFolder, Up } from './support/cli.ts';

interface Found {
  producers: { what: string; keyId: string; epoch: string; other: string }[];
}

describe('the disk of a producer', function () {
  this.timeout(180_000);
  let data = '';

  beforeEach(async () => {
    data = join(await temporaryFolder(), 'data');
  });
  after(removeFolders);

  async function once(): Promise<void> {
    const up = await Up.start(data);
    await up.service.stop();
    assert.equal(up.service.ended(), 'exit code 0');
  }

  /** What both commands say of producers; recorder and auditor share a spool. */
  async function found(): Promise<string[]> {
    const [gaps, verified] = await Promise.all([
      affidavit(['gaps', '--data', data, '--json']),
      affidavit(['verify', join(data, 'ledger'), '--data', data, '--json']),
    ]);
    assert.deepEqual([gaps.status, verified.status], [0, 0], verified.stderr);
    const { producers } = JSON.parse(gaps.stdout) as Found;
    assert.deepEqual((JSON.parse(verified.stdout) as { continuity: unknown }).continuity, producers);
    return producers.map(({ what }) => what);
  }

  it('that was set back to an older state shows, in gaps and in verify', async () => {
    await once();
    await cp(join(data, 'spool'), join(data, 'snapshot'), { recursive: true });
    await once();
    assert.deepEqual(await found(), []);
    await rm(join(data, 'spool'), { recursive: true });
    await cp(join(data, 'snapshot'), join(data, 'spool'), { recursive: true });
    await once();
    assert.deepEqual(await found(), ['cloned', 'cloned']);
  });

  it('that was emptied shows', async () => {
    await once();
    await rm(join(data, 'spool'), { recursive: true });
    await once();
    assert.deepEqual(await found(), ['wiped', 'wiped']);
    const { stdout } = await affidavit(['gaps', '--data', data]);
    assert.match(
      stdout,
      /^wiped {7}\S+Z {2}epoch [0-9a-f]{16} of key [0-9a-f]{16} knows of no epoch before, .* its disk was emptied/m,
    );
  });
});
