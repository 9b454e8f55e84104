import { access, constants, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScriptError, UsageError } from '../scripts/processes.ts';
import { nodeFiles } from '../src/runtime/index.ts';

/** The system's code (`EACCES`) of what was thrown, where it is such an error; its message elsewhere. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return 'code' in thrown && typeof thrown.code === 'string' && /^E[A-Z]+$/.test(thrown.code)
    ? thrown.code
    : thrown.message;
}

/** What lies there from another run would count as this one's. @throws UsageError */
export async function checkEmpty(directory: string): Promise<void> {
  const names = await readdir(directory).catch((thrown: unknown) => {
    const reason = reasonOf(thrown);
    if (reason === 'ENOENT') return [];
    throw new UsageError(`--data ${directory} can't be used: ${reason}`, { cause: thrown });
  });
  if (names.length > 0) throw new UsageError(`--data ${directory} is not empty: name a new folder`);
}

/** Makes the folder of `--data` when it isn't there. @throws ScriptError where nothing can be written */
export async function makeWritable(directory: string): Promise<void> {
  try {
    // Not mkdir itself, which never ends where the system makes all the folders.
    await nodeFiles.makeDirectory(directory);
    await access(directory, constants.W_OK);
  } catch (thrown) {
    throw new ScriptError(`--data ${directory} can't be written to: ${reasonOf(thrown)}`, { cause: thrown });
  }
}

/** A new temporary folder. @throws ScriptError where none can be made */
export async function makeScratch(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'affidavit-demo-'));
  } catch (thrown) {
    throw new ScriptError(`no temporary folder can be made in ${tmpdir()}: ${reasonOf(thrown)}`, { cause: thrown });
  }
}
