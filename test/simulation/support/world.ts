import type { Clock, Logger } from '../../../src/runtime/index.ts';
import { SimulationRandom } from './random.ts';
import { Scheduler } from './scheduler.ts';

/** 2026-01-02T03:04:05Z. */
const START_US = 1_767_323_045_000_000;

/** What can be made to go wrong. */
export type Disturbance =
  | 'process killed'
  | 'power lost'
  | 'process stopped for a while'
  | 'disk call failed'
  | 'sync failed'
  | 'disk wiped'
  | 'disk full'
  | 'disk read-only'
  | 'disk slow'
  | 'send lost'
  | 'broker request refused'
  | 'broker down'
  | 'consumer sent back'
  | 'topic cut'
  | 'second ledger'
  | 'clock set'
  | 'resend asked for'
  | 'restart';

/** What all parts of a simulation share: time, chance, and what happened. */
export class World {
  readonly scheduler = new Scheduler();
  readonly random: SimulationRandom;
  /** What happened, in order. */
  readonly trace: string[] = [];
  /** Whether anything is made to go wrong. */
  faultsOn = true;
  /** What went wrong that the product must not let happen. */
  readonly violations: string[] = [];
  /** How often what was made to go wrong. */
  readonly disturbances = new Map<Disturbance, number>();
  private wallOffsetUs = 0;
  private readonly logged = new Set<string>();
  private readonly verbose: boolean;

  /** @param verbose each step of each disk is noted, too */
  constructor(seed: number, verbose: boolean) {
    this.random = new SimulationRandom(seed);
    this.verbose = verbose;
  }

  /** Notes what happened. */
  note(text: string): void {
    const ms = (this.scheduler.nowUs / 1000).toFixed(3).padStart(10);
    this.trace.push(`${ms} ${text}`);
  }

  /** Notes, and counts, what was made to go wrong. */
  disturb(kind: Disturbance, text: string): void {
    this.disturbances.set(kind, (this.disturbances.get(kind) ?? 0) + 1);
    this.note(text);
  }

  /** Notes what happens all the time, when somebody wants to know. */
  detail(text: () => string): void {
    if (this.verbose) this.note(text());
  }

  /** Something happened that must not. */
  violate(what: string): void {
    this.note(`VIOLATION: ${what}`);
    this.violations.push(what);
  }

  /** The clock of a process that starts now. */
  clock(): Clock {
    const bootUs = this.scheduler.nowUs;
    return {
      nowUs: () => this.wallUs(),
      monotonicUs: () => this.scheduler.nowUs - bootUs,
    };
  }

  /** The time by Envoy's clock, which nobody sets. */
  envoyUs(): number {
    return START_US + this.scheduler.nowUs;
  }

  /** The time by the wall clock of the others. */
  wallUs(): number {
    return this.envoyUs() + this.wallOffsetUs;
  }

  /** The wall clock is set. */
  setClock(byUs: number): void {
    this.wallOffsetUs += byUs;
    this.disturb('clock set', `the wall clock is set by ${byUs / 1_000_000} s`);
  }

  /** Whether a warning or an error that the product logged begins so. */
  hasLogged(beginning: string): boolean {
    return [...this.logged].some((message) => message.startsWith(beginning));
  }

  /** A logger whose warnings and errors are noted. */
  logger(name: string): Logger {
    const say =
      (level: string) =>
      (fields: object, message: string): void => {
        this.logged.add(message);
        this.note(`${name} ${level}: ${message} ${JSON.stringify(fields)}`);
      };
    return { debug: () => undefined, info: () => undefined, warn: say('warns'), error: say('error') };
  }
}
