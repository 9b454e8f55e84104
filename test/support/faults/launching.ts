import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Launch, ProcessName } from '../../../demo/system.ts';
import { SeededRandom } from '../seeded-random.ts';
import { makeTopics, Relay } from './relay.ts';
import type { Producing, Relaunch, RigOptions } from './types.ts';

/** How processes are started. */
export interface LaunchBook {
  /** Changes how processes are started from now on. */
  readonly relaunch: Map<ProcessName, Relaunch>;
  /** How each process was started the last time. */
  readonly launched: Map<ProcessName, Launch>;
}

const WRITTEN_TOPIC = 'fault.written';
const READ_TOPIC = 'fault.read';
/** Commands of processes. */
export const NAMES: Readonly<Record<Producing, ProcessName>> = {
  recorder: 'recorder',
  accessLog: 'accesslog',
  auditor: 'audit',
  ledger: 'ledger',
};

/** What the reckoning waits for comes sooner than with the shipped configurations: counters, and the end of calls that were left half-way. */
export function adjusted(config: string): string {
  return config
    .replace('stats_flush_interval: 5s', 'stats_flush_interval: 1s')
    .replaceAll('deferred_close_timeout: 30s', 'deferred_close_timeout: 8s');
}

/** Says how far ahead of the machine's the clock of a process is. */
export function clockFile(folder: string, name: ProcessName): string {
  return join(folder, `clock-of-${name}`);
}

/** Stands between the topic that is written to and the one that the ledger reads. */
export async function startRelay(broker: string, seed: number): Promise<Relay> {
  await makeTopics(broker, WRITTEN_TOPIC, READ_TOPIC);
  return Relay.start(broker, WRITTEN_TOPIC, READ_TOPIC, new SeededRandom(seed));
}

/** Every process has a clock that can be set, and what a fault asks for besides. */
export function relaunched(
  book: LaunchBook,
  folder: string,
  { relay }: RigOptions,
  name: ProcessName,
  plain: Launch,
): Launch {
  writeFileSync(clockFile(folder, name), '0');
  const topic = name === 'ledger' ? READ_TOPIC : WRITTEN_TOPIC;
  const env = {
    ...plain.env,
    STEPPED_CLOCK_FILE: clockFile(folder, name),
    ...(relay === true ? { AFFIDAVIT_BUS_KAFKA_TOPIC: topic } : {}),
  };
  const own = preloaded({ ...plain, env }, 'stepped-clock.mjs');
  const launch = book.relaunch.get(name)?.(own) ?? own;
  book.launched.set(name, own);
  return launch;
}

/** A process that loads a module of preload/ before its own. */
export function preloaded(launch: Launch, module: string): Launch {
  const path = join(import.meta.dirname, 'preload', module);
  return { ...launch, args: ['--import', path, ...launch.args] };
}
