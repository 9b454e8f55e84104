import { EventEmitter } from 'node:events';
import type { TakeStream } from './grpc-listener.ts';
import type { Owner } from './scheduler.ts';
import type { World } from './world.ts';

/** How a stream ended, as Envoy sees it. */
export type StreamEnd = 'ended' | 'error' | 'turned_away' | 'broken';

/** What Envoy is told of a stream. */
export interface EnvoySide {
  onReply(bytes: Uint8Array): void;
  onEnd(how: StreamEnd): void;
}

/** The recorder's end of a gRPC stream: as much of grpc-js' ServerDuplexStream as capture uses. */
class RecorderSide extends EventEmitter {
  readonly metadata: { get: (name: string) => string[] };
  private readonly arrived: Uint8Array[] = [];
  private readonly stream: SimulatedStream;
  private paused = false;

  constructor(profile: string, stream: SimulatedStream) {
    super();
    this.metadata = { get: () => [profile] };
    this.stream = stream;
    this.on('error', ({ code }: { code: number }) => {
      this.stream.toEnvoy(() => {
        stream.end(code === 14 || code === 8 ? 'turned_away' : 'error');
      });
    });
  }

  write(bytes: Uint8Array): boolean {
    const copy = bytes.slice();
    this.stream.toEnvoy(() => {
      this.stream.reply(copy);
    });
    return true;
  }

  end(): void {
    this.stream.toEnvoy(() => {
      this.stream.end('ended');
    });
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.stream.toRecorder(() => {
      this.flush();
    });
  }

  read(): Uint8Array | null {
    const bytes = this.arrived.shift();
    if (bytes === undefined) return null;
    this.emit('data', bytes);
    return bytes;
  }

  arrive(bytes: Uint8Array): void {
    this.arrived.push(bytes);
    this.flush();
  }

  private flush(): void {
    while (!this.paused && this.read() !== null);
  }
}

/** A gRPC stream from Envoy to a recorder: each way takes its time, and keeps its order. */
export class SimulatedStream {
  private readonly world: World;
  private readonly owner: Owner;
  private readonly envoy: EnvoySide;
  private readonly call: RecorderSide;
  private readonly dueUs = { recorder: 0, envoy: 0 };
  private ended = false;

  /** @param accept the recorder's handler of new streams */
  constructor(world: World, owner: Owner, profile: string, accept: TakeStream, envoy: EnvoySide) {
    this.world = world;
    this.owner = owner;
    this.envoy = envoy;
    this.call = new RecorderSide(profile, this);
    this.toRecorder(() => {
      accept(this.call as unknown as Parameters<TakeStream>[0]);
    });
  }

  /** Envoy sends a message. */
  send(bytes: Uint8Array): void {
    this.toRecorder(() => {
      this.call.arrive(bytes);
    });
  }

  /** Envoy ends its side, or resets the stream. */
  close(how: 'end' | 'cancelled'): void {
    this.toRecorder(() => {
      this.call.emit(how);
    });
    if (how === 'cancelled') this.ended = true;
  }

  /** The recorder is gone. */
  break(): void {
    this.toEnvoy(() => {
      this.end('broken');
    });
  }

  /** @internal */
  reply(bytes: Uint8Array): void {
    if (!this.ended) this.envoy.onReply(bytes);
  }

  /** @internal */
  end(how: StreamEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.envoy.onEnd(how);
  }

  /** @internal */
  toEnvoy(run: () => void): void {
    this.deliver('envoy', run, undefined);
  }

  /** @internal */
  toRecorder(run: () => void): void {
    this.deliver('recorder', run, this.owner);
  }

  private deliver(to: 'envoy' | 'recorder', run: () => void, owner: Owner | undefined): void {
    const { scheduler, random } = this.world;
    this.dueUs[to] = Math.max(this.dueUs[to] + 1, scheduler.nowUs + random.between(20, 800));
    const delayUs = this.dueUs[to] - scheduler.nowUs;
    if (owner === undefined) scheduler.worldAfter(delayUs, run);
    else scheduler.after(delayUs, run, owner);
  }
}
