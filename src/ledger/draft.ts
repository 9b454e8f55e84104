import { Gap, GAP_REASON, KIND, QUARANTINE_REASON, Quarantined } from '../record/index.ts';
import type { GapReason, LedgerRecord, PayloadItem, QuarantineReason, SealedKey } from '../record/index.ts';
import { encodeHex, sha256 } from '../proof/index.ts';
import { isSettled } from './epochs.ts';
import type { EpochState } from './epochs.ts';
import { fromHex } from './json.ts';
import type { OwnRecord } from './leaves.ts';
import type { EpochRow } from './staged.ts';
import type { LedgerState, ProducerState, WaitingMessage } from './state.ts';

/** The payloads of an accepted batch, to be looked at once for the whole commit. */
export interface BatchPayloads {
  /** Leaf of the batch's first record. */
  leaf: number;
  keyId: Uint8Array;
  epoch: Uint8Array;
  records: readonly LedgerRecord[];
  items: readonly PayloadItem[];
  keys: readonly SealedKey[];
  attachments: readonly Uint8Array[];
}

/** What became of the messages of an ingestion. */
export interface Counts {
  /** Leaves appended, the ledger's own included. */
  leaves: number;
  batches: number;
  chunks: number;
  duplicates: number;
  quarantined: number;
  /** Of the quarantined: those that contradict a batch that was accepted. */
  forks: number;
}

/** Messages of unknown keys that are kept in mind until their key is enrolled; later ones stay in the dead-letter store. */
export const MAX_WAITING = 10_000;
/** Epochs of a producer that the state holds at least; of earlier ones those that are settled are read from their index. */
const KEPT_EPOCHS = 4;
const MAX_DETAIL = 500;

/** A commit that is being put together: nothing in it has happened yet. */
export class CommitDraft {
  readonly base: LedgerState;
  readonly producers: Map<string, ProducerState>;
  readonly leaves: Uint8Array[] = [];
  readonly rows: EpochRow[] = [];
  readonly own: OwnRecord[] = [];
  readonly payloads: BatchPayloads[] = [];
  /** Chunks sent ahead, by the SHA-256 of their ciphertext as hex. */
  readonly chunks = new Map<string, Uint8Array>();
  /** Bytes of quarantined messages, by their SHA-256 as hex. */
  readonly deadLetters = new Map<string, Uint8Array>();
  readonly counts: Counts = { leaves: 0, batches: 0, chunks: 0, duplicates: 0, quarantined: 0, forks: 0 };
  source: LedgerState['source'];
  waiting: readonly WaitingMessage[];
  /** Bytes of the messages taken. */
  bytes = 0;
  private readonly accepted = new Map<string, string>();
  private readonly touched = new Map<string, EpochState>();

  constructor(base: LedgerState) {
    this.base = base;
    this.producers = new Map(base.producers);
    this.source = base.source;
    this.waiting = base.waiting;
  }

  /** Index that the next leaf gets. The ledger's own leaves come after all others of the commit. */
  get nextLeaf(): number {
    return this.base.size + this.leaves.length;
  }

  /** True when committing it would change anything. */
  get hasWork(): boolean {
    const { base } = this;
    return (
      this.leaves.length + this.own.length + this.chunks.size > 0 ||
      this.source !== base.source ||
      this.waiting !== base.waiting
    );
  }

  /** Statement hash of a batch accepted in this commit. */
  acceptedHere(keyId: string, epoch: string, batchNo: number): string | undefined {
    return this.accepted.get(`${keyId}/${epoch}/${batchNo}`);
  }

  /** Remembers an accepted batch that begins at the next leaf. */
  addRow(keyId: Uint8Array, epoch: Uint8Array, batchNo: number, statementHash: Uint8Array): void {
    this.rows.push({ keyId, epoch, batchNo, leaf: this.nextLeaf, statementHash });
    this.accepted.set(`${encodeHex(keyId)}/${encodeHex(epoch)}/${batchNo}`, encodeHex(statementHash));
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

  /** Puts the state of an earlier epoch in place, just before the epoch `next`. */
  announce(keyId: string, epoch: EpochState, next: string): void {
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
    this.own.push({ kind: KIND.gap, body: Gap.encode(Gap.create({ ...values, reason })) });
  }

  /** Will write a `quarantined` record and keep the message's bytes. */
  quarantine(
    value: Uint8Array,
    position: number,
    refusal: { reason: QuarantineReason; detail: string; keyId: Uint8Array },
  ): void {
    const hash = sha256(value);
    this.counts.quarantined += 1;
    if (refusal.reason === QUARANTINE_REASON.fork) this.counts.forks += 1;
    this.deadLetters.set(encodeHex(hash), value);
    const body = Quarantined.encode({
      reason: refusal.reason,
      hash,
      size: value.length,
      position,
      keyId: refusal.keyId,
      detail: refusal.detail.slice(0, MAX_DETAIL),
      source: this.source?.id ?? '',
    });
    this.own.push({ kind: KIND.quarantined, body });
  }

  /** Keeps a quarantined message in mind for when its key is enrolled. */
  wait(message: WaitingMessage): void {
    const there = this.waiting.some(({ hash }) => hash === message.hash);
    if (!there && this.waiting.length < MAX_WAITING) this.waiting = [...this.waiting, message];
  }

  /** Will say that batches are missing. */
  addMissing(keyId: string, epoch: string, gap: Partial<Gap>): void {
    this.addGap(GAP_REASON.batches_missing, { keyId: fromHex(keyId), epoch: fromHex(epoch), ...gap });
  }
}
