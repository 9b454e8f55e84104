import {
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type ServiceError,
  type StatusObject,
} from '@grpc/grpc-js';
import { EXTERNAL_PROCESSOR } from '../../../../src/capture/index.ts';
import { decode, processingRequest } from '../../../unit/capture/support/protos.ts';

/** One ext_proc stream as Envoy would drive it. */
export class EnvoyStream {
  readonly replies: Record<string, unknown>[] = [];
  status: StatusObject | undefined;
  readonly #call: ClientDuplexStream<Uint8Array, Uint8Array>;
  #waiting: (() => void)[] = [];

  constructor(client: Client, profile: string | undefined) {
    const metadata = new Metadata();
    if (profile !== undefined) metadata.set('x-affidavit-profile', profile);
    const { path, requestSerialize, responseDeserialize } = EXTERNAL_PROCESSOR.process;
    this.#call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
    this.#call.on('data', (bytes: Uint8Array) => {
      this.replies.push(decode('envoy.service.ext_proc.v3.ProcessingResponse', bytes));
      this.#wake();
    });
    this.#call.on('error', (error: ServiceError) => {
      this.status = error;
      this.#wake();
    });
    this.#call.on('status', (status: StatusObject) => {
      this.status = status;
      this.#wake();
    });
  }

  /** Sends messages. */
  send(...messages: object[]): void {
    for (const message of messages) void this.sendBytes(processingRequest(message));
  }

  /** Sends a message's bytes; resolves when flow control let them go. */
  async sendBytes(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#call.write(bytes, () => {
        resolve();
      });
    });
  }

  /** Sends a message and waits for its answer. */
  async ask(message: object): Promise<Record<string, unknown>> {
    const before = this.replies.length;
    this.send(message);
    await this.until(() => this.replies.length > before || this.status !== undefined);
    return this.replies[before] ?? {};
  }

  /** Ends our side in order. */
  halfClose(): void {
    this.#call.end();
  }

  /** Resets the stream. */
  reset(): void {
    this.#call.cancel();
  }

  /** Resolves once a condition holds that changes with answers or the end. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves with the status code once the processor has ended the stream. */
  async ended(): Promise<number> {
    await this.until(() => this.status !== undefined);
    return this.status?.code ?? -1;
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** A client of a capture server. */
export function connect(port: number): Client {
  const options = { 'grpc.max_receive_message_length': -1, 'grpc.use_local_subchannel_pool': 1 };
  return new Client(`127.0.0.1:${port}`, credentials.createInsecure(), options);
}
