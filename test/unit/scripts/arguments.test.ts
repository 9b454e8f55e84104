import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandResult, ROOT, runCommand } from '../../../scripts/processes.ts';

describe('scripts: what they are called with', function () {
  this.timeout(30_000);
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'affidavit-arguments-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const run = (script: string, ...args: string[]): Promise<CommandResult> =>
    runCommand(process.execPath, [join(ROOT, 'scripts', `${script}.ts`), ...args], {
      ...{ cwd: folder, timeoutMs: 20_000 },
      // Without a tool that it could start.
      env: { ...process.env, PATH: folder, TMPDIR: folder },
    });

  for (const script of ['kafka', 'envoy', 'check', 'test'])
    it(`npm run ${script} -- --help says what there is, and does nothing else`, async () => {
      const { status, stdout, stderr } = await run(script, '--help');
      assert.match(stdout, new RegExp(`^npm (run )?(-s )?${script}\\b`));
      assert.deepEqual([status, stderr, await readdir(folder)], [0, '', []]);
    });

  for (const [script, ...args] of [
    ['kafka', '--port'],
    ['kafka', 'one', 'two'],
    ['envoy', 'start'],
    ['check', '--fix'],
  ] as const)
    it(`npm run ${script} -- ${args.join(' ')} is refused in one line`, async () => {
      const { status, stdout, stderr } = await run(script, ...args);
      assert.match(stderr, new RegExp(`^${script}: [^\\n]+; npm run ${script} -- --help says what there is\\n$`));
      assert.deepEqual([status, stdout, await readdir(folder)], [2, '', []]);
    });
});
