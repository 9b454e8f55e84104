import { AffidavitError } from '../record/index.ts';
import type { FileSystem } from '../runtime/index.ts';
import { LARGEST_SEGMENT_BYTES, parseSegmentName, segmentName } from './format.ts';
import { readId } from './marks.ts';
import { scanSegment } from './scan.ts';

/** What is in a spool that nobody has open. */
export interface SpoolSurvey {
  /** Number of the oldest frame that is kept. */
  readonly firstFrame: number;
  /** Number after the last frame. */
  readonly nextFrame: number;
  /** Bytes of its files that hold frames from the asked one on. */
  readonly bytes: number;
}

/**
 * Looks at the spool in a folder, and changes nothing.
 * @param from frame from which on bytes are counted, by whole files
 * @throws not_found when there is no spool; spool.damaged, io.*
 */
export async function surveySpool(files: FileSystem, directory: string, from = 0): Promise<SpoolSurvey> {
  const starts = (await files.list(directory)).map(parseSegmentName).filter((start) => start !== undefined);
  const last = starts.at(-1);
  if (last === undefined) throw new AffidavitError('not_found', `there is no spool in ${directory}`);
  const id = await readId(files, directory);
  const pathOf = (start: number): string => `${directory}/${segmentName(start)}`;
  const bytes = await files.readFile(pathOf(last), LARGEST_SEGMENT_BYTES);
  const { nextFrame } = scanSegment(bytes, { id, firstFrame: last, nextSegment: undefined });
  const wanted = starts.filter((_, index) => (starts[index + 1] ?? Infinity) > from);
  const sizes = await Promise.all(wanted.map(async (start) => (await files.size(pathOf(start))) ?? 0));
  return { firstFrame: starts[0] ?? last, nextFrame, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
