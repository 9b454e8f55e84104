import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { runCommand, ScriptError, tail } from '../../scripts/processes.ts';
import { type Contender, cpuUs } from './measure.ts';

/** Versions that were seen to install and to find what is planted. */
const NPM_PEER = '@redactpii/node@1.0.17';
const PRESIDIO = 'presidio-analyzer==2.2.366';
const INSTALL_TIMEOUT_MS = 10 * 60_000;

async function installed(command: string, args: readonly string[]): Promise<void> {
  const { status, stderr, stdout, startError } = await runCommand(command, args, { timeoutMs: INSTALL_TIMEOUT_MS });
  if (startError !== undefined) throw new ScriptError(`${command} can't be started: ${startError}`);
  if (status !== 0) throw new ScriptError(`${command} ${args.at(-1) ?? ''}: ${tail(stderr || stdout, 1)}`);
}

/** What is used here of `@redactpii/node`. */
interface RedactPii {
  readonly Redactor: new () => { redact(text: string): string };
}

/** The npm peer, in this process, with all of its patterns, from bytes to bytes as ours. @throws ScriptError when it can't be installed. */
async function npmPeer(directory: string): Promise<Contender> {
  const folder = join(directory, 'npm');
  await mkdir(folder, { recursive: true });
  await installed('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, NPM_PEER]);
  const entry = join(folder, 'node_modules/@redactpii/node/lib/index.mjs');
  const { Redactor } = (await import(pathToFileURL(entry).href)) as RedactPii;
  const redactor = new Redactor();
  const redact = (bytes: Uint8Array): Buffer => Buffer.from(redactor.redact(Buffer.from(bytes).toString('utf8')));
  return {
    name: NPM_PEER,
    time: (bodies) => {
      const start = cpuUs();
      for (const bytes of bodies) redact(bytes);
      return Promise.resolve(cpuUs() - start);
    },
    redact: (body) => Promise.resolve({ text: redact(body).toString('latin1'), counted: undefined }),
    close: () => undefined,
  };
}

interface PresidioAnswer {
  readonly cpuUs: number;
  readonly spans: readonly (readonly [start: number, end: number])[];
}

/** Asks the Python process; one question at a time. */
class PresidioClient {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string, undefined>;

  constructor(python: string) {
    this.#child = spawn(python, [join(import.meta.dirname, 'presidio.py')], { stdio: ['pipe', 'pipe', 'ignore'] });
    if (this.#child.stdout === null) throw new ScriptError('no output of Presidio');
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async line(): Promise<unknown> {
    const next = await this.#lines.next();
    if (next.done === true) throw new ScriptError('Presidio ended by itself');
    return JSON.parse(next.value);
  }

  async analyze(texts: readonly string[]): Promise<PresidioAnswer> {
    if (this.#child.stdin?.write(`${JSON.stringify({ texts })}\n`) === false) await once(this.#child.stdin, 'drain');
    return (await this.line()) as PresidioAnswer;
  }

  close(): void {
    this.#child.kill();
  }
}

function without(text: string, spans: PresidioAnswer['spans']): string {
  let [kept, position] = ['', 0];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (start > position) kept += `${text.slice(position, start)}#`;
    position = Math.max(position, end);
  }
  return kept + text.slice(position);
}

/** Presidio's recognisers by pattern, in a Python process. @throws ScriptError when they can't be installed. */
async function presidio(directory: string): Promise<Contender> {
  const folder = join(directory, 'python');
  await installed('python3', ['-m', 'venv', folder]);
  const python = join(folder, 'bin/python');
  await installed(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PRESIDIO]);
  const client = new PresidioClient(python);
  await client.line();
  return {
    name: PRESIDIO,
    time: async (bodies) => (await client.analyze(bodies.map((body) => Buffer.from(body).toString('utf8')))).cpuUs,
    redact: async (body) => {
      // Python counts characters of Unicode; one unit for each keeps its offsets ours.
      const text = Buffer.from(body)
        .toString('utf8')
        .replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, '?');
      const { spans } = await client.analyze([text]);
      return { text: Buffer.from(without(text, spans)).toString('latin1'), counted: spans.length };
    },
    close: () => {
      client.close();
    },
  };
}

/** The peers that can be had; what is missing is told to `warn` in one line each. */
export async function startPeers(directory: string, warn: (line: string) => void): Promise<Contender[]> {
  const peers: Contender[] = [];
  for (const start of [npmPeer, presidio]) {
    try {
      peers.push(await start(directory));
    } catch (thrown) {
      if (!(thrown instanceof ScriptError)) throw thrown;
      warn(`goes on without a peer: ${thrown.message}`);
    }
  }
  return peers;
}
