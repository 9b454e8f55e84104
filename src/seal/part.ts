import { AffidavitError, CHUNK_BYTES, FORMAT, Manifest, WIRE, WireWriter, Chunk, Frame } from '../record/index.ts';
import type { Part, PartNumber, PartWriter, PayloadClass, SealedKey, SealedPart } from '../record/index.ts';
import { hmacSha256, keyCommitment, manifestHash, sha256 } from '../proof/index.ts';
import { letGo } from '../runtime/index.ts';
import type { Random } from '../runtime/index.ts';
import type { KeyObject } from 'node:crypto';
import { KEY_BYTES, secretKey } from './aead.ts';
import { ChunkBuffer } from './chunk-buffer.ts';
import { MAX_PART_BYTES, sealChunk } from './chunks.ts';
import { partContext, secretContext } from './contexts.ts';

const STREAM_BYTES = 16;
const CIPHERTEXT_FIELD = Chunk.numbers['ciphertext'] ?? 0;
const CHUNK_FIELD = Frame.numbers['chunk'] ?? 0;

/** What a part needs of the producer that it belongs to. */
export interface PartHost {
  readonly keyId: Uint8Array;
  readonly epoch: Uint8Array;
  readonly random: Random;
  /** A data key made of the interval key in use; `undefined` when there is none just now. */
  derivedKey(payloadClass: PayloadClass): DerivedKey | undefined;
  /** Parts larger than this are sent ahead of their record. */
  readonly inlinePartBytes: number;
  /** Why nothing can be recorded any more. */
  refusal(): AffidavitError | undefined;
  /** Bytes that open parts hold have changed by so many. */
  held(change: number): void;
  /** Takes a chunk's frame to make it durable, in order. */
  sendAhead(part: SealingPart, frame: Uint8Array): void;
  /** A promise to wait for when too much isn't durable yet. */
  relief(): Promise<void> | undefined;
}

/** A data key that is made of an interval key. */
export interface DerivedKey {
  readonly dataKey: Uint8Array;
  readonly keyNo: number;
  /** The interval key, for the holder of the ingest key. */
  readonly sealed: SealedKey;
}

/** How whoever opens a part's interval key comes to its data key. */
export type KeyOrigin =
  { readonly derived: Omit<DerivedKey, 'dataKey'>; readonly dataKey?: undefined } | { readonly dataKey: Uint8Array };

/** What a record says of its part, and what its payload item carries. */
export interface SealedResult {
  readonly manifest: Uint8Array;
  readonly part: Part;
  /** Ciphertext of the last chunk, which for a small part is the only one; an empty part has none. */
  readonly tail: Uint8Array | undefined;
  readonly chunks: number;
}

/**
 * open → finished → used by a record, or withdrawn from any of the first two. A part whose chunks found no room is
 * lost, in whatever state.
 */
type State = 'open' | 'finished' | 'used' | 'withdrawn';

/** A chunk's frame. The ciphertext is the last field of the chunk, and the chunk that of the frame: one copy. */
export function encodeChunkFrame(chunk: Omit<Chunk, 'ciphertext'>, ciphertext: Uint8Array): Uint8Array {
  const fields = Chunk.encode({ ...chunk, ciphertext: new Uint8Array(0) });
  const length = new WireWriter(16).tag(CIPHERTEXT_FIELD, WIRE.bytes).varint(ciphertext.length).finish();
  const before = Frame.encode({ format: FORMAT, batch: undefined, chunk: undefined });
  const head = new WireWriter(32).raw(before).tag(CHUNK_FIELD, WIRE.bytes);
  head
    .varint(fields.length + length.length + ciphertext.length)
    .raw(fields)
    .raw(length);
  return Buffer.concat([head.finish(), ciphertext]);
}

/** What {@link PartWriter.secret} gave for a label, for who holds the part's data key. 32 bytes. */
export function partSecret(dataKey: Uint8Array, label: string): Uint8Array {
  return hmacSha256(dataKey, secretContext(label));
}

/** Seals a part as it is written: {@link PartWriter}, and once finished the {@link SealedPart} itself. */
export class SealingPart implements PartWriter, SealedPart {
  readonly class: PayloadClass;
  readonly name: PartNumber;
  readonly host: PartHost;
  /** Why chunks of this part aren't durable and never will be. */
  lost: AffidavitError | undefined;
  private dataKey: Uint8Array | undefined;
  private derived: Omit<DerivedKey, 'dataKey'> | undefined;
  private cipherKey: KeyObject | undefined;
  private readonly context: Uint8Array;
  private readonly buffer = new ChunkBuffer(CHUNK_BYTES);
  private readonly chunkHashes: Uint8Array[] = [];
  private stream: Uint8Array | undefined;
  private total = 0;
  private state: State = 'open';
  private result: SealedResult | undefined;

  constructor(payloadClass: PayloadClass, name: PartNumber, host: PartHost) {
    this.class = payloadClass;
    this.name = name;
    this.host = host;
    this.context = partContext(payloadClass, name);
  }

  /** Plain bytes so far. */
  get plainBytes(): number {
    return this.total;
  }

