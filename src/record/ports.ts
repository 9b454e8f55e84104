import type { Kind, PartNumber, PayloadClass } from './kinds.ts';

/** A public list that is too long for its record, which holds its hash. */
export interface DraftAttachment {
  /** Number that the record's kind gives it. */
  name: number;
  /** How many things it lists. */
  count: number;
  bytes: Uint8Array;
}

/** What a stage hands in to be recorded; the producer adds who, when it is numbered, and the batch. */
export interface RecordDraft {
  kind: Kind;
  /** Encoded message of the kind. */
  body: Uint8Array;
  /** Lists that travel with it; together they must fit into its frame. */
  attachments?: readonly DraftAttachment[];
  /** Class of the retention policy; the producer's default when absent. */
  retentionClass?: string;
  /** Wall clock that its body goes by, read by the same process; when it is handed in, when absent. A second reading may be earlier. */
  timeUs?: number;
  /** Nobody waits until it is durable: it may wait some milliseconds itself, for others to share its batch. */
  patient?: boolean;
}

/** Where a record stands. */
export interface RecordPosition {
  /** Epoch of the producer, 16 bytes. */
  epoch: Uint8Array;
  seq: number;
  /** Number of the spool's frame that holds it. */
  frame: number;
}

/** A payload part that is whole and sealed; made by {@link PartWriter.finish}, used in one {@link RecordWriter.append}. */
export interface SealedPart {
  readonly class: PayloadClass;
  readonly name: PartNumber;
  readonly plainBytes: number;
}

/**
 * Seals one payload part as it comes. What is larger than a chunk is made durable ahead of its record, under a key
 * that nobody can unwrap before the record itself carries the wrap.
 */
export interface PartWriter {
  /**
   * Takes bytes (and may keep a reference until sealed). When a promise is returned, the caller must await it before
   * it writes more: that is the back-pressure that bounds memory.
   */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /**
   * 32 bytes that only who can open the part can compute, others for each label: what commitments to its content are
   * made with. `label` has at most 64 characters. Not once bytes of the part have been sealed.
   */
  secret(label: string): Uint8Array;
  /**
   * Gives the bytes back and ends the part as if it had never been, if they are at most `maxBytes` and none is sealed
   * yet; else `undefined`, and the part goes on.
   */
  reclaim(maxBytes: number): Uint8Array | undefined;
  /** Ends the part. Nothing may be written afterwards. */
  finish(): SealedPart;
  /** Throws the key away: what was sent ahead can't be opened by anyone. */
  withdraw(): void;
}

/**
 * At so many times the backlog from which on parts are held back, a {@link RecordWriter} refuses records: whoever doesn't wait for
 * them has to give some up before.
 */
export const HARD_BACKLOG_FACTOR = 4;

/** The `append` port: whoever writes records gets one of these from `commands/`. */
export interface RecordWriter {
  /** Begins a payload part of a record that is appended later. */
  openPart(payloadClass: PayloadClass, name: PartNumber): PartWriter;
  /**
   * Appends a record with its parts. Resolves once the batch that holds it is durable on local disk (fdatasync has
   * returned), never before. @throws spool.failed, spool.closed, io.full, io.read_only, limit.exceeded; then it isn't recorded.
   */
  append(draft: RecordDraft, parts?: readonly SealedPart[]): Promise<RecordPosition>;
  /** Bytes handed in that aren't durable yet: what overload decisions look at. */
  readonly backlogBytes: number;
  /** Of these, bytes that open parts hold: they wait for nothing but more of their part, or its end. */
  readonly openBytes: number;
}
