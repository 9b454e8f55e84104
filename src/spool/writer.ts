import type { Clock, FileHandle, FileSystem, Logger } from '../runtime/index.ts';
import { encodeSegmentHeader, segmentName } from './format.ts';
import type { Segment } from './recover.ts';
import type { DurableGroup } from './types.ts';

const SLOW_SYNC_US = 1_000_000;

/** What a {@link SegmentWriter} needs. */
export interface SegmentWriterOptions {
  readonly files: FileSystem;
  readonly directory: string;
  readonly id: Uint8Array;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onGroup?: ((group: DurableGroup) => void) | undefined;
}

/** Writes groups to the last segment. One call at a time; after one that threw, nothing but `close` may be called. */
export class SegmentWriter {
  private readonly options: SegmentWriterOptions;
  private handle: FileHandle;

  private constructor(options: SegmentWriterOptions, handle: FileHandle) {
    this.options = options;
    this.handle = handle;
  }

  /** Goes on with a segment. */
  static async open(options: SegmentWriterOptions, segment: Segment): Promise<SegmentWriter> {
    return new SegmentWriter(options, await options.files.open(segment.path));
  }

  /** Writes at the end of the segment and syncs. Gives the segment as it is then. */
  async write(segment: Segment, group: Uint8Array, frames: number): Promise<Segment> {
    const { clock, onGroup } = this.options;
    const startUs = clock.monotonicUs();
    await this.handle.write(group, segment.bytes);
    await this.sync();
    const nextFrame = segment.nextFrame + frames;
    onGroup?.({ frames, bytes: group.length, tookUs: clock.monotonicUs() - startUs, nextFrame });
    return { ...segment, nextFrame, bytes: segment.bytes + group.length };
  }

  /** Begins a new segment; its header and its name are durable then. */
  async rotate(firstFrame: number): Promise<Segment> {
    const { files, directory, id } = this.options;
    const path = `${directory}/${segmentName(firstFrame)}`;
    const header = encodeSegmentHeader(id, firstFrame);
    const full = this.handle;
    this.handle = await files.create(path);
    await full.close();
    await this.handle.write(header, 0);
    await this.sync();
    await files.syncDirectory(directory);
    return { path, firstFrame, nextFrame: firstFrame, bytes: header.length };
  }

  /** Closes the file. */
  close(): Promise<void> {
    return this.handle.close();
  }

  private async sync(): Promise<void> {
    const { clock, logger, directory } = this.options;
    const startUs = clock.monotonicUs();
    await this.handle.sync();
    const tookUs = clock.monotonicUs() - startUs;
    if (tookUs > SLOW_SYNC_US)
      logger.warn({ directory, tookMs: Math.round(tookUs / 1000) }, 'a sync of the spool was slow');
  }
}
