import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envoyConfig, type EnvoyProfile } from '../../../../demo/envoy-config.ts';
import { freePort } from '../../../../scripts/processes.ts';
import { type Envoy, type EnvoyOptions, startEnvoy } from '../../../../scripts/start-envoy.ts';
import { AccessLog, type AccessLogEntry, type Exchange, KIND } from '../../../../src/record/index.ts';
import { Capture } from './capture.ts';

/** What stands in front of a service. */
export interface BehindOptions {
  readonly profile: EnvoyProfile;
  /** Of the recorder. */
  readonly capture?: Parameters<Capture['start']>[0];
  /** Changes the shipped configuration. */
  readonly change?: (config: string) => string;
  readonly envoy?: Partial<EnvoyOptions>;
}

/** A service, a real Envoy before it with a shipped configuration, and a recorder that records into memory. */
export class BehindEnvoy {
  readonly capture = new Capture();
  /** The service; its handlers may be changed. */
  readonly service: Server;
  readonly #options: BehindOptions;
  readonly #started: Envoy[] = [];
  #dir = '';
  #config = '';
  #listener = 0;

  private constructor(options: BehindOptions, serve: RequestListener) {
    this.#options = options;
    this.service = createServer(serve);
  }

  static async start(options: BehindOptions, serve: RequestListener): Promise<BehindEnvoy> {
    const behind = new BehindEnvoy(options, serve);
    await behind.#start();
    return behind;
  }

  async #start(): Promise<void> {
    this.service.listen(0, '127.0.0.1');
    await once(this.service, 'listening');
    const { port: orders } = this.service.address() as AddressInfo;
    const { port: recorder } = await this.capture.start(this.#options.capture);
    this.#listener = await freePort();
    this.#dir = await mkdtemp(join(tmpdir(), 'affidavit-behind-'));
    const ports = { orders, ordersGrpc: orders, payments: orders, paymentsGrpc: orders };
    const { profile, change } = this.#options;
    const shipped = envoyConfig({ profile, ports: { ...ports, listener: this.#listener, recorder } });
    this.#config = change === undefined ? shipped : change(shipped);
    await this.startEnvoy();
  }

  /** One more Envoy of the same configuration: after the last one has ended, or beside it. */
  async startEnvoy(more: Partial<EnvoyOptions> = {}): Promise<Envoy> {
    const dir = join(this.#dir, String(this.#started.length));
    const envoy = await startEnvoy({ config: this.#config, dir, ...this.#options.envoy, ...more });
    this.#started.push(envoy);
    return envoy;
  }

  /** The Envoy that was started last. */
  get envoy(): Envoy {
    const envoy = this.#started.at(-1);
    if (envoy === undefined) throw new Error('not started');
    return envoy;
  }

  /** Where calls go in. */
  get url(): string {
    return `http://127.0.0.1:${this.#listener}`;
  }

  /** What is recorded, once there are so many. */
  async recorded(count: number): Promise<Exchange[]> {
    await this.capture.recorded(count);
    return this.capture.writer.exchanges().map(({ exchange }) => exchange);
  }

  /** Entries of Envoy's access log, once there are so many. */
  async logged(count: number): Promise<AccessLogEntry[]> {
    const { writer } = this.capture;
    const entries = (): AccessLogEntry[] =>
      writer.ofKind(KIND.access_log).flatMap(({ body }) => AccessLog.decode(body).entries);
    await writer.until(() => entries().length >= count);
    return entries();
  }

  async stop(): Promise<void> {
    for (const envoy of this.#started) await envoy.stop();
    await this.capture.close();
    this.service.closeAllConnections();
    this.service.close();
    await rm(this.#dir, { recursive: true });
  }
}
