import {
  AffidavitError,
  HARD_BACKLOG_FACTOR,
  KIND,
  MAX_RECORD_BYTES,
  PRODUCER_EVENT,
  ProducerStatus,
} from '../record/index.ts';
import type {
  ClockReading,
  DraftAttachment,
  LedgerRecord,
  PartNumber,
  PartWriter,
  PayloadClass,
  RecordDraft,
  RecordPosition,
  RecordWriter,
  SealedPart,
} from '../record/index.ts';
import { EPOCH_BYTES, MAX_RECORD_ATTACHMENTS, MAX_RECORD_PARTS, sha256 } from '../proof/index.ts';
import { RecordEncoder } from './batch.ts';
import { checkRetentionClass } from './checks.ts';
import { Committer } from './committer.ts';
import { Gathering } from './gathering.ts';
import { IntervalKeys, MAX_INTERVAL_MS } from './interval-keys.ts';
import { SealingPart } from './part.ts';
import type { PartHost } from './part.ts';
import { checkProducerOptions } from './producer-options.ts';
import type { ProducerLimits, ProducerOptions } from './producer-options.ts';
import { LoadQueue, loseLoad, planFrame } from './queue.ts';
import type { EntryPart, RecordEntry } from './queue.ts';
import { RandomPool } from '../runtime/index.ts';

/** Bytes that a status record takes of a frame, at most. */
const STATUS_FRAME_BYTES = 4096;

