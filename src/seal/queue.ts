import { AffidavitError, MAX_FRAME_BYTES } from '../record/index.ts';
import type { Kind, RecordPosition } from '../record/index.ts';
import type { SealedResult, SealingPart } from './part.ts';

/** Room in a batch's frame for what isn't a record: statement, signature, sealed keys, tags. */
const FRAME_RESERVE_BYTES = 4096;
/**
 * What a record, its parts left out, may take of a frame; a payload item around its manifest and chunk, its interval key
 * included: after a wait, each part of a batch may be of another interval.
 */
const RECORD_OVERHEAD_BYTES = 16;
const ITEM_OVERHEAD_BYTES = 320;
/** Most bytes of chunks in one append to the spool, so that no batch waits long behind them. */
const MAX_AHEAD_BYTES = 4 * 1024 * 1024;

/** What a batch's records and payloads may take of its frame. */
export const MAX_BATCH_BYTES = MAX_FRAME_BYTES - FRAME_RESERVE_BYTES;

/** A record's part with what was sealed of it. */
export interface EntryPart {
  readonly part: SealingPart;
  readonly result: SealedResult;
  /** Its chunks go ahead of the batch instead of with it. */
  ahead: boolean;
}

/** A record that waits for its batch. */
export interface RecordEntry {
  readonly kind: Kind;
  /** The encoded record from the field after `seq` on; a producer's status is made when its number is known. */
  readonly tail: Uint8Array | ((seq: number) => Uint8Array);
  readonly parts: readonly EntryPart[];
  /** Bytes of its attachments. */
  readonly attachments?: readonly Uint8Array[];
  /** What it takes of a batch's frame. */
  readonly frameBytes: number;
  resolve(position: RecordPosition): void;
  reject(reason: AffidavitError): void;
}

/** A chunk that goes ahead of its record. */
export interface ChunkEntry {
  readonly part: SealingPart;
  readonly frame: Uint8Array;
}

/** What goes to the spool in one append: chunks first, then the batch. */
export interface Load {
  readonly chunks: ChunkEntry[];
  readonly records: RecordEntry[];
  /** What it takes: once it is durable its frames are the spool's readers', who let them go. */
  bytes: number;
}

/** Bounds of a load. */
export interface LoadLimits {
  readonly maxBatchRecords: number;
  readonly maxBatchBytes: number;
}

/** Fields that say how much a record of `recordBytes` with parts takes of a frame; decides which parts go ahead. */
export function planFrame(recordBytes: number, parts: readonly EntryPart[], attachmentBytes = 0): number {
  const chunkBytes = ({ ahead, result }: EntryPart): number => (ahead ? 0 : (result.tail?.length ?? 0));
  let total = recordBytes + RECORD_OVERHEAD_BYTES + attachmentBytes;
  for (const part of parts) total += part.result.manifest.length + ITEM_OVERHEAD_BYTES + chunkBytes(part);
  if (total <= MAX_BATCH_BYTES) return total;
  const largestFirst = parts.filter((part) => !part.ahead).toSorted((a, b) => chunkBytes(b) - chunkBytes(a));
  for (const part of largestFirst) {
    total -= chunkBytes(part);
    part.ahead = true;
    if (total <= MAX_BATCH_BYTES) return total;
  }
  throw new AffidavitError('limit.exceeded', `a record and its manifests take ${total} bytes, over ${MAX_BATCH_BYTES}`);
}

type Entry = { chunk: ChunkEntry; record?: undefined } | { record: RecordEntry; chunk?: undefined };

function cost(entry: Entry): number {
  return entry.chunk === undefined ? entry.record.frameBytes : entry.chunk.frame.length;
}

/** What waits for the spool, in order: a record's chunks stand before it. */
export class LoadQueue {
  private entries: Entry[] = [];
  /** Bytes that wait or are on their way. */
  bytes = 0;

  /** True when nothing waits. */
  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  addChunk(chunk: ChunkEntry): void {
    this.add({ chunk });
  }

  addRecord(record: RecordEntry): void {
    this.add({ record });
  }

  /**
   * Takes what goes next. Chunks of withdrawn parts are passed over, records of lost parts rejected. The bytes of
   * what is taken count until {@link settled}.
   */
  take(limits: LoadLimits): Load {
    const load: Load = { chunks: [], records: [], bytes: 0 };
    let aheadBytes = 0;
    let batchBytes = 0;
    let taken = 0;
    for (const entry of this.entries) {
      const size = cost(entry);
      if (entry.chunk !== undefined) {
        if (aheadBytes > 0 && aheadBytes + size > MAX_AHEAD_BYTES) break;
        if (this.skipChunk(entry.chunk)) this.bytes -= size;
        else {
          load.chunks.push(entry.chunk);
          aheadBytes += size;
          load.bytes += size;
        }
      } else if (this.rejectLost(entry.record)) this.bytes -= size;
      else {
        const full = load.records.length >= limits.maxBatchRecords || batchBytes + size > limits.maxBatchBytes;
        if (load.records.length > 0 && full) break;
        load.records.push(entry.record);
        batchBytes += size;
        load.bytes += size;
      }
      taken++;
    }
    this.entries.splice(0, taken);
    return load;
  }

  /** What was taken is durable or given up. */
  settled(load: Load): void {
    this.bytes -= load.bytes;
  }

  /** Rejects everything that waits. */
  rejectAll(reason: AffidavitError): void {
    for (const { record } of this.entries) if (record !== undefined) rejectRecord(record, reason);
    this.entries = [];
    this.bytes = 0;
  }

  private add(entry: Entry): void {
    this.entries.push(entry);
    this.bytes += cost(entry);
  }

  private skipChunk({ part }: ChunkEntry): boolean {
    return part.withdrawn || part.lost !== undefined;
  }

  private rejectLost(record: RecordEntry): boolean {
    const lost = record.parts.find(({ part }) => part.lost !== undefined)?.part.lost;
    if (lost === undefined) return false;
    rejectRecord(record, lost);
    return true;
  }
}

/** Rejects a record's append, and throws its data keys away. */
export function rejectRecord(record: RecordEntry, reason: AffidavitError): void {
  for (const { part } of record.parts) part.discard();
  record.reject(reason);
}

/** Gives up a load that found no room: its records are rejected, its chunks' parts are lost. */
export function loseLoad(load: Load, reason: AffidavitError): void {
  for (const { part } of load.chunks) part.lost ??= reason;
  for (const record of load.records) rejectRecord(record, reason);
}
