import { AffidavitError, GAP_REASON, PRODUCER_EVENT, QUARANTINE_REASON } from '../record/index.ts';
import type { Batch, BatchStatement, LedgerRecord } from '../record/index.ts';
import { encodeHex, EPOCH_BYTES, isProducerRole, sha256 } from '../proof/index.ts';
import type { AcceptedBatch, BatchCopy, CommitDraft } from './draft.ts';
import { producerStatus } from './epoch-index.ts';
import { beganEarlier, begunAnewAfter, isCut, isHeadless, judgeBatch, MAX_HELD_EPOCHS, newEpoch } from './epochs.ts';
import type { BatchPlace, EpochHead, EpochState, Judgement } from './epochs.ts';
import { fromHex } from './json.ts';
import type { MissingPart } from './key-page.ts';
import { KEY_PAGE_LEAVES } from './layout.ts';
import { batchLeaves } from './leaves.ts';
import { openMessage, verifyMessage } from './message.ts';
import type { Opened, Refusal, Verified } from './message.ts';
import type { ProducerState } from './state.ts';

/** What is looked up outside the state, now and then. */
export interface IntakeLookups {
  /** The batch accepted under a number; `null` for none. `expected` is the statement hash (hex) of the one judged. */
  findBatch(keyId: string, epoch: string, batchNo: number, expected: string): Promise<AcceptedBatch | null>;
  /** The same after the epoch's index was made anew from the log. */
  findAnew(keyId: string, epoch: string, batchNo: number): Promise<AcceptedBatch | null>;
  /** An epoch that the state no longer holds; `undefined` when it was never seen. */
  restoreEpoch(keyId: string, epoch: string): Promise<EpochState | undefined>;
  /** What a key page says is missing of its leaves. */
  missingOn(page: number): Promise<readonly MissingPart[]>;
  /** True when the batch begins at that leaf of the log. */
  isInTree(batch: AcceptedBatch): Promise<boolean>;
}

/** A message of the bus. */
export interface SourceMessage {
  position: number;
  value: Uint8Array;
}

type Accepted = Extract<Judgement, { verdict: 'accept' }>;
type OpenedBatch = Extract<Opened, { type: 'batch' }>;

/** Judges messages one by one and puts what follows from them into a draft. */
export class Intake {
  private readonly origin: string;
  private readonly lookups: IntakeLookups;
  private readonly maxWaiting: number;

  /** @param maxWaiting messages that may wait for their keys to be enrolled: the state holds each. */
  constructor(origin: string, lookups: IntakeLookups, maxWaiting: number) {
    this.origin = origin;
    this.lookups = lookups;
    this.maxWaiting = maxWaiting;
  }

  /** Takes a message from the bus. A position that isn't the expected one is a gap, and is followed. */
  async take(draft: CommitDraft, sourceId: string, message: SourceMessage): Promise<void> {
    const expected = draft.source?.id === sourceId ? draft.source.next : 0;
    if (draft.source !== undefined && draft.source.id !== sourceId) {
      const detail = `the source changed from ${draft.source.id} to ${sourceId}`;
      draft.addJump({ firstPosition: draft.source.next, detail });
    }
    if (message.position !== expected)
      draft.addJump({
        firstPosition: expected,
        lastPosition: Math.max(0, message.position - 1),
        detail: `${sourceId} went on at ${message.position}, expected was ${expected}${
          message.position < expected ? ': it was cut or made anew' : ''
        }`,
      });
    draft.source = { id: sourceId, next: message.position + 1 };
    await this.takeValue(draft, message);
  }

  /** Takes a message whose place on the bus was dealt with before. */
  async takeValue(draft: CommitDraft, message: SourceMessage): Promise<void> {
    const { value, position } = message;
    draft.bytes += value.length;
    const opened = openMessage(value, this.origin);
    if (opened.type === 'refused') draft.quarantine(value, position, opened);
    else if (opened.type === 'chunk') {
      draft.counts.chunks += 1;
      draft.chunks.set(encodeHex(opened.hash), opened.ciphertext);
    } else await this.takeBatch(draft, message, opened);
  }

