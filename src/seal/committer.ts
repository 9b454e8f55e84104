import { AffidavitError } from '../record/index.ts';
import type { PayloadClass, PayloadItem, SealedKey } from '../record/index.ts';
import type { Random } from '../runtime/index.ts';
import type { SpoolWriter } from '../spool/index.ts';
import { NONCE_BYTES, wrapKey } from './aead.ts';
import { CHAIN_START, encodeBatchFrame, signBatch } from './batch.ts';
import type { ChainPlace, RecordEncoder } from './batch.ts';
import { wrapContext } from './contexts.ts';
import type { IntervalKeys, IntervalKeySet } from './interval-keys.ts';
import type { Load, RecordEntry } from './queue.ts';
import type { SigningKey } from './signing-key.ts';

/** What a {@link Committer} needs. */
export interface CommitterOptions {
  readonly key: SigningKey;
  readonly logOrigin: string;
  readonly epoch: Uint8Array;
  readonly spool: SpoolWriter;
  readonly random: Random;
  readonly intervalKeys: IntervalKeys;
  readonly encoder: RecordEncoder;
}

/** Codes with which the spool says that it has written nothing, and that it still works. */
const NOTHING_WRITTEN: ReadonlySet<string> = new Set(['io.full', 'limit.exceeded']);

/**
 * Numbers, wraps, signs and writes one load after another. A number counts as used once the spool may have written
 * the batch that has it: after a failure that leaves this open, no further batch may be made.
 */
export class Committer {
  private readonly options: CommitterOptions;
  private place: ChainPlace = CHAIN_START;
  private lastFrame: number | undefined;

  constructor(options: CommitterOptions) {
    this.options = options;
  }

  /** Number of the spool's frame that holds the epoch's newest batch. */
  get lastBatchFrame(): number | undefined {
    return this.lastFrame;
  }

  /**
   * Makes a load durable and resolves its records' appends; or gives the reason when the spool had no room: then
   * nothing was written, and its numbers are free.
   * @throws spool.failed or spool.closed, or what making the interval keys threw: then it can't go on.
   */
  async commit(load: Load): Promise<AffidavitError | undefined> {
    const { place } = this;
    const frames = load.chunks.map(({ frame }) => frame);
    if (load.records.length > 0) {
      const [frame, next] = await this.batchFrame(load.records);
      frames.push(frame);
      this.place = next;
    }
    let firstFrame: number;
    try {
      firstFrame = await this.options.spool.append(frames);
    } catch (thrown) {
      const reason = AffidavitError.from(thrown, 'spool.failed', 'write to the spool');
      if (!NOTHING_WRITTEN.has(reason.code)) throw asSpoolFailure(reason);
      this.place = place;
      return reason;
    }
    // The batch is the last of the frames, behind the chunks.
    const frame = firstFrame + frames.length - 1;
    if (load.records.length > 0) this.lastFrame = frame;
    load.records.forEach((record, index) => {
      record.resolve({ epoch: this.options.epoch, seq: place.firstSeq + index, frame });
    });
    return undefined;
  }

  private async batchFrame(records: readonly RecordEntry[]): Promise<[frame: Uint8Array, next: ChainPlace]> {
    const { key, logOrigin, epoch, encoder } = this.options;
    const { firstSeq } = this.place;
    const sealing = records.some(({ parts }) => parts.length > 0);
    const keySet: IntervalKeySet = sealing ? await this.options.intervalKeys.take() : new Map();
    const used = new Map<PayloadClass, SealedKey>();
    const payloads = records.flatMap((record, index) => this.payloadItems(record, index, keySet, used));
    const encoded = records.map(({ kind, tail }, index) => {
      const seq = firstSeq + index;
      return encoder.join(kind, seq, typeof tail === 'function' ? tail(seq) : tail);
    });
    const { statement, signature, next } = signBatch(key, logOrigin, epoch, this.place, encoded);
    const keys = [...used.values()];
    return [encodeBatchFrame({ statement, signature, records: encoded, keys, payloads, attachments: [] }), next];
  }

  private payloadItems(
    { parts }: RecordEntry,
    record: number,
    keySet: IntervalKeySet,
    used: Map<PayloadClass, SealedKey>,
  ): PayloadItem[] {
    return parts.map(({ part, result, ahead }, index) => {
      const interval = keySet.get(part.class);
      if (interval === undefined) throw new AffidavitError('internal', `no ingest key for payload class ${part.class}`);
      used.set(part.class, interval.sealed);
      const context = wrapContext(part.class, result.part.manifestHash);
      const nonce = this.options.random.bytes(NONCE_BYTES);
      return {
        record,
        part: index,
        manifest: result.manifest,
        intervalKeyId: interval.id,
        wrappedKey: part.release((dataKey) => wrapKey(interval.key, nonce, context, dataKey)),
        chunks: ahead ? [] : [result.tail],
      };
    });
  }
}

function asSpoolFailure(reason: AffidavitError): AffidavitError {
  if (reason.code === 'spool.failed' || reason.code === 'spool.closed') return reason;
  return new AffidavitError('spool.failed', reason.message, { cause: reason });
}
