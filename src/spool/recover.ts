import { AffidavitError } from '../record/index.ts';
import { writeFileDurably } from '../runtime/index.ts';
import type { FileSystem, Logger, Random } from '../runtime/index.ts';
import {
  encodeSegmentHeader,
  LARGEST_SEGMENT_BYTES,
  parseSegmentName,
  segmentName,
  SEGMENT_HEADER_BYTES,
} from './format.ts';
import { loadId, loadMarks, saveMarks } from './marks.ts';
import type { Marks } from './marks.ts';
import type { SpoolOwner } from './owner.ts';
import { scanSegment } from './scan.ts';
import type { Run, Scan } from './scan.ts';
import type { SpoolDamage } from './types.ts';

/** A segment file; what is counted here is durable. */
export interface Segment {
  readonly path: string;
  readonly firstFrame: number;
  /** Number after its last frame. */
  readonly nextFrame: number;
  /** Size of the file. */
  readonly bytes: number;
}

/** What was found, and made good, when a spool was opened. */
export interface Recovered {
  readonly id: Uint8Array;
  readonly marks: Marks;
  /** In order, at least one; the last one is the one to append to. */
  readonly segments: Segment[];
  /** Frames that are gone and were not reported before. */
  readonly damage: SpoolDamage[];
}

interface Place {
  readonly files: FileSystem;
  readonly directory: string;
  readonly logger: Logger;
  /** Asked before anything is replaced or removed: a later owner may have written there by then. */
  readonly owner: Pick<SpoolOwner, 'check'>;
}

const DAMAGED = 'damaged';
const MAX_KEPT_NAMES = 1000;

/**
 * Reads every segment and brings the folder into order. Each step leaves a folder that this can start from again.
 *
 * After a crash the last segment is written anew even when all its frames are whole: a sync that failed may leave
 * bytes that can be read but will never reach the disk. Damaged files are kept under `damaged/`, and their whole
 * frames stay in the spool. @throws io.locked once another process has taken the spool: then nothing more is changed
 */
export async function recover(place: Place, random: Random): Promise<Recovered> {
  const { files, directory, logger } = place;
  const names = await files.list(directory);
  for (const name of names) if (name.endsWith('.tmp')) await files.remove(`${directory}/${name}`);
  const found = names.map(parseSegmentName).filter((first) => first !== undefined);
  const id = await loadId(files, directory, found.length > 0, random);
  const before = await loadMarks(files, directory, logger);
  const starts = await dropReleased(place, found, before.released);

  const segments: Segment[] = [];
  for (const [index, firstFrame] of starts.entries())
    segments.push(...(await recoverSegment(place, id, firstFrame, starts[index + 1], before)));
  if (segments.length === 0) {
    const firstFrame = Math.max(before.released, before.closed ?? 0);
    segments.push(
      await writeSegment(place, id, { firstFrame, nextFrame: firstFrame, start: 0, end: 0 }, new Uint8Array(0)),
    );
  }
  const marks = { ...before, closed: undefined };
  if (before.closed !== undefined) await saveMarks(files, directory, marks, place.owner);
  const holes = findHoles(segments, marks.released);
  for (const hole of holes) logger.error({ directory, ...hole }, 'frames of the spool are lost');
  const isNew = (hole: SpoolDamage): boolean =>
    !marks.reported.some(([first, last]) => first <= hole.firstFrame && hole.lastFrame <= last);
  return { id, marks, segments, damage: holes.filter(isNew) };
}

/** Removes what a release before the crash had not removed yet. Gives the first frames of the segments that stay. */
async function dropReleased(place: Place, starts: readonly number[], released: number): Promise<number[]> {
  const isReleased = (index: number): boolean => (starts[index + 1] ?? Infinity) <= released;
  for (const [index, firstFrame] of starts.entries())
    if (isReleased(index)) await removeSegment(place, segmentName(firstFrame));
  return starts.filter((_first, index) => !isReleased(index));
}

