import { readBundle } from '../ledger/index.ts';
import {
  CompactRange,
  equalBytes,
  leafHash,
  LeafRoles,
  parseBatchStatement,
  parseCheckpoint,
  parseNote,
  readGenesis,
  TILE_WIDTH,
  verifyCheckpoint,
} from '../proof/index.ts';
import type { Checkpoint, TileSource } from '../proof/index.ts';
import { AffidavitError, decodeLeaf, LedgerRecord } from '../record/index.ts';

/** Takes a leaf of a log, and the role of the key that signed it. */
export type TakeLeaf = (leaf: number, record: LedgerRecord, role: number) => void;

/**
 * Reads a log's leaves in order, again and again from where it stood: what it gives is what the checkpoint of then commits
 * to. Batches are not checked: a ledger has, and whoever verifies the log does.
 */
export class LeafFeed {
  readonly #source: TileSource;
  readonly #logKey: string | undefined;
  readonly #take: TakeLeaf;
  readonly #range = new CompactRange();
  #roles: LeafRoles | undefined;
  #known = 0;

  /** @param logKey verifier key that checkpoints must be signed with; without it they are believed. */
  constructor(source: TileSource, logKey: string | undefined, take: TakeLeaf) {
    this.#source = source;
    this.#logKey = logKey;
    this.#take = take;
  }

  /** Leaves given so far. */
  get size(): number {
    return this.#range.size;
  }

  /** Leaves of the log that were not given yet, by the checkpoint that was read last. */
  get behind(): number {
    return Math.max(0, this.#known - this.size);
  }

  /**
   * Gives the leaves up to the present checkpoint. Resolves to how many there are.
   * @throws not_found without a log; evidence.* for one that isn't what its checkpoint says; whatever the source throws
   */
  async follow(signal?: AbortSignal): Promise<number> {
    const checkpoint = await this.#checkpoint();
    this.#known = checkpoint.size;
    if (checkpoint.size < this.size)
      throw new AffidavitError('evidence.rollback', `rolled back from ${this.size} to ${checkpoint.size} leaves`);
    while (this.size < checkpoint.size && signal?.aborted !== true) {
      const bundle = Math.floor(this.size / TILE_WIDTH);
      const entries = await readBundle(this.#source, checkpoint.size, bundle);
      for (const entry of entries.slice(this.size - bundle * TILE_WIDTH)) this.#give(entry);
    }
    if (this.size === checkpoint.size && !equalBytes(this.#range.root(), checkpoint.root))
      throw new AffidavitError(
        'evidence.hash',
        `the ${this.size} leaves that were read are not those of the checkpoint`,
      );
    return this.size;
  }

  async #checkpoint(): Promise<Checkpoint> {
    const note = await this.#source.readCheckpoint();
    return this.#logKey === undefined ? parseCheckpoint(parseNote(note).text) : verifyCheckpoint(note, this.#logKey);
  }

  #give(entry: Uint8Array): void {
    const leaf = this.size;
    const { record: encoded, statement } = decodeLeaf(entry);
    const record = LedgerRecord.decode(encoded);
    this.#roles ??= rolesOf(record, parseBatchStatement(statement).logOrigin);
    this.#range.append(leafHash(entry));
    this.#take(leaf, record, this.#roles.take(record, leaf));
  }
}

function rolesOf(genesis: LedgerRecord, origin: string): LeafRoles {
  return new LeafRoles(readGenesis(genesis, origin, {}).rootPublicKey, origin);
}
