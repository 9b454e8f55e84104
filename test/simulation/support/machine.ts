import { AffidavitError } from '../../../src/record/index.ts';
import type { FileHandle, FileSystem } from '../../../src/runtime/index.ts';
import { SimulatedDisk } from '../../support/simulated-disk.ts';
import type { DiskOutcome } from '../../support/simulated-disk.ts';
import type { SimulationRandom } from './random.ts';
import { Owner } from './scheduler.ts';
import type { World } from './world.ts';

/** How often what goes wrong with a machine, for each thing that happens on it. */
export interface MachineFaults {
  /** The process is killed. */
  readonly kill: number;
  /** The power fails. */
  readonly powerLoss: number;
  /** A call to the disk fails. */
  readonly diskFailure: number;
  /** A sync fails, and the kernel takes for written what it could not write. */
  readonly syncFailure: number;
  /** A call to the disk takes seconds. */
  readonly slowDisk: number;
  /** The disk has no room, or can only be read, for seconds. */
  readonly refusingDisk: number;
  /** The process stands still for seconds. */
  readonly stop: number;
}

/** Nothing goes wrong. */
export const NO_FAULTS: MachineFaults = {
  kill: 0,
  powerLoss: 0,
  diskFailure: 0,
  syncFailure: 0,
  slowDisk: 0,
  refusingDisk: 0,
  stop: 0,
};

/** A process on a machine, as its program sees it. */
export interface Process {
  readonly owner: Owner;
  readonly files: FileSystem;
  /** Resolves when it is asked to end in order. */
  readonly asked: Promise<void>;
}

/** Runs until it has ended; rejects when it fails. */
export type Program = (process: Process) => Promise<void>;

const MOST_CRASHES = 3;
const OUTCOMES: readonly DiskOutcome[] = ['not_done', 'full', 'half_done', 'done_but_failed'];
const SLOW_CALLS = new Set(['sync', 'syncDirectory']);

/** A computer with a disk, on which one program runs; it is started again whenever it has ended. */
export class Machine {
  readonly name: string;
  disk: SimulatedDisk;
  /** How many processes were killed, or lost with the power. */
  crashes = 0;
  /** How many ended by themselves without being asked. */
  failures = 0;
  /** Called when a process is gone, however that came. */
  onGone: ((owner: Owner) => void) | undefined;
  private readonly world: World;
  private readonly random: SimulationRandom;
  private readonly faults: MachineFaults;
  private readonly program: Program;
  private owner: Owner | undefined;
  private ask: (() => void) | undefined;
  private wanted = false;
  private refusing: { readonly how: 'full' | 'read_only'; readonly untilUs: number } | undefined;

  /** @param disk one that it shares with another computer, which decides what fails on it */
  constructor(world: World, name: string, faults: MachineFaults, program: Program, disk?: SimulatedDisk) {
    this.world = world;
    this.name = name;
    this.random = world.random.fork();
    this.disk = disk ?? new SimulatedDisk(this.random.below(0x1_0000_0000));
    if (disk === undefined) this.disk.onCall = ({ operation, path }) => this.outcome(operation, path);
    this.faults = faults;
    this.program = program;
  }

  /** True while a process runs. */
  get isUp(): boolean {
    return this.owner !== undefined;
  }

  /** What runs now. */
  get process(): Owner | undefined {
    return this.owner;
  }

  /** From now on a process runs here. */
  start(): void {
    this.wanted = true;
    if (this.owner === undefined) this.begin();
  }

  /** Asks the process to end in order; none is started afterwards. */
  stop(): void {
    this.wanted = false;
    this.ask?.();
  }

  /** Asks it to end in order; then it is started again. */
  restart(): void {
    this.world.disturb('restart', `${this.name}: is asked to end, and started again`);
    this.ask?.();
  }

