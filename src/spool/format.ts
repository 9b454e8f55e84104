import { AffidavitError } from '../record/index.ts';
import { crc32c } from './crc32c.ts';

/**
 * A segment file, named `<number of its first frame, 20 digits>.seg`. Numbers are big-endian.
 *
 * ```
 * header   8 'AFSPOOL1' · 16 spool id · u64 number of the first frame
 * frame    u8 0xF7 · u24 length · u32 CRC-32C · u64 number · u32 place in its group · payload
 * ```
 *
 * The CRC covers all of the frame but itself. A group is what was written by one write and one sync, and it is written
 * only after the group before is durable: a frame that is found proves that every earlier group had been durable.
 * The marker is never zero, so that a frame whose beginning was lost differs from what the disk shows instead.
 */
export const SEGMENT_HEADER_BYTES = 32;
/** Bytes of a frame before its payload. */
export const FRAME_HEADER_BYTES = 20;
/** No segment is larger: its frames are read into memory when the spool is opened. */
export const LARGEST_SEGMENT_BYTES = 1024 * 1024 * 1024;
/** What 24 bits can say. */
export const LARGEST_FRAME_BYTES = 0xff_ffff;

const MAGIC = new TextEncoder().encode('AFSPOOL1');
const MARKER = 0xf7;
const NAME = /^([0-9]{20})\.seg$/;

/** File name of the segment whose first frame has this number. */
export function segmentName(firstFrame: number): string {
  return `${String(firstFrame).padStart(20, '0')}.seg`;
}

/** The first frame's number out of a segment's file name; undefined for another file. */
export function parseSegmentName(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** The header of a segment. */
export function encodeSegmentHeader(id: Uint8Array, firstFrame: number): Uint8Array {
  const header = new Uint8Array(SEGMENT_HEADER_BYTES);
  header.set(MAGIC, 0);
  header.set(id, 8);
  new DataView(header.buffer).setBigUint64(24, BigInt(firstFrame));
  return header;
}

/** Encodes one group: `appends` one after another, frames numbered from `firstFrame` on. */
export function encodeGroup(appends: readonly (readonly Uint8Array[])[], firstFrame: number): Uint8Array {
  let total = 0;
  for (const frames of appends) for (const frame of frames) total += FRAME_HEADER_BYTES + frame.length;
  const out = new Uint8Array(total);
  const view = new DataView(out.buffer);
  let at = 0;
  let place = 0;
  for (const frames of appends) {
    for (const frame of frames) {
      view.setUint32(at, MARKER * 0x100_0000 + frame.length);
      view.setBigUint64(at + 8, BigInt(firstFrame + place));
      view.setUint32(at + 16, place);
      out.set(frame, at + FRAME_HEADER_BYTES);
      view.setUint32(at + 4, frameChecksum(out, at, frame.length));
      at += FRAME_HEADER_BYTES + frame.length;
      place++;
    }
  }
  return out;
}

function frameChecksum(bytes: Uint8Array, at: number, length: number): number {
  return crc32c(bytes.subarray(at + 8, at + FRAME_HEADER_BYTES + length), crc32c(bytes.subarray(at, at + 4)));
}

/** What stands before a frame's payload. */
export interface FrameHeader {
  readonly number: number;
  /** Number of the first frame of its group. */
  readonly groupFirst: number;
  /** Payload bytes. */
  readonly length: number;
}

/** The frame header at a place, unchecked but for its shape; undefined when there can't be one. */
export function parseFrameHeader(bytes: Uint8Array, at: number): FrameHeader | undefined {
  if (bytes[at] !== MARKER || at + FRAME_HEADER_BYTES > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, FRAME_HEADER_BYTES);
  const length = view.getUint32(0) & LARGEST_FRAME_BYTES;
  const number = view.getUint32(8) * 0x1_0000_0000 + view.getUint32(12);
  const groupFirst = number - view.getUint32(16);
  if (length === 0 || !Number.isSafeInteger(number) || groupFirst < 0) return undefined;
  return { number, groupFirst, length };
}

/** The frame at a place when it is whole and its CRC is right, else undefined. */
export function parseFrame(bytes: Uint8Array, at: number): FrameHeader | undefined {
  const header = parseFrameHeader(bytes, at);
  if (header === undefined || at + FRAME_HEADER_BYTES + header.length > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, FRAME_HEADER_BYTES);
  return view.getUint32(4) === frameChecksum(bytes, at, header.length) ? header : undefined;
}

/** Checks what is to be appended. @throws limit.exceeded */
export function checkFrames(frames: readonly Uint8Array[], maxFrameBytes: number): void {
  if (frames.length === 0) throw new AffidavitError('limit.exceeded', 'an append holds at least one frame');
  for (const frame of frames) {
    if (frame.length === 0) throw new AffidavitError('limit.exceeded', 'a frame holds at least one byte');
    if (frame.length > maxFrameBytes)
      throw new AffidavitError('limit.exceeded', `a frame of ${frame.length} bytes is over ${maxFrameBytes}`);
  }
}
