import { AffidavitError } from '../record/index.ts';
import { equalBytes } from './bytes.ts';
import type { Checkpoint } from './note.ts';
import { at } from './place.ts';
import { encodeHex } from './platform.ts';
import {
  CHECKPOINT_PATH,
  edgeTiles,
  entriesPath,
  levelHashes,
  parseBundle,
  TILE_WIDTH,
  TileEdge,
  tilePath,
  tileWidth,
} from './tile.ts';
import type { TileSource } from './tile.ts';
import { readTileHashes, readWithFallback } from './tile-proof.ts';
import { leafHash, treeRoot } from './tree.ts';

/** A bundle whose entries were checked against the tree. */
export interface VerifiedBundle {
  /** Its path in the log. */
  path: string;
  /** Leaf index of the first entry. */
  firstLeaf: number;
  entries: Uint8Array[];
}

/** A tile in hand: its hashes are known to lead to the checkpoint's root. */
interface TrustedTile {
  index: number;
  hashes: readonly Uint8Array[];
}

/**
 * Walks a tree from left to right and checks every tile and entry against a checkpoint's root: from the root down, so
 * that what is wrong is named where it is wrong. Holds one tile a level and one bundle.
 */
export class TreeWalk {
  private readonly source: TileSource;
  private readonly checkpoint: Checkpoint;
  /** The right edge, by level; proven by the root. */
  private readonly edge: (readonly Uint8Array[])[];
  /** The tile of each level that the walk stands in. */
  private readonly current: (TrustedTile | undefined)[] = [];

  private constructor(source: TileSource, checkpoint: Checkpoint, edge: (readonly Uint8Array[])[]) {
    this.source = source;
    this.checkpoint = checkpoint;
    this.edge = edge;
  }

  /**
   * Reads the tree's right edge and checks it against the root.
   * @throws evidence.* naming the tile and hash; whatever the source throws.
   */
  static async open(source: TileSource, checkpoint: Checkpoint): Promise<TreeWalk> {
    const edge: Uint8Array[][] = [];
    for (const [level, place] of edgeTiles(checkpoint.size).entries())
      edge.push(place === undefined ? [] : await readTileHashes(source, level, place.index, place.width));
    const walk = new TreeWalk(source, checkpoint, edge);
    if (!equalBytes(new TileEdge(checkpoint.size, edge).root(), checkpoint.root)) await walk.blameEdge();
    return walk;
  }

  /** Number of bundles. */
  get bundles(): number {
    return Math.ceil(this.checkpoint.size / TILE_WIDTH);
  }

  /** Reads a bundle and checks each entry. In order, every tile is read once. @throws evidence.*, source errors. */
  async bundle(index: number): Promise<VerifiedBundle> {
    const { hashes } = await this.tile(0, index);
    const bundle = await this.readBundle(index);
    const wrong = bundle.entries.findIndex((entry, i) => !equalBytes(leafHash(entry), hashes[i] ?? entry));
    if (wrong >= 0)
      throw new AffidavitError(
        'evidence.hash',
        `${bundle.path} entry ${wrong} (leaf ${bundle.firstLeaf + wrong}): its hash is not the one in ${this.tileName(0, index)}`,
      );
    return bundle;
  }

  private tileName(level: number, index: number): string {
    return tilePath(level, index, tileWidth(this.checkpoint.size, level, index));
  }

  private async readBundle(index: number): Promise<VerifiedBundle> {
    const width = tileWidth(this.checkpoint.size, 0, index);
    const [bytes, found] = await readWithFallback(
      (wanted) => this.source.readEntries(index, wanted),
      width,
      entriesPath(index, width),
    );
    const path = entriesPath(index, found);
    const entries = at(path, () => parseBundle(bytes, found).slice(0, width));
    return { path, firstLeaf: index * TILE_WIDTH, entries };
  }

  private async tile(level: number, index: number): Promise<TrustedTile> {
    const current = this.current[level];
    if (current?.index === index) return current;
    const trusted = { index, hashes: await this.trustedHashes(level, index) };
    this.current[level] = trusted;
    return trusted;
  }

  private async trustedHashes(level: number, index: number): Promise<readonly Uint8Array[]> {
    const width = tileWidth(this.checkpoint.size, level, index);
    if (width < TILE_WIDTH) return this.edge[level] ?? [];
    const parent = await this.tile(level + 1, Math.floor(index / TILE_WIDTH));
    const expected = parent.hashes[index % TILE_WIDTH];
    const hashes = await readTileHashes(this.source, level, index, width);
    if (expected === undefined || !equalBytes(treeRoot(hashes), expected)) {
      await this.blameTile(level, index, hashes);
      throw new AffidavitError(
        'evidence.hash',
        `${this.tileName(level, index)}: its root is not hash ${index % TILE_WIDTH} of ${this.tileName(level + 1, parent.index)}`,
      );
    }
    return hashes;
  }

  /** Compares a tile that can't be right with what lies below it, and names the first hash that differs. */
  private async blameTile(level: number, index: number, hashes: readonly Uint8Array[]): Promise<void> {
    const entries = level === 0 ? (await this.readBundle(index)).entries : [];
    for (const [i, hash] of hashes.entries()) {
      const below = entries[i];
      const child = index * TILE_WIDTH + i;
      const real =
        below !== undefined
          ? leafHash(below)
          : treeRoot(await readTileHashes(this.source, level - 1, child, TILE_WIDTH));
      if (equalBytes(real, hash)) continue;
      const what = below === undefined ? `the root of ${tilePath(level - 1, child)}` : `that of leaf ${child}`;
      throw new AffidavitError('evidence.hash', `${this.tileName(level, index)} hash ${i}: it is not ${what}`);
    }
  }

  private async blameEdge(): Promise<void> {
    for (const [level, hashes] of this.edge.entries())
      await this.blameTile(level, Math.floor(levelHashes(this.checkpoint.size, level) / TILE_WIDTH), hashes);
    const root = encodeHex(this.checkpoint.root);
    throw new AffidavitError('evidence.hash', `${CHECKPOINT_PATH}: the root ${root} is not that of the tiles`);
  }
}
