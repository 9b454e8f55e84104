import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A condition that the user can mend; its message is one line and all that a command-line entry prints. */
export class ScriptError extends Error {
  override name = 'ScriptError';
  /** Exit code of the script that it ends. */
  readonly exitCode: number = 3;
}

/** What somebody asked for can't be done as it was said. */
export class UsageError extends ScriptError {
  override readonly exitCode = 2;
}

/** Top folder of the checkout. */
export const ROOT = resolve(import.meta.dirname, '..');

/** What a finished command left. `status` is null when it could not start or was ended by a signal. */
export interface CommandResult {
  status: number | null;
  stdout: string;
  stderr: string;
  /** `ENOENT` when there is no such command, undefined when it started. */
  startError?: string;
}

/** How a command is run: working folder, environment (default: ours) and how long it may take. */
export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs?: number;
}

const MAX_OUTPUT_CHARS = 4 * 1024 * 1024;

/** Runs a command to its end without a shell and without standard input; never rejects. Keeps the last 4 M characters. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer =
    options.timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.timeoutMs);
  const result: CommandResult = { status: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    result.stdout = (result.stdout + text).slice(-MAX_OUTPUT_CHARS);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    result.stderr = (result.stderr + text).slice(-MAX_OUTPUT_CHARS);
  });
  return new Promise((resolve) => {
    const done = (ended: CommandResult): void => {
      // spawn's own timeout stays behind when a command can't be started, and holds the process for so long.
      clearTimeout(timer);
      resolve(ended);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      done({ ...result, startError: error.code ?? error.message });
    });
    child.once('close', (status) => {
      done({ ...result, status });
    });
  });
}

/** The last `count` lines that are neither blank nor frames of a Java stack, joined by ` | `, for an error message of one line. */
export function tail(text: string, count: number): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !/^at [\w.$/@]+/.test(line))
    .slice(-count)
    .join(' | ');
}

/**
 * Builds the folder `target` once: `build` fills a new folder beside it, which is then renamed, so that a folder under
 * the final name is always whole. When another process was quicker, its result stays.
 */
export async function buildOnce(target: string, build: (folder: string) => Promise<void>): Promise<void> {
  if (existsSync(target)) return;
  await removeAbandoned(target);
  const folder = `${target}.${randomBytes(6).toString('hex')}.part`;
  await mkdir(folder, { recursive: true });
  try {
    await build(folder);
    await rename(folder, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const ABANDONED_AFTER_MS = 60 * 60_000;

/** Removes what earlier builds of `target` left when they were killed. */
async function removeAbandoned(target: string): Promise<void> {
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(target)}.`) || !name.endsWith('.part')) continue;
    const found = await stat(join(parent, name)).catch(() => undefined);
    if (found === undefined || Date.now() - found.mtimeMs < ABANDONED_AFTER_MS) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

/** A process that runs until it is told to end. Its output goes to `logFile`. */
export interface Service {
  readonly pid: number;
  readonly logFile: string;
  /** How the process ended (`exit code 1`, `signal SIGKILL`); undefined while it runs. */
  ended(): string | undefined;
  /** Asks it to end (SIGTERM), insists (SIGKILL) after `graceMs`, and waits until it is gone. */
  stop(graceMs?: number): Promise<void>;
  /** SIGKILL, and waits until it is gone. */
  kill9(): Promise<void>;
  /** Resolves once `isReady` says so. Throws a {@link ScriptError} with the log's tail when the process ends or time runs out. */
  waitUntil(isReady: () => boolean | Promise<boolean>, timeoutMs: number): Promise<void>;
}

const DEFAULT_GRACE_MS = 10_000;
const POLL_MS = 25;
const TAIL_LINES = 6;

class ChildService implements Service {
  readonly pid: number;
  readonly logFile: string;
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #gone: Promise<void>;
  #ended: string | undefined;

  constructor(name: string, child: ChildProcess, pid: number, logFile: string) {
    this.#name = name;
    this.#child = child;
    this.pid = pid;
    this.logFile = logFile;
    this.#gone = new Promise((done) => {
      child.once('exit', (code, signal) => {
        this.#ended = signal === null ? `exit code ${code ?? 0}` : `signal ${signal}`;
        done();
      });
    });
  }

  ended(): string | undefined {
    return this.#ended;
  }

  async stop(graceMs = DEFAULT_GRACE_MS): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.#gone;
    clearTimeout(timer);
  }

  async kill9(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#gone;
  }

  async waitUntil(isReady: () => boolean | Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await isReady())) {
      if (this.#ended !== undefined) throw new ScriptError(`${this.#name} ended (${this.#ended}): ${this.#logTail()}`);
      if (Date.now() > deadline) {
        await this.kill9();
        throw new ScriptError(`${this.#name} was not ready within ${timeoutMs} ms: ${this.#logTail()}`);
      }
      await delay(POLL_MS);
    }
  }

  #logTail(): string {
    return `${tail(readFileSync(this.logFile, 'utf8'), TAIL_LINES)} (${this.logFile})`;
  }
}

/**
 * Starts a process in this one's group, its output appended to `logFile`. Throws a {@link ScriptError} when the command
 * can't be started.
 */
export async function startService(
  name: string,
  command: string,
  args: readonly string[],
  options: { logFile: string; cwd?: string; env?: NodeJS.ProcessEnv },
): Promise<Service> {
  await mkdir(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a');
  try {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', log, log] });
    const service = child.pid === undefined ? undefined : new ChildService(name, child, child.pid, options.logFile);
    if (service === undefined) {
      const [error] = (await once(child, 'error')) as [Error];
      throw new ScriptError(`${name} could not start: ${error.message}`);
    }
    return service;
  } finally {
    closeSync(log);
  }
}

const SERVICE_PORTS = { from: 20_000, count: 12_000, attempts: 100 } as const;
/** Ports that were given out and may not be listened on yet. */
const givenPorts = new Set<number>();

/**
 * A TCP port on 127.0.0.1 that nothing listens on, below the range that the kernel gives to outgoing connections: so a
 * service that is killed finds its port still free when it starts again. Never the same one twice in a process.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < SERVICE_PORTS.attempts; attempt += 1) {
    const port = SERVICE_PORTS.from + (randomBytes(4).readUInt32BE() % SERVICE_PORTS.count);
    if (givenPorts.has(port)) continue;
    const server = createServer();
    const isFree = await new Promise<boolean>((done) => {
      server.once('error', () => {
        done(false);
      });
      server.listen(port, '127.0.0.1', () => {
        server.close(() => {
          done(true);
        });
      });
    });
    if (!isFree) continue;
    givenPorts.add(port);
    return port;
  }
  throw new ScriptError(`no free port found on 127.0.0.1 in ${SERVICE_PORTS.attempts} attempts`);
}

/** Whether something on 127.0.0.1 takes connections at a port. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

/** Whether the module with this `import.meta.url` is the one that was started. */
export function isMain(moduleUrl: string): boolean {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === fileURLToPath(moduleUrl);
}

/** Runs a command-line entry: its problems are one line on stderr and exit code 3; anything unforeseen keeps its stack. */
export async function runMain(name: string, main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    console.error(`${name}: ${error.message}`);
    process.exitCode = error.exitCode;
  }
}
