import { AffidavitError } from '../record/index.ts';
import { letGo } from '../runtime/index.ts';
import type { FileSystem, Logger } from '../runtime/index.ts';
import { checkFrames, encodeGroup, FRAME_HEADER_BYTES, SEGMENT_HEADER_BYTES } from './format.ts';
import { spoolLimits } from './limits.ts';
import { saveMarks } from './marks.ts';
import type { Marks } from './marks.ts';
import { SegmentReader } from './reader.ts';
import { SpoolOwner } from './owner.ts';
import { dropReserve, keepReserve } from './reserve.ts';
import { RecentFrames } from './recent.ts';
import { recover } from './recover.ts';
import type { Recovered, Segment } from './recover.ts';
import { Turns } from './turns.ts';
import type {
  ReadLimits,
  SpoolDamage,
  SpoolFrame,
  SpoolLimits,
  SpoolOptions,
  SpoolReader,
  SpoolWriter,
} from './types.ts';
import { Waiters } from './waiters.ts';
import { SegmentWriter } from './writer.ts';

interface Append {
  readonly frames: readonly Uint8Array[];
  /** Bytes that it takes in a segment. */
  readonly bytes: number;
  readonly resolve: (firstFrame: number) => void;
  readonly reject: (reason: AffidavitError) => void;
}

/**
 * The write-ahead log on local disk: frames numbered without a gap from 0, over all restarts. What `append` has
 * acknowledged survives every crash; what it can't read again it says in `damage`. Layout: format.ts.
 */
export class Spool implements SpoolWriter, SpoolReader {
  readonly id: Uint8Array;
  /**
   * Frames found lost when the spool was opened, and not declared reported. The caller writes them down durably, then
   * calls {@link damageReported}.
   */
  readonly damage: readonly SpoolDamage[];
  private readonly files: FileSystem;
  private readonly directory: string;
  private readonly logger: Logger;
  private readonly limits: SpoolLimits;
  private readonly writer: SegmentWriter;
  private readonly owner: SpoolOwner;
  private readonly reader: SegmentReader;
  /** Serialises what reads, removes or closes files, and what writes the marks. */
  private readonly turns = new Turns();
  private readonly waiters = new Waiters();
  private readonly recent: RecentFrames;
  private segments: Segment[];
  private marks: Marks;
  private pending: Append[] = [];
  private pendingBytes = 0;
  private flushing: Promise<void> | undefined;
  private ended: AffidavitError | undefined;
  private closing: Promise<void> | undefined;
  private failed = false;
  /** An append was refused for `maxBytes`, and no file was begun since. */
  private isFull = false;
  private refusing: AffidavitError | undefined;

  private constructor(
    options: SpoolOptions,
    limits: SpoolLimits,
    recovered: Recovered,
    [writer, owner]: [SegmentWriter, SpoolOwner],
  ) {
    this.files = options.files;
    this.directory = options.directory;
    this.logger = options.logger;
    this.limits = limits;
    this.recent = new RecentFrames(limits.maxRecentBytes);
    this.writer = writer;
    this.owner = owner;
    this.reader = new SegmentReader(options.files);
    this.id = recovered.id;
    this.damage = recovered.damage;
    this.segments = recovered.segments;
    this.marks = recovered.marks;
  }

  /**
   * Opens the spool in a folder, or makes a new one. Reads all of it: a torn tail is cut off, damage elsewhere is kept
   * aside under `damaged/` and told in {@link damage}; whole frames beside it stay.
   * @throws spool.damaged when the spool's id is unreadable; config.invalid for limits that can't work; io.failed, io.full
   */
  static async open(options: SpoolOptions): Promise<Spool> {
    const limits = spoolLimits(options.limits);
    const { files, directory, clock, logger, onGroup } = options;
    await files.makeDirectory(directory);
    const owner = await SpoolOwner.take(files, directory, options.random);
    try {
      const recovered = await recover({ files, directory, logger, owner }, options.random);
      const writerOptions = { files, directory, clock, logger, onGroup, owner, id: recovered.id };
      await keepReserve(files, directory, logger);
      const writer = await SegmentWriter.open(writerOptions, lastOf(recovered.segments));
      return new Spool(options, limits, recovered, [writer, owner]);
    } catch (thrown) {
      await owner.close();
      throw thrown;
    }
  }

  get firstFrame(): number {
    return this.segments.find((segment) => segment.nextFrame > segment.firstFrame)?.firstFrame ?? this.nextFrame;
  }

  get nextFrame(): number {
    return lastOf(this.segments).nextFrame;
  }

  /** Why what was last to be written was refused: no room, a disk that can only be read, no file descriptor left; `undefined` when it wasn't. */
  get refusal(): AffidavitError | undefined {
    return this.refusing;
  }

  /** For how long, in µs, the disk hasn't answered what is being written now; 0 when nothing is. */
  get waitsUs(): number {
    return this.writer.waitsUs;
  }

