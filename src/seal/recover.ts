import {
  AffidavitError,
  Exchange,
  ExchangeOpened,
  ExchangePart,
  Frame,
  KIND,
  LedgerRecord,
  PRODUCER_EVENT,
} from '../record/index.ts';
import type { ExchangeHead } from '../record/index.ts';
import { encodeHex, parseBatchStatement, statementHash } from '../proof/index.ts';
import type { SpoolReader } from '../spool/index.ts';
import { ProducerStatus } from '../record/index.ts';

/** An exchange that was opened, or recorded in part, and of which no `exchange` record followed. */
export interface UnfinishedExchange {
  /** Epoch that recorded it. */
  readonly epoch: Uint8Array;
  /** Number of its `exchange_opened`, when it had one. */
  readonly openedSeq: number | undefined;
  readonly head: ExchangeHead;
  /** How many `exchange_part` records there are of it. */
  readonly parts: number;
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
  /** The last epoch of each key that wrote to the spool, by the key's id as hex. */
  readonly lastOf: ReadonlyMap<string, LastEpoch>;
  /** In the order in which they are first told of, of every epoch that the spool still holds. */
  readonly unfinished: readonly UnfinishedExchange[];
  /** Records of exchanges that are open, beyond the bound of what is kept in memory: at most so many more are unfinished. */
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

/** Keys that write to one spool. */
const MAX_KEYS = 16;

class Recoverer {
  last: LastEpoch | undefined;
  readonly lastOf = new Map<string, LastEpoch>();
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
      const key = encodeHex(keyId);
      const before = this.lastOf.get(key);
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
      if (this.lastOf.has(key) || this.lastOf.size < MAX_KEYS) this.lastOf.set(key, this.last);
    } catch (thrown) {
      if (!(thrown instanceof AffidavitError && thrown.isEvidence)) throw thrown;
      this.unreadable++;
    }
  }

  /** True when the record says that its epoch has ended. */
  private record(record: LedgerRecord): boolean {
    if (record.kind === KIND.exchange_opened) this.opened(record);
    else if (record.kind === KIND.exchange_part) this.continued(record);
    else if (record.kind === KIND.exchange) this.finished(record);
    else if (record.kind === KIND.producer) return ProducerStatus.decode(record.body).event === PRODUCER_EVENT.stopped;
    return false;
  }

  private opened({ epoch, seq, body }: LedgerRecord): void {
    // A copy: the head's bytes are views of a frame, and must not keep all of it alive.
    const { head } = ExchangeOpened.decode(body.slice());
    if (head !== undefined) this.keep({ epoch: epoch.slice(), openedSeq: seq, head, parts: 0 });
  }

  /** What opened it may be gone from the spool, or was never written outside strict: a part says as much. */
  private continued({ epoch, body }: LedgerRecord): void {
    const { head, partNo, openedSeqPlusOne } = ExchangePart.decode(body.slice());
    if (head === undefined) return;
    const openedSeq = openedSeqPlusOne > 0 ? openedSeqPlusOne - 1 : undefined;
    this.keep({ epoch: epoch.slice(), openedSeq, head, parts: partNo + 1 });
  }

  private keep(exchange: UnfinishedExchange): void {
    const { epoch, openedSeq, head } = exchange;
    const name = nameOf(epoch, openedSeq, head.exchangeId);
    if (this.open.size >= this.limits.maxUnfinished && !this.open.has(name)) this.untracked++;
    else this.open.set(name, exchange);
  }

  private finished({ epoch, body }: LedgerRecord): void {
    const { head, openedSeqPlusOne, openedEpoch } = Exchange.decode(body);
    const openedSeq = openedSeqPlusOne > 0 ? openedSeqPlusOne - 1 : undefined;
    const name = nameOf(openedEpoch.length > 0 ? openedEpoch : epoch, openedSeq, head?.exchangeId ?? '');
    this.open.delete(name);
  }
}

/** By its opening where it has one: ids come from Envoy, and from a configuration of a user's own perhaps twice. */
function nameOf(epoch: Uint8Array, openedSeq: number | undefined, exchangeId: string): string {
  return `${encodeHex(epoch)}/${openedSeq ?? exchangeId}`;
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
  const { last, lastOf, open, untracked, unreadable } = recoverer;
  return { last, lastOf, unfinished: [...open.values()], untracked, unreadable };
}
