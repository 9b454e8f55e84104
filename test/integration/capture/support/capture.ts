import { type CaptureLimits, type CaptureOptions, CaptureServer } from '../../../../src/capture/index.ts';
import { parseConfig } from '../../../../src/config/index.ts';
import { createRedactor } from '../../../../src/redact/index.ts';
import { silentLogger, systemClock, systemRandom } from '../../../../src/runtime/index.ts';
import { connect, EnvoyStream } from './envoy-client.ts';
import { MemoryWriter } from './memory-writer.ts';

type Options = Omit<Partial<CaptureOptions>, 'limits'> & { limits?: Partial<CaptureLimits> };

/** A capture server that records into memory, and the streams that talk to it. */
export class Capture {
  readonly writer = new MemoryWriter();
  #server: CaptureServer | undefined;
  #starting: Promise<CaptureServer> | undefined;
  #client: ReturnType<typeof connect> | undefined;

  /** Starts the server on a free port unless `options` name one. */
  async start(options: Options = {}): Promise<CaptureServer> {
    this.#server = await CaptureServer.start({
      ...{ host: '127.0.0.1', port: 0, writer: this.writer, redactor: createRedactor() },
      ...{ clock: systemClock, random: systemRandom, logger: silentLogger },
      ...options,
      limits: { ...parseConfig('', {}).capture, ...options.limits },
    });
    return this.#server;
  }

  /** The server that was started. */
  get server(): CaptureServer {
    if (this.#server === undefined) throw new Error('not started');
    return this.#server;
  }

  /** Opens a stream, and starts the server with `options` when it isn't. */
  async open(profile?: string, options: Options = {}): Promise<EnvoyStream> {
    this.#starting ??= this.start(options);
    await this.#starting;
    this.#client ??= connect(this.server.port);
    return new EnvoyStream(this.#client, profile);
  }

  /** The one exchange that was recorded. */
  only() {
    const [first, ...more] = this.writer.exchanges();
    if (first === undefined || more.length > 0) throw new Error(`${this.writer.exchanges().length} exchanges`);
    return first;
  }

  /** Resolves when so many exchanges are recorded. */
  recorded(count = 1): Promise<void> {
    return this.writer.until(() => this.writer.exchanges().length >= count);
  }

  /** Ends all of it. */
  async close(): Promise<void> {
    this.#client?.close();
    await this.#server?.close();
  }
}
