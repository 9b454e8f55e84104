import { AffidavitError } from '../record/index.ts';
import type { Logger } from '../runtime/index.ts';
import type { Spool } from '../spool/index.ts';

/** Oldest frames that the next start would need; `undefined` when there is none. */
export interface FramesNeeded {
  /** To record an end for each exchange that is open now. */
  openExchanges(): number | undefined;
  /** To know how the epoch ended. */
  epoch(): number | undefined;
}

/** Share of the spool's bound that may fill up for the sake of exchanges that are still open. */
const MAX_HELD_SHARE = 0.5;

/**
 * Makes what lets frames of the spool go that are recorded elsewhere, all before the number that it is given, but none
 * that the next start would need. When half of `maxBytes` is full, frames of exchanges that are still open go too, with
 * a warning. What it makes throws what Spool.release throws.
 */
export function guardedRelease(
  spool: Pick<Spool, 'bytes' | 'release'>,
  maxBytes: number,
  needed: FramesNeeded,
  logger: Logger,
): (before: number) => Promise<void> {
  return async (before) => {
    const recorded = Math.min(before, needed.epoch() ?? before);
    const kept = Math.min(recorded, needed.openExchanges() ?? recorded);
    const fillsUp = kept < recorded && spool.bytes > maxBytes * MAX_HELD_SHARE;
    if (fillsUp)
      logger.warn(
        { bytes: spool.bytes, maxBytes, firstFrame: kept },
        'the spool fills up: frames of exchanges that are still open are let go; after a crash now they would have no end',
      );
    try {
      await spool.release(fillsUp ? recorded : kept);
    } catch (thrown) {
      // Nothing is lost by what stays; the next release tries again.
      if (!AffidavitError.isPassing(thrown)) throw thrown;
      logger.warn({ reason: thrown.message }, 'frames of the spool stay: nothing can be written now');
    }
  };
}
