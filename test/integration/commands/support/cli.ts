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

/** An `affidavit up` that runs. */
export class Up {
  readonly service: Service;

  private constructor(service: Service) {
    this.service = service;
  }

  /** Starts it and waits until it takes calls and serves the log. */
  static async start(data: string, settings: Settings = {}): Promise<Up> {
    const args = [CLI, 'up', '--data', data];
    const logFile = join(data, '..', `up-${process.hrtime.bigint()}.log`);
    const up = new Up(
      await startService('affidavit up', process.execPath, args, { logFile, env: environment(settings) }),
    );
    await up.service.waitUntil(() => up.line('the ledger is open') !== undefined, READY_TIMEOUT_MS);
    return up;
  }

  /** The first line of its log with a message. */
  line(message: string): LogLine | undefined {
    const lines = readFileSync(this.service.logFile, 'utf8').split('\n').filter(isLogLine);
    return lines.map((line) => JSON.parse(line) as LogLine).find(({ msg }) => msg === message);
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
