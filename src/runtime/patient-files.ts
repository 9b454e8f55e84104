import { AffidavitError } from '../record/index.ts';
import type { FileSystem } from './files.ts';

const POLL_MS = 50;

/**
 * A file system that waits while no file descriptor is left (of the process, or of the machine), for `patienceMs` at most:
 * others are closed again in time. What found none has done nothing, so it can be done again.
 */
export function patientFiles(files: FileSystem, patienceMs: number): FileSystem {
  const waiting = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let waitedMs = 0; ; waitedMs += POLL_MS)
      try {
        return await work();
      } catch (thrown) {
        if (!(thrown instanceof AffidavitError && thrown.code === 'io.no_descriptors')) throw thrown;
        if (waitedMs >= patienceMs) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
  };
  return {
    ...files,
    open: (path) => waiting(() => files.open(path)),
    openForReading: (path) => waiting(() => files.openForReading(path)),
    create: (path) => waiting(() => files.create(path)),
    readFile: (path, maxBytes, anyKind) => waiting(() => files.readFile(path, maxBytes, anyKind)),
    list: (directory) => waiting(() => files.list(directory)),
    makeDirectory: (path) => waiting(() => files.makeDirectory(path)),
    syncDirectory: (directory) => waiting(() => files.syncDirectory(directory)),
  };
}
