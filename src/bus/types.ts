import type { SpoolFrame } from '../spool/index.ts';

/** A message of the bus with its place in it. */
export interface BusMessage {
  /** Frame number (embedded) or offset (Kafka). */
  readonly position: number;
  readonly value: Uint8Array;
}

/** Takes messages; what it throws ends the run. */
export type BusHandler = (messages: BusMessage[]) => Promise<void>;

/** The consuming side. */
export interface BusSource {
  /**
   * What positions refer to: `embedded:<spool id, hex>` or `kafka:<cluster id>/<topic>/<partition>`. A position is
   * meaningless under another id.
   */
  readonly id: string;
  /** Position after the newest message that the bus is known to hold; `undefined` until that is known. */
  readonly end: number | undefined;
  /**
   * Delivers messages from position `from` on (from the oldest one when undefined), in order, in bounded lots; the
   * next lot comes after the handler's promise has resolved. Positions strictly increase; one that jumps is passed on
   * as it is, and so is one that goes back: then Kafka's partition ended before `from`, what was read there is gone, and
   * it is read from its oldest message on. Transient faults are retried for ever with bounded backoff. Resolves when the signal comes.
   * @throws what the handler threw; bus.topic; for the embedded bus whatever the spool throws, spool.damaged when `from`
   *   is beyond its end.
   */
  run(from: number | undefined, handler: BusHandler, signal: AbortSignal): Promise<void>;
}

/** The publishing side. */
export interface BusSink {
  /**
   * Publishes frames in order. Resolves when every replica in sync has acknowledged all of them. Retries for ever, with
   * bounded backoff, so a message can arrive more than once; never with other bytes. One call at a time.
   * @throws shutting_down when the signal comes first; the frames may have arrived.
   */
  publish(frames: readonly SpoolFrame[], signal: AbortSignal): Promise<void>;
  /** Ends the connections. */
  close(): Promise<void>;
}
