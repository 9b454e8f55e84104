import { constants, fstatSync, statSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { resolve } from 'node:path';
import { AffidavitError } from '../record/index.ts';
import type { FailureCode } from '../record/index.ts';
import { directoryOf } from './files.ts';
import type { FileHandle, FileSystem } from './files.ts';
import { patientFiles } from './patient-files.ts';

const CODES: Readonly<Record<string, FailureCode>> = {
  ENOSPC: 'io.full',
  EDQUOT: 'io.full',
  EROFS: 'io.read_only',
  EMFILE: 'io.no_descriptors',
  ENFILE: 'io.no_descriptors',
  ENOENT: 'not_found',
  EEXIST: 'io.exists',
};

function errno(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

async function attempt<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw AffidavitError.from(thrown, CODES[errno(thrown)] ?? 'io.failed', doing);
  }
}

class NodeFileHandle implements FileHandle {
  private readonly handle: fs.FileHandle;
  private readonly path: string;

  constructor(handle: fs.FileHandle, path: string) {
    this.handle = handle;
    this.path = path;
  }

  write(bytes: Uint8Array, position: number): Promise<void> {
    return attempt(`write ${this.path}`, async () => {
      let done = 0;
      while (done < bytes.length) {
        const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    });
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return attempt(`read ${this.path}`, async () => {
      const buffer = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await this.handle.read(buffer, done, length - done, position + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return buffer.subarray(0, done);
    });
  }

  sync(): Promise<void> {
    return attempt(`sync ${this.path}`, () => this.handle.datasync());
  }

  size(): Promise<number> {
    return attempt(`stat ${this.path}`, async () => (await this.handle.stat()).size);
  }

  truncate(size: number): Promise<void> {
    return attempt(`truncate ${this.path}`, () => this.handle.truncate(size));
  }

  isAt(path: string): boolean {
    try {
      const ours = fstatSync(this.handle.fd);
      const there = statSync(path, { throwIfNoEntry: false });
      return there !== undefined && there.ino === ours.ino && there.dev === ours.dev;
    } catch (thrown) {
      throw AffidavitError.from(thrown, 'io.failed', `stat ${path}`);
    }
  }

  close(): Promise<void> {
    return attempt(`close ${this.path}`, () => this.handle.close());
  }
}

async function open(path: string, flags: number): Promise<FileHandle> {
  return attempt(`open ${path}`, async () => new NodeFileHandle(await fs.open(path, flags, 0o600), path));
}

async function syncDirectory(directory: string): Promise<void> {
  await attempt(`sync folder ${directory}`, async () => {
    const handle = await fs.open(directory, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/**
 * Makes what is missing of a path, from the top down. `mkdir` of Node with `recursive` never ends below a folder in which
 * nothing can be made and everything is said not to be there, as in /proc.
 */
async function makeDirectory(relative: string): Promise<void> {
  const missing: string[] = [];
  let at = resolve(relative);
  while (!(await isDirectory(at))) {
    missing.push(at);
    at = directoryOf(at);
  }
  for (const path of missing.toReversed()) await makeIn(directoryOf(path), path);
}

/** The parent is open before anything is made in it: without a descriptor left nothing is done, and it can be tried again. */
async function makeIn(parent: string, path: string): Promise<void> {
  await attempt(`make folder ${path}`, async () => {
    const handle = await fs.open(parent, constants.O_RDONLY);
    try {
      await makeOne(path);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    if ((await fs.stat(path)).isDirectory()) return true;
  } catch (thrown) {
    if (errno(thrown) === 'ENOENT') return false;
    throw AffidavitError.from(thrown, 'io.failed', `make folder ${path}`);
  }
  throw new AffidavitError('io.failed', `make folder ${path}: there is a file of that name`);
}

async function makeOne(path: string): Promise<void> {
  try {
    await fs.mkdir(path, { mode: 0o700 });
  } catch (thrown) {
    // Somebody else may have made it meanwhile.
    if (errno(thrown) === 'EEXIST' && (await isDirectory(path))) return;
    const code = CODES[errno(thrown)];
    const isKnown = code === 'io.full' || code === 'io.read_only';
    throw AffidavitError.from(thrown, isKnown ? code : 'io.failed', `make folder ${path}`);
  }
}

/** What a file that says nothing of its size, like a pipe, is read in. */
const PIECE_BYTES = 65_536;

/** A file that is there, open for reading. The open of a pipe waits for whoever writes to it, unless it is told not to. */
async function openThere(path: string, anyKind = false): Promise<{ handle: fs.FileHandle; size: number }> {
  const handle = await fs.open(path, constants.O_RDONLY | (anyKind ? 0 : constants.O_NONBLOCK));
  try {
    const stats = await handle.stat();
    if (!anyKind && !stats.isFile()) throw new AffidavitError('io.failed', `${path} is no regular file`);
    return { handle, size: stats.size };
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

async function readFile(path: string, maxBytes: number, anyKind = false): Promise<Uint8Array> {
  return attempt(`read ${path}`, async () => {
    const { handle, size } = await openThere(path, anyKind);
    try {
      if (size > maxBytes) throw new AffidavitError('limit.exceeded', `${path} has ${size} bytes, over ${maxBytes}`);
      return await readUpTo(handle, path, size, maxBytes);
    } finally {
      await handle.close();
    }
  });
}

/** Its size is no promise: it may grow, and that of a device or a pipe is 0. */
async function readUpTo(handle: fs.FileHandle, path: string, size: number, maxBytes: number): Promise<Uint8Array> {
  let buffer = new Uint8Array(size + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
    if (length > maxBytes) throw new AffidavitError('limit.exceeded', `${path} has more than ${maxBytes} bytes`);
    if (length < buffer.length) continue;
    const larger = new Uint8Array(Math.min(maxBytes + 1, Math.max(PIECE_BYTES, 2 * length)));
    larger.set(buffer);
    buffer = larger;
  }
}

async function absentAs<T>(value: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof AffidavitError && thrown.code === 'not_found') return value;
    throw thrown;
  }
}

/** The machine's file system; without a file descriptor left it says so at once. */
export const promptFiles: FileSystem = {
  open: (path) => open(path, constants.O_RDWR | constants.O_CREAT),
  openForReading: (path) =>
    attempt(`open ${path}`, async () => new NodeFileHandle((await openThere(path)).handle, path)),
  create: (path) => open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL),
  readFile,
  list: (directory) =>
    absentAs([], () => attempt(`list ${directory}`, async () => (await fs.readdir(directory)).toSorted())),
  size: (path) => absentAs(undefined, () => attempt(`stat ${path}`, async () => (await fs.stat(path)).size)),
  makeDirectory,
  rename: (from, to) => attempt(`rename ${from}`, () => fs.rename(from, to)),
  link: async (from, to) => {
    try {
      await attempt(`link ${to}`, () => fs.link(from, to));
      return true;
    } catch (thrown) {
      if (thrown instanceof AffidavitError && thrown.code === 'io.exists') return false;
      throw thrown;
    }
  },
  remove: (path) => absentAs(undefined, () => attempt(`remove ${path}`, () => fs.unlink(path))),
  syncDirectory,
};

/** How long the machine's file system waits for a file descriptor. */
const PATIENCE_MS = 60_000;

/** The machine's file system; it waits for a file descriptor, a minute at most. */
export const nodeFiles: FileSystem = patientFiles(promptFiles, PATIENCE_MS);
