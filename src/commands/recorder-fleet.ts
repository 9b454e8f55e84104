import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Config } from '../config/index.ts';
import { encodeBase64 } from '../proof/index.ts';
import { AffidavitError } from '../record/index.ts';
import { nodeFiles, pause, systemClock } from '../runtime/index.ts';
import type { Logger } from '../runtime/index.ts';
import { EXIT, placesOf } from './context.ts';
import { Fleet, MAX_PROCESSES } from './fleet.ts';
import type { Member } from './fleet.ts';
import { pinnedKeys } from './pinned.ts';
import { checkRows, mostProcesses, warnOfNeighbours } from './served-ports.ts';
import { untilAsked } from './signals.ts';
import { ownRootKey } from './trust.ts';

/** Folder, below that of the first process, of the others. */
const FOLDER = 'recorders';
/** What a process needs to end beyond what it is given for open calls and a disk that hangs: health checks, broker, streams. */
const ENDING_MS = 60_000;

/**
 * What differs for process number `slot` of a recorder, as variables of its environment: each is a producer of its own,
 * with a folder, a key and a port. The first is the recorder that runs without the others.
 */
export async function slotEnvironment(config: Config, slot: number): Promise<Record<string, string>> {
  const { data, ingestKeys } = placesOf(config);
  const port = String(config.capture.port + slot);
  const telemetry = telemetryOf(config, slot);
  if (slot === 0) return { AFFIDAVIT_DATA_DIR: data, AFFIDAVIT_CAPTURE_PORT: port, ...telemetry };
  const below = (folder: string): string => join(folder, FOLDER, String(slot));
  const rootKey = (await pinnedKeys(config)).rootKey ?? (await ownRootKey(config));
  return {
    AFFIDAVIT_DATA_DIR: below(data),
    AFFIDAVIT_CAPTURE_PORT: port,
    ...telemetry,
    AFFIDAVIT_SEAL_INGEST_KEYS_FILE: ingestKeys,
    ...(config.keysDir === '' ? {} : { AFFIDAVIT_KEYS_DIR: below(config.keysDir) }),
    ...(config.spool.directory === '' ? {} : { AFFIDAVIT_SPOOL_DIRECTORY: below(config.spool.directory) }),
    ...(rootKey === undefined ? {} : { AFFIDAVIT_TRUST_ROOT_KEY: encodeBase64(rootKey) }),
  };
}

/** Each serves on a port of its own, in a row; port 0 is a free one for each. */
function telemetryOf({ telemetry: { address } }: Config, slot: number): Record<string, string> {
  const [, host, port] = /^(.*):(\d+)$/.exec(address) ?? [];
  if (host === undefined || port === undefined) return {};
  return { AFFIDAVIT_TELEMETRY_ADDRESS: `${host}:${port === '0' ? 0 : Number(port) + slot}` };
}

/**
 * Runs `count` recorder processes until asked to end, SIGTTIN adding one and SIGTTOU draining one. Resolves once
 * all have ended in order. @throws usage for a count out of bounds, config.invalid when there are not so many ports;
 * io.failed or config.invalid when a process failed
 */
export async function runFleet(
  config: Config,
  count: number,
  configFile: string | undefined,
  logger: Logger,
): Promise<void> {
  if (count < 1 || count > MAX_PROCESSES)
    throw new AffidavitError('usage', `--processes ${count}: from 1 to ${MAX_PROCESSES}`);
  if (config.capture.port === 0)
    throw new AffidavitError('config.invalid', `capture.port 0 leaves no ${count} ports in a row`);
  checkRows(config, count);
  const asked = untilAsked();
  await warnOfOthers(config, count, logger);
  warnOfNeighbours(config, count, logger);
  const environments = await Promise.all(
    Array.from({ length: MAX_PROCESSES }, (_, slot) => slotEnvironment(config, slot)),
  );
  const fleet = new Fleet({
    start: (slot) => {
      logger.info({ process: slot, port: config.capture.port + slot }, 'a recorder is started');
      return startMember(environments[slot] ?? {}, configFile);
    },
    pause,
    clock: systemClock,
    logger,
    mostProcesses: mostProcesses(config, MAX_PROCESSES),
    killAfterMs: config.capture.drainTimeoutMs + 2 * config.spool.hungAfterMs + ENDING_MS,
  });
  const change = (by: number) => (): void => {
    const before = fleet.size;
    fleet.resize(before + by);
    if (fleet.size === before)
      logger.warn({ processes: before }, `there can be no ${by > 0 ? 'more' : 'fewer'} recorders`);
    else logger.info({ processes: fleet.size }, by > 0 ? 'one recorder more' : 'one recorder less: it drains');
  };
  process.on('SIGTTIN', change(1)).on('SIGTTOU', change(-1));
  fleet.resize(count);
  await Promise.race([asked, fleet.hopeless]);
  const code = await fleet.end();
  if (code !== 0)
    throw new AffidavitError(
      code === EXIT.usage ? 'config.invalid' : 'io.failed',
      `a recorder process ended with exit code ${code}: what it said above tells why`,
    );
}

/** What a process that is run no more has not published stays in its spool. */
async function warnOfOthers(config: Config, count: number, logger: Logger): Promise<void> {
  const folder = join(placesOf(config).data, FOLDER);
  const others = (await nodeFiles.list(folder)).filter((name) => Number(name) >= count);
  if (others.length === 0) return;
  const processes = Math.max(...others.map(Number)) + 1;
  logger.warn(
    { folder, others, processes },
    'there are folders of recorders that are not started: what they have not published yet stays there until they are',
  );
}

function startMember(environment: Readonly<Record<string, string>>, configFile: string | undefined): Member {
  const program = process.argv[1] ?? '';
  const options = configFile === undefined ? [] : ['--config', configFile];
  const child = spawn(process.execPath, [...process.execArgv, program, 'recorder', ...options], {
    env: { ...process.env, ...environment },
    // By its end a process notices that whoever started it is gone, and ends in order: nobody would keep it any more.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  let asked = false;
  const gone = new Promise<number | undefined>((resolve) => {
    child.once('exit', (code, signal) => {
      // A process takes the request itself from its first moments on: one that it ended had nothing open yet.
      resolve(code ?? (asked && signal === 'SIGTERM' ? 0 : undefined));
    });
    child.once('error', () => {
      resolve(undefined);
    });
  });
  return {
    end: () => {
      asked = true;
      child.kill('SIGTERM');
    },
    kill: () => {
      child.kill('SIGKILL');
    },
    gone,
  };
}
