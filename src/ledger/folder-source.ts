import {
  CHECKPOINT_PATH,
  entriesPath,
  FULL_TILE_BYTES,
  MAX_BUNDLE_BYTES,
  MAX_NOTE_BYTES,
  tilePath,
} from '../proof/index.ts';
import type { TileSource } from '../proof/index.ts';
import type { FileSystem } from '../runtime/index.ts';
import { below } from './layout.ts';

/** A log's files in a folder. Reads only; throws `not_found` for what isn't there, `limit.exceeded` for what is too large. */
export class FolderTileSource implements TileSource {
  protected readonly files: FileSystem;
  protected readonly directory: string;

  constructor(files: FileSystem, directory: string) {
    this.files = files;
    this.directory = directory;
  }

  /** See {@link TileSource}. */
  readTile(level: number, index: number, width: number): Promise<Uint8Array> {
    return this.files.readFile(below(this.directory, tilePath(level, index, width)), FULL_TILE_BYTES);
  }

  /** See {@link TileSource}. */
  readEntries(index: number, width: number): Promise<Uint8Array> {
    return this.files.readFile(below(this.directory, entriesPath(index, width)), MAX_BUNDLE_BYTES);
  }

  /** See {@link TileSource}. */
  readCheckpoint(): Promise<Uint8Array> {
    return this.files.readFile(below(this.directory, CHECKPOINT_PATH), MAX_NOTE_BYTES);
  }
}
