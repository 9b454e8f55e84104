/** Bounds of capture: settings of the `capture` section of the configuration, which alone has their defaults. */
export interface CaptureLimits {
  /** Of a long stream in strict, how many bytes may pass before they are durable. */
  readonly strictWindowBytes: number;
  /** A long stream gets an `exchange_part` after so many bytes … */
  readonly partBytes: number;
  /** … and at least so often while bytes flow. */
  readonly partIntervalMs: number;
  /** Bytes that wait for work, over all exchanges, with what these take themselves: beyond it observe gives up bodies, the others wait. */
  readonly maxBufferedBytes: number;
  /** The same for one exchange. */
  readonly maxStreamBufferedBytes: number;
  /** In observe, how long work may wait before bodies are given up: those over 64 KiB, a third later
   * all; two thirds later no exchange is begun. */
  readonly maxLagMs: number;
  /** A longer body is given up; in strict the call is refused. */
  readonly maxBodyBytes: number;
  /** Exchanges at once; further ones are refused, and Envoy counts them. */
  readonly maxOpenExchanges: number;
  /** How long the rest of a request is awaited after its response has ended. */
  readonly lingerMs: number;
  /**
   * How long the rest of a call is awaited that was cut, as the access log says, after its last message. The log comes
   * by another way: while the recorder is busy, messages of the call may be this much behind.
   */
  readonly callCutLingerMs: number;
  /** The same in strict, where the end of the response waits for it. */
  readonly strictLingerMs: number;
  /** In strict, how long an answer may wait for a record to be durable before the call is refused. */
  readonly strictDeadlineMs: number;
  /** In strict, calls that may wait so at once; a further one is refused when it begins. */
  readonly strictMaxWaiting: number;
  /** Unacknowledged bytes of access-log messages; beyond it they aren't read. */
  readonly maxAccessLogBytes: number;
  /** How long {@link CaptureServer.drain} waits for open exchanges. */
  readonly drainTimeoutMs: number;
}
