import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandResult, ROOT, runCommand } from '../../../scripts/processes.ts';
import { requireOrSkip } from '../../support/tools.ts';

const LIMIT_MS = 15_000;

describe('a demo that can’t run', function () {
  this.timeout(60_000);
  let folder = '';

  before(async function () {
    await requireOrSkip(this, 'envoy');
    folder = await mkdtemp(join(tmpdir(), 'affidavit-demo-start-'));
  });
  after(async () => {
    if (folder !== '') await rm(folder, { recursive: true });
  });

  function run(script: string, args: readonly string[], environment: Record<string, string>): Promise<CommandResult> {
    const env = { ...process.env, TMPDIR: folder, ...environment };
    return runCommand(process.execPath, [join(ROOT, script), ...args], { env, timeoutMs: LIMIT_MS });
  }

  for (const [what, args, environment, line] of [
    ['a folder that can’t be made', ['--data', '/proc/affidavit-demo'], {}, /--data \/proc\/\S+ can't be written to: /],
    ['no place for temporary files', [], { TMPDIR: '/proc' }, /no temporary folder can be made in \/proc: ENOENT/],
  ] as const)
    it(`for ${what}: says so in one line, and does not hang`, async () => {
      const { status, stdout, stderr } = await run('demo/main.ts', ['--once', ...args], environment);
      assert.match(stderr, new RegExp(`^demo: ${line.source}[^\\n]*\\n$`));
      assert.deepEqual([status, stdout], [3, '']);
      assert.deepEqual(await readdir(folder), []);
    });

  it('for a tool that is missing: says so before it writes anything', async () => {
    const data = join(folder, 'data');
    const { status, stdout, stderr } = await run('demo/main.ts', ['--once', '--kafka', '--data', data], {
      PATH: folder,
    });
    assert.match(stderr, /^demo: Java is missing: [^\n]*\n$/);
    assert.deepEqual([status, stdout], [3, '']);
    assert.deepEqual(await readdir(folder), []);
  });

  it('npm run kafka without Java leaves no folder behind', async () => {
    const { status, stderr } = await run('scripts/kafka.ts', [], { PATH: folder });
    assert.match(stderr, /^kafka: Java is missing: [^\n]*\n$/);
    assert.equal(status, 3);
    assert.deepEqual(await readdir(folder), []);
  });
});
