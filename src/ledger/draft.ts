import { Gap, GAP_REASON, KIND, QUARANTINE_REASON, Quarantined } from '../record/index.ts';
import type { GapReason, LedgerRecord, PayloadItem, QuarantineReason, SealedKey } from '../record/index.ts';
import { encodeHex, sha256 } from '../proof/index.ts';
import { isSettled } from './epochs.ts';
import type { EpochState } from './epochs.ts';
import { fromHex } from './json.ts';
import type { MissingPart } from './key-page.ts';
import type { OwnRecord } from './leaves.ts';
import type { EpochRow } from './staged.ts';
import { deadLetterCost } from './storage.ts';
import type { LedgerState, ProducerState, WaitingMessage } from './state.ts';

/** What one copy of a batch brings. None of it is signed: it counts for what the records commit to. */
export interface BatchCopy {
  /** By `record/part`. */
  items: ReadonlyMap<string, PayloadItem>;
  keys: readonly SealedKey[];
  /** By the SHA-256 of their bytes, as hex. */
  attachments: ReadonlyMap<string, Uint8Array>;
}

/** The payloads of a batch that was accepted, now or earlier, to be looked at once for the whole commit. */
export interface BatchPayloads {
  /** Leaf of the batch's first record. */
  leaf: number;
  keyId: Uint8Array;
  epoch: Uint8Array;
  records: readonly LedgerRecord[];
  copies: BatchCopy[];
  /** Of a batch that is in the log already: what of it may still be put in its place. */
  missing: readonly MissingPart[] | undefined;
}

/** What became of the messages of an ingestion. */
export interface Counts {
  /** Leaves appended, the ledger's own included. */
  leaves: number;
  batches: number;
  chunks: number;
  duplicates: number;
  /** Gap records: something is missing, or has arrived. */
  gaps: number;
  quarantined: number;
  /** Of the quarantined: those that contradict a batch that was accepted. */
  forks: number;
  /** Of the quarantined: those whose bytes found no room in the dead-letter store. */
  notKept: number;
  /** Of the quarantined: batches of unknown keys that found no room among those which wait for their key. */
  notWaiting: number;
  /** Parts and attachments that are missing of the leaves appended. */
  payloadsMissing: number;
  /** Parts and attachments of earlier leaves that were missing, and have arrived. */
  payloadsArrived: number;
}

/** Nothing counted. */
export function noCounts(): Counts {
  return {
    leaves: 0,
    batches: 0,
    chunks: 0,
    duplicates: 0,
    gaps: 0,
    quarantined: 0,
    forks: 0,
    notKept: 0,
    notWaiting: 0,
    payloadsMissing: 0,
    payloadsArrived: 0,
  };
}

/** A batch that the log has. */
export interface AcceptedBatch {
  /** Leaf of its first record. */
  leaf: number;
  /** SHA-256 of its statement, as hex. */
  hash: string;
}

/** Epochs of a producer that the state holds at least; of earlier ones those that are settled are read from their index. */
const KEPT_EPOCHS = 4;
const MAX_DETAIL = 500;
const NOT_KEPT = '; its bytes were not kept: the dead-letter store is full';

/** A commit that is being put together: nothing in it has happened yet. */
export class CommitDraft {
  readonly base: LedgerState;
  readonly producers: Map<string, ProducerState>;
  readonly leaves: Uint8Array[] = [];
  readonly rows: EpochRow[] = [];
  readonly own: OwnRecord[] = [];
  /** By the batch's first leaf. */
  readonly payloads = new Map<number, BatchPayloads>();
  /** What key pages say is missing, by page, as far as it was looked at: only the commit changes it. */
  readonly missing = new Map<number, readonly MissingPart[]>();
  /** Chunks sent ahead, by the SHA-256 of their ciphertext as hex. */
  readonly chunks = new Map<string, Uint8Array>();
  /** Bytes of quarantined messages, by their SHA-256 as hex. */
  readonly deadLetters = new Map<string, Uint8Array>();
  /** Why messages were quarantined, in their order. */
  readonly refusals: string[] = [];
  readonly counts = noCounts();
  source: LedgerState['source'];
  waiting: readonly WaitingMessage[];
  /** Bytes of the messages taken. */
  bytes = 0;
  indexRows: number;
  busJumps: number;
  /** Marks of missing payloads that are looked for. */
  wantedMarks = 0;
  /** Bytes that the quarantined messages take on disk. */
  deadLetterBytes = 0;
  private readonly deadLetterRoom: number;
  private readonly accepted = new Map<string, AcceptedBatch>();
  private readonly touched = new Map<string, EpochState>();

  /** @param deadLetterRoom bytes that quarantined messages may still take on disk. */
  constructor(base: LedgerState, deadLetterRoom: number) {
    this.base = base;
    this.deadLetterRoom = deadLetterRoom;
    this.producers = new Map(base.producers);
    this.source = base.source;
    this.waiting = base.waiting;
    this.indexRows = base.indexRows;
    this.busJumps = base.busJumps;
  }

  /** Index that the next leaf gets. The ledger's own leaves come after all others of the commit. */
  get nextLeaf(): number {
    return this.base.size + this.leaves.length;
  }

