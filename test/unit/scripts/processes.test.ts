import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildOnce, freePort, runCommand, ScriptError, startService, tail } from '../../../scripts/processes.ts';

describe('scripts: processes and folders', () => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'affidavit-scripts-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  const script = (text: string): string[] => ['-e', text];

  it('tells a command that failed from one that does not exist', async () => {
    const failed = await runCommand(
      process.execPath,
      script('console.log("out"); console.error("err"); process.exit(3)'),
    );
    assert.deepEqual(failed, { status: 3, stdout: 'out\n', stderr: 'err\n' });
    const missing = await runCommand(join(dir, 'no-such-program'), []);
    assert.equal(missing.startError, 'ENOENT');
  });

  it('ends a command that takes too long', async () => {
    const result = await runCommand(process.execPath, script('setInterval(() => {}, 1000)'), { timeoutMs: 200 });
    assert.equal(result.status, null);
  });

  it('is not held up by the time limit of a command that does not exist', async () => {
    const module = JSON.stringify(import.meta.resolve('../../../scripts/processes.ts'));
    const text = `import { runCommand } from ${module}; await runCommand('no-such-program', [], { timeoutMs: 60_000 });`;
    const result = await runCommand(process.execPath, script(text), { cwd: dir, timeoutMs: 15_000 });
    assert.deepEqual(result, { status: 0, stdout: '', stderr: '' });
  });

  it('leaves nothing under the final name when a build fails, and nothing beside it', async () => {
    const target = join(dir, 'sub', 'tool');
    const failing = buildOnce(target, async (folder) => {
      await mkdir(join(folder, 'half'));
      throw new ScriptError('cut off');
    });
    await assert.rejects(failing, /cut off/);
    assert.deepEqual(readdirSync(join(dir, 'sub')), []);
  });

  it('builds once, and lets the first of two builders win', async () => {
    const target = join(dir, 'tool');
    const build = (text: string) => (folder: string) => {
      writeFileSync(join(folder, 'file'), text);
      return Promise.resolve();
    };
    await buildOnce(target, async (folder) => {
      await build('slow')(folder);
      await buildOnce(target, build('quick'));
    });
    await buildOnce(target, build('late'));
    assert.equal(readFileSync(join(target, 'file'), 'utf8'), 'quick');
    assert.deepEqual(readdirSync(dir), ['tool']);
  });

  it('says why a service ended, with the end of its log', async () => {
    const logFile = join(dir, 'log', 'service.log');
    const args = script('console.error("port in use"); process.exit(4)');
    const service = await startService('The service', process.execPath, args, { logFile });
    await assert.rejects(
      service.waitUntil(() => false, 10_000),
      /^ScriptError: The service ended \(exit code 4\): port in use /,
    );
  });

  it('insists when a service does not end on request', async () => {
    const logFile = join(dir, 'service.log');
    const args = script('process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)');
    const service = await startService('The service', process.execPath, args, { logFile });
    await service.waitUntil(() => readFileSync(logFile, 'utf8').includes('up'), 10_000);
    await service.stop(50);
    assert.equal(service.ended(), 'signal SIGKILL');
  });

  it('refuses a service that can not be started in one line', async () => {
    const starting = startService('The service', join(dir, 'nothing'), [], { logFile: join(dir, 'log') });
    await assert.rejects(starting, (error) => error instanceof ScriptError && !error.message.includes('\n'));
  });

  it('picks ports below those that the kernel gives to outgoing connections', async () => {
    const port = await freePort();
    assert.ok(port >= 20_000 && port < 32_000, String(port));
  });

  it('cuts the end of a log without the frames of a stack', () => {
    const log = 'first\nboom: no space\n\tat org.example.A.b(A.java:1)\n\n  at x.Y$z.run(Y.java:2)\nlast\n';
    assert.equal(tail(log, 2), 'boom: no space | last');
  });
});
