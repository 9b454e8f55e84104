import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RecordedLog } from '../../demo/recorded.ts';
import { ROOT, runCommand } from '../../scripts/processes.ts';
import { assertGoVerifies, buildGoVerifier } from '../support/go-verifier.ts';
import { ProcessGroups } from '../support/process-group.ts';
import type { Finished } from '../support/process-group.ts';

const DEMO = join(ROOT, 'demo', 'main.ts');
const DEMO_TIMEOUT_MS = 150_000;
/** What the demo makes when nothing else is said. */
const CALLS = 60;
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

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'affidavit-e2e-'));
  });

  after(async () => {
    groups.end();
    await rm(folder, { recursive: true, force: true });
  });

  function demo(...args: string[]): Promise<Finished> {
    return groups.run([DEMO, '--once', ...args], DEMO_TIMEOUT_MS);
  }

  for (const profile of ['observe', 'inline', 'strict'])
    for (const bus of ['the embedded bus', 'Kafka'])
      it(`records, proves and leaks nothing in ${profile} with ${bus}`, async () => {
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
    const verifier = await buildGoVerifier(folder);
    if (verifier === undefined) this.skip();
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

async function logKeyOf(data: string): Promise<string> {
  const args = [join(ROOT, 'src', 'cli.ts'), 'keys', '--json', '--data', data];
  const env = { ...process.env, AFFIDAVIT_ORIGIN: 'affidavit.local/demo' };
  const { stdout } = await runCommand(process.execPath, args, { env, timeoutMs: DEMO_TIMEOUT_MS });
  return (JSON.parse(stdout) as { logKey: string }).logKey;
}
