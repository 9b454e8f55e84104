import { AffidavitError, MAX_LOT_MESSAGES } from '../record/index.ts';
import { letGo } from '../runtime/index.ts';
import type { Pace } from '../runtime/index.ts';
import type { SpoolFrame, SpoolReader } from '../spool/index.ts';
import { readPatiently, waitUnlessStopped } from './embedded.ts';
import type { BusSink } from './types.ts';

/** At most this much is in memory at once. */
const LOT = { maxFrames: MAX_LOT_MESSAGES, maxBytes: 2 * 1024 * 1024 };
/** A lot of so many bytes is followed by the next one at once. */
const LARGE_LOT_BYTES = LOT.maxBytes / 2;

/** What a {@link Publisher} needs. */
export interface PublisherOptions {
  readonly spool: SpoolReader;
  readonly sink: BusSink;
  /** Frame to begin with; the oldest one that is kept when not given. */
  readonly from?: number;
  /** Spaces sends out, unless much waits. */
  readonly pace?: Pace;
}

/**
 * Publishes the spool's frames in order as they become durable. Where it was is not kept over restarts: what the spool
 * has not released is then published again, and the ledger removes the duplicates.
 */
export class Publisher {
  private readonly spool: SpoolReader;
  private readonly sink: BusSink;
  private readonly pace: Pace | undefined;
  private next: number;
  private rewound: number | undefined;
  private wake: (() => void) | undefined;

  constructor(options: PublisherOptions) {
    this.spool = options.spool;
    this.sink = options.sink;
    this.pace = options.pace;
    this.next = options.from ?? options.spool.firstFrame;
  }

  /** All frames before this one are acknowledged by the bus, since they were last to be published again. */
  get published(): number {
    return Math.min(this.next, this.rewound ?? this.next);
  }

  /** Publishes again from a frame on, in order, what was acknowledged included: the ledger removes the duplicates. */
  rewind(from: number): void {
    this.rewound = Math.min(from, this.rewound ?? from);
    this.wake?.();
  }

  /**
   * Runs until the signal comes; then resolves.
   * @throws bus.topic when the topic isn't the one that is configured; spool.failed or spool.closed once every
   *   durable frame is published; spool.damaged
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.rewound !== undefined) this.next = Math.min(this.next, this.rewound);
      this.rewound = undefined;
      const frames = await readPatiently(this.spool, this.next, LOT, signal);
      if (frames === undefined) return;
      const last = frames.at(-1);
      if (last === undefined) {
        await this.waitForMore(signal);
        continue;
      }
      this.pace?.begin();
      try {
        await this.sink.publish(frames, signal);
      } catch (thrown) {
        if (thrown instanceof AffidavitError && thrown.code === 'shutting_down') return;
        throw thrown;
      }
      this.next = last.number + 1;
      const moreWaits = isLarge(frames);
      for (const { bytes } of frames) letGo(bytes);
      if (!moreWaits) await this.pace?.rest(signal);
    }
  }

  private async waitForMore(signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    const wake = (): void => {
      waiting.abort();
    };
    this.wake = wake;
    signal.addEventListener('abort', wake);
    if (signal.aborted) wake();
    try {
      await waitUnlessStopped(this.spool, this.next, waiting.signal);
    } finally {
      this.wake = undefined;
      signal.removeEventListener('abort', wake);
    }
  }
}

function isLarge(frames: readonly SpoolFrame[]): boolean {
  return frames.length >= LOT.maxFrames || frames.reduce((sum, { bytes }) => sum + bytes.length, 0) >= LARGE_LOT_BYTES;
}
