import { AffidavitError } from '../record/index.ts';
import {
  CHECKPOINT_PATH,
  entriesPath,
  FULL_TILE_BYTES,
  MAX_BUNDLE_BYTES,
  MAX_NOTE_BYTES,
  tilePath,
} from '../proof/index.ts';
import type { TileSource } from '../proof/index.ts';
import { httpRequest } from '../runtime/index.ts';
import type { Credentials } from '../runtime/index.ts';
import { explainFetchFailure, explainStatus } from './fetch-failure.ts';

/** How a log is read over HTTP. */
export interface HttpSourceOptions {
  /** Time for one file, its body included; 30,000 when not given. */
  timeoutMs?: number;
  /** For https: authority of the ledger's certificate, and what is shown to it. Asked for each file. */
  tls?: () => Promise<Credentials | undefined>;
}

/**
 * A log's files at a URL (C2SP tlog-tiles). Nothing that comes is trusted, nor more of it read than a file may have.
 * Reading throws `not_found` for what isn't there, `limit.exceeded` for what is too large, and `io.failed` that says
 * which URL, why, and what to do.
 */
export class HttpTileSource implements TileSource {
  private readonly base: string;
  private readonly timeoutMs: number;
  private readonly tls: () => Promise<Credentials | undefined>;

  /** @param url prefix of the log; with or without a slash at its end. @throws usage for anything but HTTP */
  constructor(url: string, options: HttpSourceOptions = {}) {
    const parsed = URL.parse(url);
    if (parsed === null || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:'))
      throw new AffidavitError('usage', `not the URL of a log: ${url}`);
    // fetch refuses these, in words that hold the password.
    if (parsed.username !== '' || parsed.password !== '')
      throw new AffidavitError('usage', `the URL of a log holds no user name or password: ${parsed.host}`);
    this.base = parsed.href.replace(/\/+$/, '');
    this.timeoutMs = options.timeoutMs ?? 30_000;
    this.tls = options.tls ?? (() => Promise.resolve(undefined));
  }

  /** See {@link TileSource}. */
  readTile(level: number, index: number, width: number): Promise<Uint8Array> {
    return this.get(tilePath(level, index, width), FULL_TILE_BYTES);
  }

  /** See {@link TileSource}. */
  readEntries(index: number, width: number): Promise<Uint8Array> {
    return this.get(entriesPath(index, width), MAX_BUNDLE_BYTES);
  }

  /** See {@link TileSource}. */
  readCheckpoint(): Promise<Uint8Array> {
    return this.get(CHECKPOINT_PATH, MAX_NOTE_BYTES);
  }

  private async get(path: string, maxBytes: number): Promise<Uint8Array> {
    const url = `${this.base}/${path}`;
    const { timeoutMs } = this;
    const tls = await this.tls();
    try {
      // A redirect could lead to any host that this machine reaches: whoever gave the URL meant this one.
      const { status, location, body } = await httpRequest({ url, timeoutMs, maxBytes, tls });
      if (status !== 200) throw explainStatus(url, status, path === CHECKPOINT_PATH, location);
      return body;
    } catch (thrown) {
      throw explainFetchFailure(url, thrown, timeoutMs);
    }
  }
}
