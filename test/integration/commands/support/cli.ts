import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandResult, ROOT, runCommand, type Service, startService } from '../../../../scripts/processes.ts';

const CLI = join(ROOT, 'src', 'cli.ts');
const COMMAND_TIMEOUT_MS = 60_000;
const READY_TIMEOUT_MS = 60_000;

/** Settings of the processes that these tests start. */
export type Settings = Readonly<Record<string, string>>;

/** Free ports, and nothing of what the machine has set. */
export function environment(settings: Settings): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AFFIDAVIT_'));
  return {
    ...Object.fromEntries(inherited),
    AFFIDAVIT_CAPTURE_PORT: '0',
    AFFIDAVIT_LEDGER_PORT: '0',
    ...settings,
  };
}

/** Runs a command to its end, as a user would. */
export function affidavit(args: readonly string[], settings: Settings = {}): Promise<CommandResult> {
  const options = { env: environment(settings), timeoutMs: COMMAND_TIMEOUT_MS };
  return runCommand(process.execPath, [CLI, ...args], options);
}

/** A line of the log of a process. */
export type LogLine = Readonly<Record<string, unknown>>;

function isLogLine(line: string): boolean {
  return line.startsWith('{"level":');
}

/** The lines on standard error that are for a person: not the log. */
export function messageLines(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line !== '' && !isLogLine(line));
}

/** A command that runs until it is stopped. */
export class Running {
  readonly service: Service;

  protected constructor(service: Service) {
    this.service = service;
  }

  /** Starts `affidavit <command>` and waits for a message in its log. */
  static async run(command: string, data: string, ready: string, settings: Settings = {}): Promise<Running> {
    const running = new Running(await launch(command, data, settings));
    await running.service.waitUntil(() => running.line(ready) !== undefined, READY_TIMEOUT_MS);
    return running;
  }

  /** The first line of its log with a message. */
  line(message: string): LogLine | undefined {
    return this.lines().find(({ msg }) => msg === message);
  }

  /** Messages of its log at the level of a warning or above, with their reasons. */
  warnings(): string[] {
    return this.lines().flatMap(({ level, msg, reason }) =>
      Number(level) >= WARN_LEVEL ? [typeof reason === 'string' ? `${String(msg)}: ${reason}` : String(msg)] : [],
    );
  }

  private lines(): LogLine[] {
    const lines = readFileSync(this.service.logFile, 'utf8').split('\n').filter(isLogLine);
    return lines.map((line) => JSON.parse(line) as LogLine);
  }
}

/** pino's number for it. */
const WARN_LEVEL = 40;

function launch(command: string, data: string, settings: Settings): Promise<Service> {
  const args = [CLI, command, '--data', data];
  const logFile = join(data, '..', `${command}-${process.hrtime.bigint()}.log`);
  return startService(`affidavit ${command}`, process.execPath, args, { logFile, env: environment(settings) });
}

/** An `affidavit up` that runs. */
export class Up extends Running {
  /** Starts it and waits until it takes calls and serves the log. */
  static async start(data: string, settings: Settings = {}): Promise<Up> {
    const up = new Up(await launch('up', data, settings));
    await up.service.waitUntil(() => up.line('the ledger is open') !== undefined, READY_TIMEOUT_MS);
    return up;
  }

  /** Port for ext_proc streams. */
  get capturePort(): number {
    return Number(this.line('the recorder takes calls')?.['port']);
  }

  /** URL of the ledger. */
  get url(): string {
    return String(this.line('the ledger is open')?.['url']);
  }
}

/** A temporary folder that {@link removeFolders} removes. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'affidavit-cli-'));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];

/** Removes every folder that {@link temporaryFolder} made. */
export async function removeFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** The lines of an output, each read as JSON. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
