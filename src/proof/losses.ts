import { GAP_REASON, KEY_ROLE } from '../record/index.ts';
import type { Gap } from '../record/index.ts';
import type { MissingBatches } from './epoch-chain.ts';

/** Something that a log declares lost, in `gap` leaves of one reason. */
export interface Loss {
  /** Name in `GAP_REASON`, or `reason-<number>`. */
  reason: string;
  /** How many leaves say so. */
  records: number;
  /**
   * How many things are lost by now: batches, positions of the bus, epochs whose end is missing, payload parts and
   * attachments, frames of a spool, calls or messages of the access log.
   */
  count: number;
}

const NAMES = new Map<number, string>(Object.entries(GAP_REASON).map(([name, number]) => [number, name]));
/** What the ledger says of producers: from anyone else it takes nothing away and adds nothing. */
const OF_THE_LEDGER: ReadonlySet<number> = new Set([
  GAP_REASON.batches_missing,
  GAP_REASON.batches_arrived,
  GAP_REASON.position_jumped,
  GAP_REASON.epoch_not_stopped,
  GAP_REASON.payload_missing,
  GAP_REASON.payload_arrived,
]);

/** The name of a gap's reason. */
export function gapReasonName(reason: number): string {
  return NAMES.get(reason) ?? `reason-${reason}`;
}

/** Adds up what a log declares lost. Holds one row a reason that this version knows, and one for all others. */
export class LossBook {
  private readonly rows = new Map<number, { records: number; count: number }>();

  /** Takes a `gap` leaf, written by a key of this role. */
  take(gap: Gap, role: number): void {
    if (OF_THE_LEDGER.has(gap.reason) && role !== KEY_ROLE.ledger) return;
    const reason = NAMES.has(gap.reason) ? gap.reason : 0;
    const row = this.rows.get(reason) ?? { records: 0, count: 0 };
    this.rows.set(reason, { records: row.records + 1, count: row.count + amountOf(gap) });
  }

  /** What is lost by now: what arrived later isn't. @param missing batches that are not there */
  list(missing: readonly MissingBatches[]): Loss[] {
    const arrived = this.rows.get(GAP_REASON.payload_arrived)?.count ?? 0;
    const batches = missing.reduce((sum, { firstBatch, lastBatch }) => sum + lastBatch - firstBatch + 1, 0);
    return [...this.rows]
      .toSorted(([a], [b]) => a - b)
      .flatMap(([reason, row]) => {
        const isArrival = reason === GAP_REASON.payload_arrived || reason === GAP_REASON.batches_arrived;
        const left =
          reason === GAP_REASON.payload_missing
            ? row.count - arrived
            : reason === GAP_REASON.batches_missing
              ? batches
              : row.count;
        return isArrival || left <= 0 ? [] : [{ reason: gapReasonName(reason), records: row.records, count: left }];
      });
  }
}

/** How many things a gap is about; one when it doesn't say. */
function amountOf(gap: Gap): number {
  if (gap.reason === GAP_REASON.position_jumped) return Math.max(1, gap.lastPosition - gap.firstPosition + 1);
  if (gap.reason === GAP_REASON.epoch_not_stopped) return 1;
  return Math.max(1, gap.count);
}
