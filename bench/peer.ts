import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import {
  buildOnce,
  freePort,
  isListening,
  ROOT,
  runCommand,
  ScriptError,
  type Service,
  startService,
  tail,
} from '../scripts/processes.ts';

const SOURCES = join(ROOT, 'bench', 'go');
const BUILD_TIMEOUT_MS = 10 * 60_000;
const READY_TIMEOUT_MS = 10_000;
/** Beyond what a load needs for its own end. */
const LOAD_LIMIT_MS = 30 * 60_000;

/** What a load came to; latencies in microseconds, as the client saw them. */
export interface LoadResult {
  readonly calls: number;
  readonly not2xx: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** The first few failures. */
  readonly errors: readonly string[];
  readonly seconds: number;
  readonly callsPerSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
}

/** What is to be called, and how. */
export interface LoadOptions {
  readonly url: string;
  readonly calls: number;
  /** Calls in flight, each begun when one ends (closed loop). */
  readonly inFlight: number;
  /** Calls begun a second whatever becomes of those before (open loop); 0 for a closed loop. */
  readonly ratePerSecond: number;
  readonly bodyBytes: number;
}

/** Path of the Go program of bench/go, built when its sources have changed. @throws ScriptError without a Go that can. */
export async function buildPeer(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of readdirSync(SOURCES).sort()) hash.update(name).update(readFileSync(join(SOURCES, name)));
  const folder = join(ROOT, '.cache', 'bench', hash.digest('hex').slice(0, 16));
  await buildOnce(folder, async (target) => {
    console.error('setup: building bench/go');
    const args = ['build', '-buildvcs=false', '-o', join(target, 'peer'), '.'];
    const env = { ...process.env, GOTOOLCHAIN: 'local' };
    const built = await runCommand('go', args, { cwd: SOURCES, env, timeoutMs: BUILD_TIMEOUT_MS });
    if (built.startError !== undefined)
      throw new ScriptError('Go is missing: install the version that bench/go/go.mod names');
    if (built.status !== 0) throw new ScriptError(`building bench/go failed: ${tail(built.stderr, 3)}`);
  });
  return join(folder, 'peer');
}

/** A server of the Go program: the service that is called, or the processor that does nothing. */
export async function startPeer(peer: string, command: 'upstream' | 'noop', directory: string): Promise<PeerServer> {
  const port = await freePort();
  const logFile = join(directory, `${command}.log`);
  const service = await startService(`peer ${command}`, peer, [command, '-port', String(port)], { logFile });
  await service.waitUntil(() => isListening(port), READY_TIMEOUT_MS);
  return { port, service };
}

/** A server of the Go program that listens. */
export interface PeerServer {
  readonly port: number;
  readonly service: Service;
}

/** Makes the calls, and resolves with what they came to. */
export async function runLoad(peer: string, options: LoadOptions): Promise<LoadResult> {
  const { url, calls, inFlight, ratePerSecond, bodyBytes } = options;
  const flags = { url, calls, 'in-flight': inFlight, rate: ratePerSecond, body: bodyBytes };
  const args = Object.entries(flags).map(([name, value]) => `-${name}=${value}`);
  const { status, stdout, stderr } = await runCommand(peer, ['load', ...args], { timeoutMs: LOAD_LIMIT_MS });
  if (status !== 0) throw new ScriptError(`the load failed: ${tail(stderr, 2)}`);
  return JSON.parse(stdout) as LoadResult;
}
