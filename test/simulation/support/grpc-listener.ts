import type { sendUnaryData, ServerReadableStream } from '@grpc/grpc-js';
import type { ProcessCall } from '../../../src/capture/process-stream.ts';

/** What a recorder's server does with a new stream of ext_proc. */
export type TakeStream = (call: ProcessCall) => void;
/** What a server does with a new stream of an access log. */
export type TakeLog = (call: ServerReadableStream<Uint8Array, Uint8Array>, answer: sendUnaryData<Uint8Array>) => void;

/** What a server takes, as far as it is simulated. */
export interface Handlers {
  readonly process?: TakeStream;
  readonly streamAccessLogs?: TakeLog;
}

interface ServiceHolder {
  addService(service: unknown, handlers: Handlers): void;
}

/** What stands in for src/capture/grpc-listener.ts in a simulation: streams come to its services without a socket. */
export class GrpcListener {
  readonly port = 7070;
  private static readonly handlers = new WeakMap<object, Handlers>();
  private static readonly closed = new WeakSet<object>();
  private readonly options: object;

  private constructor(options: object) {
    this.options = options;
  }

  static start(options: object, _name: string, addServices: (server: ServiceHolder) => void): Promise<GrpcListener> {
    addServices({
      addService: (_service, added) => {
        GrpcListener.handlers.set(options, { ...GrpcListener.handlers.get(options), ...added });
      },
    });
    return Promise.resolve(new GrpcListener(options));
  }

  /** Where streams go that reach the server which was started with these options; undefined when it listens no more. */
  static reach(options: object): Handlers | undefined {
    return GrpcListener.closed.has(options) ? undefined : GrpcListener.handlers.get(options);
  }

  forgetCertificates(): void {
    // There are none.
  }

  shutdown(): () => Promise<void> {
    GrpcListener.closed.add(this.options);
    return () => Promise.resolve();
  }
}
