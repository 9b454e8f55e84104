import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RecordedLog } from '../../demo/recorded.ts';
import { ensureEnvoy } from '../../scripts/envoy.ts';
import { ensureKafka } from '../../scripts/kafka.ts';
import { ROOT, runCommand } from '../../scripts/processes.ts';
import { assertGoVerifies, buildGoVerifier } from '../support/go-verifier.ts';
import { ProcessGroups } from '../support/process-group.ts';
import type { Finished } from '../support/process-group.ts';
import { groupOf, RunningGroup } from '../support/running-group.ts';
import { requireOrSkip } from '../support/tools.ts';

const DEMO = join(ROOT, 'demo', 'main.ts');
const DEMO_TIMEOUT_MS = 150_000;
/** Less than the 10 s after which the demo insists by itself. */
const INSISTED_MS = 5_000;
/** What the demo makes when nothing else is said. */
const CALLS = 60;
/** Among what npm has started. */
const DEMO_ITSELF = 1;
const LAST_LINE = /^demo: (\d+) exchanges, (\d+) records, (\d+) verified, (\d+) missing, (\d+) leaked$/;

interface Totals {
  exchanges: number;
  records: number;
  verified: number;
  missing: number;
  leaked: number;
}

function totalsOf({ stdout, stderr }: Finished): Totals {
  const match = LAST_LINE.exec(stdout.trimEnd().split('\n').at(-1) ?? '');
  assert.ok(match, `${stdout}\n${stderr}`);
  const [exchanges = 0, records = 0, verified = 0, missing = 0, leaked = 0] = match.slice(1).map(Number);
  return { exchanges, records, verified, missing, leaked };
}

describe('npm run demo -- --once', function () {
  this.timeout(DEMO_TIMEOUT_MS + 30_000);
  const groups = new ProcessGroups();
  let folder = '';

  before(async function () {
    await requireOrSkip(this, 'envoy');
    // Here, since the demo says so when it has to fetch it.
    await ensureEnvoy();
    folder = await mkdtemp(join(tmpdir(), 'affidavit-e2e-'));
  });

  after(async () => {
    groups.end();
    if (folder !== '') await rm(folder, { recursive: true, force: true });
  });

  function demo(...args: string[]): Promise<Finished> {
    return groups.run([DEMO, '--once', ...args], DEMO_TIMEOUT_MS);
  }

  for (const profile of ['observe', 'inline', 'strict'])
    for (const bus of ['the embedded bus', 'Kafka'])
      it(`records, proves and leaks nothing in ${profile} with ${bus}`, async function () {
        if (bus === 'Kafka') {
          await requireOrSkip(this, 'kafka');
          await ensureKafka();
        }
        const finished = await demo('--profile', profile, ...(bus === 'Kafka' ? ['--kafka'] : []));
        const { records, ...totals } = totalsOf(finished);
        assert.deepEqual(totals, { exchanges: CALLS, verified: records, missing: 0, leaked: 0 }, finished.stdout);
        assert.ok(records > CALLS);
        assert.deepEqual([finished.code, finished.stderr], [0, '']);
      });

  it('ends with leaks found, and exit code 1, when the redactor does nothing', async () => {
    const cli = fileURLToPath(import.meta.resolve('../support/cli-without-redaction.ts'));
    const finished = await demo('--cli', cli);
    const { exchanges, missing, leaked } = totalsOf(finished);
    assert.equal(finished.code, 1);
    assert.deepEqual([exchanges, missing], [CALLS, 0]);
    assert.ok(leaked > CALLS, finished.stdout);
  });

  it('leaves, with --data, a log that a verifier in Go finds whole', async function () {
    const verifier = await buildGoVerifier(this, folder);
    const data = join(folder, 'data');
    const finished = await demo('--data', data);
    assert.equal(finished.code, 0, finished.stdout);
    const logKey = await logKeyOf(join(data, 'affidavit'));
    // The recorder says `draining` and `stopped` after the demo has counted.
    const size = await (await RecordedLog.open(join(data, 'affidavit'))).size();
    assert.ok(size >= totalsOf(finished).records);
    await assertGoVerifies(verifier, join(data, 'affidavit', 'ledger'), logKey, size);
  });
});

