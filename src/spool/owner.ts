import { AffidavitError } from '../record/index.ts';
import type { FileHandle, FileSystem, Random } from '../runtime/index.ts';

const OWNER_FILE = 'spool.owner';
const NAME_BYTES = 8;

/**
 * Whose a spool is: of whoever made the file `spool.owner` last. A lock can't say so for all cases (two containers that
 * share a volume, a process that a paused machine brings back); this file can, since both see the same folder. Whoever
 * opens the spool replaces it before anything is read; whoever writes looks, after each sync and before anything is
 * acknowledged, whether the name still leads to the file that it made. So what was acknowledged was on the disk before
 * the next owner began to read, and what comes later is acknowledged by nobody. What replaces a file is made under a
 * temporary name, and looks right before it takes the place of what is there: an owner who comes after that look finds the
 * temporary name and removes it before it reads, or else finds the new file.
 */
export class SpoolOwner {
  readonly #directory: string;
  readonly #path: string;
  readonly #mark: FileHandle;

  private constructor(directory: string, path: string, mark: FileHandle) {
    this.#directory = directory;
    this.#path = path;
    this.#mark = mark;
  }

  /** Makes the spool in a folder, which must exist, ours. The file is empty: a full disk has room for it. @throws io.* */
  static async take(files: FileSystem, directory: string, random: Random): Promise<SpoolOwner> {
    const path = `${directory}/${OWNER_FILE}`;
    const temporary = `${path}.${Buffer.from(random.bytes(NAME_BYTES)).toString('hex')}.tmp`;
    await files.remove(temporary);
    const mark = await files.create(temporary);
    try {
      await files.rename(temporary, path);
      await files.syncDirectory(directory);
    } catch (thrown) {
      await mark.close();
      throw thrown;
    }
    return new SpoolOwner(directory, path, mark);
  }

  /** @throws io.locked when another process has taken the spool since */
  check(): void {
    if (this.#mark.isAt(this.#path)) return;
    throw new AffidavitError(
      'io.locked',
      `another process has opened ${this.#directory}: nothing more is recorded here. Each recorder needs a folder of its own`,
    );
  }

  /** Lets the file go, not the folder: who comes next takes it. @throws io.failed */
  close(): Promise<void> {
    return this.#mark.close();
  }
}
