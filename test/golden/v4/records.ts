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

const HOUR_US = 3_600_000_000;
const CALLS = 10;

const idOf = (call: number): string => `00000000-0000-4000-8000-${String(call).padStart(12, '0')}`;

function exchange(call: number): Uint8Array {
  const side = Direction.create({ bodyBytes: 18, body: BODY.kept, ended: true });
  const head = ExchangeHead.create({ exchangeId: idOf(call), startedUs: WINDOW_US + call, connectionId: 42 });
  const facts = { status: 200, request: side, response: side, ended: ENDED.complete, endedAfterUs: 3001 };
  return Exchange.encode(Exchange.create({ head, ...facts }));
}

/** One message about one call, received so long after its end by the clock of whoever received it. */
function accessLog(call: number, afterUs: number): Uint8Array {
  const startedUs = WINDOW_US + call;
  const entry = AccessLogEntry.create({
    exchangeId: idOf(call),
    startedUs,
    connectionId: 42,
    durationUs: 3000,
    protocol: 'HTTP/2',
    method: 'POST',
    route: 'orders',
    upstreamHost: '192.0.2.7:8080',
    status: 200,
    requestBodyBytes: 18,
    responseBodyBytes: 18,
    type: 6,
  });
  const receivedUs = startedUs + 3000 + afterUs;
  return AccessLog.encode(AccessLog.create({ nodeId: NODE, logName: 'affidavit', receivedUs, entries: [entry] }));
}

function counters(takenUs: number, total: number): Uint8Array {
  const values = [
    CounterValue.create({ name: 'http.recorded.downstream_rq_total', value: total }),
    CounterValue.create({ name: 'http.recorded.downstream_rq_active', value: 0 }),
  ];
  return Counters.encode(Counters.create({ nodeId: NODE, takenUs, receivedUs: takenUs + 1000, values }));
}

/** Calls that are recorded whole; whoever received their log had a clock that was an hour back with the first one. */
export async function writeClockBack(writer: RecordWriter): Promise<void> {
  await writer.append({ kind: KIND.counters, body: counters(WINDOW_US - 1_000_000, 10) });
  for (let call = 1; call <= CALLS; call += 1) {
    await writer.append({ kind: KIND.exchange, body: exchange(call) });
    await writer.append({ kind: KIND.access_log, body: accessLog(call, call === 1 ? -HOUR_US : 10_000) });
  }
  await writer.append({ kind: KIND.counters, body: counters(WINDOW_US + 50_000, 10 + CALLS) });
}
