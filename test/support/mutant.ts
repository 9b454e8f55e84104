import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../scripts/processes.ts';

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
  const folder = await mkdtemp(join(tmpdir(), 'affidavit-mutant-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await cp(join(ROOT, 'src'), join(folder, 'src'), { recursive: true });
    await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const mutation of mutations) await mutate(folder, mutation);
    return { cli: join(folder, 'src', 'cli.ts'), remove };
  } catch (thrown) {
    await remove();
    throw thrown;
  }
}

async function mutate(folder: string, { file, from, to }: Mutation): Promise<void> {
  const path = join(folder, file);
  const parts = (await readFile(path, 'utf8')).split(from);
  if (parts.length !== 2) throw new Error(`${file}: found ${parts.length - 1} times, not once: ${from}`);
  await writeFile(path, parts.join(to));
}
