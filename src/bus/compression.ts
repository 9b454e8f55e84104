import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import { promisify } from 'node:util';
import kafkajs from 'kafkajs';
import { AffidavitError } from '../record/index.ts';

/** What a fetched record batch may come to: far more than a broker takes of one, and no more than fits in memory. */
const MAX_BATCH_BYTES = 64 * 1024 * 1024;
const OPTIONS = { maxOutputLength: MAX_BATCH_BYTES };

/** Node's error when a batch would be larger than that. */
const TOO_LARGE = 'ERR_BUFFER_TOO_LARGE';

interface Encoder {
  readonly buffer: Buffer;
}
type Pack = (bytes: Buffer) => Promise<Buffer>;
type Unpack = (bytes: Buffer, options: typeof OPTIONS) => Promise<Buffer>;

function codec(pack: Pack, unpack: Unpack) {
  return () => ({
    compress: ({ buffer }: Encoder) => pack(buffer),
    decompress: (bytes: Buffer) => unpack(bytes, OPTIONS),
  });
}

/**
 * What batches of other clients may be compressed with. We compress nothing: what we send is sealed. Snappy and LZ4 aren't
 * read: a topic with `compression.type` other than `producer` holds none that it wasn't told to.
 */
export function registerCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.GZIP] = codec(promisify(gzip), promisify(gunzip));
  CompressionCodecs[CompressionTypes.ZSTD] = codec(promisify(zstdCompress), promisify(zstdDecompress));
}

/** The error to end with when a batch can never be read, so that trying again is of no use; else `undefined`. */
export function unreadableBatch(thrown: unknown, where: string): AffidavitError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const isTooLarge = 'code' in thrown && thrown.code === TOO_LARGE;
  if (thrown.name !== 'KafkaJSNotImplemented' && !isTooLarge) return undefined;
  const why = isTooLarge ? `would come to more than ${MAX_BATCH_BYTES} bytes` : thrown.message;
  return new AffidavitError(
    'bus.topic',
    `${where} holds a batch of another client that can't be unpacked (${why}): nothing of ours is lost, but the ledger can't ` +
      'pass it. Set compression.type=uncompressed on the topic, so that no more can come, see who may write to it, and ' +
      'delete the records up to and with that batch once those before it are in the log (kafka-delete-records)',
    { cause: thrown },
  );
}
