import { ScriptError } from './processes.ts';
import type { ToolName } from './tools.ts';

/** A suite of tests: one mocha process with a budget of time. */
export interface Suite {
  readonly name: string;
  /** Folders of test/ that it runs; those that don't exist are left out. */
  readonly folders: readonly string[];
  /** It is ended, and counts as failed, when it takes longer: about twice what a quiet machine of two cores needs. */
  readonly budgetMs: number;
  /** The same for its full form, where it has one. */
  readonly fullBudgetMs?: number;
  /** What its tests need beyond Node. */
  readonly tools: readonly ToolName[];
}

const MINUTE_MS = 60_000;
/** Asks for the full form of what has a short one. */
const FULL_OPTION = '--full';
/** Set to `1` in the environment of tests that are to run in their full form; no setting, and so not named as one. */
export const FULL_VARIABLE = 'FULL_TESTS';

/** Every suite, in the order in which they run: what fails soonest comes first. */
export const SUITES: readonly Suite[] = [
  { name: 'unit', folders: ['unit', 'property'], budgetMs: 4 * MINUTE_MS, tools: [] },
  { name: 'simulation', folders: ['simulation'], budgetMs: 6 * MINUTE_MS, tools: [] },
  {
    name: 'integration',
    folders: ['integration'],
    budgetMs: 18 * MINUTE_MS,
    tools: ['python', 'java', 'maven', 'go'],
  },
  {
    name: 'fault',
    folders: ['fault'],
    budgetMs: 18 * MINUTE_MS,
    fullBudgetMs: 120 * MINUTE_MS,
    tools: ['python', 'java', 'maven', 'strace', 'cc'],
  },
  { name: 'e2e', folders: ['e2e'], budgetMs: 12 * MINUTE_MS, tools: ['python', 'java', 'maven', 'go'] },
];

/** What to run: the suites in their order, further arguments for mocha (`--grep` with its pattern), and in which form. */
export interface Plan {
  readonly suites: readonly Suite[];
  readonly mochaArgs: readonly string[];
  readonly isFull: boolean;
}

/**
 * Reads the arguments of `npm test --`: names of suites (none means all that have tests), then anything that starts with
 * a dash, with what follows it, for mocha; but `--full`, which asks for the full form of what has a short one. Throws a
 * {@link ScriptError} for an unknown suite or one without tests.
 *
 * @param hasTests whether a folder of test/ holds a test
 */
export function planSuites(given: readonly string[], hasTests: (folder: string) => boolean): Plan {
  const isFull = given.includes(FULL_OPTION);
  const args = given.filter((arg) => arg !== FULL_OPTION);
  const firstOption = args.findIndex((arg) => arg.startsWith('-'));
  const names = firstOption === -1 ? args : args.slice(0, firstOption);
  const mochaArgs = firstOption === -1 ? [] : joinNumbers(args.slice(firstOption));
  const unknown = names.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    const known = SUITES.map((suite) => suite.name).join(', ');
    throw new ScriptError(`no such suite: ${unknown.join(', ')} (there are ${known})`);
  }
  const suites = SUITES.filter((suite) => names.length === 0 || names.includes(suite.name))
    .map((suite) => ({
      ...suite,
      budgetMs: isFull ? (suite.fullBudgetMs ?? suite.budgetMs) : suite.budgetMs,
      folders: suite.folders.filter(hasTests),
    }))
    .filter((suite) => suite.folders.length > 0);
  const empty = names.filter((name) => !suites.some((suite) => suite.name === name));
  if (empty.length > 0) throw new ScriptError(`no tests in: ${empty.join(', ')}`);
  return { suites, mochaArgs, isFull };
}

/** `--seed 17` as `--seed=17`: mocha refuses a number that stands behind an option of ours as the name of a file. */
function joinNumbers(args: readonly string[]): string[] {
  return args.reduce<string[]>((joined, arg) => {
    const before = joined.at(-1);
    if (/^\d+$/.test(arg) && before?.startsWith('--') === true) joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
    return joined;
  }, []);
}

/** How a mocha process ended. */
export interface SuiteEnd {
  /** Its exit code, null when a signal ended it. */
  readonly code: number | null;
  /** Why it was ended by the runner, when it was. */
  readonly killed?: string;
  /** What its reporter counted, undefined when it never started a test. */
  readonly totals?: { passed: number; failed: number; skipped: number; running: string; done: boolean };
}

/**
 * Why a suite failed beyond the tests that its reporter counted as failed, in one line; undefined when it didn't. A
 * process that ends badly with every test passed (out of time, crashed, failed to load) must not count as passed.
 */
export function suiteProblem(end: SuiteEnd): string | undefined {
  const at = end.totals?.running ? `, in "${end.totals.running}"` : '';
  if (end.killed !== undefined) return `${end.killed}${at}`;
  if (end.totals?.done !== true) return `ended (${end.code ?? 'by a signal'}) before its tests had${at}`;
  if (end.code !== 0 && end.totals.failed === 0) return `exit code ${end.code ?? 'none'} though no test failed`;
  return undefined;
}

/** Exit code of the whole run: 0 only when tests passed, none failed and, in CI, none was skipped. */
export function exitCodeOf(totals: { passed: number; failed: number; skipped: number }, isCi: boolean): 0 | 1 {
  if (totals.failed > 0 || totals.passed === 0) return 1;
  return isCi && totals.skipped > 0 ? 1 : 0;
}
