import type { Logger } from '../runtime/index.ts';
import { eachOf } from './disk.ts';
import type { LedgerDisk } from './disk.ts';
import { chunkPath, DEAD_LETTER_FOLDER, INCOMING_FOLDER, incomingFolder, parseDay } from './layout.ts';

/** How much of what nothing in the log refers to by itself is kept on disk. */
export interface StorageLimits {
  /**
   * Bytes of quarantined messages, each counted as 4 KiB at least: what it takes on disk. The `quarantined` leaf of a
   * further one is written all the same; it says, as the log does, that the bytes were not kept. Whoever has dealt with
   * messages removes their files; the next start counts anew.
   */
  readonly maxDeadLetterBytes: number;
  /**
   * Days that chunks sent ahead wait for the record that names them. Longer than a recorder may take to end a call and
   * to deliver it: the age of its spool and the retention of the topic. What waited longer is removed, and logged;
   * without its record nobody could ever open it.
   */
  readonly maxUnclaimedDays: number;
}

/** What holds when nothing else is said: 1 GiB, 30 days. */
export const DEFAULT_STORAGE_LIMITS: StorageLimits = { maxDeadLetterBytes: 1024 ** 3, maxUnclaimedDays: 30 };

const BLOCK_BYTES = 4096;
const DAY_US = 86_400_000_000;

/** Bytes that a quarantined message takes on disk. */
export function deadLetterCost(bytes: number): number {
  return Math.max(BLOCK_BYTES, bytes);
}

/** A time as the UTC day that incoming chunks are filed under, `YYYY-MM-DD`. */
export function dayOf(timeUs: number): string {
  return new Date(timeUs / 1000).toISOString().slice(0, 10);
}

/** What the quarantined messages on disk take. */
export async function measureDeadLetters(disk: LedgerDisk): Promise<number> {
  let total = 0;
  await eachOf(await disk.list(DEAD_LETTER_FOLDER), async (name) => {
    const bytes = (await disk.size(`${DEAD_LETTER_FOLDER}/${name}`)) ?? 0;
    total += deadLetterCost(bytes);
  });
  return total;
}

/**
 * Where an incoming chunk lies, the newest place of several; `undefined` when it isn't there.
 * @param days the folders to look into, oldest first.
 */
export async function findIncoming(
  disk: LedgerDisk,
  days: readonly string[],
  hashHex: string,
): Promise<string | undefined> {
  for (const day of days.toReversed()) {
    const path = `${incomingFolder(day)}/${hashHex}`;
    if ((await disk.size(path)) !== undefined) return path;
  }
  return undefined;
}

/** Removes the chunks that no record claimed in time, and the incoming names of those that were claimed. */
export async function sweepIncoming(
  disk: LedgerDisk,
  nowUs: number,
  logger: Logger,
  { maxUnclaimedDays }: StorageLimits,
): Promise<void> {
  const oldest = dayOf(Math.max(0, nowUs - maxUnclaimedDays * DAY_US));
  let [chunks, bytes] = [0, 0];
  for (const day of await disk.list(INCOMING_FOLDER)) {
    if (!parseDay(day) || day >= oldest) continue;
    await eachOf(await disk.list(incomingFolder(day)), async (hash) => {
      const path = `${incomingFolder(day)}/${hash}`;
      const size = (await disk.size(path)) ?? 0;
      if ((await disk.size(chunkPath(hash))) === undefined) {
        chunks += 1;
        bytes += size;
      }
      await disk.remove(path);
    });
  }
  if (chunks > 0)
    logger.warn({ chunks, bytes, maxUnclaimedDays }, 'removed chunks whose record never came: nobody could open them');
}
