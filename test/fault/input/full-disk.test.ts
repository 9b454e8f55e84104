import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { affidavit, messageLines, removeFolders, temporaryFolder, Up } from '../../integration/commands/support/cli.ts';
import { SmallDisk } from '../../support/small-disk.ts';
import { assertEndsInOrder, strictCall, verified } from './support/running.ts';

const END_MS = 60_000;
const MOST_CALLS = 20_000;

/** Strict calls until one is refused; gives how many were answered, each of which must be in the log. */
async function callUntilRefused(up: Up): Promise<number> {
  for (let count = 0; count < MOST_CALLS; count++) {
    if (up.service.ended() !== undefined) return count;
    if ((await strictCall(up.capturePort)) !== 0) return count;
  }
  throw new Error(`${MOST_CALLS} calls did not fill the disk`);
}

describe('bad input: a disk that is full', function () {
  this.timeout(180_000);
  const disks: SmallDisk[] = [];

  afterEach(async () => {
    for (const disk of disks.splice(0)) await disk.unmount();
    await removeFolders();
  });

  async function smallDisk(context: Mocha.Context, size: string): Promise<[disk: SmallDisk, data: string]> {
    const folder = await temporaryFolder();
    const disk = new SmallDisk(join(folder, 'disk'));
    if (process.getuid?.() !== 0 || !(await disk.mount(size))) {
      console.log('    skipped: only root may mount a small file system');
      context.skip();
    }
    disks.push(disk);
    return [disk, join(folder, 'data')];
  }

  it('of the spool: refuses calls and says so, and goes on by itself once there is room; nothing answered is missing', async function () {
    const [disk, data] = await smallDisk(this, '2m');
    const settings = {
      AFFIDAVIT_SPOOL_DIRECTORY: join(disk.path, 'spool'),
      AFFIDAVIT_TELEMETRY_ADDRESS: '127.0.0.1:0',
    };
    const up = await Up.start(data, settings);
    const ready = async (): Promise<{ status: number; text: string }> => {
      const response = await fetch(`${String(up.line('telemetry is served')?.['url'])}/readyz`);
      return { status: response.status, text: await response.text() };
    };
    for (let count = 0; count < 5; count++) assert.equal(await strictCall(up.capturePort), 0);
    await disk.fill();
    let answered = 5 + (await callUntilRefused(up));
    assert.deepEqual(await ready(), { status: 503, text: 'spool: its disk is full\n' });
    assert.notEqual(await strictCall(up.capturePort), 0);
    assert.equal(up.service.ended(), undefined);

    await disk.resize('64m');
    for (let count = 0; count < 5; count++) assert.equal(await strictCall(up.capturePort), 0);
    answered += 5;
    assert.equal((await ready()).status, 200);
    await assertEndsInOrder(up);
    assert.equal(up.warnings().filter((each) => each.startsWith('the disk of the spool is full')).length, 1);
    const { kinds } = await verified(data);
    assert.ok((kinds['exchange'] ?? 0) >= answered, `${kinds['exchange'] ?? 0} of ${answered}`);
  });

  it('of the ledger: refuses calls, ends with one clear error, and with room again nothing answered is missing', async function () {
    const [disk, data] = await smallDisk(this, '2m');
    const settings = { AFFIDAVIT_LEDGER_DIRECTORY: join(disk.path, 'ledger') };
    const up = await Up.start(data, settings);
    for (let count = 0; count < 5; count++) assert.equal(await strictCall(up.capturePort), 0);
    await disk.fill();
    const answered = 5 + (await callUntilRefused(up));
    await up.service.waitUntil(() => up.service.ended() !== undefined, END_MS);
    const lines = messageLines(readFileSync(up.service.logFile, 'utf8'));
    assert.deepEqual([up.service.ended(), lines.length], ['exit code 3', 1], lines.join('\n'));
    assert.match(lines[0] ?? '', /^affidavit: .*no space left/i);

    const still = await affidavit(['up', '--data', data], settings);
    assert.deepEqual([still.status, messageLines(still.stderr).length], [3, 1], still.stderr);
    assert.match(messageLines(still.stderr)[0] ?? '', /no space left/i);

    await disk.resize('64m');
    const again = await Up.start(data, settings);
    assert.equal(await strictCall(again.capturePort), 0);
    await again.service.stop(END_MS);
    assert.equal(again.service.ended(), 'exit code 0');
    const { kinds } = await verified(data, settings.AFFIDAVIT_LEDGER_DIRECTORY);
    assert.ok((kinds['exchange'] ?? 0) >= answered + 1, `${kinds['exchange'] ?? 0} of ${answered + 1}`);
  });

  it('where nothing is there yet: one clear error', async function () {
    const [disk] = await smallDisk(this, '64k');
    await disk.fill();
    const { status, stderr } = await affidavit(['up', '--data', join(disk.path, 'data')]);
    assert.deepEqual([status, messageLines(stderr).length], [3, 1], stderr);
    assert.match(messageLines(stderr)[0] ?? '', /no space left/i);
  });
});
