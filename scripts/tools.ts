import { isMain, runCommand, runMain, ScriptError, tail } from './processes.ts';

/** Major version that `java -version` prints (8 for `1.8.0`), or undefined when there is none in it. */
export function javaMajor(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** A program beyond Node that tests need: how to see that it is there, and which Debian packages bring it. */
interface Tool {
  readonly what: string;
  readonly packages: readonly string[];
  readonly probe: readonly [command: string, ...args: string[]];
  readonly accepts?: (output: string) => boolean;
}

const TOOLS = {
  python: { what: 'Python 3 with pip', packages: ['python3', 'python3-pip'], probe: ['python3', '-m', 'pip', '-V'] },
  java: {
    what: 'Java 17 or later',
    packages: ['openjdk-17-jre-headless'],
    probe: ['java', '-version'],
    accepts: (output: string) => (javaMajor(output) ?? 0) >= 17,
  },
  maven: { what: 'Maven', packages: ['maven'], probe: ['mvn', '-v'] },
  strace: { what: 'strace', packages: ['strace'], probe: ['strace', '-V'] },
  cc: { what: 'a C compiler', packages: ['gcc', 'libc6-dev'], probe: ['cc', '--version'] },
  go: { what: 'Go', packages: ['golang-go'], probe: ['go', 'version'] },
  chromium: { what: 'Chromium', packages: ['chromium'], probe: ['chromium', '--version'] },
} as const satisfies Record<string, Tool>;

/** Names of the programs that tests may ask for. */
export type ToolName = keyof typeof TOOLS;

const PROBE_TIMEOUT_MS = 60_000;
const INSTALL_TIMEOUT_MS = 10 * 60_000;

/** Whether a program is there, and new enough. */
export async function hasTool(name: ToolName): Promise<boolean> {
  const tool: Tool = TOOLS[name];
  const [command, ...args] = tool.probe;
  const result = await runCommand(command, args, { timeoutMs: PROBE_TIMEOUT_MS });
  return result.status === 0 && (tool.accepts?.(result.stdout + result.stderr) ?? true);
}

async function missingOf(names: readonly ToolName[]): Promise<ToolName[]> {
  const found = await Promise.all(names.map(hasTool));
  return names.filter((_, index) => found[index] === false);
}

/** The one line that says what is missing and what to install. */
export function missingLine(missing: readonly ToolName[]): string {
  const packages = missing.flatMap((name) => TOOLS[name].packages).join(' ');
  return `missing: ${missing.map((name) => TOOLS[name].what).join(', ')} (on Debian: apt-get install ${packages})`;
}

async function aptGet(args: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = await runCommand('apt-get', ['-q', '-y', ...args], { env, timeoutMs: INSTALL_TIMEOUT_MS });
  if (result.status !== 0) throw new ScriptError(`apt-get ${args[0] ?? ''} failed: ${tail(result.stderr, 2)}`);
}

async function canInstall(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  return (await runCommand('apt-get', ['--version'], { timeoutMs: PROBE_TIMEOUT_MS })).status === 0;
}

/**
 * Makes sure that programs are there: what is missing is installed from Debian's packages when we are root on a machine
 * that has them. Throws a {@link ScriptError} that says in one line what to install otherwise.
 */
export async function requireTools(names: readonly ToolName[]): Promise<void> {
  let missing = await missingOf(names);
  if (missing.length === 0) return;
  if (await canInstall()) {
    const packages = missing.flatMap((name) => TOOLS[name].packages);
    console.error(`setup: installing ${packages.join(' ')} from Debian's packages`);
    await aptGet(['update']);
    await aptGet(['install', '--no-install-recommends', ...packages]);
    missing = await missingOf(missing);
  }
  if (missing.length > 0) throw new ScriptError(missingLine(missing));
}

if (isMain(import.meta.url)) {
  await runMain('tools', async () => {
    const known = Object.keys(TOOLS) as ToolName[];
    const args = process.argv.slice(2);
    const asked = args.filter((arg) => arg !== '--install');
    const unknown = asked.filter((name) => !(name in TOOLS));
    if (unknown.length > 0) throw new ScriptError(`unknown: ${unknown.join(' ')} (known: ${known.join(' ')})`);
    const names = asked.length === 0 ? known : (asked as ToolName[]);
    // Looking must not change the machine: only who says so has packages installed.
    if (args.includes('--install')) return requireTools(names);
    const missing = await missingOf(names);
    if (missing.length > 0) throw new ScriptError(missingLine(missing));
  });
}
