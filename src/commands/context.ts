import { join, resolve } from 'node:path';
import { MAX_CONFIG_BYTES, parseConfig } from '../config/index.ts';
import type { Config } from '../config/index.ts';
import { AffidavitError } from '../record/index.ts';
import { nodeFiles } from '../runtime/index.ts';

/** What commands know of the process they run in. */
export interface Context {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Writes a result: the only thing that goes to standard output. */
  print(text: string): void;
  /** Writes bytes of a result as they are; resolves when they are taken, so that no more than that waits. */
  write(bytes: Uint8Array): Promise<void>;
  /** Tells a person something beside the result: standard error. */
  say(text: string): void;
}

/** Options that every command has. */
export interface CommonOptions {
  config?: string;
  data?: string;
  json?: boolean;
}

/** Exit codes: fine, the evidence is bad (or content was given up), wrong usage, could not run. */
export const EXIT = { fine: 0, badEvidence: 1, givenUp: 1, usage: 2, failed: 3 } as const;

/** The exit code that an error stands for. */
export function exitCodeOf(error: AffidavitError): number {
  if (error.isEvidence) return EXIT.badEvidence;
  return error.code === 'usage' || error.code === 'config.invalid' ? EXIT.usage : EXIT.failed;
}

/** The configuration that a command runs with: `--config`, the environment, `--data`. @throws config.invalid, not_found */
export async function loadConfig(context: Context, options: CommonOptions): Promise<Config> {
  const name = options.config ?? context.environment['AFFIDAVIT_CONFIG'];
  const text = name === undefined || name === '' ? '' : new TextDecoder().decode(await readConfigFile(name));
  const config = parseConfig(text, context.environment, name === undefined || name === '' ? 'configuration' : name);
  return options.data === undefined ? config : { ...config, dataDir: options.data };
}

async function readConfigFile(name: string): Promise<Uint8Array> {
  try {
    return await nodeFiles.readFile(name, MAX_CONFIG_BYTES, true);
  } catch (thrown) {
    if (thrown instanceof AffidavitError && thrown.code === 'not_found')
      throw new AffidavitError('config.invalid', `there is no configuration file ${name}`, { cause: thrown });
    if (thrown instanceof AffidavitError && thrown.code === 'limit.exceeded')
      throw new AffidavitError('config.invalid', `the configuration file is too large: ${thrown.message}`, {
        cause: thrown,
      });
    throw thrown;
  }
}

/** Where things are kept. */
export interface Places {
  data: string;
  keys: string;
  ingestKeys: string;
  spool: string;
  ledger: string;
}

/** The folders that a configuration means, absolute. */
export function placesOf(config: Config): Places {
  const data = resolve(config.dataDir);
  const keys = config.keysDir === '' ? join(data, 'keys') : resolve(config.keysDir);
  return {
    data,
    keys,
    ingestKeys: config.seal.ingestKeysFile === '' ? join(keys, 'ingest.json') : resolve(config.seal.ingestKeysFile),
    spool: config.spool.directory === '' ? join(data, 'spool') : resolve(config.spool.directory),
    ledger: config.ledger.directory === '' ? join(data, 'ledger') : resolve(config.ledger.directory),
  };
}

/** The origin of the shard that a configuration means: each shard is a log of its own. */
export function shardOrigin(config: Config, shard: number = config.shard): string {
  return `${config.origin}/${shard}`;
}

/** Thrown when evidence is consistent but nothing that was pinned proves it: neither fine nor bad evidence. */
export class Unproven extends Error {
  override readonly name = 'Unproven';
}

/** Thrown when content could not be judged, so that nothing of it may be kept: neither fine nor a failure. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/** A count given as an option. @throws usage */
export function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new AffidavitError('usage', `not a count: ${text.slice(0, 80)}`);
}
