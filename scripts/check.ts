import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readWords } from './arguments.ts';
import { type CommandResult, isMain, ROOT, runCommand, runMain } from './processes.ts';

/** One check: its name, and the program in node_modules/.bin with its arguments. */
interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
}

/** What all checks together may take; with the installation it is five minutes. */
const BUDGET_MS = 4 * 60_000;
const FOLDERS = ['src', 'demo', 'bench', 'scripts', 'test'];

function checks(): Check[] {
  const folders = FOLDERS.filter((folder) => existsSync(join(ROOT, folder)));
  return [
    { name: 'types (tsc)', command: ['tsc', '--noEmit', '--project', 'tsconfig.json'] },
    { name: 'lint (eslint)', command: ['eslint', '--max-warnings', '0', '.'] },
    { name: 'format (prettier)', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
    { name: 'imports (dependency-cruiser)', command: ['depcruise', '--config', '.dependency-cruiser.cjs', ...folders] },
    { name: 'unused code (knip)', command: ['knip', '--no-progress'] },
  ];
}

function failureText(result: CommandResult): string {
  if (result.startError !== undefined) return `could not start: ${result.startError}`;
  const text = `${result.stdout}${result.stderr}`.trim();
  return result.status === null
    ? `${text}\nended by a signal, or not done within the ${BUDGET_MS / 1000} s of all checks`
    : text;
}

/** Runs one check, prints its verdict in one line and, when it fails, what it found. */
async function runCheck(check: Check, deadlineMs: number): Promise<boolean> {
  const [program, ...args] = check.command;
  const startedMs = Date.now();
  const result = await runCommand(join(ROOT, 'node_modules', '.bin', program), args, {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: '1' },
    timeoutMs: Math.max(1, deadlineMs - startedMs),
  });
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
  const passed = result.status === 0;
  console.log(`${passed ? 'ok    ' : 'FAILED'}  ${check.name}  ${seconds} s`);
  if (!passed) console.log(`${failureText(result).replace(/^/gm, '    ')}\n`);
  return passed;
}

/** Runs every check, also after one that failed; resolves to whether all passed. */
async function runChecks(): Promise<boolean> {
  const deadlineMs = Date.now() + BUDGET_MS;
  let allPassed = true;
  for (const check of checks()) allPassed = (await runCheck(check, deadlineMs)) && allPassed;
  return allPassed;
}

const HELP = `
npm run check

Types, lint, format, import rules and unused code, one after another; exit code 1 when one of them fails.
`;

if (isMain(import.meta.url)) {
  await runMain('check', async () => {
    if (readWords('check', HELP, 0, process.argv.slice(2)) !== undefined)
      process.exitCode = (await runChecks()) ? 0 : 1;
  });
}
