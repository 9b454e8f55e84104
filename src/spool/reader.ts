import { AffidavitError } from '../record/index.ts';
import type { FileHandle, FileSystem } from '../runtime/index.ts';
import { FRAME_HEADER_BYTES, parseFrame, parseFrameHeader, SEGMENT_HEADER_BYTES } from './format.ts';
import type { Segment } from './recover.ts';
import type { ReadLimits, SpoolFrame } from './types.ts';

const BLOCK_BYTES = 256 * 1024;
const MAX_CURSORS = 8;

interface Cursor {
  readonly segment: number;
  readonly offset: number;
}

/** Reads frames of one segment at a time and checks each. Not for calls that overlap. */
export class SegmentReader {
  private readonly files: FileSystem;
  /** Where frames stand that a reader is expected to ask for next, by number; the oldest is forgotten first. */
  private readonly cursors = new Map<number, Cursor>();
  private opened: { readonly firstFrame: number; readonly handle: FileHandle } | undefined;

  constructor(files: FileSystem) {
    this.files = files;
  }

  /** Frames of the segment from number `from` on. @throws spool.damaged when a frame isn't what was written. */
  async read(segment: Segment, from: number, limits: ReadLimits): Promise<SpoolFrame[]> {
    const blocks = new Blocks(await this.handleOf(segment), segment.bytes);
    const cursor = this.cursors.get(from);
    const known = cursor?.segment === segment.firstFrame ? cursor : undefined;
    let number = known === undefined ? segment.firstFrame : from;
    let offset = known?.offset ?? SEGMENT_HEADER_BYTES;
    const frames: SpoolFrame[] = [];
    let total = 0;
    while (number < segment.nextFrame && frames.length < limits.maxFrames) {
      const header = parseFrameHeader(await blocks.at(offset, FRAME_HEADER_BYTES), 0);
      if (header?.number !== number) throw changed(segment, number);
      const end = offset + FRAME_HEADER_BYTES + header.length;
      if (number >= from) {
        total += header.length;
        if (frames.length > 0 && total > limits.maxBytes) break;
        const whole = await blocks.at(offset, end - offset);
        if (parseFrame(whole, 0) === undefined) throw changed(segment, number);
        frames.push({ number, bytes: whole.slice(FRAME_HEADER_BYTES, end - offset) });
      }
      offset = end;
      number++;
    }
    this.remember(number, { segment: segment.firstFrame, offset }, from);
    return frames;
  }

  /** Forgets what it knows of segments before a frame. */
  async forget(before: number): Promise<void> {
    for (const [number, cursor] of this.cursors) if (cursor.segment < before) this.cursors.delete(number);
    if (this.opened !== undefined && this.opened.firstFrame < before) await this.close();
  }

  /** Closes the file it holds open. */
  async close(): Promise<void> {
    const { opened } = this;
    this.opened = undefined;
    await opened?.handle.close();
  }

  private async handleOf(segment: Segment): Promise<FileHandle> {
    if (this.opened?.firstFrame === segment.firstFrame) return this.opened.handle;
    await this.close();
    const handle = await this.files.open(segment.path);
    this.opened = { firstFrame: segment.firstFrame, handle };
    return handle;
  }

  private remember(number: number, cursor: Cursor, used: number): void {
    if (number !== used) this.cursors.delete(used);
    this.cursors.set(number, cursor);
    for (const oldest of this.cursors.keys()) {
      if (this.cursors.size <= MAX_CURSORS) break;
      this.cursors.delete(oldest);
    }
  }
}

/** A file read forwards in blocks. */
class Blocks {
  private readonly handle: FileHandle;
  private readonly size: number;
  private start = 0;
  private block: Uint8Array = new Uint8Array(0);

  constructor(handle: FileHandle, size: number) {
    this.handle = handle;
    this.size = size;
  }

  /** `count` bytes at an offset, fewer at the end of the file. */
  async at(offset: number, count: number): Promise<Uint8Array> {
    const missing = offset < this.start || offset + count > this.start + this.block.length;
    if (missing && this.start + this.block.length < this.size) {
      this.block = await this.handle.read(offset, Math.min(Math.max(count, BLOCK_BYTES), this.size - offset));
      this.start = offset;
    }
    return this.block.subarray(offset - this.start, offset - this.start + count);
  }
}

function changed(segment: Segment, number: number): AffidavitError {
  return new AffidavitError(
    'spool.damaged',
    `frame ${number} in ${segment.path} is not what was written; opening the spool again repairs and reports it`,
  );
}
