import { AffidavitError } from '../../src/record/index.ts';
import { directoryOf } from '../../src/runtime/index.ts';
import type { FileHandle, FileSystem } from '../../src/runtime/index.ts';
import { SeededRandom } from './seeded-random.ts';
import { SimulatedFile } from './simulated-file.ts';

/** A call that reaches the simulated disk. */
export interface DiskCall {
  /** Counts from 0 over the life of the disk. */
  readonly index: number;
  /** Method of FileSystem or FileHandle. */
  readonly operation: string;
  readonly path: string;
}

/**
 * What becomes of a call: done; failed without effect; done by half (a write), or wholly, but reported as failed, or as
 * without room; refused, because the disk can only be read, or no file descriptor is left; or the machine loses power right before or after it. A
 * `sync` that fails without effect behaves as on Linux: what it should have written can still be read, but no later sync
 * of the file will write it.
 */
export type DiskOutcome =
  | 'ok'
  | 'not_done'
  | 'half_done'
  | 'done_but_failed'
  | 'full'
  | 'read_only'
  | 'no_descriptors'
  | 'crash_before'
  | 'crash_after';

/** What a disk refuses that can only be read; a sync of what was written before fails otherwise, or not at all. */
const CHANGES: ReadonlySet<string> = new Set([
  'open',
  'create',
  'makeDirectory',
  'rename',
  'link',
  'remove',
  'write',
  'truncate',
]);

/** What takes a file descriptor. */
const OPENS: ReadonlySet<string> = new Set([
  'open',
  'openForReading',
  'create',
  'readFile',
  'list',
  'makeDirectory',
  'syncDirectory',
]);

/** A name added to, moved in or removed from a folder, and not yet synced there. */
interface NameChange {
  readonly directory: string;
  readonly removed: string | undefined;
  readonly added: { readonly path: string; readonly file: SimulatedFile } | undefined;
}

/**
 * A disk in memory that keeps FileSystem's contract and not a byte more. On {@link crash} every unsynced write may be
 * lost whole or by sectors, and every unsynced name may be lost too, in any combination; the seed repeats it.
 */
export class SimulatedDisk {
  /** Decides about each call; `ok` for all when not set. */
  onCall: (call: DiskCall) => DiskOutcome = () => 'ok';
  /** Calls so far. */
  calls = 0;
  private readonly random: SeededRandom;
  private names = new Map<string, SimulatedFile>();
  private durableNames = new Map<string, SimulatedFile>();
  private changes: NameChange[] = [];
  private readonly directories = new Set<string>(['/', '.']);
  private boot = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  /** The file system as a process sees it that starts now; after the next crash all of its calls fail. */
  files(): FileSystem {
    const boot = this.boot;
    const call: Call = (operation, path, work, failing) => this.call(boot, { operation, path, work, ...failing });
    const isAt = (file: SimulatedFile, path: string): boolean => boot === this.boot && this.names.get(path) === file;
    const handle = (path: string, file: SimulatedFile): FileHandle => openHandle(path, file, call, isAt);
    return {
      open: (path) => call('open', path, () => handle(path, this.names.get(path) ?? this.make(path))),
      openForReading: (path) => call('openForReading', path, () => handle(path, this.existing(path))),
      create: (path) =>
        call('create', path, () => {
          if (this.names.has(path)) throw new AffidavitError('io.exists', `${path} exists`);
          return handle(path, this.make(path));
        }),
      readFile: (path, maxBytes) =>
        call('readFile', path, () => {
          const file = this.existing(path);
          if (file.content.length > maxBytes) throw new AffidavitError('limit.exceeded', `${path} is too large`);
          return file.content.slice();
        }),
      list: (directory) => call('list', directory, () => this.list(directory)),
      size: (path) => call('size', path, () => this.names.get(path)?.content.length),
      makeDirectory: (path) =>
        call('makeDirectory', path, () => {
          for (let at = path; !this.directories.has(at); at = directoryOf(at)) this.directories.add(at);
        }),
      rename: (from, to) =>
        call('rename', from, () => {
          const file = this.existing(from);
          this.inDirectory(to);
          this.change({ directory: directoryOf(to), removed: from, added: { path: to, file } });
        }),
      link: (from, to) =>
        call('link', to, () => {
          const file = this.existing(from);
          this.inDirectory(to);
          if (this.names.has(to)) return false;
          this.change({ directory: directoryOf(to), removed: undefined, added: { path: to, file } });
          return true;
        }),
      remove: (path) =>
        call('remove', path, () => {
          if (this.names.has(path)) this.change({ directory: directoryOf(path), removed: path, added: undefined });
        }),
      syncDirectory: (directory) =>
        call('syncDirectory', directory, () => {
          this.syncDirectory(directory);
        }),
    };
  }

  /** Power fails: what wasn't synced is lost, kept or torn as the seed has it. Gives the file system of the next boot. */
  crash(): FileSystem {
    this.boot++;
    const names = new Map(this.durableNames);
    for (const change of this.changes) if (this.random.chance(0.5)) apply(names, change);
    this.changes = [];
    this.names = names;
    this.durableNames = new Map(names);
    for (const file of new Set(names.values())) file.crash(this.random);
    return this.files();
  }

