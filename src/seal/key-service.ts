import type { AffidavitError, SealedKey } from '../record/index.ts';

/** A data key as a batch carries it, and what it must open to. */
export interface RewrapItem {
  readonly class: number;
  /** The interval key that the data key is wrapped under or made of, from the same batch. */
  readonly sealedKey: SealedKey;
  readonly producerKeyId: Uint8Array;
  readonly epoch: Uint8Array;
  /** The data key under the interval key; empty when it is made of that, by `keyNo`. */
  readonly wrappedKey: Uint8Array;
  readonly keyNo: number;
  readonly manifestHash: Uint8Array;
  readonly keyCommitment: Uint8Array;
  readonly retentionClass: string;
  /**
   * Month (UTC, `YYYY-MM`) whose period key wraps it; the current one when absent. A past month gets no new key: when it
   * has none (any more), the item fails with `not_found`.
   */
  readonly month?: string;
}

/** A data key under the key of its retention period. */
export interface PeriodWrap {
  readonly periodKeyId: Uint8Array;
  readonly wrappedKey: Uint8Array;
}

/** What became of one item: its new wrap, or why what the producer gave doesn't open here. */
export type RewrapResult = (PeriodWrap & { readonly failure?: undefined }) | { readonly failure: AffidavitError };

/** A part whose data key is wanted. */
export interface OpenPartRequest extends PeriodWrap {
  readonly class: number;
  readonly manifestHash: Uint8Array;
  readonly keyCommitment: Uint8Array;
}

/** The only holder of keys that open payloads. */
export interface KeyService {
  /**
   * Wraps data keys anew, under the key of their retention period, as they are appended to the log. One result for
   * each item, in order; a bad item, or one for whose period there's no room, never spoils the others. A period key is
   * durable before it is used.
   * @throws io.failed, io.full, key.*: nobody's evidence is bad, the same call may succeed later.
   */
  rewrap(items: readonly RewrapItem[]): Promise<RewrapResult[]>;
  /**
   * The data key of a part (32 bytes), checked against its commitment.
   * @throws not_found when the period's key is gone; evidence.hash when the wrap or the commitment is of another key;
   * evidence.malformed.
   */
  openPart(request: OpenPartRequest): Promise<Uint8Array>;
}
