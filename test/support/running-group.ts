import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT } from '../../scripts/processes.ts';

const POLL_MS = 20;

/** A command that runs in a process group of its own, together with all that it starts: as a terminal starts it. */
export class RunningGroup {
  output = '';
  /** Its exit code, once it and whoever holds its output have ended. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = process.env) {
    this.#child = spawn(command, args, {
      cwd: ROOT,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.ended = new Promise((done, fail) => this.#child.once('error', fail).once('close', done));
  }

  get pid(): number {
    return this.#child.pid ?? assert.fail('it did not start');
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Process ids of what it started and runs now. */
  async started(): Promise<number[]> {
    const pids = (await readdir('/proc')).map(Number).filter((pid) => Number.isInteger(pid) && pid !== this.pid);
    const groups = await Promise.all(pids.map(groupOf));
    return pids.filter((_, index) => groups[index] === this.pid);
  }

  /** Waits for a line of its output, and until it has started so many processes; resolves with their ids. */
  async until(line: RegExp, processes: number, limitMs: number): Promise<number[]> {
    const deadline = Date.now() + limitMs;
    for (;;) {
      const pids = await this.started();
      if (line.test(this.output) && pids.length >= processes) return pids;
      assert.ok(Date.now() < deadline && this.isRunning, this.output);
      await delay(POLL_MS);
    }
  }

  /** Signals the command alone. */
  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Signals all of it, as Ctrl-C in a terminal does. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** Ends what is left of it. */
  killGroup(): void {
    try {
      this.signalGroup('SIGKILL');
    } catch (thrown) {
      assert.equal((thrown as NodeJS.ErrnoException).code, 'ESRCH');
    }
  }
}

/** Process group (proc(5): after the name in parentheses come state, parent and group); undefined when it is gone. */
export async function groupOf(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const [state, , group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? undefined : Number(group);
}
