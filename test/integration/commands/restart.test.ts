import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { affidavit, jsonLines, removeFolders, temporaryFolder, Up } from './support/cli.ts';

interface Report {
  trusted: boolean;
  checkpoint: { size: number };
  epochs: { stopped: number; cut: number; running: number };
  kinds: Record<string, number>;
}

describe('affidavit up, ended and started again', function () {
  this.timeout(120_000);
  let data = '';

  before(async () => {
    data = join(await temporaryFolder(), 'data');
  });
  after(removeFolders);

  async function report(): Promise<Report> {
    const { status, stdout, stderr } = await affidavit(['verify', join(data, 'ledger'), '--data', data, '--json']);
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout) as Report;
  }

  async function events(): Promise<string[]> {
    const { stdout } = await affidavit(['list', '--kind', 'producer', '--data', data]);
    return [...stdout.matchAll(/ producer +recorder (\w+)$/gm)].map(([, event = '']) => event);
  }

  it('SIGTERM ends it with exit code 0, and the log says that it stopped', async () => {
    const up = await Up.start(data);
    await up.service.stop();
    assert.equal(up.service.ended(), 'exit code 0');
    assert.deepEqual([(await events()).at(0), (await events()).at(-1)], ['started', 'stopped']);
    const { epochs } = await report();
    assert.deepEqual([epochs.cut, epochs.running], [0, 0]);
  });

  it('goes on with the same log: the old checkpoint’s records stay as they were', async () => {
    const before = await affidavit(['list', '--data', data, '--json']);
    const keys = await readFile(join(data, 'keys', 'log.key'));
    const up = await Up.start(data);
    await up.service.stop();
    const after = jsonLines((await affidavit(['list', '--data', data, '--json'])).stdout);
    const kept = jsonLines(before.stdout);
    assert.deepEqual(after.slice(0, kept.length), kept);
    assert.ok(after.length > kept.length);
    assert.deepEqual(await readFile(join(data, 'keys', 'log.key')), keys);
    const { kinds } = await report();
    assert.deepEqual([kinds['genesis'], kinds['key']], [1, 2]);
  });

  it('killed: the next start continues, and the log shows the epoch that did not end', async () => {
    const killed = await Up.start(data);
    await killed.service.kill9();
    const up = await Up.start(data);
    await up.service.stop();
    const { trusted, epochs } = await report();
    assert.deepEqual([trusted, epochs.cut, epochs.running], [true, 1, 0]);
    const { stdout } = await affidavit(['list', '--kind', 'gap', '--data', data]);
    assert.match(stdout, / gap +epoch_not_stopped /);
  });
});
