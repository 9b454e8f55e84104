import { AffidavitError, MAX_FRAME_BYTES } from '../record/index.ts';
import { FRAME_HEADER_BYTES, LARGEST_FRAME_BYTES } from './format.ts';
import type { SpoolLimits, SpoolOptions } from './types.ts';

/** The bounds that are no settings. */
const SPOOL_BOUNDS: Omit<SpoolLimits, 'segmentBytes' | 'maxBytes'> = {
  keptBytes: 4 * 1024 * 1024,
  maxFrameBytes: MAX_FRAME_BYTES,
  maxGroupBytes: 8 * 1024 * 1024,
  maxPendingBytes: 64 * 1024 * 1024,
  maxRecentBytes: 16 * 1024 * 1024,
};

const LARGEST_SEGMENT_LIMIT = 512 * 1024 * 1024;

/** The limits of a spool, with the bounds that are no settings. @throws config.invalid for limits that can't work */
export function spoolLimits(settings: SpoolOptions['limits']): SpoolLimits {
  const limits = { ...SPOOL_BOUNDS, ...settings };
  const invalid = (what: string): AffidavitError => new AffidavitError('config.invalid', `spool limits: ${what}`);
  if (limits.segmentBytes < 1 || limits.segmentBytes > LARGEST_SEGMENT_LIMIT)
    throw invalid(`segmentBytes ${limits.segmentBytes} is not within 1 … ${LARGEST_SEGMENT_LIMIT}`);
  if (limits.maxFrameBytes < 1 || limits.maxFrameBytes > LARGEST_FRAME_BYTES)
    throw invalid(`maxFrameBytes ${limits.maxFrameBytes} is not within 1 … ${LARGEST_FRAME_BYTES}`);
  if (
    limits.maxPendingBytes < limits.maxFrameBytes + FRAME_HEADER_BYTES ||
    limits.maxPendingBytes > LARGEST_SEGMENT_LIMIT
  )
    throw invalid(
      `maxPendingBytes ${limits.maxPendingBytes} is too small for a frame, or over ${LARGEST_SEGMENT_LIMIT}`,
    );
  return limits;
}