  private async takeBatch(draft: CommitDraft, message: SourceMessage, opened: OpenedBatch): Promise<void> {
    const { batch, statement, hash } = opened;
    const keyId = encodeHex(statement.keyId);
    const producer = draft.producers.get(keyId);
    if (producer === undefined || producer.retired || !isProducerRole(producer.role)) {
      this.refuseKey(draft, message, statement, producer);
      return;
    }
    const place: BatchPlace = {
      epoch: encodeHex(statement.epoch),
      batchNo: statement.batchNo,
      firstSeq: statement.firstSeq,
      count: statement.count,
      previous: encodeHex(statement.previousBatchHash),
      hash: encodeHex(hash),
    };
    const epoch = await this.epochOf(draft, keyId, place.epoch);
    const { judgement, accepted } = await this.judge(draft, keyId, epoch ?? newEpoch(place.epoch), place);
    if (judgement.verdict === 'duplicate') {
      draft.counts.duplicates += 1;
      if (accepted !== undefined) await this.takeCopy(draft, opened, accepted, producer);
      return;
    }
    const verified = verifyMessage(batch, statement, fromHex(producer.publicKey), producer.role);
    if (verified.type === 'refused') draft.quarantine(message.value, message.position, verified);
    else if (judgement.verdict !== 'accept')
      draft.quarantine(message.value, message.position, { ...judgement, keyId: statement.keyId });
    else if (judgement.late && saysStopped(verified.records.at(-1)))
      draft.quarantine(message.value, message.position, lateEnd(statement));
    else {
      const isNew = (epoch?.nextBatch ?? 0) === 0;
      if (epoch === undefined && producer.epochs.length >= MAX_HELD_EPOCHS) {
        draft.quarantine(message.value, message.position, tooManyEpochs(statement));
        return;
      }
      draft.indexRows += judgement.epoch.nextBatch - (epoch?.nextBatch ?? 0);
      await this.accept(draft, { ...opened, keyId, place, judgement, verified, isNew });
    }
  }

  private refuseKey(
    draft: CommitDraft,
    { value, position }: SourceMessage,
    { keyId }: BatchStatement,
    producer: ProducerState | undefined,
  ): void {
    const id = encodeHex(keyId);
    const why = producer === undefined ? 'is not enrolled' : producer.retired ? 'was retired' : 'is not a producer';
    const message = { keyId: id, hash: encodeHex(sha256(value)), size: value.length, position };
    const waits = producer === undefined && draft.canKeep(value) && draft.wait(message, this.maxWaiting);
    const isLeftOut = producer === undefined && !waits;
    if (isLeftOut) draft.counts.notWaiting += 1;
    const detail = `key ${id} ${why}${isLeftOut ? `; at most ${this.maxWaiting} messages wait: this one does not` : ''}`;
    const refusal: Refusal = { type: 'refused', reason: QUARANTINE_REASON.unknown_key, detail, keyId };
    draft.quarantine(value, position, refusal);
  }

  private async epochOf(draft: CommitDraft, keyId: string, epoch: string): Promise<EpochState | undefined> {
    return draft.epoch(keyId, epoch) ?? (await this.lookups.restoreEpoch(keyId, epoch));
  }

  private async judge(
    draft: CommitDraft,
    keyId: string,
    epoch: EpochState,
    place: BatchPlace,
  ): Promise<{ judgement: Exclude<Judgement, { verdict: 'lookup' }>; accepted?: AcceptedBatch }> {
    const first = judgeBatch(epoch, place);
    if (first.verdict !== 'lookup') return { judgement: first };
    const known =
      draft.acceptedHere(keyId, place.epoch, place.batchNo) ??
      (await this.lookups.findBatch(keyId, place.epoch, place.batchNo, place.hash));
    if (known === null)
      throw new AffidavitError(
        'ledger.damaged',
        `the index of epoch ${place.epoch} of key ${keyId} has no row for batch ${place.batchNo}, which was accepted`,
      );
    const second = judgeBatch(epoch, place, known.hash);
    if (second.verdict === 'lookup') throw new AffidavitError('internal', 'a batch could not be judged');
    return { judgement: second, accepted: known };
  }

