import {
  AffidavitError,
  Exchange,
  ExchangeOpened,
  Frame,
  KIND,
  LedgerRecord,
  PRODUCER_EVENT,
} from '../record/index.ts';
import type { ExchangeHead } from '../record/index.ts';
import { encodeHex, parseBatchStatement, statementHash } from '../proof/index.ts';
import type { SpoolReader } from '../spool/index.ts';
import { ProducerStatus } from '../record/index.ts';

/** An exchange that was opened and of which no `exchange` record followed. */
export interface UnfinishedExchange {
  /** Epoch and number of its `exchange_opened`. */
  readonly epoch: Uint8Array;
  readonly seq: number;
  readonly head: ExchangeHead;
}

/** What a producer's last epoch left in the spool. */
export interface LastEpoch {
  /** Key that signed it. */
  readonly keyId: Uint8Array;
  readonly epoch: Uint8Array;
  /** Batches made durable in it. */
  readonly batches: number;
  /** Records in those batches. */
  readonly records: number;
  /** SHA-256 of the last statement. */
  readonly lastBatchHash: Uint8Array;
  /** It ended with `stopped`. */
  readonly stopped: boolean;
}

/** What {@link recoverLastEpoch} found. */
export interface Recovery {
  /** `undefined` when the spool holds no batch. */
  readonly last: LastEpoch | undefined;
  /** In the order in which they were opened, of every epoch that the spool still holds. */
  readonly unfinished: readonly UnfinishedExchange[];
  /** Exchanges opened beyond the bound of what is kept in memory: at most so many more are unfinished. */
  readonly untracked: number;
  /** Frames that could not be read as ours. */
  readonly unreadable: number;
}

/** Bounds of {@link recoverLastEpoch}. */
export interface RecoverLimits {
  /** Most unfinished exchanges kept in memory. */
  readonly maxUnfinished: number;
  /** Bytes of frames read at once. */
  readonly readBytes: number;
}

const DEFAULT_LIMITS: RecoverLimits = { maxUnfinished: 65_536, readBytes: 8 * 1024 * 1024 };
const MAX_FRAMES_AT_ONCE = 1024;

class Recoverer {
  last: LastEpoch | undefined;
  untracked = 0;
  unreadable = 0;
  readonly open = new Map<string, UnfinishedExchange>();
  private readonly limits: RecoverLimits;

  constructor(limits: RecoverLimits) {
    this.limits = limits;
  }

  frame(bytes: Uint8Array): void {
    try {
      const { batch } = Frame.decode(bytes);
      if (batch === undefined) return;
      const statement = parseBatchStatement(batch.statement);
      const { keyId, epoch, batchNo, firstSeq, count } = statement;
      const before = this.last;
      const sameEpoch = before !== undefined && encodeHex(before.epoch) === encodeHex(epoch);
      let stopped = sameEpoch && before.stopped;
      for (const encoded of batch.records) stopped = this.record(LedgerRecord.decode(encoded)) || stopped;
      this.last = {
        keyId: keyId.slice(),
        epoch: epoch.slice(),
        batches: batchNo + 1,
        records: firstSeq + count,
        lastBatchHash: statementHash(batch.statement),
        stopped,
      };
    } catch (thrown) {
      if (!(thrown instanceof AffidavitError && thrown.isEvidence)) throw thrown;
      this.unreadable++;
    }
  }

  /** True when the record says that its epoch has ended. */
  private record(record: LedgerRecord): boolean {
    if (record.kind === KIND.exchange_opened) this.opened(record);
    else if (record.kind === KIND.exchange) this.finished(record);
    else if (record.kind === KIND.producer) return ProducerStatus.decode(record.body).event === PRODUCER_EVENT.stopped;
    return false;
  }

  private opened({ epoch, seq, body }: LedgerRecord): void {
    const { head } = ExchangeOpened.decode(body);
    if (head === undefined) return;
    if (this.open.size >= this.limits.maxUnfinished) this.untracked++;
    // A copy: the head's bytes are views of a frame, and must not keep all of it alive.
    else this.open.set(name(epoch, seq), { epoch: epoch.slice(), seq, head: ownHead(body) });
  }

  private finished({ epoch, body }: LedgerRecord): void {
    const { openedSeqPlusOne, openedEpoch } = Exchange.decode(body);
    if (openedSeqPlusOne > 0)
      this.open.delete(name(openedEpoch.length > 0 ? openedEpoch : epoch, openedSeqPlusOne - 1));
  }
}

function ownHead(body: Uint8Array): ExchangeHead {
  const { head } = ExchangeOpened.decode(body.slice());
  if (head === undefined) throw new AffidavitError('internal', 'a head vanished');
  return head;
}

function name(epoch: Uint8Array, seq: number): string {
  return `${encodeHex(epoch)}/${seq}`;
}

/**
 * Reads the spool from its oldest frame and tells how the last epoch in it ended, and which exchanges never got their
 * `exchange` record. Older epochs count for these too: a restart may itself have been cut short. Memory is bounded.
 * @throws what reading the spool throws.
 */
export async function recoverLastEpoch(
  spool: Pick<SpoolReader, 'firstFrame' | 'nextFrame' | 'read'>,
  limits: Partial<RecoverLimits> = {},
): Promise<Recovery> {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  const recoverer = new Recoverer(bounds);
  let next = spool.firstFrame;
  while (next < spool.nextFrame) {
    const frames = await spool.read(next, { maxFrames: MAX_FRAMES_AT_ONCE, maxBytes: bounds.readBytes });
    for (const { number, bytes } of frames) {
      recoverer.frame(bytes);
      next = number + 1;
    }
    if (frames.length === 0) break;
  }
  const { last, open, untracked, unreadable } = recoverer;
  return { last, unfinished: [...open.values()], untracked, unreadable };
}
