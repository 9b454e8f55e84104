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

/** The window that is certified begins here. */
export const WINDOW_US = 1_767_323_040_000_000;
export const NODE = 'edge-1';

const idOf = (call: number): string => `00000000-0000-4000-8000-${String(call).padStart(12, '0')}`;

function exchange(call: number, responseBytes: number, ended: number = ENDED.complete): Uint8Array {
  const direction = (bodyBytes: number): Direction => Direction.create({ bodyBytes, body: BODY.kept, ended: true });
  const head = ExchangeHead.create({ exchangeId: idOf(call), startedUs: WINDOW_US + call, connectionId: 42 });
  const sides = { request: direction(18), response: direction(responseBytes) };
  return Exchange.encode(Exchange.create({ head, status: 200, ...sides, ended, endedAfterUs: 3001 }));
}

function entry(call: number, changes: Partial<AccessLogEntry> = {}): AccessLogEntry {
  return AccessLogEntry.create({
    exchangeId: idOf(call),
    startedUs: WINDOW_US + call,
    connectionId: 42,
    durationUs: 3000,
    protocol: 'HTTP/2',
    method: 'POST',
    route: 'orders',
    upstreamHost: '192.0.2.7:8080',
    status: 200,
    requestBodyBytes: 18,
    responseBodyBytes: 70,
    type: 6,
    ...changes,
  });
}

/** A call of each sort that a certificate tells apart, and counters. */
export async function writeServed(writer: RecordWriter): Promise<void> {
  await writer.append({ kind: KIND.exchange, body: exchange(1, 70) });
  await writer.append({ kind: KIND.exchange, body: exchange(2, 70, ENDED.recorder_gave_up) });
  await writer.append({ kind: KIND.exchange, body: exchange(3, 69) });
  await writer.append({ kind: KIND.exchange, body: exchange(4, 70, ENDED.response_cut) });
  const offered = [1, 2, 3, 4, 5].map((call) => entry(call));
  const malformed = entry(6, { exchangeId: '', upstreamHost: '', status: 400, responseFlags: ['DPE'] });
  const entries = [...offered, entry(7, { route: 'health' }), malformed];
  const log = AccessLog.create({ nodeId: NODE, logName: 'affidavit', receivedUs: WINDOW_US + 10_000, entries });
  await writer.append({ kind: KIND.access_log, body: AccessLog.encode(log) });
  for (const [after, total] of [[-1_000_000, 10], [50_000, 18]] as const) {
    const values = [
      CounterValue.create({ name: 'http.recorded.downstream_rq_total', value: total }),
      CounterValue.create({ name: 'http.recorded.downstream_rq_active', value: 0 }),
    ];
    const takenUs = WINDOW_US + after;
    await writer.append({ kind: KIND.counters, body: Counters.encode(Counters.create({ nodeId: NODE, takenUs, values })) });
  }
}
