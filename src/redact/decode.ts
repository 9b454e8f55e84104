import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import type { Transform } from 'node:stream';
import type { RedactLimits } from './limits.ts';

/** Compressed bytes that are decoded at once, so that every check falls on the same byte however the body was cut. */
const WIRE_BLOCK_BYTES = 8 * 1024;
/** Decoded bytes that one such block may become in each stage: what a stage holds at most. */
const MAX_BLOCK_OUTPUT_BYTES = 8 * 1024 * 1024;
const OUTPUT_CHUNK_BYTES = 16 * 1024;
/** RFC 9659: a zstd window in HTTP is at most 8 MiB. */
export const ZSTD_WINDOW_LOG = 23;

/** True for data that starts as zlib's does (RFC 1950), as HTTP says; some servers send the raw form (RFC 1951). */
export function isZlib(first: Uint8Array): boolean {
  const [method = 0, flags = 0] = first;
  return (method & 0x0f) === 8 && ((method << 8) | flags) % 31 === 0;
}

function inflaterFor(first: Uint8Array): Transform {
  return (isZlib(first) ? createInflate : createInflateRaw)({ chunkSize: OUTPUT_CHUNK_BYTES });
}

type MakeDecoder = (first: Uint8Array) => Transform;

const DECODERS: ReadonlyMap<string, MakeDecoder> = new Map<string, MakeDecoder>([
  ['gzip', () => createGunzip({ chunkSize: OUTPUT_CHUNK_BYTES })],
  ['x-gzip', () => createGunzip({ chunkSize: OUTPUT_CHUNK_BYTES })],
  ['deflate', inflaterFor],
  ['br', () => createBrotliDecompress({ chunkSize: OUTPUT_CHUNK_BYTES })],
  [
    'zstd',
    () =>
      createZstdDecompress({
        chunkSize: OUTPUT_CHUNK_BYTES,
        params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
      }),
  ],
]);

/** One decompression. */
class Stage {
  readonly #stream: Transform;
  readonly #sink: (bytes: Buffer) => void;
  #failed = false;
  #inputBytes = 0;
  #outputOfBlock = 0;
  #wake: (() => void) | undefined;

  constructor(stream: Transform, sink: (bytes: Buffer) => void) {
    this.#stream = stream;
    this.#sink = sink;
    stream.on('data', (bytes: Buffer) => {
      this.#output(bytes);
    });
    stream.on('error', () => {
      this.fail();
    });
    stream.on('close', () => {
      this.#wake?.();
    });
  }

  get failed(): boolean {
    return this.#failed;
  }

  fail(): void {
    this.#failed = true;
    this.#stream.destroy();
    this.#wake?.();
  }