describe('npm run demo, ended by a signal', function () {
  this.timeout(DEMO_TIMEOUT_MS + 30_000);
  const demos: RunningGroup[] = [];
  let temporary = '';

  before(async function () {
    await requireOrSkip(this, 'envoy');
  });

  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'affidavit-e2e-'));
  });

  afterEach(async () => {
    for (const demo of demos.splice(0)) demo.killGroup();
    await rm(temporary, { recursive: true, force: true });
  });

  /** As somebody types it: through npm, which hands signals on. */
  function start(...args: string[]): RunningGroup {
    return startGroup('npm', 'run', '-s', 'demo', '--', ...args);
  }

  function startGroup(command: string, ...args: string[]): RunningGroup {
    // npm's own cache would be taken for something that the demo left.
    const environment = { ...process.env, TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: '1' };
    const demo = new RunningGroup(command, args, environment);
    demos.push(demo);
    return demo;
  }

  for (const [when, args, line, processes, signal, code] of [
    ['while it starts', ['--once'], /^Starting/m, 1, 'SIGTERM', 143],
    ['while it starts', ['--once'], /^Starting/m, 1, 'SIGINT', 130],
    ['while Kafka starts', ['--once', '--kafka'], /^Starting/m, 2, 'SIGTERM', 143],
    ['in the middle', ['--once'], /^Making/m, 2, 'SIGTERM', 143],
    ['in the middle', ['--once'], /^Making/m, 2, 'SIGINT', 130],
    ['in the middle', ['--once', '--kafka', '--profile', 'strict'], /^Making/m, 4, 'SIGTERM', 143],
    ['before it stays up', ['--profile', 'inline'], /^Making/m, 2, 'SIGTERM', 143],
  ] as const)
    it(`${args.join(' ')}, ${signal} ${when}: exit code ${code}, and nothing that it started is left`, async function () {
      if (args.some((arg) => arg === '--kafka')) await requireOrSkip(this, 'kafka');
      const demo = start(...args);
      const pids = await demo.until(line, DEMO_ITSELF + processes, DEMO_TIMEOUT_MS);
      demo.signalGroup(signal);
      assert.equal(await demo.ended, code, demo.output);
      assert.deepEqual(await readdir(temporary), []);
      assert.match(demo.output, new RegExp(`demo: interrupted by ${signal}\\n$`));
      assert.deepEqual(await demo.started(), []);
      assert.deepEqual(
        (await Promise.all(pids.map(groupOf))).filter((group) => group === demo.pid),
        [],
      );
    });

  it('who insists does not wait for what does not end', async () => {
    const demo = startGroup(process.execPath, DEMO, '--once');
    const pids = await demo.until(/^Making/m, 2, DEMO_TIMEOUT_MS);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    const asked = performance.now();
    const insisting = setInterval(() => {
      if (demo.isRunning) demo.signal('SIGINT');
    }, 100);
    try {
      assert.equal(await demo.ended, 130, demo.output);
    } finally {
      clearInterval(insisting);
    }
    assert.match(demo.output, /^Stopping/m);
    assert.ok(performance.now() - asked < INSISTED_MS);
    assert.deepEqual(await demo.started(), []);
    assert.deepEqual(await readdir(temporary), []);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    it(`${signal} while it stays up: that is how it ends, with a last line that counts calls made meanwhile`, async () => {
      const demo = start();
      await demo.until(/stays up until Ctrl-C/, DEMO_ITSELF + 2, DEMO_TIMEOUT_MS);
      const [, url = ''] = /curl -s (http:\S+orders\S+)/.exec(demo.output) ?? [];
      // The call that it proposes, twice.
      for (const host of ['orders', 'orders']) await ask(url, host);
      demo.signalGroup(signal);
      assert.equal(await demo.ended, 0, demo.output);
      const { records, ...totals } = totalsOf({ code: 0, stdout: demo.output, stderr: '' });
      assert.deepEqual(totals, { exchanges: CALLS + 2, verified: records, missing: 0, leaked: 0 });
      assert.deepEqual(await demo.started(), []);
    });
});

function ask(url: string, host: string): Promise<void> {
  return new Promise((done, fail) => {
    request(url, { headers: { host } }, (response) => response.resume().once('end', done))
      .once('error', fail)
      .end();
  });
}

async function logKeyOf(data: string): Promise<string> {
  const args = [join(ROOT, 'src', 'cli.ts'), 'keys', '--json', '--data', data];
  const { stdout } = await runCommand(process.execPath, args, { timeoutMs: DEMO_TIMEOUT_MS });
  return (JSON.parse(stdout) as { logKey: string }).logKey;
}
