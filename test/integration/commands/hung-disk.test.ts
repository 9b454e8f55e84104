import assert from 'node:assert/strict';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, runCommand } from '../../../scripts/processes.ts';
import { RunningGroup } from '../../support/running-group.ts';
import { affidavit, environment, removeFolders, temporaryFolder } from './support/cli.ts';

const LIMIT_MS = 60_000;
const CLI = join(ROOT, 'src', 'cli.ts');
const PRELOAD = join(ROOT, 'test', 'support', 'faults', 'preload', 'waiting-pipes.mjs');

/** Has the ledger read a file that never answers: a pipe to which nobody writes (PRELOAD), behind one that its log names. */
async function hang(data: string): Promise<void> {
  const [folder, other] = [join(data, 'ledger', 'enrolments'), join(data, 'other')];
  await mkdir(other);
  await writeFile(join(other, '0-looked-at.json'), 'no enrolment');
  await runCommand('mkfifo', [join(other, '1-hangs.json')], { timeoutMs: LIMIT_MS });
  await rename(folder, join(data, 'before'));
  await rename(other, folder);
}

describe('affidavit up whose disk hangs while it ends', function () {
  this.timeout(120_000);
  afterEach(removeFolders);

  it('ends with a word and an exit code, and leaves a log that verifies', async () => {
    const data = join(await temporaryFolder(), 'data');
    const settings = environment({ AFFIDAVIT_SPOOL_HUNG_AFTER_MS: '1000' });
    const group = new RunningGroup(process.execPath, ['--import', PRELOAD, CLI, 'up', '--data', data], settings);
    try {
      await group.until(/"the ledger is open"/, 0, LIMIT_MS);
      await hang(data);
      await group.until(/0-looked-at\.json/, 0, LIMIT_MS);
      group.signalGroup('SIGTERM');
      assert.equal(await group.ended, 3, group.output);
      assert.match(group.output, /"the ledger ends without having stopped in order: its disk does not answer/);
    } finally {
      group.killGroup();
    }
    const { stderr } = await affidavit(['verify', join(data, 'ledger')]);
    assert.match(stderr, /consistent with itself/);
  });
});