  /** Bytes of all segments on disk. */
  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** Number of the first frame that would be left if the oldest files went, just so many that `bytes` are free, but never the last. */
  frameFreeing(bytes: number): number {
    let freed = 0;
    const stays = this.segments.slice(0, -1).find((segment) => {
      if (freed >= bytes) return true;
      freed += segment.bytes;
      return false;
    });
    return (stays ?? lastOf(this.segments)).firstFrame;
  }

  /** Bytes of the files that hold frames from number `from` on. */
  bytesFrom(from: number): number {
    return this.segments.reduce((sum, { nextFrame, bytes }) => (nextFrame > from ? sum + bytes : sum), 0);
  }

  append(frames: readonly Uint8Array[]): Promise<number> {
    return this.appendUpTo(this.limits.maxBytes, frames);
  }

  appendKept(frames: readonly Uint8Array[]): Promise<number> {
    return this.appendUpTo(this.limits.maxBytes + this.limits.keptBytes, frames);
  }

  private async appendUpTo(maxBytes: number, frames: readonly Uint8Array[]): Promise<number> {
    if (this.ended !== undefined) throw this.ended;
    checkFrames(frames, this.limits.maxFrameBytes);
    const bytes = frames.reduce((sum, frame) => sum + FRAME_HEADER_BYTES + frame.length, 0);
    const { maxPendingBytes } = this.limits;
    if (this.pendingBytes + bytes > maxPendingBytes)
      throw new AffidavitError(
        'limit.exceeded',
        `${this.pendingBytes + bytes} bytes wait for the spool, over ${maxPendingBytes}`,
      );
    const total = this.bytes + this.pendingBytes + bytes + SEGMENT_HEADER_BYTES;
    if (total > maxBytes) {
      // The last file is never let go: without another one, a spool that fits into it would stay full for good.
      this.isFull = true;
      this.flushing ??= this.flush();
      throw new AffidavitError('io.full', `the spool ${this.directory} would have ${total} bytes, over ${maxBytes}`);
    }
    this.pendingBytes += bytes;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.pending.push({ frames, bytes, resolve, reject });
    this.flushing ??= this.flush();
    return promise;
  }

  async read(from: number, limits: ReadLimits): Promise<SpoolFrame[]> {
    const recent = this.closing === undefined ? this.recent.read(Math.max(from, this.firstFrame), limits) : undefined;
    if (recent !== undefined) return recent;
    return this.turns.take(async () => {
      if (this.closing !== undefined) throw closedError(this.directory);
      if (from > this.nextFrame)
        throw new AffidavitError(
          'spool.damaged',
          `the spool ${this.directory} ends at frame ${this.nextFrame}, asked was ${from}: frames are gone`,
        );
      const segment = this.segments.find((each) => each.nextFrame > from && each.nextFrame > each.firstFrame);
      return segment === undefined ? [] : this.reader.read(segment, Math.max(from, segment.firstFrame), limits);
    });
  }

  async waitFor(number: number, signal: AbortSignal): Promise<void> {
    if (number < this.nextFrame) return;
    if (this.ended !== undefined) throw this.ended;
    await this.waiters.wait(number, signal);
  }

  /**
   * Frames before `before` are needed no more: segments that hold nothing else are deleted, the last one never.
   * @throws io.failed; what is left is deleted by a later release or open.
   */
  async release(before: number): Promise<void> {
    await this.turns.take(async () => {
      if (this.closing !== undefined) throw closedError(this.directory);
      const keep = Math.max(
        this.segments.findLastIndex((segment) => segment.firstFrame <= before),
        0,
      );
      const first = this.segments[keep];
      if (keep === 0 || first === undefined) return;
      await this.saveMarksOnFull({ ...this.marks, released: first.firstFrame });
      const gone = this.segments.slice(0, keep);
      this.segments = this.segments.slice(keep);
      await this.reader.forget(first.firstFrame);
      for (const segment of gone) await this.files.remove(segment.path);
      await this.files.syncDirectory(this.directory);
      await keepReserve(this.files, this.directory, this.logger);
    });
  }

  /** On a full disk what can be let go must be, and an orderly end said: the reserve makes room for the marks that say so. */
  private async saveMarksOnFull(marks: Marks): Promise<void> {
    try {
      await this.saveMarks(marks);
    } catch (thrown) {
      if (!(thrown instanceof AffidavitError && thrown.code === 'io.full')) throw thrown;
      await dropReserve(this.files, this.directory);
      await this.saveMarks(marks);
    }
  }

  /** What {@link damage} says has been recorded durably elsewhere: later opens don't say it again. */
  async damageReported(): Promise<void> {
    const reported = this.damage.map(({ firstFrame, lastFrame }) => [firstFrame, lastFrame] as const);
    if (reported.length === 0) return;
    await this.turns.take(() => this.saveMarks({ ...this.marks, reported: [...this.marks.reported, ...reported] }));
  }

  /** Makes durable what waits, and closes. A second call gives the same promise. @throws io.failed */
  close(): Promise<void> {
    this.closing ??= this.shut();
    return this.closing;
  }