  /** Ends the process at once. */
  crash(how: 'kill' | 'power'): void {
    const { owner } = this;
    if (owner === undefined) return;
    this.crashes += 1;
    if (how === 'kill') this.world.disturb('process killed', `${this.name}: killed`);
    else this.world.disturb('power lost', `${this.name}: the power fails`);
    // What a process has written outlives it in the page cache, but not the power.
    if (how === 'power') this.disk.crash();
    this.gone(owner);
  }

  /** The machine comes back with another disk, that is empty. */
  wipe(): void {
    const { owner } = this;
    this.world.disturb('disk wiped', `${this.name}: has another disk`);
    this.disk = new SimulatedDisk(this.random.below(0x1_0000_0000));
    this.disk.onCall = ({ operation, path }) => this.outcome(operation, path);
    if (owner !== undefined) this.gone(owner);
  }

  private begin(): void {
    const owner = new Owner(this.name);
    owner.onEvent = () => {
      this.mayCrash();
    };
    this.owner = owner;
    const { promise: asked, resolve } = Promise.withResolvers<undefined>();
    this.ask = () => {
      this.world.scheduler.after(
        0,
        () => {
          resolve(undefined);
        },
        owner,
      );
    };
    this.world.note(`${this.name}: starts`);
    const process = { owner, files: this.filesOf(owner), asked };
    this.world.scheduler.after(0, () => void this.run(process), owner);
  }

  private async run(process: Process): Promise<void> {
    const { owner } = process;
    try {
      await this.program(process);
      this.world.note(`${this.name}: has ended`);
      if (this.wanted && owner.alive) this.world.detail(() => `${this.name}: will start again`);
    } catch (thrown) {
      this.failures += 1;
      this.world.note(`${this.name}: failed: ${String(thrown)}`);
    }
    if (owner.alive) this.gone(owner);
  }

  private gone(owner: Owner): void {
    owner.alive = false;
    this.owner = undefined;
    this.ask = undefined;
    this.onGone?.(owner);
    this.world.scheduler.worldAfter(1_000 * this.random.between(10, 400), () => {
      if (this.wanted && this.owner === undefined) this.begin();
    });
  }

  private mayCrash(): void {
    const { faults, random, owner } = this;
    if (!this.world.faultsOn || owner === undefined) return;
    if (faults.stop > 0 && random.chance(faults.stop)) {
      const ms = random.between(50, 3_000);
      owner.stoppedUntilUs = this.world.scheduler.nowUs + ms * 1000;
      this.world.disturb('process stopped for a while', `${this.name}: stands still for ${ms} ms`);
    }
    const how = this.crashNow();
    if (how !== undefined) this.crash(how);
  }

  private crashNow(): 'kill' | 'power' | undefined {
    const { faults, random } = this;
    if (!this.world.faultsOn || this.crashes >= MOST_CRASHES) return undefined;
    if (faults.kill > 0 && random.chance(faults.kill)) return 'kill';
    return faults.powerLoss > 0 && random.chance(faults.powerLoss) ? 'power' : undefined;
  }

  private outcome(operation: string, path: string): DiskOutcome {
    const { world } = this;
    if (!world.faultsOn) return 'ok';
    const refusal = this.refusal(operation);
    if (refusal !== undefined) return refusal;
    const outcome = this.failure(operation);
    if (outcome === 'ok') return outcome;
    const kind = operation === 'sync' ? 'sync failed' : 'disk call failed';
    world.disturb(kind, `${this.name}: ${operation} ${path}: ${outcome}`);
    return outcome;
  }

  private failure(operation: string): DiskOutcome {
    const { faults, random } = this;
    if (operation === 'sync' && faults.syncFailure > 0 && random.chance(faults.syncFailure)) return 'not_done';
    return faults.diskFailure > 0 && random.chance(faults.diskFailure) ? random.pick(OUTCOMES) : 'ok';
  }

