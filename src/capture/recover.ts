import {
  Direction,
  ENDED,
  Exchange,
  type ExchangeHead,
  KIND,
  type RecordPosition,
  type RecordWriter,
} from '../record/index.ts';

/** An exchange that the last epoch opened and never finished. */
export interface OpenedExchange {
  readonly head: ExchangeHead;
  /** Sequence number of its `exchange_opened`. */
  readonly openedSeq: number;
  /** Epoch of its `exchange_opened`, 16 bytes. */
  readonly openedEpoch: Uint8Array;
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
    opened.map(({ head, openedSeq, openedEpoch }) => {
      const exchange = Exchange.create({
        head,
        request: Direction.create(),
        response: Direction.create(),
        ended: ENDED.recorder_restart,
        endedReason: 'open_at_restart',
        openedSeqPlusOne: openedSeq + 1,
        openedEpoch,
      });
      return writer.append({ kind: KIND.exchange, body: Exchange.encode(exchange) });
    }),
  );
}
