import { directoryOf } from '../../../../src/runtime/index.ts';
import type { FileSystem } from '../../../../src/runtime/index.ts';
import { SimulatedDisk } from '../../../support/simulated-disk.ts';

/** What each file of a folder holds, by path. */
export type StoredFiles = ReadonlyMap<string, Uint8Array>;

const MOST_BYTES = 1 << 30;

/** Everything below a folder. */
export async function readFolder(files: FileSystem, folder: string): Promise<StoredFiles> {
  const found = new Map<string, Uint8Array>();
  for (const name of await files.list(folder)) {
    const path = `${folder}/${name}`;
    if ((await files.size(path)) === undefined)
      for (const [below, bytes] of await readFolder(files, path)) found.set(below, bytes);
    else found.set(path, await files.readFile(path, MOST_BYTES));
  }
  return found;
}

/** A disk that holds these files, durably. */
export async function diskWith(stored: StoredFiles): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(1);
  const files = disk.files();
  const folders = new Set<string>();
  for (const [path, bytes] of stored) {
    await files.makeDirectory(directoryOf(path));
    folders.add(directoryOf(path));
    const handle = await files.create(path);
    await handle.write(bytes, 0);
    await handle.sync();
    await handle.close();
  }
  for (const folder of folders) await files.syncDirectory(folder);
  return disk;
}

/** A disk that holds these files, one of them with other bytes, or without it. */
export function diskWithout(stored: StoredFiles, path: string, bytes?: Uint8Array): Promise<SimulatedDisk> {
  const changed = new Map(stored);
  if (bytes === undefined) changed.delete(path);
  else changed.set(path, bytes);
  return diskWith(changed);
}

const EACH_BIT: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128];

/** What can become of a small file: each byte changed, by these masks or each bit alone; its end cut off; bytes added. */
export function* damaged(
  bytes: Uint8Array,
  masksAt: (at: number) => readonly number[] = () => EACH_BIT,
): Generator<[what: string, bytes: Uint8Array]> {
  for (let at = 0; at < bytes.length; at++)
    for (const mask of masksAt(at)) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ mask;
      yield [`byte ${at} changed by ${mask}`, changed];
    }
  for (const cut of [0, 1, bytes.length >> 1, bytes.length - 1])
    if (cut < bytes.length) yield [`cut to ${cut} bytes`, bytes.slice(0, cut)];
  yield ['bytes added', new Uint8Array([...bytes, ...Buffer.from('more')])];
}
