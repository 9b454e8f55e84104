import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Ending } from '../../../src/commands/ending.ts';
import { silentLogger } from '../../../src/runtime/index.ts';

const ENDING = join(import.meta.dirname, '../../../src/commands/ending.ts');

/** A process with a call to the file system that doesn't come back: nobody writes to the pipe that it opens. */
const HUNG = `
import { execFileSync } from 'node:child_process';
import { mkdtempSync, open, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { endAtOnce } from ${JSON.stringify(ENDING)};
const folder = mkdtempSync(tmpdir() + '/affidavit-hung-');
execFileSync('mkfifo', [folder + '/pipe']);
open(folder + '/pipe', 'r', () => {});
setTimeout(() => {
  rmSync(folder, { recursive: true });
  endAtOnce(3);
}, 100);
`;

describe('a process that ends', () => {
  it('waits for a disk that takes its time, within what it may take', async () => {
    const codes: number[] = [];
    const ending = new Ending('recorder', 60_000, silentLogger, (code) => codes.push(code));
    assert.equal(await ending.step('say that it has stopped', Promise.resolve('said')), 'said');
    await assert.rejects(ending.step('say that it has stopped', Promise.reject(new Error('full'))), /full/);
    assert.deepEqual(codes, []);
  });

  it('does not wait for one that never answers: it says so, and has an exit code', async () => {
    const said: object[] = [];
    const logger = { ...silentLogger, error: (fields: object) => said.push(fields) };
    const code = await new Promise((resolve) => {
      void new Ending('recorder', 5, logger, resolve).step('say that it drains', new Promise(() => undefined), 5);
    });
    assert.equal(code, 3);
    assert.deepEqual(said, [{ doing: 'say that it drains', waitedMs: 10, exitCode: 3 }]);
  });

  it('ends although a call to the file system never comes back, and says nothing else', async function () {
    this.timeout(20_000);
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', HUNG], { stdio: 'pipe' });
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
    const guard = setTimeout(() => child.kill('SIGKILL'), 15_000);
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(guard);
    assert.deepEqual([code, said], [3, '']);
  });
});
