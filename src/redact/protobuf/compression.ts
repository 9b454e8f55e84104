import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';
import { isZlib, ZSTD_WINDOW_LOG } from '../decode.ts';
import type { RedactLimits } from '../limits.ts';

/** With `info` zlib says how much it has read. */
type Decompress = (bytes: Uint8Array, options: { info: true; maxOutputLength: number }) => unknown;

const DECOMPRESS: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ['gzip', gunzipSync],
  ['deflate', (bytes, options) => (isZlib(bytes) ? inflateSync : inflateRawSync)(bytes, options)],
  ['br', brotliDecompressSync],
  [
    'zstd',
    (bytes, options) =>
      zstdDecompressSync(bytes, { ...options, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }),
  ],
]);

interface Decompressed {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** A message after decompression, or why there is none. */
export type DecodedMessage = { readonly text: string } | { readonly failure: 'undecodable' | 'over_limit' | 'bomb' };

/** Decompresses the messages of one stream, within the caps of content encodings taken over all of them. */
export class MessageDecompressor {
  readonly #decompress: Decompress | undefined;
  readonly #limits: RedactLimits;
  #encodedBytes = 0;
  #decodedBytes = 0;

  /** `encoding` is the value of `grpc-encoding` or `connect-content-encoding`. */
  constructor(encoding: string | undefined, limits: RedactLimits) {
    this.#decompress = DECOMPRESS.get((encoding ?? '').trim().toLowerCase());
    this.#limits = limits;
  }

  /** Decompresses a message, a binary string. */
  decode(message: string): DecodedMessage {
    if (this.#decompress === undefined) return { failure: 'undecodable' };
    const { maxMessageBytes, maxDecodedBytes, maxDecodedRatio, minRatioBytes } = this.#limits;
    this.#encodedBytes += message.length;
    const most = Math.min(maxDecodedBytes, Math.max(minRatioBytes, this.#encodedBytes * maxDecodedRatio));
    const left = most - this.#decodedBytes;
    try {
      const text = this.#run(this.#decompress, message, Math.max(1, Math.min(maxMessageBytes, left)));
      if (text === undefined) return { failure: 'undecodable' };
      this.#decodedBytes += text.length;
      return this.#decodedBytes > most ? { failure: 'bomb' } : { text };
    } catch (error) {
      const isTooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
      if (!isTooLong) return { failure: 'undecodable' };
      return { failure: left < maxMessageBytes ? 'bomb' : 'over_limit' };
    }
  }

  /** Undefined when something stands behind the compressed data, which would be missing from the record. */
  #run(decompress: Decompress, message: string, maxOutputLength: number): string | undefined {
    const bytes = Buffer.from(message, 'latin1');
    const { buffer, engine } = decompress(bytes, { info: true, maxOutputLength }) as Decompressed;
    return engine.bytesWritten === bytes.length ? buffer.toString('latin1') : undefined;
  }
}
