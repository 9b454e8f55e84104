import { AffidavitError } from '../record/index.ts';
import type { Manifest } from '../record/index.ts';
import { encodeHex, equalBytes, MAX_NOTE_BYTES, parseManifest, sha256, TILE_WIDTH } from '../proof/index.ts';
import type { FileHandle } from '../runtime/index.ts';
import { FolderTileSource } from './folder-source.ts';
import { attachmentPath, below, chunkPath, deadLetterPath, KEY_PAGE_LEAVES, keyPagePath, packPath } from './layout.ts';
import { MAX_KEY_PAGE_BYTES } from './publish.ts';
import { readBundle, readLeaf } from './read-leaf.ts';
import { decodeKeyPage, EMPTY_KEY_PAGE } from './key-page.ts';
import type { KeyEntry, KeyPage } from './key-page.ts';

const PACK_NAME = /^[0-9]{20}-[0-9a-f]{1,64}$/;
/** Largest attachment or quarantined message that is read. */
const MAX_OBJECT_BYTES = 64 * 1024 * 1024;
/** Largest sealed chunk: CHUNK_BYTES and AES-GCM's tag. */
const MAX_CHUNK_BYTES = 256 * 1024 + 16;
/** Room for the hashes of 16,384 chunks. */
const MAX_MANIFEST_BYTES = 1024 * 1024;
const TAG_BYTES = 16;
const NO_BYTES = new Uint8Array(0);

/**
 * Reads a ledger's folder: the log's files as a {@link TileSource}, leaves, and the sealed payloads. What it gives is
 * checked against the hashes that lead to it, which the caller checks against a record that was verified.
 */
export class LedgerReader extends FolderTileSource {
  /** A leaf of the log of `size` leaves, unverified. @throws not_found, evidence.missing, evidence.malformed */
  readLeaf(size: number, index: number): Promise<Uint8Array> {
    return readLeaf(this, size, index);
  }

