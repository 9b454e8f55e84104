import { AffidavitError } from '../record/index.ts';
import type { SpoolReader } from '../spool/index.ts';
import { waitUnlessStopped } from './embedded.ts';
import type { BusSink } from './types.ts';

/** At most this much is in memory at once. */
const LOT = { maxFrames: 500, maxBytes: 2 * 1024 * 1024 };

/** What a {@link Publisher} needs. */
export interface PublisherOptions {
  readonly spool: SpoolReader;
  readonly sink: BusSink;
  /** Frame to begin with; the oldest one that is kept when not given. */
  readonly from?: number;
}

/**
 * Publishes the spool's frames in order as they become durable. Where it was is not kept over restarts: what the spool
 * has not released is then published again, and the ledger removes the duplicates.
 */
export class Publisher {
  private readonly spool: SpoolReader;
  private readonly sink: BusSink;
  private next: number;

  constructor(options: PublisherOptions) {
    this.spool = options.spool;
    this.sink = options.sink;
    this.next = options.from ?? options.spool.firstFrame;
  }

  /** All frames before this one are acknowledged by the bus. */
  get published(): number {
    return this.next;
  }

  /**
   * Runs until the signal comes; then resolves.
   * @throws bus.topic when the topic isn't the one that is configured; spool.failed or spool.closed once every
   *   durable frame is published; spool.damaged
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const frames = await this.spool.read(this.next, LOT);
      const last = frames.at(-1);
      if (last === undefined) {
        await waitUnlessStopped(this.spool, this.next, signal);
        continue;
      }
      try {
        await this.sink.publish(frames, signal);
      } catch (thrown) {
        if (thrown instanceof AffidavitError && thrown.code === 'shutting_down') return;
        throw thrown;
      }
      this.next = last.number + 1;
    }
  }
}
