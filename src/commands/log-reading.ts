import { openLeaf, parseCheckpoint, parseNote, TILE_WIDTH } from '../proof/index.ts';
import type { Checkpoint, TileSource } from '../proof/index.ts';
import { readBundle } from '../ledger/index.ts';
import { AffidavitError } from '../record/index.ts';
import type { LedgerRecord } from '../record/index.ts';
import { exchangeIdOf } from './describe.ts';

/** A leaf of a log, taken apart. */
export interface LogEntry {
  index: number;
  /** The leaf, verbatim. */
  bytes: Uint8Array;
  record: LedgerRecord;
}

/** The checkpoint's contents; its signature isn't checked: reading isn't verifying. @throws not_found, evidence.* */
export async function readCheckpoint(source: TileSource): Promise<Checkpoint> {
  const bytes = await source.readCheckpoint().catch((thrown: unknown) => {
    if (!(thrown instanceof AffidavitError && thrown.code === 'not_found')) throw thrown;
    throw new AffidavitError('not_found', `there is no log here: ${thrown.message}`, { cause: thrown });
  });
  return parseCheckpoint(parseNote(bytes).text);
}

/** The entries from index `from` up to `to` (exclusive), in order, a bundle at a time. @throws evidence.* */
export async function* readEntries(
  source: TileSource,
  size: number,
  from = 0,
  to: number = size,
): AsyncGenerator<LogEntry> {
  for (let bundle = Math.floor(from / TILE_WIDTH); bundle * TILE_WIDTH < to; bundle++) {
    const first = bundle * TILE_WIDTH;
    for (const [offset, entry] of (await readBundle(source, size, bundle)).entries()) {
      const index = first + offset;
      if (index >= from && index < to) yield { index, bytes: entry, record: openLeaf(entry).record };
    }
  }
}

/** The entry of a leaf index, or those about an exchange id. @throws usage for no id at all, not_found */
export async function findEntries(source: TileSource, id: string): Promise<LogEntry[]> {
  // Records that are about no exchange have no id either: an empty one would mean all of them.
  if (id === '') throw new AffidavitError('usage', 'an empty id: give the number of a record, or an exchange id');
  const { size } = await readCheckpoint(source);
  const found: LogEntry[] = [];
  if (/^\d{1,15}$/.test(id)) {
    const index = Number(id);
    if (index < size) for await (const entry of readEntries(source, size, index, index + 1)) found.push(entry);
  } else {
    for await (const entry of readEntries(source, size)) if (exchangeIdOf(entry.record) === id) found.push(entry);
  }
  if (found.length > 0) return found;
  throw new AffidavitError('not_found', `the log has no record ${id}: give a number below ${size}, or an exchange id`);
}