  /** True when committing it would change anything. */
  get hasWork(): boolean {
    const { base } = this;
    return (
      this.leaves.length + this.own.length + this.chunks.size + this.payloads.size > 0 ||
      this.source !== base.source ||
      this.waiting !== base.waiting
    );
  }

  /** A batch accepted in this commit. */
  acceptedHere(keyId: string, epoch: string, batchNo: number): AcceptedBatch | undefined {
    return this.accepted.get(`${keyId}/${epoch}/${batchNo}`);
  }

  /** Remembers an accepted batch that begins at the next leaf. */
  addRow(keyId: Uint8Array, epoch: Uint8Array, batchNo: number, statementHash: Uint8Array): void {
    const leaf = this.nextLeaf;
    this.rows.push({ keyId, epoch, batchNo, leaf, statementHash });
    const hash = encodeHex(statementHash);
    this.accepted.set(`${encodeHex(keyId)}/${encodeHex(epoch)}/${batchNo}`, { leaf, hash });
  }

  /** An epoch as this commit leaves it so far; `undefined` when the state doesn't hold it. */
  epoch(keyId: string, epoch: string): EpochState | undefined {
    const touched = this.touched.get(`${keyId}/${epoch}`);
    return touched ?? this.producers.get(keyId)?.epochs.find((candidate) => candidate.epoch === epoch);
  }

  /** Puts an epoch's new state in place: as the newest, or where it was; one from the index is the oldest. */
  setEpoch(keyId: string, epoch: EpochState, isNewest: boolean): void {
    this.touched.set(`${keyId}/${epoch.epoch}`, epoch);
    const held = this.producers.get(keyId)?.epochs ?? [];
    const others = held.filter((other) => other.epoch !== epoch.epoch);
    const place = held.findIndex((other) => other.epoch === epoch.epoch);
    this.keepEpochs(keyId, others.toSpliced(isNewest ? others.length : Math.max(0, place), 0, epoch));
  }

  /** Puts the state of an earlier epoch in place, just before the epoch `next`; without one it is the oldest. */
  setEarlier(keyId: string, epoch: EpochState, next: string | undefined): void {
    this.touched.set(`${keyId}/${epoch.epoch}`, epoch);
    const others = (this.producers.get(keyId)?.epochs ?? []).filter((other) => other.epoch !== epoch.epoch);
    const place = others.findIndex((other) => other.epoch === next);
    this.keepEpochs(keyId, others.toSpliced(place < 0 ? 0 : place, 0, epoch));
  }

  private keepEpochs(keyId: string, epochs: readonly EpochState[]): void {
    const producer = this.producers.get(keyId);
    if (producer === undefined) return;
    const first = Math.max(0, epochs.length - KEPT_EPOCHS);
    const kept = epochs.filter((epoch, index) => index >= first || !isSettled(epoch));
    this.producers.set(keyId, { ...producer, epochs: kept });
  }

  /** Will write a `gap` record. */
  addGap(reason: GapReason, values: Partial<Gap>): void {
    this.counts.gaps += 1;
    this.own.push({ kind: KIND.gap, body: Gap.encode(Gap.create({ ...values, reason })) });
  }

  /** Will write that the bus went on elsewhere than was expected. */
  addJump(values: Partial<Gap>): void {
    this.busJumps += 1;
    this.addGap(GAP_REASON.position_jumped, values);
  }

  /** True when a quarantined message's bytes find room. */
  canKeep(value: Uint8Array): boolean {
    return this.deadLetterBytes + deadLetterCost(value.length) <= this.deadLetterRoom;
  }

  /** Will write a `quarantined` record and keep the message's bytes, or say that they found no room. */
  quarantine(
    value: Uint8Array,
    position: number,
    refusal: { reason: QuarantineReason; detail: string; keyId: Uint8Array },
  ): void {
    const hash = sha256(value);
    this.counts.quarantined += 1;
    this.refusals.push(refusal.detail);
    if (refusal.reason === QUARANTINE_REASON.fork) this.counts.forks += 1;
    const isKept = this.deadLetters.has(encodeHex(hash)) || this.canKeep(value);
    if (!isKept) this.counts.notKept += 1;
    else if (!this.deadLetters.has(encodeHex(hash))) {
      this.deadLetters.set(encodeHex(hash), value);
      this.deadLetterBytes += deadLetterCost(value.length);
    }
    const body = Quarantined.encode({
      reason: refusal.reason,
      hash,
      size: value.length,
      position,
      keyId: refusal.keyId,
      detail: `${refusal.detail.slice(0, MAX_DETAIL)}${isKept ? '' : NOT_KEPT}`,
      source: this.source?.id ?? '',
    });
    this.own.push({ kind: KIND.quarantined, body });
  }

  /** Keeps a message in mind for when its key is enrolled; `false`, and nothing done, when `most` are already. */
  wait(message: WaitingMessage, most: number): boolean {
    if (this.waiting.some(({ hash }) => hash === message.hash)) return true;
    if (this.waiting.length >= most) return false;
    this.waiting = [...this.waiting, message];
    return true;
  }

  /** Will say that batches are missing. */
  addMissing(keyId: string, epoch: string, gap: Partial<Gap>): void {
    this.addGap(GAP_REASON.batches_missing, { keyId: fromHex(keyId), epoch: fromHex(epoch), ...gap });
  }
}
