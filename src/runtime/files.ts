/**
 * The file system as a port. The contract of each method is what crash safety is built on; the simulated disk of the
 * tests enforces it: what was not synced may be gone, whole or in part, after a crash.
 *
 * Every method throws `io.full` for ENOSPC/EDQUOT, `io.read_only` for EROFS, `io.no_descriptors` for EMFILE/ENFILE (then
 * nothing was done), `not_found` for ENOENT, `io.failed` for the rest, naming the path.
 */
export interface FileSystem {
  /** Opens for reading and writing; makes it (mode 0600) when absent. */
  open(path: string): Promise<FileHandle>;
  /**
   * Opens a regular file for reading, also where nothing may be written; writing to it fails.
   * @throws not_found; io.failed for what is no regular file
   */
  openForReading(path: string): Promise<FileHandle>;
  /** Makes a new file. @throws io.exists when there is one. */
  create(path: string): Promise<FileHandle>;
  /**
   * A whole regular file; with `anyKind`, for what somebody names on a command line, also a pipe or a device, of which no more
   * than `maxBytes` and one more is read. In a folder of ours nobody may ever write to a pipe, and a device may have no end.
   * @throws limit.exceeded when larger than `maxBytes`; io.failed for what is no regular file
   */
  readFile(path: string, maxBytes: number, anyKind?: boolean): Promise<Uint8Array>;
  /** Names in a folder, sorted; empty when there's no such folder. */
  list(directory: string): Promise<string[]>;
  /** Size in bytes, `undefined` when there's no such file. */
  size(path: string): Promise<number | undefined>;
  /** Makes a folder and its parents, each one synced in its parent. @throws io.failed where none can be made */
  makeDirectory(path: string): Promise<void>;
  /** Replaces `to` atomically. Durable after `syncDirectory` of the folder. */
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name; `false`, and nothing done, when that name is taken. This is the compare-and-swap. */
  link(from: string, to: string): Promise<boolean>;
  /** Removes a file; fine when it isn't there. */
  remove(path: string): Promise<void>;
  /** Makes names that were added to or removed from a folder durable. */
  syncDirectory(directory: string): Promise<void>;
}

/** An open file. */
export interface FileHandle {
  /** Writes all the bytes at a place. Durable only after `sync`. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Reads exactly `length` bytes, fewer at the end of the file. */
  read(position: number, length: number): Promise<Uint8Array>;
  /** fdatasync: when it resolves, what was written is on the disk. After a failure the file is not to be trusted again. */
  sync(): Promise<void>;
  size(): Promise<number>;
  truncate(size: number): Promise<void>;
  /** True while this very file, and no other, has that name. Asked between other steps, so it doesn't wait. @throws io.failed */
  isAt(path: string): boolean;
  close(): Promise<void>;
}

/** The folder part of a path. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : slash === 0 ? '/' : path.slice(0, slash);
}

/**
 * Writes a file so that after a crash it is there whole or not at all: temporary name, sync, rename, sync of the
 * folder. The folder must exist. Two writers of one path must not run at once: `mayReplace`, where given, is asked right
 * before the new file takes the place of what is there, and throws where another has come in between.
 */
export async function writeFileDurably(
  files: FileSystem,
  path: string,
  bytes: Uint8Array,
  mayReplace?: () => void,
): Promise<void> {
  const temporary = `${path}.tmp`;
  await files.remove(temporary);
  const handle = await files.create(temporary);
  try {
    await handle.write(bytes, 0);
    await handle.sync();
  } catch (thrown) {
    // What there was room for would take it from all others for as long as the name stays.
    await handle.truncate(0).catch(() => undefined);
    throw thrown;
  } finally {
    await handle.close();
  }
  mayReplace?.();
  await files.rename(temporary, path);
  await files.syncDirectory(directoryOf(path));
}