  /** Changes a stored byte behind everyone's back. */
  flip(path: string, position: number): void {
    const file = this.existing(path);
    const before = file.content[position];
    if (before === undefined) throw new Error(`${path} has no byte ${position}`);
    file.overwriteDurably(position, before ^ 0x55);
  }

  /** Replaces a file's stored bytes behind everyone's back. */
  replace(path: string, bytes: Uint8Array): void {
    this.existing(path).replaceDurably(bytes);
  }

  /** Removes a file behind everyone's back. */
  lose(path: string): void {
    this.names.delete(path);
    this.durableNames.delete(path);
  }

  private async call<T>(boot: number, step: Step<T>): Promise<T> {
    const { operation, path } = step;
    await Promise.resolve();
    const off = (): AffidavitError => new AffidavitError('io.failed', `${operation} ${path}: the power is off`);
    if (boot !== this.boot) throw off();
    const outcome = this.onCall({ index: this.calls++, operation, path });
    if (outcome === 'crash_before') this.crash();
    if (outcome === 'crash_before') throw off();
    if (outcome === 'not_done' || outcome === 'half_done') {
      if (outcome === 'half_done') step.halfDone?.();
      else step.notDone?.();
      throw new AffidavitError('io.failed', `${operation} ${path}: injected, ${outcome.replace('_', ' ')}`);
    }
    if (outcome === 'read_only' && CHANGES.has(operation))
      throw new AffidavitError('io.read_only', `${operation} ${path}: injected, read-only`);
    if (outcome === 'no_descriptors' && OPENS.has(operation))
      throw new AffidavitError('io.no_descriptors', `${operation} ${path}: injected, no file descriptor left`);
    const result = step.work();
    if (outcome === 'crash_after') this.crash();
    if (outcome === 'crash_after') throw off();
    if (outcome === 'full') throw new AffidavitError('io.full', `${operation} ${path}: injected, no room`);
    if (outcome === 'done_but_failed')
      throw new AffidavitError('io.failed', `${operation} ${path}: injected, though done`);
    await Promise.resolve();
    return result;
  }

  private existing(path: string): SimulatedFile {
    const file = this.names.get(path);
    if (file === undefined) throw new AffidavitError('not_found', `${path} isn't there`);
    return file;
  }

  private inDirectory(path: string): void {
    if (!this.directories.has(directoryOf(path))) throw new AffidavitError('not_found', `no folder for ${path}`);
  }

  private make(path: string): SimulatedFile {
    this.inDirectory(path);
    const file = new SimulatedFile();
    this.change({ directory: directoryOf(path), removed: undefined, added: { path, file } });
    return file;
  }

  private change(change: NameChange): void {
    apply(this.names, change);
    this.changes.push(change);
  }

  private list(directory: string): string[] {
    const under = (path: string): boolean => directoryOf(path) === directory && path !== directory;
    return [...this.names.keys(), ...this.directories]
      .filter(under)
      .map((path) => path.slice(path.lastIndexOf('/') + 1))
      .toSorted();
  }

  private syncDirectory(directory: string): void {
    this.changes = this.changes.filter((change) => {
      if (change.directory !== directory) return true;
      apply(this.durableNames, change);
      return false;
    });
  }
}

function apply(names: Map<string, SimulatedFile>, { removed, added }: NameChange): void {
  if (removed !== undefined) names.delete(removed);
  if (added !== undefined) names.set(added.path, added.file);
}

interface Step<T> {
  readonly operation: string;
  readonly path: string;
  readonly work: () => T;
  /** What happens when the call fails without effect. */
  readonly notDone?: () => void;
  /** What happens when the call fails half-way. */
  readonly halfDone?: () => void;
}

type Call = <T>(
  operation: string,
  path: string,
  work: () => T,
  failing?: Pick<Step<T>, 'notDone' | 'halfDone'>,
) => Promise<T>;

function openHandle(
  path: string,
  file: SimulatedFile,
  call: Call,
  isAt: (file: SimulatedFile, path: string) => boolean,
): FileHandle {
  let open = true;
  const guarded = <T>(
    operation: string,
    work: () => T,
    failing?: Pick<Step<T>, 'notDone' | 'halfDone'>,
  ): Promise<T> => {
    const checked = (): T => {
      if (!open) throw new AffidavitError('io.failed', `${operation} ${path}: the file is closed`);
      return work();
    };
    return call(operation, path, checked, failing);
  };
  return {
    write: (bytes, position) => {
      const taken = bytes.slice();
      const write = (part: Uint8Array) => (): void => {
        file.write(part, position);
      };
      return guarded('write', write(taken), { halfDone: write(taken.subarray(0, taken.length >>> 1)) });
    },
    read: (position, length) => guarded('read', () => file.content.slice(position, position + length)),
    sync: () =>
      guarded(
        'sync',
        () => {
          file.sync();
        },
        {
          notDone: () => {
            file.failSync();
          },
        },
      ),
    size: () => guarded('fileSize', () => file.content.length),
    truncate: (size) =>
      guarded('truncate', () => {
        file.truncate(size);
      }),
    isAt: (asked) => isAt(file, asked),
    close: () =>
      guarded('close', () => {
        open = false;
      }),
  };
}
