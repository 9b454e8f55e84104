import { equalBytes } from './bytes.ts';
import {
  encodeSegmentHeader,
  FRAME_HEADER_BYTES,
  parseFrame,
  parseFrameHeader,
  SEGMENT_HEADER_BYTES,
} from './format.ts';

/** Whole frames that stand one after another, numbered without a gap. */
export interface Run {
  readonly firstFrame: number;
  /** Number after the last frame. */
  readonly nextFrame: number;
  /** Where in the file. */
  readonly start: number;
  readonly end: number;
}

/** What a segment is expected to hold. */
export interface Expected {
  readonly id: Uint8Array;
  readonly firstFrame: number;
  /** First frame of the next segment; undefined for the last segment, the only one that can be torn. */
  readonly nextSegment: number | undefined;
}

/** What was found in a segment. */
export interface Scan {
  readonly runs: readonly Run[];
  /** Number after the last frame that is known to have been there. */
  readonly nextFrame: number;
  /**
   * `intact`: header and frames fill the file. `torn`: nothing but a write that was not acknowledged is missing after
   * the runs. `damaged`: something that may have been acknowledged has changed.
   */
  readonly state: 'intact' | 'torn' | 'damaged';
}

/** Disks write sectors whole or not at all. */
const SECTOR_BYTES = 512;

/** Reads a whole segment file. Pure; never throws, whatever the bytes are. */
export function scanSegment(bytes: Uint8Array, expected: Expected): Scan {
  const { firstFrame, nextSegment } = expected;
  const last = nextSegment === undefined;
  const runs: Run[] = [];
  let next = firstFrame;
  let at = SEGMENT_HEADER_BYTES;
  const header = encodeSegmentHeader(expected.id, firstFrame);
  let damaged = !equalBytes(bytes.subarray(0, SEGMENT_HEADER_BYTES), header);
  // The header was durable before the first frame was written.
  if (damaged && last && findFrame(bytes, at, next, nextSegment) === undefined)
    return { runs, nextFrame: next, state: 'torn' };
  while (at < bytes.length) {
    const run = readRun(bytes, at, next, nextSegment);
    if (run !== undefined) {
      runs.push(run);
      next = run.nextFrame;
      at = run.end;
      continue;
    }
    const found = findFrame(bytes, at, next, nextSegment);
    if (found === undefined)
      return scanTail(bytes, at, { runs, nextFrame: next, state: damaged || !last ? 'damaged' : 'torn' });
    if (last && tornGroup(bytes, at, next, found))
      return { runs, nextFrame: next, state: damaged ? 'damaged' : 'torn' };
    damaged = true;
    next = found.number;
    at = found.at;
  }
  return { runs, nextFrame: next, state: damaged ? 'damaged' : 'intact' };
}

/** What follows holds no whole frame. One that has its full length and no lost sector was there once, and changed. */
function scanTail(bytes: Uint8Array, at: number, scan: Scan): Scan {
  const header = parseFrameHeader(bytes, at);
  if (header?.number !== scan.nextFrame) return scan;
  const end = at + FRAME_HEADER_BYTES + header.length;
  if (end > bytes.length || hasLostSector(bytes, at, end)) return scan;
  return { runs: scan.runs, nextFrame: header.number + 1, state: 'damaged' };
}

function readRun(bytes: Uint8Array, start: number, firstFrame: number, before: number | undefined): Run | undefined {
  let at = start;
  let next = firstFrame;
  while (before === undefined || next < before) {
    const frame = parseFrame(bytes, at);
    if (frame?.number !== next) break;
    at += FRAME_HEADER_BYTES + frame.length;
    next++;
  }
  return at === start ? undefined : { firstFrame, nextFrame: next, start, end: at };
}

interface Found {
  readonly at: number;
  readonly number: number;
}

/** The next whole frame whose number can stand there, at any byte. */
function findFrame(bytes: Uint8Array, start: number, next: number, before: number | undefined): Found | undefined {
  const most = next + Math.ceil(bytes.length / FRAME_HEADER_BYTES);
  const limit = before === undefined ? most : Math.min(before, most);
  for (let at = start; at + FRAME_HEADER_BYTES < bytes.length; at++) {
    const header = parseFrameHeader(bytes, at);
    if (header === undefined || header.number < next || header.number >= limit) continue;
    if (parseFrame(bytes, at) !== undefined) return { at, number: header.number };
  }
  return undefined;
}

/**
 * True when frame `next`, missing at `at`, and everything that follows belong to one group, and the gap looks like
 * sectors that were never written. A crash within a write may leave any of its sectors out; then nothing of the
 * group was acknowledged. Bytes that rotted are not zeros, and what a later group follows was durable once.
 */
function tornGroup(bytes: Uint8Array, at: number, next: number, found: Found): boolean {
  if (!hasLostSector(bytes, at, found.at)) return false;
  let later: Found | undefined = found;
  while (later !== undefined) {
    const frame = parseFrame(bytes, later.at);
    if (frame === undefined || frame.groupFirst > next) return false;
    const end: number = later.at + FRAME_HEADER_BYTES + frame.length;
    later = findFrame(bytes, end, frame.number + 1, undefined);
  }
  return true;
}

function hasLostSector(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end;) {
    const sectorEnd = Math.min(end, at - (at % SECTOR_BYTES) + SECTOR_BYTES);
    if (bytes.subarray(at, sectorEnd).every((byte) => byte === 0)) return true;
    at = sectorEnd;
  }
  return false;
}