  #output(bytes: Buffer): void {
    if (this.#failed) return;
    this.#outputOfBlock += bytes.length;
    if (this.#outputOfBlock > MAX_BLOCK_OUTPUT_BYTES) this.fail();
    else this.#sink(bytes);
  }

  /** Decodes a block; everything that it became has been given to the sink when the promise resolves. */
  async write(block: Uint8Array): Promise<void> {
    if (this.#failed || block.length === 0) return;
    this.#inputBytes += block.length;
    this.#outputOfBlock = 0;
    await this.#settled((done) => this.#stream.write(block, done));
    this.#drain();
  }

  /** There is no more input. Fails when the compressed data isn't over, or was over before. */
  async end(): Promise<void> {
    if (this.#failed) return;
    this.#outputOfBlock = 0;
    await this.#settled((done) => this.#stream.once('end', done).end());
    // What stands behind the end would be missing from the record.
    const consumed = (this.#stream as Transform & { bytesWritten: number }).bytesWritten;
    if (!this.#stream.readableEnded || consumed !== this.#inputBytes) this.#failed = true;
  }

  #drain(): void {
    if (this.#stream.destroyed) return;
    while (this.#stream.read() !== null);
  }

  #settled(start: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      start(resolve);
    });
  }
}

/** Undoes content encodings in bounded memory. */
export class ContentDecoder {
  readonly #limits: RedactLimits;
  readonly #sink: (bytes: Buffer) => void;
  readonly #makers: readonly MakeDecoder[];
  readonly #stages: (Stage | undefined)[];
  readonly #outputs: Buffer[][];
  #wire: Uint8Array[] = [];
  #wireBytes = 0;
  #submittedBytes = 0;
  #decodedBytes = 0;
  #failed = false;

  private constructor(makers: readonly MakeDecoder[], limits: RedactLimits, sink: (bytes: Buffer) => void) {
    this.#makers = makers;
    this.#limits = limits;
    this.#sink = sink;
    this.#stages = makers.map(() => undefined);
    this.#outputs = makers.map(() => []);
  }

  /**
   * A decoder for `encodings`, in the order in which they were applied; undefined for one that isn't known, or too
   * many of them. `sink` takes the decoded bytes.
   */
  static create(
    encodings: readonly string[],
    limits: RedactLimits,
    sink: (bytes: Buffer) => void,
  ): ContentDecoder | undefined {
    const makers = encodings.toReversed().flatMap((name) => DECODERS.get(name) ?? []);
    if (makers.length !== encodings.length || makers.length > limits.maxEncodings) return undefined;
    return new ContentDecoder(makers, limits, sink);
  }

  /** True once the data turned out to be broken, or a bomb. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Compressed bytes that wait for a whole block. */
  get bufferedBytes(): number {
    return this.#wireBytes;
  }

  /** Takes compressed bytes; resolves when all whole blocks of them have been decoded. */
  async write(chunk: Uint8Array): Promise<void> {
    let rest = chunk;
    while (this.#wireBytes + rest.length >= WIRE_BLOCK_BYTES && !this.#failed) {
      const missing = WIRE_BLOCK_BYTES - this.#wireBytes;
      await this.#submit(rest.subarray(0, missing));
      rest = rest.subarray(missing);
    }
    if (this.#failed || rest.length === 0) return;
    this.#wire.push(Uint8Array.from(rest));
    this.#wireBytes += rest.length;
  }

  /** Decodes what is left and sees that every encoding came to its end. */
  async end(): Promise<void> {
    await this.#submit(new Uint8Array(0));
    if (this.#submittedBytes === 0) return;
    for (let i = 0; i < this.#stages.length; i += 1) {
      const stage = this.#stages[i];
      await stage?.end();
      if (stage?.failed !== false) this.close();
      await this.#pass(i);
    }
  }

  /** Gives up and frees everything. */
  close(): void {
    this.#failed = true;
    this.#wire = [];
    this.#wireBytes = 0;
    for (const stage of this.#stages) stage?.fail();
  }

  async #submit(last: Uint8Array): Promise<void> {
    const block = Buffer.concat([...this.#wire, last]);
    this.#wire = [];
    this.#wireBytes = 0;
    this.#submittedBytes += block.length;
    if (block.length > 0) await this.#write(0, block);
  }

  async #write(index: number, block: Buffer): Promise<void> {
    if (this.#failed) return;
    const stage = (this.#stages[index] ??= this.#makeStage(index, block));
    await stage.write(block);
    if (stage.failed) this.close();
    await this.#pass(index);
  }

  /** Hands what a stage made to the next one. */
  async #pass(index: number): Promise<void> {
    const outputs = this.#outputs[index] ?? [];
    this.#outputs[index] = [];
    if (outputs.length > 0 && !this.#failed) await this.#write(index + 1, Buffer.concat(outputs));
  }

  #makeStage(index: number, first: Buffer): Stage {
    const make = this.#makers[index] ?? inflaterFor;
    const isLast = index === this.#makers.length - 1;
    return new Stage(
      make(first),
      isLast
        ? (bytes) => {
            this.#decoded(bytes);
          }
        : (bytes) => {
            this.#outputs[index]?.push(bytes);
          },
    );
  }

  #decoded(bytes: Buffer): void {
    this.#decodedBytes += bytes.length;
    const { maxDecodedBytes, maxDecodedRatio, minRatioBytes } = this.#limits;
    const isBomb = this.#decodedBytes > Math.max(minRatioBytes, this.#submittedBytes * maxDecodedRatio);
    if (this.#failed) return;
    if (isBomb || this.#decodedBytes > maxDecodedBytes) this.close();
    else this.#sink(bytes);
  }
}
