import { AffidavitError } from '../record/index.ts';
import type { FileSystem, Logger } from '../runtime/index.ts';

/**
 * A file that holds nothing but room: on a full disk it goes, so that the marks can be written without which no segment may
 * be deleted.
 */

const RESERVE_FILE = 'spool.reserve';
/** Room for the marks and their folder's entry, on any usual file system. */
const RESERVE_BYTES = 16_384;

/** Makes the reserve when it isn't there. Goes on without where there is no room for it now, or its file fails: that is logged. */
export async function keepReserve(files: FileSystem, directory: string, logger: Logger): Promise<void> {
  const path = `${directory}/${RESERVE_FILE}`;
  try {
    if (((await files.size(path)) ?? 0) >= RESERVE_BYTES) return;
    const handle = await files.open(path);
    try {
      await handle.write(new Uint8Array(RESERVE_BYTES).fill(0xff), 0);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof AffidavitError)) throw thrown;
    if (thrown.code === 'io.full') return;
    logger.warn(
      { path, reason: thrown.message },
      'the spool has no reserve: on a full disk it may not let go what it could',
    );
  }
}

/** Gives its room back. @throws io.* */
export async function dropReserve(files: FileSystem, directory: string): Promise<void> {
  await files.remove(`${directory}/${RESERVE_FILE}`);
  await files.syncDirectory(directory);
}
