import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { groupOf, RunningGroup } from '../../support/running-group.ts';
import { requireOrSkip } from '../../support/tools.ts';

/** The command itself apart: service, recorder with its ledger, Envoy, callers. */
const PROCESSES = 4;

describe('npm run bench, ended by a signal', function () {
  this.timeout(120_000);
  let scratch: string;
  let bench: RunningGroup | undefined;

  before(async function () {
    await requireOrSkip(this, 'envoy', 'go', 'python');
  });
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'affidavit-signalled-'));
  });
  afterEach(async () => {
    bench?.killGroup();
    await rm(scratch, { recursive: true });
  });

  const folders = async (): Promise<string[]> =>
    (await readdir(scratch)).filter((name) => name.startsWith('affidavit-bench-'));

  it('that came to it alone: nothing that it started is left, nor what it wrote, and its exit code says why', async () => {
    const args = ['bench/main.ts', '--targets', 'inline', '--calls', '1000000', '--rounds', '1', '--in-flight', '1'];
    bench = new RunningGroup(process.execPath, args, { ...process.env, TMPDIR: scratch });
    let started: number[] = [];
    // Before it has a folder it may still build the program that calls.
    while ((await folders()).length === 0 || started.length < PROCESSES)
      started = await bench.until(/^/, PROCESSES, 90_000);
    bench.signal('SIGTERM');
    assert.equal(await bench.ended, 143, bench.output);
    assert.deepEqual(await bench.started(), []);
    for (const pid of started) assert.notEqual(await groupOf(pid), bench.pid);
    assert.deepEqual(await folders(), []);
  });
});
