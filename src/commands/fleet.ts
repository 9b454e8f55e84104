import type { Clock, Logger } from '../runtime/index.ts';

/** One process of a fleet. */
export interface Member {
  /** Asks it to end in order. */
  end(): void;
  /** Ends it, whatever it does. */
  kill(): void;
  /** Resolves with its exit code once it is gone; `undefined` when a signal ended it. */
  readonly gone: Promise<number | undefined>;
}

/** What a fleet needs of the world. */
export interface FleetPorts {
  /** Starts the process of a slot, counted from 0. */
  start(slot: number): Member;
  /** Resolves after so many milliseconds, or when the signal comes; keeps the process alive until then. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  clock: Pick<Clock, 'monotonicUs'>;
  logger: Logger;
  /** Most processes, at most {@link MAX_PROCESSES}. */
  mostProcesses: number;
  /** How long a process may take to end in order: one that hangs is killed then. */
  killAfterMs: number;
}

/** Exit codes that mean: this way it can never run, so that trying again is no use. */
const HOPELESS: ReadonlySet<number> = new Set([2]);
/** How long a process that ended by itself stays down: twice as long after each time in a row. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** What has run for so long has begun well: its end is the first of a new row. */
const RAN_WELL_US = 60_000_000;
/** What has run for so long was able to: should it not be any more, that is no reason to end those that are. */
const RAN_US = 10_000_000;
/** Most processes of a fleet. */
export const MAX_PROCESSES = 64;

interface Slot {
  member: Member | undefined;
  /** When its process was started. */
  startedUs: number;
  /** Until it is aborted the slot is to run: a process that ends all the same is started again. */
  readonly retired: AbortController;
  /** Resolves when nothing of the slot runs any more, and nothing will. */
  done: Promise<void>;
}

/**
 * A number of like processes, each in a slot of its own: what ends by itself is started again, the number changes
 * while they run, and at the end all are asked to end in order.
 */
export class Fleet {
  readonly #ports: FleetPorts;
  readonly #slots: Slot[] = [];
  #ending = false;
  #exitCode = 0;
  /** One has run for a while, and ended since. */
  #hasRun = false;
  #hopeless: ((code: number) => void) | undefined;
  /** Resolves with the exit code of a process that can never run this way, while none of the others has run for a while. */
  readonly hopeless: Promise<number>;

  constructor(ports: FleetPorts) {
    this.#ports = ports;
    this.hopeless = new Promise((resolve) => (this.#hopeless = resolve));
  }

  /** How many processes are to run. */
  get size(): number {
    return this.#slots.filter(isWanted).length;
  }

  /** Makes it so many processes: starts further ones, or has the last ones end in order. */
  resize(count: number): void {
    if (this.#ending) return;
    const wanted = Math.min(Math.max(1, count), this.#ports.mostProcesses, MAX_PROCESSES);
    for (let number = 0; number < Math.max(wanted, this.#slots.length); number += 1) {
      const slot = this.#slots[number];
      if (number >= wanted) this.#retire(slot);
      else if (slot === undefined || !isWanted(slot)) this.#open(number, slot);
    }
  }

  /** Asks all to end in order. Resolves with the highest exit code of those that did once all are gone. */
  async end(): Promise<number> {
    this.#ending = true;
    for (const slot of this.#slots) this.#retire(slot);
    await Promise.all(this.#slots.map(({ done }) => done));
    return this.#exitCode;
  }

  #retire(slot: Slot | undefined): void {
    if (slot === undefined) return;
    slot.retired.abort();
    if (slot.member === undefined) return;
    slot.member.end();
    void this.#killLate(slot, slot.member);
  }

  /** A process that is stopped, or waits for a disk that never answers, would keep all others from being told how it went. */
  async #killLate(slot: Slot, member: Member): Promise<void> {
    const gone = new AbortController();
    void member.gone.then(() => {
      gone.abort();
    });
    const { killAfterMs } = this.#ports;
    await this.#ports.pause(killAfterMs, gone.signal);
    if (slot.member !== member) return;
    this.#ports.logger.error({ afterMs: killAfterMs }, 'a recorder does not end: it is killed');
    member.kill();
  }

  /** A slot whose last process is still ending gets its next one when that is gone: they share a folder. */
  #open(number: number, last: Slot | undefined): void {
    const slot: Slot = { member: undefined, startedUs: 0, retired: new AbortController(), done: Promise.resolve() };
    slot.done = (last?.done ?? Promise.resolve()).then(() => this.#keep(number, slot));
    this.#slots[number] = slot;
  }

  /** True when this configuration did run: whatever stops a process now may be mended while the others go on. */
  #othersRun(): boolean {
    const nowUs = this.#ports.clock.monotonicUs();
    const runs = ({ member, startedUs }: Slot): boolean => member !== undefined && nowUs - startedUs >= RAN_US;
    return this.#hasRun || this.#slots.some(runs);
  }

  async #keep(number: number, slot: Slot): Promise<void> {
    const { clock, logger } = this.#ports;
    let pauseMs = FIRST_PAUSE_MS;
    while (isWanted(slot)) {
      slot.startedUs = clock.monotonicUs();
      slot.member = this.#ports.start(number);
      const code = await slot.member.gone;
      slot.member = undefined;
      if (!isWanted(slot)) {
        this.#exitCode = Math.max(this.#exitCode, code ?? 3);
        return;
      }
      if (clock.monotonicUs() - slot.startedUs >= RAN_US) this.#hasRun = true;
      if (code !== undefined && HOPELESS.has(code) && !this.#othersRun()) {
        slot.retired.abort();
        this.#exitCode = Math.max(this.#exitCode, code);
        this.#hopeless?.(code);
        return;
      }
      if (clock.monotonicUs() - slot.startedUs >= RAN_WELL_US) pauseMs = FIRST_PAUSE_MS;
      logger.error({ process: number, code, pauseMs }, 'a recorder ended by itself; it is started again');
      await this.#ports.pause(pauseMs, slot.retired.signal);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }
}

function isWanted({ retired }: Slot): boolean {
  return !retired.signal.aborted;
}
