import type { ReadLimits, SpoolFrame } from './types.ts';

/**
 * The newest durable frames, kept in memory until they are read: who carries the spool on follows right behind its
 * writer, and reading back from the file what was just written costs more than sending it. Bounded by bytes; the oldest
 * go first. One whose memory its reader has let go is empty, and isn't here any more.
 */
export class RecentFrames {
  private readonly maxBytes: number;
  private frames: Uint8Array[] = [];
  /** What each of them had when it came. */
  private sizes: number[] = [];
  /** Number of the first one. */
  private first = 0;
  private bytes = 0;
  /** How many at the front have gone; they are taken off the array now and then. */
  private gone = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Takes a frame that has become durable. A number that doesn't follow on begins anew. */
  add(number: number, frame: Uint8Array): void {
    if (number !== this.first + this.frames.length - this.gone) {
      this.frames = [];
      this.sizes = [];
      [this.first, this.bytes, this.gone] = [number, 0, 0];
    }
    this.frames.push(frame);
    this.sizes.push(frame.length);
    this.bytes += frame.length;
    while (this.bytes > this.maxBytes && this.gone < this.frames.length) this.dropFirst();
    this.cut();
  }

  /**
   * Frames from number `from` on; `undefined` when that one isn't here. Those before are let go: who carries the spool
   * on has them, and what is kept longer than needed is moved by the garbage collector, and brings on the next full one.
   */
  read(from: number, limits: ReadLimits): SpoolFrame[] | undefined {
    while (this.first < from && this.gone < this.frames.length) this.dropFirst();
    const start = from - this.first + this.gone;
    if (from < this.first || start >= this.frames.length) return undefined;
    if (this.frames[start]?.length === 0) return undefined;
    const found: SpoolFrame[] = [];
    let total = 0;
    for (let index = start; index < this.frames.length && found.length < limits.maxFrames; index++) {
      const bytes = this.frames[index] ?? new Uint8Array(0);
      if (bytes.length === 0) break;
      total += bytes.length;
      if (found.length > 0 && total > limits.maxBytes) break;
      found.push({ number: from + found.length, bytes });
    }
    return found;
  }

  private cut(): void {
    if (this.gone <= 1024 || this.gone * 2 <= this.frames.length) return;
    this.frames = this.frames.slice(this.gone);
    this.sizes = this.sizes.slice(this.gone);
    this.gone = 0;
  }

  private dropFirst(): void {
    this.bytes -= this.sizes[this.gone] ?? 0;
    // Not kept alive until the array is cut.
    this.frames[this.gone] = new Uint8Array(0);
    this.gone++;
    this.first++;
  }
}
