import { type ChildProcess, spawn } from 'node:child_process';
import { ROOT } from '../../scripts/processes.ts';

/** What a command left. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Commands that start processes of their own: each runs in a group, so that nothing of it outlives {@link end}. */
export class ProcessGroups {
  private readonly children = new Set<ChildProcess>();

  /** Runs `node` with these arguments to its end; ends its whole group when that takes longer. */
  async run(args: readonly string[], timeoutMs: number): Promise<Finished> {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.children.add(child);
    const finished: Finished = { code: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (finished.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (finished.stderr += text));
    const timer = setTimeout(() => {
      endGroup(child);
    }, timeoutMs);
    try {
      const code = await new Promise<number | null>((done, fail) => {
        child.once('error', fail);
        child.once('close', done);
      });
      return { ...finished, code };
    } finally {
      clearTimeout(timer);
      endGroup(child);
      this.children.delete(child);
    }
  }

  /** Ends whatever still runs. */
  end(): void {
    for (const child of this.children) endGroup(child);
  }
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}
