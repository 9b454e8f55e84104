import { AffidavitError } from '../record/index.ts';
import { writeFileDurably } from '../runtime/index.ts';
import type { Clock, FileHandle, FileSystem, Logger } from '../runtime/index.ts';
import { encodeSegmentHeader, LARGEST_SEGMENT_BYTES, segmentName } from './format.ts';
import type { SpoolOwner } from './owner.ts';
import type { Segment } from './recover.ts';
import { scanSegment } from './scan.ts';
import type { DurableGroup } from './types.ts';

const SLOW_SYNC_US = 1_000_000;

/** What a {@link SegmentWriter} needs. */
export interface SegmentWriterOptions {
  readonly files: FileSystem;
  readonly directory: string;
  readonly id: Uint8Array;
  readonly owner: SpoolOwner;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onGroup?: ((group: DurableGroup) => void) | undefined;
}

/**
 * Writes groups to the last segment. One call at a time. After one that threw, {@link SegmentWriter.isTrusted} says
 * whether the file is as it was before: when it isn't, nothing but `renew` and `close` may be called.
 */
export class SegmentWriter {
  private readonly options: SegmentWriterOptions;
  private handle: FileHandle;
  private trusted = true;
  /** When what is being written was begun: a group, a new segment, or one anew. */
  private writingSinceUs: number | undefined;
  private closed = false;

  private constructor(options: SegmentWriterOptions, handle: FileHandle) {
    this.options = options;
    this.handle = handle;
  }

  /** Goes on with a segment. @throws io.locked when another has come; other io.* */
  static async open(options: SegmentWriterOptions, segment: Segment): Promise<SegmentWriter> {
    return new SegmentWriter(options, await openOwned(options, segment));
  }

  /** For how long, in µs, the disk hasn't answered what is being written now; 0 when nothing is. */
  get waitsUs(): number {
    return this.writingSinceUs === undefined ? 0 : this.options.clock.monotonicUs() - this.writingSinceUs;
  }

  /** False once a write or sync has failed in a way that leaves open what is on the disk. */
  get isTrusted(): boolean {
    return this.trusted;
  }

  /**
   * Writes at the end of the segment and syncs. Gives the segment as it is then.
   * @throws io.full, and the file is trusted: there was no room, and it is as it was before; io.locked when the spool has
   *   another owner now, who knows nothing of what was written
   */
  async write(segment: Segment, group: Uint8Array, frames: number): Promise<Segment> {
    const { clock, onGroup } = this.options;
    const startUs = clock.monotonicUs();
    await this.timed(() => this.put(segment, group));
    const nextFrame = segment.nextFrame + frames;
    onGroup?.({ frames, bytes: group.length, tookUs: clock.monotonicUs() - startUs, nextFrame });
    return { ...segment, nextFrame, bytes: segment.bytes + group.length };
  }

  private async timed<T>(write: () => Promise<T>): Promise<T> {
    this.writingSinceUs = this.options.clock.monotonicUs();
    try {
      return await write();
    } finally {
      this.writingSinceUs = undefined;
    }
  }

  private async put(segment: Segment, group: Uint8Array): Promise<void> {
    this.trusted = false;
    try {
      await this.handle.write(group, segment.bytes);
    } catch (thrown) {
      if (thrown instanceof AffidavitError && thrown.code === 'io.full') await this.takeBack(segment);
      throw thrown;
    }
    await this.sync();
    this.options.owner.check();
    this.trusted = true;
  }

  /** What was written of a group that found no room goes, durably: its numbers will be used again. */
  private async takeBack(segment: Segment): Promise<void> {
    await this.handle.truncate(segment.bytes);
    await this.sync();
    this.trusted = true;
  }

  /**
   * Puts a new file in the place of the segment's, with the frames that were durable, checked: after a sync that failed
   * the kernel takes pages for written that never were, and no later sync of that file says so.
   * @throws spool.damaged when a frame can't be read any more; io.locked when the spool has another owner now; other io.*:
   *   then it can be called again
   */
  renew(segment: Segment): Promise<void> {
    return this.timed(() => this.writeAnew(segment));
  }

  private async writeAnew(segment: Segment): Promise<void> {
    const { files, id, logger, directory, owner } = this.options;
    owner.check();
    if (!this.closed)
      await this.handle.close().catch((thrown: unknown) => {
        logger.warn({ directory, reason: String(thrown) }, 'a file of the spool that failed did not close either');
      });
    this.closed = true;
    const kept = (await files.readFile(segment.path, LARGEST_SEGMENT_BYTES)).subarray(0, segment.bytes);
    const { state, nextFrame } = scanSegment(kept, { id, firstFrame: segment.firstFrame, nextSegment: undefined });
    if (kept.length !== segment.bytes || state !== 'intact' || nextFrame !== segment.nextFrame)
      throw new AffidavitError(
        'spool.damaged',
        `${segment.path} can’t be read any more up to frame ${segment.nextFrame}`,
      );
    await writeFileDurably(files, segment.path, kept, () => {
      owner.check();
    });
    this.handle = await openOwned(this.options, segment);
    this.closed = false;
    this.trusted = true;
  }

  /**
   * Begins a new segment; its header and its name are durable then. When it throws, the segment before is still the
   * one that is written to, and trusted. @throws io.locked when the spool has another owner now; other io.*
   */
  rotate(firstFrame: number): Promise<Segment> {
    return this.timed(() => this.begin(firstFrame));
  }

  private async begin(firstFrame: number): Promise<Segment> {
    const { files, directory, id, owner } = this.options;
    owner.check();
    const path = `${directory}/${segmentName(firstFrame)}`;
    const header = encodeSegmentHeader(id, firstFrame);
    const begun = await files.create(path);
    try {
      await begun.write(header, 0);
      await this.sync(begun);
      await files.syncDirectory(directory);
    } catch (thrown) {
      await this.giveUp(begun, path);
      throw thrown;
    }
    const full = this.handle;
    this.handle = begun;
    await full.close();
    return { path, firstFrame, nextFrame: firstFrame, bytes: header.length };
  }

  /** A segment that could not be begun: what there is of it holds no frame, and would be in the way of the next try. */
  private async giveUp(begun: FileHandle, path: string): Promise<void> {
    const { files, logger } = this.options;
    try {
      await begun.close();
      await files.remove(path);
    } catch (thrown) {
      logger.warn({ path, reason: String(thrown) }, 'a segment of the spool that could not be begun is left');
    }
  }

  /** Closes the file. */
  async close(): Promise<void> {
    if (!this.closed) await this.handle.close();
  }

  private async sync(handle: FileHandle = this.handle): Promise<void> {
    const { clock, logger, directory } = this.options;
    const startUs = clock.monotonicUs();
    await handle.sync();
    const tookUs = clock.monotonicUs() - startUs;
    if (tookUs > SLOW_SYNC_US)
      logger.warn({ directory, tookMs: Math.round(tookUs / 1000) }, 'a sync of the spool was slow');
  }
}

/**
 * Opens a segment to write to. Who is the owner still once it is open has a file that no later owner writes to: that one finds
 * no mark of an orderly end, and writes the segment anew.
 */
async function openOwned({ files, owner }: SegmentWriterOptions, { path }: Segment): Promise<FileHandle> {
  const handle = await files.open(path);
  try {
    owner.check();
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
  return handle;
}