/** Bytes that attachments take of a frame, with tag and length of each. */
function bytesOf(attachments: readonly Uint8Array[]): number {
  return attachments.reduce((sum, { length }) => sum + length + 8, 0);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Writes the records of one epoch: seals their parts, numbers them, signs them in batches, and makes each batch
 * durable before it says so. One batch is on its way at a time; what comes meanwhile goes into the next one.
 *
 * When the spool fails, whatever waits is rejected with `spool.failed` and the producer refuses from then on: a new
 * epoch is needed, so that no batch number is ever used again with other bytes. When the spool is full, what found
 * no room is rejected with `io.full` and the producer goes on.
 */
export class Producer implements RecordWriter {
  /** 128 random bits: this boot of this producer. */
  readonly epoch: Uint8Array;
  /** Fingerprint of the key that signs. */
  readonly keyId: Uint8Array;
  private readonly options: ProducerOptions;
  private readonly limits: ProducerLimits;
  private readonly encoder: RecordEncoder;
  private readonly intervalKeys: IntervalKeys;
  private readonly committer: Committer;
  private readonly host: PartHost;
  private readonly queue = new LoadQueue();
  private readonly gathering: Gathering;
  private heldBytes = 0;
  private pumping = false;
  private closing = false;
  /** What is written now begins or ends the epoch. */
  private takesKept = false;
  private failure: AffidavitError | undefined;
  private pressure: PromiseWithResolvers<undefined> | undefined;
  private stopping: Promise<RecordPosition> | undefined;
  private beating: Promise<RecordPosition> | undefined;

  private constructor(options: ProducerOptions, limits: ProducerLimits) {
    const { key, clock, ingestKeys, logOrigin, spool, intervalMs = MAX_INTERVAL_MS } = options;
    this.options = options;
    this.limits = limits;
    const random = new RandomPool(options.random);
    const epoch = options.random.bytes(EPOCH_BYTES);
    const { keyId } = key;
    this.gathering = new Gathering(options.gatherMs ?? 0);
    this.epoch = epoch;
    this.keyId = keyId;
    this.encoder = new RecordEncoder(keyId, epoch);
    const { keys } = ingestKeys;
    this.intervalKeys = new IntervalKeys({ ingestKeys: keys, producerKeyId: keyId, epoch, clock, random, intervalMs });
    const { encoder, intervalKeys } = this;
    const append = (frames: readonly Uint8Array[]): Promise<number> =>
      this.takesKept && spool.appendKept !== undefined ? spool.appendKept(frames) : spool.append(frames);
    this.committer = new Committer({ key, logOrigin, epoch, spool: { append }, random, intervalKeys, encoder });
    this.host = {
      keyId,
      epoch,
      random,
      derivedKey: (payloadClass) => {
        const interval = this.intervalKeys.current()?.get(payloadClass);
        return interval === undefined ? undefined : { ...interval.dataKeys.take(), sealed: interval.sealed };
      },
      inlinePartBytes: limits.inlinePartBytes,
      refusal: () => this.refusal,
      held: (change) => (this.heldBytes += change),
      sendAhead: (part, frame) => {
        this.queue.addChunk({ part, frame });
        this.pump(true);
      },
      relief: () => this.relief(),
    };
  }

  /**
   * Begins an epoch: its first record says `started` and names the epoch before. `first` writes what must stand before all else.
   * @throws limit.exceeded or usage for options out of bounds; key.malformed for an ingest key that is none; what
   * {@link append} throws.
   */
  static async start(options: ProducerOptions, first?: (writer: RecordWriter) => Promise<void>): Promise<Producer> {
    const producer = new Producer(options, checkProducerOptions(options));
    try {
      await producer.intervalKeys.prepare();
      await producer.withKept(async () => {
        await producer.status(PRODUCER_EVENT.started);
        await first?.(producer);
      });
    } catch (thrown) {
      producer.intervalKeys.close();
      throw thrown;
    }
    return producer;
  }

  /** Bytes handed in that aren't durable yet, those that open parts hold included. */
  get backlogBytes(): number {
    return this.heldBytes + this.queue.bytes;
  }

  get openBytes(): number {
    return this.heldBytes;
  }

  /** Number of the spool's frame that holds the newest batch: while it is kept, a restart knows where this epoch ended. */
  get lastBatchFrame(): number | undefined {
    return this.committer.lastBatchFrame;
  }

  /** Why nothing more is taken: `spool.closed` once stopping, or how the spool failed. */
  get refusal(): AffidavitError | undefined {
    return this.failure ?? (this.closing ? new AffidavitError('spool.closed', 'the producer has stopped') : undefined);
  }

  openPart(payloadClass: PayloadClass, name: PartNumber): PartWriter {
    return new SealingPart(payloadClass, name, this.host);
  }

  append(draft: RecordDraft, parts: readonly SealedPart[] = []): Promise<RecordPosition> {
    try {
      const { refusal } = this;
      if (refusal !== undefined) throw refusal;
      const retentionClass = draft.retentionClass ?? this.options.retentionClass;
      checkRetentionClass(retentionClass);
      const entryParts = this.entryParts(parts);
      const { attachments = [] } = draft;
      if (attachments.length > MAX_RECORD_ATTACHMENTS)
        throw new AffidavitError('limit.exceeded', `${attachments.length} attachments, over ${MAX_RECORD_ATTACHMENTS}`);
      const tail = this.tail(this.now(draft.timeUs), draft.body, retentionClass, entryParts, attachments);
      const recordBytes = this.encoder.head(draft.kind).length + RecordEncoder.SEQ_BYTES + tail.length;
      if (recordBytes > MAX_RECORD_BYTES)
        throw new AffidavitError('limit.exceeded', `a record of ${recordBytes} bytes is over ${MAX_RECORD_BYTES}`);
      const lists = attachments.map(({ bytes }) => bytes);
      const frameBytes = planFrame(recordBytes, entryParts, bytesOf(lists));
      this.checkRoom(frameBytes);
      for (const { part, ahead } of entryParts) part.use(ahead);
      return this.enqueue({ kind: draft.kind, tail, parts: entryParts, attachments: lists, frameBytes }, draft.patient);
    } catch (thrown) {
      return Promise.reject(AffidavitError.from(thrown, 'internal', 'append a record'));
    }
  }

  /**
   * Writes that the producer lives, how many records it has written, and how far its clock is from others'. Not while the one
   * before still waits.
   */
  heartbeat(clocks: readonly ClockReading[] = []): Promise<RecordPosition> {
    if (this.refusal !== undefined) return Promise.reject(this.refusal);
    this.beating ??= this.status(PRODUCER_EVENT.heartbeat, clocks).finally(() => {
      this.beating = undefined;
    });
    return this.beating;
  }

  /** Writes that no new exchanges are begun; those that are open can still be recorded. */
  drain(): Promise<RecordPosition> {
    return this.refusal === undefined ? this.status(PRODUCER_EVENT.draining) : Promise.reject(this.refusal);
  }

  /**
   * Ends the epoch: refuses what comes from now on, completes what waits, writes `stopped` as the last record, and
   * resolves once that is durable. Can be called again when there was no room for it.
   * @throws spool.failed, spool.closed, io.full
   */
  stop(): Promise<RecordPosition> {
    this.stopping ??= this.writeStopped();
    return this.stopping;
  }

  private relief(): Promise<void> | undefined {
    if (this.queue.bytes <= this.limits.maxBacklogBytes) return undefined;
    if (this.pressure === undefined) {
      this.pressure = Promise.withResolvers<undefined>();
      // It is shared by all who wait; each of them sees its failure by awaiting it.
      this.pressure.promise.catch(() => undefined);
    }
    return this.pressure.promise;
  }

  private async writeStopped(): Promise<RecordPosition> {
    this.closing = true;
    try {
      const position = await this.lastStatus();
      this.intervalKeys.close();
      return position;
    } catch (thrown) {
      this.stopping = undefined;
      throw thrown;
    }
  }

  /** Its batch may hold records that were waiting: only without them it may take the room that is kept. */
  private async lastStatus(): Promise<RecordPosition> {
    try {
      return await this.status(PRODUCER_EVENT.stopped);
    } catch (thrown) {
      const isFull = thrown instanceof AffidavitError && thrown.code === 'io.full';
      if (!isFull || this.options.spool.appendKept === undefined) throw thrown;
      return await this.withKept(() => this.status(PRODUCER_EVENT.stopped));
    }
  }

  /** Nothing else is taken meanwhile: the epoch begins or ends. */
  private async withKept<T>(work: () => Promise<T>): Promise<T> {
    this.takesKept = true;
    try {
      return await work();
    } finally {
      this.takesKept = false;
    }
  }

  private entryParts(parts: readonly SealedPart[]): EntryPart[] {
    if (parts.length > MAX_RECORD_PARTS)
      throw new AffidavitError('limit.exceeded', `a record with ${parts.length} parts is over ${MAX_RECORD_PARTS}`);
    const seen = new Set<SealedPart>();
    return parts.map((part) => {
      if (!(part instanceof SealingPart) || part.host !== this.host || seen.has(part))
        throw new AffidavitError('internal', 'a payload part is of another producer, or stands twice in a record');
      seen.add(part);
      return { part, result: part.sealed(), ahead: part.isAhead };
    });
  }

  private checkRoom(frameBytes: number): void {
    const most = HARD_BACKLOG_FACTOR * this.limits.maxBacklogBytes;
    const { bytes } = this.queue;
    if (bytes + frameBytes > most)
      throw new AffidavitError(
        'limit.exceeded',
        `${bytes} bytes wait for the spool, ${frameBytes} more are over ${most}`,
      );
  }

  private now(timeUs?: number): Pick<LedgerRecord, 'timeUs' | 'monotonicUs'> {
    const { clock } = this.options;
    return { timeUs: timeUs ?? clock.nowUs(), monotonicUs: clock.monotonicUs() };
  }

  private tail(
    now: Pick<LedgerRecord, 'timeUs' | 'monotonicUs'>,
    body: Uint8Array,
    retentionClass: string,
    parts: readonly EntryPart[],
    attachments: readonly DraftAttachment[] = [],
  ): Uint8Array {
    const { environment, tenant } = this.options;
    return this.encoder.tail({
      ...now,
      environment,
      tenant,
      retentionClass,
      parts: parts.map(({ result }) => result.part),
      body,
      attachments: attachments.map(({ name, count, bytes }) => ({
        name,
        hash: sha256(bytes),
        count,
        size: bytes.length,
      })),
    });
  }

  private status(event: number, clocks: readonly ClockReading[] = []): Promise<RecordPosition> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const { previous, softwareVersion, role, retentionClass } = this.options;
    const started = event === PRODUCER_EVENT.started ? previous : undefined;
    const previousEpoch = started?.epoch ?? new Uint8Array(0);
    const previousBatches = started?.batches ?? 0;
    const body = (records: number): Uint8Array =>
      ProducerStatus.encode({
        event,
        previousEpoch,
        previousBatches,
        softwareVersion,
        role,
        records,
        clocks: [...clocks],
      });
    const now = this.now();
    const tail = (seq: number): Uint8Array => this.tail(now, body(seq), retentionClass, []);
    return this.enqueue({ kind: KIND.producer, tail, parts: [], frameBytes: STATUS_FRAME_BYTES });
  }

  private enqueue(entry: Omit<RecordEntry, 'resolve' | 'reject'>, patient = false): Promise<RecordPosition> {
    const { promise, resolve, reject } = Promise.withResolvers<RecordPosition>();
    this.queue.addRecord({ ...entry, resolve, reject });
    this.pump(patient);
    return promise;
  }

  private pump(patient: boolean): void {
    this.gathering.add(patient, this.queue.bytes);
    if (this.pumping || this.failure !== undefined) return;
    this.pumping = true;
    void this.drainQueue();
  }

  /** Never rejects: a failure goes to all who wait. */
  private async drainQueue(): Promise<void> {
    // What else arrives in this turn of the event loop shares the batch.
    await nextTurn();
    try {
      while (!this.queue.isEmpty) {
        await this.gathering.wait();
        await this.commitNext();
      }
    } catch (thrown) {
      this.fail(AffidavitError.from(thrown, 'internal', 'make a batch'));
    }
    this.pumping = false;
  }

  private async commitNext(): Promise<void> {
    const load = this.queue.take(this.limits);
    this.gathering.taken(!this.queue.isEmpty);
    try {
      const noRoom = load.chunks.length + load.records.length > 0 ? await this.committer.commit(load) : undefined;
      if (noRoom !== undefined) loseLoad(load, noRoom);
    } catch (thrown) {
      loseLoad(load, AffidavitError.from(thrown, 'internal', 'make a batch'));
      throw thrown;
    }
    this.queue.settled(load);
    if (this.pressure !== undefined && this.queue.bytes <= this.limits.maxBacklogBytes / 2) {
      this.pressure.resolve(undefined);
      this.pressure = undefined;
    }
  }

  private fail(reason: AffidavitError): void {
    this.failure = reason;
    this.intervalKeys.close();
    this.queue.rejectAll(reason);
    this.pressure?.reject(reason);
    this.pressure = undefined;
  }
}
