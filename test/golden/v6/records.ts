import {
  AccessLog,
  AccessLogEntry,
  BODY,
  CounterValue,
  Counters,
  Direction,
  ENDED,
  Exchange,
  ExchangeHead,
  KIND,
} from '../../../src/record/index.ts';
import type { RecordWriter } from '../../../src/record/index.ts';
import { NODE, WINDOW_US } from '../v3/records.ts';

const SECOND_US = 1_000_000;
/** After the window began, by Envoy's clock. */
const STARTED_US = WINDOW_US - 50 * SECOND_US;

interface GoldenCall {
  readonly id: string;
  /** Seconds after the window began. */
  readonly at: number;
  readonly connection: number;
}

const idOf = (call: number): string => `00000000-0000-4000-8000-${String(call).padStart(12, '0')}`;

function exchange({ id, at, connection }: GoldenCall): Uint8Array {
  const side = Direction.create({ bodyBytes: 18, body: BODY.kept, ended: true });
  const startedUs = WINDOW_US + at * SECOND_US;
  const head = ExchangeHead.create({ exchangeId: id, startedUs, connectionId: connection });
  const facts = { status: 200, request: side, response: side, ended: ENDED.complete, endedAfterUs: 3001 };
  return Exchange.encode(Exchange.create({ head, ...facts }));
}

function accessLog({ id, at, connection }: GoldenCall): Uint8Array {
  const startedUs = WINDOW_US + at * SECOND_US;
  const entry = AccessLogEntry.create({
    ...{ exchangeId: id, startedUs, connectionId: connection, durationUs: 3000, protocol: 'HTTP/2', method: 'POST' },
    ...{ route: 'orders', upstreamHost: '192.0.2.7:8080', status: 200, requestHeaderBytes: 120, type: 6 },
    ...{ requestBodyBytes: 18, responseBodyBytes: 18 },
  });
  const receivedUs = startedUs + 13_000;
  return AccessLog.encode(AccessLog.create({ nodeId: NODE, logName: 'affidavit', receivedUs, entries: [entry] }));
}

/** Counters read so many seconds after the window began, by a clock that is `behind` seconds behind what it was before. */
export function counters(at: number, total: number, started = STARTED_US, behind = 0): Uint8Array {
  const values = [
    CounterValue.create({ name: 'http.recorded.downstream_rq_total', value: total }),
    CounterValue.create({ name: 'http.recorded.downstream_rq_active', value: 0 }),
  ];
  const takenUs = WINDOW_US + at * SECOND_US;
  const receivedUs = takenUs + behind * SECOND_US + 1000;
  return Counters.encode(Counters.create({ nodeId: NODE, takenUs, receivedUs, processStartedUs: started, values }));
}

async function writeCalls(writer: RecordWriter, calls: readonly GoldenCall[]): Promise<void> {
  for (const call of calls) {
    await writer.append({ kind: KIND.exchange, body: exchange(call) });
    await writer.append({ kind: KIND.access_log, body: accessLog(call) });
  }
}

/** A first life: calls that are recorded whole; an id that a client gave twice, once without a record; one in no list. */
export async function writeFirst(writer: RecordWriter): Promise<void> {
  await writer.append({ kind: KIND.counters, body: counters(-1, 10) });
  const calls = [1, 2, 3, 4].map((call) => ({ id: idOf(call), at: call / 2, connection: call }));
  await writeCalls(writer, calls);
  await writer.append({ kind: KIND.access_log, body: accessLog({ id: idOf(4), at: 2.2, connection: 9 }) });
  await writer.append({ kind: KIND.counters, body: counters(4, 16) });
}

/** The last life: the clock of Envoy is set back, and Envoy killed; it begins anew. */
export async function writeLast(writer: RecordWriter): Promise<void> {
  await writer.append({ kind: KIND.counters, body: counters(2.5, 17, STARTED_US, 3) });
  await writeCalls(writer, [{ id: idOf(6), at: 4, connection: 11 }]);
  await writer.append({ kind: KIND.counters, body: counters(4.5, 18, STARTED_US, 3) });
  await writeCalls(writer, [{ id: idOf(7), at: 6, connection: 12 }]);
  const again = WINDOW_US + 12 * SECOND_US;
  await writer.append({ kind: KIND.counters, body: counters(15, 0, again, 3) });
}
