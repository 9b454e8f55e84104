import { encode } from '../../unit/capture/support/protos.ts';
import type { CallOutcome, Listening } from './envoy.ts';
import type { Owner } from './scheduler.ts';
import { SimulatedStream } from './stream.ts';
import type { World } from './world.ts';

/** The Envoy of a simulation, as its access log names it. */
export const NODE_ID = 'envoy-1';
const IDENTIFIER = { node: { id: NODE_ID, cluster: 'edge' }, log_name: 'affidavit' };
const MESSAGE = 'envoy.service.accesslog.v3.StreamAccessLogsMessage';
/** How long Envoy gathers entries before it sends them. */
const GATHER_US = 100_000;

/** Envoy's access log: entries wait for company, then for a stream; what was sent on a stream that breaks is gone. */
export class EnvoyLog {
  /** Of each call whose entry was sent: the epoch of whom it was sent to. */
  readonly sentTo = new Map<string, string>();
  private readonly world: World;
  private readonly receiver: () => Listening | undefined;
  private waiting: CallOutcome[] = [];
  private isArmed = false;
  private open: { readonly stream: SimulatedStream; readonly owner: Owner; readonly epoch: string } | undefined;
  private isNew = true;

  /** @param receiver who takes the log now */
  constructor(world: World, receiver: () => Listening | undefined) {
    this.world = world;
    this.receiver = receiver;
  }

  /** True when nothing waits to be sent. */
  get isSent(): boolean {
    return this.waiting.length === 0;
  }

  /** A call is over. */
  add(outcome: CallOutcome): void {
    this.waiting.push(outcome);
    this.arm();
  }

  /** Who took the log is gone. */
  onReceiverGone(owner: Owner): void {
    if (this.open?.owner === owner) this.open.stream.break();
  }

  private arm(): void {
    if (this.isArmed) return;
    this.isArmed = true;
    this.world.scheduler.worldAfter(GATHER_US, () => {
      this.isArmed = false;
      this.flush();
    });
  }

  private flush(): void {
    this.open ??= this.connect();
    if (this.open === undefined) {
      this.arm();
      return;
    }
    const { stream, epoch } = this.open;
    const sent = this.waiting.splice(0);
    this.world.detail(() => `envoy: logs ${sent.length} calls`);
    for (const { plan } of sent) this.sentTo.set(plan.id, epoch);
    const http_logs = { log_entry: sent.map(entryOf) };
    stream.send(encode(MESSAGE, this.isNew ? { identifier: IDENTIFIER, http_logs } : { http_logs }));
    this.isNew = false;
  }

  private connect(): EnvoyLog['open'] {
    const found = this.receiver();
    const take = found?.reach()?.streamAccessLogs;
    if (found === undefined || take === undefined) return undefined;
    const { owner, epoch } = found;
    const stream: SimulatedStream = new SimulatedStream(
      this.world,
      owner,
      '',
      (call) => {
        take(call, (error) => {
          stream.toEnvoy(() => {
            stream.end(error === null ? 'ended' : 'turned_away');
          });
        });
      },
      {
        onReply: () => undefined,
        onEnd: () => {
          this.open = undefined;
        },
      },
    );
    this.isNew = true;
    return { stream, owner, epoch };
  }
}

function entryOf({ plan, logged }: CallOutcome): object {
  const { startedUs, endedUs, requestBytes, responseBytes, isFlagged } = logged;
  return {
    common_properties: {
      start_time: timeOf(startedUs),
      duration: timeOf(endedUs - startedUs),
      upstream_remote_address: { socket_address: { address: '192.0.2.1', port_value: 80 } },
      response_flags: isFlagged ? { downstream_connection_termination: true } : {},
      access_log_type: 'DownstreamEnd',
    },
    protocol_version: 'HTTP2',
    request: {
      request_method: 'POST',
      request_body_bytes: requestBytes,
      request_headers: { 'x-affidavit-id': plan.id },
    },
    response: { response_code: { value: isFlagged ? 500 : 200 }, response_body_bytes: responseBytes },
  };
}

function timeOf(us: number): { readonly seconds: number; readonly nanos: number } {
  return { seconds: Math.floor(us / 1_000_000), nanos: (us % 1_000_000) * 1000 };
}
