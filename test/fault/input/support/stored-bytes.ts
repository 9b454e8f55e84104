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

/** What a byte may become: each of its bits turned, none of them set, all of them set. */
export const everyChange = (byte: number): readonly number[] => [...EACH_BIT.map((bit) => byte ^ bit), 0, 0xff];

/** The same, with one of the bits for each place. */
export const someChanges = (byte: number, at: number): readonly number[] => [
  byte ^ (EACH_BIT[at % EACH_BIT.length] ?? 1),
  0,
  0xff,
];

/** What can become of a small file: each byte changed, its end cut off at each length, bytes added. */
export function* damaged(
  bytes: Uint8Array,
  changes: (byte: number, at: number) => readonly number[] = everyChange,
): Generator<[what: string, bytes: Uint8Array]> {
  for (const [at, byte] of bytes.entries())
    for (const value of new Set(changes(byte, at)))
      if (value !== byte) yield [`byte ${at} is ${value}`, bytes.with(at, value)];
  for (let length = 0; length < bytes.length; length++) yield [`cut to ${length} bytes`, bytes.slice(0, length)];
  for (const [what, added] of ADDED) yield [`${what} added`, Buffer.concat([bytes, added])];
  yield ['itself added', Buffer.concat([bytes, bytes])];
}

const ADDED: readonly (readonly [what: string, bytes: Uint8Array])[] = [
  ['a zero', new Uint8Array(1)],
  ['a block of zeros', new Uint8Array(512)],
  ['text', Buffer.from('more')],
];
