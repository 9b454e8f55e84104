import type { Clock, FileSystem, Logger, Random } from '../runtime/index.ts';

/** A frame with its number. */
export interface SpoolFrame {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** Frames that were in the spool once and can't be read any more. Both ends are inclusive. */
export interface SpoolDamage {
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly reason: string;
}

/** Bounds of a spool. */
export interface SpoolLimits {
  /** A segment that has reached this size is followed by a new one. */
  readonly segmentBytes: number;
  /** All segments together; an append that would go beyond rejects with io.full. */
  readonly maxBytes: number;
  /** Room beyond `maxBytes` that only what an epoch begins and ends with may take. */
  readonly keptBytes: number;
  /** Largest frame. */
  readonly maxFrameBytes: number;
  /** Frames written and synced together at most; an append is never split. */
  readonly maxGroupBytes: number;
  /** Bytes of appends that wait to be written. */
  readonly maxPendingBytes: number;
  /** Bytes of the newest frames that are kept in memory for who reads them; 0 keeps none. */
  readonly maxRecentBytes: number;
}

/** Frames that one sync made durable. */
export interface DurableGroup {
  readonly frames: number;
  readonly bytes: number;
  /** From the beginning of the write to the end of the sync. */
  readonly tookUs: number;
  /** Number after the last of them. */
  readonly nextFrame: number;
}

/** What {@link Spool.open} needs. */
export interface SpoolOptions {
  /** Folder of the spool; made when absent. Of several that open it the last one has it; the others acknowledge nothing more. */
  readonly directory: string;
  readonly files: FileSystem;
  /** Times the syncs: slow ones are logged. */
  readonly clock: Clock;
  /** Makes the id of a new spool. */
  readonly random: Random;
  readonly logger: Logger;
  /** Told of each group commit that became durable. */
  readonly onGroup?: (group: DurableGroup) => void;
  /** Size of a segment and of the whole; what else differs from the spool's own bounds. */
  readonly limits: Pick<SpoolLimits, 'segmentBytes' | 'maxBytes'> & Partial<SpoolLimits>;
}

/** Bounds of one read. A first frame larger than `maxBytes` is given all the same. */
export interface ReadLimits {
  readonly maxFrames: number;
  readonly maxBytes: number;
}

/** The writing side: what a producer needs. */
export interface SpoolWriter {
  /**
   * Appends frames, in order and one after another. Resolves with the number of the first one, only after fdatasync
   * has returned for all of them: from then on no crash of process or machine loses them. Calls that come while a
   * sync runs share the next one. The bytes must not change any more: the reader is given them too.
   *
   * When it rejects with spool.failed, the frames may or may not be there after the spool is opened again. Its reason may be that
   * another process has opened the spool since.
   * @throws spool.failed once a write or sync has failed and the frames could not be written to a new file either: open
   *   the spool anew; spool.closed; io.full when `maxBytes` would be passed or the disk has no room, io.read_only where it
   *   can only be read, limit.exceeded for a frame too large, an empty one or
   *   too much waiting: nothing was written then; but where a sync had failed before, and the process dies before the file
   *   could be written anew, what was refused may be found at the next start. Its numbers go to what comes next otherwise.
   */
  append(frames: readonly Uint8Array[]): Promise<number>;
  /** Like {@link append}; may also take room (`keptBytes`) that is kept for what an epoch begins and ends with. */
  appendKept?(frames: readonly Uint8Array[]): Promise<number>;
}

/** The reading side: what a bus needs. */
export interface SpoolReader {
  /** Random name of this spool, 16 bytes; frame numbers mean something only together with it. */
  readonly id: Uint8Array;
  /** Number of the oldest frame that is kept (equal to `nextFrame` when none is). */
  readonly firstFrame: number;
  /** Number after the last durable frame. */
  readonly nextFrame: number;
  /**
   * Durable frames from number `from` on, in order; none when there are none yet. Numbers jump where frames were
   * released or damaged. Their bytes are the reader's, of whom a spool has one at a time: once it has dealt with them it may
   * let them go (`letGo`); when they are asked for again they come from the file.
   * @throws spool.damaged when stored bytes have changed since the spool was opened (opening it again repairs and
   *   reports), or when `from` is beyond `nextFrame`: then frames that a reader has seen are gone.
   */
  read(from: number, limits: ReadLimits): Promise<SpoolFrame[]>;
  /**
   * Resolves when frame `number` is durable.
   * @throws shutting_down when the signal comes first; spool.failed, spool.closed when it can't become durable here.
   */
  waitFor(number: number, signal: AbortSignal): Promise<void>;
}
