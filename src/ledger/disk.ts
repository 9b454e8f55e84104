import { AffidavitError } from '../record/index.ts';
import { equalBytes } from '../proof/index.ts';
import { directoryOf } from '../runtime/index.ts';
import type { FileSystem, Random } from '../runtime/index.ts';
import { below, TEMPORARY_FOLDER } from './layout.ts';

/**
 * Each call comes back in a turn of the event loop, and in a process that also takes calls a turn is long when it is
 * busy: what waits side by side waits once.
 */
const AT_ONCE = 32;

/** Folders whose names are still to be made durable. */
export type FolderSet = Set<string>;

/**
 * The ledger's folder: paths are relative to it. A file appears under its name only when its bytes are durable; the
 * name itself is durable after {@link LedgerDisk.syncFolders}.
 */
export class LedgerDisk {
  readonly files: FileSystem;
  readonly directory: string;
  private readonly random: Random;
  private readonly madeFolders = new Set<string>();

  constructor(files: FileSystem, directory: string, random: Random) {
    this.files = files;
    this.directory = directory;
    this.random = random;
  }

  /** A whole file. @throws not_found, limit.exceeded, io.failed */
  read(path: string, maxBytes: number): Promise<Uint8Array> {
    return this.files.readFile(below(this.directory, path), maxBytes);
  }

  /** A whole file; `undefined` when it isn't there. */
  async readIfThere(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    try {
      return await this.read(path, maxBytes);
    } catch (thrown) {
      if (thrown instanceof AffidavitError && thrown.code === 'not_found') return undefined;
      throw thrown;
    }
  }

  /** Names in a folder, sorted. */
  list(folder: string): Promise<string[]> {
    return this.files.list(below(this.directory, folder));
  }

  /** Size of a file, `undefined` when it isn't there. */
  size(path: string): Promise<number | undefined> {
    return this.files.size(below(this.directory, path));
  }

  /** Removes a file; fine when it isn't there. */
  remove(path: string): Promise<void> {
    return this.files.remove(below(this.directory, path));
  }

  /** Makes sure that a file's folder is there; the names that lead to it are added to `folders`. */
  async makeFolderOf(path: string, folders: FolderSet): Promise<void> {
    const folder = directoryOf(path);
    folders.add(folder);
    if (folder === '.' || this.madeFolders.has(folder)) return;
    await this.files.makeDirectory(below(this.directory, folder));
    // A process that was killed between making a folder and syncing its name left one that makeDirectory passes over.
    for (let at = folder; at !== '.'; at = directoryOf(at)) folders.add(directoryOf(at));
    this.madeFolders.add(folder);
  }

  /** A new file with durable bytes, in the folder for temporary ones. Gives its path. */
  async writeTemporary(bytes: Uint8Array, name = 'new'): Promise<string> {
    const path = `${TEMPORARY_FOLDER}/${name}-${Buffer.from(this.random.bytes(8)).toString('hex')}`;
    await this.makeFolderOf(path, new Set());
    await this.createWith(path, bytes);
    return path;
  }

  /** A new file with durable bytes under its own name, which nobody used before. */
  async createWith(path: string, bytes: Uint8Array): Promise<void> {
    const handle = await this.files.create(below(this.directory, path));
    try {
      await handle.write(bytes, 0);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Writes into a file in place (made when absent) and syncs it. */
  async writeInto(path: string, pieces: readonly { position: number; bytes: Uint8Array }[]): Promise<void> {
    const handle = await this.files.open(below(this.directory, path));
    try {
      for (const { position, bytes } of pieces) await handle.write(bytes, position);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** A piece of a file, shorter at its end; empty when there's no such file. */
  async readPiece(path: string, position: number, length: number): Promise<Uint8Array> {
    const size = await this.size(path);
    if (size === undefined || size <= position) return new Uint8Array(0);
    const handle = await this.files.open(below(this.directory, path));
    try {
      return await handle.read(position, length);
    } finally {
      await handle.close();
    }
  }

  /** Gives a file its name; `false` when that is taken. */
  link(from: string, to: string): Promise<boolean> {
    return this.files.link(below(this.directory, from), below(this.directory, to));
  }

  /** Gives a file its name in place of another. */
  rename(from: string, to: string): Promise<void> {
    return this.files.rename(below(this.directory, from), below(this.directory, to));
  }

  /**
   * Puts bytes under a name that never gets others; `false` when they were there already. @throws ledger.damaged when
   * there are others.
   */
  async putOnce(path: string, bytes: Uint8Array, folders: FolderSet): Promise<boolean> {
    await this.makeFolderOf(path, folders);
    const temporary = await this.writeTemporary(bytes);
    const fresh = await this.link(temporary, path);
    await this.remove(temporary);
    if (fresh) return true;
    const there = await this.read(path, Number.MAX_SAFE_INTEGER);
    if (!equalBytes(there, bytes))
      throw new AffidavitError('ledger.damaged', `${below(this.directory, path)} already holds other bytes`);
    return false;
  }

  /** Makes names durable, and forgets which. */
  async syncFolders(folders: FolderSet): Promise<void> {
    const names = [...folders].toSorted();
    folders.clear();
    await eachOf(names, (folder) => this.syncFolder(folder));
  }

  /** Makes the names in one folder durable. */
  syncFolder(folder: string): Promise<void> {
    return this.files.syncDirectory(folder === '.' ? this.directory : below(this.directory, folder));
  }
}

/** What the work gives for each item, in their order; a few at once, as {@link eachOf}. */
export async function mapOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>();
  await eachOf([...items.entries()], async ([index, item]) => {
    results.set(index, await work(item));
  });
  return items.map((_, index) => results.get(index) as R);
}

/**
 * Does the work for each item, a few at once. When one fails, what runs is waited for and the first failure is thrown:
 * nothing goes on behind the caller's back.
 */
export async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const item = items[next++] as T;
      try {
        await work(item);
      } catch (thrown) {
        failures.push(thrown);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  if (failures.length > 0) throw AffidavitError.from(failures[0], 'io.failed', 'write the ledger');
}
