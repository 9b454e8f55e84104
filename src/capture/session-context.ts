import type { Profile } from '../record/index.ts';
import type { Clock, Logger } from '../runtime/index.ts';
import type { ClockReadings } from './clock-readings.ts';
import type { Losses } from './losses.ts';
import type { Pressure } from './overload.ts';
import type { Recording } from './recording.ts';
import type { CaptureCounters } from './stats.ts';
import type { Waiting } from './strict-wait.ts';
import type { Unended } from './unended.ts';

/** The gRPC stream of one exchange, as its session sees it. */
export interface SessionStream {
  /** Address of the Envoy that sends it, without its port; empty when it isn't known. */
  readonly peer: string;
  /** Sends one ProcessingResponse. */
  reply(bytes: Uint8Array): void;
  /** Ends the stream: in order, or with an error that makes Envoy fail a call which must not go on unrecorded. */
  close(error: string | undefined): void;
  /** Stops reading, so that HTTP/2 flow control slows Envoy down. */
  pause(): void;
  resume(): void;
}

/** What all sessions share. */
export interface SessionContext extends Pressure {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly counters: CaptureCounters;
  readonly losses: Losses;
  readonly unended: Unended;
  /** Calls of strict that wait for their records. */
  readonly strictWaiting: Waiting;
  readonly clocks: ClockReadings;
  /** What gathers and records one exchange. */
  record(profile: Profile): Recording;
}
