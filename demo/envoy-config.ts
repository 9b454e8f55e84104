import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

/** The shipped configurations, and `none`: the same Envoy without recording filter, access log and counters, to compare with. */
export type EnvoyProfile = 'observe' | 'inline' | 'strict' | 'strict-tls' | 'none';

/** Ports on 127.0.0.1 that take the place of those in the file; what is left out stays as it is. */
export interface EnvoyPorts {
  listener?: number;
  admin?: number;
  /** Of the recorder: ext_proc. Not for `none`. */
  recorder?: number;
  /** Of further recorders beside that one: each an endpoint of both clusters, with a health check. */
  moreRecorders?: readonly number[];
  /** Of the access-log service; that of the recorder by default. */
  accessLog?: number;
  orders?: number;
  ordersGrpc?: number;
  payments?: number;
  paymentsGrpc?: number;
}

/** What is derived from a shipped configuration. */
export interface EnvoyConfigOptions {
  profile: EnvoyProfile;
  ports: EnvoyPorts;
  /** Takes the place of the folder `/etc/affidavit/tls/` of the certificates. */
  tlsFolder?: string;
  /** Without access log and counters: the recordings alone, of which nobody can say then whether they are all. */
  uncertified?: boolean;
  /** Node id, so that several Envoys can be told apart in the records. */
  nodeId?: string;
  /** Folder of the configurations; the shipped ones by default. */
  folder?: string;
}

type Fields = Record<string, unknown>;

const FOLDER = join(import.meta.dirname, '..', 'envoy');
const TLS_FOLDER = '/etc/affidavit/tls/';
const RECORDER_CLUSTERS = ['affidavit-recorder', 'affidavit-access-log'];
const FILTER = 'affidavit';
const ACCESS_LOG = 'envoy.access_loggers.http_grpc';
const COUNTERS = 'envoy.stat_sinks.metrics_service';

/** The path of a shipped configuration. `none` has no file of its own: it is made of `observe`. */
export function envoyConfigPath(profile: EnvoyProfile, folder = FOLDER): string {
  return join(folder, `${profile === 'none' ? 'observe' : profile}.yaml`);
}

/**
 * A shipped Envoy configuration as YAML text, with other ports. Throws when a place that something is to be put in, or
 * taken out of, isn't in the file.
 */
export function envoyConfig(options: EnvoyConfigOptions): string {
  const path = envoyConfigPath(options.profile, options.folder);
  const text = readFileSync(path, 'utf8');
  const config: unknown = parse(options.tlsFolder === undefined ? text : moveTls(text, options.tlsFolder, path));
  const place = new Place(config, path);
  replacePorts(place, options);
  if (options.nodeId !== undefined) place.at('node').set('id', options.nodeId);
  const { moreRecorders = [] } = options.ports;
  if (moreRecorders.length > 0) addRecorders(place, moreRecorders);
  if (options.profile === 'none') removeRecording(place);
  else if (options.uncertified === true) removeLists(place);
  return stringify(config, { aliasDuplicateObjects: false, lineWidth: 0 });
}

function moveTls(text: string, folder: string, path: string): string {
  if (!text.includes(TLS_FOLDER)) throw new Error(`${path}: nothing below ${TLS_FOLDER}`);
  return text.replaceAll(TLS_FOLDER, folder.endsWith('/') ? folder : `${folder}/`);
}

function replacePorts(place: Place, { ports, profile }: EnvoyConfigOptions): void {
  const listener = place.at('static_resources', 'listeners').named('recorded');
  listener.at('address', 'socket_address').setPort(ports.listener);
  place.at('admin', 'address', 'socket_address').setPort(ports.admin);
  const clusters = place.at('static_resources', 'clusters');
  const wanted: Record<string, number | undefined> = {
    orders: ports.orders,
    'orders-grpc': ports.ordersGrpc,
    payments: ports.payments,
    'payments-grpc': ports.paymentsGrpc,
    'affidavit-recorder': ports.recorder,
    'affidavit-access-log': ports.accessLog ?? ports.recorder,
  };
  for (const [name, port] of Object.entries(wanted)) {
    if (port !== undefined && profile === 'none' && RECORDER_CLUSTERS.includes(name)) continue;
    const endpoints = clusters.named(name).at('load_assignment', 'endpoints', 0, 'lb_endpoints', 0, 'endpoint');
    endpoints.at('address', 'socket_address').setPort(port);
  }
}

/** What envoy/README.md tells to do for several recorders. */
function addRecorders(place: Place, ports: readonly number[]): void {
  for (const name of RECORDER_CLUSTERS) {
    const cluster = place.at('static_resources', 'clusters').named(name);
    for (const port of ports)
      cluster.at('load_assignment', 'endpoints', 0, 'lb_endpoints').push({
        endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } },
      });
    cluster.add('health_checks', [HEALTH_CHECK]);
  }
}

const HEALTH_CHECK = {
  // A busy recorder answers late; one that is gone refuses at once.
  ...{ timeout: '5s', interval: '1s', no_traffic_interval: '1s' },
  ...{ unhealthy_threshold: 1, healthy_threshold: 1, grpc_health_check: {} },
};

function managerOf(place: Place): Place {
  const chain = place.at('static_resources', 'listeners').named('recorded').at('filter_chains', 0);
  return chain.at('filters').named('envoy.filters.network.http_connection_manager').at('typed_config');
}

function removeLists(place: Place): void {
  managerOf(place).at('access_log').removeNamed(ACCESS_LOG);
  place.at('stats_sinks').removeNamed(COUNTERS);
}

function removeRecording(place: Place): void {
  removeLists(place);
  managerOf(place).at('http_filters').removeNamed(FILTER);
  for (const name of RECORDER_CLUSTERS) place.at('static_resources', 'clusters').removeNamed(name);
}

/** A place in a parsed file; whatever isn't there is an error that says where. */
class Place {
  readonly #value: unknown;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    this.#value = value;
    this.#path = path;
  }

  at(...keys: (string | number)[]): Place {
    let value = this.#value;
    let path = this.#path;
    for (const key of keys) {
      path += ` ${key}`;
      value = isFields(value) || Array.isArray(value) ? (value as Fields)[key] : undefined;
      if (value === undefined) throw new Error(`${path}: not there`);
    }
    return new Place(value, path);
  }

  named(name: string): Place {
    const items = this.#list();
    const path = `${this.#path} "${name}"`;
    const found = items.filter((item) => isFields(item) && item['name'] === name);
    if (found.length !== 1) throw new Error(`${path}: found ${found.length} times, not once`);
    return new Place(found[0], path);
  }

  removeNamed(name: string): void {
    const items = this.#list();
    items.splice(items.indexOf(this.named(name).#value), 1);
  }

  set(key: string, value: unknown): void {
    if (!isFields(this.#value) || this.#value[key] === undefined) throw new Error(`${this.#path} ${key}: not there`);
    this.#value[key] = value;
  }

  add(key: string, value: unknown): void {
    if (!isFields(this.#value) || this.#value[key] !== undefined)
      throw new Error(`${this.#path} ${key}: there already`);
    this.#value[key] = value;
  }

  push(value: unknown): void {
    this.#list().push(value);
  }

  setPort(port: number | undefined): void {
    if (port === undefined) this.at('port_value');
    else this.set('port_value', port);
  }

  #list(): unknown[] {
    if (!Array.isArray(this.#value)) throw new Error(`${this.#path}: not a list`);
    return this.#value as unknown[];
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