  private async shut(): Promise<void> {
    this.ended ??= closedError(this.directory);
    await this.flushing;
    this.waiters.fail(this.ended);
    await this.turns.take(async () => {
      try {
        await this.reader.close();
        await this.writer.close();
        // A file that isn't trusted may hold more than was durable: the next open must look, as after a crash.
        if (!this.failed && this.writer.isTrusted)
          await this.saveMarksOnFull({ ...this.marks, closed: this.nextFrame });
      } finally {
        await this.owner.close();
      }
    });
  }

  private async saveMarks(marks: Marks): Promise<void> {
    this.owner.check();
    await saveMarks(this.files, this.directory, marks, this.owner);
    this.marks = marks;
  }

  /** Group commit: whatever has come while one group was synced becomes the next. */
  private async flush(): Promise<void> {
    while ((this.pending.length > 0 || this.isFull) && !this.failed) {
      const group = this.takeGroup();
      try {
        await this.commit(group);
      } catch (thrown) {
        if (AffidavitError.isPassing(thrown)) this.refuse(thrown, group);
        else this.fail(thrown, group);
      }
    }
    this.flushing = undefined;
  }

  private takeGroup(): Append[] {
    let bytes = 0;
    let count = 0;
    for (const append of this.pending) {
      bytes += append.bytes;
      if (count > 0 && bytes > this.limits.maxGroupBytes) break;
      count++;
    }
    return this.pending.splice(0, count);
  }

  private async commit(group: readonly Append[]): Promise<void> {
    const last = lastOf(this.segments);
    const isNeeded = last.bytes >= this.limits.segmentBytes || (this.isFull && last.nextFrame > last.firstFrame);
    this.isFull = false;
    if (isNeeded) {
      const begun = await this.writer.rotate(this.nextFrame);
      // Only now: a release may have replaced the list while the file was made.
      this.segments = [...this.segments, begun];
    }
    if (group.length === 0) return;
    const segment = lastOf(this.segments);
    const encoded = encodeGroup(
      group.map((append) => append.frames),
      segment.nextFrame,
    );
    const count = group.reduce((sum, append) => sum + append.frames.length, 0);
    const written = await this.write(segment, encoded, count);
    letGo(encoded);
    if (this.refusing !== undefined)
      this.logger.info({ directory: this.directory }, 'the spool takes what is written again');
    this.refusing = undefined;
    this.segments[this.segments.length - 1] = written;
    let number = segment.nextFrame;
    for (const append of group) {
      this.pendingBytes -= append.bytes;
      append.resolve(number);
      for (const frame of append.frames) this.recent.add(number++, frame);
    }
    this.waiters.wake(written.nextFrame);
  }

  /**
   * A file whose write or sync has failed isn't written to again: one with the same frames takes its place, once a group.
   * Where no file can be made now, that is tried again with the next group.
   */
  private async write(segment: Segment, encoded: Uint8Array, count: number): Promise<Segment> {
    const { isTrusted } = this.writer;
    if (isTrusted)
      try {
        return await this.writer.write(segment, encoded, count);
      } catch (thrown) {
        if (this.writer.isTrusted || isTaken(thrown)) throw thrown;
        const reason = AffidavitError.from(thrown, 'io.failed', 'write').message;
        this.logger.error({ path: segment.path, reason }, 'a file of the spool failed: its frames are written anew');
      }
    await this.turns.take(async () => {
      await this.reader.close();
      await this.writer.renew(segment);
    });
    return this.writer.write(segment, encoded, count);
  }

  /** Nothing can be written now: this group is refused, and the next one tried. */
  private refuse(reason: AffidavitError, group: readonly Append[]): void {
    if (this.refusing === undefined)
      this.logger.error({ directory: this.directory, reason: reason.message }, REFUSALS[reason.code] ?? reason.message);
    this.refusing = reason;
    for (const append of group) {
      this.pendingBytes -= append.bytes;
      append.reject(reason);
    }
  }

  private fail(thrown: unknown, group: readonly Append[]): void {
    const reason = AffidavitError.from(thrown, 'io.failed', 'write');
    const failure = new AffidavitError('spool.failed', `the spool ${this.directory} failed: ${reason.message}`, {
      cause: thrown,
    });
    this.failed = true;
    this.ended = failure;
    for (const append of [...group, ...this.pending]) append.reject(failure);
    this.pending = [];
    this.pendingBytes = 0;
    this.waiters.fail(failure);
  }
}

/** What it means that a group is refused. */
const REFUSALS: Readonly<Partial<Record<AffidavitError['code'], string>>> = {
  'io.full': 'the disk of the spool is full',
  'io.read_only': 'the disk of the spool can only be read',
  'io.no_descriptors': 'no file descriptor is left for the spool',
};

/** True when the spool is another process's now. */
const isTaken = (thrown: unknown): boolean => thrown instanceof AffidavitError && thrown.code === 'io.locked';

function lastOf(segments: readonly Segment[]): Segment {
  const last = segments.at(-1);
  if (last === undefined) throw new AffidavitError('internal', 'a spool has at least one segment');
  return last;
}

function closedError(directory: string): AffidavitError {
  return new AffidavitError('spool.closed', `the spool ${directory} is closed`);
}
