import { clashes, LAST_PORT, portRow } from '../config/index.ts';
import type { Config, Listener, PortRow } from '../config/index.ts';
import { AffidavitError } from '../record/index.ts';
import type { Logger } from '../runtime/index.ts';

/** What a process of each role listens with, beside its telemetry. */
const SERVED: Readonly<Record<string, readonly Listener[]>> = {
  up: ['capture', 'ledger'],
  recorder: ['capture'],
  accesslog: ['accessLog'],
  ledger: ['ledger'],
};

/** @throws config.invalid where a process would have to listen on one port twice */
export function checkServed(config: Config, role: string): void {
  refuseClashes([...(SERVED[role] ?? []), 'telemetry' as const].map((listener) => portRow(config, listener)));
}

/** @throws config.invalid where so many recorders on one machine would have to share a port, or there are not so many ports */
export function checkRows(config: Config, processes: number): void {
  const rows = rowsOf(config, processes);
  for (const row of rows)
    if (row !== undefined && row.last > LAST_PORT)
      throw new AffidavitError('config.invalid', `${row.setting} ${row.first} leaves no ${processes} ports in a row`);
  refuseClashes(rows);
}

/** How many recorders can run on one machine. */
export function mostProcesses(config: Config, most: number): number {
  const fits = (count: number): boolean => {
    const rows = rowsOf(config, count);
    return clashes(rows).length === 0 && rows.every((row) => row === undefined || row.last <= LAST_PORT);
  };
  let count = 1;
  while (count < most && fits(count + 1)) count += 1;
  return count;
}

/** What else of Affidavit could not be started beside so many recorders; on another machine it can. */
export function warnOfNeighbours(config: Config, processes: number, logger: Logger): void {
  for (const row of rowsOf(config, processes))
    for (const listener of ['accessLog', 'ledger'] as const)
      for (const [ours, other] of clashes([row, portRow(config, listener)]))
        logger.warn(
          { [ours.setting]: `${ours.first} to ${ours.last}`, [other.setting]: other.first },
          `the ports of the recorders take ${other.setting}: on this machine set that, or ${ours.setting}, to another one`,
        );
}

function rowsOf(config: Config, processes: number): (PortRow | undefined)[] {
  return (['capture', 'telemetry'] as const).map((listener) => portRow(config, listener, processes));
}

function refuseClashes(rows: readonly (PortRow | undefined)[]): void {
  const [pair] = clashes(rows);
  if (pair === undefined) return;
  const [one, other] = pair.map(
    ({ setting, first, last }) => `${setting} (${first === last ? first : `${first} to ${last}`})`,
  );
  throw new AffidavitError(
    'config.invalid',
    `${one} and ${other} share a port on the same address: set one of them to another`,
  );
}
