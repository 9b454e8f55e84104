import { AffidavitError } from '../record/index.ts';
import {
  CHECKPOINT_PATH,
  equalBytes,
  formatCheckpoint,
  inPlace,
  leafHash,
  MAX_NOTE_BYTES,
  parseBundle,
  sha256,
  encodeHex,
  signNote,
  tilePath,
  verifyCheckpoint,
} from '../proof/index.ts';
import type { Checkpoint, NoteKey, TileSource } from '../proof/index.ts';
import { eachOf, mapOf } from './disk.ts';
import type { FolderSet, LedgerDisk } from './disk.ts';
import { writeEpochRows } from './epoch-index.ts';
import { decodeKeyPage, EMPTY_KEY_PAGE, encodeKeyPage, mergeKeyPage } from './key-page.ts';
import type { KeyPage } from './key-page.ts';
import { below, KEY_PAGE_LEAVES, keyPagePath, STAGE_FOLDER } from './layout.ts';
import { decodeStaged, MAX_STAGED_BYTES } from './staged.ts';
import type { Staged } from './staged.ts';
import { stateRoot } from './state.ts';
import type { LedgerState } from './state.ts';
import type { StateStore } from './store.ts';
import { grow, growTiles } from './tail.ts';
import type { Growth, LogTail } from './tail.ts';

/** Largest key page that is read. */
export const MAX_KEY_PAGE_BYTES = 64 * 1024 * 1024;

/** What publishing needs. */
export interface PublisherPorts {
  disk: LedgerDisk;
  source: TileSource;
  store: StateStore;
  /** The log's note key; its name is the origin. */
  noteKey: NoteKey;
  /** Ed25519 by the log key. */
  sign: (message: Uint8Array) => Uint8Array;
}

/** A staged file as it was read from the disk, with its leaves' hashes. */
export interface ReadStaged {
  staged: Staged;
  hashes: readonly Uint8Array[];
}

/**
 * Makes what was committed visible: bundles, tiles, key pages and epoch index from the staged bytes, then the signed
 * checkpoint. Doing it again changes nothing; a start after a crash does just that.
 */
export class Publisher {
  private readonly ports: PublisherPorts;

  constructor(ports: PublisherPorts) {
    this.ports = ports;
  }

  /**
   * Publishes a committed state from its staged file and gives the log's new tail.
   * @param before the log's tail at the staged file's `oldSize`.
   * @param known what the staged file holds, when it was just read back from the disk and hashed.
   * @throws ledger.fenced, ledger.damaged, evidence.hash, io.failed
   */
  async publish(state: LedgerState, before: LogTail, known?: ReadStaged): Promise<LogTail> {
    const { staged, hashes } = known ?? (await this.readStaged(state));
    const growth = grow(before, staged.leaves, hashes);
    this.checkRoot(state, growth.root, 'the staged leaves');
    const tiles = growth.tiles.map(({ level, index, width, bytes }) => ({
      path: tilePath(level, index, width),
      bytes,
    }));
    const folders: FolderSet = new Set();
    await eachOf([...growth.bundles, ...tiles], async ({ path, bytes }) => {
      await this.ports.disk.putOnce(path, bytes, folders);
    });
    await writeEpochRows(this.ports.disk, staged.rows, folders);
    await this.writeKeyPages(state, staged, folders);
    await this.ports.disk.syncFolders(folders);
    await this.readBack(state, before, growth, tiles);
    await this.publishCheckpoint(state);
    await this.removePartials(growth.completed);
    await this.removeStaged();
    return growth.tail;
  }

  /** The published checkpoint, verified; `undefined` before the first. @throws evidence.signature, evidence.malformed */
  async checkpoint(): Promise<{ bytes: Uint8Array; checkpoint: Checkpoint } | undefined> {
    const bytes = await this.ports.disk.readIfThere(CHECKPOINT_PATH, MAX_NOTE_BYTES);
    if (bytes === undefined) return undefined;
    const path = below(this.ports.disk.directory, CHECKPOINT_PATH);
    return { bytes, checkpoint: inPlace(path, () => verifyCheckpoint(bytes, this.ports.noteKey)) };
  }

  /** The key page of leaves 256·page and on. @throws ledger.damaged when it can't be read as one */
  async keyPage(page: number): Promise<KeyPage> {
    const path = keyPagePath(page);
    const there = await this.ports.disk.readIfThere(path, MAX_KEY_PAGE_BYTES);
    try {
      return there === undefined ? EMPTY_KEY_PAGE : decodeKeyPage(there);
    } catch (thrown) {
      throw new AffidavitError('ledger.damaged', `${path} is not a key page`, { cause: thrown });
    }
  }

