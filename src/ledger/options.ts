import type { SignedKey } from '../record/index.ts';
import type { Clock, FileSystem, Logger, Random } from '../runtime/index.ts';
import type { KeyService } from '../seal/index.ts';
import type { Counts } from './draft.ts';
import type { Signer } from './leaves.ts';
import type { FolderLock } from './lock.ts';
import type { StorageLimits } from './storage.ts';

/** Bounds of one commit. A single message may go over the first two by what it holds. */
export interface CommitLimits {
  readonly maxLeaves: number;
  readonly maxBytes: number;
  /**
   * Batches of unknown keys that wait for their key to be enrolled; each commit writes the list of them. Further ones
   * are quarantined for good: their leaf and the log say so, their bytes are in the dead-letter store.
   */
  readonly maxWaiting: number;
}

/** What holds when nothing else is said. */
export const DEFAULT_COMMIT_LIMITS: CommitLimits = { maxLeaves: 4096, maxBytes: 16 * 1024 * 1024, maxWaiting: 10_000 };

/** What {@link Ledger.open} needs. */
export interface LedgerOptions {
  directory: string;
  files: FileSystem;
  clock: Clock;
  random: Random;
  logger: Logger;
  /** The log's name: first line of its checkpoints, name of its note key. */
  origin: string;
  /** This log's place among the partitions, from 0. */
  shard: number;
  shardCount: number;
  /** Origins of all shards, for `genesis`; this log's own when absent. */
  shardOrigins?: readonly string[];
  /** Signs checkpoints. */
  logKey: Signer;
  /** Signs the ledger's own records. */
  ledgerKey: Signer;
  /** The key that enrols all others, 32 raw bytes. */
  rootPublicKey: Uint8Array;
  /**
   * Keys to enrol when they aren't yet; at the log's beginning the ledger's own must be among them. One that is wrong is
   * refused and logged.
   */
  enrolments: readonly SignedKey[];
  keyService: Pick<KeyService, 'rewrap'>;
  /** Which bus and partition messages come from; positions count within it. */
  sourceId: string;
  environment: string;
  tenant: string;
  retentionClass: string;
  lock?: FolderLock;
  limits?: Partial<CommitLimits>;
  storage?: Partial<StorageLimits>;
}

/** What an ingestion came to. */
export interface Ingested extends Counts {
  /** Leaves in the log now; the published checkpoint covers them. */
  size: number;
}

/** What became of a message that was judged once more. */
export interface Retried {
  /** `stored`: a chunk, which counts once a record names it. `duplicate`: the log has that batch. */
  readonly outcome: 'appended' | 'duplicate' | 'stored' | 'refused';
  /** Why it was refused; else empty. */
  readonly detail: string;
  /** Leaves in the log now. */
  readonly size: number;
}