  /**
   * A batch that the log has already may bring what the first copy lacked. Its payloads are put where the key page is
   * marked, and nowhere else: what was erased has no mark. One that doesn't verify is dropped, as any duplicate is.
   */
  private async takeCopy(
    draft: CommitDraft,
    opened: OpenedBatch,
    accepted: AcceptedBatch,
    producer: ProducerState,
  ): Promise<void> {
    const { batch, statement } = opened;
    const { leaf } = accepted;
    const there = draft.payloads.get(leaf);
    const missing = there === undefined ? await this.missingOf(draft, leaf, statement.count) : [];
    if (there === undefined && missing.length === 0) return;
    const verified = verifyMessage(batch, statement, fromHex(producer.publicKey), producer.role);
    if (verified.type === 'refused') return;
    const { records } = verified;
    const { keyId, epoch, batchNo } = statement;
    if (there === undefined && !(await this.lookups.isInTree(accepted))) {
      // The index is not evidence: only the tree says that these leaves are this batch's.
      const anew = await this.lookups.findAnew(encodeHex(keyId), encodeHex(epoch), batchNo);
      if (anew === null || anew.leaf === leaf)
        throw new AffidavitError(
          'ledger.damaged',
          `leaf ${leaf} isn't the beginning of batch ${batchNo} accepted there`,
        );
      await this.takeCopy(draft, opened, anew, producer);
      return;
    }
    draft.wantedMarks += missing.length;
    if (there === undefined)
      draft.payloads.set(leaf, { leaf, keyId, epoch, records, copies: [copyOf(batch)], missing });
    else there.copies.push(copyOf(batch));
  }

  private async missingOf(draft: CommitDraft, leaf: number, count: number): Promise<MissingPart[]> {
    if (leaf + count > draft.base.size) return [];
    const missing: MissingPart[] = [];
    for (let page = Math.floor(leaf / KEY_PAGE_LEAVES); page * KEY_PAGE_LEAVES < leaf + count; page++) {
      const marks = draft.missing.get(page) ?? (await this.lookups.missingOn(page));
      draft.missing.set(page, marks);
      missing.push(...marks.filter((mark) => mark.leaf >= leaf && mark.leaf < leaf + count));
    }
    return missing;
  }

  private async accept(
    draft: CommitDraft,
    found: {
      batch: Batch;
      statement: BatchStatement;
      hash: Uint8Array;
      keyId: string;
      place: BatchPlace;
      judgement: Accepted;
      verified: Verified;
      isNew: boolean;
    },
  ): Promise<void> {
    const { batch, statement, keyId, place, judgement } = found;
    const { records, tree } = found.verified;
    const head = headOf(statement, records[0]);
    const ended = endedBy(judgement.epoch, head, records.at(-1));
    if (found.isNew) this.beginEpoch(draft, keyId, ended, head);
    else draft.setEpoch(keyId, ended, false);
    this.sayCut(draft, keyId, ended);
    if (statement.batchNo === 0) await this.checkPreviousEpoch(draft, keyId, place.epoch, records[0]);
    const { opened } = judgement;
    if (opened !== undefined)
      draft.addMissing(keyId, place.epoch, {
        firstBatch: opened.firstBatch,
        lastBatch: opened.lastBatch,
        firstSeq: opened.firstSeq,
        lastSeq: opened.lastSeq,
        count: opened.lastBatch - opened.firstBatch + 1,
      });
    if (judgement.late || statement.batchNo < judgement.epoch.announced)
      draft.addGap(GAP_REASON.batches_arrived, {
        keyId: statement.keyId,
        epoch: statement.epoch,
        firstBatch: statement.batchNo,
        lastBatch: statement.batchNo,
        firstSeq: statement.firstSeq,
        lastSeq: statement.firstSeq + statement.count - 1,
        count: 1,
      });
    const { keyId: key, epoch } = statement;
    draft.addRow(key, epoch, statement.batchNo, found.hash);
    const leaf = draft.nextLeaf;
    if (records.some(({ parts, attachments }) => parts.length + attachments.length > 0))
      draft.payloads.set(leaf, { leaf, keyId: key, epoch, records, copies: [copyOf(batch)], missing: undefined });
    draft.leaves.push(...batchLeaves(batch.statement, batch.signature, batch.records, tree));
    draft.counts.batches += 1;
  }

  /** A producer that begins anew without having said `stopped` may have lost its tail: that is said. */
  private beginEpoch(draft: CommitDraft, keyId: string, epoch: EpochState, head: EpochHead): void {
    const held = draft.producers.get(keyId)?.epochs ?? [];
    if (beganEarlier(epoch, held, head)) {
      const isKnown = held.some((other) => other.epoch === epoch.epoch);
      if (isKnown) draft.setEpoch(keyId, epoch, false);
      else draft.setEarlier(keyId, epoch, held.find(isHeadless)?.epoch);
      return;
    }
    const anew = begunAnewAfter(epoch, held, head);
    if (anew !== undefined) {
      draft.setEarlier(keyId, counted(epoch), anew.epoch);
      if (!epoch.stopped) this.addCut(draft, keyId, counted(epoch));
      return;
    }
    const last = held.filter((other) => other.epoch !== epoch.epoch).at(-1);
    if (last !== undefined && !last.stopped) this.addCut(draft, keyId, last);
    draft.setEpoch(keyId, epoch, true);
  }

