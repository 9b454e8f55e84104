import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, runCommand, tail } from '../../scripts/processes.ts';
import { TOTALS_FILE_VARIABLE } from '../reporter.ts';

/** A change of one place in a source file. */
export interface Mutation {
  /** Path below the checkout: `src/…`. */
  readonly file: string;
  /** What stands there, exactly once. */
  readonly from: string;
  readonly to: string;
}

/** A copy of the product with something in it that is wrong. */
export interface Mutant {
  /** Path of its `src/cli.ts`. */
  readonly cli: string;
  /** Removes it. */
  remove(): Promise<void>;
}

/**
 * Copies the product into a temporary folder and changes it there, so that a test can be seen to fail. Throws when the
 * text to be changed isn't found exactly once: then the mutation has outlived the code that it was made for.
 */
export async function mutantCli(...mutations: readonly Mutation[]): Promise<Mutant> {
  const { folder, remove } = await mutantFolder(PRODUCT, mutations);
  return { cli: join(folder, 'src', 'cli.ts'), remove };
}

/**
 * How many tests of a file fail in a copy of the checkout with something in it that is wrong.
 *
 * @param test path of the file below `test/` @param grep pattern for the names of the tests that are run; all when empty
 */
export async function failuresWith(mutation: Mutation, test: string, grep: string): Promise<number> {
  const { folder, remove } = await mutantFolder(CHECKOUT, [mutation]);
  try {
    const mocha = join(ROOT, 'node_modules', 'mocha', 'bin', 'mocha.js');
    const args = [mocha, ...(grep === '' ? [] : ['--grep', grep]), join('test', test)];
    // Its totals are for us, not for the run that this is a part of.
    const env = { ...process.env, [TOTALS_FILE_VARIABLE]: undefined };
    const { stdout, stderr } = await runCommand(process.execPath, args, {
      cwd: folder,
      env,
      timeoutMs: TESTS_LIMIT_MS,
    });
    // Tests that could not be loaded show nothing.
    const [, passed, failed] = /^([0-9]+) passed, ([0-9]+) failed/m.exec(stdout) ?? [];
    if (failed === undefined || Number(passed) + Number(failed) === 0)
      throw new Error(`no test of ${test} was run: ${tail(stdout + stderr, 6)}`);
    return Number(failed);
  } finally {
    await remove();
  }
}

/** Throws when the text to be changed isn't found exactly once in the checkout. */
export async function checkMutation(mutation: Mutation): Promise<void> {
  await mutated(ROOT, mutation);
}

const PRODUCT = ['src', 'package.json'];
const CHECKOUT = [...PRODUCT, 'test', 'scripts', 'demo', 'proto', 'envoy', '.mocharc.json', 'tsconfig.json'];
const TESTS_LIMIT_MS = 60_000;

async function mutantFolder(
  names: readonly string[],
  mutations: readonly Mutation[],
): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'affidavit-mutant-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    for (const name of names) await cp(join(ROOT, name), join(folder, name), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const mutation of mutations) await writeFile(join(folder, mutation.file), await mutated(folder, mutation));
    return { folder, remove };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

async function mutated(folder: string, { file, from, to }: Mutation): Promise<string> {
  const parts = (await readFile(join(folder, file), 'utf8')).split(from);
  if (parts.length !== 2) throw new Error(`${file}: found ${parts.length - 1} times, not once: ${from}`);
  return parts.join(to);
}