async function recoverSegment(
  place: Place,
  id: Uint8Array,
  firstFrame: number,
  nextSegment: number | undefined,
  marks: Marks,
): Promise<Segment[]> {
  const path = `${place.directory}/${segmentName(firstFrame)}`;
  const bytes = await place.files.readFile(path, LARGEST_SEGMENT_BYTES);
  let scan = scanSegment(bytes, { id, firstFrame, nextSegment });
  const orderly = marks.closed !== undefined;
  const least = Math.max(marks.released, marks.closed ?? 0);
  if (nextSegment === undefined && (least > scan.nextFrame || (orderly && scan.state === 'torn')))
    scan = { runs: scan.runs, nextFrame: Math.max(scan.nextFrame, least), state: 'damaged' };
  const settled = nextSegment !== undefined || orderly;
  if (scan.state === 'intact' && settled) return [{ path, firstFrame, nextFrame: scan.nextFrame, bytes: bytes.length }];
  return repair(place, id, { firstFrame, last: nextSegment === undefined, bytes, scan });
}

interface Broken {
  readonly firstFrame: number;
  readonly last: boolean;
  readonly bytes: Uint8Array;
  readonly scan: Scan;
}

/** Later runs are written first: a crash in between leaves the old file with less to say, never frames out of reach. */
async function repair(place: Place, id: Uint8Array, broken: Broken): Promise<Segment[]> {
  const { firstFrame, last, bytes, scan } = broken;
  const name = segmentName(firstFrame);
  if (scan.state === 'damaged') await keepAside(place, name);
  const kept = scan.runs.reduce((sum, run) => sum + run.end - run.start, SEGMENT_HEADER_BYTES);
  if (scan.state === 'torn')
    place.logger.warn({ segment: name, bytes: bytes.length - kept }, 'cut off a write that was not acknowledged');
  const runs: Run[] = [...scan.runs];
  if (last && runs.at(-1)?.nextFrame !== scan.nextFrame)
    runs.push({ firstFrame: scan.nextFrame, nextFrame: scan.nextFrame, start: 0, end: 0 });
  const segments: Segment[] = [];
  for (const run of runs.toReversed()) segments.unshift(await writeSegment(place, id, run, bytes));
  if (runs[0]?.firstFrame !== firstFrame) {
    await removeSegment(place, name);
    await place.files.syncDirectory(place.directory);
  }
  return segments;
}

async function removeSegment({ files, directory, owner }: Place, name: string): Promise<void> {
  owner.check();
  await files.remove(`${directory}/${name}`);
}

async function writeSegment(place: Place, id: Uint8Array, run: Run, source: Uint8Array): Promise<Segment> {
  const path = `${place.directory}/${segmentName(run.firstFrame)}`;
  const bytes = Buffer.concat([encodeSegmentHeader(id, run.firstFrame), source.subarray(run.start, run.end)]);
  await writeFileDurably(place.files, path, bytes, () => {
    place.owner.check();
  });
  return { path, firstFrame: run.firstFrame, nextFrame: run.nextFrame, bytes: bytes.length };
}

async function keepAside(place: Place, name: string): Promise<void> {
  const folder = `${place.directory}/${DAMAGED}`;
  await place.files.makeDirectory(folder);
  for (let copy = 0; copy < MAX_KEPT_NAMES; copy++) {
    const kept = copy === 0 ? `${folder}/${name}` : `${folder}/${name}.${copy}`;
    if (!(await place.files.link(`${place.directory}/${name}`, kept))) continue;
    await place.files.syncDirectory(folder);
    place.logger.error({ segment: name, kept }, 'a segment of the spool is damaged; it is kept aside');
    return;
  }
  throw new AffidavitError('spool.damaged', `${folder} holds too many copies of ${name}: move them away`);
}

function findHoles(segments: readonly Segment[], released: number): SpoolDamage[] {
  const holes: SpoolDamage[] = [];
  let next = released;
  for (const segment of segments) {
    if (segment.firstFrame > next)
      holes.push({
        firstFrame: next,
        lastFrame: segment.firstFrame - 1,
        reason: `missing before ${segmentName(segment.firstFrame)}`,
      });
    next = segment.nextFrame;
  }
  return holes;
}
