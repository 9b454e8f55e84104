import { AffidavitError } from '../record/index.ts';
import type { PayloadItem, SealedKey } from '../record/index.ts';
import type { Random } from '../runtime/index.ts';
import type { SpoolWriter } from '../spool/index.ts';
import { NONCE_BYTES, wrapKey } from './aead.ts';
import { CHAIN_START, encodeBatchFrame, signBatch } from './batch.ts';
import type { ChainPlace, RecordEncoder } from './batch.ts';
import { wrapContext } from './contexts.ts';
import type { IntervalKeys, IntervalKeySet } from './interval-keys.ts';
import type { KeyOrigin, SealedResult, SealingPart } from './part.ts';
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
      if (!wroteNothing(reason)) throw asSpoolFailure(reason);
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
    const keySet: IntervalKeySet = records.some(wrapsKeys) ? await this.options.intervalKeys.take() : new Map();
    const used = new Set<SealedKey>();
    const payloads = records.flatMap((record, index) => this.payloadItems(record, index, keySet, used));
    const encoded = records.map(({ kind, tail }, index) => {
      const seq = firstSeq + index;
      return encoder.join(kind, seq, typeof tail === 'function' ? tail(seq) : tail);
    });
    const { statement, signature, next } = signBatch(key, logOrigin, epoch, this.place, encoded);
    const keys = [...used];
    const attachments = records.flatMap((record) => record.attachments ?? []);
    return [encodeBatchFrame({ statement, signature, records: encoded, keys, payloads, attachments }), next];
  }

  private payloadItems(
    { parts }: RecordEntry,
    record: number,
    keySet: IntervalKeySet,
    used: Set<SealedKey>,
  ): PayloadItem[] {
    return parts.map(({ part, result, ahead }, index) => {
      const { manifest, tail } = result;
      const { sealed, wrappedKey, keyNo } = part.release((origin) => this.keyOf(part, origin, result, keySet));
      used.add(sealed);
      const chunks = ahead || tail === undefined ? [] : [tail];
      return { record, part: index, manifest, intervalKeyId: sealed.id, wrappedKey, keyNo, chunks };
    });
  }

  private keyOf(part: SealingPart, origin: KeyOrigin, result: SealedResult, keySet: IntervalKeySet): CarriedKey {
    if (origin.dataKey === undefined) return { ...origin.derived, wrappedKey: NO_WRAP };
    const interval = keySet.get(part.class);
    if (interval === undefined) throw new AffidavitError('internal', `no ingest key for payload class ${part.class}`);
    const context = wrapContext(part.class, result.part.manifestHash);
    const nonce = this.options.random.bytes(NONCE_BYTES);
    const wrappedKey = wrapKey(interval.key, nonce, context, origin.dataKey);
    return { sealed: interval.sealed, wrappedKey, keyNo: 0 };
  }
}

/** What a payload item says of its data key. */
interface CarriedKey {
  readonly sealed: SealedKey;
  readonly wrappedKey: Uint8Array;
  readonly keyNo: number;
}

const NO_WRAP = new Uint8Array(0);

function wrapsKeys({ parts }: RecordEntry): boolean {
  return parts.some(({ part }) => !part.isDerived);
}

/** True when the spool says that it has written nothing, and that it still works. */
function wroteNothing(reason: AffidavitError): boolean {
  return reason.code === 'limit.exceeded' || AffidavitError.isPassing(reason);
}

function asSpoolFailure(reason: AffidavitError): AffidavitError {
  if (reason.code === 'spool.failed' || reason.code === 'spool.closed') return reason;
  return new AffidavitError('spool.failed', reason.message, { cause: reason });
}
