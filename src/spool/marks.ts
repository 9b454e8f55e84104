import { AffidavitError } from '../record/index.ts';
import { writeFileDurably } from '../runtime/index.ts';
import type { FileSystem, Logger, Random } from '../runtime/index.ts';
import type { SpoolOwner } from './owner.ts';
import { crc32c } from './crc32c.ts';

/** What a spool knows about itself beside its frames. */
export interface Marks {
  /** All frames before this one were released: their segments may be gone. */
  readonly released: number;
  /** `nextFrame` of an orderly close; undefined while the spool is open and after a crash. */
  readonly closed: number | undefined;
  /** Damage, first and last frame, that its finder has recorded elsewhere. */
  readonly reported: readonly (readonly [first: number, last: number])[];
}

const ID_FILE = 'spool.id';
const MARKS_FILE = 'spool.state';
const ID_BYTES = 16;
const MAX_MARKS_BYTES = 1024 * 1024;
const MAX_REPORTED = 1000;

/** The spool's id; made when there is none yet. @throws spool.damaged when it's unreadable, or gone from a used spool. */
export async function loadId(files: FileSystem, directory: string, used: boolean, random: Random): Promise<Uint8Array> {
  const path = `${directory}/${ID_FILE}`;
  if ((await files.size(path)) === undefined) {
    if (used)
      throw new AffidavitError(
        'spool.damaged',
        `${path} is missing, but there are segments: restore it, or move the folder away`,
      );
    const id = random.bytes(ID_BYTES);
    await writeFileDurably(files, path, Buffer.from(`${Buffer.from(id).toString('hex')}\n`));
    return id;
  }
  return readId(files, directory);
}

/** The id of a spool. @throws spool.damaged when it is unreadable; not_found */
export async function readId(files: FileSystem, directory: string): Promise<Uint8Array> {
  const path = `${directory}/${ID_FILE}`;
  const text = Buffer.from(await files.readFile(path, 1024))
    .toString('latin1')
    .trim();
  if (!/^[0-9a-f]{32}$/.test(text))
    throw new AffidavitError(
      'spool.damaged',
      `${path} holds no spool id (32 hex digits): restore it, or move the folder away`,
    );
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/**
 * Reads the marks. Unreadable ones are as good as none: what they would have said is found missing, and reported.
 * @throws spool.damaged for whole ones of another version of this software, which may have more to say
 */
export async function loadMarks(files: FileSystem, directory: string, logger: Logger): Promise<Marks> {
  const none: Marks = { released: 0, closed: undefined, reported: [] };
  const path = `${directory}/${MARKS_FILE}`;
  if ((await files.size(path)) === undefined) return none;
  const marks = parseMarks(Buffer.from(await files.readFile(path, MAX_MARKS_BYTES)).toString('utf8'), path);
  if (marks === undefined) logger.error({ path }, 'the state of the spool is unreadable; going on without it');
  return marks ?? none;
}

/** Replaces the marks durably, unless another owner has come. @throws io.locked then; other io.* */
export async function saveMarks(
  files: FileSystem,
  directory: string,
  marks: Marks,
  owner: Pick<SpoolOwner, 'check'>,
): Promise<void> {
  const kept = marks.reported.filter(([, last]) => last >= marks.released).slice(-MAX_REPORTED);
  const text = JSON.stringify({ format: 2, released: marks.released, closed: marks.closed ?? null, reported: kept });
  await writeFileDurably(files, `${directory}/${MARKS_FILE}`, Buffer.from(`${text}\n${checksumOf(text)}\n`), () => {
    owner.check();
  });
}

/** Segments are deleted for what the marks say: one digit that changed must not be taken for a release. */
function checksumOf(text: string): string {
  return crc32c(Buffer.from(text)).toString(16).padStart(8, '0');
}

/** Two lines: JSON, and its CRC-32C in hex. Format 1 had no second line. */
function parseMarks(written: string, path: string): Marks | undefined {
  const [text = '', checksum = '', ...more] = written.split('\n');
  const { format, released, closed, reported } = parseObject(text);
  if (checksum !== (format === 1 ? '' : checksumOf(text)) || more.some((line) => line !== '')) return undefined;
  if (format !== 1 && format !== 2)
    throw new AffidavitError(
      'spool.damaged',
      `${path} is of a format that this version does not know: start the version that wrote it`,
    );
  if (!isFrameNumber(released) || !Array.isArray(reported)) return undefined;
  if (closed !== null && !isFrameNumber(closed)) return undefined;
  return reported.every(isRange) ? { released, closed: closed ?? undefined, reported } : undefined;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isFrameNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isRange(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every(isFrameNumber);
}
