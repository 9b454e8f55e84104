import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { ScriptError } from '../scripts/processes.ts';

/** Everything that is started from now on by this process, and itself, leaves the last core alone. @throws ScriptError */
export function leaveLastCore(): void {
  if (availableParallelism() < 2) throw new ScriptError('--one-core needs a machine with two cores or more');
  run('taskset', ['-a', '-p', '-c', `0-${availableParallelism() - 2}`, String(process.pid)]);
}

/** A process has a core to itself, with all its threads. */
export function giveCore(pid: number, core: number): void {
  run('taskset', ['-a', '-p', '-c', String(core), String(pid)]);
}

/** The process gets what the others leave. */
export function stepBack(pid: number): void {
  run('renice', ['-n', '19', '-p', String(pid)]);
}

function run(command: string, args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (error !== undefined) throw new ScriptError(`${command} is missing: install util-linux`);
  if (status !== 0) throw new ScriptError(`${command} ${args.join(' ')}: ${stderr.trim()}`);
}