  /** True when what was sent ahead is not to be written any more. */
  get withdrawn(): boolean {
    return this.state === 'withdrawn';
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.state !== 'open') throw new AffidavitError('internal', 'a part that has ended is written to');
    const refusal = this.lost ?? this.host.refusal();
    if (refusal !== undefined) return Promise.reject(refusal);
    if (bytes.length > MAX_PART_BYTES - this.total)
      return Promise.reject(
        new AffidavitError('limit.exceeded', `a payload part is larger than ${MAX_PART_BYTES} bytes`),
      );
    this.total += bytes.length;
    let rest = bytes;
    // A full chunk is kept until more comes: only then is it known not to be the last.
    while (rest.length > this.buffer.room) {
      const count = this.buffer.room;
      this.buffer.add(rest.subarray(0, count));
      rest = rest.subarray(count);
      this.host.held(count);
      this.sendAhead(this.seal(false));
    }
    this.buffer.add(rest);
    this.host.held(rest.length);
    return this.host.relief();
  }

  secret(label: string): Uint8Array {
    if (this.state !== 'open' || this.chunkHashes.length > 0)
      throw new AffidavitError('internal', 'a secret of a part that is sealed already');
    return partSecret(this.smallKey(), label);
  }

  reclaim(maxBytes: number): Uint8Array | undefined {
    if (this.state !== 'open' || this.lost !== undefined) return undefined;
    if (this.chunkHashes.length > 0 || this.total > maxBytes) return undefined;
    const plain = this.buffer.take();
    this.host.held(-plain.length);
    this.withdraw();
    return plain;
  }

  finish(): SealedPart {
    if (this.state !== 'open') throw new AffidavitError('internal', 'a part ends twice');
    const tail = this.total === 0 ? undefined : this.seal(true);
    const manifest = Manifest.encode({
      format: FORMAT,
      class: this.class,
      name: this.name,
      plainBytes: this.total,
      chunkBytes: CHUNK_BYTES,
      chunkHashes: this.chunkHashes,
    });
    const part = {
      class: this.class,
      name: this.name,
      manifestHash: manifestHash(manifest),
      keyCommitment: keyCommitment(this.smallKey()),
    };
    this.result = { manifest, part, tail, chunks: this.chunkHashes.length };
    this.cipherKey = undefined;
    this.state = 'finished';
    return this;
  }

  withdraw(): void {
    if (this.state === 'used') throw new AffidavitError('internal', 'a recorded part is withdrawn');
    if (this.state === 'withdrawn') return;
    this.host.held(-this.buffer.take().length);
    this.discard();
    this.state = 'withdrawn';
  }

  /** What was sealed. @throws internal when the part hasn't ended, or was used or withdrawn; what it was lost to. */
  sealed(): SealedResult {
    if (this.lost !== undefined) throw this.lost;
    if (this.state !== 'finished' || this.result === undefined)
      throw new AffidavitError('internal', `a payload part can't be recorded: it is ${this.state}`);
    return this.result;
  }

  /** True when the last chunk has to be a frame of its own, too. */
  get isAhead(): boolean {
    return this.chunkHashes.length > 1 || this.total > this.host.inlinePartBytes;
  }

  /** True when its data key is made of an interval key, which its record names instead of carrying a wrap. */
  get isDerived(): boolean {
    return this.derived !== undefined;
  }

  /** Marks the part as a record's. With `ahead` its last chunk goes out before that record. */
  use(ahead: boolean): void {
    const { tail, chunks } = this.sealed();
    this.state = 'used';
    if (ahead && tail !== undefined) this.sendAhead(tail, chunks - 1);
  }

  /** Tells `use` how to come to the data key, once, and wipes it. */
  release<T>(use: (origin: KeyOrigin) => T): T {
    try {
      return use(this.derived === undefined ? { dataKey: this.key() } : { derived: this.derived });
    } finally {
      this.discard();
    }
  }

  /** Wipes the key: from now on nobody can open what was sent ahead. */
  discard(): void {
    this.dataKey?.fill(0);
    this.cipherKey = undefined;
    this.result = undefined;
  }

  /** Of a part that goes with its record: whoever holds the interval key finds it by its number. */
  private smallKey(): Uint8Array {
    if (this.dataKey !== undefined) return this.dataKey;
    const made = this.host.derivedKey(this.class);
    if (made === undefined) return this.key();
    this.derived = { keyNo: made.keyNo, sealed: made.sealed };
    this.dataKey = made.dataKey;
    return made.dataKey;
  }

  /** Of its own: until a record carries its wrap nobody can open what it seals. */
  private key(): Uint8Array {
    this.dataKey ??= this.host.random.bytes(KEY_BYTES);
    return this.dataKey;
  }

  private seal(last: boolean): Uint8Array {
    const isSmall = last && this.total <= this.host.inlinePartBytes;
    const key = (this.cipherKey ??= secretKey(isSmall ? this.smallKey() : this.key()));
    const ciphertext = this.buffer.consume((plain) => {
      this.host.held(-plain.length);
      return sealChunk(key, this.context, this.chunkHashes.length, last, plain);
    });
    if (last) this.buffer.take();
    this.chunkHashes.push(sha256(ciphertext));
    return ciphertext;
  }

  private sendAhead(ciphertext: Uint8Array, chunkNo = this.chunkHashes.length - 1): void {
    this.stream ??= this.host.random.bytes(STREAM_BYTES);
    const { keyId, epoch } = this.host;
    this.host.sendAhead(this, encodeChunkFrame({ keyId, epoch, stream: this.stream, chunkNo }, ciphertext));
    letGo(ciphertext);
  }
}
