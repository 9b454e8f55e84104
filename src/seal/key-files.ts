import { stat } from 'node:fs/promises';
import { AffidavitError } from '../record/index.ts';
import { directoryOf, nodeFiles } from '../runtime/index.ts';
import type { FileSystem } from '../runtime/index.ts';

/** Largest file of keys. */
const MAX_KEY_FILE_BYTES = 16 * 1024 * 1024;
const OTHERS_ANY = 0o077;
const OTHERS_WRITE = 0o022;

/** A file system that also says who may read a file. */
export interface KeyFileSystem extends FileSystem {
  /** Permission bits of a file. @throws not_found, io.failed */
  mode(path: string): Promise<number>;
}

/** The machine's file system. */
export const nodeKeyFiles: KeyFileSystem = {
  ...nodeFiles,
  mode: async (path) => {
    try {
      return (await stat(path)).mode & 0o777;
    } catch (thrown) {
      const absent = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
      throw AffidavitError.from(thrown, absent ? 'not_found' : 'io.failed', `stat ${path}`);
    }
  },
};

/** Who else than its owner may do what with a key file. */
export type Secrecy = 'secret' | 'public';

/**
 * Text of a key file.
 * @throws key.missing, key.malformed when it's empty or not text, key.permissions when group or others may read a
 * secret one or write a public one; all name the path.
 */
export async function readKeyFile(files: KeyFileSystem, path: string, secrecy: Secrecy): Promise<string> {
  if ((await files.size(path)) === undefined) throw new AffidavitError('key.missing', `there is no key file ${path}`);
  const mode = await files.mode(path);
  const forbidden = secrecy === 'secret' ? OTHERS_ANY : OTHERS_WRITE;
  if ((mode & forbidden) !== 0)
    throw new AffidavitError(
      'key.permissions',
      `${path} has mode ${mode.toString(8).padStart(4, '0')}: group and others may not ` +
        `${secrecy === 'secret' ? 'read' : 'write'} it; chmod ${secrecy === 'secret' ? '600' : '644'} it`,
    );
  const bytes = await readBytes(files, path);
  if (bytes.length === 0) throw new AffidavitError('key.malformed', `${path} is empty`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AffidavitError('key.malformed', `${path} is not text`);
  }
}

async function readBytes(files: KeyFileSystem, path: string): Promise<Uint8Array> {
  try {
    return await files.readFile(path, MAX_KEY_FILE_BYTES);
  } catch (thrown) {
    const why = thrown instanceof AffidavitError ? `: ${thrown.message}` : '';
    throw new AffidavitError('key.malformed', `${path} can't be read${why}`, { cause: thrown });
  }
}

/** Where a key file is written before it gets its name; a crash may leave one behind. */
export function temporaryOf(path: string): string {
  return `${path}.new`;
}

/**
 * Writes a new key file, mode 0600, durably and whole or not at all. The folder must exist.
 * @throws key.exists when there is one: it is never replaced.
 */
export async function createKeyFile(files: FileSystem, path: string, text: string): Promise<void> {
  const temporary = temporaryOf(path);
  await files.remove(temporary);
  const handle = await files.create(temporary);
  try {
    await handle.write(Buffer.from(text), 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  const made = await files.link(temporary, path);
  await files.remove(temporary);
  await files.syncDirectory(directoryOf(path));
  if (!made) throw new AffidavitError('key.exists', `${path} exists already and is not replaced`);
}