  /** True when what the state names as staged is still there: then it may not be published whole. */
  async isStaged(state: LedgerState): Promise<boolean> {
    if (state.staged === undefined) return false;
    return (await this.ports.disk.size(`${STAGE_FOLDER}/${state.staged.name}`)) !== undefined;
  }

  /** Removes everything staged: what is published, and what attempts that failed have left. */
  private async removeStaged(): Promise<void> {
    for (const name of await this.ports.disk.list(STAGE_FOLDER))
      await this.ports.disk.remove(`${STAGE_FOLDER}/${name}`);
  }

  private async readStaged(state: LedgerState): Promise<ReadStaged> {
    if (state.staged === undefined) throw new AffidavitError('internal', 'nothing is staged');
    const path = `${STAGE_FOLDER}/${state.staged.name}`;
    const bytes = await this.ports.disk.read(path, MAX_STAGED_BYTES);
    if (encodeHex(sha256(bytes)) !== state.staged.hash)
      throw new AffidavitError('ledger.damaged', `${path} is not what was committed: its hash doesn't match`);
    const staged = decodeStaged(bytes);
    if (staged.oldSize !== state.staged.oldSize || staged.oldSize + staged.leaves.length !== state.size)
      throw new AffidavitError('ledger.damaged', `${path} doesn't lead to the committed size ${state.size}`);
    return { staged, hashes: staged.leaves.map((leaf) => leafHash(leaf)) };
  }

  private checkRoot(state: LedgerState, root: Uint8Array, what: string): void {
    if (!equalBytes(root, stateRoot(state)))
      throw new AffidavitError('ledger.damaged', `${what} don't lead to the committed root of size ${state.size}`);
  }

  /** Nothing is signed that wasn't read back from the disk and hashed again. */
  private async readBack(
    state: LedgerState,
    before: LogTail,
    growth: Growth,
    tiles: readonly { path: string; bytes: Uint8Array }[],
  ): Promise<void> {
    const bundles = await mapOf(growth.bundles, async ({ path, width, bytes }) =>
      parseBundle(await this.ports.disk.read(path, bytes.length), width),
    );
    const leaves = bundles.flat();
    const hashes = leaves.slice(before.entries.length).map((leaf) => leafHash(leaf));
    const again = growTiles(before, hashes);
    this.checkRoot(state, again.root, 'the bundles on disk');
    const expected = new Map(again.tiles.map((tile) => [tilePath(tile.level, tile.index, tile.width), tile.bytes]));
    await eachOf(tiles, async ({ path, bytes }) => {
      const there = await this.ports.disk.read(path, bytes.length);
      if (!equalBytes(there, expected.get(path) ?? new Uint8Array(0)))
        throw new AffidavitError('ledger.damaged', `${path} doesn't hold what was written to it`);
    });
  }

  private async writeKeyPages(
    state: LedgerState,
    { keys, missing, arrived }: Staged,
    folders: FolderSet,
  ): Promise<void> {
    const pageOf = ({ leaf }: { leaf: number }): number => Math.floor(leaf / KEY_PAGE_LEAVES);
    const [entries, marks, used] = [
      Map.groupBy(keys, pageOf),
      Map.groupBy(missing, pageOf),
      Map.groupBy(arrived, pageOf),
    ];
    const written: { temporary: string; path: string }[] = [];
    await eachOf([...new Set([...entries.keys(), ...marks.keys(), ...used.keys()])], async (page) => {
      const path = keyPagePath(page);
      await this.ports.disk.makeFolderOf(path, folders);
      const merged = mergeKeyPage(await this.keyPage(page), {
        entries: entries.get(page) ?? [],
        missing: marks.get(page) ?? [],
        arrived: used.get(page) ?? [],
      });
      written.push({ temporary: await this.ports.disk.writeTemporary(encodeKeyPage(merged), 'keys'), path });
    });
    if (written.length === 0) return;
    await this.ports.store.checkCurrent(state.version);
    await eachOf(written, ({ temporary, path }) => this.ports.disk.rename(temporary, path));
  }

  private async publishCheckpoint(state: LedgerState): Promise<void> {
    const { disk, store, noteKey, sign } = this.ports;
    const text = formatCheckpoint({ origin: state.origin, size: state.size, root: stateRoot(state), extensions: [] });
    const note = signNote(text, noteKey, sign);
    const temporary = await disk.writeTemporary(note, 'checkpoint');
    await store.checkCurrent(state.version);
    await disk.rename(temporary, CHECKPOINT_PATH);
    await disk.syncFolder('.');
  }

  /** C2SP tlog-tiles: partial tiles may be deleted once the full one is there. */
  private async removePartials(completed: readonly string[]): Promise<void> {
    const { disk } = this.ports;
    await eachOf(completed, async (path) => {
      for (const width of await disk.list(`${path}.p`)) await disk.remove(`${path}.p/${width}`);
    });
  }
}
