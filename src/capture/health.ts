import { type sendUnaryData, type ServerUnaryCall, type ServerWritableStream, status } from '@grpc/grpc-js';
import { WIRE, WireReader, WireWriter } from '../record/index.ts';
import type { Clock } from '../runtime/index.ts';

/** `HealthCheckResponse.ServingStatus` of the gRPC health checking protocol. */
const SERVING_STATUS = { serving: 1, notServing: 2, serviceUnknown: 3 } as const;
type ServingStatus = (typeof SERVING_STATUS)[keyof typeof SERVING_STATUS];

/** Most streams of `Watch` at once. */
const MAX_WATCHERS = 1_000;

/** Peers whose checks are followed at most. */
const MAX_PEERS = 1_000;
/** A peer that hasn't asked for so long asks no more. */
const FORGOTTEN_AFTER_US = 60_000_000;
/** Checks that a peer may need to be told by: one may have been on its way, and one may be late. */
const CHECKS_TO_NOTICE = 2.5;
const MOST_PATIENCE_MS = 10_000;
/** What is taken for the interval of a peer that has asked only once: it may have just begun to. */
const ASSUMED_GAP_US = 2_000_000;

type CheckCall = Pick<ServerUnaryCall<Uint8Array, Uint8Array>, 'request' | 'getPeer'>;
type Watcher = ServerWritableStream<Uint8Array, Uint8Array>;

/** The gRPC health checking protocol (https://github.com/grpc/grpc/blob/master/doc/health-checking.md). */
export class HealthService {
  readonly #services: ReadonlySet<string>;
  readonly #watchers = new Map<Watcher, string>();
  readonly #clock: Pick<Clock, 'monotonicUs'>;
  /** When each peer asked last, and how long after the time before. */
  readonly #peers = new Map<string, { lastUs: number; gapUs: number }>();
  #serving = true;

  /** @param services names that are answered; the empty name is the server as a whole. */
  constructor(services: readonly string[], clock: Pick<Clock, 'monotonicUs'>) {
    this.#clock = clock;
    this.#services = new Set(['', ...services]);
  }

  /** False once {@link stopServing} was called. */
  get isServing(): boolean {
    return this.#serving;
  }

  /** From now on the server says that it takes no new work. */
  stopServing(): void {
    this.#serving = false;
    for (const watcher of this.#watchers.keys()) watcher.write(encodeStatus(SERVING_STATUS.notServing));
  }

  /**
   * How long those who ask now and then may take to notice that the server has stopped serving; 0 when nobody asks. Until
   * then they go on sending new work.
   */
  get noticedWithinMs(): number {
    const nowUs = this.#clock.monotonicUs();
    const asking = [...this.#peers.values()].filter(({ lastUs }) => nowUs - lastUs < FORGOTTEN_AFTER_US);
    const gapMs = Math.max(0, ...asking.map(({ gapUs }) => gapUs)) / 1000;
    return Math.min(gapMs * CHECKS_TO_NOTICE, MOST_PATIENCE_MS);
  }

  /** Ends the streams of those who watch. */
  close(): void {
    for (const watcher of this.#watchers.keys()) watcher.end();
    this.#watchers.clear();
  }

  /** Handler of `Check`. */
  readonly check = (call: CheckCall, callback: sendUnaryData<Uint8Array>): void => {
    this.#follow(call.getPeer());
    const current = this.#statusOf(serviceName(call.request));
    if (current === SERVING_STATUS.serviceUnknown) callback({ code: status.NOT_FOUND, details: 'unknown service' });
    else callback(null, encodeStatus(current));
  };

  /** Handler of `Watch`. */
  readonly watch = (call: Watcher): void => {
    if (this.#watchers.size >= MAX_WATCHERS) {
      call.emit('error', { code: status.RESOURCE_EXHAUSTED, details: 'too many watchers' });
      return;
    }
    const service = serviceName(call.request);
    this.#watchers.set(call, service ?? '');
    call.on('cancelled', () => this.#watchers.delete(call));
    call.write(encodeStatus(this.#statusOf(service)));
  };

  #follow(peer: string): void {
    const nowUs = this.#clock.monotonicUs();
    const before = this.#peers.get(peer);
    // The one that asked last is the last in order.
    this.#peers.delete(peer);
    this.#peers.set(peer, { lastUs: nowUs, gapUs: before === undefined ? ASSUMED_GAP_US : nowUs - before.lastUs });
    const [oldest] = this.#peers.keys();
    if (this.#peers.size > MAX_PEERS && oldest !== undefined) this.#peers.delete(oldest);
  }

  #statusOf(service: string | undefined): ServingStatus {
    if (service === undefined || !this.#services.has(service)) return SERVING_STATUS.serviceUnknown;
    return this.#serving ? SERVING_STATUS.serving : SERVING_STATUS.notServing;
  }
}

function encodeStatus(current: ServingStatus): Uint8Array {
  return new WireWriter(4).uint(1, current).finish();
}

/** The name asked for; `undefined` when the request can't be read. */
function serviceName(request: Uint8Array): string | undefined {
  try {
    const reader = new WireReader(request);
    let name = '';
    while (!reader.done) {
      const [field, wire] = reader.tag();
      if (field === 1 && wire === WIRE.bytes) name = reader.string();
      else reader.skip(wire);
    }
    return name;
  } catch {
    return undefined;
  }
}