  /** Leaves from `from` up to `to` (exclusive), bundle by bundle, unverified. @throws evidence.missing, evidence.malformed */
  async *leaves(size: number, from = 0, to: number = size): AsyncGenerator<{ index: number; bytes: Uint8Array }> {
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < Math.min(to, size); index++) {
      const entries = await readBundle(this, size, index);
      for (const [i, bytes] of entries.entries()) {
        const leaf = index * TILE_WIDTH + i;
        if (leaf >= from && leaf < to) yield { index: leaf, bytes };
      }
    }
  }

  /** Where a leaf's payload parts are: none for a leaf without payload, or whose payload is gone. */
  async keyEntries(leaf: number): Promise<KeyEntry[]> {
    return (await this.keyPage(leaf)).get(leaf) ?? [];
  }

  /** The same for every leaf on the key page of this one, by leaf: for whoever reads many in a row. */
  async keyPage(leaf: number): Promise<Map<number, KeyEntry[]>> {
    return Map.groupBy((await this.wholeKeyPage(leaf)).entries, (entry) => entry.leaf);
  }

  /** The key page that a leaf is on, marks of what is missing included; an empty one when there's none. @throws evidence.malformed */
  async wholeKeyPage(leaf: number): Promise<KeyPage> {
    const page = await this.readIfThere(keyPagePath(Math.floor(leaf / KEY_PAGE_LEAVES)), MAX_KEY_PAGE_BYTES);
    return page === undefined ? EMPTY_KEY_PAGE : decodeKeyPage(page);
  }

  /** A part's manifest, as it came: check it against the record's part. @throws evidence.missing, evidence.malformed */
  async readManifest(entry: KeyEntry): Promise<Uint8Array> {
    if (entry.manifestBytes > MAX_MANIFEST_BYTES)
      throw new AffidavitError('evidence.malformed', `a manifest of ${entry.manifestBytes} bytes is none`);
    return this.readPack(entry, 0, entry.manifestBytes);
  }

  /** A part's sealed chunks in order, each checked against the manifest. @throws evidence.missing, evidence.hash */
  async *readChunks(entry: KeyEntry, manifestBytes: Uint8Array): AsyncGenerator<Uint8Array> {
    const manifest = parseManifest(manifestBytes);
    let offset = entry.manifestBytes;
    for (const [i, hash] of manifest.chunkHashes.entries()) {
      const name = encodeHex(hash);
      const length = sealedLength(manifest, i);
      const chunk =
        entry.chunkBytes > 0
          ? await this.readPack(entry, offset, length)
          : await this.readObject(chunkPath(name), MAX_CHUNK_BYTES);
      if (!equalBytes(sha256(chunk), hash))
        throw new AffidavitError(
          'evidence.hash',
          `${entry.chunkBytes > 0 ? packPath(entry.pack) : chunkPath(name)}: chunk ${i} of part ${entry.part} of leaf ${entry.leaf} was changed`,
        );
      offset += length;
      yield chunk;
    }
  }

  /** An attachment by its hash. @throws evidence.missing, evidence.hash */
  async readAttachment(hash: Uint8Array): Promise<Uint8Array> {
    return this.readHashed(attachmentPath(encodeHex(hash)), hash);
  }

  /** The bytes of a quarantined message by their hash. @throws evidence.missing, evidence.hash */
  async readDeadLetter(hash: Uint8Array): Promise<Uint8Array> {
    return this.readHashed(deadLetterPath(encodeHex(hash)), hash);
  }

  /** The checkpoint; `undefined` when there's none. */
  checkpointIfThere(): Promise<Uint8Array | undefined> {
    return this.readIfThere('checkpoint', MAX_NOTE_BYTES);
  }

  private async readHashed(path: string, hash: Uint8Array): Promise<Uint8Array> {
    const bytes = await this.readObject(path, MAX_OBJECT_BYTES);
    if (!equalBytes(sha256(bytes), hash)) throw new AffidavitError('evidence.hash', `${path} was changed`);
    return bytes;
  }

  private async readObject(path: string, maxBytes: number): Promise<Uint8Array> {
    const bytes = await this.readIfThere(path, maxBytes);
    if (bytes === undefined) throw new AffidavitError('evidence.missing', `${path} is not there`);
    return bytes;
  }

  private async readIfThere(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
    try {
      return await this.files.readFile(below(this.directory, path), maxBytes);
    } catch (thrown) {
      if (thrown instanceof AffidavitError && thrown.code === 'not_found') return undefined;
      throw thrown;
    }
  }

  /** Key pages aren't signed: what they name may be anything. */
  private async openPack({ pack }: KeyEntry): Promise<FileHandle> {
    if (!PACK_NAME.test(pack))
      throw new AffidavitError('evidence.malformed', `not the name of a pack: ${JSON.stringify(pack.slice(0, 80))}`);
    try {
      return await this.files.openForReading(below(this.directory, packPath(pack)));
    } catch (thrown) {
      if (!(thrown instanceof AffidavitError && thrown.code === 'not_found')) throw thrown;
      throw new AffidavitError('evidence.missing', `${packPath(pack)} is not there`, { cause: thrown });
    }
  }

  private async readPack(entry: KeyEntry, offset: number, length: number): Promise<Uint8Array> {
    const handle = await this.openPack(entry);
    try {
      const position = entry.offset + offset;
      const bytes = Number.isSafeInteger(position) ? await handle.read(position, length) : NO_BYTES;
      if (bytes.length < length)
        throw new AffidavitError(
          'evidence.missing',
          `${packPath(entry.pack)} ends before part ${entry.part} of leaf ${entry.leaf}`,
        );
      return bytes;
    } finally {
      await handle.close();
    }
  }
}

function sealedLength({ plainBytes, chunkBytes, chunkHashes }: Manifest, chunk: number): number {
  const isLast = chunk === chunkHashes.length - 1;
  return TAG_BYTES + (isLast ? plainBytes - chunk * chunkBytes : chunkBytes);
}
