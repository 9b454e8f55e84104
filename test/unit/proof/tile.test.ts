import assert from 'node:assert/strict';
import {
  bundlesToWrite,
  consistencyProof,
  edgeTiles,
  encodeBundle,
  entriesPath,
  FULL_TILE_BYTES,
  inclusionProof,
  leafHash,
  parseBundle,
  parseTile,
  parseTilePath,
  readTileHashes,
  rootFromTiles,
  TileEdge,
  tileHashReader,
  tilePath,
  tilesToWrite,
  tileWidth,
  treeRoot,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/proof/index.ts';
import type { TileSource } from '../../../src/proof/index.ts';
import { refused } from './expect.ts';
import { sourceOf } from './sample-log.ts';
import type { LogFiles } from './sample-log.ts';

function tilesOf(size: number): { files: LogFiles; hashes: Uint8Array[] } {
  const files: LogFiles = new Map();
  const edge = new TileEdge();
  const hashes = Array.from({ length: size }, (_, i) => leafHash(Uint8Array.of(i & 255, i >> 8)));
  const tiles = [...hashes.flatMap((hash) => edge.append(hash)), ...edge.partials()];
  for (const { level, index, width, bytes } of tiles) files.set(tilePath(level, index, width), bytes);
  return { files, hashes };
}

describe('tlog-tiles paths', () => {
  it('are those of the specification', () => {
    assert.equal(tilePath(0, 1_234_067), 'tile/0/x001/x234/067');
    assert.equal(tilePath(0, 0, 256), 'tile/0/000');
    assert.equal(tilePath(1, 0, 17), 'tile/1/000.p/17');
    assert.equal(tilePath(63, 999, 255), 'tile/63/999.p/255');
    assert.equal(entriesPath(1000, 1), 'tile/entries/x001/000.p/1');
    assert.equal(tilePath(0, Number.MAX_SAFE_INTEGER), 'tile/0/x009/x007/x199/x254/x740/991');
  });

  it('are read back, and nothing else is', () => {
    for (const index of [0, 7, 999, 1000, 1_234_067, 2 ** 40, Number.MAX_SAFE_INTEGER])
      for (const width of [1, 20, 255, 256]) {
        assert.deepEqual(parseTilePath(tilePath(5, index, width)), { level: 5, index, width });
        assert.deepEqual(parseTilePath(entriesPath(index, width)), { level: 'entries', index, width });
      }
    const wrong = ['', 'tile', 'tile/0', 'tile/0/0', 'tile/00/000', 'tile/64/000', 'tile/-1/000', 'tile/0/1000'];
    wrong.push('tile/0/x000/001', 'tile/0/000.p/0', 'tile/0/000.p/256', 'tile/0/000.p/01', 'tile/0/000.p/');
    wrong.push('tile/0/../000', '/tile/0/000', 'tile/0/000/', 'tile/0/000\n', 'tile/0/x001/x1/000', 'tile/0/x001');
    wrong.push('tile/0/x999/x999/x999/x999/x999/999', 'tile/Entries/000', 'tile/0/000.p/1e1', 'tile/0/٠٠٠');
    for (const path of wrong) assert.equal(parseTilePath(path), undefined, path);
  });

  it('are refused for numbers that are none', () => {
    for (const index of [-1, 0.5, NaN, 2 ** 53, 2 ** 63]) {
      assert.throws(() => tilePath(0, index), refused('evidence.malformed'));
      assert.throws(() => entriesPath(index), refused('evidence.malformed'));
    }
    for (const width of [0, 257, -1, 1.5, NaN])
      assert.throws(() => tilePath(0, 0, width), refused('evidence.malformed'));
    for (const level of [-1, 64, 0.5, NaN]) assert.throws(() => tilePath(level, 0), refused('evidence.malformed'));
  });
});

describe('the tiles of a tree', () => {
  it('are those of the specification for 70,000 entries', () => {
    const tiles = tilesToWrite(0, 70_000);
    const full = tiles.filter(({ width }) => width === 256);
    assert.equal(full.filter(({ level }) => level === 0).length, 273);
    assert.equal(full.filter(({ level }) => level === 1).length, 1);
    assert.deepEqual(
      tiles.filter(({ width }) => width < 256),
      [
        { level: 0, index: 273, width: 112 },
        { level: 1, index: 1, width: 17 },
        { level: 2, index: 0, width: 1 },
      ],
    );
    assert.deepEqual(edgeTiles(256), [undefined, { level: 1, index: 0, width: 1 }]);
  });

  it('are only the new ones when it grows', () => {
    assert.deepEqual(tilesToWrite(5, 5), []);
    assert.deepEqual(tilesToWrite(5, 7), [{ level: 0, index: 0, width: 7 }]);
    assert.deepEqual(tilesToWrite(250, 260), [
      { level: 0, index: 0, width: 256 },
      { level: 0, index: 1, width: 4 },
      { level: 1, index: 0, width: 1 },
    ]);
    assert.deepEqual(tilesToWrite(256, 257), [{ level: 0, index: 1, width: 1 }]);
    assert.deepEqual(bundlesToWrite(250, 260), [
      { index: 0, width: 256 },
      { index: 1, width: 4 },
    ]);
    assert.deepEqual(bundlesToWrite(256, 256), []);
    assert.throws(() => tilesToWrite(6, 5), refused('evidence.malformed'));
    assert.throws(() => tilesToWrite(0, Number.MAX_SAFE_INTEGER), refused('limit.exceeded'));
    assert.throws(() => bundlesToWrite(0, 2 ** 63), refused('evidence.malformed'));
  });

  it('are what appending gives, however the growth is cut into steps', () => {
    const { files } = tilesOf(700);
    for (const step of [1, 100, 256, 299]) {
      const written = new Map<string, Uint8Array>();
      let edge = new TileEdge();
      for (let size = 0; size < 700; size = edge.size) {
        const target = Math.min(700, size + step);
        const tiles = [];
        while (edge.size < target) tiles.push(...edge.append(leafHash(Uint8Array.of(edge.size & 255, edge.size >> 8))));
        tiles.push(...edge.partials());
        for (const tile of tiles) written.set(tilePath(tile.level, tile.index, tile.width), tile.bytes);
        for (const { level, index, width } of tilesToWrite(size, target))
          assert.ok(
            written.has(tilePath(level, index, width)),
            `${size} to ${target}: ${tilePath(level, index, width)}`,
          );
        edge = resumed(edge);
      }
      for (const [path, bytes] of files) assert.deepEqual(written.get(path), bytes, path);
    }
  });

  it('are refused as an edge when they do not fit the size', () => {
    const hash = leafHash(Uint8Array.of(1));
    assert.throws(() => new TileEdge(2, [[hash]]), refused('evidence.malformed'));
    assert.throws(() => new TileEdge(256, [[]]), refused('evidence.malformed'));
    assert.throws(() => new TileEdge(0, [[hash]]), refused('evidence.malformed'));
    assert.throws(() => new TileEdge(2 ** 63), refused('evidence.malformed'));
    assert.throws(() => new TileEdge().append(hash.subarray(1)), refused('evidence.malformed'));
  });

  it('are as wide as the tree has hashes', () => {
    assert.equal(tileWidth(70_000, 0, 272), 256);
    assert.equal(tileWidth(70_000, 0, 273), 112);
    assert.equal(tileWidth(70_000, 0, 274), 0);
    assert.equal(tileWidth(70_000, 3, 0), 0);
  });
});

/** The edge made anew from its own partial tiles, as a ledger does when it starts. */
function resumed(edge: TileEdge): TileEdge {
  const levels: Uint8Array[][] = edgeTiles(edge.size).map(() => []);
  for (const { level, bytes, width } of edge.partials()) levels[level] = parseTile(bytes, width);
  return new TileEdge(edge.size, levels);
}

describe('entry bundles', () => {
  const entries = [Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(65_535).fill(9)];

  it('are sequences of length-prefixed entries', () => {
    const bytes = encodeBundle(entries);
    assert.deepEqual([...bytes.subarray(0, 9)], [0, 3, 1, 2, 3, 0, 0, 255, 255]);
    assert.deepEqual(parseBundle(bytes, 3), entries);
    assert.throws(() => encodeBundle([new Uint8Array(65_536)]), refused('limit.exceeded'));
  });

  it('are refused with another count, cut off or with bytes behind', () => {
    const bytes = encodeBundle(entries.slice(0, 2));
    for (const width of [0, 1, 3, 256]) assert.throws(() => parseBundle(bytes, width), refused('evidence.malformed'));
    for (let length = 0; length < bytes.length; length++)
      assert.throws(() => parseBundle(bytes.subarray(0, length), 2), refused('evidence.malformed'));
    assert.throws(() => parseBundle(Uint8Array.of(...bytes, 0), 2), refused('evidence.malformed'));
  });

  it('and tiles of another length are refused', () => {
    assert.equal(parseTile(new Uint8Array(FULL_TILE_BYTES), 256).length, 256);
    for (const length of [0, 31, 33, 64])
      assert.throws(() => parseTile(new Uint8Array(length), 1), refused('evidence.malformed'));
  });
});

describe('proofs from tiles', () => {
  const SIZE = 700;
  const { files, hashes } = tilesOf(SIZE);
  const source = sourceOf(files);

  it('verify for every leaf and for older sizes', async () => {
    const root = treeRoot(hashes);
    const read = tileHashReader(source, SIZE);
    assert.deepEqual(await rootFromTiles(SIZE, read), root);
    for (const [index, hash] of hashes.entries())
      verifyInclusion(index, SIZE, hash, await inclusionProof(index, SIZE, read), root);
    for (const size of [0, 1, 2, 255, 256, 257, 511, 512, 513, 699, 700]) {
      const old = treeRoot(hashes.slice(0, size));
      verifyConsistency(size, old, SIZE, root, await consistencyProof(size, SIZE, read));
    }
  });

  it('read the full tile when the partial one has gone', async () => {
    const [width, grown] = [10, tilesOf(256)];
    const read = tileHashReader(sourceOf(grown.files), width);
    assert.deepEqual(await rootFromTiles(width, read), treeRoot(grown.hashes.slice(0, width)));
  });

  it('name the tile that is missing or torn', async () => {
    const empty = sourceOf(new Map());
    await assert.rejects(readTileHashes(empty, 0, 0, 20), refused('evidence.missing', 'tile/0/000.p/20'));
    const torn: TileSource = { ...empty, readTile: () => Promise.resolve(new Uint8Array(33)) };
    await assert.rejects(readTileHashes(torn, 0, 0, 20), refused('evidence.malformed', 'tile/0/000.p/20'));
    const large: TileSource = { ...empty, readTile: () => Promise.resolve(new Uint8Array(FULL_TILE_BYTES + 32)) };
    await assert.rejects(readTileHashes(large, 2, 1, 256), refused('evidence.malformed', 'tile/2/001'));
  });

  it('pass on what the source throws', async () => {
    const failing: TileSource = { ...source, readTile: () => Promise.reject(new Error('disk')) };
    await assert.rejects(rootFromTiles(5, tileHashReader(failing, 5)), /disk/);
  });

  it('refuse places outside of the tree', async () => {
    const read = tileHashReader(source, SIZE);
    await assert.rejects(inclusionProof(SIZE, SIZE, read), refused('evidence.malformed'));
    await assert.rejects(inclusionProof(0, 2 ** 63, read), refused('evidence.malformed'));
    await assert.rejects(consistencyProof(SIZE + 1, SIZE, read), refused('evidence.malformed'));
    await assert.rejects(rootFromTiles(-1, read), refused('evidence.malformed'));
  });
});
