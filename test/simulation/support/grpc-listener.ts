import type { ProcessCall } from '../../../src/capture/process-stream.ts';

/** What a recorder's server does with a new stream of ext_proc. */
export type TakeStream = (call: ProcessCall) => void;

interface ServiceHolder {
  addService(service: unknown, handlers: { readonly process?: TakeStream }): void;
}

/** What stands in for src/capture/grpc-listener.ts in a simulation: streams come to its services without a socket. */
export class GrpcListener {
  readonly port = 7070;
  private static readonly streams = new WeakMap<object, TakeStream>();
  private static readonly closed = new WeakSet<object>();
  private readonly options: object;

  private constructor(options: object) {
    this.options = options;
  }

  static start(options: object, _name: string, addServices: (server: ServiceHolder) => void): Promise<GrpcListener> {
    addServices({
      addService: (_service, { process }) => {
        if (process !== undefined) GrpcListener.streams.set(options, process);
      },
    });
    return Promise.resolve(new GrpcListener(options));
  }

  /** Where streams go that reach the server which was started with these options; undefined when it listens no more. */
  static reach(options: object): TakeStream | undefined {
    return GrpcListener.closed.has(options) ? undefined : GrpcListener.streams.get(options);
  }

  forgetCertificates(): void {
    // There are none.
  }

  shutdown(): () => Promise<void> {
    GrpcListener.closed.add(this.options);
    return () => Promise.resolve();
  }
}
