import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SuiteTotals, TOTALS_FILE_VARIABLE, totalsLine } from '../test/reporter.ts';
import { isMain, ROOT, runMain, ScriptError } from './processes.ts';
import {
  exitCodeOf,
  FULL_VARIABLE,
  type Plan,
  planSuites,
  type Suite,
  type SuiteEnd,
  suiteProblem,
  SUITES,
} from './suites.ts';
import { requireTools } from './tools.ts';

const MOCHA = join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js');
/** How long a process may go on after its last test, and how long after it was asked to end. */
const EXIT_GRACE_MS = 30_000;
const INTERRUPT_GRACE_MS = 5_000;
const POLL_MS = 500;

function hasTests(folder: string): boolean {
  const path = join(ROOT, 'test', folder);
  return existsSync(path) && readdirSync(path, { recursive: true }).some((name) => String(name).endsWith('.test.ts'));
}

function readTotals(file: string): SuiteTotals | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  // The reporter may be in the middle of writing it.
  if (!text.endsWith('}')) return undefined;
  return JSON.parse(text) as SuiteTotals;
}

/** Signals a suite's whole process group, so that what its tests started ends with it. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Watches a running suite; `reason` is set once it had to be ended. */
class Watch {
  reason: string | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #deadlineMs: number;
  #doneMs: number | undefined;

  constructor(suite: Suite, child: ChildProcess, totals: () => SuiteTotals | undefined) {
    this.#deadlineMs = Date.now() + suite.budgetMs;
    this.#timer = setInterval(() => {
      if (totals()?.done === true) this.#doneMs ??= Date.now();
      if (this.#doneMs !== undefined && Date.now() - this.#doneMs > EXIT_GRACE_MS) {
        this.#end(child, 'did not exit after its last test: something is still open');
      } else if (Date.now() > this.#deadlineMs) {
        this.#end(child, `took longer than its budget of ${suite.budgetMs / 1000} s`);
      }
    }, POLL_MS);
  }

  #end(child: ChildProcess, reason: string): void {
    this.reason = reason;
    this.close();
    // Mocha answers an interrupt by running the hooks that clean up.
    signalGroup(child, 'SIGINT');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), INTERRUPT_GRACE_MS);
    child.once('exit', () => {
      clearTimeout(timer);
    });
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

async function runSuite(suite: Suite, { mochaArgs, isFull }: Plan, folder: string): Promise<SuiteEnd> {
  const totalsFile = join(folder, `${suite.name}.json`);
  // The tests start many processes, each of which would strip the types of every file anew: half of a start.
  const NODE_COMPILE_CACHE = join(folder, 'compiled');
  const specs = suite.folders.map((folder) => `test/${folder}/**/*.test.ts`);
  const child = spawn(process.execPath, [MOCHA, ...mochaArgs, ...specs], {
    cwd: ROOT,
    env: {
      ...process.env,
      NODE_COMPILE_CACHE,
      [TOTALS_FILE_VARIABLE]: totalsFile,
      ...(isFull ? { [FULL_VARIABLE]: '1' } : {}),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const interrupt = (signal: NodeJS.Signals): void => {
    signalGroup(child, signal);
    process.exit(130);
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const watch = new Watch(suite, child, () => readTotals(totalsFile));
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('exit', done);
  });
  watch.close();
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  if (signalGroup(child, 'SIGKILL')) console.log(`  ${suite.name}: ended processes that its tests had left behind`);
  return { code, totals: readTotals(totalsFile), ...(watch.reason === undefined ? {} : { killed: watch.reason }) };
}

/** Installs or names what the suites need; tests whose tool is missing then skip or fail by themselves. */
async function prepareTools(suites: readonly Suite[]): Promise<void> {
  try {
    await requireTools([...new Set(suites.flatMap((suite) => suite.tools))]);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    console.log(`setup: ${error.message}`);
  }
}

/** Runs the suites one after another, prints the totals over all of them, and resolves to the exit code. */
async function runTests(args: readonly string[]): Promise<0 | 1> {
  const plan = planSuites(args, hasTests);
  const totals = { passed: 0, failed: 0, skipped: 0 };
  await prepareTools(plan.suites);
  const folder = mkdtempSync(join(tmpdir(), 'affidavit-test-'));
  try {
    for (const suite of plan.suites) {
      console.log(`${suite.name} (at most ${suite.budgetMs / 60_000} min)`);
      const startedMs = Date.now();
      const end = await runSuite(suite, plan, folder);
      const problem = suiteProblem(end);
      if (problem !== undefined) console.log(`  FAILED: ${suite.name} ${problem}`);
      totals.passed += end.totals?.passed ?? 0;
      totals.failed += (end.totals?.failed ?? 0) + (problem === undefined ? 0 : 1);
      totals.skipped += end.totals?.skipped ?? 0;
      console.log(`${suite.name}: ${((Date.now() - startedMs) / 1000).toFixed(1)} s\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const isCi = process.env['CI'] === 'true';
  if (isCi && totals.skipped > 0) console.log('skipped tests count as a failure in CI');
  console.log(totalsLine(totals));
  return exitCodeOf(totals, isCi);
}

const HELP = `
npm test -- [SUITE …] [--full] [options of mocha]

Runs the suites one after another, each within its time, and prints the totals over all of them.

  SUITE           of ${SUITES.map((suite) => suite.name).join(', ')} (default: all)
  --full          the full form of what has a short one: the fault suite
  --grep PATTERN  only tests whose name it matches, and any other option of mocha
`;

if (isMain(import.meta.url)) {
  await runMain('test', async () => {
    const args = process.argv.slice(2);
    if (args.includes('--help')) console.log(HELP.trim());
    else process.exitCode = await runTests(args);
  });
}
