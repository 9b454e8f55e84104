import type { MessageOf } from './schema.ts';
import { bytes, list, message, string, uint } from './schema.ts';

/** How far a producer's wall clock is from an Envoy's: at most one of ahead and behind isn't zero. */
export const ClockReading = message('ClockReading', {
  /** {@link CLOCK_SOURCE}. */
  source: uint(1),
  name: string(2),
  /** The way of the message included: the clock is ahead by no more. */
  aheadUs: uint(3),
  /** It is behind by no less. */
  behindUs: uint(4),
  samples: uint(5),
});
/** {@link ClockReading} as a value. */
export type ClockReading = MessageOf<typeof ClockReading>;

/** Body of `producer`. */
export const ProducerStatus = message('ProducerStatus', {
  event: uint(1),
  /** In `started`: the epoch before, empty when there was none. */
  previousEpoch: bytes(2),
  softwareVersion: string(3),
  /** In `draining`, `stopped` and heartbeats: records given a number so far in this epoch, this one excluded. */
  records: uint(4),
  previousBatches: uint(5),
  role: string(6),
  /** In heartbeats: of the Envoys that were heard of in the last half minute or whole one. */
  clocks: list(7, ClockReading),
});
/** {@link ProducerStatus} as a value. */
export type ProducerStatus = MessageOf<typeof ProducerStatus>;
