import { pause } from '../runtime/index.ts';
import type { Clock } from '../runtime/index.ts';
import type { Ending } from './ending.ts';

/**
 * How long `up` waits at its end for a ledger that goes on: less than a supervisor does that kills after a minute. The lot that it is
 * at is waited for in any case: nobody closes a log in the middle of a commit, and {@link Ending.step} bounds it.
 */
const INGEST_MS = 30_000;
const POLL_MS = 20;

/** What a ledger has yet to take of a spool. */
export interface Backlog {
  /** The frame that it takes next; grows. */
  readonly position: () => number;
  /** The first frame that it needn't take any more. */
  readonly end: number;
  readonly ending: Pick<Ending, 'step'>;
}

/**
 * Waits until the ledger has taken what there is: a backlog of days takes hours, and is as safe in the spool as in the log, so no
 * further lot is waited for after half a minute. A ledger whose disk does not answer ends the process (see {@link Ending.step}).
 * @returns how many frames are left; 0 also when `signal` ended it
 */
export async function untilIngested(backlog: Backlog, clock: Clock, signal: AbortSignal): Promise<number> {
  const { position, end, ending } = backlog;
  const deadlineUs = clock.monotonicUs() + INGEST_MS * 1_000;
  for (let before = position(); before < end && !signal.aborted; before = position()) {
    if (clock.monotonicUs() >= deadlineUs) return end - before;
    await ending.step('have the ledger take what is left', untilPast(position, before, signal));
  }
  return 0;
}

async function untilPast(position: () => number, before: number, signal: AbortSignal): Promise<void> {
  while (position() === before && !signal.aborted) await pause(POLL_MS, signal);
}
