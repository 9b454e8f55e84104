import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, runCommand, type CommandResult } from '../../../scripts/processes.ts';
import { affidavit, environment, messageLines, removeFolders, temporaryFolder, Up } from './support/cli.ts';

const CLI = join(ROOT, 'src', 'cli.ts');
const LIMIT_MS = 60_000;

/** Runs a command in a shell, with something behind it; its own exit code is the last line that is printed. */
function shell(args: readonly string[], behind: string): Promise<CommandResult> {
  const script = `{ "$@"; echo "exit code $?" >&2; } ${behind}`;
  return runCommand('sh', ['-c', script, 'sh', process.execPath, CLI, ...args], {
    env: environment({}),
    timeoutMs: LIMIT_MS,
  });
}

describe('results that nobody takes', function () {
  this.timeout(120_000);
  let folder = '';
  let data = '';

  before(async () => {
    folder = await temporaryFolder();
    data = join(folder, 'data');
    const up = await Up.start(data);
    await up.service.stop();
  });
  after(removeFolders);

  it('a reader that leaves ends a command quietly', async () => {
    for (const command of [['list'], ['list', '--json'], ['--help'], ['show', '0'], ['keys']]) {
      const { stderr } = await shell([...command, '--data', data], '| exec 0<&-');
      assert.equal(stderr, 'exit code 0\n', command.join(' '));
    }
    const first = await shell(['list', '--data', data], '| head -1');
    assert.deepEqual([first.stderr, first.stdout.split('\n').length], ['exit code 0\n', 2]);
  });

  it('a reader that leaves makes no bad evidence good', async () => {
    const bad = join(folder, 'bad');
    await cp(join(data, 'ledger'), bad, { recursive: true });
    const tiles = join(bad, 'tile', '0', '000.p');
    const widest = Math.max(...(await readdir(tiles)).map(Number));
    const tile = await readFile(join(tiles, String(widest)));
    await writeFile(join(tiles, String(widest)), tile.with(3, (tile[3] ?? 0) ^ 1));
    const { stderr } = await shell(['verify', bad, '--data', data], '| exec 0<&-');
    assert.match(stderr, /exit code 1\n$/);
  });

  it('a disk that is full is one line and exit code 3', async () => {
    for (const command of [['list'], ['--help'], ['prove', '0'], ['keys', '--json']]) {
      const { stderr } = await shell([...command, '--data', data], '> /dev/full');
      assert.match(stderr, /^[^\n]*write to standard output: ENOSPC[^\n]*\nexit code 3\n$/, command.join(' '));
    }
  });

  it('prove --out with a folder’s name leaves nothing beside it', async () => {
    const out = join(folder, 'out');
    await mkdir(join(out, 'taken'), { recursive: true });
    const { status, stderr } = await affidavit(['prove', '0', '--data', data, '--out', join(out, 'taken')]);
    assert.deepEqual([status, messageLines(stderr).length], [3, 1]);
    assert.match(stderr, /taken is a folder: name a file in it/);
    assert.deepEqual(await readdir(out), ['taken']);
  });

  it('an unproven verification with --json prints nothing but JSON', async () => {
    const elsewhere = join(folder, 'elsewhere');
    const args = ['verify', join(data, 'ledger'), '--data', elsewhere];
    const json = await affidavit([...args, '--json']);
    assert.equal(json.status, 3);
    assert.equal((JSON.parse(json.stdout) as { trusted: boolean }).trusted, false);
    const { error } = JSON.parse(json.stderr) as { error: Record<string, string> };
    assert.equal(error['code'], 'unproven');
    const text = await affidavit(args);
    assert.equal(text.stderr, `affidavit: ${error['message']}\n`);
  });
});
