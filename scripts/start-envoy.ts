import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ensureEnvoy } from './envoy.ts';
import { type Service, startService } from './processes.ts';

/** An Envoy on this machine. */
export interface Envoy {
  /** `http://127.0.0.1:port` of its admin pages. */
  readonly adminUrl: string;
  readonly pid: number;
  /** Where it logs: `envoy.log` in its folder. */
  readonly logFile: string;
  /** Ends it in order (SIGTERM, after 10 s SIGKILL). */
  stop(): Promise<void>;
  /** Ends it as a crash would, and waits until it is gone. */
  kill9(): Promise<void>;
  /** Every counter and gauge by its name, as they are now. */
  stats(): Promise<Map<string, number>>;
}

/** How an Envoy is started. */
export interface EnvoyOptions {
  /** The configuration: path of a file, or its YAML text (told apart by the line break). */
  config: string;
  /** Folder for its log and, when the configuration is given as text, `envoy.yaml`; made when missing. */
  dir: string;
  /** Port of the admin pages on 127.0.0.1, in place of what the configuration says; a free one by default. */
  adminPort?: number;
  /** Worker threads; 2 by default. */
  concurrency?: number;
  /** Base id of the shared memory of hot restarts; without one, hot restart is off and any number may run. */
  baseId?: number;
  /** `trace` … `critical`; `warning` by default. */
  logLevel?: string;
  /** Its environment; ours by default. */
  env?: NodeJS.ProcessEnv;
  /** Further command-line arguments. */
  args?: readonly string[];
}

const READY_TIMEOUT_MS = 30_000;
const REQUEST_TIMEOUT_MS = 5_000;

/** Counters and gauges in the text of Envoy's `/stats` page; histograms and text readouts are left out. */
export function parseStats(text: string): Map<string, number> {
  const stats = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^(.+): (\d+)$/.exec(line.trimEnd());
    if (match?.[1] !== undefined) stats.set(match[1], Number(match[2]));
  }
  return stats;
}

async function get(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
  return response.text();
}

async function configPath(options: EnvoyOptions, dir: string): Promise<string> {
  if (!options.config.includes('\n')) return resolve(options.config);
  const path = join(dir, 'envoy.yaml');
  await writeFile(path, options.config);
  return path;
}

async function commandLine(options: EnvoyOptions, dir: string, addressFile: string): Promise<string[]> {
  const admin = { address: { socket_address: { address: '127.0.0.1', port_value: options.adminPort ?? 0 } } };
  const hotRestart = options.baseId === undefined ? ['--disable-hot-restart'] : ['--base-id', String(options.baseId)];
  return [
    ...['--config-path', await configPath(options, dir)],
    // Merged over the file, so that a configuration with a fixed admin port can run several times.
    ...['--config-yaml', JSON.stringify({ admin })],
    ...['--admin-address-path', addressFile],
    ...['--concurrency', String(options.concurrency ?? 2)],
    ...['--log-level', options.logLevel ?? 'warning'],
    ...hotRestart,
    ...(options.args ?? []),
  ];
}

class EnvoyProcess implements Envoy {
  readonly adminUrl: string;
  readonly pid: number;
  readonly logFile: string;
  readonly #service: Service;

  constructor(service: Service, adminUrl: string) {
    this.#service = service;
    this.adminUrl = adminUrl;
    this.pid = service.pid;
    this.logFile = service.logFile;
  }

  stop(): Promise<void> {
    return this.#service.stop();
  }

  kill9(): Promise<void> {
    return this.#service.kill9();
  }

  async stats(): Promise<Map<string, number>> {
    return parseStats(await get(`${this.adminUrl}/stats`));
  }
}

/**
 * Starts an Envoy and resolves once its admin page says LIVE. Throws a ScriptError with the log's tail when it ends
 * before that (a wrong configuration, a port in use).
 */
export async function startEnvoy(options: EnvoyOptions): Promise<Envoy> {
  const binary = await ensureEnvoy();
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true });
  const addressFile = join(dir, 'admin-address');
  await rm(addressFile, { force: true });
  const args = await commandLine(options, dir, addressFile);
  const service = await startService('Envoy', binary, args, {
    logFile: join(dir, 'envoy.log'),
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  let adminUrl = '';
  await service.waitUntil(async () => {
    if (!existsSync(addressFile)) return false;
    adminUrl = `http://${(await readFile(addressFile, 'utf8')).trim()}`;
    return (await get(`${adminUrl}/ready`).catch(() => '')).trim() === 'LIVE';
  }, READY_TIMEOUT_MS);
  return new EnvoyProcess(service, adminUrl);
}
