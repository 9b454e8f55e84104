import {
  Direction,
  ENDED,
  Exchange,
  type ExchangeHead,
  KIND,
  type RecordPosition,
  type RecordWriter,
} from '../record/index.ts';

/** An exchange that the last epoch opened, or recorded in part, and never finished. */
export interface OpenedExchange {
  readonly head: ExchangeHead;
  /** Sequence number of its `exchange_opened`, when it had one. */
  readonly openedSeq: number | undefined;
  /** Epoch that recorded what there is of it, 16 bytes. */
  readonly epoch: Uint8Array;
  /** How many `exchange_part` records there are of it. */
  readonly parts: number;
}

/**
 * Records an end for each exchange that a restart of the recorder left open: `exchange` ended by `recorder_restart`.
 * Resolves when all of them are durable. @throws what {@link RecordWriter.append} throws
 */
export async function recoverOpened(
  opened: readonly OpenedExchange[],
  writer: RecordWriter,
): Promise<RecordPosition[]> {
  return Promise.all(
    opened.map(({ head, openedSeq, epoch, parts }) => {
      const exchange = Exchange.create({
        head,
        request: Direction.create(),
        response: Direction.create(),
        ended: ENDED.recorder_restart,
        endedReason: 'open_at_restart',
        parts,
        openedSeqPlusOne: openedSeq === undefined ? 0 : openedSeq + 1,
        openedEpoch: epoch,
      });
      return writer.append({ kind: KIND.exchange, body: Exchange.encode(exchange) });
    }),
  );
}