  /** A disk without room takes no bytes; names it may still take. */
  private refusal(operation: string): DiskOutcome | undefined {
    const { faults, random, world } = this;
    const { nowUs } = world.scheduler;
    if (operation === 'write' && faults.refusingDisk > 0 && random.chance(faults.refusingDisk)) {
      const ms = random.between(20, 2_000);
      const how = random.pick(['full', 'read_only'] as const);
      this.refusing = { how, untilUs: nowUs + ms * 1000 };
      world.disturb(how === 'full' ? 'disk full' : 'disk read-only', `${this.name}: the disk is ${how} for ${ms} ms`);
    }
    if (this.refusing === undefined || nowUs >= this.refusing.untilUs) return undefined;
    const { how } = this.refusing;
    return how === 'read_only' || operation === 'write' ? how : undefined;
  }

  private latencyUs(operation: string): number {
    const { faults, random } = this;
    if (this.world.faultsOn && faults.slowDisk > 0 && random.chance(faults.slowDisk)) {
      const ms = random.between(100, 4_000);
      this.world.disturb('disk slow', `${this.name}: ${operation} takes ${ms} ms`);
      return ms * 1000;
    }
    return SLOW_CALLS.has(operation) ? random.between(100, 4_000) : random.between(10, 200);
  }

  /** The disk, each call of which takes its time; the process may end before it is done, or before it is told. */
  private filesOf(owner: Owner): FileSystem {
    const io = <T>(operation: string, path: string, work: () => Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        const perform = (): void => {
          this.world.detail(() => `${this.name}: ${operation} ${path}`);
          const crash = this.crashNow();
          const told = (tell: () => void): void => {
            if (crash !== undefined) this.crash(crash);
            else if (owner.alive) tell();
          };
          work().then(
            (value) => {
              told(() => {
                resolve(value);
              });
            },
            (thrown: unknown) => {
              told(() => {
                reject(AffidavitError.from(thrown, 'internal', operation));
              });
            },
          );
        };
        this.world.scheduler.after(this.latencyUs(operation), perform, owner);
      });
    return timedFiles(ofTheLiving(this.disk.files(), owner), io);
  }
}

/** Nothing more comes of what a process asked for that is gone. */
function ofTheLiving(files: FileSystem, owner: Owner): FileSystem {
  return new Proxy(files, {
    get: (target, name: keyof FileSystem) => {
      const method = Reflect.get(target, name) as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => (owner.alive ? method(...args) : Promise.race([]));
    },
  });
}

type Io = <T>(operation: string, path: string, work: () => Promise<T>) => Promise<T>;

function timedFiles(files: FileSystem, io: Io): FileSystem {
  const handle = (path: string, inner: FileHandle): FileHandle => ({
    write: (bytes, position) => {
      const taken = bytes.slice();
      return io('write', path, () => inner.write(taken, position));
    },
    read: (position, length) => io('read', path, () => inner.read(position, length)),
    sync: () => io('sync', path, () => inner.sync()),
    size: () => inner.size(),
    truncate: (size) => io('truncate', path, () => inner.truncate(size)),
    isAt: (asked) => inner.isAt(asked),
    close: () => inner.close(),
  });
  return {
    open: async (path) => handle(path, await io('open', path, () => files.open(path))),
    openForReading: async (path) => handle(path, await files.openForReading(path)),
    create: async (path) => handle(path, await io('create', path, () => files.create(path))),
    readFile: (path, maxBytes) => io('readFile', path, () => files.readFile(path, maxBytes)),
    list: (directory) => files.list(directory),
    size: (path) => files.size(path),
    makeDirectory: (path) => files.makeDirectory(path),
    rename: (from, to) => io('rename', to, () => files.rename(from, to)),
    link: (from, to) => io('link', to, () => files.link(from, to)),
    remove: (path) => io('remove', path, () => files.remove(path)),
    syncDirectory: (directory) => io('syncDirectory', directory, () => files.syncDirectory(directory)),
  };
}
