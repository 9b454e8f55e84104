import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';

/** What came out of compressed data. */
export interface Expansion {
  readonly format: string;
  /** Where the compressed data begins. */
  readonly offset: number;
  /** What could be decompressed before the end, an error, or 64 MiB. Never empty. */
  readonly bytes: Buffer;
}

interface Format {
  readonly name: string;
  /** Its first bytes; empty for a format without: that one is tried only at the start of the data. */
  readonly starts: readonly (readonly number[])[];
  create(): Transform;
}

const FORMATS: readonly Format[] = [
  { name: 'gzip', starts: [[0x1f, 0x8b, 0x08]], create: createGunzip },
  { name: 'zstd', starts: [[0x28, 0xb5, 0x2f, 0xfd]], create: createZstdDecompress },
  // RFC 1950, 2.2: window of 32 KiB at each level of compression.
  { name: 'zlib', starts: [0x01, 0x5e, 0x9c, 0xda].map((flags) => [0x78, flags]), create: createInflate },
  { name: 'brotli', starts: [], create: createBrotliDecompress },
  { name: 'deflate', starts: [], create: createInflateRaw },
];

const MAX_EXPANDED_BYTES = 64 * 1024 * 1024;
const SLICE_BYTES = 64 * 1024;

/** Decompresses whatever in `bytes` looks compressed, one after the other. */
export async function* expansionsOf(bytes: Uint8Array): AsyncGenerator<Expansion> {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const format of FORMATS) {
    for (const offset of startsOf(data, format)) {
      const expanded = await expand(data.subarray(offset), format);
      if (expanded.length > 0) yield { format: format.name, offset, bytes: expanded };
    }
  }
}

function* startsOf(data: Buffer, { starts }: Format): Generator<number> {
  if (starts.length === 0) yield 0;
  for (const start of starts) {
    const magic = Buffer.from(start);
    for (let at = data.indexOf(magic); at >= 0; at = data.indexOf(magic, at + 1)) yield at;
  }
}

/** As a stream, because that gives what came before an error; and most tries are of data that only look compressed. */
function expand(data: Buffer, format: Format): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const source = Readable.from(slicesOf(data));
    const stream = format.create();
    const done = (): void => {
      source.destroy();
      stream.destroy();
      resolve(Buffer.concat(chunks));
    };
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_EXPANDED_BYTES) done();
    });
    stream.on('end', done);
    stream.on('error', done);
    source.pipe(stream);
  });
}

function* slicesOf(data: Buffer): Generator<Buffer> {
  for (let at = 0; at < data.length; at += SLICE_BYTES) yield data.subarray(at, at + SLICE_BYTES);
}
