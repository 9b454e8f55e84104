import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expansionsOf } from './decompress.ts';
import { encodingsOf } from './encodings.ts';
import type { Secret } from './planted.ts';

/** Where a value was found. */
export interface Place {
  /** {@link Secret.label}. */
  readonly label: string;
  readonly encoding: string;
  /** Byte offset in what was searched; of compressed data, that of its start. */
  readonly offset: number;
  /** The formats of the compressed data that it lies in, outermost first; empty when there is none. */
  readonly within: readonly string[];
}

/** A place in a file. */
export interface FilePlace extends Place {
  readonly file: string;
}

/** What a folder was searched for, and how much of it there was. */
export interface TreeSearch {
  readonly places: FilePlace[];
  readonly files: number;
  readonly bytes: number;
}

/** One form of one value. */
export interface Needle {
  readonly label: string;
  readonly encoding: string;
  readonly bytes: Uint8Array;
}

const BLOCK_BYTES = 4;
const TABLE_BITS = 20;
const MIN_NEEDLE_BYTES = 8;

/** Where a block of four bytes falls in the tables (multiplicative hashing). */
function slotOf(bytes: Uint8Array, at: number): number {
  const block =
    (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
  return Math.imul(block, 0x9e3779b1) >>> (32 - TABLE_BITS);
}

/**
 * Values in all their encodings, made ready for one pass over the data however many there are (Wu and Manber, "A fast
 * algorithm for multi-pattern searching", 1994): a block of four bytes tells how far the next match is at least.
 */
export class Needles {
  /** Length of the longest form: so much do the pieces of a stream have to overlap, less one. */
  readonly maxBytes: number;
  /** How many forms are looked for. */
  readonly count: number;
  readonly #window: number;
  readonly #shift = new Uint8Array(1 << TABLE_BITS);
  readonly #bySlot = new Map<number, Needle[]>();

  /** Throws when a form is shorter than eight bytes: it would be found by chance. */
  constructor(secrets: readonly Secret[]) {
    const needles = secrets.flatMap(({ label, value }) => encodingsOf(value).map((form) => ({ label, ...form })));
    const lengths = needles.map(({ bytes }) => bytes.length);
    this.count = needles.length;
    this.maxBytes = lengths.reduce((max, length) => Math.max(max, length), 0);
    this.#window = lengths.reduce((min, length) => Math.min(min, length), 64);
    if (this.#window < MIN_NEEDLE_BYTES)
      throw new RangeError(`a value of ${this.#window} bytes is too short to search for`);
    this.#shift.fill(this.#window - BLOCK_BYTES + 1);
    for (const needle of needles) this.#add(needle);
  }

  #add(needle: Needle): void {
    const last = this.#window - BLOCK_BYTES;
    for (let at = 0; at <= last; at += 1) {
      const slot = slotOf(needle.bytes, at);
      this.#shift[slot] = Math.min(this.#shift[slot] ?? 0, last - at);
    }
    const slot = slotOf(needle.bytes, last);
    const others = this.#bySlot.get(slot);
    if (others === undefined) this.#bySlot.set(slot, [needle]);
    else others.push(needle);
  }

  /** Calls `found` for each match in `haystack`, with its offset. */
  scan(haystack: Uint8Array, found: (needle: Needle, offset: number) => void): void {
    const last = this.#window - BLOCK_BYTES;
    let at = last;
    while (at <= haystack.length - BLOCK_BYTES) {
      const slot = slotOf(haystack, at);
      const shift = this.#shift[slot] ?? 0;
      if (shift > 0) {
        at += shift;
        continue;
      }
      for (const needle of this.#bySlot.get(slot) ?? []) {
        if (standsAt(haystack, at - last, needle.bytes)) found(needle, at - last);
      }
      at += 1;
    }
  }
}

function standsAt(haystack: Uint8Array, start: number, needle: Uint8Array): boolean {
  if (start + needle.length > haystack.length) return false;
  for (let at = 0; at < needle.length; at += 1) {
    if (haystack[start + at] !== needle[at]) return false;
  }
  return true;
}

/** More places than these are not listed. */
const MAX_PLACES = 1000;
/** Compressed data inside of compressed data is followed so deep. */
const MAX_DEPTH = 3;

/** Looks for values in bytes as they are. Lists 1,000 places at most. */
export function searchBytes(haystack: Uint8Array, needles: Needles): Place[] {
  const places: Place[] = [];
  needles.scan(haystack, ({ label, encoding }, offset) => {
    if (places.length < MAX_PLACES) places.push({ label, encoding, offset, within: [] });
  });
  return places;
}

/**
 * The same, and in whatever can be decompressed: gzip, zlib and zstd wherever they begin, brotli and raw deflate when
 * the bytes begin with them.
 */
export async function searchDeep(haystack: Uint8Array, needles: Needles, depth = 0): Promise<Place[]> {
  const places = searchBytes(haystack, needles);
  if (depth === MAX_DEPTH) return places;
  for await (const { format, offset, bytes } of expansionsOf(haystack)) {
    for (const { label, encoding, within } of await searchDeep(bytes, needles, depth + 1)) {
      if (places.length < MAX_PLACES) places.push({ label, encoding, offset, within: [format, ...within] });
    }
  }
  return places;
}

const PIECE_BYTES = 16 * 1024 * 1024;
/** Of compressed data that begins at the end of a piece, so much is seen. */
const OVERLAP_BYTES = 1024 * 1024;

/**
 * Looks for values, as {@link searchDeep} does, in every file below a folder, in pieces of bounded size. Lists 1,000
 * places at most; says how much was searched, so that a search of nothing doesn't pass for a clean one.
 */
export async function searchTree(directory: string, needles: Needles): Promise<TreeSearch> {
  const places: FilePlace[] = [];
  let bytes = 0;
  const files = await filesBelow(directory);
  for (const file of files) {
    for await (const { piece, start, isLast } of piecesOf(file, Math.max(OVERLAP_BYTES, needles.maxBytes))) {
      bytes += isLast ? piece.length : PIECE_BYTES;
      for (const place of await searchDeep(piece, needles)) {
        // What begins in the overlap is found again in the next piece.
        if (!isLast && place.offset >= PIECE_BYTES) continue;
        if (places.length < MAX_PLACES) places.push({ ...place, offset: start + place.offset, file });
      }
    }
  }
  return { places, files: files.length, bytes };
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

interface Piece {
  readonly piece: Uint8Array;
  /** Its offset in the file. */
  readonly start: number;
  readonly isLast: boolean;
}

async function* piecesOf(file: string, overlapBytes: number): AsyncGenerator<Piece> {
  const handle = await openIfThere(file);
  if (handle === undefined) return;
  try {
    const buffer = Buffer.alloc(Math.min((await handle.stat()).size, PIECE_BYTES + overlapBytes));
    for (let start = 0, isLast = false; !isLast; start += PIECE_BYTES) {
      const length = await readFully(handle, buffer, start);
      isLast = length < buffer.length || (await handle.stat()).size <= start + length;
      yield { piece: buffer.subarray(0, length), start, isLast };
    }
  } finally {
    await handle.close();
  }
}

/** A folder that is in use loses temporary files while it is searched; any other failure is one. */
async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function readFully(handle: FileHandle, buffer: Buffer, start: number): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, start + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}