  /** Says of an epoch whose end has come late that it isn't one in order. */
  private sayCut(draft: CommitDraft, keyId: string, epoch: EpochState): void {
    if (isCut(epoch)) this.addCut(draft, keyId, epoch);
  }

  private addCut(draft: CommitDraft, keyId: string, epoch: EpochState): void {
    if (epoch.cut) return;
    draft.addGap(GAP_REASON.epoch_not_stopped, {
      keyId: fromHex(keyId),
      epoch: fromHex(epoch.epoch),
      firstBatch: epoch.nextBatch,
      firstSeq: epoch.nextSeq,
    });
    draft.setEpoch(keyId, { ...epoch, cut: true }, false);
  }

  /** An epoch's first record says how many batches the one before had: what of them never came is said. */
  private async checkPreviousEpoch(
    draft: CommitDraft,
    keyId: string,
    own: string,
    first: LedgerRecord | undefined,
  ): Promise<void> {
    const status = first === undefined ? undefined : producerStatus(first);
    if (status?.event !== PRODUCER_EVENT.started) return;
    if (status.previousEpoch.length !== EPOCH_BYTES) {
      // Its spool knows of no epoch before, so that nobody will ever count that one's batches.
      const before = epochBefore(draft, keyId, own);
      if (before !== undefined) draft.setEpoch(keyId, counted(before), false);
      return;
    }
    const name = encodeHex(status.previousEpoch);
    const held = (await this.epochOf(draft, keyId, name)) ?? newEpoch(name);
    if (status.previousBatches <= held.announced) return;
    if (status.previousBatches <= held.nextBatch) {
      if (draft.epoch(keyId, name) === undefined) return;
      draft.setEpoch(keyId, counted(held), false);
      this.sayCut(draft, keyId, counted(held));
      return;
    }
    draft.addMissing(keyId, name, {
      firstBatch: held.nextBatch,
      lastBatch: status.previousBatches - 1,
      firstSeq: held.nextSeq,
      count: status.previousBatches - held.nextBatch,
      detail: 'the end of the epoch, as the next one tells',
    });
    draft.setEarlier(keyId, { ...held, announced: status.previousBatches }, own);
  }
}

function copyOf({ payloads, keys, attachments }: Batch): BatchCopy {
  return {
    items: new Map(payloads.map((item) => [`${item.record}/${item.part}`, item])),
    keys,
    attachments: new Map(attachments.map((bytes) => [encodeHex(sha256(bytes)), bytes])),
  };
}

function headOf({ batchNo }: BatchStatement, first: LedgerRecord | undefined): EpochHead {
  const status = batchNo > 0 || first === undefined ? undefined : producerStatus(first);
  const previousEpoch = status === undefined ? undefined : encodeHex(status.previousEpoch);
  return { timeUs: first?.timeUs ?? 0, previousEpoch };
}

/** What the batch says itself of its epoch's beginning and end. */
function endedBy(epoch: EpochState, head: EpochHead, last: LedgerRecord | undefined): EpochState {
  const rootless = head.previousEpoch === '' ? { ...epoch, rootlessUs: head.timeUs } : epoch;
  return saysStopped(last) ? { ...rootless, stopped: true } : rootless;
}

function epochBefore(draft: CommitDraft, keyId: string, epoch: string): EpochState | undefined {
  const epochs = draft.producers.get(keyId)?.epochs ?? [];
  return epochs[epochs.findIndex((other) => other.epoch === epoch) - 1];
}

/** What has arrived of the epoch is all that its producer knows to have written. */
function counted(epoch: EpochState): EpochState {
  return { ...epoch, announced: Math.max(epoch.announced, epoch.nextBatch) };
}

function saysStopped(record: LedgerRecord | undefined): boolean {
  return record !== undefined && producerStatus(record)?.event === PRODUCER_EVENT.stopped;
}

function tooManyEpochs({ keyId }: BatchStatement): Refusal {
  const detail = `${MAX_HELD_EPOCHS} epochs of the key are not whole: it begins no other before one is, see affidavit gaps`;
  return { type: 'refused', reason: QUARANTINE_REASON.bad_numbering, detail, keyId };
}

function lateEnd({ batchNo, keyId }: BatchStatement): Refusal {
  const detail = `late batch ${batchNo} says \`stopped\`, and batches after it have arrived`;
  return { type: 'refused', reason: QUARANTINE_REASON.bad_numbering, detail, keyId };
}
