import { AffidavitError } from '../record/index.ts';
import { encodeHex, openLeaf, statementHash, TILE_WIDTH } from '../proof/index.ts';
import type { TileSource } from '../proof/index.ts';
import type { Logger } from '../runtime/index.ts';
import { eachOf } from './disk.ts';
import type { FolderSet, LedgerDisk } from './disk.ts';
import type { AcceptedBatch } from './draft.ts';
import { findBatch, restoreEpoch, ROW_BYTES, writeEpochRows } from './epoch-index.ts';
import type { EpochState } from './epochs.ts';
import { epochIndexPath, EPOCHS_FOLDER } from './layout.ts';
import { readBundle, readLeaf } from './read-leaf.ts';
import { epochKey } from './staged.ts';
import type { EpochRow } from './staged.ts';

const ROWS_AT_ONCE = 4096;

/** What {@link EpochIndex} needs. */
export interface EpochIndexPorts {
  disk: LedgerDisk;
  source: TileSource;
  /** Committed and published leaves. */
  size: () => number;
  /** False for keys whose batches have no rows: the ledger's own. */
  isIndexed: (keyId: string) => boolean;
  logger: Logger;
}

/**
 * The index of batches by epoch. It isn't evidence: where it can't be right it is made anew from the tree, which reads
 * every leaf. Nothing is judged a fork or new by an index that the tree contradicts.
 */
export class EpochIndex {
  private readonly ports: EpochIndexPorts;

  constructor(ports: EpochIndexPorts) {
    this.ports = ports;
  }

  /**
   * The batch accepted under a number; `null` for none.
   * @param expected statement hash (hex) of the batch that is judged: any other is believed only when the tree has it.
   */
  async find(keyId: string, epoch: string, batchNo: number, expected: string): Promise<AcceptedBatch | null> {
    const row = await findBatch(this.ports.disk, keyId, epoch, batchNo);
    if (row?.hash === expected || (row !== null && (await this.isInTree(row)))) return row;
    return this.findAnew(keyId, epoch, batchNo);
  }

  /** The same after the epoch's index was made anew. */
  async findAnew(keyId: string, epoch: string, batchNo: number): Promise<AcceptedBatch | null> {
    await this.rebuild({ keyId, epoch });
    return findBatch(this.ports.disk, keyId, epoch, batchNo);
  }

  /** True when the batch with this statement begins at this leaf. */
  async isInTree({ leaf, hash }: AcceptedBatch): Promise<boolean> {
    if (leaf >= this.ports.size()) return false;
    const opened = openLeaf(await readLeaf(this.ports.source, this.ports.size(), leaf));
    return opened.leaf.index === 0 && encodeHex(statementHash(opened.leaf.statement)) === hash;
  }

  /** An epoch that the state has let go; `undefined` when it was never seen. @throws ledger.damaged */
  async restore(keyId: string, epoch: string): Promise<EpochState | undefined> {
    try {
      const restored = await this.read(keyId, epoch);
      // Only what was whole was let go.
      if (restored === undefined || restored.gaps.length === 0) return restored;
    } catch (thrown) {
      if (!(thrown instanceof AffidavitError && (thrown.code === 'ledger.damaged' || thrown.code === 'not_found')))
        throw thrown;
    }
    await this.rebuild({ keyId, epoch });
    return this.read(keyId, epoch);
  }

  private read(keyId: string, epoch: string): Promise<EpochState | undefined> {
    const { disk, source, size } = this.ports;
    return restoreEpoch(disk, (index) => readLeaf(source, size(), index), keyId, epoch);
  }

  /** Makes the whole index anew unless it has as many rows as the state counts. Gives the rows that it has then. */
  async check(rows: number): Promise<number> {
    const { disk } = this.ports;
    let bytes = 0;
    await eachOf(await disk.list(EPOCHS_FOLDER), async (name) => {
      const size = (await disk.size(`${EPOCHS_FOLDER}/${name}`)) ?? 0;
      bytes += size;
    });
    return bytes === rows * ROW_BYTES ? rows : this.rebuild();
  }

  /** Gives how many rows there are then. */
  private async rebuild(only?: { keyId: string; epoch: string }): Promise<number> {
    const { disk, logger, size } = this.ports;
    logger.warn({ ...only, leaves: size() }, 'the epoch index is damaged: it is made anew from the log');
    const paths =
      only === undefined
        ? (await disk.list(EPOCHS_FOLDER)).map((name) => `${EPOCHS_FOLDER}/${name}`)
        : [epochIndexPath(only.keyId, only.epoch)];
    await eachOf(paths, (path) => disk.remove(path));
    const folders: FolderSet = new Set();
    const ends = new Map<string, number>();
    let rows: EpochRow[] = [];
    const flush = async (): Promise<void> => {
      await writeEpochRows(disk, rows, folders);
      rows = [];
    };
    for await (const row of this.batches(only)) {
      const key = epochKey(row.keyId, row.epoch);
      ends.set(key, Math.max(ends.get(key) ?? 0, row.batchNo + 1));
      rows.push(row);
      if (rows.length >= ROWS_AT_ONCE) await flush();
    }
    await flush();
    await disk.syncFolders(folders);
    return [...ends.values()].reduce((sum, end) => sum + end, 0);
  }

  /** A row for each batch in the log, or for each one of an epoch. */
  private async *batches(only?: { keyId: string; epoch: string }): AsyncGenerator<EpochRow> {
    const { source, isIndexed } = this.ports;
    const size = this.ports.size();
    for (let bundle = 0; bundle * TILE_WIDTH < size; bundle++)
      for (const [i, bytes] of (await readBundle(source, size, bundle)).entries()) {
        const { leaf, statement } = openLeaf(bytes);
        const { keyId, epoch, batchNo } = statement;
        if (leaf.index !== 0 || !isIndexed(encodeHex(keyId))) continue;
        if (only !== undefined && (encodeHex(keyId) !== only.keyId || encodeHex(epoch) !== only.epoch)) continue;
        // Copies: a view would keep the whole bundle in memory.
        yield {
          keyId: keyId.slice(),
          epoch: epoch.slice(),
          batchNo,
          leaf: bundle * TILE_WIDTH + i,
          statementHash: statementHash(leaf.statement),
        };
      }
  }
}
