import type { RecordWriter } from '../record/index.ts';
import type { Redactor } from '../redact/index.ts';
import type { Clock, Logger, Random } from '../runtime/index.ts';
import type { CaptureLimits } from './limits.ts';

/** Files (PEM) for TLS, read anew when they change; an empty or absent `clientCaFile` asks clients for no certificate. */
export interface CaptureTls {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile?: string;
  /** Milliseconds between looks at them; 10,000 when not given. */
  readonly pollMs?: number;
}

/** What a {@link CaptureServer} needs. */
export interface CaptureOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls?: CaptureTls;
  /** Where exchanges, and messages of the access log and of counters, are recorded. */
  readonly writer: RecordWriter;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly limits: CaptureLimits;
  /** Profile of streams in the path of the call that don't name theirs; `inline` when absent. */
  readonly defaultProfile?: 'inline' | 'strict';
  /** Milliseconds after which a connection is asked whether the other end is there, and for its answer; 30,000 when not given. */
  readonly keepaliveMs?: number;
  /** Milliseconds after which a stream that was answered to its end is closed, if its client doesn't; 1,000 when not given. */
  readonly leftGraceMs?: number;
}
