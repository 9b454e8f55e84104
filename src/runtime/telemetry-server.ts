import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Meter } from '@opentelemetry/api';
import type { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { AffidavitError } from '../record/index.ts';
import { ConnectionBounds } from './connection-bounds.ts';
import type { Logger } from './logger.ts';
import type { Distribution, Reading, Telemetry } from './telemetry.ts';

/** Where telemetry goes, and who it is of. */
export interface TelemetryOptions {
  /** `host:port` on which `/metrics`, `/healthz` and `/readyz` are served; port 0 takes a free one, empty serves nothing. */
  readonly address: string;
  /** URL of an OpenTelemetry collector (OTLP over HTTP, JSON), `…/v1/metrics`; empty sends nothing. */
  readonly otlpUrl: string;
  readonly otlpIntervalMs: number;
  /** `recorder`, `ledger` …: OpenTelemetry's `service.name` is `affidavit-<role>`. */
  readonly role: string;
  readonly version: string;
  readonly logger: Logger;
}

/** Longest that one who asks may take, to ask and to read the answer: a slow reader must not keep the process from ending. */
const REQUEST_TIMEOUT_MS = 10_000;
/** How often it is looked who takes longer to ask. */
const LOOK_MS = 1_000;
const MAX_CONNECTIONS = 64;

type Checks = Map<string, () => string | undefined>;
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Telemetry that is served and sent. OpenTelemetry's packages are loaded here and not before: a command that needs none
 * doesn't pay for them. @throws port.in_use; config.invalid for an address that can't be listened on
 */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { provider, metrics } = await openMeters(options);
  const checks: Checks = new Map();
  const server = options.address === '' ? undefined : await serve(options, metrics, checks);
  const meter = provider.getMeter('affidavit', options.version);
  return {
    add: (readings) => {
      for (const reading of readings) addReading(meter, reading);
    },
    distribution: (name, description, bounds) => addDistribution(meter, name, description, bounds),
    addCheck: (name, check) => {
      checks.set(name, check);
    },
    close: async () => {
      server?.closeAllConnections();
      await new Promise<void>((resolve) => {
        if (server === undefined) resolve();
        else
          server.close(() => {
            resolve();
          });
      });
      // The last values are sent; a collector that is away is no reason to end otherwise than in order.
      await provider.shutdown().catch((thrown: unknown) => {
        options.logger.warn({ reason: String(thrown) }, 'the last metrics could not be sent');
      });
    },
  };
}

async function openMeters(options: TelemetryOptions) {
  const { MeterProvider, PeriodicExportingMetricReader: Reader } = await import('@opentelemetry/sdk-metrics');
  const { PrometheusExporter } = await import('@opentelemetry/exporter-prometheus');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const prometheus = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  const readers = [prometheus, ...(await otlpReaders(options, Reader))];
  const resource = resourceFromAttributes({
    'service.name': `affidavit-${options.role}`,
    'service.version': options.version,
  });
  const metrics: Answer = (request, response) => {
    prometheus.getMetricsRequestHandler(request, response);
  };
  return { provider: new MeterProvider({ resource, readers }), metrics };
}

async function otlpReaders(
  { otlpUrl, otlpIntervalMs }: TelemetryOptions,
  Reader: typeof PeriodicExportingMetricReader,
) {
  if (otlpUrl === '') return [];
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http');
  return [new Reader({ exporter: new OTLPMetricExporter({ url: otlpUrl }), exportIntervalMillis: otlpIntervalMs })];
}

function addReading(meter: Meter, reading: Reading): void {
  const { name, help: description, kind } = reading;
  const instrument =
    kind === 'counter'
      ? meter.createObservableCounter(name, { description })
      : meter.createObservableGauge(name, { description });
  instrument.addCallback((result) => {
    const found = reading.read();
    if (typeof found === 'number') result.observe(found);
    else for (const [labels, value] of found ?? []) result.observe(value, { ...labels });
  });
}

function addDistribution(meter: Meter, name: string, description: string, bounds: readonly number[]): Distribution {
  const advice = { explicitBucketBoundaries: [...bounds] };
  return meter.createHistogram(name, { description, advice });
}

async function serve({ address, logger, role }: TelemetryOptions, metrics: Answer, checks: Checks): Promise<Server> {
  const bounds = new ConnectionBounds(REQUEST_TIMEOUT_MS);
  const timing = { requestTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: LOOK_MS };
  const server = createServer(timing, (request, response) => {
    if (bounds.admit(request.socket, response)) answer(request, response, metrics, checks);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, address);
  const { address: host, port } = server.address() as AddressInfo;
  logger.info({ url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, role }, 'telemetry is served');
  return server;
}

function listen(server: Server, address: string): Promise<void> {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(new AffidavitError('port.in_use', `${address} is in use by another process`, { cause: error }));
      else reject(AffidavitError.from(error, 'config.invalid', `listening on ${address} (telemetry.address)`));
    });
    server.listen(Number(address.slice(colon + 1)), host, () => {
      resolve();
    });
  });
}

function answer(request: IncomingMessage, response: ServerResponse, metrics: Answer, checks: Checks): void {
  const path = (request.url ?? '').replace(/\?.*$/, '');
  if (request.method !== 'GET' && request.method !== 'HEAD') plain(response, 405, 'only GET\n');
  else if (path === '/metrics') metrics(request, response);
  else if (path === '/healthz') plain(response, 200, 'ok\n');
  else if (path === '/readyz') {
    const faults = [...checks].flatMap(([name, check]) => {
      const fault = check();
      return fault === undefined ? [] : [`${name}: ${fault}\n`];
    });
    plain(response, faults.length === 0 ? 200 : 503, faults.length === 0 ? 'ready\n' : faults.join(''));
  } else plain(response, 404, 'there is /metrics, /healthz and /readyz\n');
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end(text);
}
