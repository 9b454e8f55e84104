import { isIPv4 } from 'node:net';

/** The last port that there is. */
export const LAST_PORT = 65_535;

/** What of a configuration says where something listens. */
export interface PortSettings {
  readonly capture: { readonly host: string; readonly port: number };
  readonly accessLog: { readonly host: string; readonly port: number };
  readonly ledger: { readonly host: string; readonly port: number };
  readonly telemetry: { readonly address: string };
}

/** What listens, by its section. */
export type Listener = keyof PortSettings;

/** Ports in a row that something listens on. */
export interface PortRow {
  /** The setting that says the first one. */
  readonly setting: string;
  readonly host: string;
  readonly first: number;
  readonly last: number;
}

/** The ports of so many processes; `undefined` for a free one each, or none. */
export function portRow(config: PortSettings, listener: Listener, processes = 1): PortRow | undefined {
  const row = (setting: string, host: string, first: number): PortRow | undefined =>
    first === 0 ? undefined : { setting, host, first, last: first + processes - 1 };
  if (listener !== 'telemetry') return row(`${listener}.port`, config[listener].host, config[listener].port);
  const [, host = '', port = '0'] = /^\[?(.*?)\]?:(\d+)$/.exec(config.telemetry.address) ?? [];
  return row('telemetry.address', host, Number(port));
}

/** True when two rows can't be served on one machine: a port of both, on one address or on each of them. */
export function clash(one: PortRow, other: PortRow): boolean {
  if (one.first > other.last || other.first > one.last) return false;
  return one.host === other.host || takes(one.host, other.host) || takes(other.host, one.host);
}

/** What a name means is not known here: it may be an address of either kind. */
function takes(host: string, other: string): boolean {
  return host === '::' || (host === '0.0.0.0' && isIPv4(other));
}

/** The pairs that clash, of what one machine is to serve. */
export function clashes(rows: readonly (PortRow | undefined)[]): [PortRow, PortRow][] {
  const known = rows.filter((row) => row !== undefined);
  return known
    .flatMap((one, index) => known.slice(index + 1).map((other): [PortRow, PortRow] => [one, other]))
    .filter((pair) => clash(...pair));
}
