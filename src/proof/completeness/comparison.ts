import type { CounterCheck, Counters } from '../../record/index.ts';

/** The message of an access log that told of a call. */
export interface Told {
  /** Name of the epoch that received it. */
  readonly epoch: string;
  /** By the clock of that. */
  readonly receivedUs: number;
  /** The newest end of a call that it tells, by Envoy's. */
  readonly newestUs: number;
}

/** One life of an Envoy, as its counters tell, by its own clock. */
export interface EnvoyLife {
  /** When its counters were last read. */
  readonly lastUs: number;
  /** When the next one began; zero: none did. */
  readonly nextUs: number;
  /** The last end of a call that is known of it; since method 3. */
  readonly endedUs?: number;
}

/** The counters of one node, compared with its access log, by one method. */
export interface CounterComparison {
  /** True once counters were read. */
  readonly isRead: boolean;
  /** What readings before that came to is forgotten. */
  readonly certainFromUs: number;
  /** Takes what was read, and the name of the epoch that received it. */
  take(counters: Counters, epoch: string): void;
  /** Takes the end of a call that an access log names for the first time. */
  ended(timeUs: number, told: Told): void;
  /** The lives of the node. */
  lives(): EnvoyLife[];
  /** Times that no readings tell of, because the clock of Envoy was set back meanwhile. */
  readonly unread: readonly { readonly sinceUs: number; readonly untilUs: number }[];
  /** How the counters moved as far as they were read in the window from `fromUs` on; `undefined` without a reading there. */
  check(fromUs: number): CounterCheck | undefined;
  /** True when the counters say that no call began or went on in the window from `fromUs` on. */
  isIdle(fromUs: number): boolean;
}
