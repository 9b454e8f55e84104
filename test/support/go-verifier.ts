import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Context } from 'mocha';
import { ROOT, runCommand } from '../../scripts/processes.ts';
import { requireOrSkip } from './tools.ts';

const BUILD_TIMEOUT_MS = 280_000;
const VERIFY_TIMEOUT_MS = 60_000;

/** Builds the verifier in Go into a folder; skips the test, or what the hook stands before, where there is no Go. */
export async function buildGoVerifier(context: Context, folder: string): Promise<string> {
  await requireOrSkip(context, 'go');
  const verifier = join(folder, 'verify');
  const built = await runCommand('go', ['build', '-buildvcs=false', '-o', verifier, '.'], {
    cwd: join(ROOT, 'test/go/verify'),
    env: { ...process.env, GOTOOLCHAIN: 'local' },
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  assert.equal(built.status, 0, built.stderr);
  return verifier;
}

/** Asserts that the verifier in Go finds a log of just this size whole, under this verifier key. */
export async function assertGoVerifies(verifier: string, log: string, logKey: string, size: number): Promise<void> {
  const { status, stdout, stderr } = await runCommand(verifier, [log, logKey], { timeoutMs: VERIFY_TIMEOUT_MS });
  assert.deepEqual([status, stdout, stderr], [0, `verified ${size} entries\n`, '']);
}
